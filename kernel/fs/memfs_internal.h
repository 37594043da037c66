/*
 * Inside of regular files in memory, for memfs.c and memfs_allocate.c. memfile->lock is a spinlock, so that page faults may ask
 * for pages whatever the faulting task holds; inode->lock is held outside of it by whoever changes the file.
 */
#ifndef FS_MEMFS_INTERNAL_H
#define FS_MEMFS_INTERNAL_H

#include "fs/inode.h"
#include "fs/page_tree.h"
#include "mm/frame.h"

/* Letters: [l] lock. */
struct memfile {
	struct filesystem *fs;		/* [I] whose bound of pages counts */
	struct spinlock lock;		/* RANK_PAGES */
	struct page_tree pages;		/* [l] pages of the file's own beyond the archive's */
	const u8 *source;		/* [I] the member's data, or NULL */
	u64 source_size;		/* [l] bytes of it that are still contents; less after a truncation */
	u64 in_place;			/* [l] its first pages whose frames are the file's: used where they are */
};

/* The page as it is now, referenced; NULL when it is neither in place nor in the tree. */
struct page *memfile_find(struct memfile *m, u64 index) REQUIRES(m->lock);

/*
 * Make `fresh`, a cleared page whose reference is taken over, the file's at `index`, with what the archive has there, unless it
 * has one already. The file's page, referenced, or ERR_PTR(-ENOMEM, or -ENOSPC: the file system is full).
 */
struct page *memfile_insert(struct memfile *m, u64 index, struct page *fresh);

void memfile_page_dropped(struct memfile *m, struct page *p);	/* it is out of the tree: give its reference back */

/* inode_ops.allocate. */
int memfs_allocate(struct inode *inode, u32 mode, u64 offset, u64 length);

#endif
