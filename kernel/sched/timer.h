/*
 * One-shot timers: a tree by deadline on each CPU, served by the CPU's timer interrupt. Arming, cancelling and expiry
 * are O(log n). The callback runs with interrupts off on the CPU that armed the timer and must not sleep.
 */
#ifndef SCHED_TIMER_H
#define SCHED_TIMER_H

#include "lib/tree.h"
#include "lib/types.h"

struct timer {
	struct tree_node node;			/* [the CPU's timer lock] */
	u64 deadline;				/* [the CPU's timer lock] ns of clock_now() */
	void (*fn)(struct timer *t);		/* [I] */
	int cpu;				/* [the CPU's timer lock] where it is armed or running; -1 never armed */
};

void timer_init(struct timer *t, void (*fn)(struct timer *t));

/* Will its callback still be called? Of timers whose owner keeps others from arming them. */
static inline bool timer_armed(const struct timer *t) { return tree_linked(&t->node); }

/* Arm or re-arm on this CPU; a deadline in the past fires at once (from the interrupt). Any context. */
void timer_arm(struct timer *t, u64 deadline);

/*
 * Disarm. True when it was armed and will not fire; false when it was not, or when it has fired. On return the
 * callback is not running on any CPU, unless it is the callback itself that cancels.
 */
bool timer_cancel(struct timer *t);

/* Run what is due on this CPU, so that a time in the past has no wait for the interrupt. Any context without a lock of timers. */
void timer_run_due(void);

/* The interrupt: run what is due, arm the hardware for the next. Interrupts off. */
void timer_interrupt(void);

#endif
