/* eventfd(2): a file that is a counter. */
#ifndef FS_EVENTFD_H
#define FS_EVENTFD_H

#include "lib/types.h"

struct file;

/* Starts at `count`; `semaphore`: a read takes one. `flags` may carry O_NONBLOCK. ERR_PTR(-ENOMEM). */
struct file *eventfd_create(u64 count, bool semaphore, u32 flags);

#endif
