/* Status, modes, owners and times of files. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "syscall.h"

int stat(const char *restrict path, struct stat *restrict buf)
{
	return (int)__sysret(sys(stat, path, buf));
}

int lstat(const char *restrict path, struct stat *restrict buf)
{
	return (int)__sysret(sys(lstat, path, buf));
}

int fstat(int fd, struct stat *buf)
{
	return (int)__sysret(sys(fstat, fd, buf));
}

int fstatat(int dirfd, const char *restrict path, struct stat *restrict buf, int flags)
{
	return (int)__sysret(sys(newfstatat, dirfd, path, buf, flags));
}

int access(const char *path, int mode)
{
	return (int)__sysret(sys(access, path, mode));
}

int faccessat(int dirfd, const char *path, int mode, int flags)
{
	if (!flags)
		return (int)__sysret(sys(faccessat, dirfd, path, mode));
	return (int)__sysret(sys(faccessat2, dirfd, path, mode, flags));
}

int chmod(const char *path, mode_t mode)
{
	return (int)__sysret(sys(chmod, path, mode));
}

int fchmod(int fd, mode_t mode)
{
	return (int)__sysret(sys(fchmod, fd, mode));
}

/* The system call has no flags; a mode of a symbolic link cannot be set, as on Linux. */
int fchmodat(int dirfd, const char *path, mode_t mode, int flags)
{
	if (flags) {
		errno = flags == AT_SYMLINK_NOFOLLOW ? EOPNOTSUPP : EINVAL;
		return -1;
	}
	return (int)__sysret(sys(fchmodat, dirfd, path, mode));
}

int chown(const char *path, uid_t owner, gid_t group)
{
	return (int)__sysret(sys(chown, path, owner, group));
}

int lchown(const char *path, uid_t owner, gid_t group)
{
	return (int)__sysret(sys(lchown, path, owner, group));
}

int fchown(int fd, uid_t owner, gid_t group)
{
	return (int)__sysret(sys(fchown, fd, owner, group));
}

mode_t umask(mode_t mask)
{
	return (mode_t)sys(umask, mask);
}

int utimensat(int dirfd, const char *path, const struct timespec times[2], int flags)
{
	return (int)__sysret(sys(utimensat, dirfd, path, times, flags));
}

int futimens(int fd, const struct timespec times[2])
{
	return (int)__sysret(sys(utimensat, fd, 0, times, 0));
}

int truncate(const char *path, off_t length)
{
	return (int)__sysret(sys(truncate, path, length));
}
