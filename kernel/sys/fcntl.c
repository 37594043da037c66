/* fcntl and ioctl: what they do to every descriptor; the rest goes to the file's own ops. Task context. */
#include "fs/async.h"
#include "fs/file.h"
#include "fs/locks.h"
#include "fs/memfd.h"
#include "fs/pipe.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/process.h"
#include "sched/task.h"
#include "trace/unimplemented.h"

enum fcntl_command {
	F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW, F_SETOWN, F_GETOWN,
	F_SETSIG, F_GETSIG,
	F_SETOWN_EX = 15, F_GETOWN_EX,
	F_OFD_GETLK = 36, F_OFD_SETLK, F_OFD_SETLKW,
	F_GETLEASE = 1025,
	F_DUPFD_CLOEXEC = 1030,
	F_SETPIPE_SZ = 1031,
	F_GETPIPE_SZ = 1032,
	F_GET_RW_HINT = 1035,
	F_SET_RW_HINT = 1036,
};

#define FD_CLOEXEC 1
#define SETTABLE_FLAGS (O_APPEND | O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME)

/* O_ bits change one at a time under nobody's lock, so the new word is swapped in whole. */
static void replace_flags(struct file *f, u32 mask, u32 bits)
{
	u32 old;

	do {
		old = READ_ONCE(f->flags);
	} while (!__atomic_compare_exchange_n(&f->flags, &old, (old & ~mask) | (bits & mask), false, __ATOMIC_SEQ_CST,
					      __ATOMIC_RELAXED));
}

static long set_flags(struct file *f, int fd, u32 flags)
{
	if ((flags & O_NOATIME) && !(f->flags & O_NOATIME) && !inode_owned_by(f->inode, current->cred))
		return -EPERM;
	/* Of a pipe it makes packets, of a file it is a promise about buffers. */
	if ((flags & O_DIRECT) && !S_ISFIFO(f->inode->mode) && !S_ISREG(f->inode->mode) && !S_ISBLK(f->inode->mode))
		return -EINVAL;
	if ((flags ^ f->flags) & O_ASYNC) {
		int error = file_set_async(f, fd, flags & O_ASYNC);

		if (error)
			return error;
	}
	replace_flags(f, SETTABLE_FLAGS, flags);
	return 0;
}

/* A number: a process, or a group when it is negative. */
static long set_owner_number(struct file *f, int id)
{
	struct file_owner owner = { FILE_OWNER_PID, id };

	if (id == INT32_MIN)
		return -EINVAL;
	if (id < 0)
		owner = (struct file_owner){ FILE_OWNER_PGRP, -id };
	return file_set_owner(f, owner);
}

static long get_owner_number(struct file *f)
{
	struct file_owner owner = file_get_owner(f);

	return owner.type == FILE_OWNER_PGRP ? -owner.id : owner.id;
}

static long owner_command(struct file *f, int cmd, uaddr argument)
{
	struct file_owner owner;

	if (cmd == F_SETOWN_EX)
		return get_user_object(&owner, argument) ? -EFAULT : file_set_owner(f, owner);
	owner = file_get_owner(f);
	return put_user_object(argument, &owner);
}

static long duplicate(struct file *f, unsigned long lowest, u32 flags)
{
	int fd = fd_reserve_from(lowest > INT32_MAX ? -1 : (int)lowest, flags);

	if (fd < 0)
		return fd;
	file_get(f);
	fd_install(fd, f);
	return fd;
}

/* Another thread may have closed the descriptor before there was a lock for the close to release. */
static int check_still_open(struct file *f, int fd)
{
	struct linux_flock everything = { .l_type = F_UNLCK, .l_whence = SEEK_SET };
	struct file *now = fd_get_any(fd);

	if (now)
		file_put(now);
	if (now == f)
		return 0;
	(void)record_lock_set(f, RECORD_LOCK_POSIX, &everything, false);
	return -EBADF;
}

static long lock_command(struct file *f, int fd, int cmd, uaddr argument)
{
	enum record_lock_kind kind = cmd >= F_OFD_GETLK ? RECORD_LOCK_OFD : RECORD_LOCK_POSIX;
	struct linux_flock l;
	int error;

	if (get_user_object(&l, argument))
		return -EFAULT;
	if (cmd == F_GETLK || cmd == F_OFD_GETLK) {
		error = record_lock_test(f, kind, &l);
		return error ? error : put_user_object(argument, &l);
	}
	error = record_lock_set(f, kind, &l, cmd == F_SETLKW || cmd == F_OFD_SETLKW);
	return error || l.l_type == F_UNLCK || kind == RECORD_LOCK_OFD ? error : check_still_open(f, fd);
}

#define RWH_WRITE_LIFE_EXTREME 5u

/* Hints belong to the inode; they are there for whoever asks. */
static long hint_command(struct inode *inode, int cmd, uaddr argument)
{
	u64 hint = READ_ONCE(inode->write_hint);

	if (cmd == F_GET_RW_HINT)
		return put_user_object(argument, &hint);
	if (get_user_object(&hint, argument))
		return -EFAULT;
	if (hint > RWH_WRITE_LIFE_EXTREME)
		return -EINVAL;
	WRITE_ONCE(inode->write_hint, (u8)hint);
	return 0;
}

/* Commands that work on O_PATH descriptors too. */
static bool allowed_on_path(int cmd)
{
	return cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC || cmd == F_GETFD || cmd == F_SETFD || cmd == F_GETFL;
}

static long do_fcntl(struct file *f, int fd, int cmd, unsigned long argument)
{
	switch (cmd) {
	case F_DUPFD:
		return duplicate(f, argument, 0);
	case F_DUPFD_CLOEXEC:
		return duplicate(f, argument, O_CLOEXEC);
	case F_GETFD:
		return fd_flags(fd);
	case F_SETFD:
		return fd_set_flags(fd, argument & FD_CLOEXEC);
	case F_GETFL:
		return (long)READ_ONCE(f->flags);
	case F_SETFL:
		return set_flags(f, fd, (u32)argument);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return lock_command(f, fd, cmd, UADDR(argument));
	case F_SETOWN:
		return set_owner_number(f, (int)argument);
	case F_GETOWN:
		return get_owner_number(f);
	case F_SETOWN_EX:
	case F_GETOWN_EX:
		return owner_command(f, cmd, UADDR(argument));
	case F_SETSIG:
		return file_set_signal(f, argument);
	case F_GETSIG:
		return file_get_signal(f);
	case F_GETLEASE:	/* F_SETLEASE is refused with EINVAL, as by file systems without leases: there never is one */
		return F_UNLCK;
	case F_SETPIPE_SZ:
		return file_is_pipe(f) ? pipe_set_size(f, argument) : -EBADF;
	case F_GETPIPE_SZ:
		return file_is_pipe(f) ? pipe_get_size(f) : -EBADF;
	case F_ADD_SEALS:
		return memfd_add_seals(f, (unsigned)argument);
	case F_GET_SEALS:
		return memfd_get_seals(f);
	case F_GET_RW_HINT:
	case F_SET_RW_HINT:
		return hint_command(f->inode, cmd, UADDR(argument));
	default:
		report_unimplemented_value("fcntl", "command", (u32)cmd);
		return -EINVAL;
	}
}

long sys_fcntl(int fd, int cmd, unsigned long argument)
{
	struct file *f = fd_get_any(fd);
	long result;

	if (!f)
		return -EBADF;
	if ((f->flags & O_PATH) && !allowed_on_path(cmd))
		result = -EBADF;
	else
		result = do_fcntl(f, fd, cmd, argument);
	file_put(f);
	return result;
}

#define FIONBIO  0x5421u
#define FIONCLEX 0x5450u
#define FIOCLEX  0x5451u
#define FIOASYNC 0x5452u
#define FIONREAD 0x541bu
#define FIOQSIZE 0x5460u
#define FIBMAP	 0x1u
#define FIGETBSZ 0x2u
#define FICLONE	      0x40049409u
#define FICLONERANGE  0x4020940du
#define FIDEDUPERANGE 0xc0189436u

static long toggle_flag(struct file *f, u32 flag, uaddr argument)
{
	int on;

	if (get_user_object(&on, argument))
		return -EFAULT;
	replace_flags(f, flag, on ? flag : 0);
	return 0;
}

static long toggle_async(struct file *f, int fd, uaddr argument)
{
	int on, error;

	if (get_user_object(&on, argument))
		return -EFAULT;
	if (!!on == !!(f->flags & O_ASYNC))
		return 0;
	if (!f->ops->poll)
		return -ENOTTY;
	error = file_set_async(f, fd, on);
	if (!error)
		replace_flags(f, O_ASYNC, on ? O_ASYNC : 0);
	return error;
}

static long put_int(uaddr argument, int value)
{
	return put_user_object(argument, &value);
}

/* Requests about the file behind a descriptor, whatever that is; -ENOTTY for others. FIOQSIZE is what is allocated, in bytes. */
static long inode_ioctl(struct file *f, unsigned request, uaddr argument)
{
	u32 mode = f->inode->mode;
	i64 size = (i64)f->inode->size, allocated;

	switch (request) {
	case FIGETBSZ:
		return put_int(argument, PAGE_SIZE);
	case FIOQSIZE:
		allocated = (i64)inode_blocks(f->inode) * 512;
		return S_ISREG(mode) || S_ISDIR(mode) ? put_user_object(argument, &allocated) : -ENOTTY;
	case FIONREAD:
		return S_ISREG(mode) ? put_int(argument, (int)(size - (i64)f->pos)) : -ENOTTY;
	case FIBMAP:	/* files have no blocks on a device */
		return !S_ISREG(mode) ? -ENOTTY : capable(CAP_SYS_RAWIO) ? -EINVAL : -EPERM;
	case FICLONE:
	case FICLONERANGE:
	case FIDEDUPERANGE:
		return S_ISREG(mode) ? -EOPNOTSUPP : -ENOTTY;
	default:
		return -ENOTTY;
	}
}

static long do_ioctl(struct file *f, int fd, unsigned request, unsigned long argument)
{
	long result;

	switch (request) {
	case FIOCLEX:
		return fd_set_flags(fd, true);
	case FIONCLEX:
		return fd_set_flags(fd, false);
	case FIONBIO:
		return toggle_flag(f, O_NONBLOCK, UADDR(argument));
	case FIOASYNC:
		return toggle_async(f, fd, UADDR(argument));
	default:
		break;
	}
	result = inode_ioctl(f, request, UADDR(argument));
	if (result != -ENOTTY)
		return result;
	return f->ops->ioctl ? f->ops->ioctl(f, request, argument) : -ENOTTY;
}

/* A program that tries whether a file is a terminal misses nothing. */
static bool is_terminal_request(unsigned request)
{
	return (request >> 8 & 0xff) == 'T';
}

long sys_ioctl(int fd, unsigned request, unsigned long argument)
{
	struct file *f = fd_get(fd);
	long result;

	if (!f)
		return -EBADF;
	result = do_ioctl(f, fd, request, argument);
	if (result == -ENOTTY && !is_terminal_request(request))
		report_unimplemented_value("ioctl", "request", request);
	file_put(f);
	return result;
}
