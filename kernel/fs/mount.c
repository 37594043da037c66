/*
 * The table of mounts, and what walks ask of it: crossing down and up, views, users, writers; and the end of file systems
 * that lost their last mount. mount_lock guards what a walk reads; the views' table has its own lock. Task context; a
 * release may come under any lock, so emptying a file system is left to the reaper, a kernel task.
 *
 * mount(2)'s rules are mount_change.c's, umount2(2)'s umount.c's.
 */
#include "fs/mount.h"

#include "fs/inode.h"
#include "fs/notify.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/task.h"
#include "sched/wait.h"

#define VIEW_BUCKETS 1024u
#define FIRST_MINOR  32		/* of file systems that are made while the machine runs; the fixed ones are below */

struct spinlock mount_lock = SPINLOCK_INIT("mount", RANK_MOUNT);
struct mutex mounts_mutex;
struct list mount_table = LIST_INIT(mount_table);

static struct spinlock views_lock = SPINLOCK_INIT("views", RANK_DENTRY);
static struct dentry *views[VIEW_BUCKETS];	/* [views_lock] chains by hash_next */

static struct spinlock dead_lock = SPINLOCK_INIT("dead_fs", RANK_WAITQ);
static struct filesystem *dead_list;		/* [dead_lock] by next_dead */
static struct waitq dead_wait = WAITQ_INIT(dead_wait);
static int last_id;				/* [mounts_mutex] */
static atomic32 last_minor = ATOMIC(FIRST_MINOR);

void mount_init(void)
{
	mutex_init(&mounts_mutex, "mounts", RANK_MOUNTS);
}

u64 mount_device_number(void)
{
	return MAKEDEV(0, (u32)atomic_add(&last_minor, 1));
}

/* ---- Views ---- */

static struct dentry **view_bucket(const struct mount *m, const struct dentry *origin)
{
	u64 h = ((u64)m >> 4) * 31 + ((u64)origin >> 6);

	return &views[(h ^ h >> 12) % VIEW_BUCKETS];
}

/* A view whose last reference is just going does not count: its owner will take it off the chain. */
static struct dentry *view_find(struct dentry *first, const struct mount *m, const struct dentry *origin) REQUIRES(views_lock)
{
	for (struct dentry *d = first; d; d = d->hash_next)
		if (d->origin == origin && d->mount == m && atomic_inc_not_zero(&d->refs))
			return d;
	return NULL;
}

struct dentry *view_get(struct mount *mount, struct dentry *origin)
{
	struct dentry **bucket = view_bucket(mount, origin), *d, *fresh;

	spin_lock(&views_lock);
	d = view_find(*bucket, mount, origin);
	spin_unlock(&views_lock);
	if (d)
		return d;
	fresh = dentry_alloc_view(mount, origin);
	if (!fresh)
		return ERR_PTR(-ENOMEM);
	atomic_inc(&mount->refs);
	spin_lock(&views_lock);
	d = view_find(*bucket, mount, origin);
	fresh->hash_next = *bucket;
	*bucket = fresh;
	spin_unlock(&views_lock);
	if (!d)
		return fresh;
	dentry_put(fresh);	/* somebody was quicker */
	return d;
}

static void mount_put_memory(struct mount *m)
{
	if (atomic_dec_and_test(&m->refs))
		kfree(m);
}

void view_forget(struct dentry *view)
{
	struct dentry **slot = view_bucket(view->mount, view->origin);

	spin_lock(&views_lock);
	while (*slot != view)
		slot = &(*slot)->hash_next;
	*slot = view->hash_next;
	view->hash_next = NULL;
	spin_unlock(&views_lock);
	mount_put_memory(view->mount);
}

struct dentry *view_of(struct dentry *dir, struct dentry *d)
{
	struct dentry *view;

	if (!dir->origin || IS_ERR(d))
		return d;
	view = view_get(dir->mount, d);
	dentry_put(d);
	return view;
}

/* ---- Crossing ---- */

struct dentry *mount_cross_slow(struct dentry *d)
{
	for (;;) {
		struct dentry *root = NULL;

		spin_lock(&mount_lock);
		if (d->mounted) {
			root = d->mounted->root;
			d->mounted->visits++;
			dentry_get(root);
		}
		spin_unlock(&mount_lock);
		if (!root)
			return d;
		dentry_put(d);
		d = root;
	}
}

/* What the root of a mount covers, referenced; NULL when d is no such root, or nothing is above it. */
static struct dentry *covered_by(struct dentry *d)
{
	struct mount *m = dentry_mount(d);
	struct dentry *point = NULL;

	spin_lock(&mount_lock);
	if (m->root == d && m->point) {
		point = m->point;
		dentry_get(point);
	}
	spin_unlock(&mount_lock);
	return point;
}

/* A directory that was moved out of what a bind mount shows has no ".." in it any more. */
static struct dentry *above_view(struct dentry *view)
{
	struct mount *m = view->mount;
	struct dentry *parent, *above;

	if (m->root == view || !m->root) {
		dentry_get(view);
		return view;
	}
	if (!dentry_is_below(view->origin, m->root->origin))
		return ERR_PTR(-ENOENT);
	parent = dentry_parent(view->origin);
	above = view_get(m, parent);
	dentry_put(parent);
	return above;
}

struct dentry *mount_above(struct dentry *d)
{
	struct dentry *point, *above;

	if (!d->origin && READ_ONCE(d->parent) != d)
		return mount_cross(dentry_parent(d));
	dentry_get(d);
	while ((point = covered_by(d))) {
		dentry_put(d);
		d = point;
	}
	above = d->origin ? above_view(d) : dentry_parent(d);
	dentry_put(d);
	return IS_ERR(above) ? above : mount_cross(above);
}

/* ---- Users and writers ---- */

static void fs_died(struct filesystem *fs)
{
	irqstate s = spin_lock_irqsave(&dead_lock);

	fs->next_dead = dead_list;
	dead_list = fs;
	spin_unlock_irqrestore(&dead_lock, s);
	wait_wake(&dead_wait, 0);
}

/* From here on a native mount may be started again, so its fields are not touched any more. */
void mount_end(struct mount *m)
{
	struct filesystem *fs = m->fs;

	if (m->own) {
		kfree((void *)m->source);
		dentry_put(m->root);
		mount_put_memory(m);
	}
	if (atomic_dec_and_test(&fs->mounts) && fs->release)
		fs_died(fs);
}

bool mount_readonly(const struct mount *m)
{
	return (READ_ONCE(m->flags) & MS_RDONLY) || (m->fs && READ_ONCE(m->fs->readonly));
}

/*
 * A writer against remount to read-only:
 *
 *	mount_writer_get                       remount
 *	A: writers++ (full barrier)            C: flag set, full barrier
 *	B: looks at the flag                   D: looks at writers
 *
 * If B misses C, then A is before D, which refuses.
 */
int mount_writer_get(struct mount *m)
{
	atomic_inc(&m->writers);
	if (!mount_readonly(m))
		return 0;
	atomic_dec(&m->writers);
	return -EROFS;
}

void mount_writer_put(struct mount *m)
{
	atomic_dec(&m->writers);
}

void dentry_accessed(struct dentry *d)
{
	struct mount *m = dentry_mount(d);
	u32 flags = READ_ONCE(m->flags);

	if (likely(!(flags & (MOUNT_ATIME | MS_RDONLY)) && !d->inode->fs->readonly))
		inode_accessed(d->inode);
	else if (mount_readonly(m) || (flags & MS_NOATIME) || ((flags & MS_NODIRATIME) && S_ISDIR(d->inode->mode)))
		return;
	else if (flags & MS_STRICTATIME)
		d->inode->atime = clock_realtime();
	else
		inode_accessed(d->inode);
}

/* ---- The table ---- */

static void table_remove(struct mount *m) REQUIRES(mount_lock)
{
	list_del(&m->link);
	WRITE_ONCE(m->point->mounted, NULL);
	dentry_real(m->point)->mount_count--;
	m->point = NULL;
	m->parent = NULL;
}

static void table_add(struct mount *m, struct dentry *point) REQUIRES(mount_lock)
{
	m->point = point;
	m->parent = point ? dentry_mount(point) : NULL;
	if (point) {
		ASSERT(!point->mounted);
		WRITE_ONCE(point->mounted, m);
		dentry_real(point)->mount_count++;
	}
	list_add_tail(&mount_table, &m->link);
}

/* The directory that holds the name of a file system's dentry, locked and referenced. */
static struct dentry *lock_parent(struct dentry *real) NO_LOCK_ANALYSIS
{
	for (;;) {
		struct dentry *parent = dentry_parent(real);

		mutex_lock(&parent->inode->lock);
		if (READ_ONCE(real->parent) == parent)
			return parent;
		mutex_unlock(&parent->inode->lock);
		dentry_put(parent);
	}
}

/*
 * The lock of the directory that holds the point's name keeps it from being removed meanwhile: rmdir, unlink and rename look at
 * mount_count under it.
 */
int mount_attach(struct mount *m, struct dentry *point) NO_LOCK_ANALYSIS
{
	struct dentry *real = dentry_real(point), *holder = lock_parent(real), *old = m->point;
	struct mount *old_parent = m->parent;
	int error = real->deleted || real->inode->fs->dead ? -ENOENT : 0;

	if (!mount_attached(dentry_mount(point)))
		error = -ENOENT;	/* unmounted lazily: nobody would find what is mounted there to unmount it */
	if (!error) {
		dentry_get(point);
		mount_hold(dentry_mount(point));
		spin_lock(&mount_lock);
		if (old)
			table_remove(m);
		table_add(m, point);
		spin_unlock(&mount_lock);
	}
	mutex_unlock(&holder->inode->lock);
	dentry_put(holder);
	if (!error && old) {
		mount_release(old_parent);
		dentry_put(old);
	}
	return error;
}

void mount_detach(struct mount *m)
{
	struct dentry *point = m->point;
	struct mount *parent = m->parent;

	spin_lock(&mount_lock);
	table_remove(m);
	spin_unlock(&mount_lock);
	mount_release(parent);
	dentry_put(point);
}

bool mount_attached(const struct mount *m)
{
	return m->fs && (m->point || !m->counted);
}

bool mount_is_below(const struct mount *m, const struct mount *top)
{
	while (m && m != top)
		m = m->parent;
	return m != NULL;
}

static void mount_start(struct mount *m, struct filesystem *fs, struct dentry *root)
{
	m->fs = fs;
	m->root = root;
	m->parent = NULL;
	m->point = NULL;
	kfree((void *)m->source);	/* of a native mount's last time */
	m->source = NULL;
	m->flags = 0;
	m->counted = true;
	m->expiring = false;
	m->id = ++last_id;
	atomic_set(&m->users, 1);
	atomic_inc(&fs->mounts);
}

/* Native when nothing else is, and the root is the file system's. */
struct mount *mount_make(struct filesystem *fs, struct dentry *root)
{
	struct dentry *view;
	struct mount *m;

	if (root == fs->root && atomic_read(&fs->native.users) == 0) {
		mount_start(&fs->native, fs, root);
		return &fs->native;
	}
	m = kzalloc(sizeof(*m));
	if (!m)
		return ERR_PTR(-ENOMEM);
	m->own = true;
	atomic_set(&m->refs, 1);
	view = view_get(m, root);
	if (IS_ERR(view)) {
		kfree(m);
		return (struct mount *)view;
	}
	mount_start(m, fs, view);
	return m;
}

void filesystem_mount(struct filesystem *fs, struct dentry *on, u32 flags)
{
	const char *source = kstrdup(fs->type);
	struct mount *m;

	ASSERT(source);
	mutex_lock(&mounts_mutex);
	m = mount_make(fs, fs->root);
	ASSERT(!IS_ERR(m));
	m->flags = flags;
	m->counted = on != NULL;
	m->source = source;
	if (on) {
		int error = mount_attach(m, on);

		ASSERT(!error);
	} else {
		spin_lock(&mount_lock);
		table_add(m, NULL);
		spin_unlock(&mount_lock);
	}
	mutex_unlock(&mounts_mutex);
}

/* ---- The end of a file system ---- */

/* Take the child away unless it is a directory that got a name meanwhile. */
static void remove_child(struct dentry *dir, struct dentry *child)
{
	inode_lock_two(dir->inode, child->inode);
	if (child->hashed && dentry_empty(child)) {
		atomic_sub(&child->inode->nlink, S_ISDIR(child->inode->mode) ? 2 : 1);
		dentry_remove(child);
	}
	inode_unlock_two(dir->inode, child->inode);
}

/*
 * From the leaves up. Calls that found their directory before `dead` was set still hold its lock while they add a name; those
 * that take the lock later see `dead`.
 */
static void fs_empty(struct filesystem *fs)
{
	struct dentry *dir = fs->root, *child, *parent;

	mutex_lock(&dir->inode->lock);
	WRITE_ONCE(fs->dead, true);
	mutex_unlock(&dir->inode->lock);
	dentry_get(dir);
	while ((child = dentry_first(dir)) || dir != fs->root) {
		if (child && !dentry_empty(child)) {
			dentry_put(dir);
			dir = child;
		} else if (child) {
			remove_child(dir, child);
			dentry_put(child);
		} else {
			parent = dentry_parent(dir);
			remove_child(parent, dir);
			dentry_put(dir);
			dir = parent;
		}
		preempt_point();
	}
	dentry_put(dir);
	dentry_put(fs->root);	/* may be the last of it: fs is gone after this */
}

static struct filesystem *take_dead(void)
{
	irqstate s = spin_lock_irqsave(&dead_lock);
	struct filesystem *fs = dead_list;

	if (fs)
		dead_list = fs->next_dead;
	spin_unlock_irqrestore(&dead_lock, s);
	return fs;
}

void mount_reap(void)
{
	struct filesystem *fs;

	while ((fs = take_dead())) {
		notify_unmount(fs);
		fs_empty(fs);
	}
}

static void reaper(void *unused)
{
	for (;;) {
		wait_event(&dead_wait, READ_ONCE(dead_list) != NULL);
		mount_reap();
	}
}

void mount_start_reaper(void)
{
	struct task *t = task_create_kernel("mounts", reaper, NULL);

	ASSERT(t);
	task_start(t);
}
