/* sources: kernel/net/tcp.c kernel/net/tcp_ack.c kernel/net/tcp_buffer.c kernel/net/tcp_connect.c kernel/net/tcp_cubic.c
   kernel/net/tcp_established.c kernel/net/tcp_hash.c kernel/net/tcp_input.c kernel/net/tcp_listen.c kernel/net/tcp_options.c
   kernel/net/tcp_output.c kernel/net/tcp_port.c kernel/net/tcp_read.c kernel/net/tcp_receive.c kernel/net/tcp_request.c
   kernel/net/tcp_sack.c kernel/net/tcp_secure.c kernel/net/tcp_send.c kernel/net/tcp_set.c kernel/net/tcp_socket.c
   kernel/net/tcp_timer.c kernel/net/tcp_timewait.c kernel/net/packet.c kernel/net/packet_copy.c kernel/net/checksum.c
   kernel/fs/uio.c kernel/lib/string.c tests/support/host.c */
/*
 * Transfers both ways through networks that lose, reorder, duplicate and corrupt, from a seed: every byte is compared, and in the end
 * no object and no page is left. TCP_TEST_ROUNDS=n in the environment makes it n worlds (each some thousands of segments).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp_host.h"

struct side {
	struct tcp *c;
	u32 sent, total;		/* bytes of our stream */
	u32 got, expected;		/* bytes of the peer's */
	u8 out_key, in_key;
	bool ended, read_all;
	u32 most;			/* bytes a call */
};

static u8 stream_byte(u8 key, u32 at) { return (u8)(at * 31 + (at >> 8) * 7 + (at >> 16) + key); }

static void write_some(struct side *s)
{
	static u8 buffer[200000];

	while (s->sent < s->total) {
		u32 n = MIN((u32)(host_random(&world.rng) % s->most) + 1, s->total - s->sent);
		ssize_t r;

		for (u32 i = 0; i < n; i++)
			buffer[i] = stream_byte(s->out_key, s->sent + i);
		r = send_bytes(s->c, buffer, n, 0);
		if (r == -EAGAIN)
			return;
		assert_true(r > 0);
		s->sent += (u32)r;
	}
	if (!s->ended) {
		assert_int_equal(tcp_shutdown(s->c, false, true), 0);
		s->ended = true;
	}
}

static void read_some(struct side *s)
{
	static u8 buffer[200000];

	while (!s->read_all) {
		ssize_t r = receive_into(s->c, buffer, host_random(&world.rng) % s->most + 1, 0);

		if (r == -EAGAIN)
			return;
		if (r < 0)
			fail_msg("read: %zd after %u of %u bytes", r, s->got, s->expected);
		if (r == 0) {
			assert_int_equal(s->got, s->expected);
			s->read_all = true;
		}
		for (ssize_t i = 0; i < r; i++)
			if (buffer[i] != stream_byte(s->in_key, s->got + (u32)i))
				fail_msg("byte %u is wrong", s->got + (u32)i);
		s->got += (u32)r;
		assert_true(s->got <= s->expected);
	}
}

static void transfer(u32 forth, u32 back, u32 most)
{
	struct endpoint to = host_endpoint(2, 80);
	struct tcp *l = listener_at(2, 80, 10), *c = tcp_create(), *d = NULL;
	struct side a = { .c = c, .total = forth, .expected = back, .out_key = 3, .in_key = 9, .most = most };
	struct side b = { .total = back, .expected = forth, .out_key = 9, .in_key = 3, .most = most };
	u64 idle = 0;

	assert_int_equal(tcp_connect(c, &to), -EINPROGRESS);
	while (!a.read_all || !b.read_all) {
		if (!d && tcp_accept(l, &d) == 0)
			b.c = d;
		if (c->state == TCP_CLOSED && c->error)
			fail_msg("the connection broke: %d", c->error);
		if (c->state != TCP_SYN_SENT) {
			write_some(&a);
			read_some(&a);
		}
		if (d && host_random(&world.rng) % 8 != 0) {	/* a reader that is not always there */
			write_some(&b);
			read_some(&b);
		}
		if (!step(host_time + 100 * NS_PER_SEC) && ++idle > 20)
			fail_msg("nothing moves: %u of %u forth, %u of %u back", b.got, forth, a.got, back);
	}
	tcp_close(c);
	tcp_close(d);
	tcp_close(l);
	run_for(400 * NS_PER_SEC);
	run_deferred();
}

static void expect_nothing_left(unsigned objects)
{
	struct tcp_usage u;

	tcp_usage(&u);
	assert_int_equal(u.endpoints, 0);
	assert_int_equal(u.time_waits, 0);
	assert_int_equal(u.orphans, 0);
	assert_int_equal(u.requests, 0);
	assert_int_equal(u.memory, 0);
	assert_int_equal(frames_out, 0);
	assert_int_equal(objects_out, objects);
	assert_int_equal(tcp_established(), 0);
}

static void test_clean(void **state)
{
	unsigned objects;

	world_begin(1);
	objects = objects_out;
	transfer(3000000, 100000, 50000);
	expect_nothing_left(objects);
}

static void test_tiny(void **state)
{
	unsigned objects;

	world_begin(2);
	objects = objects_out;
	transfer(5000, 3000, 3);
	expect_nothing_left(objects);
}

static void test_worlds(void **state)
{
	const char *text = getenv("TCP_TEST_ROUNDS");
	unsigned rounds = text ? (unsigned)atoi(text) : 40, objects;
	u64 seed = host_seed(), segments = 0;

	for (unsigned i = 0; i < rounds; i++) {
		world_begin(seed + i * 7919);
		objects = objects_out;
		world.delay = (host_random(&world.rng) % 50000 + 10) * NS_PER_USEC;
		world.jitter = host_random(&world.rng) % 3 ? 0 : world.delay;
		world.loss = (unsigned)(host_random(&world.rng) % 4 ? host_random(&world.rng) % 1000 : 0);
		world.duplicate = (unsigned)(host_random(&world.rng) % 500);
		world.corrupt = (unsigned)(host_random(&world.rng) % 200);
		world.mtu = (u32[]){ 300, 576, 1500, 9000, 65535 }[host_random(&world.rng) % 5];
		world.queue_limit = host_random(&world.rng) % 2 ? (unsigned)(host_random(&world.rng) % 100 + 20) : 0;
		if (getenv("HOST_LOG"))
			fprintf(stderr, "world %u: delay %lu us jitter %lu loss %u dup %u mtu %u queue %u\n", i, world.delay / 1000,
				world.jitter / 1000, world.loss, world.duplicate, world.mtu, world.queue_limit);
		transfer((u32)(host_random(&world.rng) % 400000), (u32)(host_random(&world.rng) % 400000),
			 host_random(&world.rng) % 2 ? 100000 : 2000);
		segments += world.segments;
		expect_nothing_left(objects);
	}
	printf("%u worlds, %lu segments\n", rounds, segments);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_tiny),
		cmocka_unit_test(test_worlds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
