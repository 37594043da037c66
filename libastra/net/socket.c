/* Making, naming and connecting sockets. What may wait is a cancellation point. */
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "cancel.h"

int socket(int family, int type, int protocol)
{
	return (int)__sysret(sys(socket, family, type, protocol));
}

int socketpair(int family, int type, int protocol, int fds[2])
{
	return (int)__sysret(sys(socketpair, family, type, protocol, fds));
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
	return (int)__sysret(sys(bind, fd, address, length));
}

int listen(int fd, int backlog)
{
	return (int)__sysret(sys(listen, fd, backlog));
}

int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
	return (int)__sysret(sys_cancel(accept, fd, address, length));
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
	return (int)__sysret(sys_cancel(accept4, fd, address, length, flags));
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
	return (int)__sysret(sys_cancel(connect, fd, address, length));
}

int shutdown(int fd, int how)
{
	return (int)__sysret(sys(shutdown, fd, how));
}

int getsockname(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
	return (int)__sysret(sys(getsockname, fd, address, length));
}

int getpeername(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
	return (int)__sysret(sys(getpeername, fd, address, length));
}

int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict length)
{
	return (int)__sysret(sys(getsockopt, fd, level, option, value, length));
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
	return (int)__sysret(sys(setsockopt, fd, level, option, value, length));
}

int sockatmark(int fd)
{
	int mark;

	return ioctl(fd, SIOCATMARK, &mark) < 0 ? -1 : mark;
}
