/* clock_settime(2): absolute calendar timers follow the clock, relative ones do not, ECANCELED where it was asked for. */
#include "test.h"
#include <sys/timerfd.h>

static int armed(int flags, const struct timespec *at)
{
	int fd = CHECK_OK(timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK));
	struct itimerspec s = { .it_value = *at };

	CHECK_OK(timerfd_settime(fd, flags, &s, NULL));
	return fd;
}

static void refused(void)
{
	struct timespec now, bad = { 0, -1 };

	CHECK_OK(clock_gettime(CLOCK_REALTIME, &now));
	CHECK_ERRNO(clock_settime(CLOCK_MONOTONIC, &now), EINVAL);
	CHECK_ERRNO(clock_settime(CLOCK_REALTIME, &bad), EINVAL);
	pid_t pid = test_fork();
	if (pid == 0) {
		test_drop_root(NO_UID);
		CHECK_ERRNO(clock_settime(CLOCK_REALTIME, &now), EPERM);
		test_exit();
	}
	CHECK_CHILD(pid);
}

static void test(void)
{
	struct timespec now, later, hour = { 3600, 0 };
	uint64_t n;

	test_need_root();
	refused();
	if (!test_on_astra())
		test_skip("the machine's clock is not the test's to set");
	CHECK_OK(clock_gettime(CLOCK_REALTIME, &now));
	later = (struct timespec){ now.tv_sec + 3600, 0 };
	int follows = armed(TFD_TIMER_ABSTIME, &later), relative = armed(0, &hour);
	int told = armed(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &later);
	later.tv_sec += 10;
	CHECK_OK(clock_settime(CLOCK_REALTIME, &later));
	struct pollfd p[2] = { { .fd = follows, .events = POLLIN }, { .fd = told, .events = POLLIN } };
	CHECK_EQ(poll(&p[0], 1, -1), 1);
	CHECK_EQ(poll(&p[1], 1, -1), 1);
	CHECK_EQ(read(follows, &n, 8), 8);
	CHECK_ERRNO(read(told, &n, 8), ECANCELED);
	CHECK_ERRNO(read(relative, &n, 8), EAGAIN);
	CHECK_OK(clock_gettime(CLOCK_REALTIME, &now));
	CHECK(now.tv_sec >= later.tv_sec);
}
