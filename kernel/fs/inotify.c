/*
 * inotify: instances, watches and queues of events. notify_lock guards every watch, every inode's list of watches and every
 * queue; it is a spinlock that is taken only when something that is watched, or its directory, is touched. A watch stands in
 * two lists, its instance's and its inode's, and leaves both in one critical section, so neither end can find half of it.
 *
 *	reader                                    whoever makes an event
 *	A: queued on `readers`, state = SLEEPING  C: event in the queue, under notify_lock
 *	B: count != 0?                            D: wakes `readers`  (wait.h: B sees C, or D sees A)
 *
 * The instance of a watch cannot go while notify_lock is held: its release takes its watches away under that lock first.
 */
#include "fs/inotify.h"

#include "fs/notify.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/process.h"
#include "sched/task.h"

#define FIONREAD 0x541bu

/* struct inotify_event of the ABI; a name follows, padded with NULs to a multiple of this. */
struct event_header {
	i32 wd;
	u32 mask, cookie, length;
};

/* Letters: [n] notify_lock. */
struct event {
	struct list link;		/* [n] */
	struct event_header header;	/* [I] length is that of the padded name */
	char name[];			/* [I] */
};

struct inotify {
	struct list events;		/* [n] oldest first */
	u32 event_count;		/* [n] to change */
	u64 bytes;			/* [n] to change: of all events, for FIONREAD */
	struct list watches;		/* [n] */
	int next_wd;			/* [n] */
	bool overflown;			/* [n] an IN_Q_OVERFLOW is queued */
	struct user *user;		/* [I] whose limits count; referenced */
	struct waitq readers;
};

struct watch {
	struct list link;		/* [n] inotify->watches */
	struct list all;		/* [n] all_watches */
	struct watch *next;		/* [n] of the same inode */
	struct inotify *owner;		/* [I] */
	struct inode *inode;		/* [I] not referenced: its death ends the watch */
	u32 mask;			/* [n] */
	int wd;				/* [I] */
};

u32 notify_watch_count;
struct inotify_limits inotify_limits = { .events = 16384, .instances = 128, .watches = 65536 };

static struct spinlock notify_lock = SPINLOCK_INIT("notify", RANK_NOTIFY);
static struct list all_watches = LIST_INIT(all_watches);	/* [n] */
static struct slab_cache *watch_cache;
static u32 last_cookie;						/* [a] of moves */

void inotify_init(void)
{
	watch_cache = slab_cache_create("inotify_watch", sizeof(struct watch), 0);
	ASSERT(watch_cache);
}

/* ---- The queue ---- */

static u64 event_size(const struct event *e)
{
	return sizeof(e->header) + e->header.length;
}

static bool same_event(const struct event *e, const struct event_header *h, const char *name, size_t length)
{
	return e->header.mask == h->mask && e->header.wd == h->wd && e->header.length == h->length &&
	       (!length || (memcmp(e->name, name, length) == 0 && e->name[length] == '\0'));
}

static void append(struct inotify *n, struct event *e) REQUIRES(notify_lock)
{
	list_add_tail(&n->events, &e->link);
	WRITE_ONCE(n->event_count, n->event_count + 1);
	WRITE_ONCE(n->bytes, n->bytes + event_size(e));
	wait_wake_all(&n->readers, POLLIN | POLLRDNORM);
}

/* What is lost is told of once: a reader then looks for itself. */
static void overflow(struct inotify *n) REQUIRES(notify_lock)
{
	struct event *e = n->overflown ? NULL : kzalloc(sizeof(*e));

	if (!e)
		return;
	e->header = (struct event_header){ .wd = -1, .mask = IN_Q_OVERFLOW };
	n->overflown = true;
	append(n, e);
}

/* Queue an event; one that is equal to the newest is the same event. */
static void queue_event(struct inotify *n, int wd, u32 mask, u32 cookie, const char *name, size_t length) REQUIRES(notify_lock)
{
	u32 padded = length ? (u32)ALIGN_UP(length + 1, sizeof(struct event_header)) : 0;
	struct event_header h = { wd, mask, cookie, padded };
	struct event *e;

	if (!list_empty(&n->events) && !(mask & IN_IGNORED) &&
	    same_event(list_last(&n->events, struct event, link), &h, name, length))
		return;
	e = n->event_count < READ_ONCE(inotify_limits.events) ? kzalloc(sizeof(*e) + padded) : NULL;
	if (!e) {
		overflow(n);
		return;
	}
	e->header = h;
	if (length)
		memcpy(e->name, name, length);
	append(n, e);
}

static struct event *take_event(struct inotify *n) REQUIRES(notify_lock)
{
	struct event *e = list_first(&n->events, struct event, link);

	list_del(&e->link);
	WRITE_ONCE(n->event_count, n->event_count - 1);
	WRITE_ONCE(n->bytes, n->bytes - event_size(e));
	if (e->header.mask & IN_Q_OVERFLOW)
		n->overflown = false;
	return e;
}

/* ---- Watches ---- */

static struct watch *find_watch(struct inode *i, const struct inotify *n) REQUIRES(notify_lock)
{
	struct watch *w;

	for (w = i->watches; w && w->owner != n; w = w->next)
		;
	return w;
}

/* Out of both lists. */
static void unlink_watch(struct watch *w) REQUIRES(notify_lock)
{
	struct watch **at = &w->inode->watches;

	while (*at != w)
		at = &(*at)->next;
	WRITE_ONCE(*at, w->next);
	list_del(&w->link);
	list_del(&w->all);
	WRITE_ONCE(notify_watch_count, notify_watch_count - 1);
	atomic_dec(&w->owner->user->inotify_watches);
	slab_free(watch_cache, w);
}

/* The end of a watch as its owner sees it. */
static void end_watch(struct watch *w) REQUIRES(notify_lock)
{
	queue_event(w->owner, w->wd, IN_IGNORED, 0, NULL, 0);
	unlink_watch(w);
}

/* Tell every watch of the inode that asked for it. */
static void deliver(struct inode *i, u32 mask, const char *name, size_t length, u32 cookie, bool unlinked) REQUIRES(notify_lock)
{
	struct watch *w, *next;

	for (w = i->watches; w; w = next) {
		next = w->next;
		if (!(w->mask & mask & IN_ALL_EVENTS) || (unlinked && (w->mask & IN_EXCL_UNLINK)))
			continue;
		/* Of an object itself inotify never said whether it is a directory. */
		queue_event(w->owner, w->wd, mask & (IN_DELETE_SELF | IN_MOVE_SELF) ? mask & ~IN_ISDIR : mask, cookie, name, length);
		if (w->mask & IN_ONESHOT)
			end_watch(w);
	}
}

void notify_inode_slow(struct inode *i, u32 mask)
{
	if (!READ_ONCE(i->watches))
		return;
	spin_lock(&notify_lock);
	deliver(i, mask | notify_directory_bit(i), NULL, 0, 0, false);
	spin_unlock(&notify_lock);
}

void notify_name_slow(struct inode *dir, u32 mask, const char *name, size_t length, u32 cookie)
{
	if (!READ_ONCE(dir->watches))
		return;
	spin_lock(&notify_lock);
	deliver(dir, mask, name, length, cookie, false);
	spin_unlock(&notify_lock);
}

/* The name of d in `parent`, if it still is there: it may be moved at any time. */
static size_t copy_name(struct dentry *d, struct dentry *parent, char *name)
{
	size_t length = 0;

	spin_lock(&parent->lock);
	if (d->parent == parent) {
		length = d->name_length;
		memcpy(name, d->name, length);
	}
	spin_unlock(&parent->lock);
	return length;
}

void notify_dentry_slow(struct dentry *d, u32 mask)
{
	struct dentry *parent;
	char name[NAME_MAX];
	size_t length;

	d = dentry_real(d);
	parent = dentry_parent(d);
	mask |= notify_directory_bit(d->inode);
	if (parent != d && READ_ONCE(parent->inode->watches)) {
		length = copy_name(d, parent, name);
		if (length) {
			spin_lock(&notify_lock);
			deliver(parent->inode, mask, name, length, 0, d->deleted);
			spin_unlock(&notify_lock);
		}
	}
	dentry_put(parent);
	notify_inode_slow(d->inode, mask);
}

void notify_rename_slow(struct dentry *moved, struct dentry *from, struct dentry *to, const char *old_name, size_t old_length,
			const char *new_name, size_t new_length)
{
	u32 cookie = __atomic_add_fetch(&last_cookie, 1, __ATOMIC_RELAXED), bit = notify_directory_bit(moved->inode);

	notify_name_slow(from->inode, IN_MOVED_FROM | bit, old_name, old_length, cookie);
	notify_name_slow(to->inode, IN_MOVED_TO | bit, new_name, new_length, cookie);
	notify_inode_slow(moved->inode, IN_MOVE_SELF);
}

void notify_inode_dies_slow(struct inode *i)
{
	spin_lock(&notify_lock);
	if (atomic_read(&i->nlink) == 0)
		deliver(i, IN_DELETE_SELF, NULL, 0, 0, false);
	while (i->watches)
		end_watch(i->watches);
	spin_unlock(&notify_lock);
}

void notify_unmount(struct filesystem *fs)
{
	struct watch *w, *next;

	spin_lock(&notify_lock);
	list_for_each_safe(w, next, &all_watches, all) {
		if (w->inode->fs != fs)
			continue;
		queue_event(w->owner, w->wd, IN_UNMOUNT | notify_directory_bit(w->inode), 0, NULL, 0);
		end_watch(w);
	}
	spin_unlock(&notify_lock);
}

/* Change the watch that there is, or link `fresh` in: its number or -errno; *fresh is NULL when it was used. */
static int place_watch(struct inotify *n, struct inode *i, u32 mask, struct watch **fresh) REQUIRES(notify_lock)
{
	u32 kept = mask & (IN_ALL_EVENTS | IN_ONESHOT | IN_EXCL_UNLINK);
	struct watch *w = find_watch(i, n);

	if (w && (mask & IN_MASK_CREATE))
		return -EEXIST;
	if (w) {
		w->mask = mask & IN_MASK_ADD ? w->mask | kept : kept;
		return w->wd;
	}
	if (n->next_wd == INT32_MAX || (u32)atomic_read(&n->user->inotify_watches) >= READ_ONCE(inotify_limits.watches))
		return -ENOSPC;
	w = *fresh;
	*fresh = NULL;
	atomic_inc(&n->user->inotify_watches);
	*w = (struct watch){ .owner = n, .inode = i, .mask = kept, .wd = ++n->next_wd, .next = i->watches };
	list_add_tail(&n->watches, &w->link);
	list_add_tail(&all_watches, &w->all);
	WRITE_ONCE(i->watches, w);
	WRITE_ONCE(notify_watch_count, notify_watch_count + 1);
	return w->wd;
}

int inotify_add_watch(struct file *f, struct inode *inode, u32 mask)
{
	struct watch *fresh = slab_alloc(watch_cache);
	int wd;

	if (!fresh)
		return -ENOMEM;
	spin_lock(&notify_lock);
	wd = place_watch(f->data, inode, mask, &fresh);
	spin_unlock(&notify_lock);
	if (fresh)
		slab_free(watch_cache, fresh);
	return wd;
}

int inotify_remove_watch(struct file *f, int wd)
{
	struct inotify *n = f->data;
	struct watch *w;
	int error = -EINVAL;

	spin_lock(&notify_lock);
	list_for_each(w, &n->watches, link) {
		if (w->wd != wd)
			continue;
		end_watch(w);
		error = 0;
		break;
	}
	spin_unlock(&notify_lock);
	return error;
}

/* ---- The file ---- */

/* The oldest event, if it fits: NULL when there is none or (*too_small) it does not. */
static struct event *next_event(struct inotify *n, u64 room, bool *too_small)
{
	struct event *e = NULL;

	spin_lock(&notify_lock);
	if (n->event_count) {
		*too_small = event_size(list_first(&n->events, struct event, link)) > room;
		if (!*too_small)
			e = take_event(n);
	}
	spin_unlock(&notify_lock);
	return e;
}

/* Copy whole events as long as they fit: bytes, 0 when there is none, -EINVAL when not even one fits, -EFAULT. */
static ssize_t read_events(struct inotify *n, struct uio *u)
{
	ssize_t done = 0;

	for (;;) {
		bool too_small = false, copied;
		struct event *e = next_event(n, u->left, &too_small);
		u64 size;

		if (!e)
			return !done && too_small ? -EINVAL : done;
		size = event_size(e);
		copied = uio_read_in(u, &e->header, size) == size;	/* the name follows the header */
		kfree(e);
		if (!copied)
			return -EFAULT;
		done += (ssize_t)size;
	}
}
_Static_assert(offsetof(struct event, name) == offsetof(struct event, header) + sizeof(struct event_header),
	       "an event is copied in one piece");

static ssize_t inotify_read(struct file *f, struct uio *u, u64 *pos)
{
	struct inotify *n = f->data;

	for (;;) {
		ssize_t got = read_events(n, u);

		if (got)
			return got;
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		got = wait_event_interruptible(&n->readers, READ_ONCE(n->event_count) != 0);
		if (got)
			return got;
	}
}

static unsigned inotify_poll(struct file *f, struct poll_table *t)
{
	struct inotify *n = f->data;

	poll_wait(t, &n->readers);
	return READ_ONCE(n->event_count) ? POLLIN | POLLRDNORM : 0;
}

static long inotify_ioctl(struct file *f, unsigned request, u64 argument)
{
	struct inotify *n = f->data;
	int bytes;

	if (request != FIONREAD)
		return -ENOTTY;
	bytes = (int)READ_ONCE(n->bytes);
	return put_user_object(UADDR(argument), &bytes);
}

static void inotify_release(struct file *f)
{
	struct inotify *n = f->data;

	spin_lock(&notify_lock);
	while (!list_empty(&n->watches))
		unlink_watch(list_first(&n->watches, struct watch, link));
	spin_unlock(&notify_lock);
	while (!list_empty(&n->events)) {
		struct event *e = list_first(&n->events, struct event, link);

		list_del(&e->link);
		kfree(e);
	}
	atomic_dec(&n->user->inotify_instances);
	user_put(n->user);
	kfree(n);
}

static const struct file_ops inotify_ops = {
	.read = inotify_read,
	.poll = inotify_poll,
	.ioctl = inotify_ioctl,
	.release = inotify_release,
	.seek_ignored = true,
	.no_splice_read = true,
};

bool file_is_inotify(const struct file *f)
{
	return f->ops == &inotify_ops;
}

static struct inotify *create_instance(void)
{
	struct inotify *n = kzalloc(sizeof(*n));

	if (!n)
		return NULL;
	n->user = user_get(current->cred->uid);
	if (!n->user) {
		kfree(n);
		return NULL;
	}
	list_init(&n->events);
	list_init(&n->watches);
	waitq_init(&n->readers);
	return n;
}

struct file *inotify_create(u32 flags)
{
	struct inotify *n = create_instance();
	struct file *f;

	if (!n)
		return ERR_PTR(-ENOMEM);
	if ((u32)atomic_add(&n->user->inotify_instances, 1) >= READ_ONCE(inotify_limits.instances))
		f = ERR_PTR(-EMFILE);
	else
		f = file_create_anon("inotify", &inotify_ops, n, O_RDONLY | flags);
	if (IS_ERR(f)) {
		atomic_dec(&n->user->inotify_instances);
		user_put(n->user);
		kfree(n);
	}
	return f;
}
