/*
 * Spinlocks and mutexes: lock.h states the rules. Debug builds keep, for each CPU, the stack of spinlocks it holds and check rank
 * and holder; in release builds the operations are lock.h's inline ones.
 */
#include "sched/lock.h"
#include "arch/arch.h"
#include "lib/assert.h"
#include "sched/task.h"

#ifdef ASTRA_DEBUG
#define HELD_MAX 16

static struct held_locks {
	unsigned count;
	struct spinlock *locks[HELD_MAX];
} __aligned(CACHE_LINE) held[MAX_CPUS];

/* Interrupt handlers start a stack of their own in effect: whatever they take ranks above what they interrupted. */
static void debug_before(struct spinlock *l)
{
	irqstate s = arch_irq_save();
	struct held_locks *h = &held[arch_cpu_id()];

	for (unsigned i = 0; i < h->count; i++) {
		if (h->locks[i] == l)
			panic("lock %s taken twice", l->name);
		if (h->locks[i]->rank > l->rank)
			panic("lock %s taken under %s", l->name, h->locks[i]->name);
	}
	arch_irq_restore(s);
}

static void debug_after(struct spinlock *l)
{
	irqstate s = arch_irq_save();
	struct held_locks *h = &held[arch_cpu_id()];

	ASSERT(h->count < HELD_MAX);
	h->locks[h->count++] = l;
	l->holder = (i16)arch_cpu_id();
	arch_irq_restore(s);
}

static void debug_release(struct spinlock *l)
{
	irqstate s = arch_irq_save();
	struct held_locks *h = &held[arch_cpu_id()];
	unsigned i = h->count;

	if (l->holder != (i16)arch_cpu_id())
		panic("lock %s released by CPU %u, held by CPU %d", l->name, arch_cpu_id(), l->holder);
	while (i > 0 && h->locks[i - 1] != l)
		i--;
	ASSERT(i > 0);
	for (; i < h->count; i++)
		h->locks[i - 1] = h->locks[i];
	h->count--;
	l->holder = -1;
	arch_irq_restore(s);
}

static bool try_acquire(struct spinlock *l)
{
	return __atomic_exchange_n(&l->locked, 1, __ATOMIC_ACQUIRE) == 0;
}

void spin_lock(struct spinlock *l) NO_LOCK_ANALYSIS
{
	debug_before(l);
	while (!try_acquire(l))
		while (READ_ONCE(l->locked))
			arch_pause();
	debug_after(l);
}

bool spin_trylock(struct spinlock *l) NO_LOCK_ANALYSIS
{
	if (!try_acquire(l))
		return false;
	debug_after(l);
	return true;
}

void spin_unlock(struct spinlock *l) NO_LOCK_ANALYSIS
{
	debug_release(l);
	__atomic_store_n(&l->locked, 0, __ATOMIC_RELEASE);
}

irqstate spin_lock_irqsave(struct spinlock *l) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();

	spin_lock(l);
	return s;
}

void spin_unlock_irqrestore(struct spinlock *l, irqstate s) NO_LOCK_ANALYSIS
{
	spin_unlock(l);
	arch_irq_restore(s);
}
#else
void spin_wait(struct spinlock *l)
{
	do {
		while (READ_ONCE(l->locked))
			arch_pause();
	} while (__atomic_exchange_n(&l->locked, 1, __ATOMIC_ACQUIRE) != 0);
}

bool spin_trylock(struct spinlock *l) NO_LOCK_ANALYSIS
{
	return __atomic_exchange_n(&l->locked, 1, __ATOMIC_ACQUIRE) == 0;
}
#endif

void spin_init(struct spinlock *l, const char *name, enum lock_rank rank)
{
	*l = (struct spinlock)SPINLOCK_INIT(name, (u16)rank);
}

/* ---- Mutexes ---- */

struct mutex_waiter {
	struct list link;		/* [m->lock] */
	struct task *task;
	unsigned losses;		/* [m->lock] how often it was woken and somebody else had the mutex */
	bool granted;			/* [a] the unlocker made us the holder */
};

#define MUTEX_SPINS	500
#define MUTEX_LOSSES	2		/* then it is handed over */

enum { MUTEX_FREE, MUTEX_HELD, MUTEX_CONTENDED };

void mutex_init(struct mutex *m, const char *name, enum lock_rank rank)
{
	m->state = MUTEX_FREE;
	m->rank = (u16)rank;
	m->holder = NULL;
	spin_init(&m->lock, name, RANK_WAITQ);
	list_init(&m->waiters);
}

static inline bool try_hold(struct mutex *m)
{
	u32 expected = MUTEX_FREE;

	return __atomic_compare_exchange_n(&m->state, &expected, MUTEX_HELD, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

bool mutex_trylock(struct mutex *m) NO_LOCK_ANALYSIS
{
	if (!try_hold(m))
		return false;
	m->holder = current;
	return true;
}

/* A holder on another CPU is often done sooner than two switches would take. */
static bool spin_for(struct mutex *m)
{
	for (unsigned i = 0; i < MUTEX_SPINS && cpu_count > 1 && !(atomic_read(&current->work) & WORK_RESCHEDULE); i++) {
		arch_pause();
		if (READ_ONCE(m->state) == MUTEX_FREE && try_hold(m))
			return true;
	}
	return false;
}

/*
 * The mutex is ours if it was free. Otherwise its state says CONTENDED from here on, under m->lock, so the unlocker takes m->lock
 * and finds the waiter. Who gets a mutex here leaves it CONTENDED, for those who may still sleep: that costs a look at a list.
 */
static bool hold_or_contend(struct mutex *m) REQUIRES(m->lock)
{
	return __atomic_exchange_n(&m->state, MUTEX_CONTENDED, __ATOMIC_ACQUIRE) == MUTEX_FREE;
}

/* Woken: ours by now, or to be had? */
static bool retry(struct mutex *m, struct mutex_waiter *w) REQUIRES(m->lock)
{
	if (w->granted)
		return true;
	if (hold_or_contend(m)) {
		list_del(&w->link);
		return true;
	}
	w->losses++;
	return false;
}

static void lock_slowly(struct mutex *m) NO_LOCK_ANALYSIS
{
	struct mutex_waiter w = { .task = current };
	irqstate s = spin_lock_irqsave(&m->lock);

	if (!hold_or_contend(m)) {
		list_add_tail(&m->waiters, &w.link);
		do {
			current->state = TASK_WAITING;
			spin_unlock_irqrestore(&m->lock, s);
			schedule();
			s = spin_lock_irqsave(&m->lock);
		} while (!retry(m, &w));
	}
	spin_unlock_irqrestore(&m->lock, s);
}

void mutex_lock(struct mutex *m) NO_LOCK_ANALYSIS
{
	if (unlikely(!try_hold(m))) {
		ASSERT(m->holder != current);
		if (!spin_for(m))
			lock_slowly(m);
	}
	m->holder = current;
}

/*
 * Somebody may sleep. The mutex becomes free and the oldest waiter is woken; until it runs, whoever runs may take the mutex, since
 * handing it to a sleeper each time would make everybody wait for a switch at each unlock from the first collision on. A waiter
 * that lost so a few times gets it handed over.
 */
static void unlock_slowly(struct mutex *m) NO_LOCK_ANALYSIS
{
	irqstate s = spin_lock_irqsave(&m->lock);
	struct mutex_waiter *w;
	struct task *next;

	if (list_empty(&m->waiters)) {
		__atomic_store_n(&m->state, MUTEX_FREE, __ATOMIC_RELEASE);
		spin_unlock_irqrestore(&m->lock, s);
		return;
	}
	w = list_first(&m->waiters, struct mutex_waiter, link);
	next = w->task;
	task_get(next);			/* once it has the mutex, the waiter may run and end */
	if (w->losses >= MUTEX_LOSSES) {
		list_del(&w->link);
		WRITE_ONCE(w->granted, true);
	} else {
		__atomic_store_n(&m->state, MUTEX_FREE, __ATOMIC_RELEASE);
	}
	spin_unlock_irqrestore(&m->lock, s);
	task_wake_if(next, 1u << TASK_WAITING);
	task_put(next);
}

void mutex_unlock(struct mutex *m) NO_LOCK_ANALYSIS
{
	u32 expected = MUTEX_HELD;

	ASSERT(m->holder == current);
	m->holder = NULL;
	if (unlikely(!__atomic_compare_exchange_n(&m->state, &expected, MUTEX_FREE, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)))
		unlock_slowly(m);
}

bool mutex_held(const struct mutex *m)
{
	return m->holder == current;
}
