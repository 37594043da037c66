/*
 * O_ASYNC, and SIGURG of sockets. A file in that mode, and a socket that has an owner, has waiters in the queues that its poll op
 * names. A wake-up may come from any context and under the queue's lock, where no signal can be sent, so its callback only puts the
 * file's record on a list, and a kernel task sends.
 * That task takes what it needs out of the record under async_lock and does not touch the record, or the file, afterwards.
 *
 *	callback, under the queue's lock          end of the file
 *	A: record onto `pending` (async_lock)     C: waiters out of the queues: no callback runs any more
 *	B: wakes the sender                       D: record off `pending` (async_lock); then it is freed
 *
 * async_mutex orders changes of a file's mode and owner.
 */
#include "fs/async.h"

#include "lib/assert.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "sched/pid.h"
#include "sched/process.h"
#include "sched/task.h"
#include "sched/wait.h"

/* A waiter in one queue of the file. */
struct async_waiter {
	struct waiter waiter;
	struct waitq *queue;
	struct file_async *record;
	struct async_waiter *next;
};

/* What is to be sent, and to whom. Letters: [q] async_lock. */
struct notice {
	struct file_owner owner;	/* [q] */
	int sig;			/* [q] 0: SIGIO */
	int fd;				/* [q] */
	unsigned events;		/* [q] POLL bits, since the last notice */
	const struct cred *cred;	/* [q] of who set the owner; referenced, NULL when nobody did */
};

/* Letters: [m] async_mutex, [q] async_lock. */
struct file_async {
	struct list link;		/* [q] in `pending`, or empty */
	struct notice notice;		/* [q] */
	struct async_waiter *waiters;	/* [m] */
	bool on;			/* [q] O_ASYNC; without it only urgent data is told of */
};

static struct mutex async_mutex;
static struct spinlock async_lock = SPINLOCK_INIT("async", RANK_EPOLL_READY);
static struct list pending = LIST_INIT(pending);	/* [q] */
static struct waitq sender_wait = { SPINLOCK_INIT("async sender", RANK_EPOLL_WAITQ), LIST_INIT(sender_wait.waiters) };

static bool file_woken(struct waiter *w, unsigned events)
{
	struct file_async *a = container_of(w, struct async_waiter, waiter)->record;
	irqstate s;

	if (!events)
		return false;
	s = spin_lock_irqsave(&async_lock);
	if (!a->on)
		events &= POLL_URGENT;
	a->notice.events |= events;
	if (events && list_empty(&a->link))
		list_add_tail(&pending, &a->link);
	spin_unlock_irqrestore(&async_lock, s);
	if (events && waitq_active(&sender_wait))
		wait_wake(&sender_wait, POLLIN);
	return false;
}

/* ---- The sender ---- */

/* The kind of event, as si_code says it, and its band. */
static const struct {
	unsigned events;
	int code;
	unsigned band;
} kinds[] = {
	{ POLLIN | POLLRDNORM, 1, POLLIN | POLLRDNORM },
	{ POLLOUT | POLLWRNORM, 2, POLLOUT | POLLWRNORM | POLLWRBAND },
	{ POLLERR, 4, POLLERR },
	{ POLLPRI, 5, POLLPRI | POLLRDBAND },
	{ POLLHUP, 6, POLLHUP | POLLERR },
};
#define KINDS  (sizeof(kinds) / sizeof(kinds[0]))
#define URGENT ((unsigned)KINDS)	/* SIGURG: another signal, no kind of SIGIO */

static bool may_tell(const struct notice *n, const struct process *p)
{
	const struct cred *c = n->cred, *target = p->cred;

	return c->euid == 0 || c->euid == target->suid || c->euid == target->uid || c->uid == target->suid || c->uid == target->uid;
}

/* One signal for one kind; to a thread, or to the process. */
static void tell(const struct notice *n, unsigned kind, struct process *p, struct task *t) REQUIRES(tasks_lock)
{
	struct abi_siginfo info = { .si_signo = n->sig };
	int error = -EAGAIN;

	if (!may_tell(n, p))
		return;
	if (kind == URGENT) {
		(void)(t ? signal_send_task(t, SIGURG, NULL) : signal_send_process(p, SIGURG, NULL));
		return;
	}
	info.si_code = kinds[kind].code;
	info.band = kinds[kind].band;
	info.fd = n->fd;
	if (n->sig)
		error = t ? signal_send_task(t, n->sig, &info) : signal_send_process(p, n->sig, &info);
	/* A real-time signal that cannot be queued is not lost without a sign. */
	if (error)
		(void)(t ? signal_send_task(t, SIGIO, NULL) : signal_send_process(p, SIGIO, NULL));
}

static void tell_owner(const struct notice *n, unsigned kind)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct list *group = n->owner.type == FILE_OWNER_PGRP ? pid_group(n->owner.id) : NULL;
	struct task *t = n->owner.type == FILE_OWNER_TID ? pid_task(n->owner.id) : NULL;
	struct process *p = n->owner.type == FILE_OWNER_PID ? pid_process(n->owner.id) : NULL;

	if (t)
		tell(n, kind, t->process, t);
	if (p)
		tell(n, kind, p, NULL);
	if (group)
		list_for_each(p, group, pgrp_link)
			tell(n, kind, p, NULL);
	spin_unlock_irqrestore(&tasks_lock, s);
}

static void send(const struct notice *n)
{
	if (n->events & POLL_URGENT)
		tell_owner(n, URGENT);
	for (unsigned kind = 0; kind < KINDS; kind++)
		if (n->events & kinds[kind].events)
			tell_owner(n, kind);
	cred_put(n->cred);
}

/* The oldest notice that somebody is to be told of; false when there is none. */
static bool take_notice(struct notice *n)
{
	irqstate s = spin_lock_irqsave(&async_lock);
	bool found = false;

	while (!found && !list_empty(&pending)) {
		struct file_async *a = list_first(&pending, struct file_async, link);

		list_del(&a->link);
		list_init(&a->link);
		*n = a->notice;
		a->notice.events = 0;
		found = n->cred && n->owner.id;
		if (found)
			cred_get(n->cred);
	}
	spin_unlock_irqrestore(&async_lock, s);
	return found;
}

static void sender(void *unused)
{
	struct notice n;

	for (;;) {
		wait_event(&sender_wait, !list_empty(&pending));
		while (take_notice(&n))
			send(&n);
	}
}

void file_async_start(void)
{
	struct task *t = task_create_kernel("async", sender, NULL);

	ASSERT(t);
	mutex_init(&async_mutex, "async", RANK_OBJECT);
	task_start(t);
}

/* ---- The file's side ---- */

static struct file_async *get_record(struct file *f) REQUIRES(async_mutex)
{
	if (!f->async) {
		struct file_async *fresh = kzalloc(sizeof(*fresh));

		if (!fresh)
			return NULL;
		list_init(&fresh->link);
		f->async = fresh;
	}
	return f->async;
}

static bool owner_exists(struct file_owner owner)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	bool exists = false;

	switch (owner.type) {
	case FILE_OWNER_TID:
		exists = pid_task(owner.id) != NULL;
		break;
	case FILE_OWNER_PID:
		exists = pid_process(owner.id) != NULL;
		break;
	case FILE_OWNER_PGRP:
		exists = pid_group(owner.id) && !list_empty(pid_group(owner.id));
		break;
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return exists;
}

struct async_table {
	struct poll_table table;
	struct file_async *record;
};

static void watch_queue(struct poll_table *t, struct waitq *q)
{
	struct file_async *a = container_of(t, struct async_table, table)->record;
	struct async_waiter *w = kmalloc(sizeof(*w));

	if (!w) {
		t->out_of_memory = true;
		return;
	}
	*w = (struct async_waiter){ .waiter = { .fn = file_woken }, .queue = q, .record = a, .next = a->waiters };
	a->waiters = w;
	wait_add(q, &w->waiter);
}

/* No callback runs or will run on return. */
static void unwatch(struct file_async *a)
{
	while (a->waiters) {
		struct async_waiter *w = a->waiters;

		a->waiters = w->next;
		wait_remove(w->queue, &w->waiter);
		kfree(w);
	}
}

static int watch(struct file *f, struct file_async *a) REQUIRES(async_mutex)
{
	struct async_table t = { .table = { .wait = watch_queue, .lasting = true }, .record = a };

	if (a->waiters)
		return 0;
	(void)f->ops->poll(f, &t.table);
	if (t.table.out_of_memory)
		unwatch(a);
	return t.table.out_of_memory ? -ENOMEM : 0;
}

/* Urgent data comes by sockets alone, and is told of whatever the mode. */
static bool tells_urgent(const struct file *f, const struct file_async *a)
{
	return S_ISSOCK(f->inode->mode) && a->notice.owner.id;
}

int file_set_owner(struct file *f, struct file_owner owner)
{
	const struct cred *old, *new = NULL;
	struct file_async *a;
	int error = -ENOMEM;
	irqstate s;

	if (owner.type < FILE_OWNER_TID || owner.type > FILE_OWNER_PGRP)
		return -EINVAL;
	if (owner.id && !owner_exists(owner))
		return -ESRCH;
	mutex_lock(&async_mutex);
	a = get_record(f);
	if (a) {
		new = owner.id ? cred_get(current->cred) : NULL;
		s = spin_lock_irqsave(&async_lock);
		old = a->notice.cred;
		a->notice.owner = owner;
		a->notice.cred = new;
		spin_unlock_irqrestore(&async_lock, s);
		if (old)
			cred_put(old);
		error = tells_urgent(f, a) ? watch(f, a) : 0;
	}
	mutex_unlock(&async_mutex);
	return error;
}

struct file_owner file_get_owner(struct file *f)
{
	struct file_owner owner = { FILE_OWNER_TID, 0 };

	mutex_lock(&async_mutex);
	if (f->async)
		owner = f->async->notice.owner;
	mutex_unlock(&async_mutex);
	return owner;
}

int file_set_signal(struct file *f, u64 sig)
{
	struct file_async *a;
	irqstate s;

	if (sig > NSIG)
		return -EINVAL;
	mutex_lock(&async_mutex);
	a = get_record(f);
	if (a) {
		s = spin_lock_irqsave(&async_lock);
		a->notice.sig = (int)sig;
		spin_unlock_irqrestore(&async_lock, s);
	}
	mutex_unlock(&async_mutex);
	return a ? 0 : -ENOMEM;
}

int file_get_signal(struct file *f)
{
	int sig;

	mutex_lock(&async_mutex);
	sig = f->async ? f->async->notice.sig : 0;
	mutex_unlock(&async_mutex);
	return sig;
}

int file_set_async(struct file *f, int fd, bool on)
{
	struct file_async *a;
	int error = 0;
	irqstate s;

	if (!f->ops || !f->ops->poll)
		return 0;
	mutex_lock(&async_mutex);
	a = on ? get_record(f) : f->async;
	if (on)
		error = a ? watch(f, a) : -ENOMEM;
	if (a && !error) {
		s = spin_lock_irqsave(&async_lock);
		a->on = on;
		a->notice.fd = on ? fd : a->notice.fd;
		spin_unlock_irqrestore(&async_lock, s);
		if (!on && !tells_urgent(f, a))
			unwatch(a);
	}
	mutex_unlock(&async_mutex);
	return error;
}

void file_async_end_slow(struct file *f)
{
	struct file_async *a = f->async;
	irqstate s;

	unwatch(a);					/* C */
	s = spin_lock_irqsave(&async_lock);
	list_del(&a->link);				/* D; of an empty link, too */
	spin_unlock_irqrestore(&async_lock, s);
	if (a->notice.cred)
		cred_put(a->notice.cred);
	kfree(a);
}
