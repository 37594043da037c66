/* Wait queues: wait.h states the protocol and its race. A queue's lock is held with interrupts off, since interrupts wake. */
#include "sched/wait.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "sched/task.h"
#include "sched/timer.h"

void waitq_init(struct waitq *q)
{
	spin_init(&q->lock, "waitq", RANK_WAITQ);
	list_init(&q->waiters);
}

/* The full barrier between A and B of wait.h. */
static void set_sleeping(bool interruptible)
{
	__atomic_store_n(&current->state, interruptible ? TASK_SLEEPING : TASK_WAITING, __ATOMIC_SEQ_CST);
	smp_mb();
}

void wait_add(struct waitq *q, struct waiter *w)
{
	irqstate s = spin_lock_irqsave(&q->lock);

	w->queue = q;
	if (w->exclusive)
		list_add_tail(&q->waiters, &w->link);
	else
		list_add(&q->waiters, &w->link);
	spin_unlock_irqrestore(&q->lock, s);
}

void wait_remove(struct waitq *q, struct waiter *w)
{
	irqstate s = spin_lock_irqsave(&q->lock);

	list_del(&w->link);
	spin_unlock_irqrestore(&q->lock, s);
}

static void begin(struct waitq *q, struct waiter *w, bool interruptible, bool exclusive)
{
	*w = (struct waiter){ .task = current, .exclusive = exclusive };
	wait_add(q, w);
	set_sleeping(interruptible);
}

void wait_begin(struct waitq *q, struct waiter *w, bool interruptible) { begin(q, w, interruptible, false); }
void wait_begin_exclusive(struct waitq *q, struct waiter *w, bool interruptible) { begin(q, w, interruptible, true); }
void wait_again(bool interruptible) { set_sleeping(interruptible); }

void wait_end(struct waitq *q, struct waiter *w)
{
	current->state = TASK_RUNNING;
	wait_remove(q, w);
}

struct sleep_timer {
	struct timer timer;
	struct task *task;
};

static void sleep_timer_fired(struct timer *t)
{
	task_wake(container_of(t, struct sleep_timer, timer)->task);
}

int wait_sleep(bool interruptible, u64 deadline)
{
	struct sleep_timer t = { .task = current };

	if (interruptible && signal_pending()) {
		current->state = TASK_RUNNING;
		return -ERESTARTSYS;
	}
	if (deadline == TIME_NEVER) {
		schedule();
		return 0;
	}
	if (clock_now() >= deadline) {
		current->state = TASK_RUNNING;
		return -ETIMEDOUT;
	}
	timer_init(&t.timer, sleep_timer_fired);
	timer_arm(&t.timer, deadline);
	schedule();
	timer_cancel(&t.timer);
	return 0;			/* the caller's next round finds the deadline passed, its condition first */
}

static void wake(struct waitq *q, unsigned events, unsigned exclusive)
{
	struct waiter *w, *next;
	irqstate s;

	if (!waitq_active(q))
		return;
	s = spin_lock_irqsave(&q->lock);
	list_for_each_safe(w, next, &q->waiters, link) {
		bool woken = w->fn ? w->fn(w, events) : task_wake(w->task);

		if (woken && w->exclusive && --exclusive == 0)
			break;
	}
	spin_unlock_irqrestore(&q->lock, s);
}

void wait_wake(struct waitq *q, unsigned events) { wake(q, events, 1); }
void wait_wake_all(struct waitq *q, unsigned events) { wake(q, events, UINT32_MAX); }

bool waitq_active(struct waitq *q)
{
	smp_mb();
	return !list_empty(&q->waiters);
}
