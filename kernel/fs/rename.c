/*
 * rename(2). Directories that change their parent do so one at a time, under rename_lock, so that the test for "into its own
 * descendant" stays true until the move. Then the two parents' inode locks, the upper one first, then the lock of a directory
 * that is replaced, so that nothing is made in it between the test for emptiness and its removal.
 */
#include "fs/dirops.h"
#include "fs/notify.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/process.h"
#include "sched/task.h"

/* One rename, its two places and what is there. */
struct renaming {
	struct path_end from, to;
	struct dentry *source;		/* referenced */
	struct dentry *target;		/* referenced, or NULL */
	unsigned flags;
	struct dentry *whiteout;	/* what takes the source's place, referenced; or NULL */
	struct inode *whiteout_inode;
};

static int find_both(struct renaming *r)
{
	r->source = path_covered_child(r->from.dir, r->from.name, r->from.length);
	if (IS_ERR(r->source))
		return (int)PTR_ERR(r->source);
	r->target = path_covered_child(r->to.dir, r->to.name, r->to.length);
	if (r->target == ERR_PTR(-ENOENT) && !(r->flags & RENAME_EXCHANGE))
		r->target = NULL;
	if (IS_ERR(r->target))
		return (int)PTR_ERR(r->target);
	return r->target && (r->flags & RENAME_NOREPLACE) ? -EEXIST : 0;
}

/* A slash at the end asks for a directory. */
static int check_slashes(const struct renaming *r)
{
	bool source_dir = S_ISDIR(r->source->inode->mode);

	if (!source_dir && r->from.trailing_slash)
		return -ENOTDIR;
	if (!source_dir && r->to.trailing_slash && !(r->flags & RENAME_EXCHANGE))
		return -ENOTDIR;
	if ((r->flags & RENAME_EXCHANGE) && r->to.trailing_slash && !S_ISDIR(r->target->inode->mode))
		return -ENOTDIR;
	return 0;
}

/* Neither may go below itself, nor replace what it is below of. rename_lock held, when the parents differ. */
static int check_cycle(const struct renaming *r)
{
	if (dentry_is_below(r->to.dir, r->source))
		return -EINVAL;
	if (r->target && dentry_is_below(r->from.dir, r->target))
		return r->flags & RENAME_EXCHANGE ? -EINVAL : -ENOTEMPTY;
	return 0;
}

static int check_rights(const struct renaming *r)
{
	bool source_dir = S_ISDIR(r->source->inode->mode);
	int error = dir_may_delete(r->from.dir, r->source, source_dir);

	if (error)
		return error;
	if (!r->target)
		error = dir_may_create(r->to.dir);
	else if (r->flags & RENAME_EXCHANGE)
		error = dir_may_delete(r->to.dir, r->target, S_ISDIR(r->target->inode->mode));
	else
		error = dir_may_delete(r->to.dir, r->target, source_dir);
	if (error)
		return error;
	/* ".." of a directory that moves is changed too. */
	if (r->from.dir == r->to.dir)
		return 0;
	if (source_dir)
		error = inode_permission(r->source->inode, current->cred, MAY_WRITE);
	if (!error && (r->flags & RENAME_EXCHANGE) && S_ISDIR(r->target->inode->mode))
		error = inode_permission(r->target->inode, current->cred, MAY_WRITE);
	return error;
}

static void move_link_count(struct inode *from, struct inode *to, const struct inode *moved)
{
	if (S_ISDIR(moved->mode) && from != to) {
		atomic_dec(&from->nlink);
		atomic_inc(&to->nlink);
	}
}

static void touch_all(const struct renaming *r)
{
	inode_touch(r->from.dir->inode);
	inode_touch(r->to.dir->inode);
	r->source->inode->ctime = r->to.dir->inode->mtime;
	if (r->target)
		r->target->inode->ctime = r->to.dir->inode->mtime;
}

static void commit_exchange(const struct renaming *r)
{
	struct inode *from = r->from.dir->inode, *to = r->to.dir->inode;

	move_link_count(from, to, r->source->inode);
	move_link_count(to, from, r->target->inode);
	dentry_exchange(r->source, r->target);
	touch_all(r);
	notify_rename(r->source, r->from.dir, r->to.dir, r->from.name, r->from.length, r->to.name, r->to.length);
	notify_rename(r->target, r->to.dir, r->from.dir, r->to.name, r->to.length, r->from.name, r->from.length);
}

static void commit_move(const struct renaming *r, char *spare)
{
	struct inode *from = r->from.dir->inode, *to = r->to.dir->inode;

	move_link_count(from, to, r->source->inode);
	if (r->target) {
		atomic_dec(&r->target->inode->nlink);
		if (S_ISDIR(r->target->inode->mode)) {
			atomic_dec(&r->target->inode->nlink);
			atomic_dec(&to->nlink);
		}
	}
	dentry_move(r->source, r->to.dir, r->to.name, r->to.length, spare, r->target);
	touch_all(r);
	notify_rename(r->source, r->from.dir, r->to.dir, r->from.name, r->from.length, r->to.name, r->to.length);
	if (r->target)
		notify_inode(r->target->inode, IN_ATTRIB);
}

/* Made before anything is moved; nobody sees it yet. */
static int prepare_whiteout(struct renaming *r)
{
	struct inode *dir = r->from.dir->inode, *inode = dir->ops->create(dir, S_IFCHR, 0);

	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	dir_set_owner(inode, dir);
	r->whiteout = dentry_alloc(r->from.dir, r->from.name, r->from.length);
	if (!r->whiteout) {
		inode_put(inode);
		return -ENOMEM;
	}
	r->whiteout_inode = inode;
	return 0;
}

static void place_whiteout(const struct renaming *r)
{
	atomic_inc(&r->whiteout_inode->nlink);
	dentry_add(r->whiteout, r->whiteout_inode);
	dentry_put(r->whiteout);
}

/* Both parents locked, everything checked: reserve memory, then do it. */
static int perform(struct renaming *r)
{
	char *spare = NULL;
	int error = dentry_reserve(r->to.dir);

	if (!error)
		error = dentry_reserve(r->from.dir);
	if (error)
		return error;
	if (r->flags & RENAME_EXCHANGE) {
		commit_exchange(r);
		return 0;
	}
	if (r->target && S_ISDIR(r->target->inode->mode) && !dentry_empty(r->target))
		return -ENOTEMPTY;
	if (r->to.length >= DENTRY_INLINE_NAME) {
		spare = kmalloc(r->to.length + 1);
		if (!spare)
			return -ENOMEM;
	}
	error = r->flags & RENAME_WHITEOUT ? prepare_whiteout(r) : 0;
	if (error) {
		kfree(spare);
		return error;
	}
	commit_move(r, spare);
	if (r->whiteout)
		place_whiteout(r);
	return 0;
}

static int rename_locked(struct renaming *r) NO_LOCK_ANALYSIS
{
	struct inode *victim = NULL;
	int error = find_both(r);

	if (!error)
		error = check_slashes(r);
	if (!error)
		error = check_cycle(r);
	if (error || (r->target && r->target->inode == r->source->inode))
		return error;
	error = check_rights(r);
	if (!error && r->to.length > NAME_MAX)
		error = -ENAMETOOLONG;
	if (error)
		return error;
	if (r->target && S_ISDIR(r->target->inode->mode) && !(r->flags & RENAME_EXCHANGE))
		victim = r->target->inode;
	if (victim)
		mutex_lock(&victim->lock);
	error = perform(r);
	if (victim)
		mutex_unlock(&victim->lock);
	return error;
}

/* From here on both directories are the file system's own. */
static int prepare_ends(struct renaming *r)
{
	int error;

	if (dentry_mount(r->from.dir) != dentry_mount(r->to.dir))
		return -EXDEV;
	if (r->from.kind != LAST_NAME)
		return -EBUSY;
	if (r->to.kind != LAST_NAME)
		return r->flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	error = path_end_to_change(&r->from);
	return error ? error : path_end_to_change(&r->to);
}

static int rename_between(struct renaming *r) NO_LOCK_ANALYSIS
{
	struct dentry *outer, *inner;
	int error = prepare_ends(r);
	bool across;

	if (error)
		return error;
	outer = r->from.dir;
	inner = r->to.dir;
	across = outer != inner;
	if (across)
		mutex_lock(&rename_lock);
	if (across && dentry_is_below(outer, inner)) {
		outer = r->to.dir;
		inner = r->from.dir;
	}
	inode_lock_two(outer->inode, inner->inode);
	error = rename_locked(r);
	inode_unlock_two(outer->inode, inner->inode);
	if (across)
		mutex_unlock(&rename_lock);
	if (r->source && !IS_ERR(r->source))
		dentry_put(r->source);
	if (r->target && !IS_ERR(r->target))
		dentry_put(r->target);
	return error;
}

int do_rename(int old_dirfd, const char *old_path, int new_dirfd, const char *new_path, unsigned flags)
{
	struct renaming r = { .flags = flags };
	int error = path_walk_parent(&r.from, old_dirfd, old_path);

	if (error)
		return error;
	error = path_walk_parent(&r.to, new_dirfd, new_path);
	if (!error) {
		error = rename_between(&r);
		path_end_put(&r.to);
	}
	path_end_put(&r.from);
	return error;
}
