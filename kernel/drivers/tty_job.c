/*
 * Terminals and job control: which session a terminal belongs to, which process group of it is in the foreground
 * (credentials(7), ioctl_tty(2)). tasks_lock guards the relation in both directions: tty->session and tty->pgrp, and
 * process->tty. Task context.
 */
#include "drivers/tty.h"
#include "lib/error.h"
#include "sched/process.h"
#include "sched/signal.h"
#include "sched/task.h"

/* A terminal whose last reference is gone is as good as none: tty_put is on its way to take the pointer. */
static struct tty *get_tty(struct process *p) REQUIRES(tasks_lock)
{
	return p->tty && atomic_inc_not_zero(&p->tty->refs) ? p->tty : NULL;
}

struct tty *tty_controlling(void)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct tty *t = get_tty(current->process);

	spin_unlock_irqrestore(&tasks_lock, s);
	return t;
}

void tty_of_process(const struct process *p, u64 *rdev, int *foreground)
{
	*rdev = p->tty ? p->tty->rdev : 0;
	*foreground = p->tty ? p->tty->pgrp : -1;
}

static bool blocks_or_ignores(int sig)
{
	irqstate s;
	struct sighand *h = sighand_lock(current->process, &s);
	bool ignored = h->actions[sig - 1].handler == ABI_SIG_IGN;

	sighand_unlock(h, s);
	return ignored || (current->sigmask & SIGNAL_BIT(sig));
}

int tty_check_background(struct tty *t, int sig)
{
	struct process *p = current->process;
	irqstate s = spin_lock_irqsave(&tasks_lock);
	int pgrp = p->pgrp;
	bool background = p->tty == t && t->pgrp != 0 && t->pgrp != pgrp;
	bool orphaned = background && pgrp_is_orphaned(pgrp);

	spin_unlock_irqrestore(&tasks_lock, s);
	if (!background)
		return 0;
	if (blocks_or_ignores(sig))
		return sig == SIGTTIN ? -EIO : 0;
	if (orphaned)
		return -EIO;
	signal_send_pgrp(pgrp, sig);
	/* Another thread may take the signal; this one passes through delivery all the same, where its call is restarted. */
	atomic_or(&current->work, WORK_SIGNAL);
	return -ERESTARTSYS;
}

static void take(struct tty *t, struct process *p) REQUIRES(tasks_lock)
{
	p->tty = t;
	t->session = p->session;
	t->pgrp = p->pgrp;
}

void tty_open_controlling(struct tty *t)
{
	struct process *p = current->process;
	irqstate s = spin_lock_irqsave(&tasks_lock);

	if (p->session == p->pid && !p->tty && t->session == 0)
		take(t, p);
	spin_unlock_irqrestore(&tasks_lock, s);
}

struct detachment {
	struct tty *tty;
	int session, pgrp;
	bool hangup;
};

static void lose_terminal(struct process *p, void *arg)
{
	const struct detachment *d = arg;

	if (p->tty == d->tty)
		p->tty = NULL;
	if (d->hangup && d->session != 0 && p->pid == d->session) {
		signal_send_process(p, SIGHUP, NULL);
		signal_send_process(p, SIGCONT, NULL);
		p->hangup_pgrp = d->pgrp;
	}
}

/* process_for_each takes the lock by itself, so the terminal is nobody's before its processes lose it. */
int tty_detach_session(struct tty *t, bool hangup)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct detachment d = { t, t->session, t->pgrp, hangup };

	t->session = t->pgrp = 0;
	spin_unlock_irqrestore(&tasks_lock, s);
	process_for_each(lose_terminal, &d);
	return d.pgrp;
}

static void hang_up_group(int pgrp)
{
	if (pgrp <= 0)
		return;
	signal_send_pgrp(pgrp, SIGHUP);
	signal_send_pgrp(pgrp, SIGCONT);
}

long tty_set_controlling(struct tty *t, bool steal)
{
	struct process *p = current->process;
	irqstate s = spin_lock_irqsave(&tasks_lock);
	long r = 0;

	if (p->session == p->pid && p->tty == t && t->session == p->session)
		goto out;
	r = -EPERM;
	if (p->session != p->pid || p->tty)
		goto out;
	if (t->session != 0) {
		if (!steal || !capable(CAP_SYS_ADMIN))
			goto out;
		spin_unlock_irqrestore(&tasks_lock, s);
		tty_detach_session(t, false);
		s = spin_lock_irqsave(&tasks_lock);
		/* Somebody else may have been quicker, or another thread of ours. */
		if (t->session != 0 || p->tty)
			goto out;
	}
	take(t, p);
	r = 0;
out:
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

long tty_give_up(struct tty *t)
{
	struct process *p = current->process;
	irqstate s = spin_lock_irqsave(&tasks_lock);
	bool mine = p->tty == t, leads = p->session == p->pid;

	if (mine && !leads)
		p->tty = NULL;
	spin_unlock_irqrestore(&tasks_lock, s);
	if (!mine)
		return -ENOTTY;
	if (!leads)
		return 0;
	hang_up_group(tty_detach_session(t, false));
	return 0;
}

/*
 * A pseudo-terminal stays usable for whom the leader leaves behind with it. When the terminal hung up before, the leader had
 * the signal alone, and now its foreground group follows.
 */
void tty_leader_exits(void)
{
	struct process *p = current->process;
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct tty *t = p->session == p->pid ? get_tty(p) : NULL;
	int hung_up = p->hangup_pgrp;

	p->hangup_pgrp = 0;
	spin_unlock_irqrestore(&tasks_lock, s);
	if (!t) {
		hang_up_group(hung_up);
		return;
	}
	if (t->ops->is_pty) {
		int pgrp = tty_detach_session(t, false);

		if (pgrp > 0)
			signal_send_pgrp(pgrp, SIGHUP);
	} else {
		tty_hangup(t);
		s = spin_lock_irqsave(&tasks_lock);
		hung_up = p->hangup_pgrp;
		spin_unlock_irqrestore(&tasks_lock, s);
		hang_up_group(hung_up);
	}
	tty_put(t);
}

long tty_get_pgrp(struct tty *t, bool master)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	long r = master || current->process->tty == t ? t->pgrp : -ENOTTY;

	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

struct group_search {
	int pgrp, session;
	bool found;
};

static void look_for_group(struct process *p, void *arg)
{
	struct group_search *g = arg;

	if (p->pgrp == g->pgrp && p->session == g->session)
		g->found = true;
}

long tty_set_pgrp(struct tty *t, int pgrp)
{
	struct process *p = current->process;
	struct group_search g = { .pgrp = pgrp, .session = p->session };
	irqstate s;
	long r;

	if (pgrp < 0)
		return -EINVAL;
	process_for_each(look_for_group, &g);
	s = spin_lock_irqsave(&tasks_lock);
	r = -ENOTTY;
	if (p->tty == t && t->session == p->session) {
		r = g.found ? 0 : -EPERM;
		if (g.found)
			t->pgrp = pgrp;
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

long tty_get_session(struct tty *t, bool master)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	long r = (master || current->process->tty == t) && t->session != 0 ? t->session : -ENOTTY;

	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}
