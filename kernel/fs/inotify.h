/* inotify(7): instances as files, their watches. Task context. */
#ifndef FS_INOTIFY_H
#define FS_INOTIFY_H

#include "fs/file.h"

/* /proc/sys/fs/inotify: events queued for one instance; instances and watches of one user. [a] */
struct inotify_limits {
	u32 events, instances, watches;
};
extern struct inotify_limits inotify_limits;

void inotify_init(void);		/* boot: caches */

struct file *inotify_create(u32 flags);	/* ERR_PTR(-EMFILE, -ENOMEM) */
bool file_is_inotify(const struct file *f);

/* A watch, new or changed, of an inode: its number, or -ENOSPC (the user's limit), -EEXIST (IN_MASK_CREATE), -ENOMEM. */
int inotify_add_watch(struct file *f, struct inode *inode, u32 mask);
int inotify_remove_watch(struct file *f, int wd);	/* 0 or -EINVAL */

#endif
