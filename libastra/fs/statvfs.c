/* The room on file systems. */
#include <string.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include "syscall.h"

int statfs(const char *path, struct statfs *buf)
{
	return (int)__sysret(sys(statfs, path, buf));
}

int fstatfs(int fd, struct statfs *buf)
{
	return (int)__sysret(sys(fstatfs, fd, buf));
}

static int convert(const struct statfs *from, struct statvfs *to)
{
	*to = (struct statvfs){
		.f_bsize = (unsigned long)from->f_bsize, .f_blocks = from->f_blocks, .f_bfree = from->f_bfree,
		.f_frsize = (unsigned long)(from->f_frsize ? from->f_frsize : from->f_bsize), .f_bavail = from->f_bavail,
		.f_files = from->f_files, .f_ffree = from->f_ffree, .f_favail = from->f_ffree,
		.f_fsid = (unsigned int)from->f_fsid.__val[0] | (unsigned long)(unsigned int)from->f_fsid.__val[1] << 32,
		.f_flag = (unsigned long)from->f_flags & (ST_RDONLY | ST_NOSUID), .f_namemax = (unsigned long)from->f_namelen,
	};
	return 0;
}

int statvfs(const char *restrict path, struct statvfs *restrict buf)
{
	struct statfs raw;

	return statfs(path, &raw) < 0 ? -1 : convert(&raw, buf);
}

int fstatvfs(int fd, struct statvfs *buf)
{
	struct statfs raw;

	return fstatfs(fd, &raw) < 0 ? -1 : convert(&raw, buf);
}
