/*
 * Pending sets and signal actions as objects: who makes, copies, locks and frees them. The sighand lock guards their
 * contents. Entries of a queue count against the real user of the process that they were sent to.
 */
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/posix_timer.h"
#include "sched/process.h"
#include "sched/process_internal.h"

void sigpending_init(struct sigpending *p)
{
	p->set = 0;
	list_init(&p->queue);
}

/*
 * Each task keeps one entry that it freed, for the next signal that it sends. Interrupts are off, as they are under every sighand lock,
 * and nobody else touches the task's.
 */
struct sigqueue *sigqueue_alloc(struct user *user)
{
	struct sigqueue *q = current->spare_entry;

	if (q)
		current->spare_entry = NULL;
	else if (!(q = kmalloc(sizeof(*q))))
		return NULL;
	user_hold(user);
	q->user = user;
	q->timer = NULL;
	atomic_inc(&user->signals);
	return q;
}

static void free_entry(struct sigqueue *q)
{
	list_del(&q->link);
	if (q->timer) {
		posix_timer_signal_gone(q->timer, NULL);
		return;
	}
	atomic_dec(&q->user->signals);
	user_put(q->user);
	if (current->spare_entry)
		kfree(q);
	else
		current->spare_entry = q;
}

void sigpending_discard(struct sigpending *p, u64 set)
{
	struct sigqueue *q, *next;

	if ((p->set & set) == 0)
		return;
	p->set &= ~set;
	list_for_each_safe(q, next, &p->queue, link)
		if (set & SIGNAL_BIT(q->info.si_signo))
			free_entry(q);
}

void sigpending_flush(struct sigpending *p)
{
	sigpending_discard(p, ~0ull);
}

/* An entry may be missing: memory was out, or the limit was reached, for a signal that carries nothing vital. */
void sigpending_take(struct sigpending *p, int sig, struct abi_siginfo *info)
{
	struct sigqueue *q, *next, *found = NULL;
	bool more = false;

	list_for_each_safe(q, next, &p->queue, link) {
		if (q->info.si_signo != sig)
			continue;
		if (found) {
			more = true;
			break;
		}
		found = q;
	}
	if (!more)
		p->set &= ~SIGNAL_BIT(sig);
	if (found && found->timer) {
		list_del(&found->link);
		posix_timer_signal_gone(found->timer, info);
		return;
	}
	if (found) {
		*info = found->info;
		free_entry(found);
		return;
	}
	memset(info, 0, sizeof(*info));
	info->si_signo = sig;
	info->si_code = ABI_SI_USER;
}

/* Faults first: their frame must be the innermost one's origin. Then by number. */
int sigpending_next(const struct sigpending *p, u64 mask)
{
	u64 ready = p->set & ~mask;

	if (ready & SIGNALS_FAULT)
		ready &= SIGNALS_FAULT;
	return ready ? __builtin_ctzll(ready) + 1 : 0;
}

struct sighand *sighand_create(void)
{
	struct sighand *h = kzalloc(sizeof(*h));

	if (!h)
		return NULL;
	atomic_set(&h->refs, 1);
	spin_init(&h->lock, "sighand", RANK_SIGHAND);
	return h;
}

struct sighand *sighand_clone(struct sighand *from)
{
	struct sighand *h = sighand_create();
	irqstate s;

	if (!h)
		return NULL;
	s = spin_lock_irqsave(&from->lock);
	memcpy(h->actions, from->actions, sizeof(h->actions));
	spin_unlock_irqrestore(&from->lock, s);
	return h;
}

void sighand_reset(struct sighand *h)
{
	for (int i = 0; i < NSIG; i++) {
		u64 handler = h->actions[i].handler == ABI_SIG_IGN ? ABI_SIG_IGN : ABI_SIG_DFL;

		h->actions[i] = (struct abi_sigaction){ .handler = handler };
	}
}

static void free_later(struct rcu_head *head)
{
	kfree(container_of(head, struct sighand, rcu));
}

/* One that no exec left is found through live processes alone, and there is none any more. */
void sighand_put(struct sighand *h)
{
	if (!atomic_dec_and_test(&h->refs))
		return;
	if (h->replaced)
		rcu_call(&h->rcu, free_later);
	else
		kfree(h);
}

/*
 * p->sighand changes by exec of a process that shares it. Who read the pointer before locks one that p does not use any more, and
 * looks again:
 *
 *	reader                                 exec, with the old one's lock
 *	A: h = p->sighand                      C: replaced = true; p->sighand = fresh
 *	B: locks h; is it p's still?           D: puts its reference
 *
 * The reader does not sleep from A to B, so h is not freed meanwhile: the last reference goes through rcu_call.
 */
struct sighand *sighand_lock(struct process *p, irqstate *s) NO_LOCK_ANALYSIS
{
	for (;;) {
		struct sighand *h = __atomic_load_n(&p->sighand, __ATOMIC_ACQUIRE);

		*s = spin_lock_irqsave(&h->lock);
		if (h == p->sighand)
			return h;
		spin_unlock_irqrestore(&h->lock, *s);
	}
}

void sighand_unlock(struct sighand *h, irqstate s) NO_LOCK_ANALYSIS
{
	spin_unlock_irqrestore(&h->lock, s);
}

int sighand_unshare(struct process *p)
{
	struct sighand *fresh, *h;
	irqstate s;

	if (atomic_read(&p->sighand->refs) == 1)
		return 0;
	fresh = sighand_clone(p->sighand);
	if (!fresh)
		return -ENOMEM;
	h = sighand_lock(p, &s);
	h->replaced = true;
	rcu_publish(p->sighand, fresh);
	sighand_unlock(h, s);
	sighand_put(h);
	return 0;
}
