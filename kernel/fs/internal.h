/* Boot functions of fs/ that only fs_init calls. */
#ifndef FS_INTERNAL_H
#define FS_INTERNAL_H

#include "fs/inode.h"

void file_init(void);		/* the cache of files */
void fs_context_init(void);	/* the cache of path buffers */
void path_init(void);		/* the cache of link stacks */

/* Build the tree of names from the archive. Ends the machine with one sentence when it cannot be used. */
struct filesystem *tarfs_mount_root(const u8 *archive, u64 size);

/* Make the proc file system and mount it. */
void proc_init(struct dentry *on);

#endif
