/* epoll with few and many descriptors, of which one is ready: a write to an eventfd, the wait, the read. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench.h"

#define MANY	10000

static int poller, counters[MANY];
static int watched;

static void watch(int number)
{
	struct rlimit limit = { MANY + 100, MANY + 100 };

	must(setrlimit(RLIMIT_NOFILE, &limit));
	watched = number;
	poller = must(epoll_create1(0));
	for (int i = 0; i < number; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.u32 = i };

		counters[i] = must(eventfd(0, EFD_NONBLOCK));
		must(epoll_ctl(poller, EPOLL_CTL_ADD, counters[i], &event));
	}
}

static void watch_1(void)
{
	watch(1);
}

static void watch_100(void)
{
	watch(100);
}

static void watch_10000(void)
{
	watch(MANY);
}

static void one_ready(unsigned long count)
{
	struct epoll_event events[16];
	uint64_t value = 1;

	while (count--) {
		int ready = counters[count % watched];

		must(write(ready, &value, sizeof(value)));
		if (must(epoll_wait(poller, events, 16, -1)) != 1)
			give_up(EIO);
		must(read(ready, &value, sizeof(value)));
	}
}

const struct row epoll_rows[] = {
	{ .name = "epoll.1", .setup = watch_1, .run = one_ready },
	{ .name = "epoll.100", .setup = watch_100, .run = one_ready },
	{ .name = "epoll.10000", .setup = watch_10000, .run = one_ready },
	{ 0 }
};
