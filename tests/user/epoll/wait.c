/* epoll_wait(2), epoll_pwait(2), epoll_pwait2(2): sleeping, waking, time-outs, signals and masks, fair turns. */
#include "test.h"
#include <sys/epoll.h>

static void sleep_and_wake(int ep, int fd)
{
	struct epoll_event e;
	pid_t pid = test_fork();

	if (pid == 0) {
		test_sleep(20);
		CHECK_EQ(write(fd, "x", 1), 1);
		test_exit();
	}
	CHECK_EQ(epoll_wait(ep, &e, 1, -1), 1);
	CHECK_EQ(e.events, EPOLLIN);
	CHECK_EQ(e.data.u32, 7);
	CHECK_CHILD(pid);
}

static void timeouts(int ep)
{
	struct timespec ts = { 0, 15000000 }, bad = { 0, 1000000000 };
	struct epoll_event e;
	int64_t start = test_now();

	CHECK_EQ(epoll_wait(ep, &e, 1, 15), 0);
	CHECK(test_now() - start >= 15000000);
	start = test_now();
	long n = RAW(SYS_epoll_pwait2, ep, &e, 1, &ts, NULL, 8);
	CHECK_EQ(n, 0);
	CHECK(test_now() - start >= 15000000);
	CHECK_EQ(RAW(SYS_epoll_pwait2, ep, &e, 1, &bad, NULL, 8), -EINVAL);
}

static void signals(int ep)
{
	sigset_t usr1 = test_set_of(SIGUSR1), none, now;
	struct epoll_event e;

	sigemptyset(&none);
	test_handle(SIGUSR1, test_count_signal, SA_RESTART);
	CHECK_OK(sigprocmask(SIG_BLOCK, &usr1, NULL));
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(epoll_wait(ep, &e, 1, 10), 0);
	CHECK_EQ(test_signals_seen, 0);
	CHECK_EQ(RAW(SYS_epoll_pwait, ep, &e, 1, -1, &none, 4), -EINVAL);
	CHECK_ERRNO(epoll_pwait(ep, &e, 1, -1, &none), EINTR);
	CHECK_EQ(test_signals_seen, 1);
	CHECK_OK(sigprocmask(SIG_BLOCK, NULL, &now));
	CHECK_EQ(sigismember(&now, SIGUSR1), 1);
}

/* With room for one event, ready files take turns. */
static void turns(int ep)
{
	struct epoll_event e = { .events = EPOLLIN };
	int seen[3] = { 0 };

	for (int i = 0; i < 3; i++) {
		int p[2];

		CHECK_OK(pipe(p));
		e.data.u32 = (uint32_t)i;
		CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
		CHECK_EQ(write(p[1], "x", 1), 1);
	}
	for (int i = 0; i < 9; i++) {
		CHECK_EQ(epoll_wait(ep, &e, 1, 0), 1);
		seen[e.data.u32 % 3]++;
	}
	for (int i = 0; i < 3; i++)
		CHECK_EQ(seen[i], 3);
}

static void test(void)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = 7 };
	int ep = CHECK_OK(epoll_create1(0)), p[2];
	char c;

	CHECK_OK(pipe(p));
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
	sleep_and_wake(ep, p[1]);
	CHECK_EQ(read(p[0], &c, 1), 1);
	timeouts(ep);
	signals(ep);
	turns(ep);
}
