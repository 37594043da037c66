/*
 * Who runs next on one CPU. Two classes under the queue's lock:
 *
 *  - Real time (SCHED_FIFO, SCHED_RR, and whoever holds what a real-time task waits for): a list for each priority, the highest
 *    first. Within RT_PERIOD they get RT_BUDGET at most while a fair task waits, so that a loop at priority 99 leaves a shell
 *    alive.
 *  - Fair (SCHED_OTHER, BATCH, IDLE): each task's vruntime is the time that it ran, scaled by its weight (nice values are
 *    factors of 1.25), and the smallest goes first. A queue's min_vruntime follows the smallest and never falls.
 *
 * Bounds for n fair tasks of equal weight: a slice is FAIR_LATENCY / n or FAIR_MIN, whichever is more, so none waits longer than
 * max(FAIR_LATENCY, n * FAIR_MIN) plus a tick. A sleeper comes back at most FAIR_CREDIT behind min_vruntime, and gains half of
 * what it slept: it is served before those who ran meanwhile, but however many sleepers there are, each has used its credit up
 * after running for it, and everybody else comes next. Half, because two tasks that wake each other in turn sleep as long as
 * they run, and shall not stay ahead of each other for ever by what one of them once gained.
 *
 * Handing over: who wakes one task and sleeps right after that (a request to a server, its answer) is expected to do so again, for
 * the next HANDOVERS wake-ups. These give the CPU to the woken task at once, on the waker's CPU, and the waker goes on when that one
 * sleeps: often it finds its answer there and need not sleep at all. The woken task may be ahead of everybody else by WAKE_GRAIN
 * at most, so a pair that takes turns gains no more than that over others; whom nobody expects to sleep is not interrupted, so
 * producers fill their pipes. A wake-up by an interrupt counts as the present task's, which at worst spoils the guess.
 *
 * All of it is called with the queue locked and interrupts off; nothing here sleeps or takes another lock.
 */
#include "lib/assert.h"
#include "sched/fair.h"

#define RT_PERIOD	NS_PER_SEC
#define RT_BUDGET	(950 * NS_PER_MSEC)
#define FAIR_CREDIT	(FAIR_LATENCY_NS / 2)
#define WAKE_GRAIN	(1 * NS_PER_MSEC)	/* a sleeper takes the CPU only from one that is this far ahead */
#define YIELD_MOST	(3 * NS_PER_MSEC)	/* what sched_yield may cost its caller */
#define HANDOVERS	64u			/* until it must be seen to sleep again */
#define HANDOVER_NS	(100 * NS_PER_USEC)	/* "right after" */
#define WEIGHT_IDLE	3u			/* of SCHED_IDLE */

/* 1024 / 1.25^nice: two tasks a step apart get 55 and 45 per cent of a CPU (nice(2), sched(7)). */
static const u32 weights[40] = {
	88818, 71054, 56843, 45475, 36380, 29104, 23283, 18626, 14901, 11921, 9537, 7629, 6104, 4883, 3906, 3125, 2500, 2000, 1600, 1280,
	1024, 819, 655, 524, 419, 336, 268, 215, 172, 137, 110, 88, 70, 56, 45, 36, 29, 23, 18, 15,
};

void queue_init(struct run_queue *q)
{
	spin_init(&q->lock, "run queue", RANK_RUNQ);
	for (unsigned i = 0; i < RT_LEVELS; i++)
		list_init(&q->rt[i]);
}

/* What a task is behind or ahead by keeps its worth in CPU time. */
void task_set_weight(struct task *t)
{
	u32 old = t->weight, new = t->policy == SCHED_IDLE ? WEIGHT_IDLE : weights[t->nice + 20];

	if (old != 0 && old != new)
		t->vruntime = t->vruntime * (i64)old / (i64)new;
	t->weight = new;
}

/* ---- The queue ---- */

static int by_vruntime(const struct tree_node *a, const struct tree_node *b)
{
	i64 x = tree_entry(a, struct task, fair_node)->vruntime, y = tree_entry(b, struct task, fair_node)->vruntime;

	return x < y ? -1 : x > y;
}

/* The smallest stays beside the tree. */
void fair_insert_among(struct run_queue *q, struct task *t)
{
	struct task *later = t;

	if (t->vruntime < q->first_fair->vruntime) {
		later = q->first_fair;
		q->first_fair = t;
	}
	tree_insert(&q->fair, &later->fair_node, by_vruntime);
}

void fair_take_next(struct run_queue *q)
{
	struct tree_node *next = tree_first(&q->fair);

	q->first_fair = tree_entry(next, struct task, fair_node);
	tree_remove(&q->fair, next);
}

static void remove_fair(struct run_queue *q, struct task *t) REQUIRES(q->lock)
{
	if (t == q->first_fair) {
		fair_remove_first(q);
		return;
	}
	q->fair_count--;
	q->fair_weight -= t->weight;
	tree_remove(&q->fair, &t->fair_node);
}

void queue_insert(struct run_queue *q, struct task *t, bool first)
{
	unsigned level = t->priority;

	ASSERT(!t->queued);
	t->queued = true;
	q->count++;
	if (level == 0) {
		fair_insert(q, t);
		return;
	}
	if (first)
		list_add(&q->rt[level], &t->run_link);
	else
		list_add_tail(&q->rt[level], &t->run_link);
	q->rt_levels[level / 64] |= 1ull << level % 64;
}

void queue_remove(struct run_queue *q, struct task *t)
{
	unsigned level = t->priority;

	ASSERT(t->queued);
	t->queued = false;
	q->count--;
	if (t == q->handed)
		q->handed = NULL;
	if (level == 0) {
		remove_fair(q, t);
		return;
	}
	list_del(&t->run_link);
	if (list_empty(&q->rt[level]))
		q->rt_levels[level / 64] &= ~(1ull << level % 64);
}

void queue_attach_woken(struct run_queue *q, struct task *t, u64 now)
{
	i64 credit = (i64)MIN((now - t->charged_at) / 2, FAIR_CREDIT);

	if (!task_is_fair(t))
		return;
	if (t->policy != SCHED_IDLE && t->vruntime > -(i64)FAIR_CREDIT)
		t->vruntime = MAX(t->vruntime - credit, -(i64)FAIR_CREDIT);
	t->vruntime += q->min_vruntime;
}

/* ---- Time ---- */

void rt_charge(struct run_queue *q, struct task *t, u64 ns, u64 now)
{
	if (now - q->rt_period >= RT_PERIOD) {
		q->rt_period = now;
		q->rt_used = 0;
	}
	q->rt_used += ns;
	if (policy_is_rt(t->policy))
		t->rt_ns += ns;
	if (t->policy == SCHED_RR)
		t->rr_left -= MIN(t->rr_left, ns);
}

/* Real-time tasks have had their share of the period. It binds only while a fair task wants to run. */
static bool rt_throttled(const struct run_queue *q, u64 now)
{
	return q->rt_used >= RT_BUDGET && now - q->rt_period < RT_PERIOD;
}

/* ---- Choosing ---- */

static unsigned highest_level(const struct run_queue *q)
{
	if (q->rt_levels[1])
		return 127 - (unsigned)__builtin_clzll(q->rt_levels[1]);
	return q->rt_levels[0] ? 63 - (unsigned)__builtin_clzll(q->rt_levels[0]) : 0;
}

struct task *rt_pick(struct run_queue *q, u64 now)
{
	struct task *t = q->first_fair;

	if (!t || !rt_throttled(q, now))
		t = list_first(&q->rt[highest_level(q)], struct task, run_link);
	queue_remove(q, t);
	return t;
}

void queue_yield(struct run_queue *q, struct task *t)
{
	struct tree_node *n = tree_last(&q->fair);
	const struct task *last = n ? tree_entry(n, struct task, fair_node) : q->first_fair;

	if (!task_is_fair(t))
		t->rr_left = 0;		/* to the end of its level */
	else if (last)
		t->vruntime = MIN(MAX(t->vruntime, last->vruntime), t->vruntime + (i64)YIELD_MOST);
}

bool queue_preempts(struct run_queue *q, const struct task *t, u64 now)
{
	struct task *r = q->running;

	if (r->is_idle)
		return true;
	if (t->priority != r->priority)
		return t->priority > r->priority && !(task_is_fair(r) && rt_throttled(q, now));
	if (!task_is_fair(t) || t->policy != SCHED_OTHER)
		return false;
	if (r->policy == SCHED_IDLE)
		return true;
	return r->vruntime + fair_scaled(r, now - r->charged_at) - t->vruntime > fair_scaled(t, WAKE_GRAIN);
}

bool queue_hand_over(struct run_queue *q, struct task *t, u64 now)
{
	struct task *r = q->running;
	i64 least = MIN(r->vruntime + fair_scaled(r, now - r->charged_at), q->first_fair->vruntime);

	if (r->policy != SCHED_OTHER || t->policy != SCHED_OTHER || t->vruntime - least > (i64)WAKE_GRAIN)
		return false;
	q->handed = t;
	return true;
}

void queue_learn_sleep(struct run_queue *q, struct task *t, u64 now)
{
	t->handovers = t->wakes == 1 && now - t->woke_at < HANDOVER_NS ? HANDOVERS : 0;
	t->wakes = 0;
}

static bool rt_slice_over(struct run_queue *q, struct task *t, u64 now)
{
	if (q->fair_count > 0 && rt_throttled(q, now))
		return true;
	if (highest_level(q) > t->priority)
		return true;
	return t->policy == SCHED_RR && t->rr_left == 0 && !list_empty(&q->rt[t->priority]);
}

/* The period of throttling ends at a tick of a fair task. */
bool queue_slice_over(struct run_queue *q, struct task *t, u64 now)
{
	if (q->count == 0)
		return false;
	if (!task_is_fair(t))
		return rt_slice_over(q, t, now);
	if (q->count > q->fair_count && !rt_throttled(q, now))
		return true;
	return q->fair_count > 0 && now >= t->slice_end;
}
