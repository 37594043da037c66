/* What epoll.c, epoll_nest.c and epoll_wait.c share. epoll.c has the picture of who meets whom. */
#ifndef FS_EPOLL_INTERNAL_H
#define FS_EPOLL_INTERNAL_H

#include "fs/epoll.h"
#include "fs/file.h"
#include "lib/list.h"
#include "lib/tree.h"
#include "sched/lock.h"
#include "sched/wait.h"

/* Events that an interest has without asking, and the bits of its events that are not events. */
#define EPOLL_ALWAYS  (POLLERR | POLLHUP)
#define EPOLL_OPTIONS (EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE)

/*
 * Letters: [I] immutable, [l] lock, [r] ready_lock to change, list_empty is asked without, [n] epoll_nest_lock, [a] atomic.
 */
struct epoll {
	struct mutex lock;		/* RANK_EPOLL: several from the watcher to the watched */
	struct file *file;		/* [I] its own; not counted, it is what holds this */
	struct tree items;		/* [l] struct epoll_item by (file, fd) */
	struct spinlock ready_lock;	/* RANK_EPOLL_READY */
	struct list ready;		/* [r] epoll_item->ready_link: what may have something to say */
	struct waitq waiters;		/* tasks in epoll_wait */
	struct waitq watchers;		/* callbacks: poll and other epolls */
	struct list nested;		/* [n] epoll_item->nest_link: interests in other epolls */
	u64 visit;			/* [n] the search that came here last … */
	int depth;			/* [n] … and how many epolls it found below, in a row */
};

/* One queue of a watched file. */
struct epoll_waiter {
	struct waiter waiter;
	struct epoll_item *item;	/* [I] */
	struct waitq *queue;		/* [I] */
	struct epoll_waiter *next;	/* [I] */
};

struct epoll_item {
	struct epoll *epoll;		/* [I] */
	struct file *file;		/* [I] not counted: see epoll.h */
	int fd;				/* [I] */
	struct tree_node node;		/* [epoll->lock] */
	u32 events;			/* [epoll->lock] to change; callbacks read it without */
	u64 data;			/* [epoll->lock] */
	struct list ready_link;		/* [epoll->ready_lock] on epoll->ready or on a scan's list */
	struct list nest_link;		/* [n] empty when the file is no epoll */
	struct epoll_item *file_next;	/* [watch_lock] file->watchers */
	struct epoll_waiter *queues;	/* [I once watching] */
	struct epoll_waiter first;	/* the one that nearly every file does with */
};

extern const struct file_ops epoll_file_ops;

/* Guards the graph of epolls that watch epolls, and the end of files and epolls against each other. RANK_EPOLL_NEST. */
extern struct mutex epoll_nest_lock;

/* May `outer` watch `inner`? 0, or -ELOOP: a cycle, or too long a row. */
int epoll_nest_check(struct epoll *outer, struct epoll *inner) REQUIRES(epoll_nest_lock);

/* Put the item on the ready list, unless it is on one, and wake who waits; true when a task in epoll_wait was there to be woken. */
bool epoll_item_ready(struct epoll_item *item);

/* What the item's file has to say now, of what it is asked. */
u32 epoll_item_poll(struct epoll_item *item);

unsigned epoll_poll(struct file *f, struct poll_table *t);	/* file_ops.poll */

#endif
