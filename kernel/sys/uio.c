/* readv, writev, preadv, pwritev and their second versions with flags. Task context; no lock. */
#include "fs/file.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sys/uio_import.h"

static int check_vectors(struct iovec *iov, unsigned count, u64 *total)
{
	*total = 0;
	for (unsigned i = 0; i < count; i++) {
		if ((i64)iov[i].length < 0)
			return -EINVAL;
		if (!user_range_ok(iov[i].base, iov[i].length))
			return -EFAULT;
		iov[i].length = MIN(iov[i].length, IO_MAX - *total);
		*total += iov[i].length;
	}
	return 0;
}

int iov_copy_in(struct iov_copy *c, struct uio *u, uaddr iov, int count)
{
	u64 total;
	int error;

	if (count < 0 || count > IOV_MAX)
		return -EINVAL;
	c->iov = count <= IOV_FAST ? c->fast : kmalloc_array((size_t)count, sizeof(struct iovec));
	if (!c->iov)
		return -ENOMEM;
	error = copy_from_user(c->iov, iov, (size_t)count * sizeof(struct iovec));
	if (!error)
		error = check_vectors(c->iov, (unsigned)count, &total);
	if (error) {
		iov_copy_free(c);
		return error;
	}
	uio_init_vector(u, c->iov, (unsigned)count, total);
	return 0;
}

void iov_copy_free(struct iov_copy *c)
{
	if (c->iov != c->fast)
		kfree(c->iov);
}

typedef ssize_t (*transfer_fn)(struct file *f, struct uio *u, u64 *pos);

#define RWF_HIPRI  0x01u
#define RWF_DSYNC  0x02u
#define RWF_SYNC   0x04u
#define RWF_NOWAIT 0x08u
#define RWF_APPEND 0x10u
#define RWF_ALL	   0x1fu

/* A file in memory is as durable as it gets once it is written: RWF_DSYNC, RWF_SYNC and RWF_HIPRI change nothing. */
static int check_flags(const struct file *f, unsigned flags)
{
	if (flags & ~RWF_ALL)
		return -EOPNOTSUPP;
	return (flags & RWF_NOWAIT) && !f->ops->knows_nowait ? -EOPNOTSUPP : 0;
}

/* In Linux's order: offset, mode, absent operation, nothing to move, flags. */
static long vector_transfer(struct file *f, struct uio *u, u64 *pos, transfer_fn fn, unsigned flags)
{
	long error;

	if (!(fn == file_read ? f->ops->read : f->ops->write))
		return -EINVAL;
	if (!u->left)
		return 0;
	u->append = flags & RWF_APPEND;
	u->nowait = flags & RWF_NOWAIT;
	error = check_flags(f, flags);
	return error ? error : fn(f, u, pos);
}

static long vector_call(int fd, uaddr iov, int count, u64 *pos, transfer_fn fn, unsigned flags)
{
	struct file *f = fd_get(fd);
	struct iov_copy copy;
	struct uio u;
	long result;

	if (!f)
		return -EBADF;
	if (pos && !f->ops->seek)
		result = -ESPIPE;
	else if (!(fn == file_read ? file_readable(f) : file_writable(f)))
		result = -EBADF;
	else
		result = iov_copy_in(&copy, &u, iov, count);
	if (!result) {
		result = vector_transfer(f, &u, pos, fn, flags);
		iov_copy_free(&copy);
	}
	file_put(f);
	return result;
}

long sys_readv(int fd, uaddr iov, int iovcnt)
{
	return vector_call(fd, iov, iovcnt, NULL, file_read, 0);
}

long sys_writev(int fd, uaddr iov, int iovcnt)
{
	return vector_call(fd, iov, iovcnt, NULL, file_write, 0);
}

/* The high half is only of use to 32-bit programs: on x86-64 the low one is the whole offset. */
long sys_preadv(int fd, uaddr iov, int iovcnt, unsigned long pos_low, unsigned long pos_high)
{
	u64 pos = pos_low;

	return (i64)pos < 0 ? -EINVAL : vector_call(fd, iov, iovcnt, &pos, file_read, 0);
}

long sys_pwritev(int fd, uaddr iov, int iovcnt, unsigned long pos_low, unsigned long pos_high)
{
	u64 pos = pos_low;

	return (i64)pos < 0 ? -EINVAL : vector_call(fd, iov, iovcnt, &pos, file_write, 0);
}

/* An offset of -1 stands for the file's own. */
static long vector_call_v2(int fd, uaddr iov, int count, u64 pos, unsigned flags, transfer_fn fn)
{
	if (pos == UINT64_MAX)
		return vector_call(fd, iov, count, NULL, fn, flags);
	return (i64)pos < 0 ? -EINVAL : vector_call(fd, iov, count, &pos, fn, flags);
}

long sys_preadv2(int fd, uaddr iov, int iovcnt, unsigned long pos_low, unsigned long pos_high, unsigned flags)
{
	return vector_call_v2(fd, iov, iovcnt, pos_low, flags, file_read);
}

long sys_pwritev2(int fd, uaddr iov, int iovcnt, unsigned long pos_low, unsigned long pos_high, unsigned flags)
{
	return vector_call_v2(fd, iov, iovcnt, pos_low, flags, file_write);
}
