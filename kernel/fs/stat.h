/* Structures of Linux x86-64 that describe files: struct stat, statx and statfs, as the system calls lay them out. */
#ifndef FS_STAT_H
#define FS_STAT_H

#include "lib/types.h"

struct linux_stat {
	u64 st_dev, st_ino, st_nlink;
	u32 st_mode, st_uid, st_gid, pad0;
	u64 st_rdev;
	i64 st_size, st_blksize, st_blocks;
	i64 st_atime, st_atime_nsec;
	i64 st_mtime, st_mtime_nsec;
	i64 st_ctime, st_ctime_nsec;
	i64 unused[3];
};
_Static_assert(sizeof(struct linux_stat) == 144, "Linux's size");

struct linux_statx_timestamp {
	i64 sec;
	u32 nsec;
	i32 reserved;
};

struct linux_statx {
	u32 mask, blksize;
	u64 attributes;
	u32 nlink, uid, gid;
	u16 mode, spare0;
	u64 ino, size, blocks, attributes_mask;
	struct linux_statx_timestamp atime, btime, ctime, mtime;
	u32 rdev_major, rdev_minor, dev_major, dev_minor;
	u64 mount_id;
	u32 dio_mem_align, dio_offset_align;
	u64 spare[12];
};
_Static_assert(sizeof(struct linux_statx) == 256, "Linux's size");

#define STATX_BASIC_STATS   0x7ffu
#define STATX_BTIME         0x800u
#define STATX_MNT_ID        0x1000u
#define STATX_RESERVED      0x80000000u
#define STATX_ATTR_MOUNT_ROOT 0x2000u

struct linux_statfs {
	i64 f_type, f_bsize;
	u64 f_blocks, f_bfree, f_bavail, f_files, f_ffree;
	i32 f_fsid[2];
	i64 f_namelen, f_frsize, f_flags, f_spare[4];
};
_Static_assert(sizeof(struct linux_statfs) == 120, "Linux's size");

#endif
