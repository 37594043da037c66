/*
 * Record locks of fcntl(2): byte ranges of an inode, owned by a descriptor table (POSIX's, a process) or by an open file
 * description (F_OFD_). Task context. Guarded by one lock of their own (fs/locks.c).
 */
#ifndef FS_LOCKS_H
#define FS_LOCKS_H

#include "fs/file.h"

#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2

/* struct flock of Linux x86-64. */
struct linux_flock {
	i16 l_type, l_whence;
	i32 pad0;
	i64 l_start, l_len;
	i32 l_pid, pad1;
};

enum record_lock_kind { RECORD_LOCK_POSIX, RECORD_LOCK_OFD };

/* F_GETLK, F_SETLK, F_SETLKW (`wait`) and their F_OFD_ forms: 0 or -errno (-EDEADLK when waiting); F_GETLK answers in *l. */
int record_lock_test(struct file *f, enum record_lock_kind kind, struct linux_flock *l);
int record_lock_set(struct file *f, enum record_lock_kind kind, const struct linux_flock *l, bool wait);

/*
 * The owner's locks go, all of them: a descriptor of the inode was closed in a descriptor table, or a file's last reference
 * is gone. Only when i->locks.
 */
void record_locks_close(struct inode *i, const void *owner);

/* The inode dies. */
void record_locks_free(struct inode *i);

#endif
