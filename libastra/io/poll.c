/* Waiting for descriptors. ppoll keeps the caller's timeout, which the kernel would update. */
#include <poll.h>
#include <stddef.h>
#include <sys/select.h>

#include "cancel.h"

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	return (int)__sysret(sys_cancel(poll, fds, count, timeout));
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
	struct timespec left;

	if (timeout)
		left = *timeout;
	return (int)__sysret(sys_cancel(ppoll, fds, count, timeout ? &left : NULL, mask, 8));
}

/* The kernel takes mask and size in one structure. */
int pselect(int nfds, fd_set *restrict readfds, fd_set *restrict writefds, fd_set *restrict exceptfds,
	    const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
	const struct {
		const sigset_t *set;
		size_t size;
	} sigmask = { mask, 8 };
	struct timespec left;

	if (timeout)
		left = *timeout;
	return (int)__sysret(sys(pselect6, nfds, readfds, writefds, exceptfds, timeout ? &left : NULL, &sigmask));
}

int select(int nfds, fd_set *restrict readfds, fd_set *restrict writefds, fd_set *restrict exceptfds,
	   struct timeval *restrict timeout)
{
	return (int)__sysret(sys_cancel(select, nfds, readfds, writefds, exceptfds, timeout));
}
