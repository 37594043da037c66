/*
 * The timers of each CPU: a tree by deadline under the CPU's lock, which interrupts take. A callback runs without the
 * lock, and `running` says so, for timer_cancel to wait on.
 */
#include "sched/timer.h"
#include "arch/arch.h"
#include "lib/assert.h"
#include "sched/clock.h"
#include "sched/sched.h"

/* Letters: [l] lock. */
static struct timer_cpu {
	struct spinlock lock;
	struct tree tree;		/* [l] struct timer, by deadline */
	struct timer *running;		/* [l] whose callback runs now */
	u64 armed;			/* [own CPU, interrupts off] what the hardware was told last; TIME_NEVER: nothing */
	u64 tick;			/* [own CPU, interrupts off] the scheduler's wish; TIME_NEVER: none */
} __aligned(CACHE_LINE) timer_cpus[MAX_CPUS];

void timer_init_cpu(unsigned cpu)
{
	spin_init(&timer_cpus[cpu].lock, "timers", RANK_TIMER);
	timer_cpus[cpu].armed = TIME_NEVER;
	timer_cpus[cpu].tick = TIME_NEVER;
}

static int by_deadline(const struct tree_node *a, const struct tree_node *b)
{
	u64 x = tree_entry(a, struct timer, node)->deadline, y = tree_entry(b, struct timer, node)->deadline;

	return x < y ? -1 : x > y;
}

/* Tell this CPU's hardware the earliest wish, when it is earlier than what it knows. Lock held, interrupts off. */
static void program(struct timer_cpu *c)
{
	struct tree_node *first = tree_first(&c->tree);
	u64 deadline = first ? MIN(tree_entry(first, struct timer, node)->deadline, c->tick) : c->tick;

	if (deadline < c->armed) {
		c->armed = deadline;
		arch_timer_arm(deadline);
	}
}

void timer_init(struct timer *t, void (*fn)(struct timer *t))
{
	*t = (struct timer){ .fn = fn, .cpu = -1 };
}

void timer_arm(struct timer *t, u64 deadline)
{
	struct timer_cpu *c;
	irqstate s;

	timer_cancel(t);
	s = arch_irq_save();
	c = &timer_cpus[arch_cpu_id()];
	spin_lock(&c->lock);
	t->deadline = deadline;
	WRITE_ONCE(t->cpu, (int)arch_cpu_id());
	tree_insert(&c->tree, &t->node, by_deadline);
	program(c);
	spin_unlock(&c->lock);
	arch_irq_restore(s);
}

/* t->cpu changes only while the timer is not armed, by its owner; so it is stable here. */
bool timer_cancel(struct timer *t)
{
	int cpu = READ_ONCE(t->cpu);
	struct timer_cpu *c;
	bool was_armed = false;

	if (cpu < 0)
		return false;
	c = &timer_cpus[cpu];
	for (;;) {
		irqstate s = spin_lock_irqsave(&c->lock);
		bool running = c->running == t && cpu != (int)arch_cpu_id();

		if (tree_linked(&t->node)) {
			was_armed = true;
			tree_remove(&c->tree, &t->node);
		}
		spin_unlock_irqrestore(&c->lock, s);
		if (!running)
			return was_armed;
		arch_pause();
	}
}

/* No lock: `armed` and `tick` are this CPU's alone, and what is armed is never later than the first timer. */
void timer_set_tick(u64 deadline)
{
	struct timer_cpu *c = &timer_cpus[arch_cpu_id()];

	c->tick = deadline;
	if (deadline < c->armed) {
		c->armed = deadline;
		arch_timer_arm(deadline);
	}
}

/* Interrupts off; the lock is let go for each callback. */
static void run_due(struct timer_cpu *c, u64 now) REQUIRES(c->lock)
{
	struct tree_node *first;

	while ((first = tree_first(&c->tree)) != NULL) {
		struct timer *t = tree_entry(first, struct timer, node);

		if (t->deadline > now)
			break;
		tree_remove(&c->tree, first);
		c->running = t;
		spin_unlock(&c->lock);
		t->fn(t);		/* may free or re-arm t */
		spin_lock(&c->lock);
		c->running = NULL;
	}
}

void timer_run_due(void)
{
	irqstate s = arch_irq_save();
	struct timer_cpu *c = &timer_cpus[arch_cpu_id()];

	spin_lock(&c->lock);
	run_due(c, clock_now());
	spin_unlock(&c->lock);
	arch_irq_restore(s);
}

void timer_interrupt(void)
{
	struct timer_cpu *c = &timer_cpus[arch_cpu_id()];
	u64 now = clock_now();

	spin_lock(&c->lock);
	c->armed = TIME_NEVER;
	run_due(c, now);
	if (c->tick <= now)
		c->tick = TIME_NEVER;	/* sched_tick comes next and asks again */
	program(c);
	spin_unlock(&c->lock);
}
