/*
 * Process descriptors (pidfd_open(2)): files that stand for a process, also after its number went to another one.
 *
 *  - The file holds a reference of the struct process; poll says POLLIN once every thread of it has ended.
 *  - Task context; tasks_lock and the sighand lock are taken inside.
 */
#ifndef SCHED_PIDFD_H
#define SCHED_PIDFD_H

#include "lib/types.h"

struct abi_siginfo;
struct file;
struct process;

/* A file for p, of which it takes a reference of its own. `flags`: O_NONBLOCK or 0. ERR_PTR(-ENOMEM). */
struct file *pidfd_create(struct process *p, u32 flags);

/* The process that an open file stands for, NULL when it is no pidfd. Valid as long as the file. */
struct process *pidfd_process(const struct file *f);

/*
 * The process behind descriptor fd, referenced; *nonblock (may be NULL): O_NONBLOCK is set. ERR_PTR(-EBADF) for other files.
 * It may be reaped already: then its number names nobody, or somebody else.
 */
struct process *pidfd_get(int fd, bool *nonblock);

/* Is p still there, if only as a zombie? */
bool process_is_listed(struct process *p);

/* pidfd_open(2): a descriptor, -EINVAL (a thread's number, a bad one), -ESRCH, -EMFILE, -ENOMEM. `flags`: O_NONBLOCK or 0. */
int pidfd_open(int pid, u32 flags);

/* pidfd_getfd(2): a descriptor, -EBADF, -EPERM, -ESRCH, -EMFILE. */
int pidfd_getfd(int pidfd, int fd);

#endif
