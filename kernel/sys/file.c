/* Calls on descriptors: read, write, seek, dup, close, sync, open. Task context; no lock of its own. */
#include "fs/file.h"
#include "fs/notify.h"
#include "fs/path.h"
#include "fs/pipe.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/task.h"
#include "trace/unimplemented.h"

/* As Linux orders the refusals: whether there are offsets, mode, absent operation, address, offset. */
static inline long transfer(int fd, uaddr buf, size_t count, u64 *pos, bool write)
{
	struct file *f = fd_get(fd);
	struct iovec one;
	struct uio u;
	long result;

	if (!f)
		return -EBADF;
	if (pos && !f->ops->seek)
		result = -ESPIPE;
	else if (!(write ? file_writable(f) : file_readable(f)))
		result = -EBADF;
	else if (!(write ? f->ops->write : f->ops->read))
		result = -EINVAL;
	else if (!user_range_ok(buf, count))
		result = -EFAULT;
	else {
		uio_init_user(&u, &one, buf, MIN(count, IO_MAX));
		result = write ? file_write(f, &u, pos) : file_read(f, &u, pos);
	}
	file_put(f);
	return result;
}

static long do_read(int fd, uaddr buf, size_t count, u64 *pos)
{
	return transfer(fd, buf, count, pos, false);
}

static long do_write(int fd, uaddr buf, size_t count, u64 *pos)
{
	return transfer(fd, buf, count, pos, true);
}

long sys_read(int fd, uaddr buf, size_t count)
{
	return do_read(fd, buf, count, NULL);
}

long sys_write(int fd, uaddr buf, size_t count)
{
	return do_write(fd, buf, count, NULL);
}

long sys_pread64(int fd, uaddr buf, size_t count, int64_t offset)
{
	u64 pos = (u64)offset;

	return offset < 0 ? -EINVAL : do_read(fd, buf, count, &pos);
}

long sys_pwrite64(int fd, uaddr buf, size_t count, int64_t offset)
{
	u64 pos = (u64)offset;

	return offset < 0 ? -EINVAL : do_write(fd, buf, count, &pos);
}

long sys_lseek(int fd, int64_t offset, int whence)
{
	struct file *f = fd_get(fd);
	long result;

	if (!f)
		return -EBADF;
	if (whence < SEEK_SET || whence > SEEK_HOLE) {
		result = -EINVAL;
	} else if (!f->ops->seek) {
		result = f->ops->seek_ignored ? 0 : -ESPIPE;
	} else {
		mutex_lock(&f->pos_lock);
		result = f->ops->seek(f, offset, whence);
		mutex_unlock(&f->pos_lock);
	}
	file_put(f);
	return result;
}

#define OPEN_FLAGS (O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_SYNC | O_ASYNC | O_DIRECT | \
		    O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_PATH | O_TMPFILE)

/* open(2) ignores what it does not know; whoever wonders finds it in the log. */
static void report_unknown(int flags)
{
	if (unlikely((u32)flags & ~(u32)OPEN_FLAGS))
		report_unimplemented_value("open", "flags", (u32)flags & ~(u32)OPEN_FLAGS);
}

static long do_open(int dirfd, uaddr path, u32 flags, u32 mode, unsigned resolve)
{
	char *text = path_from_user(path);
	struct file *f;
	int fd;

	if (IS_ERR(text))
		return PTR_ERR(text);
	fd = fd_reserve(flags);
	if (fd >= 0) {
		f = path_open_within(dirfd, text, flags | O_LARGEFILE, mode, resolve);
		if (IS_ERR(f)) {
			fd_unreserve(fd);
			fd = (int)PTR_ERR(f);
		} else {
			fd_install(fd, f);
		}
	}
	path_buffer_put(text);
	return fd;
}

long sys_open(uaddr path, int flags, unsigned mode)
{
	report_unknown(flags);
	return do_open(AT_FDCWD, path, (u32)flags, mode, 0);
}

long sys_openat(int dirfd, uaddr path, int flags, unsigned mode)
{
	report_unknown(flags);
	return do_open(dirfd, path, (u32)flags, mode, 0);
}

long sys_creat(uaddr path, unsigned mode)
{
	return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode, 0);
}

/* struct open_how of the ABI, its first and so far only version. */
struct open_how {
	u64 flags, mode, resolve;
};

#define OPEN_PATH_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define TMPFILE_BIT (O_TMPFILE & ~O_DIRECTORY)
#define PERMISSIONS 07777u

/* A longer structure is of a program that knows more; it is understood as long as the rest of it is zero. */
static int get_open_how(struct open_how *how, uaddr user, size_t size)
{
	u8 rest[64];

	if (size < sizeof(*how))
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	if (get_user_object(how, user))
		return -EFAULT;
	for (size_t at = sizeof(*how), n; at < size; at += n) {
		n = MIN(size - at, sizeof(rest));
		if (copy_from_user(rest, UADDR(user.v + at), n))
			return -EFAULT;
		for (size_t i = 0; i < n; i++)
			if (rest[i])
				return -E2BIG;
	}
	return 0;
}

/* Unlike open, openat2 refuses what it does not know. */
static int check_open_how(const struct open_how *how)
{
	bool creates = how->flags & (O_CREAT | TMPFILE_BIT);

	if (how->flags & ~(u64)OPEN_FLAGS)
		report_unimplemented_value("openat2", "flags", how->flags & ~(u64)OPEN_FLAGS);
	if ((how->flags & ~(u64)OPEN_FLAGS) || (how->resolve & ~(u64)RESOLVE_ALL))
		return -EINVAL;
	if ((how->resolve & RESOLVE_SCOPED) == RESOLVE_SCOPED)
		return -EINVAL;
	if (creates ? (how->mode & ~(u64)PERMISSIONS) : how->mode)
		return -EINVAL;
	if ((how->flags & O_PATH) && (how->flags & ~(u64)OPEN_PATH_FLAGS))
		return -EINVAL;
	if ((how->flags & TMPFILE_BIT) && (how->flags & O_TMPFILE) != O_TMPFILE)
		return -EINVAL;
	/* What is only to be looked up in memory cannot be made. */
	if ((how->resolve & RESOLVE_CACHED) && (how->flags & (O_CREAT | O_TRUNC | TMPFILE_BIT)))
		return -EAGAIN;
	return 0;
}

long sys_openat2(int dirfd, uaddr path, uaddr user_how, size_t size)
{
	struct open_how how;
	int error = get_open_how(&how, user_how, size);

	if (!error)
		error = check_open_how(&how);
	return error ? error : do_open(dirfd, path, (u32)how.flags, (u32)how.mode, (unsigned)how.resolve);
}

long sys_close(int fd)
{
	return fd_close(fd);
}

#define CLOSE_RANGE_UNSHARE 2u
#define CLOSE_RANGE_CLOEXEC 4u

long sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	int error = 0;

	if (first > last || (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)))
		return -EINVAL;
	if (flags & CLOSE_RANGE_UNSHARE)
		error = fd_unshare();
	if (error)
		return error;
	return flags & CLOSE_RANGE_CLOEXEC ? fd_cloexec_range(first, last) : fd_close_range(first, last);
}

long sys_dup(int fd)
{
	struct file *f = fd_get_any(fd);
	int result;

	if (!f)
		return -EBADF;
	result = fd_add(f, 0);
	if (result < 0)
		file_put(f);
	return result;
}

static long do_dup3(int oldfd, int newfd, u32 flags)
{
	struct file *f = fd_get_any(oldfd);
	long result;

	if (!f)
		return -EBADF;
	result = fd_replace(newfd, f, flags);
	file_put(f);
	return result;
}

long sys_dup2(int oldfd, int newfd)
{
	struct file *f;

	if (oldfd != newfd)
		return do_dup3(oldfd, newfd, 0);
	f = fd_get_any(oldfd);
	if (!f)
		return -EBADF;
	file_put(f);
	return newfd;
}

long sys_dup3(int oldfd, int newfd, int flags)
{
	if (oldfd == newfd || (flags & ~O_CLOEXEC))
		return -EINVAL;
	return do_dup3(oldfd, newfd, (u32)flags);
}

/* Nothing here outlives the machine, so there is nothing to wait for; pipes and sockets refuse, as on Linux. */
static long do_sync(int fd)
{
	struct file *f = fd_get(fd);
	long result = 0;

	if (!f)
		return -EBADF;
	if ((!S_ISREG(f->inode->mode) && !S_ISDIR(f->inode->mode) && !S_ISBLK(f->inode->mode)) || f->inode->ops->unchangeable)
		result = -EINVAL;
	file_put(f);
	return result;
}

long sys_fsync(int fd)
{
	return do_sync(fd);
}

long sys_fdatasync(int fd)
{
	return do_sync(fd);
}

long sys_sync(void)
{
	return 0;
}

/* Of any descriptor: what it belongs to has a file system, which keeps nothing anywhere else. */
long sys_syncfs(int fd)
{
	struct file *f = fd_get(fd);

	if (!f)
		return -EBADF;
	file_put(f);
	return 0;
}

#define POSIX_FADV_LAST 5	/* POSIX_FADV_NOREUSE */

/* Advice about pages that are in memory whatever a program says. */
long sys_fadvise64(int fd, int64_t offset, int64_t length, int advice)
{
	struct file *f = fd_get(fd);
	long result = 0;

	if (!f)
		return -EBADF;
	if (S_ISFIFO(f->inode->mode))
		result = -ESPIPE;
	else if (length < 0 || advice < 0 || advice > POSIX_FADV_LAST)
		result = -EINVAL;
	file_put(f);
	return result;
}

/* Which modes go together. */
static int check_fallocate_mode(u32 mode)
{
	if (mode & ~FALLOC_FL_ALL)
		return -EOPNOTSUPP;
	if ((mode & FALLOC_FL_PUNCH_HOLE) && ((mode & FALLOC_FL_ZERO_RANGE) || !(mode & FALLOC_FL_KEEP_SIZE)))
		return -EOPNOTSUPP;
	if ((mode & FALLOC_FL_COLLAPSE_RANGE) && mode != FALLOC_FL_COLLAPSE_RANGE)
		return -EINVAL;
	if ((mode & FALLOC_FL_INSERT_RANGE) && mode != FALLOC_FL_INSERT_RANGE)
		return -EINVAL;
	if ((mode & FALLOC_FL_UNSHARE_RANGE) && (mode & ~(FALLOC_FL_UNSHARE_RANGE | FALLOC_FL_KEEP_SIZE)))
		return -EINVAL;
	return 0;
}

static int do_fallocate(struct file *f, u32 mode, i64 offset, i64 length)
{
	struct inode *inode = f->inode;
	i64 end;
	int error = offset < 0 || length <= 0 ? -EINVAL : check_fallocate_mode(mode);

	if (error)
		return error;
	if (!file_writable(f))
		return -EBADF;
	if (S_ISFIFO(inode->mode))
		return -ESPIPE;
	if (S_ISDIR(inode->mode))
		return -EISDIR;
	if (!S_ISREG(inode->mode) && !S_ISBLK(inode->mode))
		return -ENODEV;
	if (__builtin_add_overflow(offset, length, &end))
		return -EFBIG;
	if (!inode->ops->allocate)
		return -EOPNOTSUPP;
	error = inode->ops->allocate(inode, mode, (u64)offset, (u64)length);
	if (!error)
		notify_file(f, IN_MODIFY);
	return error;
}

long sys_fallocate(int fd, int mode, int64_t offset, int64_t length)
{
	struct file *f = fd_get(fd);
	long result;

	if (!f)
		return -EBADF;
	result = do_fallocate(f, (u32)mode, offset, length);
	file_put(f);
	return result;
}
