/* inotify_init, inotify_add_watch, inotify_rm_watch. Task context; fs/inotify.c does the work. */
#include "fs/inotify.h"

#include "fs/notify.h"
#include "fs/path.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "sched/process.h"
#include "sched/task.h"

#define IN_ALL_BITS (IN_ALL_EVENTS | IN_UNMOUNT | IN_Q_OVERFLOW | IN_IGNORED | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK | \
		     IN_MASK_CREATE | IN_MASK_ADD | IN_ISDIR | IN_ONESHOT)

long sys_inotify_init1(int flags)
{
	struct file *f;
	int fd;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	f = inotify_create((u32)flags & O_NONBLOCK);
	if (IS_ERR(f))
		return PTR_ERR(f);
	fd = fd_add(f, (u32)flags & O_CLOEXEC);
	if (fd < 0)
		file_put(f);
	return fd;
}

long sys_inotify_init(void)
{
	return sys_inotify_init1(0);
}

/* The instance behind fd, referenced, or ERR_PTR(-EBADF, -EINVAL). */
static struct file *get_inotify(int fd)
{
	struct file *f = fd_get(fd);

	if (!f)
		return ERR_PTR(-EBADF);
	if (file_is_inotify(f))
		return f;
	file_put(f);
	return ERR_PTR(-EINVAL);
}

static long add_watch(struct file *f, uaddr path, u32 mask)
{
	struct dentry *d = path_lookup_user(AT_FDCWD, path, (mask & IN_DONT_FOLLOW ? 0 : PATH_FOLLOW) |
					    (mask & IN_ONLYDIR ? PATH_DIRECTORY : 0));
	long result;

	if (IS_ERR(d))
		return PTR_ERR(d);
	result = inode_permission(d->inode, current->cred, MAY_READ);
	if (!result)
		result = inotify_add_watch(f, d->inode, mask);
	dentry_put(d);
	return result;
}

long sys_inotify_add_watch(int fd, uaddr path, unsigned mask)
{
	struct file *f;
	long result;

	if ((mask & ~IN_ALL_BITS) || !mask)
		return -EINVAL;
	f = get_inotify(fd);
	if (IS_ERR(f))
		return PTR_ERR(f);
	result = (mask & IN_MASK_ADD) && (mask & IN_MASK_CREATE) ? -EINVAL : add_watch(f, path, mask);
	file_put(f);
	return result;
}

long sys_inotify_rm_watch(int fd, int wd)
{
	struct file *f = get_inotify(fd);
	int error;

	if (IS_ERR(f))
		return PTR_ERR(f);
	error = inotify_remove_watch(f, wd);
	file_put(f);
	return error;
}
