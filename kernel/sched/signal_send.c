/*
 * Sending: into which pending set, is it ignored, who is woken; and what a sent signal does at once (stop signals and
 * SIGCONT cancel each other, a fatal one starts the end of the whole process).
 *
 * Everything under the target's sighand lock, from any context. A task learns of its signals through WORK_SIGNAL:
 *
 *	target, going to sleep                 sender
 *	A: state = SLEEPING                    C: WORK_SIGNAL into task->work
 *	   (full barrier, wait.h)                 (full barrier, an atomic or)
 *	B: WORK_SIGNAL? then do not sleep      D: state SLEEPING? then wake (under the run queue's lock)
 *
 *	If B misses C, then A came before D, which finds SLEEPING. A target in ring 3 gets an interrupt after C, and the
 *	way back there looks at task->work with interrupts off.
 */
#include "fs/file.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/pid.h"
#include "sched/process.h"
#include "sched/process_internal.h"
#include "trace/trace.h"

bool signal_pending(void)
{
	return atomic_read(&current->work) & WORK_SIGNAL;
}

/* One that sends to itself looks at its work before it leaves the kernel or sleeps. */
void signal_wake_task(struct task *t, bool fatal)
{
	atomic_or(&t->work, WORK_SIGNAL);
	if (t == current && t->state == TASK_RUNNING)
		return;
	if (task_wake_if(t, 1u << TASK_SLEEPING | (fatal ? 1u << TASK_STOPPED | 1u << TASK_TRACED : 0)))
		return;
	if (t != current && READ_ONCE(t->cpu) != arch_cpu_id())
		arch_ipi_reschedule(READ_ONCE(t->cpu));
}

void signal_kill_threads(struct process *p, struct task *but)
{
	struct task *t;

	list_for_each(t, &p->threads, thread_link)
		if (t != but)
			signal_wake_task(t, true);
}

/* The queue is where vfork and exec wait, whom no mere signal wakes. */
void signal_begin_group_exit(struct process *p, int code)
{
	if (p->exiting)
		return;
	p->exiting = true;
	p->exit_code = code;
	p->stopped = p->stop_dequeued = false;
	signal_kill_threads(p, NULL);
	wait_wake_all(&p->child_wait, 0);
}

static void discard_everywhere(struct process *p, u64 set)
{
	struct task *t;

	sigpending_discard(&p->pending, set);
	list_for_each(t, &p->threads, thread_link)
		sigpending_discard(&t->pending, set);
}

/* SIGCONT works when it is sent, whether or not it is blocked, ignored or caught. The parent hears of it from the target. */
static void continue_process(struct process *p) REQUIRES(sighand_capability)
{
	bool complete = p->stop_code == 0;

	p->stop_dequeued = false;
	if (!p->stopped)
		return;
	p->stopped = false;
	p->stop_code = p->stop_signal = 0;
	p->continued = true;
	p->notify = complete ? ABI_CLD_CONTINUED : ABI_CLD_STOPPED;
	signal_kill_threads(p, NULL);
}

static bool is_ignored(struct process *p, struct sighand *h, struct task *t, int sig)
{
	u64 bit = SIGNAL_BIT(sig), handler = h->actions[sig - 1].handler;

	if (t && ((t->sigmask & bit) || (t->trace && sig != SIGKILL)))
		return false;
	if (handler == ABI_SIG_DFL)
		return p->unkillable || (SIGNALS_IGNORE & bit);
	return handler == ABI_SIG_IGN;
}

/* False: nothing more to do. */
static bool prepare(struct process *p, struct sighand *h, struct task *t, int sig) REQUIRES(sighand_capability)
{
	if (p->exiting || p->thread_count == 0)
		return false;
	if (SIGNALS_STOP & SIGNAL_BIT(sig))
		discard_everywhere(p, SIGNAL_BIT(SIGCONT));
	if (sig == SIGCONT) {
		discard_everywhere(p, SIGNALS_STOP);
		continue_process(p);
	}
	if (!t)
		t = p->leader ? p->leader : list_first(&p->threads, struct task, thread_link);
	return !is_ignored(p, h, t, sig);
}

/* Kernel signals, and standard ones that say who sent them, are not held to the limit. */
static struct sigqueue *make_entry(struct process *p, int sig, const struct abi_siginfo *info)
{
	bool counts = sig >= ABI_SIGRTMIN || (info && info->si_code < 0);
	struct sigqueue *q;

	if (counts && (u64)atomic_read(&p->user->signals) >= p->limits[RLIMIT_SIGPENDING].soft)
		return NULL;
	q = sigqueue_alloc(p->user);
	if (!q)
		return NULL;
	if (info) {
		q->info = *info;
	} else {
		memset(&q->info, 0, sizeof(q->info));
		q->info.si_code = ABI_SI_KERNEL;
	}
	q->info.si_signo = sig;
	return q;
}

/* A thread of a stopped process takes signals when the process is continued, but for one that its tracer let go on. */
static bool takes(const struct process *p, const struct task *t, int sig) REQUIRES(sighand_capability)
{
	return !(t->sigmask & SIGNAL_BIT(sig)) && (!p->stopped || (t->trace && t->trace->group_seen));
}

static struct task *choose_thread(struct process *p, int sig) REQUIRES(sighand_capability)
{
	struct task *t;

	if (p->leader && takes(p, p->leader, sig))
		return p->leader;
	list_for_each(t, &p->threads, thread_link)
		if (takes(p, t, sig))
			return t;
	return NULL;
}

static bool is_fatal(const struct sighand *h, int sig)
{
	return h->actions[sig - 1].handler == ABI_SIG_DFL && !((SIGNALS_IGNORE | SIGNALS_STOP) & SIGNAL_BIT(sig));
}

/* A signal that kills does so from here on, so that it also ends waits that other signals do not. */
static void notify_target(struct process *p, struct sighand *h, struct task *t, int sig) REQUIRES(sighand_capability)
{
	if (waitq_active(&p->signal_wait))
		wait_wake_all(&p->signal_wait, POLLIN);
	if (sig == SIGKILL) {
		signal_begin_group_exit(p, sig);
		return;
	}
	if (!t)
		t = choose_thread(p, sig);
	if (!t || !takes(p, t, sig))
		return;
	if (is_fatal(h, sig) && !t->trace && !p->unkillable && !(SIGNALS_CORE & SIGNAL_BIT(sig)))
		signal_begin_group_exit(p, sig);
	else
		signal_wake_task(t, false);
}

static int send_locked(struct process *p, struct sighand *h, struct task *t, int sig, const struct abi_siginfo *info)
	REQUIRES(sighand_capability)
{
	struct sigpending *pending = t ? &t->pending : &p->pending;
	struct sigqueue *q;

	if (!prepare(p, h, t, sig))
		return 0;
	if (sig < ABI_SIGRTMIN && (pending->set & SIGNAL_BIT(sig)))
		return 0;
	q = make_entry(p, sig, info);
	if (q)
		list_add_tail(&pending->queue, &q->link);
	else if (sig >= ABI_SIGRTMIN && info && info->si_code != ABI_SI_USER)
		return -EAGAIN;
	pending->set |= SIGNAL_BIT(sig);
	notify_target(p, h, t, sig);
	return 0;
}

static int send(struct process *p, struct task *t, int sig, const struct abi_siginfo *info)
{
	struct sighand *h;
	irqstate s;
	int r;

	if (sig < 1 || sig > NSIG)
		return 0;
	h = sighand_lock(p, &s);
	r = send_locked(p, h, t, sig, info);
	sighand_unlock(h, s);
	return r;
}

int signal_send_process(struct process *p, int sig, const struct abi_siginfo *info)
{
	return send(p, NULL, sig, info);
}

int signal_send_task(struct task *t, int sig, const struct abi_siginfo *info)
{
	return send(t->process, t, sig, info);
}

enum signal_sent signal_send_prepared(struct process *p, struct task *t, struct sigqueue *q)
{
	struct sigpending *pending = t ? &t->pending : &p->pending;
	enum signal_sent sent = SIGNAL_UNWANTED;
	int sig = q->info.si_signo;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);

	q->stale = false;
	if (!list_empty(&q->link)) {
		sent = SIGNAL_PENDING;
	} else if (prepare(p, h, t, sig)) {
		list_add_tail(&pending->queue, &q->link);
		pending->set |= SIGNAL_BIT(sig);
		notify_target(p, h, t, sig);
		sent = SIGNAL_QUEUED;
	}
	sighand_unlock(h, s);
	return sent;
}

void signal_send_pgrp(int pgrp, int sig)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct list *group = pid_group(pgrp);
	struct process *p;

	if (group)
		list_for_each(p, group, pgrp_link)
			(void)!signal_send_process(p, sig, NULL);
	spin_unlock_irqrestore(&tasks_lock, s);
}

void signal_retarget(struct process *p, struct task *t, u64 set)
{
	struct task *other;

	if (set == 0)
		return;
	list_for_each(other, &p->threads, thread_link)
		if (other != t && (set & ~other->sigmask))
			signal_wake_task(other, false);
}

bool signal_stop_complete(struct process *p)
{
	if (!p->stopped || p->stop_code == 0 || p->parked != p->thread_count)
		return false;
	p->stop_signal = p->stop_code;
	p->stop_code = 0;
	p->notify = ABI_CLD_STOPPED;
	return true;
}

/* ---- To parents ---- */

static void child_info(struct process *child, struct abi_siginfo *info, int code, int status)
{
	const u64 tick = NS_PER_SEC / 100;

	memset(info, 0, sizeof(*info));
	info->si_signo = SIGCHLD;
	info->si_code = code;
	info->pid = child->pid;
	info->uid = child->cred->uid;
	info->status = status;
	info->utime = (i64)(child->user_ns / tick);
	info->stime = (i64)(child->system_ns / tick);
}

/* Is SIGCHLD of this kind unwanted? */
static bool parent_declines(struct process *parent, u64 flag)
{
	irqstate s;
	struct sighand *h = sighand_lock(parent, &s);
	const struct abi_sigaction *a = &h->actions[SIGCHLD - 1];
	bool declines = a->handler == ABI_SIG_IGN || (a->flags & flag);

	sighand_unlock(h, s);
	return declines;
}

void process_send_sigchld(struct process *child, int code, int status)
{
	struct abi_siginfo info;

	child_info(child, &info, code, status);
	if (child->exit_signal != SIGCHLD || !parent_declines(child->parent, 0))
		(void)!signal_send_process(child->parent, child->exit_signal, &info);
	wait_wake_all(&child->parent->child_wait, 0);
}

void signal_notify_parent(struct process *p)
{
	struct abi_siginfo info;
	irqstate s = spin_lock_irqsave(&tasks_lock), inner;
	struct sighand *h = sighand_lock(p, &inner);
	int code = p->notify, stop_signal = p->stop_signal;

	p->notify = 0;
	sighand_unlock(h, inner);
	if (code != 0 && p->parent) {
		child_info(p, &info, code, code == ABI_CLD_CONTINUED ? SIGCONT : stop_signal);
		if (!parent_declines(p->parent, ABI_SA_NOCLDSTOP))
			(void)!signal_send_process(p->parent, SIGCHLD, &info);
		wait_wake_all(&p->parent->child_wait, 0);
	}
	spin_unlock_irqrestore(&tasks_lock, s);
}

/* ---- From timers ---- */

#define ALARM_MIN_GAP (100 * NS_PER_USEC)	/* a shorter interval would keep the CPU in its timer interrupt */

void process_alarm(struct timer *alarm)
{
	struct process *p = container_of(alarm, struct process, alarm);
	u64 interval = READ_ONCE(p->alarm_interval);

	if (interval != 0) {
		u64 now = clock_now(), next = alarm->deadline + interval;

		if (next <= now)	/* expirations that were missed are one signal, as pending ones are */
			next = now + interval - (now - next) % interval;
		timer_arm(alarm, MAX(next, now + ALARM_MIN_GAP));
	}
	(void)!signal_send_process(p, SIGALRM, NULL);
}
