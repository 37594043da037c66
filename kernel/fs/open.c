/*
 * Opening by path (open(2)): flags, permissions, creation, truncation. Everything is checked before the file is created or
 * cut, as far as the race with other openers allows. Task context.
 */
#include "fs/dirops.h"
#include "fs/file.h"
#include "fs/notify.h"
#include "fs/path.h"
#include "lib/error.h"
#include "sched/process.h"
#include "sched/task.h"

#define TMPFILE_BIT (O_TMPFILE & ~(u32)O_DIRECTORY)

/* The access that the flags ask of the object. */
static unsigned wanted_access(u32 flags)
{
	unsigned access = 0;

	if ((flags & O_ACCMODE) != O_WRONLY)
		access |= MAY_READ;
	if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC))
		access |= MAY_WRITE;
	return access;
}

static int may_open(struct dentry *d, u32 flags, bool created)
{
	struct inode *inode = d->inode;
	unsigned access = wanted_access(flags);
	int error;

	if (S_ISLNK(inode->mode))
		return -ELOOP;
	if (S_ISDIR(inode->mode) && (access & MAY_WRITE))
		return -EISDIR;
	if ((S_ISCHR(inode->mode) || S_ISBLK(inode->mode)) && (dentry_mount(d)->flags & MS_NODEV))
		return -EACCES;
	if (!created) {
		error = inode_permission(inode, current->cred, access);
		if (error)
			return error;
	}
	if (S_ISREG(inode->mode) && (access & MAY_WRITE) && mount_readonly(dentry_mount(d)))
		return -EROFS;
	if ((flags & O_NOATIME) && !inode_owned_by(inode, current->cred))
		return -EPERM;
	/* That of a descriptor in /proc/PID/fd has operations, but there is no second way to it. */
	if (S_ISSOCK(inode->mode))
		return -ENXIO;
	return (flags & O_DIRECT) && !S_ISREG(inode->mode) && !S_ISBLK(inode->mode) ? -EINVAL : 0;
}

static int truncate_opened(struct inode *inode)
{
	int error;

	if (!S_ISREG(inode->mode) || !inode->ops->truncate)
		return 0;
	/* Access mode 0 may truncate too, without having been counted as a writer. */
	error = inode_writers_get(inode);
	if (error)
		return error;
	mutex_lock(&inode->lock);
	error = inode->ops->truncate(inode, 0);
	mutex_unlock(&inode->lock);
	inode_writers_put(inode);
	return error;
}

/* Takes the dentry's reference over, whatever happens. */
static struct file *open_dentry(struct dentry *d, u32 flags, bool created)
{
	int error = flags & O_PATH ? 0 : may_open(d, flags, created);
	struct file *f;

	if (error) {
		dentry_put(d);
		return ERR_PTR(error);
	}
	inode_get(d->inode);
	f = file_open_inode(d->inode, d, flags);
	if (IS_ERR(f)) {
		inode_put(d->inode);
		dentry_put(d);
		return f;
	}
	if ((flags & O_TRUNC) && !created) {
		error = truncate_opened(d->inode);
		if (error) {
			file_put(f);
			return ERR_PTR(error);
		}
		notify_file(f, IN_MODIFY);
	}
	notify_file(f, IN_OPEN);
	return f;
}

/* The last component for O_CREAT: what is there, or what is made now. */
static struct dentry *find_or_create(struct path_end *end, u32 flags, u32 mode, bool *created)
{
	struct dentry *d;

	if (end->kind != LAST_NAME)
		return ERR_PTR(flags & O_EXCL ? -EEXIST : -EISDIR);
	if (end->trailing_slash)
		return ERR_PTR(-EISDIR);
	d = path_walk_create(end, !(flags & (O_NOFOLLOW | O_EXCL)));
	if (d && !IS_ERR(d) && (flags & O_EXCL)) {
		dentry_put(d);
		return ERR_PTR(-EEXIST);
	}
	if (d)
		return d;
	if (end->trailing_slash)
		return ERR_PTR(-EISDIR);
	mode = S_IFREG | (mode & ~current->fs->umask & 07777);
	return dir_create(end, mode, 0, flags & O_EXCL ? NULL : created);
}

static struct file *open_create(struct path_end *end, u32 flags, u32 mode)
{
	bool created = flags & O_EXCL;
	struct dentry *d = find_or_create(end, flags, mode, &created);

	if (IS_ERR(d))
		return (struct file *)d;
	if (S_ISDIR(d->inode->mode)) {
		dentry_put(d);
		return ERR_PTR(-EISDIR);
	}
	return open_dentry(d, flags, created);
}

static struct file *open_tmpfile(int dirfd, const char *path, u32 flags, u32 mode, unsigned resolve)
{
	struct path_end end;
	struct dentry *dir, *d;
	int error;

	if ((flags & O_ACCMODE) == O_RDONLY)
		return ERR_PTR(-EINVAL);
	error = path_walk_parent_within(&end, dirfd, path, resolve);
	if (error)
		return ERR_PTR(error);
	dir = path_walk_last(&end, (flags & O_NOFOLLOW ? 0 : PATH_FOLLOW) | PATH_DIRECTORY);
	path_end_put(&end);
	if (IS_ERR(dir))
		return (struct file *)dir;
	mode = S_IFREG | (mode & ~current->fs->umask & 07777);
	d = dir_create_nameless(dir, mode, !(flags & O_EXCL));
	dentry_put(dir);
	if (IS_ERR(d))
		return (struct file *)d;
	return open_dentry(d, flags, true);
}

struct file *path_open_within(int dirfd, const char *path, u32 flags, u32 mode, unsigned resolve)
{
	struct path_end end;
	struct dentry *d;
	struct file *f;
	unsigned walk_flags;
	int error;

	if (flags & O_PATH)
		flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	if (flags & TMPFILE_BIT)
		return flags & O_DIRECTORY && !(flags & O_CREAT) ? open_tmpfile(dirfd, path, flags, mode, resolve) :
		       ERR_PTR(-EINVAL);
	if ((flags & O_CREAT) && (flags & O_DIRECTORY))
		return ERR_PTR(-EINVAL);
	error = path_walk_parent_within(&end, dirfd, path, resolve);
	if (error)
		return ERR_PTR(error);
	if (flags & O_CREAT) {
		f = open_create(&end, flags, mode);
	} else {
		walk_flags = (flags & O_NOFOLLOW ? 0 : PATH_FOLLOW) | (flags & O_DIRECTORY ? PATH_DIRECTORY : 0);
		d = path_walk_last(&end, walk_flags);
		f = IS_ERR(d) ? (struct file *)d : open_dentry(d, flags, false);
	}
	path_end_put(&end);
	return f;
}

struct file *path_open(int dirfd, const char *path, u32 flags, u32 mode)
{
	return path_open_within(dirfd, path, flags, mode, 0);
}

struct file *path_open_exec(int dirfd, const char *path)
{
	struct dentry *d = path_lookup(dirfd, path, PATH_FOLLOW);
	struct file *f;
	int error = 0;

	if (IS_ERR(d))
		return (struct file *)d;
	if (!S_ISREG(d->inode->mode) || (dentry_mount(d)->flags & MS_NOEXEC))
		error = -EACCES;
	if (!error)
		error = inode_permission(d->inode, current->cred, MAY_EXEC);
	if (!error)
		error = inode_deny_write(d->inode);
	if (error) {
		dentry_put(d);
		return ERR_PTR(error);
	}
	inode_get(d->inode);
	f = file_open_inode(d->inode, d, O_RDONLY);
	if (IS_ERR(f)) {
		inode_allow_write(d->inode);
		inode_put(d->inode);
		dentry_put(d);
		return f;
	}
	f->executes = true;
	notify_file(f, IN_OPEN);
	return f;
}
