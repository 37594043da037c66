/*
 * Delivery: on the way to ring 3 the current task takes its pending signals, runs default actions and builds handlers'
 * frames. Also signals that the machine forces on the task. Takes the sighand lock itself; task context.
 */
#include "sched/signal.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/pid.h"
#include "sched/process.h"
#include "sched/process_internal.h"
#include "sched/rseq.h"
#include "trace/crash.h"
#include "trace/trace.h"

/* ---- What is there to do ---- */

static bool must_exit(const struct process *p)
{
	return p->exiting || (p->exec_task && p->exec_task != current);
}

/* A traced thread parks once for each stop of its process; then its tracer decides. */
static bool must_park(const struct process *p)
{
	return p->stopped && !(current->trace && current->trace->group_seen);
}

static bool must_trap(void)
{
	return current->trace && current->trace->interrupt;
}

static void recalculate_locked(struct process *p)
{
	u64 ready = (current->pending.set | p->pending.set) & ~current->sigmask;

	if (ready || must_exit(p) || must_park(p) || p->notify || must_trap())
		atomic_or(&current->work, WORK_SIGNAL);
	else
		atomic_and(&current->work, ~WORK_SIGNAL);
}

void signal_recalculate(void)
{
	struct process *p = current->process;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);

	recalculate_locked(p);
	sighand_unlock(h, s);
}

/* Newly blocked signals of the process that this thread would have taken are others' now. */
void signal_set_mask(u64 mask)
{
	struct process *p = current->process;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);
	u64 newly;

	mask &= ~SIGNALS_NEVER_BLOCKED;
	newly = mask & ~current->sigmask;
	current->sigmask = mask;
	if (newly & p->pending.set)
		signal_retarget(p, current, newly & p->pending.set);
	recalculate_locked(p);
	sighand_unlock(h, s);
}

void signal_set_temporary_mask(u64 mask)
{
	current->saved_sigmask = current->sigmask;
	current->restore_sigmask = true;
	signal_set_mask(mask);
}

static void restore_mask(void)
{
	if (!current->restore_sigmask)
		return;
	current->restore_sigmask = false;
	signal_set_mask(current->saved_sigmask);
}

long signal_end_temporary_mask(long result)
{
	bool interrupted = result == -EINTR || (result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK);

	if (!interrupted)
		restore_mask();
	return result;
}

/* ---- Forced by the machine ---- */

static void queue_forced(struct process *p, int sig, const struct abi_siginfo *info)
{
	struct sigqueue *q;

	if (current->pending.set & SIGNAL_BIT(sig))
		return;
	q = sigqueue_alloc(p->user);
	if (q) {
		q->info = *info;
		list_add_tail(&current->pending.queue, &q->link);
	}
	current->pending.set |= SIGNAL_BIT(sig);
	atomic_or(&current->work, WORK_SIGNAL);
}

/* Pid 1 loses its protection when it has no handler: it would fault for ever. */
static void force(const struct abi_siginfo *info, bool uncatchable)
{
	struct process *p = current->process;
	int sig = info->si_signo;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);
	struct abi_sigaction *a = &h->actions[sig - 1];

	if (sig == SIGKILL) {
		signal_begin_group_exit(p, sig);
		sighand_unlock(h, s);
		return;
	}
	if (uncatchable || a->handler == ABI_SIG_IGN || (current->sigmask & SIGNAL_BIT(sig))) {
		a->handler = ABI_SIG_DFL;
		current->sigmask &= ~SIGNAL_BIT(sig);
	}
	if (a->handler == ABI_SIG_DFL)
		p->unkillable = false;
	queue_forced(p, sig, info);
	sighand_unlock(h, s);
}

void signal_force(int sig, int code, u64 address)
{
	struct abi_siginfo info;

	memset(&info, 0, sizeof(info));
	info.si_signo = sig;
	info.si_code = code;
	info.address = address;
	force(&info, false);
}

void signal_force_fatal(int sig)
{
	struct abi_siginfo info;

	memset(&info, 0, sizeof(info));
	info.si_signo = sig;
	info.si_code = ABI_SI_KERNEL;
	force(&info, true);
}

/* ---- Taking ---- */

/* The thread's own come first. A stop signal is remembered as taken: a SIGCONT from here on calls it off. */
static int take_next(struct process *p, struct abi_siginfo *info)
{
	struct sigpending *from = &current->pending;
	int sig = sigpending_next(from, current->sigmask);

	if (sig == 0) {
		from = &p->pending;
		sig = sigpending_next(from, current->sigmask);
	}
	if (sig == 0)
		return 0;
	sigpending_take(from, sig, info);
	if (SIGNALS_STOP & SIGNAL_BIT(sig))
		p->stop_dequeued = true;
	return sig;
}

/* ---- Default actions ---- */

/*
 * Every thread comes here and stays until the process is continued or ends. The last one to arrive makes the stop
 * complete, and tells the parent. A waker changes p->stopped under the lock that is held while the state is set.
 */
static struct sighand *park(struct process *p, struct sighand *h, irqstate *s)
	RELEASES(sighand_capability) ACQUIRES(sighand_capability)
{
	bool notify;

	p->parked++;
	notify = signal_stop_complete(p);
	while (must_park(p) && !must_exit(p)) {
		bool traced = current->trace && !notify;

		if (traced)
			current->trace->group_seen = true;
		else if (!notify)
			current->state = TASK_STOPPED;
		sighand_unlock(h, *s);
		if (notify)
			signal_notify_parent(p);
		else if (traced)
			trace_group_stop(p->job_signal);
		else
			schedule();
		notify = false;
		h = sighand_lock(p, s);
	}
	current->state = TASK_RUNNING;
	p->parked--;
	return h;
}

static bool group_is_orphaned(struct process *p)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	bool orphaned = pgrp_is_orphaned(p->pgrp);

	spin_unlock_irqrestore(&tasks_lock, s);
	return orphaned;
}

/*
 * A terminal's stop signals do not stop a process whom nobody could continue. A thread that its tracer let go on while the process is
 * stopped may come here again: then all traced ones show themselves once more, and the parent hears nothing of it.
 */
static struct sighand *begin_stop(struct process *p, struct sighand *h, irqstate *s, int sig)
	RELEASES(sighand_capability) ACQUIRES(sighand_capability)
{
	struct task *t;

	if (sig != SIGSTOP) {
		bool orphaned;

		sighand_unlock(h, *s);
		orphaned = group_is_orphaned(p);
		h = sighand_lock(p, s);
		if (orphaned)
			return h;
	}
	if (!p->stop_dequeued || p->exiting)
		return h;
	p->stop_dequeued = false;
	p->job_signal = sig;
	if (!p->stopped || p->stop_code != 0)
		p->stop_code = sig;
	p->stopped = true;
	p->continued = false;
	list_for_each(t, &p->threads, thread_link) {
		if (t->trace)
			t->trace->group_seen = false;
		if (t != current)
			signal_wake_task(t, false);
	}
	return h;
}

/* The tracer's word on a signal that was taken: *sig is what it makes of it, 0 for nothing. */
static struct sighand *show_tracer(struct process *p, struct sighand *h, irqstate *s, int *sig, struct abi_siginfo *info)
	RELEASES(sighand_capability) ACQUIRES(sighand_capability)
{
	int taken = *sig;

	sighand_unlock(h, *s);
	*sig = trace_signal(taken, info);
	h = sighand_lock(p, s);
	if (*sig != taken && *sig != 0 && (SIGNALS_STOP & SIGNAL_BIT(*sig)))
		p->stop_dequeued = true;
	return h;
}

/* The whole process ends from here on. One that dumps core on Linux leaves a report in the log instead. */
static struct sighand *die(struct process *p, struct sighand *h, irqstate *s, const struct regs *regs, int sig,
			   const struct abi_siginfo *info) RELEASES(sighand_capability) ACQUIRES(sighand_capability)
{
	signal_begin_group_exit(p, sig);
	if (!(SIGNALS_CORE & SIGNAL_BIT(sig)))
		return h;
	sighand_unlock(h, *s);
	crash_report(regs, sig, info);
	return sighand_lock(p, s);
}

/*
 * The next signal with a handler, its action (already reset for SA_RESETHAND) and info; 0 when there is none. Default
 * actions happen here, so this may sleep for long, or not return.
 */
static int next_handled(const struct regs *regs, struct abi_sigaction *action, struct abi_siginfo *info)
{
	struct process *p = current->process;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);
	int sig;

	for (;;) {
		if (must_exit(p)) {
			int code = p->exiting ? p->exit_code : SIGKILL;

			sighand_unlock(h, s);
			process_exit_thread(code);
		}
		if (p->notify) {
			sighand_unlock(h, s);
			signal_notify_parent(p);
			h = sighand_lock(p, &s);
			continue;
		}
		if (must_park(p)) {
			h = park(p, h, &s);
			continue;
		}
		if (must_trap()) {
			current->trace->interrupt = false;
			sighand_unlock(h, s);
			trace_trap();
			h = sighand_lock(p, &s);
			continue;
		}
		sig = take_next(p, info);
		if (sig != 0 && current->trace && sig != SIGKILL) {
			h = show_tracer(p, h, &s, &sig, info);
			if (sig == 0)
				continue;
		}
		if (sig == 0)
			break;
		*action = h->actions[sig - 1];
		if (action->handler == ABI_SIG_IGN)
			continue;
		if (action->handler != ABI_SIG_DFL) {
			if (action->flags & ABI_SA_RESETHAND)
				h->actions[sig - 1].handler = ABI_SIG_DFL;
			break;
		}
		if ((SIGNALS_IGNORE & SIGNAL_BIT(sig)) || p->unkillable)
			continue;
		if (SIGNALS_STOP & SIGNAL_BIT(sig)) {
			h = begin_stop(p, h, &s, sig);
			continue;
		}
		h = die(p, h, &s, regs, sig, info);
	}
	recalculate_locked(p);
	sighand_unlock(h, s);
	return sig;
}

/* ---- Handlers ---- */

/* What an interrupted call becomes when a handler runs: signal(7), "Interruption of system calls". */
static void restart_with_handler(struct regs *regs, u64 flags)
{
	switch (arch_syscall_result(regs)) {
	case -ERESTART_RESTARTBLOCK:
	case -ERESTARTNOHAND:
		arch_set_syscall_result(regs, -EINTR);
		break;
	case -ERESTARTSYS:
		if (flags & ABI_SA_RESTART)
			arch_restart_syscall(regs, false);
		else
			arch_set_syscall_result(regs, -EINTR);
		break;
	case -ERESTARTNOINTR:
		arch_restart_syscall(regs, false);
		break;
	}
}

static void restart_without_handler(struct regs *regs)
{
	switch (arch_syscall_result(regs)) {
	case -ERESTARTNOHAND:
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
		arch_restart_syscall(regs, false);
		break;
	case -ERESTART_RESTARTBLOCK:
		arch_restart_syscall(regs, true);
		break;
	}
}

/* A stack that cannot take the frame, or a bad restartable sequence, is a SIGSEGV; if that was the signal, nothing more can be said to the program. */
static void run_handler(struct regs *regs, int sig, const struct abi_sigaction *action, const struct abi_siginfo *info)
{
	u64 mask = current->restore_sigmask ? current->saved_sigmask : current->sigmask;
	u64 blocked = action->mask;

	restart_with_handler(regs, action->flags);
	if (rseq_signal(regs) < 0 || arch_signal_frame(regs, sig, action, info, mask) < 0) {
		if (sig == SIGSEGV)
			signal_force_fatal(SIGSEGV);
		else
			signal_force(SIGSEGV, ABI_SI_KERNEL, 0);
		return;
	}
	current->restore_sigmask = false;
	if (current->altstack_flags & ABI_SS_AUTODISARM)
		signal_disarm_altstack();
	if (!(action->flags & ABI_SA_NODEFER))
		blocked |= SIGNAL_BIT(sig);
	signal_set_mask(current->sigmask | blocked);
	if (unlikely(READ_ONCE(current->trace)))
		trace_handler_started();
}

void signal_deliver(struct regs *regs)
{
	struct abi_sigaction action;
	struct abi_siginfo info;
	int sig;

	if (unlikely(current->forced_step))
		trace_disarm_step(regs);
	while (signal_pending() && (sig = next_handled(regs, &action, &info)) != 0)
		run_handler(regs, sig, &action, &info);
	restart_without_handler(regs);
	restore_mask();
	if (unlikely(READ_ONCE(current->trace)))
		trace_arm_step(regs);
}

long signal_return(struct regs *regs)
{
	return arch_signal_return(regs);
}
