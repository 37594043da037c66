/*
 * Signals for input and output that becomes possible (O_ASYNC, F_SETOWN, F_SETSIG of fcntl(2)): of any file that can be polled;
 * pipes, terminals and sockets need do nothing for it. Task context, but for the waker.
 */
#ifndef FS_ASYNC_H
#define FS_ASYNC_H

#include "fs/file.h"

enum file_owner_type { FILE_OWNER_TID, FILE_OWNER_PID, FILE_OWNER_PGRP };

/* Who is told. id 0: nobody. */
struct file_owner {
	i32 type;			/* enum file_owner_type */
	i32 id;
};

void file_async_start(void);		/* boot, when kernel tasks can be made: the task that sends */

int file_set_owner(struct file *f, struct file_owner owner);	/* 0, -EINVAL, -ESRCH, -ENOMEM */
struct file_owner file_get_owner(struct file *f);
int file_set_signal(struct file *f, u64 sig);			/* 0 is SIGIO without information: 0, -EINVAL, -ENOMEM */
int file_get_signal(struct file *f);

/* O_ASYNC goes on or off through descriptor fd: 0, -ENOMEM. Files that cannot be polled are always ready: nothing happens. */
int file_set_async(struct file *f, int fd, bool on);

void file_async_end_slow(struct file *f);

/* The file's last reference is gone, its queues still there. */
static inline void file_async_end(struct file *f)
{
	if (unlikely(f->async != NULL))
		file_async_end_slow(f);
}

#endif
