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

#include "fs/file.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "mm/aspace.h"
#include "mm/usercopy.h"
#include "sched/task.h"
#include "sched/wait.h"

#define BUCKETS 256			/* a power of two */

struct futex_key {
	const void *object;		/* struct mm, or struct inode */
	u64 offset;			/* address, or offset in the file */
	struct inode *inode;		/* the same when shared: holds a reference; else NULL */
};

/* On the sleeper's stack. Letters: [b] lock of `bucket`. */
struct futex_waiter {
	struct list link;		/* [b] */
	struct futex_bucket *bucket;	/* [b] where it is queued; NULL while futex_requeue carries it, and once woken */
	struct futex_key key;		/* [b] */
	struct task *task;		/* [I] */
	u32 bitset;			/* [I] */
	bool woken;			/* [a] set last by the waker: the waiter may be gone right after */
};

struct futex_bucket {
	struct spinlock lock;		/* RANK_WAITQ: nothing but wake-ups nests inside */
	struct list waiters;		/* [lock] oldest first */
	u64 changes;			/* [lock] queueings and removals; read without for futex_requeue */
} __aligned(CACHE_LINE);

static struct futex_bucket buckets[BUCKETS] = {
	[0 ... BUCKETS - 1] = { .lock = SPINLOCK_INIT("futex", RANK_WAITQ) },
};

/* ---- Names ---- */

static struct area *area_at(struct mm *mm, u64 address) REQUIRES(mm->lock)
{
	struct tree_node *n = mm->areas.root;

	while (n) {
		struct area *a = tree_entry(n, struct area, node);

		if (address < a->start)
			n = n->left;
		else if (address >= a->end)
			n = n->right;
		else
			return a;
	}
	return NULL;
}

static int shared_key(u64 address, struct futex_key *key)
{
	struct mm *mm = current->mm;
	struct area *a;
	int r = 0;

	mutex_lock(&mm->lock);
	a = area_at(mm, address);
	if (!a || !(a->prot & (PROT_READ | PROT_WRITE))) {
		r = -EFAULT;
	} else if ((a->flags & AREA_SHARED) && a->file) {
		key->inode = a->file->inode;
		inode_get(key->inode);
		key->object = key->inode;
		key->offset = (a->page_offset << PAGE_SHIFT) + (address - a->start);
	}
	mutex_unlock(&mm->lock);
	return r;
}

static int key_of(uaddr word, bool private, struct futex_key *key)
{
	if (word.v % sizeof(u32) != 0)
		return -EINVAL;
	if (!user_range_ok(word, sizeof(u32)))
		return -EFAULT;
	*key = (struct futex_key){ .object = current->mm, .offset = word.v };
	return private ? 0 : shared_key(word.v, key);
}

static void key_put(const struct futex_key *key)
{
	if (key->inode)
		inode_put(key->inode);
}

static bool same_key(const struct futex_key *a, const struct futex_key *b)
{
	return a->object == b->object && a->offset == b->offset;
}

static struct futex_bucket *bucket_of(const struct futex_key *key)
{
	u64 h = ((u64)key->object >> 4 ^ key->offset >> 2) * 0x9e3779b97f4a7c15ull;
	struct futex_bucket *b = &buckets[h >> 56 & (BUCKETS - 1)];

	return b;
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
	w->bucket = b;
	list_add_tail(&b->waiters, &w->link);
	b->changes++;
}

static void queue_waiter(struct futex_waiter *w)
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
static bool unqueue_waiter(struct futex_waiter *w)
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

static int wake_key(const struct futex_key *key, int count, u32 bitset)
{
	struct futex_bucket *b = bucket_of(key);
	struct futex_waiter *w, *next;
	irqstate s = bucket_lock(b);
	int woken = 0;

	list_for_each_safe(w, next, &b->waiters, link) {
		if (!same_key(&w->key, key) || !(w->bitset & bitset))
			continue;
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
	r = key_of(word, private, &key);
	if (r < 0)
		return r;
	r = wake_key(&key, count, bitset);
	key_put(&key);
	return r;
}

static int sleep_until_woken(struct futex_waiter *w, u64 deadline)
{
	int r = 0;

	for (;;) {
		wait_again(true);
		if (__atomic_load_n(&w->woken, __ATOMIC_ACQUIRE)) {
			r = 0;
			break;
		}
		if (r < 0)
			break;
		r = wait_sleep(true, deadline);
	}
	current->state = TASK_RUNNING;
	return r;
}

int futex_wait(uaddr word, u32 value, u32 bitset, bool private, u64 deadline)
{
	struct futex_waiter w = { .task = current, .bitset = bitset };
	u32 now;
	int r;

	if (bitset == 0)
		return -EINVAL;
	r = key_of(word, private, &w.key);
	if (r < 0)
		return r;
	queue_waiter(&w);				/* A */
	r = user_load_u32(word, &now);			/* B */
	if (r == 0 && now != value)
		r = -EAGAIN;
	if (r < 0) {
		if (!unqueue_waiter(&w))
			wake_key(&w.key, 1, bitset);
	} else {
		r = sleep_until_woken(&w, deadline);
		if (!unqueue_waiter(&w))
			r = 0;
	}
	key_put(&w.key);
	return r;
}

/* Take up to wake + move waiters off `from`'s queue; those to be moved go to `carried`, in order. */
static int take_for_requeue(struct futex_bucket *b, const struct futex_key *from, int wake, int move, struct list *carried)
	REQUIRES(b->lock)
{
	struct futex_waiter *w, *next;
	int taken = 0;

	list_for_each_safe(w, next, &b->waiters, link) {
		if (!same_key(&w->key, from))
			continue;
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
		key_put(from);
	return taken;
}

int futex_requeue(uaddr from, uaddr to, int wake, int move, const u32 *expected, bool private)
{
	struct futex_key from_key, to_key;
	int r;

	if (wake < 0 || move < 0)
		return -EINVAL;
	r = key_of(from, private, &from_key);
	if (r < 0)
		return r;
	r = key_of(to, private, &to_key);
	if (r == 0) {
		r = requeue_keys(from, &from_key, &to_key, wake, move, expected);
		key_put(&to_key);
	}
	key_put(&from_key);
	return r;
}
