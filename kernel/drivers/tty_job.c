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

struct tty *tty_controlling(void)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct tty *t = current->process->tty;

	spin_unlock_irqrestore(&tasks_lock, s);
	return t;
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

static void lose_terminal(struct process *p, void *arg)
{
	if (p->tty == arg)
		p->tty = NULL;
}

/* process_for_each takes the lock by itself, so the terminal is nobody's before its processes lose it. */
void tty_detach_session(struct tty *t, int *session, int *pgrp)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);

	*session = t->session;
	*pgrp = t->pgrp;
	t->session = t->pgrp = 0;
	spin_unlock_irqrestore(&tasks_lock, s);
	if (*session != 0)
		process_for_each(lose_terminal, t);
}

long tty_set_controlling(struct tty *t, bool steal)
{
	struct process *p = current->process;
	irqstate s = spin_lock_irqsave(&tasks_lock);
	int session, pgrp;
	long r = 0;

	if (p->session == p->pid && p->tty == t && t->session == p->session)
		goto out;
	r = -EPERM;
	if (p->session != p->pid || p->tty)
		goto out;
	if (t->session != 0) {
		if (!steal || !cred_is_root(current->cred))
			goto out;
		spin_unlock_irqrestore(&tasks_lock, s);
		tty_detach_session(t, &session, &pgrp);
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
	int session, pgrp;

	if (mine && !leads)
		p->tty = NULL;
	spin_unlock_irqrestore(&tasks_lock, s);
	if (!mine)
		return -ENOTTY;
	if (!leads)
		return 0;
	tty_detach_session(t, &session, &pgrp);
	if (pgrp > 0) {
		signal_send_pgrp(pgrp, SIGHUP);
		signal_send_pgrp(pgrp, SIGCONT);
	}
	return 0;
}

void tty_leader_exits(void)
{
	struct process *p = current->process;
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct tty *t = p->session == p->pid ? p->tty : NULL;

	spin_unlock_irqrestore(&tasks_lock, s);
	if (t)
		tty_hangup(t);
}

long tty_get_pgrp(struct tty *t)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	long r = current->process->tty == t ? t->pgrp : -ENOTTY;

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

long tty_get_session(struct tty *t)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	long r = current->process->tty == t && t->session != 0 ? t->session : -ENOTTY;

	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}
