/* How tracing begins and ends by request: TRACEME, ATTACH, SEIZE, INTERRUPT, DETACH, and who may. Task context. */
#include "lib/error.h"
#include "mm/slab.h"
#include "sched/pid.h"
#include "sched/process_internal.h"
#include "trace/request.h"

bool trace_allowed(struct process *p)
{
	const struct cred *me = current->cred, *c = p->cred;

	if (p == current->process || cred_capable(me, CAP_SYS_PTRACE))
		return true;
	return c->uid == me->uid && c->euid == me->uid && c->suid == me->uid && c->gid == me->gid && c->egid == me->gid &&
	       c->sgid == me->gid && p->dumpable;
}

static int check_target(struct task *t) REQUIRES(tasks_lock)
{
	if (!t)
		return -ESRCH;
	if (t->process == current->process || t->trace || !t->mm)
		return -EPERM;
	return trace_allowed(t->process) ? 0 : -EPERM;
}

/* A thread that is parked with its process becomes the tracer's stop; another one is sent SIGSTOP for its first. */
static void start_tracing(struct task *t, bool seize) REQUIRES(tasks_lock)
{
	if (!seize)
		(void)!signal_send_task(t, SIGSTOP, NULL);
	task_wake_if(t, 1u << TASK_STOPPED);
}

long trace_attach(int pid, bool seize, u64 options)
{
	struct trace *tie;
	struct task *t;
	irqstate s;
	int r;

	if (options & ~(u64)ABI_PTRACE_O_MASK)
		return -EIO;
	tie = trace_create(current, seize, (u32)options);
	if (!tie)
		return -ENOMEM;
	s = spin_lock_irqsave(&tasks_lock);
	t = pid_task(pid);
	r = check_target(t);
	if (r == 0) {
		trace_tie(tie, t);
		start_tracing(t, seize);
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	if (r < 0)
		kfree(tie);
	return r;
}

/* The thread that made the current process, or whoever leads its process now. */
static struct task *parent_thread(void) REQUIRES(tasks_lock)
{
	struct process *parent = current->process->parent;
	struct task *t;

	if (!parent)
		return NULL;
	t = pid_task(current->process->parent_tid);
	if (t && t->process == parent)
		return t;
	return list_empty(&parent->threads) ? NULL : list_first(&parent->threads, struct task, thread_link);
}

long trace_me(void)
{
	struct trace *tie = trace_create(NULL, false, 0);
	struct task *parent;
	int r = -EPERM;
	irqstate s;

	if (!tie)
		return -ENOMEM;
	s = spin_lock_irqsave(&tasks_lock);
	parent = parent_thread();
	if (!current->trace && parent) {
		tie->tracer = parent;
		trace_tie(tie, current);
		tie = NULL;
		r = 0;
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	kfree(tie);
	return r;
}

long trace_detach(int pid, u64 signal)
{
	struct list reaped = LIST_INIT(reaped);
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct trace *tie = trace_find_stopped(pid);
	long r = tie ? 0 : -ESRCH;

	if (signal > NSIG)
		r = -EIO;
	if (r == 0)
		trace_cut(tie, (int)signal, &reaped);
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

long trace_interrupt(int pid)
{
	irqstate s = spin_lock_irqsave(&tasks_lock), inner;
	struct trace *tie = trace_find(pid);
	long r = !tie ? -ESRCH : tie->seized ? 0 : -EIO;
	struct sighand *h;

	if (r == 0 && (!tie->stop || tie->stop->listening)) {
		h = sighand_lock(tie->process, &inner);
		tie->interrupt = true;
		signal_wake_task(tie->task, true);
		sighand_unlock(h, inner);
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}
