/* sources: kernel/net/tcp.c kernel/net/tcp_ack.c kernel/net/tcp_buffer.c kernel/net/tcp_connect.c kernel/net/tcp_cubic.c
   kernel/net/tcp_established.c kernel/net/tcp_hash.c kernel/net/tcp_input.c kernel/net/tcp_listen.c kernel/net/tcp_options.c
   kernel/net/tcp_output.c kernel/net/tcp_port.c kernel/net/tcp_read.c kernel/net/tcp_receive.c kernel/net/tcp_request.c
   kernel/net/tcp_sack.c kernel/net/tcp_secure.c kernel/net/tcp_send.c kernel/net/tcp_set.c kernel/net/tcp_socket.c
   kernel/net/tcp_timer.c kernel/net/tcp_timewait.c kernel/net/packet.c kernel/net/packet_copy.c kernel/net/checksum.c
   kernel/fs/uio.c kernel/lib/string.c tests/support/host.c */
/*
 * The whole input path of TCP: the fuzzer's bytes say which segment comes next, for whom, and what the user does in between. Numbers
 * are near the real ones often enough to get in. No byte may be read beyond a packet, nothing may leak, and the engine's own state has
 * to stay sound.
 */
#include <stddef.h>
#include <stdint.h>

#include "tcp_host.h"

static struct tcp *listener, *connection;

struct input {
	const u8 *p;
	size_t left;
};

static u32 take(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->p++;
}

static bool swallow(struct wire_packet *w) { return false; }

/* A segment from the peer whose numbers are the connection's, or a little off, or anything. */
static void segment(struct input *in)
{
	static u8 bytes[4096];
	struct endpoint peer = host_endpoint(9, 0), here = host_endpoint(2, 0);
	struct tcp *c = connection;
	u32 options = take(in) % 11 * 4, n = take(in) * (take(in) % 8 ? 1u : 8u), kind = take(in), at, seq, ack;
	u16 sum;

	memset(bytes, 'd', sizeof(bytes));
	store_be16(bytes, (u16)(c && kind & 1 ? c->node.remote_port : 4000 + kind % 4));
	store_be16(bytes + 2, (u16)(c && kind & 1 ? c->node.local_port : 80));
	seq = (c ? c->rcv_nxt : 1000) + (kind & 2 ? (u32)(i32)(i8)take(in) * (kind & 4 ? 200u : 1u) : 0);
	ack = (c ? kind & 8 ? c->snd_nxt : c->snd_una : 0) + (kind & 16 ? (u32)(i32)(i8)take(in) : 0);
	store_be32(bytes + 4, seq);
	store_be32(bytes + 8, ack);
	bytes[12] = (u8)((TCP_HEADER + options) / 4 << 4);
	bytes[13] = kind & 32 ? (u8)take(in) : TH_ACK;
	store_be16(bytes + 14, (u16)(take(in) << (kind & 64 ? 8 : 0)));
	store_be16(bytes + 16, 0);
	store_be16(bytes + 18, (u16)take(in));
	for (at = 0; at < options; at++)
		bytes[TCP_HEADER + at] = (u8)take(in);
	if (kind & 128 && options >= 12) {	/* a SACK block that may hold */
		memcpy(bytes + TCP_HEADER, (u8[]){ 1, 1, 5, 10 }, 4);
		store_be32(bytes + TCP_HEADER + 4, (c ? c->snd_una : 0) + take(in) * 16);
		store_be32(bytes + TCP_HEADER + 8, (c ? c->snd_una : 0) + take(in) * 64);
	}
	n = MIN(n, 2000u) + TCP_HEADER + options;
	sum = (u16)~checksum_fold(checksum_add(checksum_pseudo(&peer.address, &here.address, IPPROTO_TCP, n), bytes, n));
	memcpy(bytes + 16, &sum, 2);
	if (take(in) % 32 == 0)
		n = MIN(n, take(in));	/* cut short: the checksum fails, or the header lies */
	receive_bytes(&peer.address, &here.address, bytes, n);
	net_run();
}

static void user(struct input *in)
{
	static u8 buffer[4096];
	struct tcp *c = connection;
	int value = (int)(i8)take(in);

	switch (take(in) % 10) {
	case 0:
		if (!c && tcp_accept(listener, &connection) != 0)
			connection = NULL;
		break;
	case 1:
		if (!c) {
			struct endpoint to = host_endpoint(9, (u16)(4000 + take(in) % 4));

			connection = tcp_create();
			(void)tcp_connect(connection, &to);
		}
		break;
	case 2:
	case 3:
		if (c)
			(void)send_bytes(c, buffer, take(in) * 16 + 1, value & 1 ? TCP_MSG_MORE : value & 2 ? TCP_MSG_OOB : 0);
		break;
	case 4:
		if (c)
			(void)receive_into(c, buffer, take(in) * 16 + 1, value & 3 ? 0 : TCP_MSG_PEEK);
		break;
	case 5:
		if (c)
			(void)tcp_setsockopt(c, (int)take(in) % 26, &value, sizeof(value));
		break;
	case 6:
		if (c)
			(void)tcp_shutdown(c, value & 1, value & 2);
		break;
	case 7:
		run_for((u64)take(in) * 20 * NS_PER_MSEC);
		break;
	case 8:
		if (c) {
			tcp_close(c);
			connection = NULL;
		}
		break;
	case 9:
		if (c) {
			u8 transport[8];
			struct ip_error e = { .error = value & 1 ? EMSGSIZE : EHOSTUNREACH, .mtu = take(in) * 8, .transport = transport };

			e.ip.source = c->node.local;
			e.ip.destination = c->node.remote;
			store_be16(transport, c->node.local_port);
			store_be16(transport + 2, c->node.remote_port);
			store_be32(transport + 4, c->snd_una + take(in));
			tcp_error(&e);
		}
		break;
	}
}

static void check(const struct tcp *c)
{
	u32 queued_true = 0;
	struct packet *p;

	if (!c)
		return;
	if (seq_after(c->snd_una, c->snd_nxt) || seq_after(c->copied_seq, c->rcv_nxt))
		abort();
	list_for_each(p, &c->rcv_queue, link)
		queued_true += *tcp_packet_true(p);
	for (unsigned i = 0; c->reassembly && i < c->reassembly->count; i++)
		if (!seq_before(c->reassembly->runs[i].start, c->reassembly->runs[i].end) ||
		    (i && !seq_before(c->reassembly->runs[i - 1].end, c->reassembly->runs[i].start)))
			abort();
	for (unsigned i = 0; c->scoreboard && i < c->scoreboard->count; i++)
		if (!seq_before(c->scoreboard->runs[i].start, c->scoreboard->runs[i].end))
			abort();
	if (queued_true > c->rcv_true)
		abort();
	(void)tcp_poll((struct tcp *)c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct tcp_usage u;

	world_begin(99);
	world.filter = swallow;
	listener = listener_at(2, 80, 3);
	connection = NULL;
	while (in.left > 0) {
		if (take(&in) % 3)
			segment(&in);
		else
			user(&in);
		run_deferred();
		check(connection);
	}
	if (connection)
		tcp_close(connection);
	tcp_close(listener);
	run_for(3000 * NS_PER_SEC);
	tcp_usage(&u);
	if (u.endpoints || u.memory || u.requests || u.time_waits || u.orphans || frames_out)
		abort();
	return 0;
}
