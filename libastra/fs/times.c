/* A file's times in the older units; all end in utimensat. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <utime.h>

int utime(const char *path, const struct utimbuf *times)
{
	struct timespec both[2];

	if (!times)
		return utimensat(AT_FDCWD, path, NULL, 0);
	both[0] = (struct timespec){ times->actime, 0 };
	both[1] = (struct timespec){ times->modtime, 0 };
	return utimensat(AT_FDCWD, path, both, 0);
}

static const struct timespec *convert(struct timespec both[2], const struct timeval times[2])
{
	if (!times)
		return NULL;
	for (int i = 0; i < 2; i++)
		both[i] = (struct timespec){ times[i].tv_sec, times[i].tv_usec * 1000 };
	return both;
}

int utimes(const char *path, const struct timeval times[2])
{
	struct timespec both[2];

	return utimensat(AT_FDCWD, path, convert(both, times), 0);
}

int lutimes(const char *path, const struct timeval times[2])
{
	struct timespec both[2];

	return utimensat(AT_FDCWD, path, convert(both, times), AT_SYMLINK_NOFOLLOW);
}

int futimes(int fd, const struct timeval times[2])
{
	struct timespec both[2];

	return futimens(fd, convert(both, times));
}
