/*
 * Devices by number, and /dev, a memory file system with a node for each of them. The table only grows; devices_lock guards
 * it. A device node of any file system finds its driver here when it is opened. Task context and boot.
 */
#include "fs/devices.h"
#include "fs/memfs.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"

#define TMPFS_MAGIC 0x01021994

/* All [I] once on the list. */
struct device {
	struct device *next;
	u64 rdev;
	u32 type;			/* S_IFCHR or S_IFBLK */
	const struct file_ops *ops;
	void *data;
};

static struct spinlock devices_lock = SPINLOCK_INIT("devices", RANK_DEVICE);
static struct device *devices;		/* [devices_lock] */
static struct filesystem devfs = { .type = "devtmpfs", .magic = TMPFS_MAGIC, .device = 5 };

static struct device *device_find(u32 type, u64 rdev)
{
	struct device *d;
	irqstate s = spin_lock_irqsave(&devices_lock);

	for (d = devices; d && (d->rdev != rdev || d->type != type); d = d->next)
		;
	spin_unlock_irqrestore(&devices_lock, s);
	return d;
}

/* From here on the file is the driver's: its ops replace these. */
static int device_open(struct inode *inode, struct file *f)
{
	struct device *d = device_find(inode->mode & S_IFMT, inode->rdev);

	if (!d)
		return -ENXIO;
	f->ops = d->ops;
	f->data = d->data;
	return d->ops->open ? d->ops->open(inode, f) : 0;
}

const struct file_ops device_file_ops = { .open = device_open };

/* A new name in a directory of /dev; takes the inode over. */
static int add_node(struct dentry *dir, const char *name, size_t length, struct inode *inode, struct dentry **made)
{
	struct dentry *d;
	int error = 0;

	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	mutex_lock(&dir->inode->lock);
	*made = dentry_find(dir, name, length);
	if (*made)
		error = -EEXIST;
	d = error ? NULL : dentry_alloc(dir, name, length);
	if (!d) {
		mutex_unlock(&dir->inode->lock);
		inode_put(inode);
		return error ? error : -ENOMEM;
	}
	atomic_inc(&inode->nlink);
	if (S_ISDIR(inode->mode)) {
		atomic_inc(&inode->nlink);
		atomic_inc(&dir->inode->nlink);
	}
	dentry_add(d, inode);
	mutex_unlock(&dir->inode->lock);
	*made = d;
	return 0;
}

/* The directory that will hold the last component of `name`, referenced, made when missing. *name becomes that component. */
static struct dentry *node_directory(const char **name)
{
	struct dentry *dir = devfs.root, *next;
	const char *slash;
	int error;

	dentry_get(dir);
	while ((slash = strchr(*name, '/'))) {
		size_t length = (size_t)(slash - *name);

		next = NULL;
		error = add_node(dir, *name, length, memfs_inode(&devfs, S_IFDIR | 0755, 0), &next);
		dentry_put(dir);
		if (error && error != -EEXIST)
			return ERR_PTR(error);
		dir = next;
		*name = slash + 1;
	}
	return dir;
}

static int make_node(const char *name, u32 mode, u64 rdev)
{
	struct dentry *dir = node_directory(&name), *node = NULL;
	int error;

	if (IS_ERR(dir))
		return (int)PTR_ERR(dir);
	error = add_node(dir, name, strlen(name), memfs_inode(&devfs, mode, rdev), &node);
	if (node)
		dentry_put(node);
	dentry_put(dir);
	return error;
}

int device_register(const char *name, u32 mode, u64 rdev, const struct file_ops *ops, void *data)
{
	struct device *d = kmalloc(sizeof(*d));
	irqstate s;
	int error;

	ASSERT(devfs.root);
	if (!d)
		return -ENOMEM;
	if ((mode & S_IFMT) == 0)
		mode |= S_IFCHR;
	*d = (struct device){ .rdev = rdev, .type = mode & S_IFMT, .ops = ops, .data = data };
	error = device_find(d->type, rdev) ? -EEXIST : make_node(name, mode, rdev);
	if (error) {
		kfree(d);
		return error;
	}
	s = spin_lock_irqsave(&devices_lock);
	d->next = devices;
	devices = d;
	spin_unlock_irqrestore(&devices_lock, s);
	return 0;
}

static void add_link(const char *name, const char *target)
{
	struct dentry *made = NULL;
	int error = add_node(devfs.root, name, strlen(name), memfs_symlink_inode(&devfs, target, strlen(target)), &made);

	ASSERT(!error);
	dentry_put(made);
}

static int devfs_get(const char *options, struct filesystem **fs)
{
	*fs = &devfs;
	return 0;
}

const struct fs_type devfs_type = { .name = "devtmpfs", .get = devfs_get };

/* Where programs keep memory that they share by name (shm_open), whoever they are. */
static void add_shm(void)
{
	struct dentry *made = NULL;
	int error = add_node(devfs.root, "shm", 3, memfs_inode(&devfs, S_IFDIR | S_ISVTX | 0777, 0), &made);

	ASSERT(!error);
	dentry_put(made);
}

void devfs_init(struct dentry *on)
{
	struct dentry *d = dentry_alloc(NULL, "", 0);
	struct inode *i = memfs_inode(&devfs, S_IFDIR | 0755, 0);

	ASSERT(d && !IS_ERR(i));
	atomic_set(&i->nlink, 2);
	d->inode = i;
	devfs.root = d;
	filesystem_mount(&devfs, on, MS_NOSUID);
	add_link("fd", "/proc/self/fd");
	add_link("stdin", "/proc/self/fd/0");
	add_link("stdout", "/proc/self/fd/1");
	add_link("stderr", "/proc/self/fd/2");
	add_shm();
}
