/* epoll(7): level and edge triggering, one-shot, hang-ups, the key of an interest, errors. */
#include "test.h"
#include <sys/epoll.h>

static int ep;

static int ready(uint32_t *events)
{
	struct epoll_event e[4] = { { 0 } };
	int n = epoll_wait(ep, e, 4, 0);

	*events = e[0].events;
	return n;
}

static void control(int op, int fd, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.u64 = 0x1122334455667788ull };

	CHECK_OK(epoll_ctl(ep, op, fd, &e));
}

static void level_and_edge(int p[2])
{
	uint32_t events;
	char buf[8];

	control(EPOLL_CTL_ADD, p[0], EPOLLIN);
	CHECK_EQ(ready(&events), 0);
	CHECK_EQ(write(p[1], "ab", 2), 2);
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(ready(&events), 1);
		CHECK_EQ(events, EPOLLIN);
	}
	CHECK_EQ(read(p[0], buf, 2), 2);
	CHECK_EQ(ready(&events), 0);

	control(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLET);
	CHECK_EQ(ready(&events), 0);
	CHECK_EQ(write(p[1], "a", 1), 1);
	CHECK_EQ(ready(&events), 1);
	CHECK_EQ(ready(&events), 0);
	CHECK_EQ(write(p[1], "b", 1), 1);
	CHECK_EQ(ready(&events), 1);
	CHECK_EQ(ready(&events), 0);
	control(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLET);	/* looks again */
	CHECK_EQ(ready(&events), 1);
	CHECK_EQ(ready(&events), 0);

	control(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLONESHOT);
	CHECK_EQ(ready(&events), 1);
	CHECK_EQ(ready(&events), 0);
	CHECK_EQ(write(p[1], "c", 1), 1);
	CHECK_EQ(ready(&events), 0);
	control(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLONESHOT);
	CHECK_EQ(ready(&events), 1);
	CHECK_EQ(read(p[0], buf, 8), 3);
	control(EPOLL_CTL_MOD, p[0], EPOLLIN);
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_DEL, p[0], NULL));
	CHECK_EQ(write(p[1], "d", 1), 1);
	CHECK_EQ(ready(&events), 0);
	CHECK_EQ(read(p[0], buf, 8), 1);
}

/* An interest lives as long as the open file, whatever becomes of the descriptor. */
static void keys(int p[2])
{
	uint32_t events;
	int copy = CHECK_OK(dup(p[0]));
	struct epoll_event e = { .events = EPOLLIN };

	control(EPOLL_CTL_ADD, p[0], EPOLLIN);
	CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e), EEXIST);
	control(EPOLL_CTL_ADD, copy, EPOLLIN);
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_EQ(ready(&events), 2);
	CHECK_OK(close(copy));
	CHECK_EQ(ready(&events), 2);
	CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_DEL, copy, NULL), EBADF);
	CHECK_OK(close(p[0]));
	CHECK_EQ(ready(&events), 0);
}

static void hang_up(void)
{
	uint32_t events;
	int p[2];

	CHECK_OK(pipe(p));
	control(EPOLL_CTL_ADD, p[0], 0);
	CHECK_OK(close(p[1]));
	CHECK_EQ(ready(&events), 1);
	CHECK_EQ(events, EPOLLHUP);
	CHECK_OK(close(p[0]));
	CHECK_OK(pipe(p));
	control(EPOLL_CTL_ADD, p[1], EPOLLOUT);
	CHECK_EQ(ready(&events), 1);
	CHECK_EQ(events, EPOLLOUT);
	CHECK_OK(close(p[0]));
	CHECK_EQ(ready(&events), 1);
	CHECK_EQ(events, EPOLLOUT | EPOLLERR);
	CHECK_OK(close(p[1]));
	CHECK_EQ(ready(&events), 0);
}

static void errors(int p[2])
{
	struct epoll_event e = { .events = EPOLLIN };
	int file = CHECK_OK(open("/proc/self/exe", O_RDONLY));

	CHECK_EQ(RAW(SYS_epoll_create, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_epoll_create1, 1), -EINVAL);
	CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_ADD, file, &e), EPERM);
	CHECK_ERRNO(epoll_ctl(999, EPOLL_CTL_ADD, p[0], &e), EBADF);
	CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_ADD, 999, &e), EBADF);
	CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_ADD, ep, &e), EINVAL);
	CHECK_ERRNO(epoll_ctl(p[0], EPOLL_CTL_ADD, p[1], &e), EINVAL);
	CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_DEL, p[0], &e), ENOENT);
	CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_MOD, p[0], &e), ENOENT);
	CHECK_ERRNO(epoll_ctl(ep, 9, p[0], &e), EINVAL);
	CHECK_EQ(RAW(SYS_epoll_ctl, ep, EPOLL_CTL_ADD, p[0], test_unmapped()), -EFAULT);
	CHECK_ERRNO(epoll_wait(ep, &e, 0, 0), EINVAL);
	CHECK_ERRNO(epoll_wait(ep, &e, -1, 0), EINVAL);
	CHECK_ERRNO(epoll_wait(p[0], &e, 1, 0), EINVAL);
	CHECK_ERRNO(epoll_wait(999, &e, 1, 0), EBADF);
	e.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
	CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e), EINVAL);
	e.events = EPOLLIN | EPOLLEXCLUSIVE;
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
	CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_MOD, p[0], &e), EINVAL);
	e.events = EPOLLIN;
	CHECK_ERRNO(epoll_ctl(ep, EPOLL_CTL_MOD, p[0], &e), EINVAL);
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_EQ(RAW(SYS_epoll_wait, ep, test_unmapped(), 1, 0), -EFAULT);
	CHECK_EQ(epoll_wait(ep, &e, 1, -1), 1);		/* it is still there */
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_DEL, p[0], NULL));
	CHECK_EQ(read(p[0], &e, 1), 1);
}

static void test(void)
{
	int p[2];

	ep = CHECK_OK(epoll_create1(EPOLL_CLOEXEC));
	CHECK_EQ(fcntl(ep, F_GETFD), FD_CLOEXEC);
	CHECK_OK(pipe(p));
	errors(p);
	level_and_edge(p);
	keys(p);
	hang_up();
}
