/*
 * Where the bytes of a read or write go: one or many segments of user memory, or a kernel buffer. Passed by the system
 * call down to whoever has the data; each copy advances it. May sleep for user segments. One task's, no lock.
 */
#ifndef FS_UIO_H
#define FS_UIO_H

#include "lib/types.h"

struct iovec {
	uaddr base;
	u64 length;
};

struct uio {
	const struct iovec *iov;	/* current segment; NULL for a kernel buffer */
	unsigned count;			/* segments left, the current one included */
	u64 offset;			/* inside the current segment */
	u64 left;			/* bytes left in all */
	u8 *kernel;			/* kernel buffer, advanced */
	bool nowait;			/* where the transfer would sleep it ends, or is -EAGAIN (RWF_NOWAIT) */
	bool append;			/* a write goes to the end of the file whatever the position says (RWF_APPEND) */
};

void uio_init_user(struct uio *u, struct iovec *one, uaddr base, u64 length);	/* *one is filled and must outlive u */
void uio_init_vector(struct uio *u, const struct iovec *iov, unsigned count, u64 total);
void uio_init_kernel(struct uio *u, void *buffer, u64 length);

/*
 * Move up to n (at most u->left) bytes; returns how many were moved, which is less than asked only when user memory
 * faulted. Nothing moved and n > 0 means -EFAULT to the caller of the caller.
 */
size_t uio_read_in(struct uio *u, const void *src, size_t n);	/* read(2): kernel data to the caller's segments */
size_t uio_write_out(struct uio *u, void *dst, size_t n);	/* write(2): the caller's segments to kernel data */
size_t uio_zero(struct uio *u, size_t n);			/* read(2) of zeros */

#endif
