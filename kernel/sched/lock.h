/*
 * Locks. The kernel is not preempted while it runs kernel code, so a spinning CPU waits for a holder that is running.
 *
 *  - A spinlock is held for a short, bounded time; its holder does not sleep and does not touch user memory.
 *  - spin_lock() is for locks that no interrupt handler takes; a lock that one takes is always taken with
 *    spin_lock_irqsave().
 *  - A mutex may be held across sleeps and user copies; it is never taken with a spinlock held or in an interrupt.
 *  - Locks are taken in rising rank; two of the same rank only where the enum says how they are ordered.
 *  - Debug builds (configure.py --debug) check rank, interrupt state and holder on every acquire and release.
 */
#ifndef SCHED_LOCK_H
#define SCHED_LOCK_H

#include "arch/x86_64/inline.h"	/* irqstate, and interrupts for the inline operations below */
#include "lib/atomic.h"
#include "lib/list.h"
#include "lib/types.h"

#define CAPABILITY(x)   __attribute__((capability(x)))
#define ACQUIRES(...)   __attribute__((acquire_capability(__VA_ARGS__)))
#define RELEASES(...)   __attribute__((release_capability(__VA_ARGS__)))
#define TRY_ACQUIRES(...) __attribute__((try_acquire_capability(__VA_ARGS__)))
#define REQUIRES(...)   __attribute__((requires_capability(__VA_ARGS__)))
#define NO_LOCK_ANALYSIS __attribute__((no_thread_safety_analysis))

struct task;

/* From outermost to innermost, a reason a line. */
enum lock_rank {
	RANK_NONE,
	RANK_EPOLL_NEST,	/* mutex: which epoll watches which; the ends of files and of epolls */
	RANK_EPOLL,	/* mutex: an epoll's interests; polls files, copies to user memory; several from the watcher to the watched */
	RANK_MOUNTS,	/* mutex: calls that change the table of mounts; they walk paths and lock directories */
	RANK_RENAME,	/* mutex: renames of directories across the tree, outside every directory */
	RANK_FILE_POS,	/* mutex: a file's offset, taken by read and write around the object's own lock */
	RANK_INODE,	/* mutex: an inode's data and directory entries; several in the order that fs/inode.h states */
	RANK_OBJECT,	/* mutex: pipes, ttys, ports: copies to user memory while held */
	RANK_UNIX_FLIGHT,	/* mutex: sockets whose descriptors are on their way; from under a socket's order of receiving */
	RANK_REALTIME_TIMERS,	/* mutex: timers that follow the calendar clock, from under their owners' locks */
	RANK_MM,	/* mutex: an address space; page faults of user copies under any lock above take it; two: parent, then child in fork */
	RANK_PAGES,	/* spin: a file's page table, asked by faults */
	RANK_MOUNT,	/* spin: which mount hangs where; asked by walks, held while a path is written out */
	RANK_DENTRY,	/* spin: names under a directory; several only inside tree_lock (fs/dentry.c) */
	RANK_FILES,	/* spin: a descriptor table */
	RANK_FS,	/* spin: root and working directory */
	RANK_SOCKET,	/* spin: a socket's or connection's state; sends under it, so all that a packet meets on its way out comes below */
	RANK_UNIX_NAMES,	/* spin: a bucket of AF_UNIX names; two in the order of their addresses */
	RANK_TCP_TIMEWAIT,	/* spin: the list of TIME-WAITs, which connections enter under their locks */
	RANK_TCP_PORT,	/* spin: who holds which port; chosen and given back under the connection's lock */
	RANK_TCP_HASH,	/* spin: a bucket of connections; a port counts as free by what the buckets hold */
	RANK_UDP_PORT,	/* spin: who holds which UDP port */
	RANK_ROUTE,	/* spin: routes and addresses, from under a connection's lock */
	RANK_NEIGHBOUR,	/* spin: link addresses of neighbours, and the packets that wait for one */
	RANK_NETDEV_CONFIG,	/* spin: a network device's settings; the table of devices */
	RANK_NETDEV,	/* spin: a network driver's queues */
	RANK_TAP,	/* spin: an AF_PACKET socket's queue; filled from under whatever sends */
	RANK_NETLINK,	/* spin: netlink's sockets and queues; told of changes from under the tables' locks */
	RANK_NOTIFY,	/* spin: watches of inotify and their events */
	RANK_TLB,	/* spin, interrupts on: one shoot-down at a time; what interrupts take comes below */
	RANK_CPU_TIMERS,	/* spin, irq: a process's timers of CPU time; they read the tree and send signals */
	RANK_TASKS,	/* spin, irq: the process tree, process groups, sessions */
	RANK_SIGHAND,	/* spin, irq: signal actions and pending signals of a process */
	RANK_DEVICE,	/* spin, irq: a device's registers and queues */
	RANK_WAITQ,	/* spin, irq: a wait queue; waking is allowed under everything above */
	RANK_EPOLL_WAITQ,	/* spin, irq: an epoll's queues, woken from inside the queues of what it watches; several likewise */
	RANK_EPOLL_READY,	/* spin, irq: an epoll's ready list */
	RANK_RUNQ,	/* spin, irq: a CPU's run queue; one at a time */
	RANK_CLOCK_TIMER,	/* spin, irq: one timer's arming */
	RANK_TIMER,	/* spin, irq: a CPU's timer tree; the switch sets the tick */
	RANK_KMAP,	/* spin, irq: the kernel map's ranges */
	RANK_SLAB,	/* spin, irq: a cache's slabs */
	RANK_FRAME,	/* spin, irq: the frame allocator */
	RANK_RANDOM,	/* spin, irq: the random pool: anyone may draw */
	RANK_LOG,	/* spin, irq: the log's ring: anyone may log */
};

struct CAPABILITY("spinlock") spinlock {
	u32 locked;		/* [a] 0 or 1 */
	u16 rank;		/* [I] enum lock_rank */
	i16 holder;		/* [debug] CPU number, -1 when free */
	const char *name;	/* [I] */
};

#define SPINLOCK_INIT(lock_name, lock_rank) { 0, lock_rank, -1, lock_name }

void spin_init(struct spinlock *l, const char *name, enum lock_rank rank);
bool spin_trylock(struct spinlock *l) TRY_ACQUIRES(true, *l);

#if defined(ASTRA_DEBUG) || defined(ASTRA_HOST_TEST)
void spin_lock(struct spinlock *l) ACQUIRES(*l);
void spin_unlock(struct spinlock *l) RELEASES(*l);
irqstate spin_lock_irqsave(struct spinlock *l) ACQUIRES(*l) __must_check;
void spin_unlock_irqrestore(struct spinlock *l, irqstate s) RELEASES(*l);
#else
void spin_wait(struct spinlock *l);		/* the slow path: until we have it */

static inline void spin_lock(struct spinlock *l) ACQUIRES(*l) NO_LOCK_ANALYSIS
{
	if (unlikely(__atomic_exchange_n(&l->locked, 1, __ATOMIC_ACQUIRE) != 0))
		spin_wait(l);
}

static inline void spin_unlock(struct spinlock *l) RELEASES(*l) NO_LOCK_ANALYSIS
{
	__atomic_store_n(&l->locked, 0, __ATOMIC_RELEASE);
}

static inline irqstate spin_lock_irqsave(struct spinlock *l) ACQUIRES(*l) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();

	spin_lock(l);
	return s;
}

static inline void spin_unlock_irqrestore(struct spinlock *l, irqstate s) RELEASES(*l) NO_LOCK_ANALYSIS
{
	spin_unlock(l);
	arch_irq_restore(s);
}
#endif

struct CAPABILITY("mutex") mutex {
	u32 state;		/* [a] 0 free, 1 held, 2 held and somebody waits */
	u16 rank;		/* [I] */
	struct task *holder;	/* [a] for debug checks and the panic dump */
	struct spinlock lock;	/* guards waiters */
	struct list waiters;	/* [lock] struct mutex_waiter */
};

#define MUTEX_INIT(name_, text, rank_) \
	{ .rank = (rank_), .lock = SPINLOCK_INIT(text, RANK_WAITQ), .waiters = LIST_INIT(name_.waiters) }
void mutex_init(struct mutex *m, const char *name, enum lock_rank rank);
void mutex_lock(struct mutex *m) ACQUIRES(*m);
bool mutex_trylock(struct mutex *m) TRY_ACQUIRES(true, *m);
void mutex_unlock(struct mutex *m) RELEASES(*m);
bool mutex_held(const struct mutex *m);	/* by this task: for assertions */

#endif
