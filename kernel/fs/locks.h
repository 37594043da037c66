/*
 * POSIX record locks of fcntl(2): byte ranges of an inode, owned by a descriptor table (a process). Task context.
 * Guarded by one lock of their own (fs/locks.c).
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

/* F_GETLK, F_SETLK, F_SETLKW (`wait`): 0 or -errno; F_GETLK answers in *l. */
int record_lock_test(struct file *f, struct linux_flock *l);
int record_lock_set(struct file *f, const struct linux_flock *l, bool wait);

/* A descriptor of the inode was closed by `owner`: its locks go, all of them, as POSIX wants it. */
void record_locks_close(struct inode *i, struct fd_table *owner);

/* The inode dies. */
void record_locks_free(struct inode *i);

#endif
