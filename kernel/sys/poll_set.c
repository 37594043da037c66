/*
 * Waiting for many queues. Each queue gets a waiter with a callback; a task sleeps once for all of them.
 *
 *	sleeper                                   waker of any queue
 *	A: registers in all queues, looks         C: makes its condition true
 *	B: state = SLEEPING (full barrier)        D: callback: triggered = 1 (full barrier)
 *	E: triggered? then no sleep               F: task_wake: SLEEPING? then make it run
 *
 * If E saw 0, it came before D, so B came before F, and F finds SLEEPING. A condition that came true between A's look and
 * the registration of its own queue is seen by the look, which comes after it.
 */
#include "sys/poll_set.h"

#include "lib/error.h"
#include "mm/slab.h"
#include "sched/task.h"

static bool poll_wake(struct waiter *w, unsigned events)
{
	struct poll_waiter *pw = container_of(w, struct poll_waiter, waiter);
	struct poll_set *s = pw->set;

	atomic_xchg(&s->triggered, 1);
	return task_wake(s->task);
}

static struct poll_waiter *next_waiter(struct poll_set *s)
{
	struct poll_chunk *c = s->chunks;

	if (s->fast_count < POLL_FAST_WAITERS)
		return &s->fast[s->fast_count++];
	if (!c || c->count == ARRAY_SIZE(c->waiters)) {
		c = kmalloc(sizeof(*c));
		if (!c)
			return NULL;
		c->next = s->chunks;
		c->count = 0;
		s->chunks = c;
	}
	return &c->waiters[c->count++];
}

static void poll_register(struct poll_table *t, struct waitq *q)
{
	struct poll_set *s = container_of(t, struct poll_set, table);
	struct poll_waiter *pw = next_waiter(s);

	if (!pw) {
		s->out_of_memory = true;
		return;
	}
	*pw = (struct poll_waiter){ .waiter = { .fn = poll_wake }, .set = s, .queue = q };
	wait_add(q, &pw->waiter);
}

void poll_set_start(struct poll_set *s)
{
	s->table = (struct poll_table){ .wait = poll_register };
	waitq_init(&s->nobody);
	s->task = current;
	atomic_set(&s->triggered, 0);
	s->out_of_memory = false;
	s->fast_count = 0;
	s->chunks = NULL;
}

int poll_set_sleep(struct poll_set *s, u64 deadline)
{
	int result = 0;

	if (s->out_of_memory)
		return -ENOMEM;
	wait_begin(&s->nobody, &s->self, true);
	while (!atomic_read(&s->triggered) && result == 0) {
		result = wait_sleep(true, deadline);
		if (result == 0)
			wait_again(true);
	}
	wait_end(&s->nobody, &s->self);
	if (atomic_xchg(&s->triggered, 0))
		return 0;
	return result;
}

void poll_set_finish(struct poll_set *s)
{
	for (unsigned i = 0; i < s->fast_count; i++)
		wait_remove(s->fast[i].queue, &s->fast[i].waiter);
	while (s->chunks) {
		struct poll_chunk *c = s->chunks;

		s->chunks = c->next;
		for (unsigned i = 0; i < c->count; i++)
			wait_remove(c->waiters[i].queue, &c->waiters[i].waiter);
		kfree(c);
	}
}
