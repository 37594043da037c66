/*
 * Timers of timer_create(2): a process's, by number, told of by a signal. All act on the current process; task context, except as
 * noted. Each timer owns the one queue entry that its signal needs, so that a signal is never lost for want of memory; while it
 * is queued, further expirations are counted as overruns.
 */
#ifndef SCHED_POSIX_TIMER_H
#define SCHED_POSIX_TIMER_H

#include "abi/signal.h"
#include "lib/tree.h"
#include "lib/types.h"
#include "sched/lock.h"

struct process;
struct posix_timer;

/* sigev_notify. */
#define SIGEV_SIGNAL	0
#define SIGEV_NONE	1
#define SIGEV_THREAD	2
#define SIGEV_THREAD_ID 4

struct posix_timers {
	struct spinlock lock;		/* RANK_PAGES */
	struct tree tree;		/* [lock] struct posix_timer by id */
	int next_id;			/* [lock] */
};
void posix_timers_init(struct posix_timers *t);

struct posix_timer_event {
	int notify;			/* SIGEV_ */
	int signal;			/* valid, unless SIGEV_NONE */
	int tid;			/* SIGEV_THREAD_ID: a thread of the process */
	u64 value;			/* sigev_value; with own_value, the timer's number instead */
	bool own_value;
};

struct posix_timer_setting {
	u64 interval, value;		/* ns */
};

/* The new timer's number, -EINVAL (no such thread), -EAGAIN (too many), -ENOMEM. */
int posix_timer_create(int clock, const struct posix_timer_event *event);

/* -EINVAL when there is no such timer. posix_timer_overrun: the overruns of the last signal that was taken. */
int posix_timer_set(int id, bool absolute, const struct posix_timer_setting *new, struct posix_timer_setting *old);
int posix_timer_get(int id, struct posix_timer_setting *now);
int posix_timer_overrun(int id);
int posix_timer_delete(int id);

/* The process ends or becomes another program: its timers go. Its only thread. */
void posix_timers_delete_all(struct process *p);

/*
 * The timer's signal left its queue (already unlinked): taken by a program that reads `info`, or thrown away (NULL). The sighand
 * lock is held.
 */
void posix_timer_signal_gone(struct posix_timer *t, struct abi_siginfo *info);

#endif
