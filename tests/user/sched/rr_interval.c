/* sched_rr_get_interval(2): a slice for SCHED_RR, none for SCHED_FIFO, errors. */
#include "test.h"

static void test(void)
{
	struct timespec t = { -1, -1 };
	int priority = 3;

	CHECK_EQ(RAW(SYS_sched_rr_get_interval, 0, &t), 0);
	CHECK_EQ(t.tv_sec, 0);
	CHECK(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
	CHECK_EQ(RAW(SYS_sched_rr_get_interval, getpid(), &t), 0);
	CHECK_EQ(RAW(SYS_sched_rr_get_interval, -1, &t), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_rr_get_interval, 0x3fffffff, &t), -ESRCH);
	CHECK_EQ(RAW(SYS_sched_rr_get_interval, 0, test_unmapped()), -EFAULT);
	if (RAW(SYS_sched_setscheduler, 0, SCHED_RR, &priority) == -EPERM)
		return;
	CHECK_EQ(RAW(SYS_sched_rr_get_interval, 0, &t), 0);
	CHECK(t.tv_sec == 0 && t.tv_nsec >= 1000000);
	CHECK_EQ(RAW(SYS_sched_setscheduler, 0, SCHED_FIFO, &priority), 0);
	CHECK_EQ(RAW(SYS_sched_rr_get_interval, 0, &t), 0);
	CHECK(t.tv_sec == 0 && t.tv_nsec == 0);
}
