/*
 * Where the network's work is done: in task context, never in an interrupt.
 *
 *  - An interrupt handler or a timer's callback only schedules a struct net_work; its function runs soon, with interrupts on,
 *    in this CPU's net task. So no lock of the network is taken with interrupts off, except this file's own and the wait queues'.
 *  - A task that sends (a socket call) may schedule work too, for loopback; it calls net_run() with no lock held before it
 *    returns, and does the work itself: a packet to this machine is received without a switch of tasks.
 *  - A function must not sleep. It may run on another CPU while its next run starts here: it synchronises for itself.
 */
#ifndef NET_WORK_H
#define NET_WORK_H

#include "lib/atomic.h"
#include "lib/list.h"
#include "lib/types.h"

struct net_work {
	struct list link;		/* [the CPU's lock] */
	void (*fn)(struct net_work *w);	/* [I] */
	atomic32 scheduled;		/* [a] it is on a list, and its function has not begun */
};

/* Boot, once the other CPUs run: a task for each. */
void net_work_init(void);

void net_work_prepare(struct net_work *w, void (*fn)(struct net_work *w));

/* Any context. Does nothing when it is scheduled already. What the caller wrote before is visible to the function. */
void net_schedule(struct net_work *w);

/* As net_schedule, from task context whose caller will reach net_run() before it sleeps or returns to ring 3: wakes no task. */
void net_schedule_local(struct net_work *w);

/* Do this CPU's work now, a bounded amount (the rest is left to the net task). Task context, no spinlock held. */
void net_run(void);

#endif
