/*
 * Everything in a memory file system but regular files: directories, symbolic links, device nodes, FIFOs; and nameless
 * shared memory. A directory's contents are its dentries (dentry.c), so there is little here but tables.
 * Task context, and boot.
 */
#include "fs/devices.h"
#include "fs/file.h"
#include "fs/memfs.h"
#include "fs/pipe.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"

#define TMPFS_MAGIC 0x01021994

static struct filesystem shmem_fs = { .type = "tmpfs", .magic = TMPFS_MAGIC, .device = 2 };

static const char *memfs_link_target(struct inode *inode)
{
	return inode->data;
}

static void memfs_link_evict(struct inode *inode)
{
	kfree(inode->data);
}

static const struct inode_ops memfs_link_ops = {
	.link_target = memfs_link_target,
	.evict = memfs_link_evict,
	.has_xattrs = true,
};

const struct inode_ops memfs_directory_ops = {
	.create = memfs_create,
	.symlink = memfs_symlink,
	.has_xattrs = true,
};

const struct inode_ops memfs_special_ops = { .evict = pipe_evict, .has_xattrs = true };

static int directory_open(struct inode *inode, struct file *f)
{
	f->data = kzalloc(sizeof(struct dir_cursor));
	return f->data ? 0 : -ENOMEM;
}

static int directory_readdir(struct file *f, struct dir_context *c)
{
	dentry_list(dentry_real(f->dentry), c, f->data);
	return 0;
}

static ssize_t directory_read(struct file *f, struct uio *u, u64 *pos)
{
	return -EISDIR;
}

static i64 directory_seek(struct file *f, i64 offset, int whence)
{
	if (whence == SEEK_CUR)
		offset += (i64)f->pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	f->pos = (u64)offset;
	return offset;
}

static void directory_release(struct file *f)
{
	struct dir_cursor *cursor = f->data;

	if (cursor->at)
		dentry_put(cursor->at);
	kfree(cursor);
}

const struct file_ops memfs_directory_file_ops = {
	.open = directory_open,
	.read = directory_read,
	.readdir = directory_readdir,
	.seek = directory_seek,
	.release = directory_release,
};

struct inode *memfs_inode(struct filesystem *fs, u32 mode, u64 rdev)
{
	struct inode *i;

	switch (mode & S_IFMT) {
	case S_IFREG:
		i = memfs_regular_inode(fs, mode);
		break;
	case S_IFDIR:
		i = inode_alloc(fs, mode, &memfs_directory_ops, &memfs_directory_file_ops);
		break;
	case S_IFIFO:
		i = inode_alloc(fs, mode, &memfs_special_ops, &fifo_file_ops);
		break;
	case S_IFCHR:
	case S_IFBLK:
		i = inode_alloc(fs, mode, &memfs_special_ops, &device_file_ops);
		break;
	default:
		i = inode_alloc(fs, mode, &memfs_special_ops, NULL);
		break;
	}
	if (!i)
		return ERR_PTR(-ENOMEM);
	i->rdev = rdev;
	return i;
}

static bool may_grow(const struct filesystem *fs)
{
	u64 limit = READ_ONCE(fs->max_inodes);

	return memfs_room() && (!limit || (u64)atomic_read(&fs->inode_count) < limit);
}

struct inode *memfs_create(struct inode *dir, u32 mode, u64 rdev)
{
	return may_grow(dir->fs) ? memfs_inode(dir->fs, mode, rdev) : ERR_PTR(-ENOSPC);
}

struct inode *memfs_symlink_inode(struct filesystem *fs, const char *target, size_t length)
{
	char *copy = kmalloc(length + 1);
	struct inode *i;

	if (!copy)
		return ERR_PTR(-ENOMEM);
	memcpy(copy, target, length);
	copy[length] = '\0';
	i = inode_alloc(fs, S_IFLNK | 0777, &memfs_link_ops, NULL);
	if (!i) {
		kfree(copy);
		return ERR_PTR(-ENOMEM);
	}
	i->data = copy;
	i->size = length;
	return i;
}

struct inode *memfs_symlink(struct inode *dir, const char *target)
{
	return may_grow(dir->fs) ? memfs_symlink_inode(dir->fs, target, strlen(target)) : ERR_PTR(-ENOSPC);
}

struct file *shmem_file_create(const char *name, u64 size)
{
	struct dentry *d = dentry_alloc(NULL, name, strlen(name));
	struct inode *i;
	struct file *f;

	if (!d)
		return ERR_PTR(-ENOMEM);
	d->deleted = true;
	i = memfs_inode(&shmem_fs, S_IFREG | 0777, 0);
	if (IS_ERR(i)) {
		dentry_put(d);
		return (struct file *)i;
	}
	d->inode = i;
	i->size = size;
	inode_get(i);
	f = file_open_inode(i, d, O_RDWR);
	if (IS_ERR(f)) {
		inode_put(i);
		dentry_put(d);
	}
	return f;
}
