/*
 * System calls about scheduling (sched(7)): where a task may run, and its nice value; policies are sched_policy.c's. Task context;
 * tasks_lock guards the walks over tasks.
 */
#include "arch/arch.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/usercopy.h"
#include "sched/pid.h"
#include "sched/process.h"
#include "sched/sched.h"
#include "sched/task.h"
#include "sys/sched.h"

bool sched_may_change(const struct task *t) REQUIRES(tasks_lock)
{
	const struct cred *me = current->cred;

	return cred_capable(me, CAP_SYS_NICE) || me->euid == t->cred->uid || me->euid == t->cred->euid;
}

/* ---- Processors ---- */

long sys_getcpu(uaddr cpu, uaddr node, uaddr unused)
{
	unsigned here = arch_cpu_id(), zero = 0;

	if (cpu.v != 0 && put_user_object(cpu, &here))
		return -EFAULT;
	return node.v != 0 ? put_user_object(node, &zero) : 0;
}

/* The live task by that number (0: the current one), referenced, if it may be changed; or ERR_PTR(-ESRCH, -EPERM). */
static struct task *task_to_change(int tid)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *t = tid == 0 ? current : pid_task(tid);
	int error = !t ? -ESRCH : sched_may_change(t) ? 0 : -EPERM;

	if (!error)
		task_get(t);
	spin_unlock_irqrestore(&tasks_lock, s);
	return error ? ERR_PTR(error) : t;
}

long sys_sched_setaffinity(int pid, size_t size, uaddr mask)
{
	u64 wanted[MAX_CPUS / 64] = { 0 }, any = 0;
	struct task *t;

	if (copy_from_user(wanted, mask, MIN(size, sizeof(wanted))))
		return -EFAULT;
	t = pid < 0 ? ERR_PTR(-ESRCH) : task_to_change(pid);
	if (IS_ERR(t))
		return PTR_ERR(t);
	for (unsigned cpu = cpu_count; cpu < MAX_CPUS; cpu++)
		wanted[cpu / 64] &= ~(1ull << cpu % 64);
	for (unsigned i = 0; i < ARRAY_SIZE(wanted); i++)
		any |= wanted[i];
	if (any)
		sched_set_affinity(t, wanted);
	task_put(t);
	return any ? 0 : -EINVAL;
}

/* ---- Nice values ---- */

enum priority_which { PRIO_PROCESS, PRIO_PGRP, PRIO_USER };

struct priority_walk {
	int nice;			/* to set */
	bool set;
	long result;			/* -ESRCH until a task was found */
};

/* A nicer value is free; a less nice one is root's, or within RLIMIT_NICE. */
static int set_nice(struct task *t, int nice) REQUIRES(tasks_lock)
{
	if (!sched_may_change(t))
		return -EPERM;
	if (nice < t->nice && !capable(CAP_SYS_NICE) && 20 - nice > (i64)MIN(rlimit_get(RLIMIT_NICE), 40u))
		return -EACCES;
	sched_set_nice(t, nice);
	return 0;
}

static void visit(struct task *t, struct priority_walk *w) REQUIRES(tasks_lock)
{
	long r = w->set ? set_nice(t, w->nice) : 20 - t->nice;

	if (!w->set)
		w->result = MAX(w->result, r);
	else if (r < 0 || w->result == -ESRCH)
		w->result = r;
}

static void visit_threads(struct process *p, struct priority_walk *w) REQUIRES(tasks_lock)
{
	struct task *t;

	list_for_each(t, &p->threads, thread_link)
		visit(t, w);
}

static void visit_user(struct process *p, void *arg) NO_LOCK_ANALYSIS
{
	struct user_walk {
		u32 uid;
		struct priority_walk *walk;
	} *u = arg;

	if (p->user && p->user->uid == u->uid)
		visit_threads(p, u->walk);
}

static void walk_group(int pgrp, struct priority_walk *w)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct list *group = pid_group(pgrp ? pgrp : current->process->pgrp);
	struct process *p;

	if (group)
		list_for_each(p, group, pgrp_link)
			visit_threads(p, w);
	spin_unlock_irqrestore(&tasks_lock, s);
}

static void walk_one(int tid, struct priority_walk *w)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *t = tid ? pid_task(tid) : current;

	if (t)
		visit(t, w);
	spin_unlock_irqrestore(&tasks_lock, s);
}

static long walk(int which, int who, struct priority_walk *w)
{
	struct {
		u32 uid;
		struct priority_walk *walk;
	} user = { who ? (u32)who : current->cred->uid, w };

	w->result = -ESRCH;
	switch (which) {
	case PRIO_PROCESS:
		walk_one(who, w);
		break;
	case PRIO_PGRP:
		walk_group(who, w);
		break;
	case PRIO_USER:
		process_for_each(visit_user, &user);
		break;
	default:
		return -EINVAL;
	}
	return w->result;
}

/* 20 minus the nice value, so that no result looks like an error: getpriority(2), "C library/kernel differences". */
long sys_getpriority(int which, int who)
{
	struct priority_walk w = { .set = false };

	return walk(which, who, &w);
}

long sys_setpriority(int which, int who, int niceval)
{
	struct priority_walk w = { .set = true, .nice = MAX(MIN(niceval, 19), -20) };

	return walk(which, who, &w);
}
