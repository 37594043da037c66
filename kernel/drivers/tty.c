/*
 * Terminals as files: /dev/console, /dev/ttyS0, /dev/tty and the terminals of pty.c; and the way between a driver and the line
 * discipline. The rules are in tty.h. Readers and writers are in task context; tty_input and its like run in interrupts too.
 *
 * Waiting follows wait.h: a driver changes the rings under tty->lock and then wakes; a reader or writer queues, then
 * looks at the ring's positions without the lock, then sleeps. A stale look costs another turn of the loop, never a
 * wake-up, because who changed the ring looks at the queue after the change.
 */
#include "drivers/tty.h"

#include "drivers/pty.h"
#include "drivers/uart16550.h"
#include "fs/file.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/clock.h"
#include "sched/process.h"
#include "sched/signal.h"

#define CHUNK		256u			/* bytes copied at once between a ring and user memory */
#define LOW_WATER	(LDISC_SIZE / 2)	/* writers wake when no more output than this is pending */
#define TENTH_SECOND	(NS_PER_SEC / 10)	/* VTIME's unit */

static struct tty console;			/* ttyS0, or a terminal without hardware */

/* ---- For drivers ---- */

void tty_setup(struct tty *t, const struct tty_ops *ops, void *driver)
{
	memset(t, 0, sizeof(*t));
	spin_init(&t->lock, "tty", RANK_DEVICE);
	mutex_init(&t->read_lock, "tty read", RANK_OBJECT);
	waitq_init(&t->readers);
	waitq_init(&t->writers);
	waitq_init(&t->turn);
	ldisc_init(&t->ldisc);
	atomic_set(&t->refs, 1);
	t->ops = ops;
	t->driver = driver;
}

void tty_put(struct tty *t)
{
	if (!atomic_dec_and_test(&t->refs))
		return;
	(void)tty_detach_session(t, false);
	t->ops->release(t);
}

void tty_changed(struct tty *t, unsigned what)
{
	if (what != 0 && t->ops->changed)
		t->ops->changed(t, what);
}

static void after_input(struct tty *t, int sig, bool was_stopped, struct tty_events *events) REQUIRES(t->lock)
{
	unsigned what = 0;

	if (sig) {
		events->signals |= SIGNAL_BIT(sig);
		if (!(t->ldisc.termios.lflag & NOFLSH))
			what = TIOCPKT_FLUSHREAD | TIOCPKT_FLUSHWRITE;
	}
	if (t->ldisc.stopped != was_stopped)
		what |= was_stopped ? TIOCPKT_START : TIOCPKT_STOP;
	if (what == 0)
		return;
	tty_changed(t, what);
	if (what & TIOCPKT_START)
		t->ops->start(t);
	wait_wake(&t->writers, POLLOUT | POLLWRNORM);	/* output was flushed, or goes on */
}

void tty_input(struct tty *t, const u8 *bytes, size_t n, struct tty_events *events)
{
	for (size_t i = 0; i < n; i++) {
		bool was_stopped = t->ldisc.stopped;
		int sig = ldisc_receive(&t->ldisc, bytes[i]);

		after_input(t, sig, was_stopped, events);
	}
	if (ldisc_output_pending(&t->ldisc))
		t->ops->start(t);
	if (ldisc_readable(&t->ldisc, 1))
		wait_wake(&t->readers, POLLIN | POLLRDNORM);
}

void tty_input_break(struct tty *t, struct tty_events *events)
{
	after_input(t, ldisc_break(&t->ldisc), t->ldisc.stopped, events);
	if (ldisc_readable(&t->ldisc, 1))
		wait_wake(&t->readers, POLLIN | POLLRDNORM);
}

u32 tty_input_room(const struct tty *t)
{
	return ldisc_room(&t->ldisc);
}

/* IXOFF: the other end of a line is asked to wait, or to go on. A master waits by itself. */
static void tell_sender(struct tty *t, unsigned key) REQUIRES(t->lock)
{
	if ((t->ldisc.termios.iflag & IXOFF) && !t->ops->is_pty)
		ldisc_send(&t->ldisc, t->ldisc.termios.cc[key]);
}

void tty_throttle(struct tty *t)
{
	if (!t->throttled)
		tell_sender(t, VSTOP);
	t->throttled = true;
}

void tty_made_room(struct tty *t, struct tty_events *events)
{
	if (!t->throttled || ldisc_room(&t->ldisc) <= LOW_WATER)
		return;
	t->throttled = false;
	tell_sender(t, VSTART);
	t->ops->unthrottle(t, events);
}

size_t tty_take_output(struct tty *t, u8 *bytes, size_t n)
{
	size_t taken = ldisc_take_output(&t->ldisc, bytes, n);

	if (taken > 0 && ldisc_output_pending(&t->ldisc) <= LOW_WATER && waitq_active(&t->writers))
		wait_wake(&t->writers, POLLOUT | POLLWRNORM);
	return taken;
}

void tty_deliver(struct tty *t, const struct tty_events *events)
{
	u64 signals = events->signals;
	int pgrp = READ_ONCE(t->pgrp);

	while (signals != 0 && pgrp > 0) {
		int sig = __builtin_ctzll(signals) + 1;

		signals &= signals - 1;
		signal_send_pgrp(pgrp, sig);
	}
}

void tty_hangup(struct tty *t)
{
	irqstate s;

	(void)tty_detach_session(t, true);
	s = spin_lock_irqsave(&t->lock);
	t->hangups++;
	ldisc_flush_input(&t->ldisc);
	ldisc_flush_output(&t->ldisc);
	t->ldisc.stopped = t->ldisc.held = false;
	wait_wake_all(&t->readers, POLLIN | POLLHUP | POLLERR);
	wait_wake_all(&t->writers, POLLOUT | POLLHUP | POLLERR);
	spin_unlock_irqrestore(&t->lock, s);
}

/* ---- Reading ---- */

/* What the ring has, up to a line's end or the caller's size: bytes, or -EFAULT. One reader at a time. */
static ssize_t transfer(struct tty *t, struct uio *u, bool *ended)
{
	struct tty_events events = { 0 };
	u8 chunk[CHUNK];
	size_t done = 0, n, copied;
	irqstate s;

	*ended = false;
	mutex_lock(&t->read_lock);
	do {
		s = spin_lock_irqsave(&t->lock);
		n = ldisc_read(&t->ldisc, chunk, MIN(u->left, CHUNK), ended);
		tty_made_room(t, &events);
		spin_unlock_irqrestore(&t->lock, s);
		copied = uio_read_in(u, chunk, n);
		done += copied;
	} while (n > 0 && copied == n && !*ended && u->left > 0);
	mutex_unlock(&t->read_lock);
	tty_deliver(t, &events);
	return n > 0 && done == 0 ? -EFAULT : (ssize_t)done;
}

/* termios(3)'s VMIN and VTIME, at this moment. */
struct read_rule {
	bool canonical;
	u32 minimum;
	u64 time;			/* ns; 0: none */
};

static struct read_rule current_rule(struct tty *t)
{
	irqstate s = spin_lock_irqsave(&t->lock);
	const struct termios *m = &t->ldisc.termios;
	struct read_rule r = { m->lflag & ICANON, m->cc[VMIN], m->cc[VTIME] * TENTH_SECOND };

	spin_unlock_irqrestore(&t->lock, s);
	return r;
}

/* May the read return with what it has? */
static bool read_enough(const struct read_rule *r, const struct uio *u, size_t done, bool ended)
{
	if (ended || (done > 0 && u->left == 0))
		return true;
	if (r->canonical)
		return done > 0;
	return done >= MAX(r->minimum, 1u) || (r->minimum == 0 && r->time == 0);
}

/* Until when to wait for the next byte: with a minimum the time runs between bytes, without one from the start. */
static u64 read_deadline(const struct read_rule *r, u64 start, size_t done)
{
	if (r->canonical || r->time == 0 || (r->minimum > 0 && done == 0))
		return TIME_NEVER;
	return (r->minimum > 0 ? clock_now() : start) + r->time;
}

static ssize_t tty_read(struct file *f, struct uio *u, u64 *pos)
{
	struct tty_file *tf = f->data;
	struct tty *t = tf->tty;
	u64 start = clock_now();
	size_t done = 0;
	ssize_t n = tty_check_background(t, SIGTTIN);
	bool ended;

	if (n < 0 || u->left == 0)
		return tty_file_dead(tf) ? 0 : n;
	for (;;) {
		struct read_rule rule = current_rule(t);

		if (tty_file_dead(tf))
			return (ssize_t)done;
		n = transfer(t, u, &ended);
		if (n < 0)
			return done > 0 ? (ssize_t)done : n;
		done += (size_t)n;
		if (read_enough(&rule, u, done, ended))
			return (ssize_t)done;
		if (f->flags & O_NONBLOCK)
			return done > 0 ? (ssize_t)done : -EAGAIN;
		n = wait_event_timeout(&t->readers, ldisc_readable(&t->ldisc, 1) || tty_file_dead(tf), true,
				       read_deadline(&rule, start, done));
		if (n == -ETIMEDOUT || (n < 0 && done > 0))
			return (ssize_t)done;
		if (n < 0)
			return n;
	}
}

/* ---- Writing ---- */

static bool accepts_output(const struct tty *t)
{
	return !t->ops->is_pty || !READ_ONCE(t->ldisc.stopped);
}

static size_t push_output(struct tty *t, const u8 *bytes, size_t n)
{
	irqstate s = spin_lock_irqsave(&t->lock);
	size_t done = accepts_output(t) ? ldisc_write(&t->ldisc, bytes, n) : 0;

	t->ops->start(t);
	spin_unlock_irqrestore(&t->lock, s);
	return done;
}

static bool writable(struct tty *t)
{
	return accepts_output(t) && ldisc_output_pending(&t->ldisc) <= LOW_WATER;
}

/* All of a chunk: 0, or why not all of it (*done counts). */
static int write_chunk(struct file *f, const u8 *bytes, size_t n, size_t *done)
{
	struct tty_file *tf = f->data;
	struct tty *t = tf->tty;
	size_t at = 0;
	int r = 0;

	while (r == 0 && at < n) {
		size_t pushed;

		if (tty_file_dead(tf))
			return -EIO;
		pushed = push_output(t, bytes + at, n - at);
		at += pushed;
		*done += pushed;
		if (at == n)
			break;
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		r = wait_event_interruptible(&t->writers, writable(t) || tty_file_dead(tf));
	}
	return r;
}

static int begin_write(struct file *f, struct tty *t)
{
	if (f->flags & O_NONBLOCK)
		return atomic_cas(&t->writing, 0, 1) ? 0 : -EAGAIN;
	return wait_event_interruptible(&t->turn, atomic_cas(&t->writing, 0, 1));
}

static void end_write(struct tty *t)
{
	atomic_set_release(&t->writing, 0);
	wait_wake_all(&t->turn, 0);
}

static ssize_t tty_write(struct file *f, struct uio *u, u64 *pos)
{
	struct tty_file *tf = f->data;
	struct tty *t = tf->tty;
	u8 chunk[CHUNK];
	size_t done = 0;
	int r = READ_ONCE(t->ldisc.termios.lflag) & TOSTOP ? tty_check_background(t, SIGTTOU) : 0;

	if (r == 0)
		r = begin_write(f, t);
	if (r < 0)
		return r;
	while (r == 0 && u->left > 0) {
		size_t n = uio_write_out(u, chunk, MIN(u->left, CHUNK));

		r = n == 0 ? -EFAULT : write_chunk(f, chunk, n, &done);
	}
	end_write(t);
	return done > 0 ? (ssize_t)done : r;
}

int tty_drain(struct tty *t)
{
	int r = 0;

	if (!t->ops->is_pty)
		r = wait_event_interruptible(&t->writers, ldisc_output_pending(&t->ldisc) == 0);
	/* The hardware's own buffer is a few bytes, and does not interrupt when the last one is out. */
	while (r == 0 && t->ops->drained) {
		irqstate s = spin_lock_irqsave(&t->lock);
		bool drained = t->ops->drained(t);

		spin_unlock_irqrestore(&t->lock, s);
		if (drained)
			break;
		r = wait_event_timeout(&t->writers, false, true, clock_now() + NS_PER_MSEC);
		r = r == -ETIMEDOUT ? 0 : r;
	}
	return r;
}

/* ---- The rest of a file ---- */

static unsigned tty_poll(struct file *f, struct poll_table *p)
{
	struct tty_file *tf = f->data;
	struct tty *t = tf->tty;
	struct read_rule rule = current_rule(t);
	unsigned events = 0;

	poll_wait(p, &t->readers);
	poll_wait(p, &t->writers);
	if (tty_file_dead(tf))
		return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM | POLLERR | POLLHUP;
	if (ldisc_readable(&t->ldisc, rule.time == 0 ? rule.minimum : 1))
		events |= POLLIN | POLLRDNORM;
	if (writable(t))
		events |= POLLOUT | POLLWRNORM;
	return events;
}

/* Takes over the reference to the terminal. */
static int open_terminal(struct file *f, struct tty *t, bool is_console)
{
	struct tty_file *tf = kmalloc(sizeof(*tf));
	int r = -ENOMEM;

	if (tf) {
		*tf = (struct tty_file){ t, READ_ONCE(t->hangups), is_console };
		r = t->ops->opened ? t->ops->opened(t) : 0;
	}
	if (r < 0) {
		kfree(tf);
		tty_put(t);
		return r;
	}
	f->data = tf;
	return 0;
}

static int tty_open(struct inode *inode, struct file *f)
{
	struct tty *t = f->data;
	int r;

	tty_get(t);
	r = open_terminal(f, t, false);
	if (r == 0 && !(f->flags & O_NOCTTY) && file_readable(f))
		tty_open_controlling(t);
	return r;
}

static int console_open(struct inode *inode, struct file *f)
{
	tty_get(f->data);
	return open_terminal(f, f->data, true);
}

static int controlling_open(struct inode *inode, struct file *f)
{
	struct tty *t = tty_controlling();

	return t ? open_terminal(f, t, false) : -ENXIO;
}

static void tty_release(struct file *f)
{
	struct tty_file *tf = f->data;
	struct tty *t = tf->tty;

	kfree(tf);
	if (t->ops->closed)
		t->ops->closed(t);
	tty_put(t);
}

#define TTY_FILE_OPS(open_) { \
	.open = open_, .read = tty_read, .write = tty_write, .poll = tty_poll, .ioctl = tty_file_ioctl, .release = tty_release, \
}
const struct file_ops tty_file_ops = TTY_FILE_OPS(tty_open);
static const struct file_ops console_file_ops = TTY_FILE_OPS(console_open);
static const struct file_ops controlling_file_ops = TTY_FILE_OPS(controlling_open);

/* ---- A console without hardware: output vanishes, input never comes ---- */

static void discard_output(struct tty *t) REQUIRES(t->lock)
{
	u8 bytes[CHUNK];

	while (tty_take_output(t, bytes, sizeof(bytes)) > 0)
		;
}

static const struct tty_ops no_hardware = { .start = discard_output };

static void register_node(const char *name, u32 mode, u64 rdev, const struct file_ops *ops)
{
	int r = device_register(name, mode, rdev, ops, &console);

	if (r < 0)
		log_error("tty", "/dev/%s: error %d", name, -r);
}

void tty_init(void)
{
	int r = uart_setup_tty(&console);

	if (r < 0) {
		log_warn("tty", "no serial port: the console has no hardware");
		tty_setup(&console, &no_hardware, NULL);
		console.rdev = MAKEDEV(5, 1);
	} else {
		console.rdev = MAKEDEV(4, 64);
		register_node("ttyS0", 0620, MAKEDEV(4, 64), &tty_file_ops);
	}
	register_node("console", 0600, MAKEDEV(5, 1), &console_file_ops);
	register_node("tty", 0666, MAKEDEV(5, 0), &controlling_file_ops);
	pty_init();
}
