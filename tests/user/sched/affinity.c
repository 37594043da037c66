/* sched_setaffinity(2) moves the caller and sleepers; getcpu(2) agrees; nice values and policies. */
#include "test.h"

static void affinity(void)
{
	unsigned long all[16] = { 0 }, one[16], now[16];
	long size = RAW(SYS_sched_getaffinity, 0, sizeof(all), all);

	CHECK(size >= 8);
	for (int turn = 0; turn < 20; turn++) {
		for (unsigned cpu = 0; cpu < 64; cpu++) {
			unsigned here = 999;

			if (!(all[0] >> cpu & 1))
				continue;
			memset(one, 0, sizeof(one));
			one[0] = 1ul << cpu;
			CHECK_EQ(RAW(SYS_sched_setaffinity, 0, sizeof(one), one), 0);
			CHECK_EQ(RAW(SYS_getcpu, &here, NULL, NULL), 0);
			CHECK_EQ(here, cpu);
			memset(now, 0, sizeof(now));
			CHECK_EQ(RAW(SYS_sched_getaffinity, 0, sizeof(now), now), size);
			CHECK_EQ(now[0], one[0]);
		}
	}
	memset(one, 0, sizeof(one));
	CHECK_EQ(RAW(SYS_sched_setaffinity, 0, sizeof(one), one), -EINVAL);
	/* Only processors that there are not. */
	for (unsigned cpu = 0; cpu < 64; cpu++) {
		one[0] = 1ul << cpu;
		if (!(all[0] >> cpu & 1) && (int)cpu >= sysconf(_SC_NPROCESSORS_CONF))
			CHECK_EQ(RAW(SYS_sched_setaffinity, 0, sizeof(one), one), -EINVAL);
	}
	CHECK_EQ(RAW(SYS_sched_setaffinity, 0, 8, test_unmapped()), -EFAULT);
	CHECK_EQ(RAW(SYS_sched_setaffinity, 4000000, sizeof(all), all), -ESRCH);
	CHECK_EQ(RAW(SYS_sched_setaffinity, 0, sizeof(all), all), 0);
}

/* Another process, running or asleep, goes where it is sent. */
static void others(void)
{
	unsigned long all[16] = { 0 }, one[16] = { 0 };

	RAW(SYS_sched_getaffinity, 0, sizeof(all), all);
	unsigned last = 63 - (unsigned)__builtin_clzl(all[0]);
	one[0] = 1ul << last;
	pid_t pid = test_fork();
	if (pid == 0) {
		unsigned here;

		do
			RAW(SYS_getcpu, &here, NULL, NULL);
		while (here != last || RAW(SYS_sched_getaffinity, 0, sizeof(all), all) < 0 || all[0] != one[0]);
		for (int i = 0; i < 20; i++) {
			test_sleep(1);
			CHECK_EQ(RAW(SYS_getcpu, &here, NULL, NULL), 0);
			CHECK_EQ(here, last);
		}
		test_exit();
	}
	test_sleep(5);
	CHECK_EQ(RAW(SYS_sched_setaffinity, pid, sizeof(one), one), 0);
	CHECK_CHILD(pid);
}

static void priorities(void)
{
	struct sched_param param = { .sched_priority = 0 };
	int priority = 0;

	CHECK_EQ(RAW(SYS_getpriority, PRIO_PROCESS, 0), 20);
	CHECK_EQ(RAW(SYS_setpriority, PRIO_PROCESS, 0, 5), 0);
	CHECK_EQ(RAW(SYS_getpriority, PRIO_PROCESS, getpid()), 15);
	CHECK_EQ(RAW(SYS_setpriority, PRIO_PROCESS, 0, 100), 0);
	CHECK_EQ(RAW(SYS_getpriority, PRIO_PROCESS, 0), 1);
	CHECK_EQ(RAW(SYS_getpriority, 3, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_getpriority, PRIO_PROCESS, 4000000), -ESRCH);
	CHECK_EQ(RAW(SYS_sched_getscheduler, 0), SCHED_OTHER);
	CHECK_EQ(RAW(SYS_sched_getscheduler, -1), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_getparam, 0, &priority), 0);
	CHECK_EQ(RAW(SYS_sched_setscheduler, 0, SCHED_OTHER, &param), 0);
	param.sched_priority = 5;
	CHECK_EQ(RAW(SYS_sched_setscheduler, 0, SCHED_OTHER, &param), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_setscheduler, 0, 77, &param), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_get_priority_max, SCHED_FIFO), 99);
	CHECK_EQ(RAW(SYS_sched_get_priority_min, SCHED_RR), 1);
	CHECK_EQ(RAW(SYS_sched_get_priority_max, SCHED_OTHER), 0);
	CHECK_EQ(RAW(SYS_sched_get_priority_max, 4), -EINVAL);
}

static void unprivileged(void)
{
	struct sched_param param = { .sched_priority = 1 };

	test_drop_root(NO_UID);
	CHECK_EQ(RAW(SYS_setpriority, PRIO_PROCESS, 0, 0), -EACCES);
	CHECK_EQ(RAW(SYS_setpriority, PRIO_PROCESS, getppid(), 19), -EPERM);
	CHECK_EQ(RAW(SYS_sched_setscheduler, 0, SCHED_RR, &param), -EPERM);
}

static void test(void)
{
	affinity();
	others();
	pid_t pid = test_fork();
	if (pid == 0) {
		priorities();
		if (geteuid() == 0)
			unprivileged();
		test_exit();
	}
	CHECK_CHILD(pid);
}
