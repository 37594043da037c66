/*
 * sched_setscheduler(2), sched_setparam(2) and their questions: every policy, priorities and their bounds, errors in Linux's order,
 * inheritance over fork, threads apart from each other, SCHED_RESET_ON_FORK.
 */
#include "test.h"

#define RESET 0x40000000
enum { OTHER, FIFO, RR, BATCH, IDLE = 5, DEADLINE };

static long set(int pid, int policy, int priority) { return RAW(SYS_sched_setscheduler, pid, policy, &priority); }
static long policy_of(int pid) { return RAW(SYS_sched_getscheduler, pid); }

static long priority_of(int pid)
{
	int priority = -1;
	long r = RAW(SYS_sched_getparam, pid, &priority);

	return r < 0 ? r : priority;
}

static void bounds(void)
{
	static const struct { int policy, min, max; } rows[] = {
		{ OTHER, 0, 0 }, { FIFO, 1, 99 }, { RR, 1, 99 }, { BATCH, 0, 0 }, { IDLE, 0, 0 }, { DEADLINE, 0, 0 },
		{ 4, -EINVAL, -EINVAL }, { -1, -EINVAL, -EINVAL }, { 8, -EINVAL, -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CHECK_EQ(RAW(SYS_sched_get_priority_min, rows[i].policy), rows[i].min);
		CHECK_EQ(RAW(SYS_sched_get_priority_max, rows[i].policy), rows[i].max);
	}
}

static void errors(void)
{
	int priority = 0;

	CHECK_EQ(set(-1, OTHER, 0), -EINVAL);
	CHECK_EQ(set(0, -1, 0), -EINVAL);
	CHECK_EQ(set(0, 4, 0), -EINVAL);
	CHECK_EQ(set(0, 77, 0), -EINVAL);
	CHECK_EQ(set(0, OTHER, 1), -EINVAL);
	CHECK_EQ(set(0, BATCH, 1), -EINVAL);
	CHECK_EQ(set(0, IDLE, 1), -EINVAL);
	CHECK_EQ(set(0, FIFO, 0), -EINVAL);
	CHECK_EQ(set(0, RR, 100), -EINVAL);
	CHECK_EQ(set(0, RR, -1), -EINVAL);
	CHECK_EQ(set(0, DEADLINE, 0), -EINVAL);
	CHECK_EQ(set(0x3fffffff, OTHER, 0), -ESRCH);
	CHECK_EQ(RAW(SYS_sched_setscheduler, 0, OTHER, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_setscheduler, 0, OTHER, test_unmapped()), -EFAULT);
	CHECK_EQ(RAW(SYS_sched_setparam, 0, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_setparam, -1, &priority), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_setparam, 0x3fffffff, &priority), -ESRCH);
	CHECK_EQ(RAW(SYS_sched_getparam, 0, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_getparam, 0, test_unmapped()), -EFAULT);
	CHECK_EQ(RAW(SYS_sched_getparam, 0x3fffffff, &priority), -ESRCH);
	CHECK_EQ(RAW(SYS_sched_getparam, -1, &priority), -EINVAL);
	CHECK_EQ(policy_of(-1), -EINVAL);
	CHECK_EQ(policy_of(0x3fffffff), -ESRCH);
}

/* What needs no privilege. */
static void fair_policies(void)
{
	int priority = 0;

	CHECK_EQ(set(0, BATCH, 0), 0);
	CHECK_EQ(policy_of(0), BATCH);
	CHECK_EQ(policy_of(getpid()), BATCH);
	CHECK_EQ(priority_of(0), 0);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(policy_of(0), BATCH);
		CHECK_EQ(set(0, IDLE, 0), 0);
		CHECK_EQ(policy_of(0), IDLE);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(policy_of(0), BATCH);
	CHECK_EQ(RAW(SYS_sched_setparam, 0, &priority), 0);
	CHECK_EQ(policy_of(0), BATCH);
	priority = 3;
	CHECK_EQ(RAW(SYS_sched_setparam, 0, &priority), -EINVAL);
	CHECK_EQ(set(0, OTHER, 0), 0);
	CHECK_EQ(set(0, OTHER | RESET, 0), 0);
	CHECK_EQ(policy_of(0), OTHER | RESET);
	pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(policy_of(0), OTHER);
		test_exit();
	}
	CHECK_CHILD(pid);
}

static void real_time(void)
{
	int priority = 40;

	if (set(0, FIFO, 7) == -EPERM) {
		test_print("real-time policies are not ours to use\n");
		return;
	}
	CHECK_EQ(policy_of(0), FIFO);
	CHECK_EQ(priority_of(0), 7);
	CHECK_EQ(RAW(SYS_sched_setparam, 0, &priority), 0);
	CHECK_EQ(policy_of(0), FIFO);
	CHECK_EQ(priority_of(0), 40);
	priority = 0;
	CHECK_EQ(RAW(SYS_sched_setparam, 0, &priority), -EINVAL);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(policy_of(0), FIFO);
		CHECK_EQ(priority_of(0), 40);
		CHECK_EQ(set(0, RR, 99), 0);
		CHECK_EQ(priority_of(0), 99);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(set(0, RR | RESET, 5), 0);
	CHECK_EQ(policy_of(0), RR | RESET);
	pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(policy_of(0), OTHER);
		CHECK_EQ(priority_of(0), 0);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(set(0, OTHER, 0), 0);
	CHECK_EQ(policy_of(0), OTHER);
	CHECK_OK(setpriority(PRIO_PROCESS, 0, -5));
	CHECK_EQ(set(0, OTHER | RESET, 0), 0);
	pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(getpriority(PRIO_PROCESS, 0), 0);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(set(0, OTHER, 0), 0);
	CHECK_OK(setpriority(PRIO_PROCESS, 0, 0));
}

static void test(void)
{
	bounds();
	errors();
	real_time();
	fair_policies();
}
