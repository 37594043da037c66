/*
 * Changes of directories: the rules of create, link, unlink, rename (Linux's, with their errors) over kernel strings.
 * Task context; each takes the inode locks it needs.
 */
#ifndef FS_DIROPS_H
#define FS_DIROPS_H

#include "fs/path.h"

/*
 * A new name at the end of a walk; `mode` has the type and the permissions after umask. The new dentry, referenced, or ERR_PTR.
 * When the name exists: -EEXIST, or that dentry when `created` is not NULL, which tells the two cases apart.
 */
struct dentry *dir_create(struct path_end *end, u32 mode, u64 rdev, bool *created);

/* An inode that has no name yet, in the file system of `dir` (O_TMPFILE). Referenced dentry or ERR_PTR. */
struct dentry *dir_create_nameless(struct dentry *dir, u32 mode, bool linkable);

int do_mkdir(int dirfd, const char *path, u32 mode);
int do_mknod(int dirfd, const char *path, u32 mode, u64 rdev);
struct dentry *do_mksock(const char *path, u32 mode);	/* bind(2)'s name, umask applied here; referenced, or ERR_PTR */
int do_symlink(const char *target, int dirfd, const char *path);
int do_link(struct dentry *old, int dirfd, const char *path);
int do_unlink(int dirfd, const char *path);
int do_rmdir(int dirfd, const char *path);

#define RENAME_NOREPLACE 1
#define RENAME_EXCHANGE  2
#define RENAME_WHITEOUT  4	/* leave the character device 0, 0 in the old place */
int do_rename(int old_dirfd, const char *old_path, int new_dirfd, const char *new_path, unsigned flags);

/* May the current task take `d` out of its directory (write and search permission, sticky bit, type)? */
int dir_may_delete(struct dentry *dir, struct dentry *d, bool want_directory);
int dir_may_create(struct dentry *dir);

/* Whose a new inode in `dir` is: the caller's, or as a set-gid directory wants it. The inode is not yet known to others. */
void dir_set_owner(struct inode *inode, const struct inode *dir);

#endif
