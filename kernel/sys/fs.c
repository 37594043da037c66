/* Changes of a file's attributes: mode, owner, size, times; umask. Task context. */
#include "fs/file.h"
#include "fs/notify.h"
#include "fs/path.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/clock.h"
#include "sched/process.h"
#include "sched/task.h"

/* What is open is changed through the mount that it was opened in; a pipe has none. */
static bool file_is_readonly(const struct file *f)
{
	return f->dentry && mount_readonly(dentry_mount(f->dentry));
}

static int may_change(const struct inode *i)
{
	if (i->ops->unchangeable)
		return -EPERM;
	return inode_owned_by(i, current->cred) ? 0 : -EPERM;
}

static int do_chmod(struct inode *i, u32 mode)
{
	const struct cred *c = current->cred;
	int error;

	mode &= 07777;
	mutex_lock(&i->lock);
	error = may_change(i);
	if (!error) {
		if (!cred_capable(c, CAP_FSETID) && c->fsgid != i->gid && !cred_in_group(c, i->gid))
			mode &= ~(u32)S_ISGID;
		i->mode = (i->mode & S_IFMT) | mode;
		i->ctime = clock_realtime();
	}
	mutex_unlock(&i->lock);
	return error;
}

/* An owner may give the file to a group of its own; everything else is root's. */
static bool may_chown(const struct inode *i, u32 uid, u32 gid)
{
	const struct cred *c = current->cred;

	if (cred_capable(c, CAP_CHOWN))
		return true;
	if (c->fsuid != i->uid)
		return uid == ID_KEEP && gid == ID_KEEP;
	return (uid == ID_KEEP || uid == i->uid) && (gid == ID_KEEP || gid == i->gid || cred_in_group(c, gid));
}

/* The set-id bits that a change of owner clears: whoever runs the file next shall not get the new owner's rights by surprise. */
static u32 bits_to_clear(const struct inode *i)
{
	if (S_ISDIR(i->mode))
		return 0;
	return i->mode & (S_ISUID | (i->mode & S_IXGRP ? S_ISGID : 0));
}

/* 0 or -errno; *changed: is there something to tell those who watch? */
static int do_chown(struct inode *i, u32 uid, u32 gid, bool *changed)
{
	int error = 0;
	u32 clear;

	mutex_lock(&i->lock);
	clear = bits_to_clear(i);
	if (i->ops->unchangeable || !may_chown(i, uid, gid))
		error = -EPERM;
	/* Keeping both ids is everybody's right, changing the mode by that is not. */
	if (!error && clear && !inode_owned_by(i, current->cred))
		error = -EPERM;
	if (!error) {
		if (uid != ID_KEEP)
			i->uid = uid;
		if (gid != ID_KEEP)
			i->gid = gid;
		i->mode &= ~clear;
		*changed = uid != ID_KEEP || gid != ID_KEEP || clear;
		i->ctime = clock_realtime();
	}
	mutex_unlock(&i->lock);
	return error;
}

long sys_fchmodat(int dirfd, uaddr path, unsigned mode)
{
	struct dentry *d = path_lookup_user(dirfd, path, PATH_FOLLOW);
	int error;

	if (IS_ERR(d))
		return PTR_ERR(d);
	error = mount_readonly(dentry_mount(d)) ? -EROFS : do_chmod(d->inode, mode);
	if (!error)
		notify_dentry(d, IN_ATTRIB);
	dentry_put(d);
	return error;
}

long sys_chmod(uaddr path, unsigned mode)
{
	return sys_fchmodat(AT_FDCWD, path, mode);
}

long sys_fchmod(int fd, unsigned mode)
{
	struct file *f = fd_get(fd);
	int error;

	if (!f)
		return -EBADF;
	error = file_is_readonly(f) ? -EROFS : do_chmod(f->inode, mode);
	if (!error)
		notify_file(f, IN_ATTRIB);
	file_put(f);
	return error;
}

long sys_fchownat(int dirfd, uaddr path, unsigned owner, unsigned group, int flags)
{
	bool changed = false;
	struct dentry *d;
	int error;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	d = path_lookup_user(dirfd, path, (flags & AT_SYMLINK_NOFOLLOW ? 0 : PATH_FOLLOW) |
			     (flags & AT_EMPTY_PATH ? PATH_EMPTY : 0));
	if (IS_ERR(d))
		return PTR_ERR(d);
	error = mount_readonly(dentry_mount(d)) ? -EROFS : do_chown(d->inode, owner, group, &changed);
	if (changed)
		notify_dentry(d, IN_ATTRIB);
	dentry_put(d);
	return error;
}

long sys_chown(uaddr path, unsigned owner, unsigned group)
{
	return sys_fchownat(AT_FDCWD, path, owner, group, 0);
}

long sys_lchown(uaddr path, unsigned owner, unsigned group)
{
	return sys_fchownat(AT_FDCWD, path, owner, group, AT_SYMLINK_NOFOLLOW);
}

long sys_fchown(int fd, unsigned owner, unsigned group)
{
	struct file *f = fd_get(fd);
	bool changed = false;
	int error;

	if (!f)
		return -EBADF;
	error = file_is_readonly(f) ? -EROFS : do_chown(f->inode, owner, group, &changed);
	if (changed)
		notify_file(f, IN_ATTRIB);
	file_put(f);
	return error;
}

long sys_umask(unsigned mask)
{
	u32 old = current->fs->umask;

	WRITE_ONCE(current->fs->umask, mask & 0777);
	return old;
}

static int set_size(struct inode *i, i64 length)
{
	int error;

	if ((u64)length > i->size && (u64)length > rlimit_get(RLIMIT_FSIZE)) {
		file_raise_signal(SIGXFSZ);
		return -EFBIG;
	}
	mutex_lock(&i->lock);
	error = i->ops->truncate(i, (u64)length);
	mutex_unlock(&i->lock);
	return error;
}

static int may_truncate(struct inode *i)
{
	if (S_ISDIR(i->mode))
		return -EISDIR;
	if (!S_ISREG(i->mode))
		return -EINVAL;
	return inode_permission(i, current->cred, MAY_WRITE);
}

long sys_truncate(uaddr path, int64_t length)
{
	struct dentry *d;
	int error;

	if (length < 0)
		return -EINVAL;
	d = path_lookup_user(AT_FDCWD, path, PATH_FOLLOW);
	if (IS_ERR(d))
		return PTR_ERR(d);
	error = may_truncate(d->inode);
	if (!error && mount_readonly(dentry_mount(d)))
		error = -EROFS;
	if (!error)
		error = d->inode->ops->truncate ? inode_writers_get(d->inode) : -EINVAL;
	if (!error) {
		error = set_size(d->inode, length);
		inode_writers_put(d->inode);
		if (!error)
			notify_dentry(d, IN_MODIFY);
	}
	dentry_put(d);
	return error;
}

long sys_ftruncate(int fd, int64_t length)
{
	struct file *f;
	int error;

	if (length < 0)
		return -EINVAL;
	f = fd_get(fd);
	if (!f)
		return -EBADF;
	if (!S_ISREG(f->inode->mode) || !file_writable(f) || !f->inode->ops->truncate)
		error = -EINVAL;
	else
		error = set_size(f->inode, length);
	if (!error)
		notify_file(f, IN_MODIFY);
	file_put(f);
	return error;
}

#define UTIME_NOW  0x3fffffff
#define UTIME_OMIT 0x3ffffffe

struct user_timespec {
	i64 seconds, ns;
};

static bool time_valid(const struct user_timespec *t)
{
	return t->ns == UTIME_NOW || t->ns == UTIME_OMIT || (t->ns >= 0 && t->ns < (i64)NS_PER_SEC);
}

/* Seconds that do not fit are cut to what does, as file systems do. */
static u64 to_ns(const struct user_timespec *t, u64 now)
{
	i64 limit = INT64_MAX / (i64)NS_PER_SEC - 1;

	if (t->ns == UTIME_NOW)
		return now;
	return (u64)(MAX(MIN(t->seconds, limit), -limit) * (i64)NS_PER_SEC + t->ns);
}

/* Both to now: the owner or whoever may write. Anything else: the owner. */
static int may_set_times(struct inode *i, bool both_now)
{
	if (i->ops->unchangeable)
		return -EPERM;
	if (inode_owned_by(i, current->cred))
		return 0;
	if (both_now)
		return inode_permission(i, current->cred, MAY_WRITE);
	return -EPERM;
}

static int do_utimes(struct inode *i, const struct user_timespec times[2])
{
	u64 now = clock_realtime();
	bool both_now = times[0].ns == UTIME_NOW && times[1].ns == UTIME_NOW;
	int error;

	mutex_lock(&i->lock);
	error = may_set_times(i, both_now);
	if (!error) {
		if (times[0].ns != UTIME_OMIT)
			i->atime = to_ns(&times[0], now);
		if (times[1].ns != UTIME_OMIT)
			i->mtime = to_ns(&times[1], now);
		i->ctime = now;
	}
	mutex_unlock(&i->lock);
	return error;
}

/* One time alone looks like what changes it by itself. */
static u32 times_event(const struct user_timespec times[2])
{
	if (times[0].ns == UTIME_OMIT)
		return IN_MODIFY;
	return times[1].ns == UTIME_OMIT ? IN_ACCESS : IN_ATTRIB;
}

/* futimens: a null path means the descriptor itself. */
static long utimes_descriptor(int fd, const struct user_timespec times[2], int flags)
{
	struct file *f;
	int error;

	if (flags)
		return -EINVAL;
	f = fd_get(fd);
	if (!f)
		return -EBADF;
	if (!time_valid(&times[0]) || !time_valid(&times[1]))
		error = -EINVAL;
	else
		error = file_is_readonly(f) ? -EROFS : do_utimes(f->inode, times);
	if (!error)
		notify_file(f, times_event(times));
	file_put(f);
	return error;
}

/* The path's object; flags are checked by the caller. What is wrong with the times is told after what is wrong with the path. */
static long utimes_path(int dirfd, uaddr path, const struct user_timespec times[2], int flags)
{
	struct dentry *d = path_lookup_user(dirfd, path, (flags & AT_SYMLINK_NOFOLLOW ? 0 : PATH_FOLLOW) |
					    (flags & AT_EMPTY_PATH ? PATH_EMPTY : 0));
	int error = 0;

	if (IS_ERR(d))
		return PTR_ERR(d);
	if (!time_valid(&times[0]) || !time_valid(&times[1]))
		error = -EINVAL;
	else
		error = mount_readonly(dentry_mount(d)) ? -EROFS : do_utimes(d->inode, times);
	if (!error)
		notify_dentry(d, times_event(times));
	dentry_put(d);
	return error;
}

long sys_utimensat(int dirfd, uaddr path, uaddr user_times, int flags)
{
	struct user_timespec times[2] = { { 0, UTIME_NOW }, { 0, UTIME_NOW } };

	if (user_times.v) {
		if (get_user_object(&times, user_times))
			return -EFAULT;
		if (times[0].ns == UTIME_OMIT && times[1].ns == UTIME_OMIT)
			return 0;
	}
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (!path.v && dirfd != AT_FDCWD)
		return utimes_descriptor(dirfd, times, flags);
	return utimes_path(dirfd, path, times, flags);
}

/* utime, utimes and futimesat: the same with whole seconds or microseconds, for programs of long ago. */
long sys_utime(uaddr path, uaddr user_times)
{
	struct user_timespec times[2] = { { 0, UTIME_NOW }, { 0, UTIME_NOW } };
	i64 seconds[2];

	if (user_times.v) {
		if (get_user_object(&seconds, user_times))
			return -EFAULT;
		times[0] = (struct user_timespec){ seconds[0], 0 };
		times[1] = (struct user_timespec){ seconds[1], 0 };
	}
	return utimes_path(AT_FDCWD, path, times, 0);
}

long sys_futimesat(int dirfd, uaddr path, uaddr user_times)
{
	struct user_timespec times[2] = { { 0, UTIME_NOW }, { 0, UTIME_NOW } };
	struct { i64 seconds, us; } given[2];

	if (user_times.v) {
		if (get_user_object(&given, user_times))
			return -EFAULT;
		for (unsigned i = 0; i < 2; i++) {
			if (given[i].us < 0 || given[i].us >= 1000000)
				return -EINVAL;
			times[i] = (struct user_timespec){ given[i].seconds, given[i].us * 1000 };
		}
	}
	if (!path.v && dirfd != AT_FDCWD)
		return utimes_descriptor(dirfd, times, 0);
	return utimes_path(dirfd, path, times, 0);
}

long sys_utimes(uaddr path, uaddr user_times)
{
	return sys_futimesat(AT_FDCWD, path, user_times);
}
