/* select: waiting for descriptors by bit sets. */
#ifndef _SYS_SELECT_H
#define _SYS_SELECT_H

#include <features.h>
#include <signal.h>
#include <sys/types.h>
#include <time.h>

__ASTRA_BEGIN_DECLS

struct timeval {
	time_t tv_sec;
	suseconds_t tv_usec;
};

#define FD_SETSIZE 1024

typedef struct {
	unsigned long fds_bits[FD_SETSIZE / 64];
} fd_set;

#define FD_SET(fd, set)   ((void)((set)->fds_bits[(fd) / 64] |= 1ul << ((fd) % 64)))
#define FD_CLR(fd, set)   ((void)((set)->fds_bits[(fd) / 64] &= ~(1ul << ((fd) % 64))))
#define FD_ISSET(fd, set) (((set)->fds_bits[(fd) / 64] >> ((fd) % 64)) & 1)
#define FD_ZERO(set)      __builtin_memset((set), 0, sizeof(fd_set))

/* How many descriptors are ready, 0 after the timeout, or -1 (EBADF, EINTR, EINVAL). The kernel updates timeout. */
int select(int nfds, fd_set *restrict readfds, fd_set *restrict writefds, fd_set *restrict exceptfds,
	   struct timeval *restrict timeout);

/* The same with a timespec that is left alone (NULL: for ever) and, for the wait only, the given signal mask. */
int pselect(int nfds, fd_set *restrict readfds, fd_set *restrict writefds, fd_set *restrict exceptfds,
	    const struct timespec *restrict timeout, const sigset_t *restrict mask);

__ASTRA_END_DECLS

#endif
