/*
 * Files in memory: what tarfs, /dev, nameless memory and O_TMPFILE have in common. A regular file's bytes come from three
 * places: pages of its own in a radix tree; the member's data in the root archive, whose whole pages are the file's
 * own when they are page aligned; zeros for the rest (holes).
 */
#ifndef FS_MEMFS_H
#define FS_MEMFS_H

#include "fs/inode.h"

void memfs_init(void);		/* boot: caches */

/* The inode_ops.create and symlink of directories in memory; owner root, nlink 0 (create), 0777 (symlink). -ENOMEM, -ENOSPC. */
struct inode *memfs_create(struct inode *dir, u32 mode, u64 rdev);
struct inode *memfs_symlink(struct inode *dir, const char *target);

bool memfs_page_present(struct inode *inode, u64 index);	/* of a memfile: a page with contents, not a hole */
bool inode_is_memfile(const struct inode *i);		/* a regular file in memory? */
struct inode *memfs_regular_inode(struct filesystem *fs, u32 mode);	/* NULL when memory is out */

/* The same without a directory, in any file system. */
struct inode *memfs_inode(struct filesystem *fs, u32 mode, u64 rdev);
struct inode *memfs_symlink_inode(struct filesystem *fs, const char *target, size_t length);

/*
 * Boot: the contents of a new regular file are `size` bytes of the archive at `data`, which stay where they are. When `data`
 * is page aligned, the frames of its whole pages belong to the file from here on.
 */
void memfs_set_source(struct inode *inode, const u8 *data, u64 size);

extern const struct inode_ops memfs_directory_ops;
extern const struct inode_ops memfs_special_ops;	/* devices, FIFOs, sockets */
extern const struct file_ops memfs_directory_file_ops;

/* About how many more pages files and names may take; programs keep a part of the memory. At 0 new ones are refused: ENOSPC. */
u64 memfs_room(void);

/* Pages that files in memory hold beyond the archive, for /proc/meminfo (Shmem). */
u64 memfs_page_count(void);

#endif
