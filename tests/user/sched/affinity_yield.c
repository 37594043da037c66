/* sched_yield(2) and sched_getaffinity(2): size rules, at least one CPU, errors. */
#include "test.h"

static void test(void)
{
	unsigned long mask[128] = { 0 };

	CHECK_OK(sched_yield());
	long n = RAW(SYS_sched_getaffinity, 0, sizeof(mask), mask);
	CHECK(n >= 8 && n % 8 == 0 && n <= (long)sizeof(mask));
	CHECK(mask[0] != 0);
	CHECK_EQ(RAW(SYS_sched_getaffinity, getpid(), sizeof(mask), mask), n);
	CHECK_EQ(RAW(SYS_sched_getaffinity, 0, 7, mask), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_getaffinity, 0, sizeof(mask) - 1, mask), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_getaffinity, 0x3fffffff, sizeof(mask), mask), -ESRCH);
	CHECK_EQ(RAW(SYS_sched_getaffinity, 0, sizeof(mask), test_unmapped()), -EFAULT);
}
