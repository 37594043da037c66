/* sched_setattr(2) and sched_getattr(2): sizes that grow and shrink, flags, nice values, errors. */
#include "test.h"

enum { OTHER, FIFO, RR, BATCH, IDLE = 5, DEADLINE };
enum { RESET_ON_FORK = 1, KEEP_POLICY = 8, KEEP_PARAMS = 16 };

struct attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max;
	uint64_t beyond[2];
};

static long set(const struct attr *a, unsigned flags) { return RAW(SYS_sched_setattr, 0, a, flags); }

static struct attr now(void)
{
	struct attr a;

	memset(&a, 0xee, sizeof(a));
	CHECK_EQ(RAW(SYS_sched_getattr, 0, &a, 48, 0), 0);
	CHECK_EQ(a.size, 48);
	CHECK_EQ(a.util_min, 0xeeeeeeee);
	return a;
}

static void errors(void)
{
	struct attr a = { .size = 48 };

	CHECK_EQ(RAW(SYS_sched_getattr, 0, NULL, 48, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_getattr, 0, &a, 47, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_getattr, 0, &a, 5000, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_getattr, 0, &a, 48, 1), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_getattr, -1, &a, 48, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_getattr, 0x3fffffff, &a, 48, 0), -ESRCH);
	CHECK_EQ(RAW(SYS_sched_getattr, 0, test_unmapped(), 48, 0), -EFAULT);
	CHECK_EQ(RAW(SYS_sched_setattr, 0, NULL, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_setattr, 0, test_unmapped(), 0), -EFAULT);
	CHECK_EQ(RAW(SYS_sched_setattr, -1, &a, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_sched_setattr, 0x3fffffff, &a, 0), -ESRCH);
	CHECK_EQ(set(&a, 1), -EINVAL);
	a.flags = 1ull << 40;
	CHECK_EQ(set(&a, 0), -EINVAL);
	a.flags = 0;
	a.policy = 4;
	CHECK_EQ(set(&a, 0), -EINVAL);
	a.policy = (uint32_t)-3;
	CHECK_EQ(set(&a, 0), -EINVAL);
	a.policy = OTHER;
	a.priority = 1;
	CHECK_EQ(set(&a, 0), -EINVAL);
	a.policy = FIFO;
	a.priority = 100;
	CHECK_EQ(set(&a, 0), -EINVAL);
	a = (struct attr){ .size = 48, .policy = DEADLINE };
	CHECK_EQ(set(&a, 0), -EINVAL);
	a.runtime = 2000000;
	a.deadline = 1000000;
	CHECK_EQ(set(&a, 0), -EINVAL);
}

static void sizes(void)
{
	struct attr a = { .size = 0, .policy = BATCH };

	CHECK_EQ(set(&a, 0), 0);
	CHECK_EQ(now().policy, BATCH);
	a = (struct attr){ .size = 40 };
	CHECK_EQ(set(&a, 0), -E2BIG);
	CHECK(a.size >= 48);
	a = (struct attr){ .size = 5000 };
	CHECK_EQ(set(&a, 0), -E2BIG);
	a = (struct attr){ .size = sizeof(a), .policy = OTHER };
	CHECK_EQ(set(&a, 0), 0);
	CHECK_EQ(now().policy, OTHER);
	a.beyond[1] = 1;
	CHECK_EQ(set(&a, 0), -E2BIG);
	CHECK_EQ(a.size, 56);
	memset(&a, 0xee, sizeof(a));
	CHECK_EQ(RAW(SYS_sched_getattr, 0, &a, sizeof(a), 0), 0);
	CHECK_EQ(a.size, 56);
}

static void nice_values(void)
{
	struct attr a = { .size = 48, .policy = OTHER, .nice = 3 };

	CHECK_EQ(set(&a, 0), 0);
	CHECK_EQ(getpriority(PRIO_PROCESS, 0), 3);
	CHECK_EQ(now().nice, 3);
	a = (struct attr){ .size = 48, .policy = BATCH, .flags = KEEP_PARAMS | RESET_ON_FORK };
	CHECK_EQ(set(&a, 0), 0);
	CHECK_EQ(now().nice, 3);
	CHECK_EQ(now().policy, OTHER);		/* the kept parameters are the policy's too */
	CHECK_EQ(now().flags, RESET_ON_FORK);
	a = (struct attr){ .size = 48, .policy = BATCH, .nice = 4, .flags = RESET_ON_FORK };
	CHECK_EQ(set(&a, 0), 0);
	a = (struct attr){ .size = 48, .policy = RR, .nice = 5, .flags = KEEP_POLICY };
	CHECK_EQ(set(&a, 0), 0);
	CHECK_EQ(now().nice, 5);
	CHECK_EQ(now().policy, BATCH);
	CHECK_EQ(now().flags, RESET_ON_FORK);
	a = (struct attr){ .size = 48, .policy = OTHER, .nice = 400, .flags = RESET_ON_FORK };
	CHECK_EQ(set(&a, 0), 0);
	CHECK_EQ(getpriority(PRIO_PROCESS, 0), 19);
}

/* Less nice, a real-time policy, or back from SCHED_IDLE: within the limits only. */
static void without_privilege(void)
{
	struct rlimit none = { 0, 0 }, some = { 10, 10 };
	struct attr a = { .size = 48, .policy = FIFO, .priority = 5 };

	if (geteuid() != 0 || set(&a, 0) == -EPERM)
		return;
	a = (struct attr){ .size = 48, .policy = OTHER };
	CHECK_EQ(set(&a, 0), 0);
	CHECK_OK(setrlimit(RLIMIT_NICE, &none));
	if (setrlimit(RLIMIT_RTPRIO, &some) != 0)
		return;
	test_drop_root(NO_UID);
	a.nice = 4;
	CHECK_EQ(set(&a, 0), 0);
	a.nice = 3;
	CHECK_EQ(set(&a, 0), -EPERM);
	CHECK_ERRNO(setpriority(PRIO_PROCESS, 0, 3), EACCES);
	a = (struct attr){ .size = 48, .policy = FIFO, .priority = 11 };
	CHECK_EQ(set(&a, 0), -EPERM);
	a.priority = 10;
	CHECK_EQ(set(&a, 0), 0);
	a.priority = 2;
	CHECK_EQ(set(&a, 0), 0);
	a = (struct attr){ .size = 48, .policy = DEADLINE, .runtime = 1000000, .deadline = 10000000 };
	CHECK_EQ(set(&a, 0), -EPERM);
	a = (struct attr){ .size = 48, .policy = OTHER, .nice = 4, .flags = RESET_ON_FORK };
	CHECK_EQ(set(&a, 0), 0);
	a.flags = 0;
	CHECK_EQ(set(&a, 0), -EPERM);
	a.flags = RESET_ON_FORK;
	a.policy = IDLE;
	CHECK_EQ(set(&a, 0), 0);
	a.policy = OTHER;
	CHECK_EQ(set(&a, 0), -EPERM);
	a.nice = 0;
	CHECK_EQ(RAW(SYS_sched_setattr, getppid(), &a, 0), -EPERM);
	CHECK_EQ(RAW(SYS_sched_setscheduler, getppid(), OTHER, &a.nice), -EPERM);
	CHECK(RAW(SYS_sched_getscheduler, getppid()) >= 0);
}

static void test(void)
{
	errors();
	sizes();
	pid_t pid = test_fork();
	if (pid == 0) {
		nice_values();
		test_exit();
	}
	CHECK_CHILD(pid);
	pid = test_fork();
	if (pid == 0) {
		without_privilege();
		test_exit();
	}
	CHECK_CHILD(pid);
}
