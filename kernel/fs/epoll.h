/*
 * epoll(7): a file that watches other files and says which of them are ready.
 *
 *  - An interest belongs to a pair (open file description, descriptor number). It holds no reference to the file: the last
 *    close of the file removes it (epoll_file_released), closing one of several descriptors does not.
 *  - Waiting costs by the number of ready files, never by the number of watched ones.
 *  - A watched file's wait queues live as long as the file (fs/file.h, struct poll_table).
 *
 * Task context; all take their locks themselves.
 */
#ifndef FS_EPOLL_H
#define FS_EPOLL_H

#include "lib/types.h"

struct file;

#define EPOLLEXCLUSIVE (1u << 28)
#define EPOLLWAKEUP    (1u << 29)
#define EPOLLONESHOT   (1u << 30)
#define EPOLLET	       (1u << 31)

#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3

/* Linux x86-64's struct epoll_event has no padding. */
struct epoll_event {
	u32 events;
	u64 data;
} __attribute__((packed));
_Static_assert(sizeof(struct epoll_event) == 12, "Linux's size");

void epoll_init(void);			/* boot */

struct file *epoll_create(void);	/* ERR_PTR(-ENOMEM) */
bool file_is_epoll(const struct file *f);

/*
 * epoll_ctl(2): `event` is not looked at by EPOLL_CTL_DEL. 0, -EINVAL, -EPERM (f cannot be polled), -EEXIST, -ENOENT, -ELOOP,
 * -ENOMEM. The caller holds references of both files.
 */
int epoll_control(struct file *epoll, int op, struct file *f, int fd, const struct epoll_event *event);

/*
 * epoll_wait(2) up to `deadline` (ns of clock_now(); 0: do not sleep; TIME_NEVER): how many events were stored, 0 when time is
 * up, -EINTR, -EFAULT, -EINVAL when `epoll` is no such file.
 */
long epoll_wait_events(struct file *epoll, uaddr events, int max_events, u64 deadline);

/* The file's last reference is gone, ops->release comes next: no interest in it is left on return. */
void epoll_file_released(struct file *f);

#endif
