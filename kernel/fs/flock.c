/*
 * flock locks. An inode that ever had one keeps a list of the descriptions that hold one; flock_lock guards all lists. A
 * conversion gives the old lock up first, as flock(2) says, so two that both want to upgrade do not wait for each other for ever.
 *
 *	waiter                                   who unlocks
 *	A: queued on `changed`, state = SLEEPING  C: lock off the list, under flock_lock
 *	B: still a conflict? (flock_lock)         D: wakes `changed`  (wait.h: B sees C, or D sees A)
 */
#include "fs/flock.h"

#include "fs/file.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "sched/wait.h"

struct held_flock {
	struct list link;		/* [l] flocks->held */
	const struct file *owner;	/* [I] compared, never followed */
	enum flock_type type;		/* [l] */
};

/* Lives as long as its inode. */
struct flocks {
	struct list held;		/* [l] */
	struct waitq changed;
};

static struct spinlock flock_lock = SPINLOCK_INIT("flock", RANK_PAGES);

static struct held_flock *find_own(struct flocks *l, const struct file *f) REQUIRES(flock_lock)
{
	struct held_flock *h;

	list_for_each(h, &l->held, link)
		if (h->owner == f)
			return h;
	return NULL;
}

static bool conflicts(struct flocks *l, const struct file *f, enum flock_type type) REQUIRES(flock_lock)
{
	struct held_flock *h;

	list_for_each(h, &l->held, link)
		if (h->owner != f && (type == FLOCK_EXCLUSIVE || h->type == FLOCK_EXCLUSIVE))
			return true;
	return false;
}

static struct flocks *get_list(struct inode *i)
{
	struct flocks *fresh;

	if (READ_ONCE(i->flocks))
		return i->flocks;
	fresh = kmalloc(sizeof(*fresh));
	if (!fresh)
		return NULL;
	list_init(&fresh->held);
	waitq_init(&fresh->changed);
	spin_lock(&flock_lock);
	if (!i->flocks) {
		__atomic_store_n(&i->flocks, fresh, __ATOMIC_RELEASE);
		fresh = NULL;
	}
	spin_unlock(&flock_lock);
	kfree(fresh);
	return i->flocks;
}

static void drop(struct flocks *l, const struct file *f)
{
	struct held_flock *h;

	spin_lock(&flock_lock);
	h = find_own(l, f);
	if (h)
		list_del(&h->link);
	spin_unlock(&flock_lock);
	if (!h)
		return;
	kfree(h);
	wait_wake_all(&l->changed, 0);
}

static bool holds(struct flocks *l, const struct file *f, enum flock_type type)
{
	struct held_flock *h;
	bool same;

	spin_lock(&flock_lock);
	h = find_own(l, f);
	same = h && h->type == type;
	spin_unlock(&flock_lock);
	return same;
}

/* Another thread may have locked the same description meanwhile: then that lock becomes this one. */
static bool try_lock(struct flocks *l, struct file *f, enum flock_type type, struct held_flock **fresh)
{
	struct held_flock *own;
	bool locked;

	spin_lock(&flock_lock);
	locked = !conflicts(l, f, type);
	own = find_own(l, f);
	if (locked && own) {
		own->type = type;
	} else if (locked) {
		**fresh = (struct held_flock){ .owner = f, .type = type };
		list_add_tail(&l->held, &(*fresh)->link);
		*fresh = NULL;
	}
	spin_unlock(&flock_lock);
	return locked;
}

static bool is_blocked(struct flocks *l, const struct file *f, enum flock_type type)
{
	bool blocked;

	spin_lock(&flock_lock);
	blocked = conflicts(l, f, type);
	spin_unlock(&flock_lock);
	return blocked;
}

int flock_set(struct file *f, enum flock_type type, bool wait)
{
	struct flocks *l = get_list(f->inode);
	struct held_flock *fresh;
	int error = 0;

	if (!l)
		return -ENOLCK;
	if (type != FLOCK_NONE && holds(l, f, type))
		return 0;
	fresh = type != FLOCK_NONE ? kmalloc(sizeof(*fresh)) : NULL;
	if (type != FLOCK_NONE && !fresh)
		return -ENOLCK;
	drop(l, f);
	while (type != FLOCK_NONE && !error && !try_lock(l, f, type, &fresh))
		error = wait ? wait_event_interruptible(&l->changed, !is_blocked(l, f, type)) : -EAGAIN;
	kfree(fresh);
	return error;
}

void flock_release(struct file *f)
{
	drop(f->inode->flocks, f);
}

/* Every description was released before. */
void flocks_free(struct inode *i)
{
	kfree(i->flocks);
}
