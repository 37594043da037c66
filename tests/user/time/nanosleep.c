/* nanosleep(2), clock_nanosleep(2): not too short, absolute times, the remainder, errors. */
#include "test.h"

static void test(void)
{
	struct timespec ts = { 0, 15000000 }, rem = { 9, 9 }, bad = { 0, 1000000000 }, negative = { -1, 0 };

	int64_t start = test_now();
	CHECK_OK(nanosleep(&ts, &rem));
	CHECK(test_now() - start >= 15000000);
	CHECK_EQ(rem.tv_sec, 9);
	CHECK_ERRNO(nanosleep(&bad, NULL), EINVAL);
	CHECK_ERRNO(nanosleep(&negative, NULL), EINVAL);
	CHECK_OK(nanosleep(&(struct timespec){ 0, 0 }, NULL));
	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_nsec += 15000000;
	ts.tv_sec += ts.tv_nsec / 1000000000;
	ts.tv_nsec %= 1000000000;
	CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL), 0);
	CHECK(test_now() >= ts.tv_sec * 1000000000L + ts.tv_nsec);
	CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){ 0, 0 }, NULL), 0);
	CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, 0, &(struct timespec){ 0, 1000 }, NULL), 0);
	CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, &bad, NULL), EINVAL);
	CHECK_EQ(RAW(SYS_clock_nanosleep, 999, 0, &ts, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &ts, 0), -EOPNOTSUPP);

	test_handle(SIGUSR1, test_count_signal, 0);
	pid_t pid = test_pester(SIGUSR1);
	struct timespec far = { test_now() / 1000000000 + 100, 0 };
	CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &far, &rem), EINTR);
	CHECK_EQ(rem.tv_sec, 9);
	test_stop(pid);
}
