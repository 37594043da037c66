/* flock(2): advisory locks of whole files, owned by open file descriptions. Task context. */
#ifndef FS_FLOCK_H
#define FS_FLOCK_H

#include "lib/types.h"

struct file;
struct inode;

enum flock_type { FLOCK_NONE, FLOCK_SHARED, FLOCK_EXCLUSIVE };

/* 0, -EAGAIN (when not to wait; a lock that was to be converted is gone then), -ERESTARTSYS, -ENOLCK. */
int flock_set(struct file *f, enum flock_type type, bool wait);

/* The description's last reference is gone: its lock goes. Only when f->inode->flocks. */
void flock_release(struct file *f);

/* The inode dies. */
void flocks_free(struct inode *i);

#endif
