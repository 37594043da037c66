/* timerfd_create(2): once, periodic, absolute, the count of expirations, gettime, poll and epoll, errors. */
#include "test.h"
#include <sys/epoll.h>
#include <sys/timerfd.h>

#define MS 1000000

static struct itimerspec after(long value, long interval)
{
	return (struct itimerspec){ .it_value = { value / (1000 * MS), value % (1000 * MS) },
				    .it_interval = { interval / (1000 * MS), interval % (1000 * MS) } };
}

static void once_and_periodic(int clock)
{
	int fd = CHECK_OK(timerfd_create(clock, TFD_NONBLOCK | TFD_CLOEXEC));
	struct itimerspec s = after(20 * MS, 0), now;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t n = 0;
	int64_t start = test_now();

	CHECK_ERRNO(read(fd, &n, 8), EAGAIN);
	CHECK_OK(timerfd_settime(fd, 0, &s, &now));
	CHECK_EQ(now.it_value.tv_sec + now.it_value.tv_nsec, 0);
	CHECK_OK(timerfd_gettime(fd, &now));
	CHECK(now.it_value.tv_sec == 0 && now.it_value.tv_nsec <= 20 * MS);
	CHECK_EQ(poll(&p, 1, -1), 1);
	CHECK(test_now() - start >= 20 * MS);
	CHECK_ERRNO(read(fd, &n, 4), EINVAL);
	CHECK_EQ(read(fd, &n, 8), 8);
	CHECK_EQ(n, 1);
	CHECK_ERRNO(read(fd, &n, 8), EAGAIN);
	CHECK_OK(timerfd_gettime(fd, &now));
	CHECK_EQ(now.it_value.tv_sec + now.it_value.tv_nsec, 0);

	s = after(5 * MS, 5 * MS);
	CHECK_OK(timerfd_settime(fd, 0, &s, NULL));
	start = test_now();
	test_sleep(42);
	CHECK_EQ(read(fd, &n, 8), 8);
	CHECK(n >= 8 && n <= (uint64_t)(test_now() - start) / (5 * MS) + 1);
	CHECK_OK(timerfd_gettime(fd, &now));
	CHECK_EQ(now.it_interval.tv_nsec, 5 * MS);
	CHECK(now.it_value.tv_nsec > 0 && now.it_value.tv_nsec <= 5 * MS);
	CHECK_EQ(poll(&p, 1, -1), 1);
	s = after(0, 0);
	CHECK_OK(timerfd_settime(fd, 0, &s, &now));
	CHECK_EQ(now.it_interval.tv_nsec, 5 * MS);
	CHECK_EQ(poll(&p, 1, 20), 0);
	CHECK_OK(close(fd));
}

static void absolute(int clock)
{
	int fd = CHECK_OK(timerfd_create(clock, 0)), ep = CHECK_OK(epoll_create1(0));
	struct epoll_event e = { .events = EPOLLIN };
	struct itimerspec s = after(0, 0);
	struct timespec before;
	uint64_t n = 0;

	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e));
	CHECK_OK(clock_gettime(clock, &before));
	s.it_value = before;
	s.it_value.tv_nsec += 20 * MS;
	if (s.it_value.tv_nsec >= 1000 * MS) {
		s.it_value.tv_nsec -= 1000 * MS;
		s.it_value.tv_sec++;
	}
	CHECK_OK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &s, NULL));
	CHECK_EQ(epoll_wait(ep, &e, 1, -1), 1);
	CHECK_EQ(e.events, EPOLLIN);
	CHECK_EQ(read(fd, &n, 8), 8);
	CHECK_EQ(n, 1);
	s.it_value.tv_sec -= s.it_value.tv_sec > 1;	/* long ago */
	CHECK_OK(timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &s, NULL));
	CHECK_EQ(read(fd, &n, 8), 8);
	CHECK_EQ(n, 1);
	/* What is past has expired when the call returns. Linux leaves it to an interrupt that comes about then. */
	CHECK_OK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &s, NULL));
	if (test_on_astra())
		CHECK_EQ(epoll_wait(ep, &e, 1, 0), 1);
	CHECK_EQ(read(fd, &n, 8), 8);
	CHECK_OK(close(fd));
	CHECK_OK(close(ep));
}

static void errors(void)
{
	int fd = CHECK_OK(timerfd_create(CLOCK_MONOTONIC, 0));
	struct itimerspec s = after(MS, 0), bad = { .it_value = { 0, 1000 * MS } };

	CHECK_EQ(RAW(SYS_timerfd_create, 99, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_timerfd_create, CLOCK_PROCESS_CPUTIME_ID, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_timerfd_create, CLOCK_MONOTONIC, 1), -EINVAL);
	CHECK_ERRNO(timerfd_settime(fd, 0, &bad, NULL), EINVAL);
	CHECK_ERRNO(timerfd_settime(fd, 8, &s, NULL), EINVAL);
	CHECK_ERRNO(timerfd_settime(999, 0, &s, NULL), EBADF);
	CHECK_ERRNO(timerfd_settime(0, 0, &s, NULL), EINVAL);
	CHECK_EQ(RAW(SYS_timerfd_settime, fd, 0, test_unmapped(), NULL), -EFAULT);
	CHECK_EQ(RAW(SYS_timerfd_gettime, fd, test_unmapped()), -EFAULT);
	CHECK_ERRNO(write(fd, &s, 8), EINVAL);
	CHECK_OK(close(fd));
}

static void test(void)
{
	int p[2];

	CHECK_OK(pipe(p));
	CHECK_OK(dup2(p[0], 0));
	errors();
	once_and_periodic(CLOCK_MONOTONIC);
	once_and_periodic(CLOCK_REALTIME);
	absolute(CLOCK_MONOTONIC);
	absolute(CLOCK_REALTIME);
	absolute(CLOCK_BOOTTIME);
}
