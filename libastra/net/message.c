/* Sending and receiving: cancellation points all. */
#include <stddef.h>
#include <sys/socket.h>

#include "cancel.h"

ssize_t send(int fd, const void *data, size_t size, int flags)
{
	return __sysret(sys_cancel(sendto, fd, data, size, flags, NULL, 0));
}

ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *address, socklen_t length)
{
	return __sysret(sys_cancel(sendto, fd, data, size, flags, address, length));
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	return __sysret(sys_cancel(sendmsg, fd, message, flags));
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
	return __sysret(sys_cancel(recvfrom, fd, data, size, flags, NULL, NULL));
}

ssize_t recvfrom(int fd, void *restrict data, size_t size, int flags, struct sockaddr *restrict address,
		 socklen_t *restrict length)
{
	return __sysret(sys_cancel(recvfrom, fd, data, size, flags, address, length));
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	return __sysret(sys_cancel(recvmsg, fd, message, flags));
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
	return (int)__sysret(sys_cancel(sendmmsg, fd, messages, count, flags));
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout)
{
	return (int)__sysret(sys_cancel(recvmmsg, fd, messages, count, flags, timeout));
}

struct cmsghdr *__cmsg_next(struct msghdr *message, struct cmsghdr *cmsg)
{
	char *end = (char *)message->msg_control + message->msg_controllen, *at = (char *)cmsg;

	if (cmsg->cmsg_len < sizeof(*cmsg) || cmsg->cmsg_len > (size_t)(end - at) ||
	    CMSG_ALIGN(cmsg->cmsg_len) + sizeof(*cmsg) > (size_t)(end - at))
		return NULL;
	return (struct cmsghdr *)(at + CMSG_ALIGN(cmsg->cmsg_len));
}
