/*
 * Terminals.
 *
 *  - A terminal is a line discipline (tty_ldisc.h) between a driver below (struct tty_ops) and open files above.
 *  - tty->lock guards the line discipline and whatever the driver does in its operations; interrupt handlers take it.
 *  - Who sends signals does so without tty->lock (tasks_lock ranks above it): input collects what happened in a struct
 *    tty_events, and tty_deliver acts on it after the unlock.
 *  - Terminals are counted: every open file holds a reference. A session's processes point to their terminal without
 *    one; before its memory goes, tty_put takes the pointers back. Who follows such a pointer does so under tasks_lock, or
 *    gets a reference there (tty_controlling).
 *  - A pseudo-terminal's driver is a program that holds the master (pty.c): /dev/pts/N is the terminal.
 */
#ifndef DRIVERS_TTY_H
#define DRIVERS_TTY_H

#include "drivers/tty_ldisc.h"
#include "lib/atomic.h"
#include "lib/types.h"
#include "sched/lock.h"
#include "sched/wait.h"

struct file;
struct file_ops;
struct process;
struct tty;
struct tty_events;

extern struct spinlock tasks_lock;	/* sched/process.h */

/* A driver. All are called with tty->lock held, interrupts off, and must not sleep. */
struct tty_ops {
	void (*start)(struct tty *t);		/* output may wait: take it with tty_take_output, now or as room comes */
	bool (*drained)(struct tty *t);		/* is the last byte on its way out of the machine? NULL: always */
	/* There is room for input again, after tty_throttle. NULL: never asked. The caller delivers what comes of it. */
	void (*unthrottle)(struct tty *t, struct tty_events *events);
	void (*changed)(struct tty *t, unsigned what);	/* TIOCPKT_ bits that happened. NULL: nobody wants to know */
	int (*opened)(struct tty *t);		/* one more file: 0 or -EIO. NULL: always 0 */
	void (*closed)(struct tty *t);		/* one less; not for a file that was refused. NULL: nobody wants to know */
	void (*release)(struct tty *t);		/* the last reference is gone; task context, no lock held. NULL: never */
	/*
	 * A pseudo-terminal: output counts as sent once it is taken, none is accepted while it is stopped, and the end of a
	 * session's leader is no hang-up for files that others have open.
	 */
	bool is_pty;
};

/* Letters: [I] immutable, [a] atomic, [l] lock, [t] tasks_lock to change, read without. */
struct tty {
	struct spinlock lock;			/* RANK_DEVICE, irq */
	atomic32 refs;				/* [a] */
	const struct tty_ops *ops;		/* [I] */
	u64 rdev;				/* [I] its device number; 0: none */
	void *driver;				/* [I] the driver's own */
	struct ldisc ldisc;			/* [l] */
	struct winsize size;			/* [l] */
	bool throttled;				/* [l] the driver holds input back */
	u32 hangups;				/* [l] a file that was opened before the latest hang-up is dead; read without */
	int session, pgrp;			/* [t] whose controlling terminal it is, foreground group; 0: nobody's */
	struct mutex read_lock;			/* RANK_OBJECT: a line goes to one reader */
	atomic32 writing;			/* [a] somebody's write is going on: writes do not mix */
	struct waitq readers;			/* for input */
	struct waitq writers;			/* for room in the output ring, and for its draining */
	struct waitq turn;			/* for `writing` to become 0 */
};

/* An open file's view of it: file->data. */
struct tty_file {
	struct tty *tty;			/* [I] */
	u32 hangups;				/* [I] of the terminal when it was opened */
	bool console;				/* [I] /dev/console survives hang-ups */
};

/* What input has to tell the world once tty->lock is free. */
struct tty_events {
	u64 signals;				/* SIGNAL_BITs for the foreground group */
};

void tty_setup(struct tty *t, const struct tty_ops *ops, void *driver);	/* before anybody knows of it */

/* For drivers, tty->lock held. */
void tty_input(struct tty *t, const u8 *bytes, size_t n, struct tty_events *events) REQUIRES(t->lock);
void tty_input_break(struct tty *t, struct tty_events *events) REQUIRES(t->lock);
u32 tty_input_room(const struct tty *t) REQUIRES(t->lock);	/* bytes that can arrive without loss */
void tty_throttle(struct tty *t) REQUIRES(t->lock);		/* no room: ask for ops->unthrottle; tells the sender (IXOFF) */
size_t tty_take_output(struct tty *t, u8 *bytes, size_t n) REQUIRES(t->lock);

/* … and after the unlock. Any context. */
void tty_deliver(struct tty *t, const struct tty_events *events);

/* References. tty_put may be the last: task context, no lock held. */
static inline void tty_get(struct tty *t) { atomic_inc(&t->refs); }
void tty_put(struct tty *t);

/*
 * The line is gone: SIGHUP and SIGCONT to its session's leader (and, when that ends, to the foreground group), whose session
 * loses its terminal; files that are open read an end and write EIO. Task context.
 */
void tty_hangup(struct tty *t);

/*
 * The current process, a session's leader, ends: its terminal is hung up, or at least nobody's any more, and the foreground
 * group gets SIGHUP. For process code, before it is a zombie.
 */
void tty_leader_exits(void);

/* /proc/PID/stat's tty_nr and tpgid of a process: 0 and -1 without a terminal. */
void tty_of_process(const struct process *p, u64 *rdev, int *foreground) REQUIRES(tasks_lock);

/* Boot, after fs_init, interrupts on: /dev/console, /dev/tty, /dev/ttyS0. Panics when the memory does not suffice. */
void tty_init(void);

/* Between tty.c, tty_ioctl.c and tty_job.c. */
long tty_file_ioctl(struct file *f, unsigned request, u64 argument);
int tty_drain(struct tty *t);				/* wait until all output is out: 0 or -ERESTARTSYS */
void tty_changed(struct tty *t, unsigned what) REQUIRES(t->lock);	/* tell the driver; 0 is let through */
void tty_made_room(struct tty *t, struct tty_events *events) REQUIRES(t->lock);	/* unthrottle, when there is enough */
static inline bool tty_file_dead(const struct tty_file *tf) { return !tf->console && tf->hangups != READ_ONCE(tf->tty->hangups); }

/*
 * May the current process read (SIGTTIN) from or change (SIGTTOU) this terminal now? 0: it is in the foreground, or this is
 * not its controlling terminal. Otherwise it got the signal: -ERESTARTSYS, or -EIO where a stop would be for ever. A
 * process that blocks or ignores the signal: SIGTTIN -EIO, SIGTTOU 0.
 */
int tty_check_background(struct tty *t, int sig);

void tty_open_controlling(struct tty *t);		/* a session's leader without a terminal gets this one, if it is free */
long tty_set_controlling(struct tty *t, bool steal);	/* TIOCSCTTY */
long tty_give_up(struct tty *t);			/* TIOCNOTTY */
long tty_get_pgrp(struct tty *t, bool master);		/* TIOCGPGRP: the group or -ENOTTY; a master may always ask */
long tty_set_pgrp(struct tty *t, int pgrp);
long tty_get_session(struct tty *t, bool master);
struct tty *tty_controlling(void);			/* of the current process, referenced; NULL */

/*
 * Take the terminal from its session: nobody's any more. With `hangup` the session's leader gets SIGHUP and SIGCONT and
 * remembers the foreground group. Returns that group, 0 for none.
 */
int tty_detach_session(struct tty *t, bool hangup);

/* For pty.c: what a master shares with its terminal. */
long tty_ioctl(struct tty *t, bool master, unsigned request, u64 argument);
extern const struct file_ops tty_file_ops;	/* a terminal's; open finds it in f->data */

#endif
