/* Pseudo-terminals: the master's side of /dev/ptmx. The slave's owner and mode are the kernel's doing. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

int posix_openpt(int flags)
{
	return open("/dev/ptmx", flags);
}

int ptsname_r(int fd, char *buf, size_t size)
{
	unsigned int number;

	if (ioctl(fd, TIOCGPTN, &number) < 0)
		return errno;
	return (size_t)snprintf(buf, size, "/dev/pts/%u", number) >= size ? ERANGE : 0;
}

char *ptsname(int fd)
{
	static char name[32];
	int error = ptsname_r(fd, name, sizeof(name));

	if (!error)
		return name;
	errno = error;
	return NULL;
}

int grantpt(int fd)
{
	unsigned int number;

	return ioctl(fd, TIOCGPTN, &number);
}

int unlockpt(int fd)
{
	return ioctl(fd, TIOCSPTLCK, &(int){ 0 });
}
