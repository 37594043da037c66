/*
 * Inodes and dentries: the tree of names.
 *
 *  - An inode is a file of any type; a dentry is a name in a directory that points to an inode. Both are counted.
 *  - Every file system here lives in memory: a directory's dentries are its contents, held until they are unlinked.
 *    A directory with ops->lookup (proc) makes dentries on demand, which die with their last reference.
 *  - inode->lock (mutex) guards a directory's changes and a regular file's size and data against other writers; names
 *    are looked up under dentry->lock only.
 *  - An unlinked dentry keeps its parent and name (for getcwd and /proc, which say "(deleted)") until its last reference.
 */
#ifndef FS_INODE_H
#define FS_INODE_H

#include "fs/mount.h"
#include "lib/atomic.h"
#include "lib/list.h"
#include "lib/types.h"
#include "mm/aspace.h"
#include "sched/lock.h"
#include "sched/wait.h"

struct file;
struct file_ops;
struct inode;
struct dentry;
struct cred;
struct page;
struct flocks;
struct record_locks;
struct watch;
struct xattrs;

#define S_IFMT   0170000
#define S_IFSOCK 0140000
#define S_IFLNK  0120000
#define S_IFREG  0100000
#define S_IFBLK  0060000
#define S_IFDIR  0040000
#define S_IFCHR  0020000
#define S_IFIFO  0010000
#define S_ISUID  0004000
#define S_ISGID  0002000
#define S_ISVTX  0001000
#define S_IXGRP  0000010
#define S_ISREG(m) (((m) & S_IFMT) == S_IFREG)
#define S_ISDIR(m) (((m) & S_IFMT) == S_IFDIR)
#define S_ISLNK(m) (((m) & S_IFMT) == S_IFLNK)
#define S_ISCHR(m) (((m) & S_IFMT) == S_IFCHR)
#define S_ISBLK(m) (((m) & S_IFMT) == S_IFBLK)
#define S_ISFIFO(m) (((m) & S_IFMT) == S_IFIFO)
#define S_ISSOCK(m) (((m) & S_IFMT) == S_IFSOCK)

#define NAME_MAX 255
#define PATH_MAX 4096
#define LINK_MAX 65000		/* names of one inode */

/* Modes of fallocate(2). */
#define FALLOC_FL_KEEP_SIZE	 0x01u
#define FALLOC_FL_PUNCH_HOLE	 0x02u
#define FALLOC_FL_COLLAPSE_RANGE 0x08u
#define FALLOC_FL_ZERO_RANGE	 0x10u
#define FALLOC_FL_INSERT_RANGE	 0x20u
#define FALLOC_FL_UNSHARE_RANGE	 0x40u
#define FALLOC_FL_ALL		 0x7bu

/* Device numbers in the kernel, in struct stat and in mknod's argument: Linux's 64-bit form. */
#define MAKEDEV(major, minor) \
	(((u64)(major) & 0xfff) << 8 | ((u64)(major) & 0xfffff000) << 32 | ((minor) & 0xff) | ((u64)(minor) & 0xffffff00) << 12)
#define MAJOR(dev) ((unsigned)(((dev) >> 8 & 0xfff) | ((dev) >> 32 & 0xfffff000)))
#define MINOR(dev) ((unsigned)(((dev) & 0xff) | ((dev) >> 12 & 0xffffff00)))

/* A file system, or the home of nameless files. All [I] but as noted. */
struct filesystem {
	const char *type;		/* "tarfs", "proc", "devtmpfs", "pipefs" */
	char options[64];		/* [mounts_mutex] its own, as /proc/mounts shows them after the mount's: ",size=…" */
	u64 device;			/* st_dev */
	u64 magic;			/* statfs f_type */
	atomic64 next_ino;		/* [a] the next inode number, from 1 */
	atomic64 inode_count;		/* [a] live inodes */
	atomic64 pages;			/* [a] pages of its files, where max_pages bounds them */
	u64 max_pages, max_inodes;	/* [mounts_mutex] 0: no bound */
	struct dentry *root;		/* NULL for what is never mounted */
	struct mount native;		/* the mount of its own dentries (fs/mount.h) */
	atomic32 mounts;		/* [a] mounts of it in being */
	bool readonly;			/* [mounts_mutex], read without */
	bool dead;			/* [directories' inode->lock] being emptied: no name is made in it any more */
	struct filesystem *next_dead;	/* fs/mount.c's list */
	void (*release)(struct filesystem *fs);	/* of one that was allocated: its last inode is gone */
};

/* All optional, except as noted. The caller holds inode->lock of the directory for changes. */
struct inode_ops {
	/* Directories made on demand: a new, referenced dentry, or ERR_PTR (-ENOENT). */
	struct dentry *(*lookup)(struct dentry *dir, const char *name, size_t length);
	/* An inode for a new name of `mode`'s type in the directory, one reference and nlink set, or ERR_PTR. NULL op: -EPERM. */
	struct inode *(*create)(struct inode *dir, u32 mode, u64 rdev);
	/* The same for a symbolic link. */
	struct inode *(*symlink)(struct inode *dir, const char *target);
	/* The target of a symbolic link that lives as long as the inode. */
	const char *(*link_target)(struct inode *inode);
	/* The target of a symbolic link into buf (size PATH_MAX): length, or -errno. Used where link_target is NULL. */
	ssize_t (*readlink)(struct dentry *d, char *buf, size_t size);
	/* A "magic" link (/proc/self/exe, /proc/self/fd/N): the object itself, referenced, or ERR_PTR. */
	struct dentry *(*follow)(struct dentry *d);
	/*
	 * The file's page `index`, referenced, for mappings and copies; a hole or the page behind a write is allocated when
	 * `write`, otherwise a hole may be the shared zero page. ERR_PTR(-ENOMEM/-ENOSPC); -EFAULT beyond the end of file.
	 * Any task context, the mm's lock may be held.
	 */
	struct page *(*get_page)(struct inode *inode, u64 index, bool write);
	int (*truncate)(struct inode *inode, u64 size);		/* inode->lock held; size and times are its duty too */
	int (*allocate)(struct inode *inode, u32 mode, u64 offset, u64 length);	/* fallocate(2), range checked: takes inode->lock */
	void (*evict)(struct inode *inode);			/* last reference gone: free the data */
	u64 (*blocks)(struct inode *inode);			/* 512-byte blocks in use; NULL: 0 */
	int (*permission)(struct inode *inode, unsigned access);	/* beside the mode bits: 0 or -EACCES */
	bool has_xattrs;		/* extended attributes can be set (fs/xattr.c) */
	bool unchangeable;		/* chmod, chown and utimes answer EPERM (proc) */
};

/* Letters: [I] immutable, [a] atomic, [i] inode->lock. Times and size are read without a lock. */
struct inode {
	atomic32 refs;			/* [a] dentries, files */
	u32 mode;			/* [i] type [I] and permissions */
	u32 uid, gid;			/* [i] */
	atomic32 nlink;			/* [a] changed under the lock of the directory concerned */
	atomic32 writers;		/* [a] > 0: open for writing; < 0: being executed, minus the number of executions */
	u64 ino;			/* [I] */
	u64 rdev;			/* [I] of devices */
	u64 size;			/* [i] to change */
	u64 atime, mtime, ctime, btime;	/* [i] ns since 1970; atime by readers without the lock */
	bool linkable;			/* [i] made by O_TMPFILE without O_EXCL: may get its first name */
	struct filesystem *fs;		/* [I] */
	const struct inode_ops *ops;	/* [I] never NULL */
	const struct file_ops *file_ops;	/* [I] what open gives to struct file; NULL: ENXIO */
	struct mutex lock;
	struct mapping mapping;		/* areas that map this file */
	struct flocks *flocks;		/* [fs/flock.c] NULL until the first */
	struct record_locks *locks;	/* [fs/locks.c] fcntl locks, NULL until the first */
	struct xattrs *xattrs;		/* [i] NULL until the first */
	struct watch *watches;		/* [fs/inotify.c] who wants to hear of it; NULL: nobody */
	u8 write_hint;			/* [a] F_SET_RW_HINT: how long what is written will live; nobody makes use of it */
	void *data;			/* the owner's: memfs pages, pipe, tty, device … */
	u64 extra;			/* the owner's */
};

#define DENTRY_INLINE_NAME 24

/*
 * Letters: [I] immutable, [a] atomic, [d] the parent dentry's lock, [t] tree_lock to change or to climb; `parent` is also
 * stable under the dentry's own lock.
 */
struct dentry {
	atomic32 refs;			/* [a] */
	u32 hash;			/* [d] of the name */
	u32 name_length;		/* [d][t] */
	bool hashed;			/* [d] reachable by name */
	bool deleted;			/* [d] was unlinked, or never had a place in the tree */
	struct dentry *parent;		/* [d][t] the root of a file system points at itself; holds a reference */
	struct inode *inode;		/* [I once hashed] */
	u32 mount_count;		/* [mount_lock] of an origin: mounts on it and its views */
	struct mount *mounted;		/* [mount_lock], read without as a hint: what is mounted here, or NULL */
	struct mount *mount;		/* [I] of a view: what it belongs to; otherwise NULL */
	struct dentry *origin;		/* [I] of a view: referenced; otherwise NULL */
	char *name;			/* [d][t] inline_name or kmalloc'ed */
	struct list sibling;		/* [d] order of creation, for readdir */
	struct dentry *hash_next;	/* [d] the parent's hash chain */
	u64 cookie;			/* [d] readdir position: rises with creation */
	struct spinlock lock;		/* RANK_DENTRY: guards the table of children */
	struct dentry_table *children;	/* [l] of directories, NULL until the first child */
	char inline_name[DENTRY_INLINE_NAME];
};

/* Cross-directory renames, one at a time: nothing else moves a directory below another. RANK_RENAME. */
extern struct mutex rename_lock;

/* Boot: the caches of inodes and dentries; before any other function here. */
void inode_init(void);
void dentry_init(void);

/* One reference; owner root, times now, nlink 0. NULL when memory is out. */
struct inode *inode_alloc(struct filesystem *fs, u32 mode, const struct inode_ops *ops, const struct file_ops *file_ops);
static inline void inode_get(struct inode *i) { atomic_inc(&i->refs); }
void inode_put(struct inode *i);
void inode_touch(struct inode *i);			/* mtime and ctime are now; inode->lock held */
void inode_accessed(struct inode *i);			/* atime by the rule of relatime; no lock needed */

/*
 * Two inode locks at once; equal ones once. The order is: a directory before what is below it, directories before other
 * files, and two directories of which neither is above the other only under rename_lock.
 */
void inode_lock_two(struct inode *outer, struct inode *inner);
void inode_unlock_two(struct inode *outer, struct inode *inner);

/* May the file be written to, or executed, now? -ETXTBSY. Each success is undone by its release. */
int inode_writers_get(struct inode *i);
void inode_writers_put(struct inode *i);
int inode_deny_write(struct inode *i);
void inode_allow_write(struct inode *i);

/*
 * Unhashed, one reference, room for it in the parent made sure of. parent NULL: nameless, its own parent. NULL when memory is
 * out.
 */
struct dentry *dentry_alloc(struct dentry *parent, const char *name, size_t length);
static inline void dentry_get(struct dentry *d) { atomic_inc(&d->refs); }
struct dentry *dentry_alloc_view(struct mount *mount, struct dentry *origin);	/* unhashed, one reference; NULL: no memory */

/* The file system's own dentry behind a view; no reference of its own. */
static inline struct dentry *dentry_real(struct dentry *d) { return d->origin ? d->origin : d; }
static inline bool dentry_deleted(struct dentry *d) { return dentry_real(d)->deleted; }

static inline struct mount *dentry_mount(const struct dentry *d)
{
	return d->mount ? d->mount : &d->inode->fs->native;
}

/* What is seen at d: itself, or the root of what is mounted there. Takes the reference over and returns one. */
static inline struct dentry *mount_cross(struct dentry *d)
{
	return unlikely(READ_ONCE(d->mounted)) ? mount_cross_slow(d) : d;
}
void dentry_put(struct dentry *d);

/* Hash under its parent; takes the inode's reference over; the tree holds one of the dentry. The parent's inode lock is held. */
void dentry_add(struct dentry *d, struct inode *inode);
void dentry_remove(struct dentry *d);				/* unhash; drops the tree's reference */
struct dentry *dentry_find(struct dentry *dir, const char *name, size_t length);	/* referenced, or NULL */
struct dentry *dentry_first(struct dentry *dir);		/* a name in it, referenced, or NULL */
struct dentry *dentry_parent(struct dentry *d);			/* referenced */
bool dentry_empty(struct dentry *dir);				/* has no names */
bool dentry_is_below(struct dentry *d, struct dentry *ancestor);	/* or the same; stays so under rename_lock */

/*
 * Give d the place and name of `target_parent`/`target_name`, whose present owner `replaced` (may be NULL) is unhashed in the
 * same instant. Both directories' inode locks held. `spare` is a string of kmalloc for a name longer than the inline space
 * (dentry_name_space) that d takes over, or NULL.
 */
void dentry_move(struct dentry *d, struct dentry *target_parent, const char *name, size_t length, char *spare,
		 struct dentry *replaced);
void dentry_exchange(struct dentry *a, struct dentry *b);	/* swap places; both inode locks held */
int dentry_reserve(struct dentry *dir);				/* make sure that a child can be added: 0 or -ENOMEM */

/* One reader of a directory, zero at first. The owner's lock; it puts `at` in the end. */
struct dir_cursor {
	struct dentry *at;		/* referenced: where the last call stopped; or NULL */
	u64 end;			/* names that came after the listing began have this position or a higher one */
};

/*
 * Emit the children from `c->pos` on, in order of creation. A listing ends with the names that were there when it began, so
 * that a caller who renames each name that it reads comes to an end.
 */
struct dir_context;
void dentry_list(struct dentry *dir, struct dir_context *c, struct dir_cursor *cursor);

/* Is access (MAY_ bits) to the inode allowed for these credentials? 0 or -EACCES. */
#define MAY_EXEC  1
#define MAY_WRITE 2
#define MAY_READ  4
int inode_permission(struct inode *i, const struct cred *c, unsigned access);
bool inode_owned_by(const struct inode *i, const struct cred *c);	/* owner or root */

/* The path of d as the task with `root` sees it, into buf, ending at its end; a pointer into buf, or ERR_PTR(-ENAMETOOLONG). */
char *dentry_path(struct dentry *d, struct dentry *root, char *buf, size_t size);

bool dentry_reaches(struct dentry *d, struct dentry *root);	/* is d, or what it covers and so on, root or below it? */

struct linux_stat;
void inode_fill_stat(struct inode *i, struct linux_stat *st);
u64 inode_blocks(struct inode *i);

#endif
