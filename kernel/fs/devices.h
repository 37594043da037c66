/* The table of devices behind device_register, and /dev. */
#ifndef FS_DEVICES_H
#define FS_DEVICES_H

#include "fs/file.h"

/* file_ops of every device inode, in any file system: open finds the driver by number, -ENXIO when there is none. */
extern const struct file_ops device_file_ops;

/* Boot: make the file system of /dev, mounted on `on`. */
void devfs_init(struct dentry *on);

/* Boot: null, zero, full, random, urandom. */
void memory_devices_init(void);
void kmsg_init(void);			/* /dev/kmsg: the log */

#endif
