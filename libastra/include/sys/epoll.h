/* Waiting for many descriptors: epoll(7). */
#ifndef _SYS_EPOLL_H
#define _SYS_EPOLL_H

#include <features.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>

__ASTRA_BEGIN_DECLS

#define EPOLL_CLOEXEC  O_CLOEXEC
#define EPOLL_CTL_ADD  1
#define EPOLL_CTL_DEL  2
#define EPOLL_CTL_MOD  3

enum EPOLL_EVENTS {
	EPOLLIN = 0x001, EPOLLPRI = 0x002, EPOLLOUT = 0x004, EPOLLERR = 0x008, EPOLLHUP = 0x010, EPOLLRDNORM = 0x040,
	EPOLLRDBAND = 0x080, EPOLLWRNORM = 0x100, EPOLLWRBAND = 0x200, EPOLLMSG = 0x400, EPOLLRDHUP = 0x2000,
	EPOLLEXCLUSIVE = 1 << 28, EPOLLWAKEUP = 1 << 29, EPOLLONESHOT = 1 << 30,
};
#define EPOLLIN        EPOLLIN
#define EPOLLPRI       EPOLLPRI
#define EPOLLOUT       EPOLLOUT
#define EPOLLERR       EPOLLERR
#define EPOLLHUP       EPOLLHUP
#define EPOLLRDNORM    EPOLLRDNORM
#define EPOLLRDHUP     EPOLLRDHUP
#define EPOLLEXCLUSIVE EPOLLEXCLUSIVE
#define EPOLLONESHOT   EPOLLONESHOT
#define EPOLLET        (1u << 31)

typedef union epoll_data {
	void *ptr;
	int fd;
	uint32_t u32;
	uint64_t u64;
} epoll_data_t;

struct epoll_event {
	uint32_t events;
	epoll_data_t data;
} __attribute__((packed));

/* A descriptor (size: anything above 0). epoll_ctl: 0, or -1: EEXIST, ENOENT, EPERM (a regular file), ELOOP, EINVAL. */
int epoll_create(int size);
int epoll_create1(int flags);
int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event);
/* How many events there are, 0 after timeout (milliseconds; -1: for ever), or -1. Cancellation points. */
int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout);
int epoll_pwait(int epoll, struct epoll_event *events, int room, int timeout, const sigset_t *mask);
int epoll_pwait2(int epoll, struct epoll_event *events, int room, const struct timespec *timeout, const sigset_t *mask);

__ASTRA_END_DECLS

#endif
