/*
 * POSIX record locks. Each inode that ever had one keeps a list of locks, sorted by owner and start, no two of an owner
 * touching with the same type; and a queue of tasks that wait for any of them to change. locks_lock guards all lists. An
 * owner is a descriptor table, which is what POSIX calls the process here: exec keeps it, fork's child has another.
 *
 * A waiter looks for a conflict under locks_lock, then sleeps on the queue; the change that removes the conflict wakes it
 * after its own critical section, and wait_begin comes before the look (wait.h has the picture).
 */
#include "fs/locks.h"

#include "lib/error.h"
#include "mm/slab.h"
#include "sched/process.h"
#include "sched/task.h"

struct record_lock {
	struct list link;		/* [l] record_locks.locks */
	struct fd_table *owner;		/* [I] compared, never followed */
	int pid;			/* [I] for F_GETLK */
	i16 type;			/* [I] F_RDLCK or F_WRLCK */
	u64 start, end;			/* [l] the last byte included */
};

/* Lives as long as its inode. */
struct record_locks {
	struct list locks;		/* [l] */
	struct waitq changed;
};

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

static struct record_lock *find_conflict(struct record_locks *r, struct fd_table *owner, i16 type, u64 start, u64 end)
	REQUIRES(locks_lock)
{
	struct record_lock *l;

	list_for_each(l, &r->locks, link)
		if (l->owner != owner && l->start <= end && start <= l->end && (type == F_WRLCK || l->type == F_WRLCK))
			return l;
	return NULL;
}

int record_lock_test(struct file *f, struct linux_flock *l)
{
	struct record_lock *conflict = NULL;
	u64 start, end;
	int error;

	if (l->l_type != F_RDLCK && l->l_type != F_WRLCK)
		return -EINVAL;
	error = range_of(f, l, &start, &end);
	if (error)
		return error;
	spin_lock(&locks_lock);
	if (f->inode->locks)
		conflict = find_conflict(f->inode->locks, current->files, l->l_type, start, end);
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
static void carve(struct record_locks *r, struct fd_table *owner, u64 start, u64 end, struct record_lock **spare)
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
static int apply(struct record_locks *r, i16 type, u64 start, u64 end, struct record_lock *reserve[2])
{
	struct fd_table *owner = current->files;
	struct record_lock *l = reserve[0];

	spin_lock(&locks_lock);
	if (type != F_UNLCK && find_conflict(r, owner, type, start, end)) {
		spin_unlock(&locks_lock);
		return -EAGAIN;
	}
	carve(r, owner, start, end, &reserve[1]);
	if (type != F_UNLCK) {
		*l = (struct record_lock){ .owner = owner, .pid = current->process->pid, .type = type, .start = start, .end = end };
		list_add_tail(&r->locks, &l->link);
		merge(r, l);
		reserve[0] = NULL;
	}
	spin_unlock(&locks_lock);
	return 0;
}

static bool is_blocked(struct record_locks *r, i16 type, u64 start, u64 end)
{
	bool blocked;

	spin_lock(&locks_lock);
	blocked = find_conflict(r, current->files, type, start, end) != NULL;
	spin_unlock(&locks_lock);
	return blocked;
}

static int set_range(struct record_locks *r, i16 type, u64 start, u64 end, bool wait)
{
	struct record_lock *reserve[2] = { kmalloc(sizeof(struct record_lock)), kmalloc(sizeof(struct record_lock)) };
	int error = reserve[0] && reserve[1] ? 0 : -ENOLCK;

	while (!error) {
		error = apply(r, type, start, end, reserve);
		if (error != -EAGAIN || !wait)
			break;
		error = wait_event_interruptible(&r->changed, !is_blocked(r, type, start, end));
	}
	kfree(reserve[0]);
	kfree(reserve[1]);
	if (!error)
		wait_wake_all(&r->changed, 0);
	return error;
}

int record_lock_set(struct file *f, const struct linux_flock *l, bool wait)
{
	struct record_locks *r;
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
		if (!f->inode->locks)
			return 0;
		break;
	default:
		return -EINVAL;
	}
	r = get_lists(f->inode);
	return r ? set_range(r, l->l_type, start, end, wait) : -ENOLCK;
}

void record_locks_close(struct inode *i, struct fd_table *owner)
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
