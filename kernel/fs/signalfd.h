/* signalfd(2): a file from which the reader takes its pending signals. Task context. */
#ifndef FS_SIGNALFD_H
#define FS_SIGNALFD_H

#include "lib/types.h"

struct file;

struct file *signalfd_create(u64 set, u32 flags);	/* `flags` may carry O_NONBLOCK. ERR_PTR(-ENOMEM) */
bool file_is_signalfd(const struct file *f);
void signalfd_set(struct file *f, u64 set);		/* from now on these signals */

#endif
