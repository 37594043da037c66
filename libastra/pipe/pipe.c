/* Pipes and duplicates of descriptors. */
#include <unistd.h>

#include "syscall.h"

int pipe(int fds[2])
{
	return (int)__sysret(sys(pipe, fds));
}

int pipe2(int fds[2], int flags)
{
	return (int)__sysret(sys(pipe2, fds, flags));
}

int dup(int fd)
{
	return (int)__sysret(sys(dup, fd));
}

int dup2(int oldfd, int newfd)
{
	return (int)__sysret(sys(dup2, oldfd, newfd));
}

int dup3(int oldfd, int newfd, int flags)
{
	return (int)__sysret(sys(dup3, oldfd, newfd, flags));
}
