/*
 * Tracing of one thread by another (ptrace(2)): who traces whom, the stops of a traced thread, and what waits report of it.
 *
 *  - struct trace is the tie between the two: made by the tracer (or by fork for the child of a traced thread), on the list of the
 *    tracer's process, freed when it is cut. Everything in it and in struct trace_stop is guarded by tasks_lock; task->trace
 *    itself changes under tasks_lock and the tracee's sighand lock together, so either is enough to look at it.
 *  - A traced thread stops in trace_stop() alone, on its way through the kernel, with its FPU state saved: while tie->stop is
 *    set and tasks_lock is held, its registers are the tracer's to read and write.
 *  - A traced thread that ends leaves its tie behind until the tracer has waited for it. That of a leader hangs at
 *    process->leader_trace; the parent sees the zombie only when the tracer has seen it.
 *  - An untraced task pays one test of task->trace where it is on a slow path already; its calls pay nothing (call_ring.h).
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "abi/ptrace.h"
#include "lib/list.h"
#include "lib/types.h"
#include "sched/process.h"

/* What a stop is about: decides what SIGINFO, SYSCALL_INFO and a signal given on resuming mean. */
enum trace_kind {
	TRACE_SIGNAL,			/* a signal is about to be delivered */
	TRACE_CALL_BEGIN, TRACE_CALL_END,
	TRACE_EVENT,			/* PTRACE_EVENT_ of fork, exec, exit */
	TRACE_GROUP,			/* job control stopped the whole process */
	TRACE_TRAP,			/* PTRACE_INTERRUPT, or the news of a SIGCONT, for who used PTRACE_SEIZE */
};

enum trace_mode { TRACE_CONT, TRACE_CALLS, TRACE_STEP };

/* One stop, on the stopped thread's stack. All [t]. */
struct trace_stop {
	enum trace_kind kind;
	int code;			/* signal | event << 8, as wait4 shows it above its low byte */
	bool has_info;
	bool unreported;		/* no wait has told of it yet */
	bool listening;			/* PTRACE_LISTEN: not to be touched until something happens */
	bool over;			/* go on */
	int signal;			/* what the tracer gave to go on with, or what was to be delivered */
	u64 message;			/* PTRACE_GETEVENTMSG */
	u64 fs_base, gs_base;		/* of ring 3; loaded again when it goes on */
	struct abi_siginfo info;
};

/* Letters: [t] tasks_lock, [ts] that and the sighand lock to change, either to read, [I] immutable. */
struct trace {
	struct list link;		/* [t] tracer->process->tracees */
	struct task *tracer;		/* [t] the thread; it cuts its ties when it ends */
	struct task *task;		/* [t] the traced thread, NULL once it has ended */
	struct process *process;	/* [I] its process: not looked at any more when task is NULL, but for a leader's */
	int tid;			/* [t] */
	bool leader;			/* [t] set at its end: that is its process's */
	bool seized;			/* [t] */
	u32 options;			/* [t] PTRACE_O_ */
	enum trace_mode mode;		/* [t] */
	struct trace_stop *stop;	/* [t] NULL while it runs */
	bool interrupt;			/* [ts] shall stop for TRACE_TRAP */
	bool group_seen;		/* [ts] has stopped for the present job-control stop */
	bool ended;			/* [t] a thread's end or a zombie that the tracer shall hear of */
	int exit_status;		/* [t] as wait4 gives it */
	int pgrp;			/* [t] at its end */
	u32 uid;			/* [t] at its end */
};

/* ---- For the traced thread itself; no lock held, task context ---- */

void trace_call_begins(struct regs *regs);
void trace_call_ends(struct regs *regs, u64 number);

/* A signal was taken off the queue: the one to deliver instead, with *info made to fit, or 0. */
int trace_signal(int sig, struct abi_siginfo *info);
void trace_group_stop(int sig);
void trace_trap(void);
void trace_handler_started(void);	/* a handler's frame was built */
void trace_exec(int old_tid);		/* execve has succeeded */
void trace_exit(int code);		/* it is about to end */
bool trace_is_unprivileged(void);	/* traced by who may not: set-user-ID bits of programs do not count then */

/* Single steps: on the way into delivery, and out of it to ring 3. */
void trace_disarm_step(struct regs *regs);
void trace_arm_step(struct regs *regs);

/* ---- fork: the child of a traced thread may be traced from its start ---- */

struct trace_fork {
	struct trace *tie;		/* NULL: the child is nobody's */
	int event;			/* PTRACE_EVENT_, 0 for none */
	bool vfork_done;		/* PTRACE_EVENT_VFORK_DONE is wanted */
};
int trace_fork_prepare(struct trace_fork *f, const struct clone_args *args);	/* 0 or -ENOMEM */
void trace_fork_link(struct trace_fork *f, struct task *child) REQUIRES(tasks_lock);
void trace_fork_cancel(struct trace_fork *f);
void trace_fork_done(const struct trace_fork *f, int tid);		/* the event's stop */
void trace_vfork_done(const struct trace_fork *f, int tid);

/* ---- exit and exec, tasks_lock held. Zombies to be put go to `reaped` by their sibling links ---- */

void trace_thread_ends(struct process *p, int status, struct list *reaped) REQUIRES(tasks_lock);	/* current, still in the tree */
bool trace_keeps_zombie(struct process *p) REQUIRES(tasks_lock);	/* true: its parent hears of it later */
void trace_leader_changes(struct process *p) REQUIRES(tasks_lock);	/* current took the leader's number */

/* ---- wait ---- */

enum trace_found { TRACE_NOBODY, TRACE_NOTHING, TRACE_REPORT };
enum trace_found trace_wait(enum wait_which which, int id, unsigned options, struct wait_report *report, struct list *reaped)
	REQUIRES(tasks_lock);
bool trace_is_mine(const struct process *child) REQUIRES(tasks_lock);	/* traced by a thread of the current process */

/* ---- requests ---- */

/* ptrace's work: `data` of requests that read or write the caller's memory is an address there. */
long trace_request(long request, int pid, u64 addr, u64 data);

/* May the current task look into p as a tracer would (ptrace(2), "access mode checking")? */
bool trace_allowed(struct process *p) REQUIRES(tasks_lock);

/* ---- Shared by the files of this folder ---- */

struct trace *trace_create(struct task *tracer, bool seized, u32 options);
void trace_tie(struct trace *tie, struct task *t) REQUIRES(tasks_lock);
void trace_cut(struct trace *tie, int signal, struct list *reaped) REQUIRES(tasks_lock);
void trace_resume(struct trace *tie, int signal) REQUIRES(tasks_lock);
void trace_tell(struct trace *tie, int code, int status) REQUIRES(tasks_lock);	/* SIGCHLD and a wake-up for the tracer */
bool trace_declined(struct trace *tie, u64 flag) REQUIRES(tasks_lock);	/* does the tracer ignore SIGCHLD, or has set `flag`? */

#endif
