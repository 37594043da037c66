/* Opening files and control of descriptors. */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cancel.h"

static int open_at(int dirfd, const char *path, int flags, mode_t mode)
{
	return (int)__sysret(sys_cancel(openat, dirfd, path, flags, mode));
}

int openat(int dirfd, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode = 0;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	return open_at(dirfd, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode = 0;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	return open_at(AT_FDCWD, path, flags, mode);
}

int creat(const char *path, mode_t mode)
{
	return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* Only waiting for a lock is a cancellation point. */
int fcntl(int fd, int command, ...)
{
	va_list args;
	unsigned long argument;

	va_start(args, command);
	argument = va_arg(args, unsigned long);
	va_end(args);
	if (command == F_SETLKW)
		return (int)__sysret(sys_cancel(fcntl, fd, command, argument));
	return (int)__sysret(sys(fcntl, fd, command, argument));
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	unsigned long argument;

	va_start(args, request);
	argument = va_arg(args, unsigned long);
	va_end(args);
	return (int)__sysret(sys(ioctl, fd, request, argument));
}

int isatty(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0;
}
