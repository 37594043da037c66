/* sources: kernel/net/tcp.c kernel/net/tcp_ack.c kernel/net/tcp_buffer.c kernel/net/tcp_connect.c kernel/net/tcp_cubic.c
   kernel/net/tcp_established.c kernel/net/tcp_hash.c kernel/net/tcp_input.c kernel/net/tcp_listen.c kernel/net/tcp_options.c
   kernel/net/tcp_output.c kernel/net/tcp_port.c kernel/net/tcp_read.c kernel/net/tcp_receive.c kernel/net/tcp_request.c
   kernel/net/tcp_sack.c kernel/net/tcp_secure.c kernel/net/tcp_send.c kernel/net/tcp_set.c kernel/net/tcp_socket.c
   kernel/net/tcp_timer.c kernel/net/tcp_timewait.c kernel/net/packet.c kernel/net/packet_copy.c kernel/net/checksum.c
   kernel/fs/uio.c kernel/lib/string.c tests/support/host.c */
/*
 * Directed scripts: the test plays the peer, segment by segment, and says what the engine has to answer and when. Host 9 is the test;
 * what is sent to it is noted instead of delivered.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp_host.h"

#define ENGINE 2u
#define PEER   9u
#define ISS    5000u		/* where the peer's numbers begin */

struct seen {
	u64 at;
	u32 seq, ack, length;
	u16 window, from, to, urgent;
	u8 flags;
	u8 options[40];
	u32 option_bytes;
};

static struct seen seen[4096];
static unsigned seen_count, seen_next;
static u16 peer_port;		/* of the conversation */
static u32 engine_iss;
static unsigned objects_before;

static bool note(struct wire_packet *w)
{
	struct seen *s = &seen[seen_count];

	if (w->destination.b[15] != PEER)
		return true;
	if (seen_count == ARRAY_SIZE(seen))
		fail_msg("too many segments");
	seen_count++;
	*s = (struct seen){
		.at = host_time, .seq = load_be32(w->bytes + 4), .ack = load_be32(w->bytes + 8), .flags = w->bytes[13],
		.window = load_be16(w->bytes + 14), .from = load_be16(w->bytes), .to = load_be16(w->bytes + 2),
		.urgent = load_be16(w->bytes + 18),
	};
	s->option_bytes = (w->bytes[12] >> 4) * 4u - TCP_HEADER;
	s->length = w->length - TCP_HEADER - s->option_bytes;
	memcpy(s->options, w->bytes + TCP_HEADER, s->option_bytes);
	return false;
}

static void inject_full(u16 from, u16 to, u8 flags, u32 seq, u32 ack, u16 window, const void *options, u32 option_bytes,
			const void *data, u32 n)
{
	struct endpoint source = host_endpoint(PEER, 0), destination = host_endpoint(ENGINE, 0);
	static u8 bytes[70000];
	u16 sum;

	memset(bytes, 0, TCP_HEADER);
	store_be16(bytes, from);
	store_be16(bytes + 2, to);
	store_be32(bytes + 4, seq);
	store_be32(bytes + 8, ack);
	bytes[12] = (u8)((TCP_HEADER + option_bytes) / 4 << 4);
	bytes[13] = flags;
	store_be16(bytes + 14, window);
	if (flags & TH_URG)
		store_be16(bytes + 18, (u16)n);
	memcpy(bytes + TCP_HEADER, options, option_bytes);
	memcpy(bytes + TCP_HEADER + option_bytes, data, n);
	n += TCP_HEADER + option_bytes;
	sum = (u16)~checksum_fold(checksum_add(checksum_pseudo(&source.address, &destination.address, IPPROTO_TCP, n), bytes, n));
	memcpy(bytes + 16, &sum, 2);
	receive_bytes(&source.address, &destination.address, bytes, n);
	net_run();
	run_deferred();
}

/* A segment of the conversation; numbers count from both sides' ISS. */
static void inject(u8 flags, u32 seq, u32 ack, u16 window, const char *data)
{
	inject_full(peer_port, 80, flags, ISS + seq, flags & TH_ACK ? engine_iss + ack : 0, window, "", 0, data, (u32)strlen(data));
}

static void inject_sack(u32 ack, u32 start, u32 end)
{
	u8 o[12] = { 1, 1, 5, 10 };

	store_be32(o + 4, engine_iss + start);
	store_be32(o + 8, engine_iss + end);
	inject_full(peer_port, 80, TH_ACK, ISS + 1, engine_iss + ack, 65535, o, 12, "", 0);
}

static struct seen *next_seen(void)
{
	if (seen_next == seen_count)
		fail_msg("the engine was to answer");
	return &seen[seen_next++];
}

static struct seen *expect(u8 flags, u32 seq, u32 ack, u32 length)
{
	struct seen *s = next_seen();

	if ((s->flags & ~TH_PSH) != flags || s->seq - engine_iss != seq || (flags & TH_ACK && s->ack - ISS != ack) || s->length != length)
		fail_msg("flags %02x seq %u ack %u length %u, expected %02x %u %u %u", s->flags, s->seq - engine_iss, s->ack - ISS,
			 s->length, flags, seq, ack, length);
	return s;
}

static void expect_silence(void)
{
	if (seen_next != seen_count)
		fail_msg("nothing was to be sent: flags %02x seq %u length %u", seen[seen_next].flags, seen[seen_next].seq - engine_iss,
			 seen[seen_next].length);
}

static int begin(void **state)
{
	world_begin(4711);
	world.filter = note;
	seen_count = seen_next = 0;
	peer_port++;
	if (peer_port < 1000)
		peer_port = 1000;
	engine_iss = 0;
	objects_before = objects_out;
	return 0;
}

static int end(void **state)
{
	struct tcp_usage u;

	run_for(1000 * NS_PER_SEC);
	tcp_usage(&u);
	assert_int_equal(u.endpoints, 0);
	assert_int_equal(u.memory, 0);
	assert_int_equal(frames_out, 0);
	assert_int_equal(objects_out, objects_before);
	return 0;
}

/* The engine listens, the peer connects. With `sack`, the peer's SYN permits it. */
static struct tcp *established(bool sack)
{
	static const u8 options[] = { 2, 4, 1000 >> 8, 1000 & 255, 1, 1, 4, 2 };
	struct tcp *l = listener_at(ENGINE, 80, 5), *c;
	struct seen *s;

	inject_full(peer_port, 80, TH_SYN, ISS, 0, 65535, options, sack ? 8 : 4, "", 0);
	s = next_seen();
	assert_int_equal(s->flags, TH_SYN | TH_ACK);
	assert_int_equal(s->ack, ISS + 1);
	engine_iss = s->seq;
	assert_int_equal(tcp_accept(l, &c), -EAGAIN);
	inject(TH_ACK, 1, 1, 65535, "");
	assert_int_equal(tcp_accept(l, &c), 0);
	tcp_close(l);
	expect_silence();
	return c;
}

static struct tcp *connecting(void)
{
	struct endpoint to = host_endpoint(PEER, 2000), from = host_endpoint(ENGINE, 80);
	struct tcp *c = tcp_create();

	peer_port = 2000;
	tcp_set(c, TCP_SET_REUSEADDR, 1);
	assert_int_equal(tcp_bind(c, &from), 0);
	assert_int_equal(tcp_connect(c, &to), -EINPROGRESS);
	engine_iss = seen[seen_next].seq;
	expect(TH_SYN, 0, 0, 0);
	return c;
}

static void give_up(struct tcp *c)
{
	tcp_abort(c, ECONNABORTED);
	tcp_close(c);
}

static void numbers(void *buffer, size_t n) { memset(buffer, 'x', n); }

static void write_n(struct tcp *c, u32 n)
{
	static u8 buffer[200000];

	numbers(buffer, n);
	assert_int_equal(send_bytes(c, buffer, n, 0), n);
}

static void expect_bytes(struct tcp *c, const char *text)
{
	char buffer[1000];
	ssize_t n = receive_into(c, buffer, sizeof(buffer), 0);

	assert_int_equal(n, strlen(text));
	assert_memory_equal(buffer, text, strlen(text));
}

static u64 ms_between(const struct seen *a, const struct seen *b) { return (b->at - a->at) / NS_PER_MSEC; }

/* ---- Opening ---- */

static void test_passive(void **state)
{
	struct tcp *c = established(true);

	assert_int_equal(tcp_poll(c), POLLOUT | POLLWRNORM);
	inject(TH_ACK | TH_PSH, 1, 1, 65535, "hello");
	expect(TH_ACK, 1, 6, 0);
	assert_int_equal(tcp_poll(c), POLLOUT | POLLWRNORM | POLLIN | POLLRDNORM);
	expect_bytes(c, "hello");
	assert_int_equal(send_bytes(c, "world", 5, 0), 5);
	expect(TH_ACK, 1, 6, 5);
	inject(TH_ACK | TH_FIN, 6, 6, 65535, "");
	expect(TH_ACK, 6, 7, 0);
	assert_int_equal(c->state, TCP_CLOSE_WAIT);
	assert_int_equal(tcp_poll(c) & (POLLRDHUP | POLLHUP), POLLRDHUP);
	expect_bytes(c, "");
	tcp_close(c);
	expect(TH_ACK | TH_FIN, 6, 7, 0);
	inject(TH_ACK, 7, 7, 65535, "");
	expect_silence();
	assert_int_equal(tcp_established(), 0);
}

static void test_active(void **state)
{
	struct tcp *c = connecting();
	struct endpoint e, to = host_endpoint(PEER, 2000);

	assert_int_equal(tcp_connect(c, &to), -EALREADY);
	assert_int_equal(tcp_remote(c, &e), -ENOTCONN);
	assert_int_equal(tcp_poll(c), 0);
	inject(TH_SYN | TH_ACK, 0, 1, 65535, "");
	expect(TH_ACK, 1, 1, 0);
	assert_int_equal(tcp_poll(c), POLLOUT | POLLWRNORM);
	assert_int_equal(tcp_connect(c, &to), 0);
	assert_int_equal(tcp_connect(c, &to), -EISCONN);
	assert_int_equal(tcp_remote(c, &e), 0);
	assert_int_equal(e.port, 2000);
	give_up(c);
}

static void test_refused(void **state)
{
	struct tcp *c = connecting();

	inject(TH_RST | TH_ACK, 0, 2, 0, "");	/* of another connection: not believed */
	expect_silence();
	assert_int_equal(c->state, TCP_SYN_SENT);
	inject(TH_RST | TH_ACK, 0, 1, 0, "");
	assert_int_equal(c->state, TCP_CLOSED);
	assert_int_equal(tcp_poll(c) & (POLLERR | POLLHUP), POLLERR | POLLHUP);
	assert_int_equal(tcp_take_error(c), ECONNREFUSED);
	assert_int_equal(tcp_take_error(c), 0);
	tcp_close(c);
}

static void test_nobody_answers(void **state)
{
	struct tcp *c = connecting();
	struct seen *last = &seen[seen_next - 1];
	static const u64 gaps[] = { 1000, 2000, 4000, 8000, 16000, 32000 };

	run_for(200 * NS_PER_SEC);
	for (unsigned i = 0; i < ARRAY_SIZE(gaps); i++) {
		struct seen *s = expect(TH_SYN, 0, 0, 0);

		assert_int_equal(ms_between(last, s), gaps[i]);
		last = s;
	}
	expect_silence();
	assert_int_equal(tcp_take_error(c), ETIMEDOUT);
	tcp_close(c);
}

static void test_both_open(void **state)
{
	struct tcp *c = connecting();

	inject(TH_SYN, 0, 0, 65535, "");
	expect(TH_SYN | TH_ACK, 0, 1, 0);
	assert_int_equal(c->state, TCP_SYN_RECEIVED);
	inject(TH_SYN | TH_ACK, 0, 1, 65535, "");
	assert_int_equal(c->state, TCP_ESTABLISHED);
	give_up(c);
}

static void test_reset_for_nobody(void **state)
{
	inject_full(peer_port, 81, TH_SYN, ISS, 0, 1000, "", 0, "", 0);
	assert_int_equal(next_seen()->flags, TH_RST | TH_ACK);
	inject_full(peer_port, 81, TH_ACK, ISS, 77, 1000, "", 0, "", 0);
	assert_int_equal(seen[seen_next].seq, 77);
	assert_int_equal(next_seen()->flags, TH_RST);
	inject_full(peer_port, 81, TH_RST, ISS, 0, 1000, "", 0, "", 0);
	expect_silence();
}

static void test_cookies(void **state)
{
	static const u8 options[] = { 2, 4, 1460 >> 8, 1460 & 255 };
	struct tcp *l = listener_at(ENGINE, 80, 2), *c;
	struct tcp_usage u;
	struct seen last;

	for (u16 i = 0; i < 200; i++)
		inject_full((u16)(10000 + i), 80, TH_SYN, ISS, 0, 65535, options, 4, "", 0);
	tcp_usage(&u);
	assert_true(u.requests <= 3);
	assert_int_equal(seen_count, 200);
	last = seen[199];
	/* A made-up answer gets a reset, the right one a connection. */
	inject_full(10199, 80, TH_ACK, ISS + 1, last.seq + 2, 65535, "", 0, "", 0);
	assert_int_equal(seen[200].flags, TH_RST);
	inject_full(10199, 80, TH_ACK, ISS + 1, last.seq + 1, 65535, "", 0, "abc", 3);
	assert_int_equal(tcp_accept(l, &c), 0);
	expect_bytes(c, "abc");
	assert_int_equal(c->mss, 1460);
	give_up(c);
	tcp_close(l);
	assert_true(count_of(SNMP_SyncookiesRecv) >= 1);
}

/* A right cookie that finds the queue for accept full is not reset: the peer tries again, and then there is room. */
static void test_cookie_waits(void **state)
{
	struct tcp *l = listener_at(ENGINE, 80, 0), *c;
	u32 iss[2];

	for (u16 i = 0; i < 2; i++) {
		inject_full((u16)(10000 + i), 80, TH_SYN, ISS, 0, 65535, "", 0, "", 0);
		iss[i] = next_seen()->seq;
	}
	inject_full(10000, 80, TH_ACK, ISS + 1, iss[0] + 1, 65535, "", 0, "", 0);
	inject_full(10001, 80, TH_ACK, ISS + 1, iss[1] + 1, 65535, "", 0, "abc", 3);
	expect_silence();
	assert_int_equal(tcp_accept(l, &c), 0);
	give_up(c);
	assert_int_equal(tcp_accept(l, &c), -EAGAIN);
	inject_full(10001, 80, TH_ACK, ISS + 1, iss[1] + 1, 65535, "", 0, "abc", 3);
	assert_int_equal(tcp_accept(l, &c), 0);
	expect_bytes(c, "abc");
	give_up(c);
	tcp_close(l);
}

/* A reader on the way along the chain meets either the old node or the new one: the new one does not go in front of the reader. */
static void test_replaced_in_place(void **state)
{
	static struct tcp_node old = { .kind = TCP_NODE_REQUEST, .hash = 1, .local_port = 1 };
	static struct tcp_node front = { .kind = TCP_NODE_REQUEST, .hash = 1, .local_port = 2 };
	static struct tcp_node new = { .kind = TCP_NODE_REQUEST, .local_port = 1 };
	struct tcp_timewait *wait;

	assert_int_equal(tcp_hash_insert(&old, &wait), 0);
	assert_int_equal(tcp_hash_insert(&front, &wait), 0);
	assert_ptr_equal(front.next, &old);
	assert_true(tcp_hash_replace(&old, &new));
	assert_ptr_equal(front.next, &new);
	assert_false(old.hashed);
	assert_false(tcp_hash_replace(&old, &new));
	assert_true(tcp_hash_remove(&new));
	assert_true(tcp_hash_remove(&front));
}

static void test_backlog(void **state)
{
	struct tcp *l = listener_at(ENGINE, 80, 1), *c;

	for (u16 i = 0; i < 4; i++) {
		inject_full((u16)(20000 + i), 80, TH_SYN, ISS, 0, 65535, "", 0, "", 0);
		if (seen_next < seen_count) {
			u32 iss = next_seen()->seq;

			inject_full((u16)(20000 + i), 80, TH_ACK, ISS + 1, iss + 1, 65535, "", 0, "", 0);
		}
	}
	/* As Linux: one more than the backlog. */
	assert_int_equal(tcp_accept(l, &c), 0);
	give_up(c);
	assert_int_equal(tcp_accept(l, &c), 0);
	give_up(c);
	assert_int_equal(tcp_accept(l, &c), -EAGAIN);
	tcp_close(l);
}

/* ---- Closing ---- */

static void test_both_close(void **state)
{
	struct tcp *c = established(true);

	assert_int_equal(tcp_shutdown(c, false, true), 0);
	expect(TH_ACK | TH_FIN, 1, 1, 0);
	assert_int_equal(c->state, TCP_FIN_WAIT1);
	inject(TH_ACK | TH_FIN, 1, 1, 65535, "");
	expect(TH_ACK, 2, 2, 0);
	assert_int_equal(c->state, TCP_CLOSING);
	inject(TH_ACK, 2, 2, 65535, "");
	assert_int_equal(c->state, TCP_CLOSED);
	assert_int_equal(atomic_read(&tcp_timewait_count), 1);
	inject(TH_ACK | TH_FIN, 1, 1, 65535, "");	/* its acknowledgement was lost */
	expect(TH_ACK, 2, 2, 0);
	tcp_close(c);
}

static void test_half_close(void **state)
{
	struct tcp *c = established(true);

	tcp_shutdown(c, false, true);
	expect(TH_ACK | TH_FIN, 1, 1, 0);
	assert_int_equal(send_bytes(c, "x", 1, 0), -EPIPE);
	inject(TH_ACK, 1, 2, 65535, "");
	assert_int_equal(c->state, TCP_FIN_WAIT2);
	inject(TH_ACK, 1, 2, 65535, "late");
	expect(TH_ACK, 2, 5, 0);
	expect_bytes(c, "late");
	tcp_close(c);
	inject(TH_ACK, 5, 2, 65535, "nobody");		/* reads it: RFC 1122, 4.2.2.13 */
	assert_int_equal(next_seen()->flags & TH_RST, TH_RST);
}

static void test_unread(void **state)
{
	struct tcp *c = established(true);

	inject(TH_ACK, 1, 1, 65535, "data");
	expect(TH_ACK, 1, 5, 0);
	tcp_close(c);
	expect(TH_RST | TH_ACK, 1, 5, 0);
}

static void test_linger_zero(void **state)
{
	struct tcp *c = established(true);

	tcp_set(c, TCP_SET_LINGER, 1);
	tcp_close(c);
	expect(TH_RST | TH_ACK, 1, 1, 0);
}

static void test_time_wait(void **state)
{
	struct tcp *c = established(true), *l;

	tcp_close(c);
	expect(TH_ACK | TH_FIN, 1, 1, 0);
	inject(TH_ACK | TH_FIN, 1, 2, 65535, "");
	expect(TH_ACK, 2, 2, 0);
	l = listener_at(ENGINE, 80, 5);		/* SO_REUSEADDR */
	inject(TH_RST, 2, 0, 0, "");			/* RFC 1337 */
	assert_int_equal(atomic_read(&tcp_timewait_count), 1);
	run_for(NS_PER_SEC);
	inject(TH_SYN, 1, 0, 65535, "");		/* old: */
	expect(TH_ACK, 2, 2, 0);
	inject(TH_SYN, 5000, 0, 65535, "");		/* new: */
	assert_int_equal(next_seen()->flags, TH_SYN | TH_ACK);
	assert_int_equal(atomic_read(&tcp_timewait_count), 0);
	tcp_close(l);
}

/* ---- Loss ---- */

static void test_rto(void **state)
{
	struct tcp *c = established(true);
	struct seen *last;
	u64 gap;

	write_n(c, 500);
	last = expect(TH_ACK, 1, 1, 500);
	run_for(3 * NS_PER_SEC);
	gap = ms_between(last, &seen[seen_next]);
	assert_in_range(gap, 200, 1100);
	for (unsigned i = 0; seen_next < seen_count; i++) {
		struct seen *s = expect(TH_ACK, 1, 1, 500);

		assert_in_range(ms_between(last, s), gap - 2, gap + 2);
		last = s;
		gap *= 2;
	}
	inject(TH_ACK, 1, 501, 65535, "");
	assert_int_equal(tcp_unacked(c), 0);
	run_for(100 * NS_PER_SEC);
	expect_silence();
	give_up(c);
}

static void test_dead_peer(void **state)
{
	struct tcp *c = established(true);
	u64 began = host_time;

	write_n(c, 500);
	run_for(3000 * NS_PER_SEC);
	assert_int_equal(seen_count - seen_next, 16);
	assert_int_equal(c->state, TCP_CLOSED);
	assert_int_equal(send_bytes(c, "x", 1, 0), -ETIMEDOUT);
	assert_int_equal(send_bytes(c, "x", 1, 0), -EPIPE);
	assert_true(host_time > began);
	tcp_close(c);
}

static void test_user_timeout(void **state)
{
	struct tcp *c = established(true);
	int ms = 5000;

	assert_int_equal(tcp_setsockopt(c, TCP_USER_TIMEOUT, &ms, sizeof(ms)), 0);
	write_n(c, 500);
	run_for(20 * NS_PER_SEC);
	assert_int_equal(tcp_take_error(c), ETIMEDOUT);
	tcp_close(c);
}

static void test_fast_retransmit(void **state)
{
	struct tcp *c = established(false);

	write_n(c, 8000);
	for (unsigned i = 0; i < 8; i++)
		expect(TH_ACK, 1 + 1000 * i, 1, 1000);
	inject(TH_ACK, 1, 1001, 65535, "");
	for (unsigned i = 0; i < 2; i++)
		inject(TH_ACK, 1, 1001, 65535, "");
	expect_silence();
	inject(TH_ACK, 1, 1001, 65535, "");
	expect(TH_ACK, 1001, 1, 1000);
	assert_int_equal(c->ca_state, TCP_CA_RECOVERY);
	inject(TH_ACK, 1, 3001, 65535, "");		/* RFC 6582: a part, so the next one is lost as well */
	expect(TH_ACK, 3001, 1, 1000);
	inject(TH_ACK, 1, 8001, 65535, "");
	assert_int_equal(c->ca_state, TCP_CA_OPEN);
	assert_true(c->snd_cwnd < 10000);
	give_up(c);
}

static void test_sack(void **state)
{
	struct tcp *c = established(true);

	write_n(c, 10000);
	for (unsigned i = 0; i < 10; i++)
		expect(TH_ACK, 1 + 1000 * i, 1, 1000);
	inject_sack(1, 1001, 2001);
	inject_sack(1, 1001, 3001);
	expect_silence();
	inject_sack(1, 1001, 4001);			/* three above: the first is lost */
	expect(TH_ACK, 1, 1, 1000);
	expect_silence();
	inject_sack(1, 6001, 9001);			/* 4001 … 6001 is lost too */
	for (unsigned i = 0; i < 2 && seen_next < seen_count; i++)
		expect(TH_ACK, 4001 + 1000 * i, 1, 1000);
	inject(TH_ACK, 1, 9001, 65535, "");		/* a part: what was sent before the loss was seen and is not here, is lost */
	expect(TH_ACK, 9001, 1, 1000);
	inject(TH_ACK, 1, 10001, 65535, "");
	assert_null(c->scoreboard);
	give_up(c);
}

static void test_sack_lies(void **state)
{
	struct tcp *c = established(true);

	write_n(c, 3000);
	seen_next = seen_count;
	inject_sack(1, 5001, 9001);			/* never sent */
	inject_sack(1, 2001, 1001);			/* backwards */
	inject_sack(1, 0x80000000, 0x90000000);
	assert_null(c->scoreboard);
	inject(TH_ACK, 1, 90001, 65535, "");		/* never sent: RFC 9293, 3.10.7.4 */
	expect(TH_ACK, 3001, 1, 0);
	assert_int_equal(tcp_unacked(c), 3000);
	give_up(c);
}

static void test_reports_sack(void **state)
{
	struct tcp *c = established(true);
	struct seen *s;

	inject(TH_ACK, 11, 1, 65535, "second");
	s = expect(TH_ACK, 1, 1, 0);
	assert_int_equal(load_be32(s->options), 0x0101050a);
	assert_int_equal(load_be32(s->options + 4), ISS + 11);
	assert_int_equal(load_be32(s->options + 8), ISS + 17);
	inject(TH_ACK, 11, 1, 65535, "SECOND");		/* does not replace what came first */
	(void)expect(TH_ACK, 1, 1, 0);
	inject(TH_ACK | TH_FIN, 17, 1, 65535, "");	/* before its time */
	(void)expect(TH_ACK, 1, 1, 0);
	inject(TH_ACK, 1, 1, 65535, "firstfirst");
	(void)expect(TH_ACK, 1, 18, 0);
	expect_bytes(c, "firstfirstsecond");
	expect_bytes(c, "");
	give_up(c);
}

/* ---- Windows ---- */

static void test_zero_window(void **state)
{
	struct tcp *c = established(true);
	struct seen *first, *second;

	inject(TH_ACK, 1, 1, 0, "");
	inject(TH_ACK, 2, 1, 0, "");
	inject(TH_ACK, 1, 1, 0, "x");			/* newer, so its window counts */
	seen_next = seen_count;
	write_n(c, 100);
	expect_silence();
	run_for(20 * NS_PER_SEC);
	first = expect(TH_ACK, 0, 2, 0);		/* an old number: the peer has to answer */
	second = expect(TH_ACK, 0, 2, 0);
	assert_true(ms_between(first, second) >= 400);
	inject(TH_ACK, 2, 1, 50, "");
	run_for(NS_PER_SEC);
	seen_next = seen_count - 1;
	inject(TH_ACK, 2, 1, 1000, "");
	run_for(30 * NS_PER_SEC);
	assert_int_equal(c->snd_nxt - engine_iss, 101);
	give_up(c);
}

static void test_reader_stops(void **state)
{
	struct tcp *c = established(true);
	static char kib[1025];
	static u8 all[400000];
	u32 sent = 0, window = 65535;
	ssize_t n, got = 0;

	memset(kib, 'k', 1024);
	while (window >= 1024 && sent < 300000) {
		inject(TH_ACK, 1 + sent, 1, 65535, kib);
		sent += 1024;
		run_for(50 * NS_PER_MSEC);
		window = seen[seen_count - 1].window - (1 + sent - (seen[seen_count - 1].ack - ISS));
	}
	assert_true(sent < 200000);
	inject(TH_ACK, 1 + sent, 1, 65535, kib);	/* beyond the window */
	seen_next = seen_count;
	while ((n = receive_into(c, all, sizeof(all), 0)) > 0)
		got += n;
	assert_int_equal(got, c->rcv_nxt - ISS - 1);
	assert_true(seen[seen_count - 1].window > 10000);
	give_up(c);
}

static void test_small_segments(void **state)
{
	struct tcp *c = established(true);
	static u8 all[20000];

	for (u32 i = 0; i < 10000; i++) {
		inject(TH_ACK, 1 + i, 1, 65535, "s");
		seen_count = seen_next = 0;
	}
	assert_int_equal(tcp_readable(c), 10000);
	assert_true(c->rcv_true < 100000);
	assert_int_equal(receive_into(c, all, sizeof(all), 0), 10000);
	give_up(c);
}

static void test_nagle(void **state)
{
	struct tcp *c = established(true);
	int on = 1, off = 0;

	write_n(c, 10);
	expect(TH_ACK, 1, 1, 10);
	write_n(c, 10);
	expect_silence();
	inject(TH_ACK, 1, 11, 65535, "");
	expect(TH_ACK, 11, 1, 10);
	inject(TH_ACK, 1, 21, 65535, "");
	assert_int_equal(tcp_setsockopt(c, TCP_NODELAY, &on, sizeof(on)), 0);
	write_n(c, 10);
	write_n(c, 10);
	expect(TH_ACK, 21, 1, 10);
	expect(TH_ACK, 31, 1, 10);
	inject(TH_ACK, 1, 41, 65535, "");
	assert_int_equal(tcp_setsockopt(c, TCP_CORK, &on, sizeof(on)), 0);
	write_n(c, 10);
	write_n(c, 10);
	expect_silence();
	assert_int_equal(tcp_setsockopt(c, TCP_CORK, &off, sizeof(off)), 0);
	expect(TH_ACK, 41, 1, 20);
	give_up(c);
}

static void test_delayed_ack(void **state)
{
	struct tcp *c = established(true);
	struct seen *s;
	u64 at;

	for (unsigned i = 0; i < 16; i++) {
		inject(TH_ACK, 1 + i, 1, 65535, "q");
		expect(TH_ACK, 1, 2 + i, 0);
	}
	at = host_time;
	inject(TH_ACK, 17, 1, 65535, "d");
	expect_silence();
	run_for(NS_PER_SEC);
	s = expect(TH_ACK, 1, 18, 0);
	assert_int_equal((s->at - at) / NS_PER_MSEC, 40);
	give_up(c);
}

static void test_pmtu(void **state)
{
	struct tcp *c = established(true);
	u8 transport[8];
	struct ip_error e = { .error = EMSGSIZE, .mtu = 576, .transport = transport };

	write_n(c, 3000);
	seen_next = seen_count;
	e.ip.source = host_endpoint(ENGINE, 0).address;
	e.ip.destination = host_endpoint(PEER, 0).address;
	store_be16(transport, 80);
	store_be16(transport + 2, peer_port);
	store_be32(transport + 4, engine_iss - 70000);	/* a guess */
	tcp_error(&e);
	expect_silence();
	store_be32(transport + 4, engine_iss + 1);
	tcp_error(&e);
	expect(TH_ACK, 1, 1, 536);
	e.mtu = 1;
	tcp_error(&e);
	assert_true(c->mss >= TCP_MSS_MIN);
	give_up(c);
}

static void test_keepalive(void **state)
{
	struct tcp *c = established(true);
	int idle = 10, interval = 2, count = 3;
	struct seen *s;
	u64 began = host_time;

	tcp_set(c, TCP_SET_KEEPALIVE, 1);
	tcp_setsockopt(c, TCP_KEEPIDLE, &idle, sizeof(idle));
	tcp_setsockopt(c, TCP_KEEPINTVL, &interval, sizeof(interval));
	tcp_setsockopt(c, TCP_KEEPCNT, &count, sizeof(count));
	run_for(11 * NS_PER_SEC);
	s = expect(TH_ACK, 0, 1, 0);
	assert_int_equal((s->at - began) / NS_PER_SEC, 10);
	inject(TH_ACK, 1, 1, 65535, "");		/* alive */
	run_for(9 * NS_PER_SEC);
	expect_silence();
	run_for(60 * NS_PER_SEC);
	for (unsigned i = 0; i < 3; i++)
		expect(TH_ACK, 0, 1, 0);
	expect(TH_RST | TH_ACK, 1, 1, 0);
	assert_int_equal(tcp_take_error(c), ETIMEDOUT);
	tcp_close(c);
}

/* ---- Attacks ---- */

static void test_blind(void **state)
{
	struct tcp *c = established(true);

	inject(TH_RST, 100, 0, 0, "");			/* in the window, not exact: RFC 5961, 3.2 */
	expect(TH_ACK, 1, 1, 0);
	inject(TH_RST, 200, 0, 0, "");			/* once is enough for a while */
	expect_silence();
	inject(TH_RST, 100000, 0, 0, "");
	run_for(NS_PER_SEC);
	inject(TH_SYN, 50, 0, 65535, "");		/* 4.2 */
	expect(TH_ACK, 1, 1, 0);
	run_for(NS_PER_SEC);
	inject(TH_ACK, 1, 0u - 1000000, 65535, "evil");	/* 5.2 */
	expect(TH_ACK, 1, 1, 0);
	assert_int_equal(tcp_readable(c), 0);
	assert_int_equal(c->state, TCP_ESTABLISHED);
	inject(TH_RST, 1, 0, 0, "");
	assert_int_equal(tcp_take_error(c), ECONNRESET);
	tcp_close(c);
}

static void test_urgent(void **state)
{
	struct tcp *c = established(true);
	char byte;

	inject(TH_ACK | TH_URG, 1, 1, 65535, "ab!");
	assert_int_equal(tcp_poll(c) & POLLPRI, POLLPRI);
	assert_int_equal(receive_into(c, &byte, 1, TCP_MSG_OOB), 1);
	assert_int_equal(byte, '!');
	assert_int_equal(receive_into(c, &byte, 1, TCP_MSG_OOB), -EINVAL);
	inject(TH_ACK, 4, 1, 65535, "cd");
	assert_false(tcp_at_mark(c));
	expect_bytes(c, "ab");
	assert_true(tcp_at_mark(c));
	expect_bytes(c, "cd");
	seen_next = seen_count;
	assert_int_equal(send_bytes(c, "xyz", 3, TCP_MSG_OOB), 3);
	assert_int_equal(seen[seen_next].urgent, 3);
	expect(TH_ACK | TH_URG, 1, 6, 3);
	give_up(c);
}

static void test_paws(void **state)
{
	u8 syn[] = { 1, 1, 8, 10, 0, 0, 1, 0, 0, 0, 0, 0 }, ts[12];
	struct tcp *l = listener_at(ENGINE, 80, 5), *c;

	inject_full(peer_port, 80, TH_SYN, ISS, 0, 65535, syn, 12, "", 0);
	engine_iss = next_seen()->seq;
	tcp_put_ts(ts, 0x101, 0);
	inject_full(peer_port, 80, TH_ACK, ISS + 1, engine_iss + 1, 65535, ts, 12, "new", 3);
	assert_int_equal(tcp_accept(l, &c), 0);
	expect(TH_ACK, 1, 4, 0);
	tcp_put_ts(ts, 0x90, 0);
	inject_full(peer_port, 80, TH_ACK, ISS + 4, engine_iss + 1, 65535, ts, 12, "old", 3);
	expect(TH_ACK, 1, 4, 0);
	expect_bytes(c, "new");
	assert_true(count_of(SNMP_PAWSEstab) >= 1);
	give_up(c);
	tcp_close(l);
}

/* ---- Ports ---- */

static void test_ports(void **state)
{
	struct endpoint any = { .address = { .be = { 0, 0, be32(0xffff), 0 } }, .port = 7000 }, one = host_endpoint(ENGINE, 7000), e;
	struct tcp *a = tcp_create(), *b = tcp_create();

	assert_int_equal(tcp_bind(a, &any), 0);
	assert_int_equal(tcp_bind(a, &any), -EINVAL);
	assert_int_equal(tcp_bind(b, &one), -EADDRINUSE);
	tcp_close(a);
	a = tcp_create();
	tcp_set(a, TCP_SET_REUSEADDR, 1);
	tcp_set(b, TCP_SET_REUSEADDR, 1);
	assert_int_equal(tcp_bind(a, &any), 0);
	assert_int_equal(tcp_bind(b, &one), 0);
	assert_int_equal(tcp_listen(a, 1), 0);
	assert_int_equal(tcp_listen(b, 1), -EADDRINUSE);
	tcp_close(a);
	assert_int_equal(tcp_listen(b, 1), 0);
	tcp_close(b);
	a = tcp_create();
	any.port = 0;
	assert_int_equal(tcp_bind(a, &any), 0);
	tcp_local(a, &e);
	assert_in_range(e.port, 32768, 60999);
	one.address.b[15] = 77;
	b = tcp_create();
	assert_int_equal(tcp_bind(b, &one), -EADDRNOTAVAIL);
	one.address.b[15] = 99;
	assert_int_equal(tcp_connect(b, &one), -ENETUNREACH);
	tcp_close(a);
	tcp_close(b);
}

#define SCRIPT(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT(test_passive), SCRIPT(test_active), SCRIPT(test_refused), SCRIPT(test_nobody_answers), SCRIPT(test_both_open),
		SCRIPT(test_reset_for_nobody), SCRIPT(test_cookies), SCRIPT(test_cookie_waits), SCRIPT(test_replaced_in_place),
		SCRIPT(test_backlog), SCRIPT(test_both_close), SCRIPT(test_half_close),
		SCRIPT(test_unread), SCRIPT(test_linger_zero), SCRIPT(test_time_wait), SCRIPT(test_rto), SCRIPT(test_dead_peer),
		SCRIPT(test_user_timeout), SCRIPT(test_fast_retransmit), SCRIPT(test_sack), SCRIPT(test_sack_lies),
		SCRIPT(test_reports_sack), SCRIPT(test_zero_window), SCRIPT(test_reader_stops), SCRIPT(test_small_segments),
		SCRIPT(test_nagle), SCRIPT(test_delayed_ack), SCRIPT(test_pmtu), SCRIPT(test_keepalive), SCRIPT(test_blind),
		SCRIPT(test_urgent), SCRIPT(test_paws), SCRIPT(test_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
