/*
 * Extended attributes (xattr(7)) of files in memory: user.* of regular files and directories, trusted.* for root, security.*.
 * inode->lock guards an inode's list. Task context.
 */
#ifndef FS_XATTR_H
#define FS_XATTR_H

#include "fs/inode.h"

#define XATTR_NAME_MAX 255
#define XATTR_SIZE_MAX KIB(64)
#define XATTR_LIST_MAX KIB(64)
#define XATTR_CREATE   1
#define XATTR_REPLACE  2

/*
 * The calls on kernel memory, permissions of the current task checked. A size of 0 asks for the size that is needed.
 * -EOPNOTSUPP (file system or name space), -ENODATA, -ERANGE (the buffer is too small), -EEXIST, -EPERM, -EACCES, -EINVAL (a
 * name space without a name), -ENOSPC, -ENOMEM. A refused change has had no effect.
 */
ssize_t xattr_get(struct inode *i, const char *name, void *value, size_t size);
int xattr_set(struct inode *i, const char *name, const void *value, size_t size, int flags);
int xattr_remove(struct inode *i, const char *name);
ssize_t xattr_list(struct inode *i, char *list, size_t size);

/* Boot: an attribute from the root archive, nothing checked; those of unknown name spaces are left out. 0 or -ENOMEM. */
int xattr_add(struct inode *i, const char *name, size_t length, const void *value, size_t size);

void xattrs_free(struct inode *i);	/* the inode dies */

#endif
