/*
 * File status and modes. Every function returns 0, or -1 with errno. The structure is Linux's x86-64 one, as the
 * kernel fills it. Modes of new files lose the bits of umask. inode(7), stat(2)
 */
#ifndef _SYS_STAT_H
#define _SYS_STAT_H

#include <features.h>
#include <sys/types.h>
#include <time.h>

__ASTRA_BEGIN_DECLS

struct stat {
	dev_t st_dev;			/* device that holds the file */
	ino_t st_ino;
	nlink_t st_nlink;		/* hard links */
	mode_t st_mode;			/* type and permissions */
	uid_t st_uid;
	gid_t st_gid;
	unsigned int __pad0;
	dev_t st_rdev;			/* device that a device file names */
	off_t st_size;			/* bytes */
	blksize_t st_blksize;		/* preferred size of reads, bytes */
	blkcnt_t st_blocks;		/* allocated, units of 512 bytes */
	struct timespec st_atim;
	struct timespec st_mtim;
	struct timespec st_ctim;
	long __unused[3];
};
#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec

#define S_IFMT   0170000
#define S_IFSOCK 0140000
#define S_IFLNK  0120000
#define S_IFREG  0100000
#define S_IFBLK  0060000
#define S_IFDIR  0040000
#define S_IFCHR  0020000
#define S_IFIFO  0010000
#define S_ISUID  04000
#define S_ISGID  02000
#define S_ISVTX  01000
#define S_IRWXU  0700
#define S_IRUSR  0400
#define S_IWUSR  0200
#define S_IXUSR  0100
#define S_IRWXG  0070
#define S_IRGRP  0040
#define S_IWGRP  0020
#define S_IXGRP  0010
#define S_IRWXO  0007
#define S_IROTH  0004
#define S_IWOTH  0002
#define S_IXOTH  0001

#define S_ISDIR(mode)  (((mode) & S_IFMT) == S_IFDIR)
#define S_ISCHR(mode)  (((mode) & S_IFMT) == S_IFCHR)
#define S_ISBLK(mode)  (((mode) & S_IFMT) == S_IFBLK)
#define S_ISREG(mode)  (((mode) & S_IFMT) == S_IFREG)
#define S_ISFIFO(mode) (((mode) & S_IFMT) == S_IFIFO)
#define S_ISLNK(mode)  (((mode) & S_IFMT) == S_IFLNK)
#define S_ISSOCK(mode) (((mode) & S_IFMT) == S_IFSOCK)

#define UTIME_NOW  0x3fffffff
#define UTIME_OMIT 0x3ffffffe

/* lstat: a symbolic link itself. ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG; fstat: EBADF. */
int stat(const char *restrict path, struct stat *restrict buf);
int lstat(const char *restrict path, struct stat *restrict buf);
int fstat(int fd, struct stat *buf);
/* flags: AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH. */
int fstatat(int dirfd, const char *restrict path, struct stat *restrict buf, int flags);
/* The owner's or root's to change: EPERM. mknod of a device needs CAP_MKNOD. EEXIST, EROFS, ENOSPC. */
int chmod(const char *path, mode_t mode);
int fchmod(int fd, mode_t mode);
int fchmodat(int dirfd, const char *path, mode_t mode, int flags);
int mkdir(const char *path, mode_t mode);
int mkdirat(int dirfd, const char *path, mode_t mode);
int mkfifo(const char *path, mode_t mode);
int mknod(const char *path, mode_t mode, dev_t dev);
int mkfifoat(int dirfd, const char *path, mode_t mode);
int mknodat(int dirfd, const char *path, mode_t mode, dev_t dev);
/* Sets the file creation mask, returns the old one; never fails. */
mode_t umask(mode_t mask);
/* times[0] access, times[1] modification; NULL means now; tv_nsec may be UTIME_NOW or UTIME_OMIT. */
int utimensat(int dirfd, const char *path, const struct timespec times[2], int flags);
int futimens(int fd, const struct timespec times[2]);

__ASTRA_END_DECLS

#endif
