/* What a file system has room for, as the kernel says it. */
#ifndef _SYS_STATFS_H
#define _SYS_STATFS_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

typedef struct { int __val[2]; } fsid_t;

struct statfs {
	long f_type, f_bsize;		/* magic number; bytes of a block */
	unsigned long f_blocks, f_bfree, f_bavail;
	unsigned long f_files, f_ffree;
	fsid_t f_fsid;
	long f_namelen, f_frsize, f_flags, f_spare[4];
};

/* 0, or -1 with errno: statfs(2). */
int statfs(const char *path, struct statfs *buf);
int fstatfs(int fd, struct statfs *buf);

__ASTRA_END_DECLS

#endif
