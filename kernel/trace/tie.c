/*
 * Ties between tracer and traced thread: making, cutting, and what becomes of them when either side ends. Under tasks_lock, from
 * task context; a thread's sighand lock is taken inside for task->trace. Nothing but trace_create allocates, so endings never fail.
 */
#include "trace/trace.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/pid.h"
#include "sched/process_internal.h"
#include "trace/call_ring.h"

struct trace *trace_create(struct task *tracer, bool seized, u32 options)
{
	struct trace *tie = kzalloc(sizeof(*tie));

	if (!tie)
		return NULL;
	list_init(&tie->link);
	tie->tracer = tracer;
	tie->seized = seized;
	tie->options = options;
	return tie;
}

static void set_trace(struct task *t, struct trace *tie) REQUIRES(tasks_lock)
{
	irqstate s;
	struct sighand *h = sighand_lock(t->process, &s);

	WRITE_ONCE(t->trace, tie);
	sighand_unlock(h, s);
}

void trace_tie(struct trace *tie, struct task *t)
{
	tie->task = t;
	tie->process = t->process;
	tie->tid = t->tid;
	list_add_tail(&tie->tracer->process->tracees, &tie->link);
	set_trace(t, tie);
	call_ring_set_slow(t, true);
}

/* The thread reads its stop only under tasks_lock, so it may go on as soon as that is free. */
void trace_resume(struct trace *tie, int signal)
{
	struct trace_stop *stop = tie->stop;

	if (!stop)
		return;
	stop->signal = signal;
	stop->over = true;
	tie->stop = NULL;
	task_wake_if(tie->task, 1u << TASK_TRACED);
}

/* A zombie that its parent has not heard of, because its tracer did not wait for it. */
static void release_zombie(struct process *p, struct list *reaped) REQUIRES(tasks_lock)
{
	if (process_end(p)) {
		process_unlink(p);
		list_add_tail(reaped, &p->sibling);
	}
}

/* The thread must look: it may have to park with its process, from which its tracer had excepted it. */
static void cut_live(struct trace *tie, int signal) REQUIRES(tasks_lock)
{
	struct task *t = tie->task;
	irqstate s;
	struct sighand *h;

	set_trace(t, NULL);
	call_ring_set_slow(t, false);
	trace_resume(tie, signal);
	h = sighand_lock(t->process, &s);
	signal_wake_task(t, false);
	sighand_unlock(h, s);
}

void trace_cut(struct trace *tie, int signal, struct list *reaped)
{
	list_del(&tie->link);
	if (tie->task) {
		cut_live(tie, signal);
	} else if (!tie->leader) {
		pid_release(tie->tid);
	} else {
		tie->process->leader_trace = NULL;
		if (tie->process->zombie)
			release_zombie(tie->process, reaped);
	}
	kfree(tie);
}

/* ---- News for the tracer ---- */

bool trace_declined(struct trace *tie, u64 flag)
{
	irqstate s;
	struct sighand *h = sighand_lock(tie->tracer->process, &s);
	const struct abi_sigaction *a = &h->actions[SIGCHLD - 1];
	bool declined = a->handler == ABI_SIG_IGN || (a->flags & flag);

	sighand_unlock(h, s);
	return declined;
}

void trace_tell(struct trace *tie, int code, int status)
{
	struct process *tracer = tie->tracer->process;
	struct abi_siginfo info;

	memset(&info, 0, sizeof(info));
	info.si_signo = SIGCHLD;
	info.si_code = code;
	info.pid = tie->tid;
	info.uid = tie->process->cred->uid;
	info.status = status;
	if (!trace_declined(tie, code == ABI_CLD_TRAPPED ? ABI_SA_NOCLDSTOP : 0))
		(void)!signal_send_process(tracer, SIGCHLD, &info);
	wait_wake_all(&tracer->child_wait, 0);
}

/* ---- Endings ---- */

static int end_code(int status)
{
	if ((status & 0x7f) == 0)
		return ABI_CLD_EXITED;
	return status & 0x80 ? ABI_CLD_DUMPED : ABI_CLD_KILLED;
}

static void tell_end(struct trace *tie) REQUIRES(tasks_lock)
{
	int status = tie->exit_status;

	trace_tell(tie, end_code(status), status & 0x7f ? status & 0x7f : status >> 8 & 0xff);
}

/* The number stays taken until the tracer has heard that its thread is gone. */
static void end_traced(struct process *p, struct trace *tie, int status, struct list *reaped) REQUIRES(tasks_lock)
{
	set_trace(current, NULL);
	tie->task = NULL;
	tie->exit_status = status;
	tie->pgrp = p->pgrp;
	tie->uid = p->cred->uid;
	if (tie->tid == p->pid) {
		tie->leader = true;
		p->leader_trace = tie;
		return;
	}
	pid_hold(tie->tid);
	tie->ended = true;
	tell_end(tie);
	if (trace_declined(tie, ABI_SA_NOCLDWAIT))
		trace_cut(tie, 0, reaped);
}

void trace_thread_ends(struct process *p, int status, struct list *reaped)
{
	struct trace *tie, *next;

	if (current->trace)
		end_traced(p, current->trace, status, reaped);
	list_for_each_safe(tie, next, &p->tracees, link) {
		if (tie->tracer != current)
			continue;
		if (tie->task && (tie->options & ABI_PTRACE_O_EXITKILL))
			(void)!signal_send_process(tie->process, SIGKILL, NULL);
		trace_cut(tie, tie->stop ? tie->stop->signal : 0, reaped);
	}
}

bool trace_keeps_zombie(struct process *p)
{
	struct trace *tie = p->leader_trace;

	if (!tie)
		return false;
	if (tie->tracer->process == p->parent) {	/* one report serves both */
		list_del(&tie->link);
		p->leader_trace = NULL;
		kfree(tie);
		return false;
	}
	tie->ended = true;
	tie->exit_status = p->exit_code;
	tie->pgrp = p->pgrp;
	tell_end(tie);
	return true;
}

/* The old leader is gone without a report; the thread that executes goes by its number from now on. */
void trace_leader_changes(struct process *p)
{
	struct trace *old = p->leader_trace;

	if (old) {
		list_del(&old->link);
		p->leader_trace = NULL;
		kfree(old);
	}
	if (current->trace)
		current->trace->tid = current->tid;
}

void trace_fork_cancel(struct trace_fork *f)
{
	kfree(f->tie);
	f->tie = NULL;
}
