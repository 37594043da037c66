/*
 * What happens to files, told to those who watch (inotify(7)). The hooks of fs/ and sys/: each is one load and a branch as long
 * as nobody watches anything. Task context, no spinlock held; the object is referenced by the caller.
 *
 *  - An event of a file goes to the watches of its inode, without a name, and to those of the directory that its dentry is in,
 *    with the name.
 *  - An event of a name (create, delete, move) goes to the directory's watches alone.
 *  - A watch does not keep its inode: when that dies, the watch ends with IN_DELETE_SELF and IN_IGNORED.
 */
#ifndef FS_NOTIFY_H
#define FS_NOTIFY_H

#include "fs/file.h"

#define IN_ACCESS	 0x00000001u
#define IN_MODIFY	 0x00000002u
#define IN_ATTRIB	 0x00000004u
#define IN_CLOSE_WRITE	 0x00000008u
#define IN_CLOSE_NOWRITE 0x00000010u
#define IN_OPEN		 0x00000020u
#define IN_MOVED_FROM	 0x00000040u
#define IN_MOVED_TO	 0x00000080u
#define IN_CREATE	 0x00000100u
#define IN_DELETE	 0x00000200u
#define IN_DELETE_SELF	 0x00000400u
#define IN_MOVE_SELF	 0x00000800u
#define IN_ALL_EVENTS	 0x00000fffu
#define IN_UNMOUNT	 0x00002000u
#define IN_Q_OVERFLOW	 0x00004000u
#define IN_IGNORED	 0x00008000u
#define IN_ONLYDIR	 0x01000000u
#define IN_DONT_FOLLOW	 0x02000000u
#define IN_EXCL_UNLINK	 0x04000000u
#define IN_MASK_CREATE	 0x10000000u
#define IN_MASK_ADD	 0x20000000u
#define IN_ISDIR	 0x40000000u
#define IN_ONESHOT	 0x80000000u

/* [a] watches in the machine */
extern u32 notify_watch_count;
static inline bool notify_active(void) { return unlikely(READ_ONCE(notify_watch_count) != 0); }

/* The slow paths of the hooks below. */
void notify_dentry_slow(struct dentry *d, u32 mask);
void notify_inode_slow(struct inode *i, u32 mask);
void notify_name_slow(struct inode *dir, u32 mask, const char *name, size_t length, u32 cookie);
void notify_rename_slow(struct dentry *moved, struct dentry *from, struct dentry *to, const char *old_name, size_t old_length,
			const char *new_name, size_t new_length);
void notify_inode_dies_slow(struct inode *i);

/* Something was done to the file that d names. */
static inline void notify_dentry(struct dentry *d, u32 mask)
{
	if (notify_active())
		notify_dentry_slow(d, mask);
}

/* The same through an open file; files without a name are not watched. */
static inline void notify_file(struct file *f, u32 mask)
{
	if (notify_active() && f->dentry && !(f->flags & O_PATH))
		notify_dentry_slow(f->dentry, mask);
}

/* Something was done to the inode under whatever name: its count of links changed. */
static inline void notify_inode(struct inode *i, u32 mask)
{
	if (notify_active())
		notify_inode_slow(i, mask);
}

/* A name came into or went from a directory. `mask` has IN_ISDIR as it is. */
static inline void notify_name(struct inode *dir, u32 mask, const char *name, size_t length)
{
	if (notify_active())
		notify_name_slow(dir, mask, name, length, 0);
}

/* `moved` went from one directory and name to another. */
static inline void notify_rename(struct dentry *moved, struct dentry *from, struct dentry *to, const char *old_name,
				 size_t old_length, const char *new_name, size_t new_length)
{
	if (notify_active())
		notify_rename_slow(moved, from, to, old_name, old_length, new_name, new_length);
}

/* The last reference of the inode is gone. */
static inline void notify_inode_dies(struct inode *i)
{
	if (unlikely(READ_ONCE(i->watches) != NULL))
		notify_inode_dies_slow(i);
}

/* A file system was unmounted for good: its watches end with IN_UNMOUNT and IN_IGNORED. */
void notify_unmount(struct filesystem *fs);

static inline u32 notify_directory_bit(const struct inode *i) { return S_ISDIR(i->mode) ? IN_ISDIR : 0; }

#endif
