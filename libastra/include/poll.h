/* Waiting for descriptors. */
#ifndef _POLL_H
#define _POLL_H

#include <features.h>
#include <signal.h>
#include <time.h>

__ASTRA_BEGIN_DECLS

typedef unsigned long nfds_t;

struct pollfd {
	int fd;			/* negative: skipped */
	short events;		/* asked for */
	short revents;		/* answered */
};

#define POLLIN   0x001
#define POLLPRI  0x002
#define POLLOUT  0x004
#define POLLERR  0x008
#define POLLHUP  0x010
#define POLLNVAL 0x020

/* How many entries have answers, 0 after timeout (milliseconds; -1 waits for ever), or -1 (EINTR, EINVAL, ENOMEM). */
int poll(struct pollfd *fds, nfds_t count, int timeout);
/* The same with a timespec (NULL: for ever) and, for the wait only, the given signal mask. */
int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask);

__ASTRA_END_DECLS

#endif
