/*
 * mount(2): new mounts, bind, move, remount, propagation. One call at a time, under mounts_mutex; everything is checked before
 * the table changes. Task context.
 *
 * Propagation: every mount is private, and there is one name space, so MS_PRIVATE and MS_SLAVE change nothing; MS_SHARED is
 * refused.
 */
#include "fs/file.h"
#include "fs/inode.h"
#include "fs/mount.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/process.h"
#include "sched/task.h"

#define PROPAGATION (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)

static bool is_mount_root(struct dentry *d)
{
	return dentry_mount(d)->root == d;
}

/* Both directories, or neither. */
static bool kinds_fit(const struct dentry *root, const struct dentry *point)
{
	return S_ISDIR(root->inode->mode) == S_ISDIR(point->inode->mode);
}

/* A place that a walk would never come by again: names of proc are made anew by each walk. */
static bool may_cover(struct dentry *point)
{
	struct dentry *real = dentry_real(point);

	return real->hashed || real == real->inode->fs->root;
}

/* Attach a mount that is not in the table yet; it is gone when that fails. `source` is taken over. */
static int attach_new(struct mount *m, struct dentry *point, const char *source, u32 flags)
{
	int error = may_cover(point) ? 0 : -EINVAL;

	m->flags = flags;
	m->source = source;
	if (!source)
		error = -ENOMEM;
	if (!error)
		error = mount_attach(m, point);
	if (error)
		mount_release(m);
	return error;
}

static const struct fs_type *type_find(const char *name)
{
	for (unsigned i = 0; fs_types[i]; i++)
		if (strcmp(fs_types[i]->name, name) == 0)
			return fs_types[i];
	return NULL;
}

static int mount_new(struct dentry *point, const char *type_name, const char *source, u32 flags, const char *data)
{
	const struct fs_type *type = type_name ? type_find(type_name) : NULL;
	struct filesystem *fs;
	struct mount *m;
	int error;

	if (!type_name)
		return -EINVAL;
	if (!type)
		return -ENODEV;
	if (!type->get)
		return -EINVAL;
	if (!S_ISDIR(point->inode->mode))
		return -ENOTDIR;
	error = type->get(data, &fs);
	if (error)
		return error;
	if (dentry_real(point) == fs->root)
		return -EBUSY;		/* the same again over itself */
	m = mount_make(fs, fs->root);
	if (IS_ERR(m)) {
		if (fs->release)
			dentry_put(fs->root);
		return (int)PTR_ERR(m);
	}
	if (fs->release)
		fs->readonly = flags & MS_RDONLY;
	return attach_new(m, point, kstrdup(source && *source ? source : "none"), flags & MOUNT_FLAGS);
}

/* ---- Bind ---- */

/* A mount of what `root` shows, and of its mount's flags; not in the table. */
static struct mount *clone_mount(struct dentry *root)
{
	struct mount *from = dentry_mount(root), *m = mount_make(from->fs, dentry_real(root));

	if (!IS_ERR(m))
		m->flags = from->flags & MOUNT_FLAGS;
	return m;
}

/* The point in the copy that is to the original's as the copy's root is to the original root. */
static struct dentry *copied_point(struct mount *copy, struct dentry *point)
{
	struct dentry *real = dentry_real(point);

	if (copy->own)
		return view_get(copy, real);
	dentry_get(real);
	return real;
}

/* A mount below `top` on which nothing is mounted, or NULL. */
static struct mount *find_leaf(struct mount *top)
{
	struct mount *m, *leaf = top, *found = NULL;

	while (leaf) {
		found = leaf;
		leaf = NULL;
		list_for_each(m, &mount_table, link)
			if (m->parent == found)
				leaf = m;
	}
	return found == top ? NULL : found;
}

/* Take `top` and all that is mounted below it out of the table. */
static void detach_tree(struct mount *top)
{
	struct mount *m;

	while ((m = find_leaf(top))) {
		mount_detach(m);
		mount_release(m);
	}
	mount_detach(top);
	mount_release(top);
}

/*
 * Copy what is mounted on `from` below `root` to the copy. Copies come to the end of the table, so the walk meets only
 * mounts that were there before: those whose id is not above `last`.
 */
static int copy_children(struct mount *from, struct dentry *root, struct mount *copy, int last)
{
	struct mount *m;
	int error = 0;

	list_for_each(m, &mount_table, link) {
		struct dentry *point;
		struct mount *child;

		if (m->id > last || m->parent != from || (m->flags & MS_UNBINDABLE) ||
		    !dentry_is_below(dentry_real(m->point), dentry_real(root)))
			continue;
		child = clone_mount(m->root);
		if (IS_ERR(child))
			return (int)PTR_ERR(child);
		point = copied_point(copy, m->point);
		error = IS_ERR(point) ? (int)PTR_ERR(point) : attach_new(child, point, kstrdup(m->source), child->flags);
		if (IS_ERR(point))
			mount_release(child);
		else
			dentry_put(point);
		if (!error)
			error = copy_children(m, m->root, child, last);
		if (error)
			return error;
	}
	return 0;
}

static int mount_bind(struct dentry *source, struct dentry *point, u32 flags)
{
	struct mount *from = dentry_mount(source), *m;
	int last = 0, error;

	list_for_each(m, &mount_table, link)
		last = MAX(last, m->id);
	if ((from->flags & MS_UNBINDABLE) || !mount_attached(from))
		return -EINVAL;
	if (!kinds_fit(source, point))
		return -ENOTDIR;
	if (is_mount_root(point) && dentry_real(point) == dentry_real(source))
		return -EBUSY;
	m = clone_mount(source);
	if (IS_ERR(m))
		return (int)PTR_ERR(m);
	error = attach_new(m, point, kstrdup(from->source), m->flags);
	if (error || !(flags & MS_REC))
		return error;
	error = copy_children(from, source, m, last);
	if (error)
		detach_tree(m);
	return error;
}

/* ---- Move, remount, propagation ---- */

static int mount_move(struct dentry *source, struct dentry *point)
{
	struct mount *m = dentry_mount(source);

	if (!is_mount_root(source) || !m->point)
		return -EINVAL;
	if (!kinds_fit(source, point) || !may_cover(point))
		return -EINVAL;
	if (mount_is_below(dentry_mount(point), m))
		return -ELOOP;
	return mount_attach(m, point);
}

/* Set read-only unless somebody writes: drawn in mount.c. */
static int make_readonly(struct mount *m, bool whole)
{
	struct mount *each;
	u32 old = m->flags;
	bool was = m->fs->readonly;
	i32 writers = 0;

	WRITE_ONCE(m->flags, old | MS_RDONLY);
	if (whole)
		WRITE_ONCE(m->fs->readonly, true);
	smp_mb();
	list_for_each(each, &mount_table, link)
		if (each == m || (whole && each->fs == m->fs))
			writers += atomic_read(&each->writers);
	if (writers == 0)
		return 0;
	WRITE_ONCE(m->flags, old);
	WRITE_ONCE(m->fs->readonly, was);
	return -EBUSY;
}

static int mount_remount(struct dentry *d, u32 flags, const char *data)
{
	struct mount *m = dentry_mount(d);
	const struct fs_type *type = type_find(m->fs->type);
	bool whole = !(flags & MS_BIND);
	u32 kept = 0;
	int error = 0;

	if (!is_mount_root(d) || !mount_attached(m))
		return -EINVAL;
	if (!(flags & (MOUNT_ATIME | MS_RELATIME)))
		kept = m->flags & MOUNT_ATIME;	/* as Linux: what is not said about access times stays */
	if ((flags & MS_RDONLY) && !(m->flags & MS_RDONLY && (!whole || m->fs->readonly)))
		error = make_readonly(m, whole);
	if (!error && whole && type && type->reconfigure)
		error = type->reconfigure(m->fs, data);
	if (error)
		return error;
	if (whole)
		WRITE_ONCE(m->fs->readonly, flags & MS_RDONLY);
	WRITE_ONCE(m->flags, (flags & MOUNT_FLAGS) | kept | (m->flags & MS_UNBINDABLE));
	return 0;
}

static int set_propagation(struct dentry *d, u32 flags)
{
	struct mount *top = dentry_mount(d), *m;
	u32 kind = flags & PROPAGATION;

	if ((flags & ~(PROPAGATION | MS_REC | MS_SILENT)) || (kind & (kind - 1)) || !is_mount_root(d) || (kind & MS_SHARED))
		return -EINVAL;
	list_for_each(m, &mount_table, link) {
		if (m != top && !((flags & MS_REC) && mount_is_below(m, top)))
			continue;
		WRITE_ONCE(m->flags, (m->flags & ~MS_UNBINDABLE) | (kind & MS_UNBINDABLE));
	}
	return 0;
}

/* ---- The call ---- */

/*
 * The table may change from now on only as the caller wants. Since its walk, another call may have mounted on the same place: as on
 * Linux the later one comes on top.
 */
static void lock_table(struct dentry **point) ACQUIRES(mounts_mutex)
{
	mutex_lock(&mounts_mutex);
	*point = mount_cross(*point);
}

/* bind and move name something that exists already. */
static int mount_from_path(const char *source, struct dentry **point, u32 flags)
{
	struct dentry *from;
	int error;

	if (!source || !*source)
		return -EINVAL;
	from = path_lookup(AT_FDCWD, source, PATH_FOLLOW);
	if (IS_ERR(from))
		return (int)PTR_ERR(from);
	lock_table(point);
	error = flags & MS_BIND ? mount_bind(from, *point, flags) : mount_move(from, *point);
	mutex_unlock(&mounts_mutex);
	dentry_put(from);
	return error;
}

static int dispatch(struct dentry **point, const char *source, const char *type, u32 flags, const char *data)
{
	int error;

	if (!(flags & (MS_REMOUNT | PROPAGATION)) && (flags & (MS_BIND | MS_MOVE)))
		return mount_from_path(source, point, flags);
	lock_table(point);
	if (flags & MS_REMOUNT)
		error = mount_remount(*point, flags, data);
	else if (flags & PROPAGATION)
		error = set_propagation(*point, flags);
	else
		error = mount_new(*point, type, source, flags, data);
	mutex_unlock(&mounts_mutex);
	return error;
}

int do_mount(const char *source, const char *target, const char *type, u32 flags, const char *data)
{
	struct dentry *point;
	int error;

	if ((flags & MS_MGC_MASK) == MS_MGC_VAL)
		flags &= ~MS_MGC_MASK;
	point = path_lookup(AT_FDCWD, target, PATH_FOLLOW);
	if (IS_ERR(point))
		return (int)PTR_ERR(point);
	if (flags & MS_NOATIME)
		flags &= ~MS_STRICTATIME;
	error = capable(CAP_SYS_ADMIN) ? dispatch(&point, source, type, flags, data) : -EPERM;
	dentry_put(point);
	mount_reap();
	return error;
}

/* ---- umount2(2) ---- */

/* The second call in a row removes it when nobody else came by since the first: only that call's own walk did. */
static int umount_expire(struct mount *m)
{
	bool again = m->expiring && m->visits == m->expire_visits + 1;

	m->expiring = true;
	m->expire_visits = m->visits;
	return again ? 0 : -EAGAIN;
}

/* The root of all stays where it is: unmounting it makes it read-only. */
static int umount_checked(struct dentry *d, u32 flags)
{
	struct mount *m = dentry_mount(d);
	int error;

	if (!is_mount_root(d) || !mount_attached(m))
		return -EINVAL;
	if ((flags & MNT_EXPIRE) && (flags & (MNT_FORCE | MNT_DETACH)))
		return -EINVAL;
	if (d == current->fs->root && (flags & MNT_EXPIRE))
		return -EINVAL;
	if (!m->counted)
		return flags & MNT_DETACH ? -EINVAL : mount_remount(d, m->flags | MS_RDONLY, NULL);
	/* One user is the table's. */
	if (!(flags & MNT_DETACH) && atomic_read(&m->users) > 1)
		return -EBUSY;
	error = flags & MNT_EXPIRE ? umount_expire(m) : 0;
	if (error)
		return error;
	detach_tree(m);
	return 0;
}

int do_umount(const char *target, u32 flags)
{
	struct dentry *d;
	int error;

	if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW))
		return -EINVAL;
	d = path_lookup(AT_FDCWD, target, flags & UMOUNT_NOFOLLOW ? 0 : PATH_FOLLOW);
	if (IS_ERR(d))
		return (int)PTR_ERR(d);
	mutex_lock(&mounts_mutex);
	error = capable(CAP_SYS_ADMIN) ? umount_checked(d, flags) : -EPERM;
	mutex_unlock(&mounts_mutex);
	dentry_put(d);
	mount_reap();
	return error;
}
