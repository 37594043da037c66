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

static long set_termios(struct tty *t, unsigned request, uaddr from)
{
	struct termios m;
	irqstate s;
	int r = get_user_object(&m, from);

	if (r == 0 && request != TCSETS)
		r = tty_drain(t);
	if (r < 0)
		return r;
	s = spin_lock_irqsave(&t->lock);
	if (request == TCSETSF)
		ldisc_flush_input(&t->ldisc);
	ldisc_set_termios(&t->ldisc, &m);
	t->ops->start(t);
	wait_wake_all(&t->readers, 0);		/* they wait by the new rules now */
	spin_unlock_irqrestore(&t->lock, s);
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
	irqstate s;

	if (what > TCIOFLUSH)
		return -EINVAL;
	s = spin_lock_irqsave(&t->lock);
	if (what != TCOFLUSH) {
		ldisc_flush_input(&t->ldisc);
		if (t->throttled) {
			t->throttled = false;
			t->ops->unthrottle(t);
		}
	}
	if (what != TCIFLUSH) {
		ldisc_flush_output(&t->ldisc);
		wait_wake_all(&t->writers, POLLOUT | POLLWRNORM);
	}
	spin_unlock_irqrestore(&t->lock, s);
	return 0;
}

static long flow(struct tty *t, u64 action)
{
	irqstate s;

	if (action != TCOOFF && action != TCOON)
		return -EINVAL;
	s = spin_lock_irqsave(&t->lock);
	t->ldisc.stopped = action == TCOOFF;
	t->ops->start(t);
	spin_unlock_irqrestore(&t->lock, s);
	return 0;
}

static long put_count(struct tty *t, unsigned request, uaddr to)
{
	irqstate s = spin_lock_irqsave(&t->lock);
	u32 n = request == FIONREAD ? ldisc_available(&t->ldisc) : ldisc_output_pending(&t->ldisc);

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

long tty_file_ioctl(struct file *f, unsigned request, u64 argument)
{
	struct tty_file *tf = f->data;
	struct tty *t = tf->tty;
	uaddr user = UADDR(argument);
	int r;

	if (tty_file_dead(tf))
		return request == TIOCSPGRP ? -ENOTTY : -EIO;
	if (changes_terminal(request)) {
		r = tty_check_background(t, SIGTTOU);
		if (r < 0)
			return r;
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
	case TIOCGPGRP:
		return put_id(tty_get_pgrp(t), user);
	case TIOCSPGRP:
		return set_pgrp(t, user);
	case TIOCGSID:
		return put_id(tty_get_session(t), user);
	case TIOCSCTTY:
		return tty_set_controlling(t, argument == 1);
	case TIOCNOTTY:
		return tty_give_up(t);
	}
	return -ENOTTY;
}
