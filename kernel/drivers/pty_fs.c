/*
 * devpts: the file system on /dev/pts, a directory with a node for each pseudo-terminal whose master is open, and ptmx. Names
 * come and go with masters alone: nothing can be made, removed or renamed here. The directory's inode lock orders changes.
 * Task context, and boot.
 */
#include "drivers/pty.h"

#include "drivers/tty.h"
#include "fs/file.h"
#include "fs/memfs.h"
#include "lib/error.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "sched/process.h"
#include "sched/task.h"

#define DEVPTS_MAGIC	0x1cd1
#define SLAVE_MAJOR	136
#define TTY_GROUP	5
#define FIRST_NODE	3		/* inode numbers: the directory, ptmx, then the nodes by their numbers */

static struct filesystem devpts = {
	.type = "devpts", .options = ",gid=5,mode=620,ptmxmode=666", .magic = DEVPTS_MAGIC,
	.device = 7,
};

static const struct inode_ops root_ops;		/* no create: nothing can be changed */

static int node_open(struct inode *inode, struct file *f)
{
	f->ops = &tty_file_ops;
	f->data = inode->data;
	return tty_file_ops.open(inode, f);
}

static void node_evict(struct inode *inode)
{
	tty_put(inode->data);
}

static const struct inode_ops node_ops = { .evict = node_evict };
static const struct file_ops node_file_ops = { .open = node_open };

/* Takes the inode's reference over; the dentry is referenced, or ERR_PTR(-ENOMEM). */
static struct dentry *add(struct dentry *dir, const char *name, struct inode *inode)
{
	struct dentry *d;

	mutex_lock(&dir->inode->lock);
	d = dentry_alloc(dir, name, strlen(name));
	if (d) {
		atomic_inc(&inode->nlink);
		dentry_add(d, inode);
	} else {
		inode_put(inode);
		d = ERR_PTR(-ENOMEM);
	}
	mutex_unlock(&dir->inode->lock);
	return d;
}

struct dentry *pty_fs_add(unsigned number, struct tty *t)
{
	struct inode *i = inode_alloc(&devpts, S_IFCHR | 0620, &node_ops, &node_file_ops);
	char name[16];

	if (!i)
		return ERR_PTR(-ENOMEM);
	tty_get(t);
	i->data = t;
	i->rdev = t->rdev = MAKEDEV(SLAVE_MAJOR, number);
	i->ino = FIRST_NODE + number;
	i->uid = current->cred->fsuid;
	i->gid = TTY_GROUP;
	snprintf(name, sizeof(name), "%u", number);
	return add(devpts.root, name, i);
}

void pty_fs_remove(struct dentry *node)
{
	struct inode *dir = devpts.root->inode;

	mutex_lock(&dir->lock);
	atomic_dec(&node->inode->nlink);
	dentry_remove(node);
	mutex_unlock(&dir->lock);
	dentry_put(node);
}

static int devpts_get(const char *options, struct filesystem **fs)
{
	*fs = &devpts;
	return devpts.root ? 0 : -ENODEV;
}

const struct fs_type devpts_type = { .name = "devpts", .get = devpts_get };

/* /dev/pts, a new directory of the file system on /dev. */
static struct dentry *mount_point(void)
{
	struct dentry *dev = dentry_find(fs_root_dentry(), "dev", 3), *d;
	struct inode *i;

	if (!dev)
		return ERR_PTR(-ENOENT);
	dev = mount_cross(dev);
	i = memfs_inode(dev->inode->fs, S_IFDIR | 0755, 0);
	if (IS_ERR(i)) {
		dentry_put(dev);
		return (struct dentry *)i;
	}
	atomic_inc(&i->nlink);
	d = add(dev, "pts", i);
	if (!IS_ERR(d))
		atomic_inc(&dev->inode->nlink);
	dentry_put(dev);
	return d;
}

static int make_root(void)
{
	struct dentry *d = dentry_alloc(NULL, "", 0), *ptmx;
	struct inode *i = inode_alloc(&devpts, S_IFDIR | 0755, &root_ops, &memfs_directory_file_ops);

	if (!d || !i)
		return -ENOMEM;
	atomic_set(&i->nlink, 2);
	d->inode = i;
	i = memfs_inode(&devpts, S_IFCHR | 0666, MAKEDEV(5, 2));
	if (IS_ERR(i))
		return (int)PTR_ERR(i);
	ptmx = add(d, "ptmx", i);
	if (IS_ERR(ptmx))
		return (int)PTR_ERR(ptmx);
	dentry_put(ptmx);
	devpts.root = d;
	return 0;
}

/* What fails here, fails for want of memory at boot, and is not worth giving back. */
int pty_fs_init(void)
{
	struct dentry *on = mount_point();
	int error = IS_ERR(on) ? (int)PTR_ERR(on) : make_root();

	if (!error) {
		filesystem_mount(&devpts, on, MS_NOSUID | MS_NOEXEC);
		dentry_put(on);
	}
	return error;
}
