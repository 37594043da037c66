/* futex(2): WAKE without waiters, WAIT with another value, time-outs, errors. */
#include "test.h"

#define WAIT	      0
#define WAKE	      1
#define REQUEUE	      3
#define WAIT_BITSET   9
#define PRIVATE	      128

static void test(void)
{
	static int word = 5;
	struct timespec ts = { 0, 20000000 }, bad = { 0, 1000000000 }, negative = { -1, 0 };

	CHECK_EQ(RAW(SYS_futex, &word, WAKE, 10), 0);
	CHECK_EQ(RAW(SYS_futex, &word, WAKE | PRIVATE, 10), 0);
	CHECK_EQ(RAW(SYS_futex, &word, WAIT, 4, 0), -EAGAIN);
	CHECK_EQ(RAW(SYS_futex, &word, WAIT | PRIVATE, 4, &ts), -EAGAIN);
	int64_t start = test_now();
	CHECK_EQ(RAW(SYS_futex, &word, WAIT | PRIVATE, 5, &ts), -ETIMEDOUT);
	CHECK(test_now() - start >= 20000000);
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	CHECK_EQ(RAW(SYS_futex, &word, WAIT_BITSET | PRIVATE, 5, &now, 0, ~0U), -ETIMEDOUT);
	CHECK_EQ(RAW(SYS_futex, &word, WAIT_BITSET | PRIVATE, 5, &now, 0, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_futex, &word, WAIT, 5, &bad), -EINVAL);
	CHECK_EQ(RAW(SYS_futex, &word, WAIT, 5, &negative), -EINVAL);
	CHECK_EQ(RAW(SYS_futex, &word, WAIT, 5, test_unmapped()), -EFAULT);
	CHECK_EQ(RAW(SYS_futex, (char *)&word + 1, WAIT, 5, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_futex, (char *)&word + 2, WAKE, 1), -EINVAL);
	CHECK_EQ(RAW(SYS_futex, test_unmapped(), WAIT, 5, 0), -EFAULT);
	CHECK_EQ(RAW(SYS_futex, 0xffff800000000000, WAIT | PRIVATE, 5, 0), -EFAULT);
	CHECK_EQ(RAW(SYS_futex, &word, 77, 5, 0), -ENOSYS);
	CHECK_EQ(RAW(SYS_futex, &word, REQUEUE | PRIVATE, 1, 1, &word + 1), 0);
}
