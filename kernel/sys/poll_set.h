/*
 * One task's wait for any of many files: the engine under poll and select. The files stay referenced until
 * poll_set_finish, so their queues stay too.
 */
#ifndef SYS_POLL_SET_H
#define SYS_POLL_SET_H

#include "fs/file.h"
#include "sched/wait.h"

#define POLL_FAST_WAITERS 12

struct poll_waiter {
	struct waiter waiter;
	struct poll_set *set;
	struct waitq *queue;
};

struct poll_chunk {
	struct poll_chunk *next;
	unsigned count;
	struct poll_waiter waiters[60];
};

struct poll_set {
	struct poll_table table;	/* first look: every file registers through it */
	struct waitq nobody;		/* never woken: wait_begin wants a queue */
	struct waiter self;
	struct task *task;
	atomic32 triggered;		/* a queue spoke since the last look */
	bool out_of_memory;		/* a waiter was not registered */
	unsigned fast_count;
	struct poll_waiter fast[POLL_FAST_WAITERS];
	struct poll_chunk *chunks;
};

void poll_set_start(struct poll_set *s);

/* Sleep until a queue speaks: 0, -ERESTARTSYS (a signal), -ETIMEDOUT, or -ENOMEM. Then the caller looks again. */
int poll_set_sleep(struct poll_set *s, u64 deadline);
void poll_set_finish(struct poll_set *s);

#endif
