/* Making, linking, renaming and removing names. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "syscall.h"

int mkdir(const char *path, mode_t mode)
{
	return (int)__sysret(sys(mkdir, path, mode));
}

int mkdirat(int dirfd, const char *path, mode_t mode)
{
	return (int)__sysret(sys(mkdirat, dirfd, path, mode));
}

int mknod(const char *path, mode_t mode, dev_t dev)
{
	return (int)__sysret(sys(mknod, path, mode, dev));
}

int mkfifo(const char *path, mode_t mode)
{
	return mknod(path, (mode & 07777) | S_IFIFO, 0);
}

int link(const char *oldpath, const char *newpath)
{
	return (int)__sysret(sys(link, oldpath, newpath));
}

int symlink(const char *target, const char *linkpath)
{
	return (int)__sysret(sys(symlink, target, linkpath));
}

ssize_t readlink(const char *restrict path, char *restrict buf, size_t size)
{
	return __sysret(sys(readlink, path, buf, size));
}

int unlink(const char *path)
{
	return (int)__sysret(sys(unlink, path));
}

int unlinkat(int dirfd, const char *path, int flags)
{
	return (int)__sysret(sys(unlinkat, dirfd, path, flags));
}

int rmdir(const char *path)
{
	return (int)__sysret(sys(rmdir, path));
}

int rename(const char *oldpath, const char *newpath)
{
	return (int)__sysret(sys(rename, oldpath, newpath));
}

int renameat(int olddirfd, const char *oldpath, int newdirfd, const char *newpath)
{
	return (int)__sysret(sys(renameat, olddirfd, oldpath, newdirfd, newpath));
}

int remove(const char *path)
{
	if (unlink(path) == 0)
		return 0;
	return errno == EISDIR ? rmdir(path) : -1;
}

int linkat(int olddirfd, const char *oldpath, int newdirfd, const char *newpath, int flags)
{
	return (int)__sysret(sys(linkat, olddirfd, oldpath, newdirfd, newpath, flags));
}

int symlinkat(const char *target, int dirfd, const char *linkpath)
{
	return (int)__sysret(sys(symlinkat, target, dirfd, linkpath));
}

ssize_t readlinkat(int dirfd, const char *restrict path, char *restrict buf, size_t size)
{
	return __sysret(sys(readlinkat, dirfd, path, buf, size));
}

int mkfifoat(int dirfd, const char *path, mode_t mode)
{
	return mknodat(dirfd, path, (mode & ~(mode_t)S_IFMT) | S_IFIFO, 0);
}

int mknodat(int dirfd, const char *path, mode_t mode, dev_t dev)
{
	return (int)__sysret(sys(mknodat, dirfd, path, mode, dev));
}

int fchownat(int dirfd, const char *path, uid_t owner, gid_t group, int flags)
{
	return (int)__sysret(sys(fchownat, dirfd, path, owner, group, flags));
}
