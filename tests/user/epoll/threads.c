/* Many processes share one epoll: exclusive and ordinary interests come and go while files are written, read and closed. */
#include "test.h"
#include <sys/epoll.h>

#define ROUNDS	 300
#define WORKERS	 4
#define TOKENS	 400

/* Adds pipes, writes to them and closes them at once, so that the ends of files meet waits and wake-ups. */
static void churn(int ep)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct epoll_event e = { .events = EPOLLIN | (i % 3 ? 0 : EPOLLET), .data.fd = -1 };
		int p[2];

		CHECK_OK(pipe(p));
		CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
		CHECK_EQ(write(p[1], "x", 1), 1);
		if (i % 2)
			CHECK_OK(epoll_ctl(ep, EPOLL_CTL_DEL, p[0], NULL));
		CHECK_OK(close(p[0]));
		CHECK_OK(close(p[1]));
	}
}

/* Takes tokens out of the pipe, one for each event at most, until it meets the end. */
static void work(int ep, int fd)
{
	for (;;) {
		struct epoll_event e;
		char c;
		int n = epoll_wait(ep, &e, 1, -1);

		CHECK_EQ(n, 1);
		if (n != 1 || e.data.fd != fd)
			continue;
		ssize_t got = read(fd, &c, 1);
		if (got == 0 || (got == 1 && c == 'q'))
			return;
		if (got < 0)
			CHECK_EQ(errno, EAGAIN);
	}
}

static void test(void)
{
	struct epoll_event e = { .events = EPOLLIN };
	int ep = CHECK_OK(epoll_create1(0)), p[2];
	pid_t workers[WORKERS];

	CHECK_OK(pipe2(p, O_NONBLOCK));
	e.data.fd = p[0];
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
	for (int i = 0; i < WORKERS; i++) {
		workers[i] = test_fork();
		if (workers[i] == 0) {
			int own = ep;

			CHECK_OK(close(p[1]));
			if (i % 2) {		/* half of them watch through an epoll of their own */
				own = CHECK_OK(epoll_create1(0));
				e.events = EPOLLIN | EPOLLEXCLUSIVE;
				CHECK_OK(epoll_ctl(own, EPOLL_CTL_ADD, p[0], &e));
			}
			work(own, p[0]);
			test_exit();
		}
	}
	pid_t churner = test_fork();
	if (churner == 0) {
		churn(ep);
		test_exit();
	}
	for (int i = 0; i < TOKENS; i++)
		CHECK_EQ(write(p[1], "t", 1), 1);
	CHECK_CHILD(churner);
	CHECK_OK(close(p[1]));		/* level-triggered: everybody sees the end */
	for (int i = 0; i < WORKERS; i++)
		CHECK_CHILD(workers[i]);
}
