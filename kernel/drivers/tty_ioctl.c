/*
 * A terminal's ioctls (ioctl_tty(2)). Task context; requests that change the terminal stop a background process
 * first. An unknown request is ENOTTY.
 */
#include "drivers/tty.h"
#include "fs/file.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/signal.h"

static long get_termios(struct tty *t, uaddr to)
{
	irqstate s = spin_lock_irqsave(&t->lock);
	struct termios m = t->ldisc.termios;

	spin_unlock_irqrestore(&t->lock, s);
	return put_user_object(to, &m);
}

/* Output stops or goes on, by other means than a key. */
static void tell_stopped(struct tty *t, bool was_stopped) REQUIRES(t->lock)
{
	if (t->ldisc.stopped == was_stopped)
		return;
	tty_changed(t, was_stopped ? TIOCPKT_START : TIOCPKT_STOP);
	wait_wake_all(&t->writers, POLLOUT | POLLWRNORM);
}

/* The way that a terminal emulator can do flow control by itself: with the usual keys. */
static bool usual_flow_keys(const struct termios *m)
{
	return (m->iflag & IXON) && m->cc[VSTOP] == ('S' & 31) && m->cc[VSTART] == ('Q' & 31);
}

static void change_termios(struct tty *t, const struct termios *m) REQUIRES(t->lock)
{
	bool was_usual = usual_flow_keys(&t->ldisc.termios), was_stopped = t->ldisc.stopped;

	ldisc_set_termios(&t->ldisc, m);
	tell_stopped(t, was_stopped);
	if (usual_flow_keys(m) != was_usual)
		tty_changed(t, was_usual ? TIOCPKT_NOSTOP : TIOCPKT_DOSTOP);
}

static long set_termios(struct tty *t, unsigned request, uaddr from)
{
	struct tty_events events = { 0 };
	struct termios m;
	irqstate s;
	int r = get_user_object(&m, from);

	if (r == 0 && request != TCSETS)
		r = tty_drain(t);
	if (r < 0)
		return r;
	s = spin_lock_irqsave(&t->lock);
	if (request == TCSETSF) {
		ldisc_flush_input(&t->ldisc);
		tty_changed(t, TIOCPKT_FLUSHREAD);
	}
	change_termios(t, &m);
	tty_made_room(t, &events);
	t->ops->start(t);
	wait_wake_all(&t->readers, ldisc_readable(&t->ldisc, 1) ? POLLIN | POLLRDNORM : 0);	/* they wait by the new rules now */
	spin_unlock_irqrestore(&t->lock, s);
	tty_deliver(t, &events);
	return 0;
}

static long get_size(struct tty *t, uaddr to)
{
	irqstate s = spin_lock_irqsave(&t->lock);
	struct winsize w = t->size;

	spin_unlock_irqrestore(&t->lock, s);
	return put_user_object(to, &w);
}

static bool same_size(const struct winsize *a, const struct winsize *b)
{
	return a->rows == b->rows && a->columns == b->columns && a->x_pixels == b->x_pixels && a->y_pixels == b->y_pixels;
}

static long set_size(struct tty *t, uaddr from)
{
	struct tty_events events = { 0 };
	struct winsize w;
	irqstate s;
	int r = get_user_object(&w, from);

	if (r < 0)
		return r;
	s = spin_lock_irqsave(&t->lock);
	if (!same_size(&t->size, &w))
		events.signals = SIGNAL_BIT(SIGWINCH);
	t->size = w;
	spin_unlock_irqrestore(&t->lock, s);
	tty_deliver(t, &events);
	return 0;
}

static long flush(struct tty *t, u64 what)
{
	struct tty_events events = { 0 };
	irqstate s;

	if (what > TCIOFLUSH)
		return -EINVAL;
	s = spin_lock_irqsave(&t->lock);
	if (what != TCOFLUSH) {
		ldisc_flush_input(&t->ldisc);
		tty_changed(t, TIOCPKT_FLUSHREAD);
		tty_made_room(t, &events);
	}
	if (what != TCIFLUSH) {
		ldisc_flush_output(&t->ldisc);
		tty_changed(t, TIOCPKT_FLUSHWRITE);
		wait_wake_all(&t->writers, POLLOUT | POLLWRNORM);
	}
	spin_unlock_irqrestore(&t->lock, s);
	tty_deliver(t, &events);
	return 0;
}

/* tcflow(3): stop or resume our output, or ask the other side to do so with its. */
static long flow(struct tty *t, u64 action)
{
	const struct termios *m = &t->ldisc.termios;
	bool was_stopped;
	irqstate s;

	if (action > TCION)
		return -EINVAL;
	s = spin_lock_irqsave(&t->lock);
	was_stopped = t->ldisc.stopped;
	if (action == TCIOFF || action == TCION)
		ldisc_send(&t->ldisc, m->cc[action == TCIOFF ? VSTOP : VSTART]);
	else
		ldisc_hold(&t->ldisc, action == TCOOFF);
	tell_stopped(t, was_stopped);
	t->ops->start(t);
	spin_unlock_irqrestore(&t->lock, s);
	return 0;
}

static long put_count(struct tty *t, unsigned request, uaddr to)
{
	irqstate s = spin_lock_irqsave(&t->lock);
	u32 n = request == FIONREAD ? ldisc_available(&t->ldisc) : t->ops->is_pty ? 0 : ldisc_output_pending(&t->ldisc);

	spin_unlock_irqrestore(&t->lock, s);
	return put_user_object(to, &n);
}

static long put_id(long id, uaddr to)
{
	i32 value = (i32)id;

	return id < 0 ? id : put_user_object(to, &value);
}

static long set_pgrp(struct tty *t, uaddr from)
{
	i32 pgrp;
	int r = get_user_object(&pgrp, from);

	return r < 0 ? r : tty_set_pgrp(t, pgrp);
}

static bool changes_terminal(unsigned request)
{
	return request == TCSETS || request == TCSETSW || request == TCSETSF || request == TCSBRK || request == TCSBRKP ||
	       request == TCXONC || request == TCFLSH || request == TIOCSPGRP;
}

/* A break cannot be sent; what is left of the request is to wait for the output. */
static long send_break(struct tty *t)
{
	return tty_drain(t);
}

static long put_device(const struct tty *t, uaddr to)
{
	u32 rdev = (u32)t->rdev;

	return put_user_object(to, &rdev);
}

static long relation_ioctl(struct tty *t, bool master, unsigned request, u64 argument)
{
	uaddr user = UADDR(argument);

	switch (request) {
	case TIOCGPGRP:
		return put_id(tty_get_pgrp(t, master), user);
	case TIOCSPGRP:
		return set_pgrp(t, user);
	case TIOCGSID:
		return put_id(tty_get_session(t, master), user);
	case TIOCSCTTY:
		return tty_set_controlling(t, argument == 1);
	case TIOCNOTTY:
		return master ? -ENOTTY : tty_give_up(t);
	}
	return -ENOTTY;
}

long tty_ioctl(struct tty *t, bool master, unsigned request, u64 argument)
{
	uaddr user = UADDR(argument);
	int r;

	if (changes_terminal(request)) {
		r = tty_check_background(t, SIGTTOU);
		if (r < 0)
			return request == TIOCSPGRP && r == -EIO ? -ENOTTY : r;
	}
	switch (request) {
	case TCGETS:
		return get_termios(t, user);
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_termios(t, request, user);
	case TIOCGWINSZ:
		return get_size(t, user);
	case TIOCSWINSZ:
		return set_size(t, user);
	case TCFLSH:
		return flush(t, argument);
	case TCXONC:
		return flow(t, argument);
	case TCSBRK:
	case TCSBRKP:
		return send_break(t);
	case FIONREAD:
	case TIOCOUTQ:
		return put_count(t, request, user);
	case TIOCGDEV:
		return put_device(t, user);
	case TIOCSTI:
		return -EIO;		/* nobody types in another's name */
	}
	return relation_ioctl(t, master, request, argument);
}

long tty_file_ioctl(struct file *f, unsigned request, u64 argument)
{
	struct tty_file *tf = f->data;

	if (tty_file_dead(tf))
		return request == TIOCSPGRP ? -ENOTTY : -EIO;
	return tty_ioctl(tf->tty, false, request, argument);
}
