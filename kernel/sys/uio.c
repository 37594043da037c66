/* readv, writev, preadv, pwritev. Task context; no lock. */
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

static long vector_call(int fd, uaddr iov, int count, u64 *pos, transfer_fn fn)
{
	struct file *f = fd_get(fd);
	struct iov_copy copy;
	struct uio u;
	long result;

	if (!f)
		return -EBADF;
	if (!(fn == file_read ? file_readable(f) : file_writable(f))) {
		file_put(f);
		return -EBADF;
	}
	result = iov_copy_in(&copy, &u, iov, count);
	if (!result) {
		result = fn(f, &u, pos);
		iov_copy_free(&copy);
	}
	file_put(f);
	return result;
}

long sys_readv(int fd, uaddr iov, int iovcnt)
{
	return vector_call(fd, iov, iovcnt, NULL, file_read);
}

long sys_writev(int fd, uaddr iov, int iovcnt)
{
	return vector_call(fd, iov, iovcnt, NULL, file_write);
}

/* The high half is only of use to 32-bit programs: on x86-64 the low one is the whole offset. */
long sys_preadv(int fd, uaddr iov, int iovcnt, unsigned long pos_low, unsigned long pos_high)
{
	u64 pos = pos_low;

	return (i64)pos < 0 ? -EINVAL : vector_call(fd, iov, iovcnt, &pos, file_read);
}

long sys_pwritev(int fd, uaddr iov, int iovcnt, unsigned long pos_low, unsigned long pos_high)
{
	u64 pos = pos_low;

	return (i64)pos < 0 ? -EINVAL : vector_call(fd, iov, iovcnt, &pos, file_write);
}
