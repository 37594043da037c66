/* clock_gettime(2) and relatives: monotonic never goes back, by call and by vDSO; clocks agree; resolution; errors. */
#include "test.h"

static int64_t raw_now(clockid_t clock)
{
	struct timespec ts = { -1, -1 };

	CHECK_EQ(RAW(SYS_clock_gettime, clock, &ts), 0);
	CHECK(ts.tv_nsec >= 0 && ts.tv_nsec < 1000000000);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static void test(void)
{
	struct timespec ts;
	struct timeval tv;
	int64_t last = 0;

	for (int i = 0; i < 5000; i++) {
		int64_t now = i % 2 ? test_now() : raw_now(CLOCK_MONOTONIC);
		if (!CHECK(now >= last))
			break;
		last = now;
	}
	CHECK(raw_now(CLOCK_REALTIME) > 1600000000LL * 1000000000);
	int64_t before = raw_now(CLOCK_REALTIME) / 1000;
	CHECK_OK(syscall(SYS_gettimeofday, &tv, NULL));
	CHECK(tv.tv_sec * 1000000LL + tv.tv_usec >= before);
	long seconds = RAW(SYS_time, 0);
	CHECK(seconds >= tv.tv_sec - 1);
	CHECK(time(NULL) >= seconds);
	last = raw_now(CLOCK_MONOTONIC);
	CHECK(raw_now(CLOCK_BOOTTIME) >= last);
	CHECK(raw_now(CLOCK_PROCESS_CPUTIME_ID) > 0);
	CHECK(raw_now(CLOCK_THREAD_CPUTIME_ID) > 0);
	last = raw_now(CLOCK_MONOTONIC_COARSE);
	CHECK(raw_now(CLOCK_MONOTONIC) >= last);
	CHECK_OK(clock_getres(CLOCK_MONOTONIC, &ts));
	CHECK(ts.tv_sec == 0 && ts.tv_nsec > 0);
	CHECK_EQ(RAW(SYS_clock_gettime, 999, &ts), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_getres, 999, &ts), -EINVAL);
}
