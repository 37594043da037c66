/*
 * Mounts: where file systems hang in the tree of names (mount(2)).
 *
 *  - A dentry belongs to exactly one mount, so a dentry alone says where a path is. The first mount of a file system, its
 *    *native* one, consists of the file system's own dentries and costs a walk nothing. Every other mount of it (bind, a second
 *    mount) consists of *views*: a view is a dentry of that mount which stands for a dentry of the file system, its origin.
 *    Views are made when a walk gets there and go with their last reference; there is at most one of a mount and an origin.
 *  - Changes of names are made on origins (dentry_real), rights of mounts are asked of the dentry that the walk found.
 *  - mount->users keeps a mount in being: the table, mounts on it, open files, roots and working directories. The last one
 *    may go under any lock; a file system that is left without mounts is emptied by a kernel task.
 *  - mounts_mutex orders mount and umount calls; mount_lock guards what walks read.
 */
#ifndef FS_MOUNT_H
#define FS_MOUNT_H

#include "lib/atomic.h"
#include "lib/list.h"
#include "lib/types.h"
#include "sched/lock.h"

struct dentry;
struct filesystem;
struct inode;
struct fs_context;

/* mount(2)'s flags; the first rows are also kept in mount->flags. */
#define MS_RDONLY	0x1u
#define MS_NOSUID	0x2u
#define MS_NODEV	0x4u
#define MS_NOEXEC	0x8u
#define MS_NOSYMFOLLOW	0x100u
#define MS_NOATIME	0x400u
#define MS_NODIRATIME	0x800u
#define MS_UNBINDABLE	0x20000u
#define MS_STRICTATIME	0x1000000u
#define MS_REMOUNT	0x20u
#define MS_BIND		0x1000u
#define MS_MOVE		0x2000u
#define MS_REC		0x4000u
#define MS_SILENT	0x8000u
#define MS_PRIVATE	0x40000u
#define MS_SLAVE	0x80000u
#define MS_SHARED	0x100000u
#define MS_RELATIME	0x200000u
#define MS_MGC_VAL	0xc0ed0000u
#define MS_MGC_MASK	0xffff0000u

#define MOUNT_ATIME	(MS_NOATIME | MS_NODIRATIME | MS_STRICTATIME)	/* none of them: relatime */
#define MOUNT_FLAGS	(MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW | MOUNT_ATIME)

/* umount2(2)'s flags. */
#define MNT_FORCE	1u
#define MNT_DETACH	2u
#define MNT_EXPIRE	4u
#define UMOUNT_NOFOLLOW	8u

/* Letters: [I] immutable while users > 0, [a] atomic, [m] mounts_mutex and mount_lock to change, either to read. */
struct mount {
	struct list link;		/* [m] all mounts, in the order of mounting */
	struct filesystem *fs;		/* [I] */
	struct dentry *root;		/* [I] the file system's root, or a view that is referenced */
	struct mount *parent;		/* [m] one of its users; NULL of the root of all and when detached */
	struct dentry *point;		/* [m] referenced: what is covered, in the parent */
	const char *source;		/* [I] kmalloc'ed: the device's name, for /proc/mounts */
	int id;				/* [I] */
	u32 flags;			/* [m], read without: of MOUNT_FLAGS, and MS_UNBINDABLE */
	bool counted;			/* [I] false: never unmounted, users are not counted (the root, nameless files) */
	bool own;			/* [I] memory of its own, given back with the last view; else part of the file system */
	u32 visits;			/* [mount_lock] walks that came in, modulo 2^32 */
	u32 expire_visits;		/* [mounts_mutex] what it was when MNT_EXPIRE found the mount idle; that call's own walk included */
	bool expiring;			/* [mounts_mutex] MNT_EXPIRE found it idle once */
	atomic32 users;			/* [a] */
	atomic32 refs;			/* [a] of `own`: its users together are one, each view is one */
	atomic32 writers;		/* [a] files open for writing */
};

extern struct spinlock mount_lock;	/* RANK_MOUNT */
extern struct mutex mounts_mutex;	/* RANK_MOUNTS */
extern struct list mount_table;		/* [m] struct mount */

void mount_init(void);			/* boot */
void mount_start_reaper(void);		/* boot, when kernel tasks can be made */

/* Boot: put `fs` on an existing directory (NULL: it becomes the root of everything). */
void filesystem_mount(struct filesystem *fs, struct dentry *on, u32 flags);

/* The mount that a dentry with an inode belongs to is dentry_mount(d) of fs/inode.h; it stays as long as the dentry. */

/* What is mounted on d, or d; takes d's reference over and returns one. */
struct dentry *mount_cross_slow(struct dentry *d);

/* The directory above d, as ".." finds it, within mounts; referenced. d itself at the top; ERR_PTR(-ENOENT) where a view lost its place. */
struct dentry *mount_above(struct dentry *d);

/* The dentry of `mount`, a mount of views, for `origin`: referenced, or ERR_PTR(-ENOMEM). */
struct dentry *view_get(struct mount *mount, struct dentry *origin);
void view_forget(struct dentry *view);	/* its last reference is gone */

/* What `d`, found in the file system (its reference is taken over), is called in the mount of `dir`. Referenced or ERR_PTR(-ENOMEM). */
struct dentry *view_of(struct dentry *dir, struct dentry *d);

/* A user of the mount. The release may come under any lock. */
static inline void mount_hold(struct mount *m)
{
	if (m->counted)
		atomic_inc(&m->users);
}

void mount_end(struct mount *m);	/* the last user is gone */

static inline void mount_release(struct mount *m)
{
	if (m->counted && atomic_dec_and_test(&m->users))
		mount_end(m);
}

/* Is writing to the mount forbidden, by itself or by its file system? */
bool mount_readonly(const struct mount *m);

/* A file that is open for writing: 0 or -EROFS. */
int mount_writer_get(struct mount *m);
void mount_writer_put(struct mount *m);

/* A read at d: atime, by the rules of its mount. */
void dentry_accessed(struct dentry *d);

/* The kinds of file systems, for /proc/filesystems; ends with NULL. */
struct fs_type {
	const char *name;
	/* One to mount, by the text of its options; NULL: cannot be mounted by mount(2). 0 or -errno. */
	int (*get)(const char *options, struct filesystem **fs);
	/* Change the options of one that is mounted; NULL: what is given is ignored. Checks everything first. */
	int (*reconfigure)(struct filesystem *fs, const char *options);
};
extern const struct fs_type *const fs_types[];

extern const struct fs_type tmpfs_type, devfs_type, proc_type, devpts_type;

/* A new minor number of the major 0 for st_dev. */
u64 mount_device_number(void);

/* The calls, on kernel strings; capability is checked here. `type`, `source`, `data` may be NULL. */
int do_mount(const char *source, const char *target, const char *type, u32 flags, const char *data);
int do_umount(const char *target, u32 flags);

/* mount_change.c's tools over the table; mounts_mutex held. */
int mount_attach(struct mount *m, struct dentry *point);	/* also moves one that is attached; -ENOENT: the point was removed */
void mount_detach(struct mount *m);		/* the table's use of it is now the caller's, to be released */
bool mount_attached(const struct mount *m);	/* is it in the table? */
struct mount *mount_make(struct filesystem *fs, struct dentry *root);
bool mount_is_below(const struct mount *m, const struct mount *top);

/* Empty the file systems that nobody can reach any more; without locks. */
void mount_reap(void);

#endif
