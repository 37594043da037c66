/* Scattered reads and gathered writes. */
#ifndef _SYS_UIO_H
#define _SYS_UIO_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

struct iovec {
	void *iov_base;
	size_t iov_len;		/* bytes */
};

/* Bytes moved (maybe fewer than asked), or -1 with errno. At most 1024 parts. */
ssize_t readv(int fd, const struct iovec *iov, int count);
ssize_t writev(int fd, const struct iovec *iov, int count);

__ASTRA_END_DECLS

#endif
