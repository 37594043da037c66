/*
 * Signals: actions, pending sets, sending and delivery (signal(7)).
 *
 *  - struct sighand (actions) is shared by CLONE_SIGHAND tasks; its lock guards actions, masks and every pending set of
 *    the process.
 *  - Sending puts a signal into a pending set and wakes a task that does not block it; delivery happens on the way to
 *    ring 3 of the task that takes it.
 *  - A standard signal is pending at most once; real-time signals queue, within RLIMIT_SIGPENDING.
 */
#ifndef SCHED_SIGNAL_H
#define SCHED_SIGNAL_H

#include "abi/signal.h"
#include "lib/atomic.h"
#include "lib/list.h"
#include "lib/types.h"
#include "sched/lock.h"
#include "sched/rcu.h"
#include "sched/wait.h"

struct posix_timer;
struct task;
struct process;
struct regs;
struct user;

#define SIGNAL_BIT(sig) (1ull << ((sig) - 1))

/* One pending set. Guarded by the sighand lock. */
struct sigpending {
	u64 set;			/* bit sig - 1 */
	struct list queue;		/* struct sigqueue, oldest first */
};

struct sigqueue {
	struct list link;
	struct user *user;		/* whose RLIMIT_SIGPENDING it counts against; holds a reference */
	struct posix_timer *timer;	/* NULL, or the timer that this entry is a part of */
	bool stale;			/* a timer's: queued before the timer was set anew */
	struct abi_siginfo info;
};

struct sighand {
	atomic32 refs;			/* [a] processes that share it */
	struct spinlock lock;		/* RANK_SIGHAND, irq */
	bool replaced;			/* [lock] an exec left it: somebody may just be about to lock it by way of the old pointer */
	struct rcu_head rcu;		/* [refs == 0] */
	struct abi_sigaction actions[NSIG];	/* [lock] index sig - 1 */
};

/* What signals do by default (signal(7)). */
#define SIGNALS_STOP     (SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) | SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU))
#define SIGNALS_IGNORE   (SIGNAL_BIT(SIGCONT) | SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGWINCH) | SIGNAL_BIT(SIGURG))
#define SIGNALS_CORE     (SIGNAL_BIT(SIGQUIT) | SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP) | SIGNAL_BIT(SIGABRT) | \
			  SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGSYS) | \
			  SIGNAL_BIT(SIGXCPU) | SIGNAL_BIT(SIGXFSZ))
#define SIGNALS_FAULT    (SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP) | \
			  SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSYS))
#define SIGNALS_NEVER_BLOCKED (SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP))

/* Pending sets; all but the first with the sighand lock held, or of a process that nobody sees any more with interrupts off. */
void sigpending_init(struct sigpending *p);
void sigpending_flush(struct sigpending *p);
void sigpending_discard(struct sigpending *p, u64 set);		/* drop the signals in `set` */
void sigpending_take(struct sigpending *p, int sig, struct abi_siginfo *info);	/* the oldest instance of a pending one */
int sigpending_next(const struct sigpending *p, u64 mask);	/* which unblocked one is next; 0 for none */

/* An entry that counts against `user`, not linked; NULL when memory is out. Interrupts off. */
struct sigqueue *sigqueue_alloc(struct user *user);

struct sighand *sighand_create(void);			/* all default; NULL when memory is out */
struct sighand *sighand_clone(struct sighand *from);
void sighand_reset(struct sighand *h);			/* handlers become default, ignored ones stay so; its lock held, or nobody sees it */
void sighand_put(struct sighand *h);

extern struct spinlock sighand_capability;

/* Lock the actions and pending sets of p, which the caller holds a reference of or is. Nests inside tasks_lock. */
struct sighand *sighand_lock(struct process *p, irqstate *s) ACQUIRES(sighand_capability);
void sighand_unlock(struct sighand *h, irqstate s) RELEASES(sighand_capability);

/* Stands for "some process's sighand lock" in the lock analysis, which cannot follow p->sighand. */

/*
 * Send without permission checks. `info` NULL means SI_KERNEL. Any context, tasks_lock may be held; p referenced, t
 * referenced and of a live process (the caller's own, or found under tasks_lock and that still held).
 * 0, or -EAGAIN when a real-time signal cannot be queued.
 */
int signal_send_process(struct process *p, int sig, const struct abi_siginfo *info);
int signal_send_task(struct task *t, int sig, const struct abi_siginfo *info);
void signal_send_pgrp(int pgrp, int sig);	/* from a terminal: every member; tasks_lock not held */

/*
 * Send a timer's own entry, p's or, as signal_send_task asks, t's. SIGNAL_QUEUED: its place in the queue holds a reference of
 * the timer; SIGNAL_PENDING: it stood there already. Any context.
 */
enum signal_sent { SIGNAL_QUEUED, SIGNAL_PENDING, SIGNAL_UNWANTED };
enum signal_sent signal_send_prepared(struct process *p, struct task *t, struct sigqueue *q);

/* Make a siginfo of a sender: kill's, tkill's. */
void signal_info_user(struct abi_siginfo *info, int sig, int code);

/* A fault of the current task: cannot be blocked or ignored (the action is then reset to default). */
void signal_force(int sig, int code, u64 address);
void signal_force_fatal(int sig);	/* … nor caught */

/* On the way to ring 3, WORK_SIGNAL set, interrupts on: run default actions, build frames, restart calls. May not return. */
void signal_deliver(struct regs *regs);

/* rt_sigreturn: the value for rax. */
long signal_return(struct regs *regs);

/* Recompute WORK_SIGNAL of the current task after its mask or pending sets changed. */
void signal_recalculate(void);

/* The current task's mask of blocked signals. KILL and STOP are never in it. */
void signal_set_mask(u64 mask);

/*
 * For sigsuspend, ppoll, pselect6: another mask while the call sleeps. The call ends with signal_end_temporary_mask(result), which
 * gives the old mask back, unless the result says that a signal interrupted it: then after the handler. Returns result.
 */
void signal_set_temporary_mask(u64 mask);
long signal_end_temporary_mask(long result);

/* rt_sigaction(2), sigaltstack(2), rt_sigtimedwait(2), on kernel copies. NULL: not wanted. 0, a signal, or -errno. */
int signal_action(int sig, const struct abi_sigaction *act, struct abi_sigaction *old);
int signal_altstack(const struct abi_stack *ss, struct abi_stack *old, u64 user_rsp);
int signal_timed_wait(u64 set, struct abi_siginfo *info, u64 deadline);
u64 signal_pending_set(void);		/* rt_sigpending */
bool signal_any_pending(u64 set);	/* of the current task or its process, blocked or not */
int signal_take(u64 set, struct abi_siginfo *info);	/* the next of them, or 0 */
bool signal_on_altstack(u64 user_rsp);	/* does the current task run on its alternate stack? */
void signal_disarm_altstack(void);

/* exec: handlers become default, ignored ones stay so. */
void signal_reset_for_exec(void);

/* ---- Between the process code and the signal code; the sighand lock is held ---- */

void signal_wake_task(struct task *t, bool fatal) REQUIRES(sighand_capability);	/* make it look at its signals */
void signal_kill_threads(struct process *p, struct task *but) REQUIRES(sighand_capability);
void signal_begin_group_exit(struct process *p, int code) REQUIRES(sighand_capability);	/* no effect on a second call */
/* Signals that only `t` would have taken (it ends, or blocks them now): others shall look. */
void signal_retarget(struct process *p, struct task *t, u64 set) REQUIRES(sighand_capability);
/* One of p's threads ended or parked: is the stop complete now? True when the parent shall be told. */
bool signal_stop_complete(struct process *p) REQUIRES(sighand_capability);

/* Tell the parent of a stop or continuation that p->notify asks for. No lock held. */
void signal_notify_parent(struct process *p);

/* ---- The machine's part (arch/x86_64/sigframe.c) ---- */

/*
 * Build the handler's frame on the user stack and point regs at the handler; `mask` is what sigreturn restores.
 * 0, or -EFAULT when the stack cannot hold it.
 */
int arch_signal_frame(struct regs *regs, int sig, const struct abi_sigaction *action, const struct abi_siginfo *info, u64 mask);

/* Undo it: registers, mask and alternate stack from the frame. The value for rax; a bad frame forces SIGSEGV. */
long arch_signal_return(struct regs *regs);

/* The result of the system call that regs are about to return from; 0 when they are not in one (any more). */
long arch_syscall_result(const struct regs *regs);
void arch_set_syscall_result(struct regs *regs, long result);	/* … for good: regs are not in a call any more */

/* Let the program make its call again, or restart_syscall(2) in its place. */
void arch_restart_syscall(struct regs *regs, bool through_block);

u64 arch_program_counter(const struct regs *regs);
void arch_set_program_counter(struct regs *regs, u64 address);

/* The smallest alternate stack that a handler's frame fits on, for AT_MINSIGSTKSZ. */
size_t arch_signal_frame_size(void);

#endif
