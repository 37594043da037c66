/*
 * Futexes: a hash table of queues under a spinlock each. The word itself is read through user copies, which may sleep,
 * hence never with a queue locked.
 *
 *	sleeper                                 waker
 *	A: queues itself (bucket lock)          C: stores a new value (in ring 3)
 *	   (full barrier)                          (full barrier, on entry to the lock)
 *	B: reads the word                       D: FUTEX_WAKE looks at the queue (bucket lock)
 *	   differs? leave, EAGAIN
 *	   equal? sleep
 *
 *	If B reads the old value, then B came before C, so A before D, and D finds the sleeper: no wake-up is lost.
 *
 * A sleeper that leaves because B found another value may have been taken by a D meanwhile. It did not wait, so that
 * wake-up belongs to someone who does: it is passed on to the next one in the queue.
 */
#include "sched/futex.h"

#include "fs/inode.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/futex_internal.h"
#include "sched/sched.h"
#include "sched/task.h"
#include "sched/wait.h"

#define BUCKETS 256			/* a power of two */

struct futex_bucket {
	struct spinlock lock;		/* RANK_WAITQ: nothing but wake-ups nests inside */
	struct list waiters;		/* [lock] oldest first */
	u64 changes;			/* [lock] queueings and removals; read without for futex_requeue */
} __aligned(CACHE_LINE);

static struct futex_bucket buckets[BUCKETS] = {
	[0 ... BUCKETS - 1] = { .lock = SPINLOCK_INIT("futex", RANK_WAITQ) },
};

static struct futex_bucket *bucket_of(const struct futex_key *key)
{
	return &buckets[futex_key_hash(key) >> 24 & (BUCKETS - 1)];
}

/* A bucket's list is made on first use. */
static irqstate bucket_lock(struct futex_bucket *b) ACQUIRES(b->lock)
{
	irqstate s = spin_lock_irqsave(&b->lock);

	if (!b->waiters.next)
		list_init(&b->waiters);
	return s;
}

/* ---- Queueing ---- */

static void enqueue(struct futex_bucket *b, struct futex_waiter *w) REQUIRES(b->lock)
{
	struct futex_waiter *later;

	w->bucket = b;
	b->changes++;
	w->priority = sched_priority(w->task);
	if (w->priority > 0) {
		list_for_each(later, &b->waiters, link)
			if (later->priority < w->priority) {
				list_add_tail(&later->link, &w->link);
				return;
			}
	}
	list_add_tail(&b->waiters, &w->link);
}

void futex_queue(struct futex_waiter *w)
{
	struct futex_bucket *b = bucket_of(&w->key);
	irqstate s = bucket_lock(b);

	enqueue(b, w);
	spin_unlock_irqrestore(&b->lock, s);
	smp_mb();
}

/*
 * Off whatever queue it is on. False when a waker had it already. While futex_requeue carries it, the bucket is NULL for
 * the length of a few instructions on another CPU.
 */
bool futex_unqueue(struct futex_waiter *w)
{
	while (!__atomic_load_n(&w->woken, __ATOMIC_ACQUIRE)) {
		struct futex_bucket *b = READ_ONCE(w->bucket);
		irqstate s;
		bool mine;

		if (!b) {
			arch_pause();
			continue;
		}
		s = bucket_lock(b);
		mine = w->bucket == b;
		if (mine) {
			list_del(&w->link);
			b->changes++;
		}
		spin_unlock_irqrestore(&b->lock, s);
		if (mine)
			return true;
	}
	return false;
}

/* The waiter's stack frame may be gone once `woken` is seen, so the task is held before. */
static void wake_waiter(struct futex_bucket *b, struct futex_waiter *w) REQUIRES(b->lock)
{
	struct task *t = w->task;

	task_get(t);
	list_del(&w->link);
	w->bucket = NULL;
	b->changes++;
	__atomic_store_n(&w->woken, true, __ATOMIC_RELEASE);
	task_wake(t);
	task_put(t);
}

int futex_wake_key(const struct futex_key *key, int count, u32 bitset)
{
	struct futex_bucket *b = bucket_of(key);
	struct futex_waiter *w, *next;
	irqstate s = bucket_lock(b);
	int woken = 0;

	list_for_each_safe(w, next, &b->waiters, link) {
		if (!futex_same_key(&w->key, key) || !(w->bitset & bitset))
			continue;
		if (w->pi) {
			woken = -EINVAL;
			break;
		}
		wake_waiter(b, w);
		if (++woken >= count)
			break;
	}
	spin_unlock_irqrestore(&b->lock, s);
	return woken;
}

/* ---- The operations ---- */

int futex_wake(uaddr word, int count, u32 bitset, bool private)
{
	struct futex_key key;
	int r;

	if (bitset == 0)
		return -EINVAL;
	r = futex_key_of(word, private, &key);
	if (r < 0)
		return r;
	r = futex_wake_key(&key, count, bitset);
	futex_key_put(&key);
	return r;
}

int futex_sleep(const bool *flag, struct futex_deadline deadline)
{
	int r = 0;

	futex_follow(&deadline, true);
	for (;;) {
		wait_again(true);
		if (__atomic_load_n(flag, __ATOMIC_ACQUIRE)) {
			r = 0;
			break;
		}
		if (r < 0)
			break;
		r = futex_doze(&deadline);
	}
	current->state = TASK_RUNNING;
	futex_follow(&deadline, false);
	return r;
}

int futex_wait(uaddr word, u32 value, u32 bitset, bool private, struct futex_deadline deadline)
{
	struct futex_waiter w = { .task = current, .bitset = bitset };
	u32 now;
	int r;

	if (bitset == 0)
		return -EINVAL;
	r = futex_key_of(word, private, &w.key);
	if (r < 0)
		return r;
	futex_queue(&w);				/* A */
	r = user_load_u32(word, &now);			/* B */
	if (r == 0 && now != value)
		r = -EAGAIN;
	if (r < 0) {
		if (!futex_unqueue(&w))
			futex_wake_key(&w.key, 1, bitset);
	} else {
		r = futex_sleep(&w.woken, deadline);
		if (!futex_unqueue(&w))
			r = 0;
	}
	futex_key_put(&w.key);
	return r;
}

/* Take up to wake + move waiters off `from`'s queue; those to be moved go to `carried`, in order. */
static int take_for_requeue(struct futex_bucket *b, const struct futex_key *from, int wake, int move, struct list *carried)
	REQUIRES(b->lock)
{
	struct futex_waiter *w, *next;
	int taken = 0;

	list_for_each_safe(w, next, &b->waiters, link) {
		if (!futex_same_key(&w->key, from))
			continue;
		if (w->pi)
			break;
		if (taken - wake >= move)
			break;
		if (taken++ < wake) {
			wake_waiter(b, w);
			continue;
		}
		list_move_tail(carried, &w->link);
		WRITE_ONCE(w->bucket, NULL);
		b->changes++;
	}
	return taken;
}

/* Queue under the other key, with a reference of it; the caller puts those to the old key once no lock is held. */
static void settle(struct futex_bucket *b, struct list *carried, const struct futex_key *to) REQUIRES(b->lock)
{
	while (!list_empty(carried)) {
		struct futex_waiter *w = list_first(carried, struct futex_waiter, link);

		list_del(&w->link);
		w->key = *to;
		if (to->inode)
			inode_get(to->inode);
		enqueue(b, w);
	}
}

/*
 * The comparison counts as made together with the move when the queue did not change from before the word was read until
 * it is locked: then the whole takes effect at the moment of the reading.
 */
static int requeue_keys(uaddr word, const struct futex_key *from, const struct futex_key *to, int wake, int move,
			const u32 *expected)
{
	struct futex_bucket *b = bucket_of(from);
	struct list carried = LIST_INIT(carried);
	irqstate s;
	int taken;

	for (;;) {
		u64 changes = __atomic_load_n(&b->changes, __ATOMIC_ACQUIRE);
		u32 now;

		if (expected) {
			smp_mb();
			if (user_load_u32(word, &now) < 0)
				return -EFAULT;
			if (now != *expected)
				return -EAGAIN;
		}
		s = bucket_lock(b);
		if (!expected || b->changes == changes)
			break;
		spin_unlock_irqrestore(&b->lock, s);
	}
	taken = take_for_requeue(b, from, wake, move, &carried);
	if (bucket_of(to) == b)
		settle(b, &carried, to);
	spin_unlock_irqrestore(&b->lock, s);
	if (!list_empty(&carried)) {
		b = bucket_of(to);
		s = bucket_lock(b);
		settle(b, &carried, to);
		spin_unlock_irqrestore(&b->lock, s);
	}
	for (int moved = taken - wake; moved > 0; moved--)
		futex_key_put(from);
	return taken;
}

int futex_requeue(uaddr from, uaddr to, int wake, int move, const u32 *expected, bool private)
{
	struct futex_key from_key, to_key;
	int r;

	if (wake < 0 || move < 0)
		return -EINVAL;
	r = futex_key_of(from, private, &from_key);
	if (r < 0)
		return r;
	r = futex_key_of(to, private, &to_key);
	if (r == 0) {
		r = requeue_keys(from, &from_key, &to_key, wake, move, expected);
		futex_key_put(&to_key);
	}
	futex_key_put(&from_key);
	return r;
}

/* ---- For locks that inherit priorities ---- */

static struct futex_waiter *first_of(struct futex_bucket *b, const struct futex_key *key) REQUIRES(b->lock)
{
	struct futex_waiter *w;

	list_for_each(w, &b->waiters, link)
		if (futex_same_key(&w->key, key))
			return w;
	return NULL;
}

/* As above, the comparison counts as made at the moment of the reading when the queue did not change since. */
int futex_first_waiter(uaddr word, const struct futex_key *key, u32 expected, struct futex_waiter **first)
{
	struct futex_bucket *b = bucket_of(key);
	irqstate s;
	bool changed;

	do {
		u64 changes = __atomic_load_n(&b->changes, __ATOMIC_ACQUIRE);
		u32 now;

		smp_mb();
		if (user_load_u32(word, &now) < 0)
			return -EFAULT;
		if (now != expected)
			return -EAGAIN;
		s = bucket_lock(b);
		changed = b->changes != changes;
		*first = first_of(b, key);
		spin_unlock_irqrestore(&b->lock, s);
	} while (changed);
	return 0;
}

struct futex_waiter *futex_take_pi_waiter(const struct futex_key *key, const struct futex_key *pi_key)
{
	struct futex_bucket *b = bucket_of(key);
	irqstate s = bucket_lock(b);
	struct futex_waiter *w = first_of(b, key);

	if (w && (!w->pi || !futex_same_key(w->pi_key, pi_key)))
		w = NULL;
	if (w) {
		list_del(&w->link);
		w->bucket = NULL;
		b->changes++;
		__atomic_store_n(&w->woken, true, __ATOMIC_RELEASE);
	}
	spin_unlock_irqrestore(&b->lock, s);
	return w;
}
