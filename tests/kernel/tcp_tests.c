/* TCP over the loopback device: what the host's simulation has no part of: net tasks, wait queues, several CPUs. */
#include "selftest.h"

#include "fs/file.h"
#include "fs/uio.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "net/tcp.h"
#include "sched/wait.h"

#define PAIRS 8u
#define BULK  (2u << 20)
#define PIECE 32768u

static const struct endpoint loopback = { .address = { .b = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 } } };

static bool wait_for(struct tcp *c, unsigned events)
{
	return wait_event_timeout(tcp_wait(c), tcp_poll(c) & (events | POLLERR), false, clock_now() + 60 * NS_PER_SEC) == 0;
}

static ssize_t move(struct tcp *c, void *data, u64 n, bool out)
{
	struct uio u;
	ssize_t r;

	do {
		uio_init_kernel(&u, data, n);
		r = out ? tcp_send(c, &u, 0) : tcp_receive(c, &u, 0);
	} while (r == -EAGAIN && wait_for(c, out ? POLLOUT : POLLIN));
	return r;
}

/* A connection and the end that the listener accepted for it. */
static bool connect_pair(struct tcp *l, struct tcp **c, struct tcp **d)
{
	struct endpoint to;

	tcp_local(l, &to);
	*c = tcp_create();
	if (!EXPECT(*c) || !EXPECT(tcp_connect(*c, &to) == -EINPROGRESS) || !EXPECT(wait_for(*c, POLLOUT)))
		return false;
	return EXPECT(tcp_take_error(*c) == 0) && EXPECT(wait_for(l, POLLIN)) && EXPECT(tcp_accept(l, d) == 0);
}

static struct tcp *listener(void)
{
	struct tcp *l = tcp_create();

	return EXPECT(l) && EXPECT(tcp_bind(l, &loopback) == 0) && EXPECT(tcp_listen(l, 64) == 0) ? l : NULL;
}

/* Closing resets, so that no TIME-WAIT outlives the test. */
static void close_pair(struct tcp *c, struct tcp *d)
{
	tcp_set(c, TCP_SET_LINGER, 1);
	tcp_close(c);
	tcp_close(d);
}

SELFTEST(tcp_round_trips)
{
	struct tcp *l = listener(), *c, *d;
	u8 byte;

	if (l && connect_pair(l, &c, &d)) {
		for (unsigned i = 0; i < 1000; i++) {
			byte = (u8)i;
			EXPECT(move(c, &byte, 1, true) == 1 && move(d, &byte, 1, false) == 1 && byte == (u8)i);
			EXPECT(move(d, &byte, 1, true) == 1 && move(c, &byte, 1, false) == 1 && byte == (u8)i);
		}
		close_pair(c, d);
	}
	if (l)
		tcp_close(l);
}

struct pairs {
	struct tcp *end[2 * PAIRS];
	bool wrong[2 * PAIRS];
};

/* Even ends send a series of numbers, odd ones check it. */
static void stream(void *arg, unsigned index)
{
	struct pairs *p = arg;
	u32 *words = kmalloc(PIECE), at = 0;
	ssize_t r = 1;

	while (words && at < BULK / 4 && r > 0) {
		u32 count = MIN(PIECE / 4, BULK / 4 - at), done = 0;

		for (u32 i = 0; index % 2 == 0 && i < count; i++)
			words[i] = at + i + index;
		for (; done < count * 4 && r > 0; done += r > 0 ? (u32)r : 0)
			r = move(p->end[index], (u8 *)words + done, count * 4 - done, index % 2 == 0);
		for (u32 i = 0; index % 2 == 1 && i < count; i++)
			p->wrong[index] |= words[i] != at + i + index - 1;
		at += count;
	}
	p->wrong[index] |= r <= 0 || !words;
	kfree(words);
}

SELFTEST(tcp_streams)
{
	struct pairs p = { .end = { NULL } };
	struct tcp *l = listener();
	unsigned made = 0;

	while (l && made < PAIRS && connect_pair(l, &p.end[2 * made], &p.end[2 * made + 1]))
		made++;
	if (EXPECT(made == PAIRS))
		selftest_parallel(2 * PAIRS, stream, &p);
	for (unsigned i = 0; i < 2 * made; i++)
		EXPECT(!p.wrong[i]);
	for (unsigned i = 0; i < made; i++)
		close_pair(p.end[2 * i], p.end[2 * i + 1]);
	if (l)
		tcp_close(l);
}
