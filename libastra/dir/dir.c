/* Directory streams over getdents64. A stream belongs to one thread at a time. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "syscall.h"

struct __dir {
	int fd;
	long position;		/* of the next entry, for telldir */
	size_t at, filled;	/* bytes of the buffer: consumed, valid */
	char buffer[8192] __attribute__((aligned(8)));
};

_Static_assert(__builtin_offsetof(struct dirent, d_name) == 19, "the kernel's linux_dirent64");

DIR *fdopendir(int fd)
{
	struct stat status;
	DIR *dir;

	if (fstat(fd, &status) < 0)
		return NULL;
	if (!S_ISDIR(status.st_mode)) {
		errno = ENOTDIR;
		return NULL;
	}
	dir = malloc(sizeof(*dir));
	if (!dir)
		return NULL;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	dir->fd = fd;
	dir->position = 0;
	dir->at = dir->filled = 0;
	return dir;
}

DIR *opendir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir)
		close(fd);
	return dir;
}

struct dirent *readdir(DIR *dir)
{
	struct dirent *entry;

	if (dir->at >= dir->filled) {
		long n = sys(getdents64, dir->fd, dir->buffer, sizeof(dir->buffer));

		if (n <= 0) {
			if (n < 0 && n != -ENOENT)
				__sysret(n);
			return NULL;
		}
		dir->at = 0;
		dir->filled = (size_t)n;
	}
	entry = (struct dirent *)(dir->buffer + dir->at);
	dir->at += entry->d_reclen;
	dir->position = entry->d_off;
	return entry;
}

long telldir(DIR *dir)
{
	return dir->position;
}

void seekdir(DIR *dir, long position)
{
	lseek(dir->fd, position, SEEK_SET);
	dir->position = position;
	dir->at = dir->filled = 0;
}

void rewinddir(DIR *dir)
{
	seekdir(dir, 0);
}

int dirfd(DIR *dir)
{
	return dir->fd;
}

int closedir(DIR *dir)
{
	int fd = dir->fd;

	free(dir);
	return close(fd);
}

int readdir_r(DIR *restrict dir, struct dirent *restrict entry, struct dirent **restrict result)
{
	int saved = errno, error;

	errno = 0;
	*result = readdir(dir);
	error = *result ? 0 : errno;
	errno = saved;
	if (*result)
		*result = memcpy(entry, *result, (*result)->d_reclen < sizeof(*entry) ? (*result)->d_reclen : sizeof(*entry));
	return error;
}
