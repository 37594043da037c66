/*
 * Record locks. Each inode that ever had one keeps a list of locks, no two of an owner touching with the same type; and a
 * queue of tasks that wait for any of them to change. locks_lock guards all lists. The owner of a POSIX lock is a descriptor
 * table, which is what POSIX calls the process here: exec keeps it, fork's child has another. The owner of an OFD lock is the
 * open file description. Owners are compared, never followed, so the two kinds conflict with each other by the same rule.
 *
 * A waiter looks for a conflict under locks_lock, then sleeps on the queue; the change that removes the conflict wakes it
 * after its own critical section, and wait_begin comes before the look (wait.h has the picture).
 *
 * Deadlock: who is about to wait for a POSIX lock enters the list of the blocked in the critical section in which it found
 * that no chain of waits leads back to it. Chains are followed through the locks as they are at that moment, so of the tasks
 * that close a cycle the last one sees all the others. OFD locks are not looked at: a description has no one who waits.
 */
#include "fs/locks.h"

#include "lib/error.h"
#include "mm/slab.h"
#include "sched/process.h"
#include "sched/task.h"

struct record_lock {
	struct list link;		/* [l] record_locks.locks */
	const void *owner;		/* [I] struct fd_table or struct file: compared, never followed */
	int pid;			/* [I] for F_GETLK; -1 of an OFD lock */
	i16 type;			/* [I] F_RDLCK or F_WRLCK */
	u64 start, end;			/* [l] the last byte included */
};

/* Lives as long as its inode. */
struct record_locks {
	struct list locks;		/* [l] */
	struct waitq changed;
};

/* A change of locks that was asked for. The caller's own; its place in `blocked` is guarded by locks_lock. */
struct request {
	struct list link;		/* [l] in `blocked` while it waits */
	struct record_locks *locks;
	const void *owner;
	int pid;
	i16 type;
	u64 start, end;
};

#define MAX_CHAIN 10		/* waits that the search for a deadlock follows, as on Linux */

static struct list blocked = LIST_INIT(blocked);	/* [l] requests for POSIX locks that wait */
static struct spinlock locks_lock = SPINLOCK_INIT("record_locks", RANK_PAGES);

/* The range of struct flock in bytes, both ends included: 0, -EINVAL or -EOVERFLOW. */
static int range_of(struct file *f, const struct linux_flock *l, u64 *start, u64 *end)
{
	i64 base, from, to;

	switch (l->l_whence) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = (i64)f->pos;
		break;
	case SEEK_END:
		base = (i64)f->inode->size;
		break;
	default:
		return -EINVAL;
	}
	if (__builtin_add_overflow(base, l->l_start, &from))
		return -EOVERFLOW;
	if (from < 0)
		return -EINVAL;
	to = INT64_MAX;
	if (l->l_len > 0 && __builtin_add_overflow(from, l->l_len - 1, &to))
		return -EOVERFLOW;
	if (l->l_len < 0) {
		to = from - 1;
		from += l->l_len;
	}
	if (from < 0)
		return -EINVAL;
	*start = (u64)from;
	*end = (u64)to;
	return 0;
}

static struct record_lock *find_conflict(const struct request *q) REQUIRES(locks_lock)
{
	struct record_lock *l;

	list_for_each(l, &q->locks->locks, link)
		if (l->owner != q->owner && l->start <= q->end && q->start <= l->end &&
		    (q->type == F_WRLCK || l->type == F_WRLCK))
			return l;
	return NULL;
}

/* Who asks, for a lock of either kind. */
static struct request make_request(struct file *f, enum record_lock_kind kind, i16 type, u64 start, u64 end)
{
	return (struct request){
		.locks = f->inode->locks,
		.owner = kind == RECORD_LOCK_OFD ? (const void *)f : current->files,
		.pid = kind == RECORD_LOCK_OFD ? -1 : current->process->pid,
		.type = type,
		.start = start,
		.end = end,
	};
}

int record_lock_test(struct file *f, enum record_lock_kind kind, struct linux_flock *l)
{
	struct record_lock *conflict = NULL;
	struct request q;
	u64 start, end;
	int error;

	if (l->l_type != F_RDLCK && l->l_type != F_WRLCK)
		return -EINVAL;
	error = range_of(f, l, &start, &end);
	if (error)
		return error;
	if (kind == RECORD_LOCK_OFD && l->l_pid)
		return -EINVAL;
	spin_lock(&locks_lock);
	q = make_request(f, kind, l->l_type, start, end);
	if (q.locks)
		conflict = find_conflict(&q);
	if (conflict) {
		l->l_type = conflict->type;
		l->l_whence = SEEK_SET;
		l->l_start = (i64)conflict->start;
		l->l_len = conflict->end == INT64_MAX ? 0 : (i64)(conflict->end - conflict->start + 1);
		l->l_pid = conflict->pid;
	} else {
		l->l_type = F_UNLCK;
	}
	spin_unlock(&locks_lock);
	return 0;
}

/* The inode's lists, made at the first use. */
static struct record_locks *get_lists(struct inode *i)
{
	struct record_locks *fresh;

	if (READ_ONCE(i->locks))
		return i->locks;
	fresh = kmalloc(sizeof(*fresh));
	if (!fresh)
		return NULL;
	list_init(&fresh->locks);
	waitq_init(&fresh->changed);
	spin_lock(&locks_lock);
	if (!i->locks) {
		WRITE_ONCE(i->locks, fresh);
		fresh = NULL;
	}
	spin_unlock(&locks_lock);
	kfree(fresh);
	return i->locks;
}

/* Take [start, end] away from the owner's locks; a lock that loses its middle leaves its upper part in *spare. */
static void carve(struct record_locks *r, const void *owner, u64 start, u64 end, struct record_lock **spare)
	REQUIRES(locks_lock)
{
	struct record_lock *l, *next;

	list_for_each_safe(l, next, &r->locks, link) {
		if (l->owner != owner || l->start > end || start > l->end)
			continue;
		if (l->start < start && l->end > end) {
			struct record_lock *upper = *spare;

			*spare = NULL;
			*upper = *l;
			upper->start = end + 1;
			l->end = start - 1;
			list_add(&l->link, &upper->link);
			return;
		}
		if (l->start < start) {
			l->end = start - 1;
		} else if (l->end > end) {
			l->start = end + 1;
		} else {
			list_del(&l->link);
			kfree(l);
		}
	}
}

/* Grow `l` over the owner's neighbours of the same type. */
static void merge(struct record_locks *r, struct record_lock *l) REQUIRES(locks_lock)
{
	struct record_lock *other, *next;

	list_for_each_safe(other, next, &r->locks, link) {
		if (other == l || other->owner != l->owner || other->type != l->type)
			continue;
		if (other->end + 1 != l->start && l->end + 1 != other->start)
			continue;
		l->start = MIN(l->start, other->start);
		l->end = MAX(l->end, other->end);
		list_del(&other->link);
		kfree(other);
	}
}

/* Apply the change if nobody's lock is in the way: 0 or -EAGAIN. Uses up what it needs of the two reserves. */
static int apply(const struct request *q, struct record_lock *reserve[2])
{
	struct record_lock *l = reserve[0];

	spin_lock(&locks_lock);
	if (q->type != F_UNLCK && find_conflict(q)) {
		spin_unlock(&locks_lock);
		return -EAGAIN;
	}
	carve(q->locks, q->owner, q->start, q->end, &reserve[1]);
	if (q->type != F_UNLCK) {
		*l = (struct record_lock){ .owner = q->owner, .pid = q->pid, .type = q->type, .start = q->start, .end = q->end };
		list_add_tail(&q->locks->locks, &l->link);
		merge(q->locks, l);
		reserve[0] = NULL;
	}
	spin_unlock(&locks_lock);
	return 0;
}

static bool is_blocked(const struct request *q)
{
	bool found;

	spin_lock(&locks_lock);
	found = find_conflict(q) != NULL;
	spin_unlock(&locks_lock);
	return found;
}

static struct request *find_blocked(const void *owner) REQUIRES(locks_lock)
{
	struct request *q;

	list_for_each(q, &blocked, link)
		if (q->owner == owner)
			return q;
	return NULL;
}

/* Does whoever is in the way of q wait, perhaps through others, for q's owner? */
static bool would_deadlock(const struct request *q) REQUIRES(locks_lock)
{
	const struct request *at = q;

	for (unsigned i = 0; at && i < MAX_CHAIN; i++) {
		const struct record_lock *l = find_conflict(at);

		if (!l)
			return false;
		if (l->owner == q->owner)
			return true;
		at = find_blocked(l->owner);
	}
	return false;
}

/* Wait until nothing is in the way of q: 0, -EDEADLK or -ERESTARTSYS. */
static int wait_for_turn(struct request *q, enum record_lock_kind kind)
{
	bool listed = kind == RECORD_LOCK_POSIX;
	int error = 0;

	if (listed) {
		spin_lock(&locks_lock);
		if (would_deadlock(q))
			error = -EDEADLK;
		else
			list_add_tail(&blocked, &q->link);
		spin_unlock(&locks_lock);
	}
	if (error)
		return error;
	error = wait_event_interruptible(&q->locks->changed, !is_blocked(q));
	if (listed) {
		spin_lock(&locks_lock);
		list_del(&q->link);
		spin_unlock(&locks_lock);
	}
	return error;
}

static int set_range(struct request *q, enum record_lock_kind kind, bool wait)
{
	struct record_lock *reserve[2] = { kmalloc(sizeof(struct record_lock)), kmalloc(sizeof(struct record_lock)) };
	int error = reserve[0] && reserve[1] ? 0 : -ENOLCK;

	while (!error) {
		error = apply(q, reserve);
		if (error != -EAGAIN || !wait)
			break;
		error = wait_for_turn(q, kind);
	}
	kfree(reserve[0]);
	kfree(reserve[1]);
	if (!error)
		wait_wake_all(&q->locks->changed, 0);
	return error;
}

int record_lock_set(struct file *f, enum record_lock_kind kind, const struct linux_flock *l, bool wait)
{
	struct request q;
	u64 start, end;
	int error = range_of(f, l, &start, &end);

	if (error)
		return error;
	switch (l->l_type) {
	case F_RDLCK:
		if (!file_readable(f))
			return -EBADF;
		break;
	case F_WRLCK:
		if (!file_writable(f))
			return -EBADF;
		break;
	case F_UNLCK:
		break;
	default:
		return -EINVAL;
	}
	if (kind == RECORD_LOCK_OFD && l->l_pid)
		return -EINVAL;
	if (l->l_type == F_UNLCK && !f->inode->locks)
		return 0;
	if (!get_lists(f->inode))
		return -ENOLCK;
	q = make_request(f, kind, l->l_type, start, end);
	return set_range(&q, kind, wait);
}

void record_locks_close(struct inode *i, const void *owner)
{
	struct record_lock *none = NULL;

	spin_lock(&locks_lock);
	carve(i->locks, owner, 0, UINT64_MAX, &none);
	spin_unlock(&locks_lock);
	wait_wake_all(&i->locks->changed, 0);
}

void record_locks_free(struct inode *i)
{
	struct record_lock *l, *next;

	if (!i->locks)
		return;
	list_for_each_safe(l, next, &i->locks->locks, link)
		kfree(l);
	kfree(i->locks);
}
