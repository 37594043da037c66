/*
 * Making and removing names. A directory's inode lock orders its changes; every rule is checked under it, so that a call
 * that is refused has had no effect. Lookups go on beside it (dentry.c). rename.c has the rest.
 */
#include "fs/dirops.h"

#include "fs/notify.h"
#include "lib/error.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "sched/process.h"
#include "sched/task.h"

int dir_may_create(struct dentry *dir)
{
	if ((dentry_deleted(dir) && dentry_real(dir)->parent != dir) || dir->inode->fs->dead)
		return -ENOENT;
	/* Where names come from a table, one that is not there cannot be (proc). */
	if (dir->inode->ops->lookup)
		return -ENOENT;
	if (mount_readonly(dentry_mount(dir)))
		return -EROFS;
	return inode_permission(dir->inode, current->cred, MAY_WRITE | MAY_EXEC);
}

/* In a sticky directory a file is removed by its owner, the directory's owner or root. */
static bool sticky_refuses(const struct inode *dir, const struct inode *inode)
{
	const struct cred *c = current->cred;

	return (dir->mode & S_ISVTX) && c->fsuid != inode->uid && c->fsuid != dir->uid && !cred_capable(c, CAP_FOWNER);
}

int dir_may_delete(struct dentry *dir, struct dentry *d, bool want_directory)
{
	int error = inode_permission(dir->inode, current->cred, MAY_WRITE | MAY_EXEC);

	if (error)
		return error;
	if (sticky_refuses(dir->inode, d->inode))
		return -EPERM;
	if (want_directory && !S_ISDIR(d->inode->mode))
		return -ENOTDIR;
	if (!want_directory && S_ISDIR(d->inode->mode))
		return -EISDIR;
	if (READ_ONCE(d->mount_count))
		return -EBUSY;
	return dir->inode->ops->create ? 0 : -EPERM;
}

/* Whose the new inode is: the caller's, but the group comes from a set-gid directory, which also hands the bit on. */
void dir_set_owner(struct inode *inode, const struct inode *dir)
{
	inode->uid = current->cred->fsuid;
	inode->gid = current->cred->fsgid;
	if (!(dir->mode & S_ISGID))
		return;
	inode->gid = dir->gid;
	if (S_ISDIR(inode->mode))
		inode->mode |= S_ISGID;
	/* Nobody gets a program with the rights of a group that he does not belong to. */
	else if ((inode->mode & S_IXGRP) && !cred_in_group(current->cred, dir->gid) && !capable(CAP_FSETID))
		inode->mode &= ~(u32)S_ISGID;
}

static void count_name(struct inode *dir, struct inode *inode)
{
	atomic_inc(&inode->nlink);
	if (S_ISDIR(inode->mode)) {
		atomic_inc(&inode->nlink);
		atomic_inc(&dir->nlink);
	}
	inode_touch(dir);
}

/* Under the directory's lock, the name known to be free: takes the inode's reference. The file system's dentry, referenced. */
static struct dentry *add_name(struct path_end *end, struct inode *inode)
{
	struct dentry *d;

	if (IS_ERR(inode))
		return (struct dentry *)inode;
	d = dentry_alloc(dentry_real(end->dir), end->name, end->length);
	if (!d) {
		inode_put(inode);
		return ERR_PTR(-ENOMEM);
	}
	count_name(end->dir->inode, inode);
	dentry_add(d, inode);
	if (!S_ISDIR(inode->mode) && atomic_read(&inode->nlink) > 1)
		notify_inode(inode, IN_ATTRIB);
	notify_name(end->dir->inode, IN_CREATE | notify_directory_bit(inode), end->name, end->length);
	return d;
}

struct dentry *dir_create(struct path_end *end, u32 mode, u64 rdev, bool *created)
{
	struct inode *dir = end->dir->inode, *inode;
	struct dentry *d;
	int error;

	if (end->length > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	mutex_lock(&dir->lock);
	d = path_child(end->dir, end->name, end->length);
	if (!IS_ERR(d) && !created) {
		dentry_put(d);
		d = ERR_PTR(-EEXIST);
	}
	if (d != ERR_PTR(-ENOENT))
		goto out;
	error = dir_may_create(end->dir);
	if (!error && !dir->ops->create)
		error = S_ISREG(mode) ? -EACCES : -EPERM;
	/* The device 0, 0 is a whiteout, which opens nothing. */
	if (!error && ((S_ISCHR(mode) && rdev) || S_ISBLK(mode)) && !capable(CAP_MKNOD))
		error = -EPERM;
	if (error) {
		d = ERR_PTR(error);
		goto out;
	}
	inode = dir->ops->create(dir, mode, rdev);
	if (!IS_ERR(inode))
		dir_set_owner(inode, dir);
	d = add_name(end, inode);
	if (created)
		*created = !IS_ERR(d);
	d = view_of(end->dir, d);
out:
	mutex_unlock(&dir->lock);
	return d;
}

struct dentry *dir_create_nameless(struct dentry *dir, u32 mode, bool linkable)
{
	char name[24];
	struct dentry *d;
	struct inode *inode;
	int error = dir_may_create(dir);

	if (error)
		return ERR_PTR(error);
	if (!dir->inode->ops->create)
		return ERR_PTR(-EOPNOTSUPP);
	inode = dir->inode->ops->create(dir->inode, mode, 0);
	if (IS_ERR(inode))
		return (struct dentry *)inode;
	dir_set_owner(inode, dir->inode);
	inode->linkable = linkable;
	snprintf(name, sizeof(name), "#%llu", (unsigned long long)inode->ino);
	d = dentry_alloc(dentry_real(dir), name, strlen(name));
	if (!d) {
		inode_put(inode);
		return ERR_PTR(-ENOMEM);
	}
	d->inode = inode;
	d->deleted = true;
	return view_of(dir, d);
}

/* Walk to the place of a new name: the errors of a last component that cannot be made. */
static int walk_to_new(struct path_end *end, int dirfd, const char *path, bool directory)
{
	int error = path_walk_parent(end, dirfd, path);
	struct dentry *d;

	if (error)
		return error;
	if (end->kind != LAST_NAME)
		error = -EEXIST;
	else if (end->trailing_slash && !directory) {
		d = path_child(end->dir, end->name, end->length);
		error = IS_ERR(d) ? (int)PTR_ERR(d) : -EEXIST;
		if (!IS_ERR(d))
			dentry_put(d);
	}
	if (error)
		path_end_put(end);
	return error;
}

static struct dentry *make_dentry(int dirfd, const char *path, u32 mode, u64 rdev)
{
	struct path_end end;
	struct dentry *d;
	int error = walk_to_new(&end, dirfd, path, S_ISDIR(mode));

	if (error)
		return ERR_PTR(error);
	d = dir_create(&end, mode, rdev, NULL);
	path_end_put(&end);
	return d;
}

static int make_node(int dirfd, const char *path, u32 mode, u64 rdev)
{
	struct dentry *d = make_dentry(dirfd, path, mode, rdev);

	if (IS_ERR(d))
		return (int)PTR_ERR(d);
	dentry_put(d);
	return 0;
}

struct dentry *do_mksock(const char *path, u32 mode)
{
	return make_dentry(AT_FDCWD, path, S_IFSOCK | (mode & ~current->fs->umask), 0);
}

int do_mkdir(int dirfd, const char *path, u32 mode)
{
	return make_node(dirfd, path, S_IFDIR | (mode & ~current->fs->umask & (0777 | S_ISVTX)), 0);
}

int do_mknod(int dirfd, const char *path, u32 mode, u64 rdev)
{
	u32 type = mode & S_IFMT;

	if (type == 0)
		type = S_IFREG;
	if (type == S_IFDIR)
		return -EPERM;
	if (type != S_IFREG && type != S_IFCHR && type != S_IFBLK && type != S_IFIFO && type != S_IFSOCK)
		return -EINVAL;
	if (type != S_IFCHR && type != S_IFBLK)
		rdev = 0;
	return make_node(dirfd, path, type | (mode & ~current->fs->umask & 07777), rdev);
}

int do_symlink(const char *target, int dirfd, const char *path)
{
	struct path_end end;
	struct dentry *d;
	struct inode *dir, *inode;
	int error;

	if (*target == '\0')
		return -ENOENT;
	error = walk_to_new(&end, dirfd, path, false);
	if (error)
		return error;
	dir = end.dir->inode;
	mutex_lock(&dir->lock);
	d = path_child(end.dir, end.name, end.length);
	error = IS_ERR(d) ? (int)PTR_ERR(d) : -EEXIST;
	if (!IS_ERR(d))
		dentry_put(d);
	if (error == -ENOENT)
		error = dir_may_create(end.dir);
	if (!error && !dir->ops->symlink)
		error = -EPERM;
	if (!error) {
		inode = dir->ops->symlink(dir, target);
		if (!IS_ERR(inode))
			dir_set_owner(inode, dir);
		d = add_name(&end, inode);
		error = IS_ERR(d) ? (int)PTR_ERR(d) : 0;
		if (!error)
			dentry_put(d);
	}
	mutex_unlock(&dir->lock);
	path_end_put(&end);
	return error;
}

/* link(2)'s rules about the two ends; both locks held, but no lock of a directory `old`. */
static int may_link(struct path_end *end, struct dentry *source)
{
	struct inode *old = source->inode;
	struct dentry *d = path_child(end->dir, end->name, end->length);
	int error = IS_ERR(d) ? (int)PTR_ERR(d) : -EEXIST;

	if (!IS_ERR(d))
		dentry_put(d);
	if (error != -ENOENT)
		return error;
	error = dir_may_create(end->dir);
	if (error)
		return error;
	if (dentry_mount(end->dir) != dentry_mount(source))
		return -EXDEV;
	if (!end->dir->inode->ops->create || S_ISDIR(old->mode))
		return -EPERM;
	if (atomic_read(&old->nlink) == 0 && !old->linkable)
		return -ENOENT;
	return atomic_read(&old->nlink) >= LINK_MAX ? -EMLINK : 0;
}

int do_link(struct dentry *old, int dirfd, const char *path)
{
	struct inode *inode = old->inode, *inner;
	struct path_end end;
	struct dentry *d;
	int error = walk_to_new(&end, dirfd, path, false);

	if (error)
		return error;
	/* A directory is refused, and may be above end.dir: its lock is not to be taken. */
	inner = S_ISDIR(inode->mode) ? end.dir->inode : inode;
	inode_lock_two(end.dir->inode, inner);
	error = may_link(&end, old);
	if (!error) {
		inode_get(inode);
		d = add_name(&end, inode);
		error = IS_ERR(d) ? (int)PTR_ERR(d) : 0;
		if (!error) {
			inode->ctime = end.dir->inode->mtime;
			inode->linkable = false;
			dentry_put(d);
		}
	}
	inode_unlock_two(end.dir->inode, inner);
	path_end_put(&end);
	return error;
}

int do_unlink(int dirfd, const char *path)
{
	struct path_end end;
	struct dentry *d;
	struct inode *dir;
	int error = path_walk_parent(&end, dirfd, path);

	if (error)
		return error;
	dir = end.dir->inode;
	error = end.kind == LAST_NAME ? path_end_to_change(&end) : -EISDIR;
	if (error) {
		path_end_put(&end);
		return error;
	}
	mutex_lock(&dir->lock);
	d = path_covered_child(end.dir, end.name, end.length);
	error = IS_ERR(d) ? (int)PTR_ERR(d) : 0;
	if (!error && end.trailing_slash)
		error = S_ISDIR(d->inode->mode) ? -EISDIR : -ENOTDIR;
	if (!error)
		error = dir_may_delete(end.dir, d, false);
	if (!error) {
		atomic_dec(&d->inode->nlink);
		inode_touch(dir);
		d->inode->ctime = dir->mtime;
		dentry_remove(d);
		notify_inode(d->inode, IN_ATTRIB);
	}
	mutex_unlock(&dir->lock);
	if (!IS_ERR(d))
		dentry_put(d);
	if (!error)
		notify_name(dir, IN_DELETE, end.name, end.length);
	path_end_put(&end);
	return error;
}

/*
 * The parent's lock keeps the directory where it was found; its own keeps a name from being made in it between the check
 * and the removal.
 */
static int remove_directory(struct dentry *dir, struct dentry *d) REQUIRES(dir->inode->lock)
{
	int error = dir_may_delete(dir, d, true);

	if (error)
		return error;
	mutex_lock(&d->inode->lock);
	if (!dentry_empty(d))
		error = -ENOTEMPTY;
	if (!error) {
		atomic_sub(&d->inode->nlink, 2);
		atomic_dec(&dir->inode->nlink);
		inode_touch(dir->inode);
		d->inode->ctime = dir->inode->mtime;
		dentry_remove(d);
	}
	mutex_unlock(&d->inode->lock);
	return error;
}

int do_rmdir(int dirfd, const char *path)
{
	struct path_end end;
	struct dentry *d;
	int error = path_walk_parent(&end, dirfd, path);

	if (error)
		return error;
	switch (end.kind) {
	case LAST_DOT:
		error = -EINVAL;
		break;
	case LAST_DOTDOT:
		error = -ENOTEMPTY;
		break;
	case LAST_ROOT:
		error = -EBUSY;
		break;
	case LAST_NAME:
		error = path_end_to_change(&end);
		if (error)
			break;
		mutex_lock(&end.dir->inode->lock);
		d = path_covered_child(end.dir, end.name, end.length);
		error = IS_ERR(d) ? (int)PTR_ERR(d) : remove_directory(end.dir, d);
		mutex_unlock(&end.dir->inode->lock);
		if (!IS_ERR(d))
			dentry_put(d);
		if (!error)
			notify_name(end.dir->inode, IN_DELETE | IN_ISDIR, end.name, end.length);
		break;
	}
	path_end_put(&end);
	return error;
}
