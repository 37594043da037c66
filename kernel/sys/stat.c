/* stat and its family, access, statfs. Task context; no lock. */
#include "fs/file.h"
#include "fs/memfs.h"
#include "fs/path.h"
#include "fs/stat.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/usercopy.h"
#include "sched/process.h"
#include "sched/task.h"

static long put_stat(struct inode *inode, uaddr buf)
{
	struct linux_stat st;

	inode_fill_stat(inode, &st);
	return put_user_object(buf, &st);
}

static long stat_path(int dirfd, uaddr path, uaddr buf, unsigned flags)
{
	struct dentry *d = path_lookup_user(dirfd, path, flags);
	long result;

	if (IS_ERR(d))
		return PTR_ERR(d);
	result = put_stat(d->inode, buf);
	dentry_put(d);
	return result;
}

long sys_stat(uaddr path, uaddr buf)
{
	return stat_path(AT_FDCWD, path, buf, PATH_FOLLOW);
}

long sys_lstat(uaddr path, uaddr buf)
{
	return stat_path(AT_FDCWD, path, buf, 0);
}

long sys_fstat(int fd, uaddr buf)
{
	struct file *f = fd_get_any(fd);
	long result;

	if (!f)
		return -EBADF;
	result = put_stat(f->inode, buf);
	file_put(f);
	return result;
}

static unsigned walk_flags(int flags)
{
	return (flags & AT_SYMLINK_NOFOLLOW ? 0 : PATH_FOLLOW) | (flags & AT_EMPTY_PATH ? PATH_EMPTY : 0);
}

/* fstat by another name: libc's usual way to ask about a descriptor. */
static bool is_empty_path(uaddr path, int flags)
{
	char first;

	return (flags & AT_EMPTY_PATH) && copy_from_user(&first, path, 1) == 0 && first == '\0';
}

long sys_newfstatat(int dirfd, uaddr path, uaddr buf, int flags)
{
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH))
		return -EINVAL;
	if (dirfd >= 0 && is_empty_path(path, flags))
		return sys_fstat(dirfd, buf);
	return stat_path(dirfd, path, buf, walk_flags(flags));
}

static struct linux_statx_timestamp statx_time(u64 ns)
{
	struct linux_statx_timestamp t = { .sec = (i64)ns / (i64)NS_PER_SEC };
	i64 rest = (i64)ns % (i64)NS_PER_SEC;

	if (rest < 0) {
		rest += NS_PER_SEC;
		t.sec--;
	}
	t.nsec = (u32)rest;
	return t;
}

static void fill_statx(struct dentry *d, struct linux_statx *x)
{
	struct inode *i = d->inode;
	bool is_root = dentry_mount(d)->root == d;

	*x = (struct linux_statx){
		.mask = STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID,
		.blksize = PAGE_SIZE,
		.attributes = is_root ? STATX_ATTR_MOUNT_ROOT : 0,
		.attributes_mask = STATX_ATTR_MOUNT_ROOT,
		.nlink = (u32)atomic_read(&i->nlink),
		.uid = i->uid,
		.gid = i->gid,
		.mode = (u16)i->mode,
		.ino = i->ino,
		.size = i->size,
		.blocks = inode_blocks(i),
		.atime = statx_time(i->atime),
		.btime = statx_time(i->btime),
		.ctime = statx_time(i->ctime),
		.mtime = statx_time(i->mtime),
		.rdev_major = MAJOR(i->rdev),
		.rdev_minor = MINOR(i->rdev),
		.dev_major = MAJOR(i->fs->device),
		.dev_minor = MINOR(i->fs->device),
		.mount_id = (u64)dentry_mount(d)->id,
	};
}

#define AT_STATX_SYNC_TYPE 0x6000

long sys_statx(int dirfd, uaddr path, int flags, unsigned mask, uaddr buf)
{
	struct linux_statx x;
	struct dentry *d;

	if ((mask & STATX_RESERVED) || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
		return -EINVAL;
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE))
		return -EINVAL;
	d = path_lookup_user(dirfd, path, walk_flags(flags));
	if (IS_ERR(d))
		return PTR_ERR(d);
	fill_statx(d, &x);
	dentry_put(d);
	return put_user_object(buf, &x);
}

/* access(2) asks with the real ids; root's rule follows the real uid then. */
static const struct cred *real_cred(void)
{
	const struct cred *c = current->cred;
	struct cred *copy;

	if (c->fsuid == c->uid && c->fsgid == c->gid && (c->uid == 0 || !c->caps.effective))
		return cred_get(c);
	copy = cred_copy(c, c->group_count);
	if (!copy)
		return NULL;
	copy->fsuid = copy->euid = c->uid;
	copy->fsgid = copy->egid = c->gid;
	if (!(c->securebits & SECBIT_NO_SETUID_FIXUP))
		copy->caps.effective = c->uid == 0 ? c->caps.permitted : 0;
	return copy;
}

/* The walk to the file obeys the same credentials as the question about the file. */
/* What the mount forbids beside the file's own rights. */
static int mount_permission(const struct dentry *d, unsigned access)
{
	const struct mount *m = dentry_mount(d);
	u32 mode = d->inode->mode;

	if ((access & MAY_EXEC) && S_ISREG(mode) && (m->flags & MS_NOEXEC))
		return -EACCES;
	if ((access & MAY_WRITE) && (S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode)) && mount_readonly(m))
		return -EROFS;
	return 0;
}

static long access_as(int dirfd, uaddr path, int mode, int flags, const struct cred *asked)
{
	char *text = path_from_user(path);
	struct dentry *d;
	long result = 0;

	if (IS_ERR(text))
		return PTR_ERR(text);
	d = path_lookup_as(dirfd, text, walk_flags(flags), asked);
	path_buffer_put(text);
	if (IS_ERR(d))
		return PTR_ERR(d);
	if (mode)
		result = inode_permission(d->inode, asked, (unsigned)mode);
	if (!result)
		result = mount_permission(d, (unsigned)mode);
	dentry_put(d);
	return result;
}

static long do_access(int dirfd, uaddr path, int mode, int flags)
{
	const struct cred *asked;
	long result;

	if ((mode & ~7) || (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)))
		return -EINVAL;
	asked = flags & AT_EACCESS ? cred_get(current->cred) : real_cred();
	if (!asked)
		return -ENOMEM;
	result = access_as(dirfd, path, mode, flags, asked);
	cred_put(asked);
	return result;
}

long sys_access(uaddr path, int mode)
{
	return do_access(AT_FDCWD, path, mode, 0);
}

long sys_faccessat(int dirfd, uaddr path, int mode)
{
	return do_access(dirfd, path, mode, 0);
}

long sys_faccessat2(int dirfd, uaddr path, int mode, int flags)
{
	return do_access(dirfd, path, mode, flags);
}

#define ST_RELATIME 0x1000
#define ST_VALID    0x0020

/* What statfs says of a mount: ST_ flags have the values of MS_ flags, but for those of times. */
static i64 statfs_flags(const struct mount *m)
{
	i64 flags = m->flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME);

	if (mount_readonly(m))
		flags |= MS_RDONLY;
	return flags | ST_VALID | (m->flags & (MS_NOATIME | MS_STRICTATIME) ? 0 : ST_RELATIME);
}

static void put_room(struct linux_statfs *st, const struct filesystem *fs)
{
	struct frame_stats frames;
	u64 used = (u64)atomic_read(&fs->pages), inodes = (u64)atomic_read(&fs->inode_count);

	frame_stats(&frames);
	st->f_blocks = fs->max_pages ? fs->max_pages : frames.total;
	st->f_bfree = fs->max_pages ? fs->max_pages - MIN(used, fs->max_pages) : frames.free;
	st->f_bavail = fs->max_pages ? st->f_bfree : memfs_room();
	st->f_files = fs->max_inodes ? fs->max_inodes : inodes + frames.free;
	st->f_ffree = fs->max_inodes ? fs->max_inodes - MIN(inodes, fs->max_inodes) : frames.free;
}

static long put_statfs(struct inode *inode, const struct mount *m, uaddr buf)
{
	struct filesystem *fs = inode->fs;
	struct linux_statfs st = {
		.f_type = (i64)fs->magic,
		.f_bsize = PAGE_SIZE,
		.f_frsize = PAGE_SIZE,
		.f_fsid = { (i32)fs->device, 0 },
		.f_namelen = NAME_MAX,
		.f_flags = statfs_flags(m),
	};

	if (fs->root && fs->root->inode->ops->create)
		put_room(&st, fs);
	return put_user_object(buf, &st);
}

long sys_statfs(uaddr path, uaddr buf)
{
	struct dentry *d = path_lookup_user(AT_FDCWD, path, PATH_FOLLOW);
	long result;

	if (IS_ERR(d))
		return PTR_ERR(d);
	result = put_statfs(d->inode, dentry_mount(d), buf);
	dentry_put(d);
	return result;
}

long sys_fstatfs(int fd, uaddr buf)
{
	struct file *f = fd_get_any(fd);
	long result;

	if (!f)
		return -EBADF;
	result = put_statfs(f->inode, f->dentry ? dentry_mount(f->dentry) : &f->inode->fs->native, buf);
	file_put(f);
	return result;
}
