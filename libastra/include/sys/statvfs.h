/* What a file system has room for. */
#ifndef _SYS_STATVFS_H
#define _SYS_STATVFS_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

#define ST_RDONLY 1
#define ST_NOSUID 2

struct statvfs {
	unsigned long f_bsize, f_frsize;	/* bytes: preferred for reading; the unit of the counts */
	unsigned long f_blocks, f_bfree, f_bavail;
	unsigned long f_files, f_ffree, f_favail;
	unsigned long f_fsid, f_flag, f_namemax;
};

/* 0, or -1 with errno. Counts are in units of f_frsize; f_bavail and f_favail are what an ordinary user may take. */
int statvfs(const char *restrict path, struct statvfs *restrict buf);
int fstatvfs(int fd, struct statvfs *buf);

__ASTRA_END_DECLS

#endif
