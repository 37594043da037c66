/* Epolls in epolls and in poll: readiness passes through, cycles and long rows are refused. */
#include "test.h"
#include <sys/epoll.h>

static int add(int outer, int inner)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = inner };

	return epoll_ctl(outer, EPOLL_CTL_ADD, inner, &e);
}

static void passes_through(void)
{
	int a = CHECK_OK(epoll_create1(0)), b = CHECK_OK(epoll_create1(0)), p[2];
	struct pollfd pfd = { .fd = b, .events = POLLIN };
	struct epoll_event e;
	char c;

	CHECK_OK(pipe(p));
	CHECK_OK(add(a, p[0]));
	CHECK_OK(add(b, a));
	CHECK_EQ(epoll_wait(b, &e, 1, 0), 0);
	CHECK_EQ(poll(&pfd, 1, 0), 0);
	pid_t pid = test_fork();
	if (pid == 0) {
		test_sleep(20);
		CHECK_EQ(write(p[1], "x", 1), 1);
		test_exit();
	}
	CHECK_EQ(poll(&pfd, 1, -1), 1);
	CHECK_EQ(pfd.revents, POLLIN);
	CHECK_EQ(epoll_wait(b, &e, 1, -1), 1);
	CHECK_EQ(e.data.fd, a);
	CHECK_EQ(epoll_wait(a, &e, 1, -1), 1);
	CHECK_EQ(read(p[0], &c, 1), 1);
	CHECK_EQ(epoll_wait(b, &e, 1, 0), 0);
	CHECK_CHILD(pid);
	CHECK_OK(close(a));
	CHECK_EQ(epoll_wait(b, &e, 1, 0), 0);
	CHECK_OK(close(b));
}

static void refuses_cycles(void)
{
	int e[3];

	for (int i = 0; i < 3; i++)
		e[i] = CHECK_OK(epoll_create1(0));
	CHECK_OK(add(e[0], e[1]));
	CHECK_OK(add(e[1], e[2]));
	CHECK_ERRNO(add(e[2], e[0]), ELOOP);
	CHECK_ERRNO(add(e[1], e[0]), ELOOP);
	CHECK_OK(epoll_ctl(e[0], EPOLL_CTL_DEL, e[1], NULL));
	CHECK_OK(add(e[2], e[0]));
	for (int i = 0; i < 3; i++)
		CHECK_OK(close(e[i]));
}

/* Built from the inside out: each new one watches the last. */
static void refuses_long_rows(void)
{
	int last = CHECK_OK(epoll_create1(0)), length = 1;

	for (; length < 20; length++) {
		int outer = CHECK_OK(epoll_create1(0));

		if (add(outer, last) != 0) {
			CHECK_EQ(errno, ELOOP);
			break;
		}
		last = outer;
	}
	CHECK_EQ(length, 5);
}

static void test(void)
{
	passes_through();
	refuses_cycles();
	refuses_long_rows();
}
