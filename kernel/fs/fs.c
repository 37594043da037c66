/* Boot of the file systems, in order; the list of their kinds; and the root of everything. Boot CPU, before drivers and processes. */
#include "boot/boot.h"
#include "fs/async.h"
#include "fs/devices.h"
#include "fs/epoll.h"
#include "fs/file.h"
#include "fs/inotify.h"
#include "fs/internal.h"
#include "fs/memfs.h"
#include "fs/pipe.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "sched/clock_timer.h"

static const struct fs_type tarfs_type = { .name = "tarfs" }, pipefs_type = { .name = "pipefs" };

const struct fs_type *const fs_types[] = {
	&tarfs_type, &tmpfs_type, &devfs_type, &proc_type, &devpts_type, &pipefs_type, NULL,
};

/* A directory of the root to mount on; made when the archive has none. */
static struct dentry *mount_point(struct dentry *root, const char *name)
{
	struct dentry *d = dentry_find(root, name, strlen(name));
	struct inode *inode;

	if (d && S_ISDIR(d->inode->mode))
		return d;
	if (d)
		boot_fail("/%s in the root archive is not a directory", name);
	inode = memfs_inode(root->inode->fs, S_IFDIR | 0755, 0);
	d = dentry_alloc(root, name, strlen(name));
	if (IS_ERR(inode) || !d)
		boot_fail("the machine has too little memory for its file systems");
	atomic_set(&inode->nlink, 2);
	atomic_inc(&root->inode->nlink);
	dentry_add(d, inode);
	return d;
}

void fs_init(const void *archive, u64 size)
{
	struct dentry *root;

	inode_init();
	dentry_init();
	mount_init();
	file_init();
	path_init();
	fs_context_init();
	memfs_init();
	pipe_init();
	epoll_init();
	inotify_init();
	clock_timer_init_all();

	root = tarfs_mount_root(archive, size)->root;

	devfs_init(mount_point(root, "dev"));
	memory_devices_init();
	kmsg_init();
	proc_init(mount_point(root, "proc"));
	mount_start_reaper();
	file_async_start();
}

struct dentry *fs_root_dentry(void)
{
	ASSERT(!list_empty(&mount_table));
	return list_first(&mount_table, struct mount, link)->root;
}
