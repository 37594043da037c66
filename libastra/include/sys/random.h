/* Random bytes from the kernel. */
#ifndef _SYS_RANDOM_H
#define _SYS_RANDOM_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

#define GRND_NONBLOCK 1
#define GRND_RANDOM   2

/* Bytes written (all, up to 256), or -1 with errno (EINTR, EAGAIN with GRND_NONBLOCK, EINVAL): getrandom(2). */
ssize_t getrandom(void *buf, size_t size, unsigned int flags);

__ASTRA_END_DECLS

#endif
