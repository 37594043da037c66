/*
 * Read without a lock, free after everybody looked away (read-copy-update).
 *
 *  - A reader is any stretch of kernel code that does not sleep, interrupt handlers included: the kernel is not preempted, so it
 *    ends before its CPU switches tasks. It marks nothing.
 *  - A writer takes an object out of what readers find it by, under the writers' own lock, then gives it to rcu_call: its function
 *    runs after every CPU has switched tasks at least once, so no reader that could have seen the object is still in its stretch.
 *  - A reader that wants to keep an object takes a reference by atomic_inc_not_zero inside the stretch.
 */
#ifndef SCHED_RCU_H
#define SCHED_RCU_H

struct rcu_head {
	struct rcu_head *next;
	void (*fn)(struct rcu_head *h);
};

/* Boot, once every CPU runs. Calls from before wait for it. */
void rcu_init(void);

/* Any context; fn runs in task context, may take locks, must not sleep for long. */
void rcu_call(struct rcu_head *h, void (*fn)(struct rcu_head *h));

/* Publish a pointer to something that was filled in before; read one that may have been published this moment. */
#define rcu_publish(p, value) __atomic_store_n(&(p), (value), __ATOMIC_RELEASE)
#define rcu_read(p)           __atomic_load_n(&(p), __ATOMIC_CONSUME)

#endif
