/*
 * System calls about scheduling policies (sched(7), sched_setattr(2)), over sched/policy.c: what a request means, whether it makes
 * sense, whether the caller may ask for it, in Linux's order of errors. Task context.
 *
 * SCHED_DEADLINE: a sound request of who may make it is answered as Linux answers one that it has no bandwidth left for (EBUSY).
 */
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/usercopy.h"
#include "sched/clock.h"
#include "sched/pid.h"
#include "sched/sched.h"
#include "sys/sched.h"
#include "sys/timespec.h"

#define SCHED_RESET_ON_FORK	0x40000000

enum attr_flag {
	ATTR_RESET_ON_FORK = 0x01,
	ATTR_RECLAIM       = 0x02,
	ATTR_DL_OVERRUN    = 0x04,
	ATTR_KEEP_POLICY   = 0x08,
	ATTR_KEEP_PARAMS   = 0x10,
	ATTR_UTIL_CLAMP    = 0x60,
	ATTR_ALL           = 0x7f,
};

/* struct sched_attr of sched_setattr(2). */
struct linux_sched_attr {
	u32 size, policy;
	u64 flags;
	i32 nice;
	u32 priority;
	u64 runtime, deadline, period;	/* SCHED_DEADLINE, ns */
	u32 util_min, util_max;
};
#define ATTR_SIZE_VER0 48
#define ATTR_SIZE_VER1 56
_Static_assert(sizeof(struct linux_sched_attr) == ATTR_SIZE_VER1, "struct sched_attr");

static bool policy_is_fair(int policy)
{
	return policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE;
}

/* ---- Asking ---- */

/* The task by that number (0: the current one), referenced; ERR_PTR(-EINVAL, -ESRCH). */
static struct task *task_to_ask(int pid)
{
	struct task *t = pid < 0 ? ERR_PTR(-EINVAL) : task_find(pid ? pid : current->tid);

	return t ? t : ERR_PTR(-ESRCH);
}

static int settings_of(int pid, struct sched_settings *s)
{
	struct task *t = task_to_ask(pid);

	if (IS_ERR(t))
		return (int)PTR_ERR(t);
	sched_get_policy(t, s);
	task_put(t);
	return 0;
}

long sys_sched_getscheduler(int pid)
{
	struct sched_settings s;
	int error = settings_of(pid, &s);

	return error ? error : s.policy | (s.reset_on_fork ? SCHED_RESET_ON_FORK : 0);
}

long sys_sched_getparam(int pid, uaddr param)
{
	struct sched_settings s;
	int error = param.v == 0 ? -EINVAL : settings_of(pid, &s), priority;

	if (error)
		return error;
	priority = s.priority;
	return put_user_object(param, &priority);
}

long sys_sched_getattr(int pid, uaddr attr, unsigned size, unsigned flags)
{
	struct linux_sched_attr a = { .size = MIN(size, ATTR_SIZE_VER1) };
	struct sched_settings s;
	int error;

	if (attr.v == 0 || size < ATTR_SIZE_VER0 || size > PAGE_SIZE || flags != 0)
		return -EINVAL;
	error = settings_of(pid, &s);
	if (error)
		return error;
	a.policy = s.policy;
	a.flags = s.reset_on_fork ? ATTR_RESET_ON_FORK : 0;
	a.priority = s.priority;
	a.nice = policy_is_rt(s.policy) ? 0 : s.nice;
	return copy_to_user(attr, &a, a.size) ? -EFAULT : 0;
}

long sys_sched_rr_get_interval(int pid, uaddr tp)
{
	struct task *t = task_to_ask(pid);
	struct linux_timespec interval;

	if (IS_ERR(t))
		return PTR_ERR(t);
	interval = timespec_of(sched_slice_of(t));
	task_put(t);
	return put_user_object(tp, &interval);
}

static long priority_bound(int policy, long real_time)
{
	if (policy_is_rt(policy))
		return real_time;
	return policy_is_fair(policy) || policy == SCHED_DEADLINE ? 0 : -EINVAL;
}

long sys_sched_get_priority_max(int policy)
{
	return priority_bound(policy, 99);
}

long sys_sched_get_priority_min(int policy)
{
	return priority_bound(policy, 1);
}

/* ---- Setting ---- */

/* Times of SCHED_DEADLINE that could be kept to: sched_setattr(2). */
static bool deadline_makes_sense(const struct linux_sched_attr *a)
{
	u64 period = a->period ? a->period : a->deadline;

	return a->deadline != 0 && a->runtime >= 1024 && !((a->deadline | period) >> 63) && a->runtime <= a->deadline &&
	       a->deadline <= period;
}

/* The request with what it leaves as it is filled in from `now`: 0 or -EINVAL. */
static int check_request(struct linux_sched_attr *a, const struct sched_settings *now)
{
	int policy = (int)a->policy;

	if (a->flags & ATTR_KEEP_POLICY) {
		policy = now->policy;
		a->flags = (a->flags & ~(u64)ATTR_RESET_ON_FORK) | (now->reset_on_fork ? ATTR_RESET_ON_FORK : 0);
	} else if (!policy_is_fair(policy) && !policy_is_rt(policy) && policy != SCHED_DEADLINE) {
		return -EINVAL;
	}
	if (a->flags & ~(u64)ATTR_ALL || a->priority > 99)
		return -EINVAL;
	if (policy == SCHED_DEADLINE && !deadline_makes_sense(a))
		return -EINVAL;
	if (policy_is_rt(policy) != (a->priority != 0))
		return -EINVAL;
	a->policy = (u32)policy;
	return 0;
}

static bool nice_is_allowed(const struct task *t, int nice)
{
	return (u64)(20 - nice) <= READ_ONCE(t->process->limits[RLIMIT_NICE].soft);
}

/* What needs no privilege: sched(7), "Privileges and resource limits". */
static bool request_is_free(const struct task *t, const struct linux_sched_attr *a, const struct sched_settings *now)
{
	u64 limit = t->process ? READ_ONCE(t->process->limits[RLIMIT_RTPRIO].soft) : 0;
	int policy = (int)a->policy;

	if (!t->process || policy == SCHED_DEADLINE)
		return false;
	if (policy_is_fair(policy) && a->nice < now->nice && !nice_is_allowed(t, a->nice))
		return false;
	if (policy_is_rt(policy) && policy != now->policy && limit == 0)
		return false;
	if (policy_is_rt(policy) && a->priority > now->priority && a->priority > limit)
		return false;
	if (now->policy == SCHED_IDLE && policy != SCHED_IDLE && !nice_is_allowed(t, now->nice))
		return false;
	return !now->reset_on_fork || (a->flags & ATTR_RESET_ON_FORK);
}

static int set_locked(struct task *t, struct linux_sched_attr *a) REQUIRES(tasks_lock)
{
	struct sched_settings now, new;
	int error;

	sched_get_policy(t, &now);
	if (a->flags & ATTR_KEEP_PARAMS) {
		a->priority = now.priority;
		a->nice = now.nice;
	}
	error = check_request(a, &now);
	if (error)
		return error;
	if (!capable(CAP_SYS_NICE) && (!sched_may_change(t) || !request_is_free(t, a, &now)))
		return -EPERM;
	if (a->flags & ATTR_UTIL_CLAMP)
		return -EOPNOTSUPP;
	if (a->policy == SCHED_DEADLINE)
		return -EBUSY;
	new = now;
	new.reset_on_fork = a->flags & ATTR_RESET_ON_FORK;
	if (!(a->flags & ATTR_KEEP_PARAMS)) {		/* which keeps the policy as well, on Linux */
		new.policy = (u8)a->policy;
		new.priority = (u8)a->priority;
		new.nice = policy_is_fair(new.policy) ? a->nice : now.nice;
	}
	sched_set_policy(t, &new);
	return 0;
}

static long set(int pid, struct linux_sched_attr *a)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *t = pid ? pid_task(pid) : current;
	int error = t ? set_locked(t, a) : -ESRCH;

	spin_unlock_irqrestore(&tasks_lock, s);
	return error;
}

/* The two calls that know nothing of nice values: -1 for the policy keeps the present one. */
static long set_simple(int pid, int policy, uaddr param)
{
	struct linux_sched_attr a = { .flags = policy == -1 ? ATTR_KEEP_POLICY : 0 };
	struct sched_settings now;
	int priority, error;

	if (pid < 0 || param.v == 0)
		return -EINVAL;
	if (get_user_object(&priority, param))
		return -EFAULT;
	error = settings_of(pid, &now);
	if (error)
		return error;
	a.nice = now.nice;
	a.priority = (u32)priority;
	if (policy != -1 && (policy & SCHED_RESET_ON_FORK)) {
		a.flags |= ATTR_RESET_ON_FORK;
		policy &= ~SCHED_RESET_ON_FORK;
	}
	a.policy = (u32)policy;
	return set(pid, &a);
}

long sys_sched_setparam(int pid, uaddr param)
{
	return set_simple(pid, -1, param);
}

long sys_sched_setscheduler(int pid, int policy, uaddr param)
{
	return policy < 0 ? -EINVAL : set_simple(pid, policy, param);
}

/* What a newer caller says beyond what is known here must be zero; else it learns the size that is known. */
static int get_attr(struct linux_sched_attr *a, uaddr from)
{
	u32 size, known = ATTR_SIZE_VER1;
	u8 byte;

	if (get_user_object(&size, from))
		return -EFAULT;
	if (size == 0)
		size = ATTR_SIZE_VER0;
	if (size < ATTR_SIZE_VER0 || size > PAGE_SIZE)
		goto unknown;
	memset(a, 0, sizeof(*a));
	if (copy_from_user(a, from, MIN(size, ATTR_SIZE_VER1)))
		return -EFAULT;
	for (u32 i = ATTR_SIZE_VER1; i < size; i++) {
		if (get_user_object(&byte, UADDR(from.v + i)))
			return -EFAULT;
		if (byte != 0)
			goto unknown;
	}
	if ((a->flags & ATTR_UTIL_CLAMP) && size < ATTR_SIZE_VER1)
		return -EINVAL;
	a->nice = MAX(MIN(a->nice, 19), -20);
	return 0;
unknown:
	return put_user_object(from, &known) ? -EFAULT : -E2BIG;
}

long sys_sched_setattr(int pid, uaddr attr, unsigned flags)
{
	struct linux_sched_attr a;
	int error;

	if (attr.v == 0 || pid < 0 || flags != 0)
		return -EINVAL;
	error = get_attr(&a, attr);
	if (error)
		return error;
	return (i32)a.policy < 0 ? -EINVAL : set(pid, &a);
}
