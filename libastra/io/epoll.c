/* Waiting for many descriptors. The waits are cancellation points. */
#include <stddef.h>
#include <sys/epoll.h>

#include "cancel.h"

#define MASK_SIZE 8	/* bytes of the kernel's signal set */

int epoll_create(int size)
{
	return (int)__sysret(sys(epoll_create, size));
}

int epoll_create1(int flags)
{
	return (int)__sysret(sys(epoll_create1, flags));
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
	return (int)__sysret(sys(epoll_ctl, epoll, operation, fd, event));
}

int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout)
{
	return (int)__sysret(sys_cancel(epoll_wait, epoll, events, room, timeout));
}

int epoll_pwait(int epoll, struct epoll_event *events, int room, int timeout, const sigset_t *mask)
{
	return (int)__sysret(sys_cancel(epoll_pwait, epoll, events, room, timeout, mask, MASK_SIZE));
}

int epoll_pwait2(int epoll, struct epoll_event *events, int room, const struct timespec *timeout, const sigset_t *mask)
{
	return (int)__sysret(sys_cancel(epoll_pwait2, epoll, events, room, timeout, mask, MASK_SIZE));
}
