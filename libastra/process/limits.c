/* Small questions about the system, the terminal and files' limits. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

int getpagesize(void)
{
	return 4096;
}

int getdtablesize(void)
{
	return (int)sysconf(_SC_OPEN_MAX);
}

int gethostname(char *name, size_t size)
{
	struct utsname names;

	if (uname(&names) < 0)
		return -1;
	if (strlcpy(name, names.nodename, size) >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

int getentropy(void *buf, size_t size)
{
	if (size <= 256 && getrandom(buf, size, 0) == (ssize_t)size)
		return 0;
	errno = EIO;
	return -1;
}

static long limit(int name)
{
	switch (name) {
	case _PC_LINK_MAX: return 127;
	case _PC_NAME_MAX: return NAME_MAX;
	case _PC_PATH_MAX: return PATH_MAX;
	case _PC_PIPE_BUF: return PIPE_BUF;
	case _PC_MAX_CANON: return 255;
	case _PC_MAX_INPUT: return 255;
	case _PC_CHOWN_RESTRICTED: return 1;
	case _PC_NO_TRUNC: return 1;
	case _PC_VDISABLE: return 0;
	case _PC_FILESIZEBITS: return FILESIZEBITS;
	case _PC_SYMLINK_MAX: return PATH_MAX - 1;
	}
	errno = EINVAL;
	return -1;
}

long pathconf(const char *path, int name)
{
	return access(path, F_OK) < 0 ? -1 : limit(name);
}

long fpathconf(int fd, int name)
{
	return limit(name);
}

/* The kernel knows the name of what is open. */
int ttyname_r(int fd, char *buf, size_t size)
{
	char link[32];
	ssize_t n;

	if (!isatty(fd))
		return errno;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, buf, size);
	if (n < 0)
		return errno;
	if ((size_t)n >= size)
		return ERANGE;
	buf[n] = 0;
	return 0;
}

char *ttyname(int fd)
{
	static char name[64];
	int error = ttyname_r(fd, name, sizeof(name));

	if (!error)
		return name;
	errno = error;
	return NULL;
}

char *ctermid(char *buf)
{
	static char name[L_ctermid];

	return strcpy(buf ? buf : name, "/dev/tty");
}

void swab(const void *restrict from, void *restrict to, ssize_t size)
{
	const char *f = from;
	char *t = to;

	for (; size > 1; size -= 2, f += 2, t += 2) {
		char first = f[0];

		t[0] = f[1];
		t[1] = first;
	}
}
