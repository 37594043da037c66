/* The vectors of readv, writev, preadv, pwritev and of the socket calls, copied in and checked. */
#ifndef SYS_UIO_IMPORT_H
#define SYS_UIO_IMPORT_H

#include "fs/uio.h"

#define IOV_MAX  1024
#define IOV_FAST 8

/* A checked copy; `fast` serves short vectors without an allocation. */
struct iov_copy {
	struct iovec fast[IOV_FAST];
	struct iovec *iov;
};

/*
 * Copy `count` vectors of the caller and make u run over them: 0, -EINVAL (count, or lengths that do not fit ssize_t), -EFAULT,
 * -ENOMEM. The total is cut at IO_MAX. iov_copy_free only after success.
 */
int iov_copy_in(struct iov_copy *c, struct uio *u, uaddr iov, int count) __must_check;
void iov_copy_free(struct iov_copy *c);

#endif
