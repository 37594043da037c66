/*
 * Locks that inherit priorities (FUTEX_LOCK_PI and relatives, futex(2)). The word holds the owner's tid; who finds one
 * there waits here, in order of urgency, and the owner runs at the priority of the most urgent of those who wait for it,
 * directly or through other owners.
 *
 * One mutex, futex_pi_lock, guards all of this for all programs: chains of owners and waiters cross locks and processes.
 * Only contended locks come here. User words are read and swapped while it is held; keys are made and put outside.
 *
 *	owner, in ring 3                       waiter, futex_pi_lock held
 *	A: word tid → 0                        C: word tid → tid | WAITERS
 *	   fails: FUTEX_UNLOCK_PI              D: queues itself under a pi_state
 *	B: futex_pi_lock; gives the lock away,
 *	   word → the next one's tid
 *
 *	Either A or C fails. If A does, B comes after D and finds the waiter. So a state's lock is never free, and the next
 *	owner's number stands in the word before anybody else can look at it.
 *
 * An owner that ends gives its locks away without knowing where their words are mapped, so the next owner writes the word
 * itself (`settling`): until then the state says who owns the lock, and the word is not looked at.
 *
 *	owner, ending                          waiter, futex_pi_lock held
 *	E: pi_exiting = true                   G: links a state to the owner
 *	   (full barrier)                         (full barrier)
 *	F: any states linked?                  H: pi_exiting? then the owner is gone, unlink
 *
 *	If H misses E, then G came before F, which finds the state and gives the lock to the waiter.
 */
#include "fs/inode.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/futex.h"
#include "sched/futex_internal.h"
#include "sched/process.h"
#include "sched/sched.h"

#define STATE_LISTS 64			/* a power of two */
#define CHAIN_LIMIT 1024		/* owners that wait for owners */

struct mutex futex_pi_lock = MUTEX_INIT(futex_pi_lock, "futex PI", RANK_OBJECT);

static struct list states[STATE_LISTS];	/* [P] pi_state->link; made on first use */

/* ---- States ---- */

static struct list *list_of(const struct futex_key *key) REQUIRES(futex_pi_lock)
{
	struct list *l = &states[futex_key_hash(key) & (STATE_LISTS - 1)];

	if (!l->next)
		list_init(l);
	return l;
}

static struct pi_state *find_state(const struct futex_key *key) REQUIRES(futex_pi_lock)
{
	struct list *l = list_of(key);
	struct pi_state *s;

	list_for_each(s, l, link)
		if (futex_same_key(&s->key, key))
			return s;
	return NULL;
}

static void set_owner(struct pi_state *s, struct task *t) REQUIRES(futex_pi_lock)
{
	struct task *old = s->owner;

	task_get(t);
	s->owner = t;
	list_move_tail(&t->pi_owned, &s->owned_link);
	if (old)
		task_put(old);
}

/* The key's inode is referenced by every waiter as well, so this is not the last one. */
static void free_state(struct pi_state *s) REQUIRES(futex_pi_lock)
{
	list_del(&s->link);
	list_del(&s->owned_link);
	task_put(s->owner);
	futex_key_put(&s->key);
	kfree(s);
}

static void drop_if_unused(struct pi_state *s) REQUIRES(futex_pi_lock)
{
	if (list_empty(&s->waiters) && !s->settling)
		free_state(s);
}

/* A state whose owner the word names. ERR_PTR(-ESRCH): there is no such task, or it gives no lock away any more. */
static struct pi_state *make_state(const struct futex_key *key, int tid) REQUIRES(futex_pi_lock)
{
	struct task *t = task_find(tid);
	struct pi_state *s;

	if (!t)
		return ERR_PTR(-ESRCH);
	s = kzalloc(sizeof(*s));
	if (!s) {
		task_put(t);
		return ERR_PTR(-ENOMEM);
	}
	s->key = *key;
	if (key->inode)
		inode_get(key->inode);
	list_init(&s->waiters);
	list_init(&s->owned_link);
	list_add_tail(list_of(key), &s->link);
	set_owner(s, t);					/* G */
	task_put(t);
	smp_mb();
	if (READ_ONCE(t->pi_exiting)) {				/* H */
		free_state(s);
		return ERR_PTR(-ESRCH);
	}
	return s;
}

/* ---- Inheritance ---- */

static void insert_waiter(struct pi_state *s, struct pi_waiter *w) REQUIRES(futex_pi_lock)
{
	struct pi_waiter *later;

	list_for_each(later, &s->waiters, link)
		if (later->priority < w->priority) {
			list_add_tail(&later->link, &w->link);
			return;
		}
	list_add_tail(&s->waiters, &w->link);
}

static int most_urgent_waiter(struct task *t) REQUIRES(futex_pi_lock)
{
	struct pi_state *s;
	int best = 0;

	list_for_each(s, &t->pi_owned, owned_link)
		if (!list_empty(&s->waiters))
			best = MAX(best, list_first(&s->waiters, struct pi_waiter, link)->priority);
	return best;
}

/* What waits for t changed: t's own priority follows, and with it its place where it waits itself, and so on. */
static void inherit(struct task *t) REQUIRES(futex_pi_lock)
{
	for (unsigned depth = 0; depth < CHAIN_LIMIT; depth++) {
		struct pi_waiter *w = t->pi_blocked;
		int priority;

		sched_set_inherited(t, most_urgent_waiter(t));
		priority = sched_priority(t);
		if (!w || w->priority == priority)
			return;
		w->priority = priority;
		list_del(&w->link);
		insert_waiter(w->state, w);
		t = w->state->owner;
	}
}

static bool would_deadlock(const struct task *waiter, const struct task *owner) REQUIRES(futex_pi_lock)
{
	for (unsigned depth = 0; depth < CHAIN_LIMIT; depth++) {
		if (owner == waiter)
			return true;
		if (!owner->pi_blocked)
			return false;
		owner = owner->pi_blocked->state->owner;
	}
	return true;
}

/* ---- Waiting for a lock, and giving it away ---- */

static int queue_waiter(struct pi_state *s, struct pi_waiter *w) REQUIRES(futex_pi_lock)
{
	if (would_deadlock(w->task, s->owner)) {
		drop_if_unused(s);
		return -EDEADLK;
	}
	w->state = s;
	w->priority = sched_priority(w->task);
	w->task->pi_blocked = w;
	insert_waiter(s, w);
	inherit(s->owner);
	return 0;
}

static void unlink_waiter(struct pi_waiter *w) REQUIRES(futex_pi_lock)
{
	list_del(&w->link);
	w->task->pi_blocked = NULL;
}

void pi_grant(struct pi_waiter *w)
{
	struct task *t = w->task;

	task_get(t);
	__atomic_store_n(&w->granted, true, __ATOMIC_RELEASE);
	task_wake(t);
	task_put(t);
}

/* The most urgent waiter owns the lock from here on. With `settling` it has to write that into the word itself. */
static void give_away(struct pi_state *s, bool settling) REQUIRES(futex_pi_lock)
{
	struct pi_waiter *w = list_first(&s->waiters, struct pi_waiter, link);
	struct task *from = s->owner, *to = w->task;

	task_get(from);
	task_get(to);
	unlink_waiter(w);
	s->settling = settling;
	w->state = settling ? s : NULL;
	set_owner(s, to);
	drop_if_unused(s);
	inherit(from);
	inherit(to);
	pi_grant(w);
	task_put(from);
	task_put(to);
}

/*
 * One attempt at the word: 1 when it names w->task now; 0 when it names *tid, marked as waited for unless `try`. A word
 * that a program wrote over, so that it does not name the owner whom others wait for, is -EINVAL.
 */
static int try_word(uaddr word, struct pi_state *s, const struct pi_waiter *w, bool try, u32 *tid) REQUIRES(futex_pi_lock)
{
	u32 value, seen;

	if (user_load_u32(word, &value) < 0)
		return -EFAULT;
	for (;; value = seen) {
		*tid = value & FUTEX_TID_MASK;
		seen = value;
		if (s && s->settling)
			return s->owner == w->task ? -EDEADLK : 0;
		if (*tid == (u32)w->task->tid)
			return -EDEADLK;
		if (s && *tid != (u32)s->owner->tid)
			return -EINVAL;
		if (*tid != 0 && try)
			return 0;
		if (user_cas_u32(word, &seen, *tid == 0 ? (u32)w->task->tid | (value & FUTEX_OWNER_DIED) : value | FUTEX_WAITERS) < 0)
			return -EFAULT;
		if (seen == value)
			return *tid == 0;
	}
}

int pi_claim(uaddr word, const struct futex_key *key, struct pi_waiter *w, bool try)
{
	struct pi_state *s = find_state(key);
	u32 tid, now;
	int r;

	for (;;) {
		r = try_word(word, s, w, try, &tid);
		if (r != 0 || try)
			return r;
		if (s)
			return queue_waiter(s, w);
		s = make_state(key, (int)tid);
		if (!IS_ERR(s))
			return queue_waiter(s, w);
		r = (int)PTR_ERR(s);
		s = NULL;
		/* A robust lock's word changes before its owner is gone. */
		if (user_load_u32(word, &now) < 0)
			return -EFAULT;
		if (r != -ESRCH || (now & FUTEX_TID_MASK) == tid)
			return r;
	}
}

/* The previous owner died: the word is told so, and who has the lock now. */
static int settle(struct pi_waiter *w, uaddr word) REQUIRES(futex_pi_lock)
{
	struct pi_state *s = w->state;
	u32 mine = (u32)w->task->tid | FUTEX_OWNER_DIED | (list_empty(&s->waiters) ? 0 : FUTEX_WAITERS), value, seen;
	int r = user_load_u32(word, &value);

	while (r == 0) {
		seen = value;
		r = user_cas_u32(word, &seen, mine);
		if (seen == value)
			break;
		value = seen;
	}
	w->state = NULL;
	s->settling = false;
	if (r < 0 && !list_empty(&s->waiters))
		give_away(s, true);
	else
		drop_if_unused(s);
	return r;
}

int pi_end_wait(struct pi_waiter *w, uaddr word, int result)
{
	mutex_lock(&futex_pi_lock);
	if (w->granted) {
		result = w->state ? settle(w, word) : 0;
	} else if (w->state) {
		struct pi_state *s = w->state;
		struct task *owner = s->owner;

		task_get(owner);
		unlink_waiter(w);
		drop_if_unused(s);
		inherit(owner);
		task_put(owner);
	}
	mutex_unlock(&futex_pi_lock);
	return result;
}

int futex_lock_pi(uaddr word, bool private, bool try, struct futex_deadline deadline)
{
	struct pi_waiter w = { .task = current };
	struct futex_key key;
	int r = futex_key_of(word, private, &key);

	if (r < 0)
		return r;
	mutex_lock(&futex_pi_lock);
	r = pi_claim(word, &key, &w, try);
	mutex_unlock(&futex_pi_lock);
	if (r == 0 && try) {
		r = -EAGAIN;
	} else if (r == 0) {
		r = pi_end_wait(&w, word, futex_sleep(&w.granted, deadline));
		if (r == -ERESTARTSYS)
			r = -ERESTARTNOINTR;
	} else if (r > 0) {
		r = 0;
	}
	futex_key_put(&key);
	return r;
}

/* The next owner's tid goes into the word, or 0 when nobody waits. */
static int release_word(uaddr word, const struct pi_state *s) REQUIRES(futex_pi_lock)
{
	u32 value, seen, next = 0;

	if (user_load_u32(word, &value) < 0)
		return -EFAULT;
	if (s) {
		const struct pi_waiter *w = list_first(&s->waiters, struct pi_waiter, link);

		next = (u32)w->task->tid | (w->link.next == &s->waiters ? 0 : FUTEX_WAITERS);
	}
	for (;; value = seen) {
		if ((value & FUTEX_TID_MASK) != (u32)current->tid)
			return -EPERM;
		seen = value;
		if (user_cas_u32(word, &seen, next) < 0)
			return -EFAULT;
		if (seen == value)
			return 0;
	}
}

int futex_unlock_pi(uaddr word, bool private)
{
	struct futex_key key;
	struct pi_state *s;
	u32 value;
	int r;

	if (user_load_u32(word, &value) < 0)
		return -EFAULT;
	if ((value & FUTEX_TID_MASK) != (u32)current->tid)
		return -EPERM;
	r = futex_key_of(word, private, &key);
	if (r < 0)
		return r;
	mutex_lock(&futex_pi_lock);
	s = find_state(&key);
	if (s && (s->settling || s->owner != current))
		r = -EINVAL;
	else
		r = release_word(word, s);
	if (r == 0 && s)
		give_away(s, false);
	mutex_unlock(&futex_pi_lock);
	futex_key_put(&key);
	return r;
}

void futex_exit_pi(bool ending)
{
	if (ending) {
		WRITE_ONCE(current->pi_exiting, true);		/* E */
		smp_mb();
	}
	if (list_empty(&current->pi_owned))			/* F */
		return;
	mutex_lock(&futex_pi_lock);
	while (!list_empty(&current->pi_owned)) {
		struct pi_state *s = list_first(&current->pi_owned, struct pi_state, owned_link);

		if (list_empty(&s->waiters))
			free_state(s);
		else
			give_away(s, true);
	}
	mutex_unlock(&futex_pi_lock);
}
