/*
 * What a process says about its signals: actions, alternate stacks, waiting for one, and what exec keeps of that.
 * Task context; the sighand lock is taken inside.
 */
#include "lib/error.h"
#include "lib/string.h"
#include "sched/process.h"
#include "sched/process_internal.h"

/* Flags that rt_sigaction keeps; others read back as zero, so that programs can tell what is supported. */
#define ACTION_FLAGS (ABI_SA_NOCLDSTOP | ABI_SA_NOCLDWAIT | ABI_SA_SIGINFO | ABI_SA_RESTORER | ABI_SA_ONSTACK | ABI_SA_RESTART | \
		      ABI_SA_NODEFER | ABI_SA_RESETHAND | ABI_SA_EXPOSE_TAGBITS)

static bool ignores(const struct abi_sigaction *a, int sig)
{
	return a->handler == ABI_SIG_IGN || (a->handler == ABI_SIG_DFL && (SIGNALS_IGNORE & SIGNAL_BIT(sig)));
}

/* POSIX: a signal that becomes ignored is not pending any more, blocked or not. */
int signal_action(int sig, const struct abi_sigaction *act, struct abi_sigaction *old)
{
	struct process *p = current->process;
	struct abi_sigaction *a;
	struct sighand *h;
	struct task *t;
	irqstate s;

	if (sig < 1 || sig > NSIG || (act && (SIGNALS_NEVER_BLOCKED & SIGNAL_BIT(sig))))
		return -EINVAL;
	h = sighand_lock(p, &s);
	a = &h->actions[sig - 1];
	if (old)
		*old = *a;
	if (act) {
		*a = *act;
		a->flags &= ACTION_FLAGS;
		a->mask &= ~SIGNALS_NEVER_BLOCKED;
		if (ignores(a, sig)) {
			sigpending_discard(&p->pending, SIGNAL_BIT(sig));
			list_for_each(t, &p->threads, thread_link)
				sigpending_discard(&t->pending, SIGNAL_BIT(sig));
		}
	}
	sighand_unlock(h, s);
	return 0;
}

/* The stack itself and its alternate one survive in the parent alone. */
void signal_reset_for_exec(void)
{
	struct process *p = current->process;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);

	sighand_reset(h);
	sighand_unlock(h, s);
	signal_disarm_altstack();
	current->restart.fn = NULL;
}

/* ---- The alternate stack (sigaltstack(2)) ---- */

bool signal_on_altstack(u64 user_rsp)
{
	if (current->altstack_flags & ABI_SS_AUTODISARM)
		return false;
	return user_rsp > current->altstack_base && user_rsp - current->altstack_base <= current->altstack_size;
}

void signal_disarm_altstack(void)
{
	current->altstack_base = current->altstack_size = 0;
	current->altstack_flags = ABI_SS_DISABLE;
}

static void report_altstack(struct abi_stack *old, u64 user_rsp)
{
	u32 flags = 0;

	if (current->altstack_size == 0)
		flags = ABI_SS_DISABLE;
	else if (signal_on_altstack(user_rsp))
		flags = ABI_SS_ONSTACK;
	memset(old, 0, sizeof(*old));
	old->sp = current->altstack_base;
	old->size = current->altstack_size;
	old->flags = (i32)(flags | (current->altstack_flags & ABI_SS_AUTODISARM));
}

int signal_altstack(const struct abi_stack *ss, struct abi_stack *old, u64 user_rsp)
{
	u32 mode;

	if (old)
		report_altstack(old, user_rsp);
	if (!ss)
		return 0;
	if (current->altstack_size != 0 && signal_on_altstack(user_rsp))
		return -EPERM;
	mode = (u32)ss->flags & ~ABI_SS_AUTODISARM;
	if (mode != ABI_SS_DISABLE && mode != ABI_SS_ONSTACK && mode != 0)
		return -EINVAL;
	if (mode == ABI_SS_DISABLE) {
		signal_disarm_altstack();
		current->altstack_flags = (u32)ss->flags;
		return 0;
	}
	if (ss->size < ABI_MINSIGSTKSZ)
		return -ENOMEM;
	current->altstack_base = ss->sp;
	current->altstack_size = ss->size;
	current->altstack_flags = (u32)ss->flags;
	return 0;
}

/* ---- Waiting for signals ---- */

u64 signal_pending_set(void)
{
	struct process *p = current->process;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);
	u64 set = (current->pending.set | p->pending.set) & current->sigmask;

	sighand_unlock(h, s);
	return set;
}

bool signal_any_pending(u64 set)
{
	struct process *p = current->process;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);
	u64 pending = current->pending.set | p->pending.set;

	sighand_unlock(h, s);
	return pending & set;
}

static int take_from(u64 set, struct abi_siginfo *info)
{
	struct process *p = current->process;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);
	struct sigpending *from = &current->pending;
	int sig = sigpending_next(from, ~set);

	if (sig == 0) {
		from = &p->pending;
		sig = sigpending_next(from, ~set);
	}
	if (sig != 0)
		sigpending_take(from, sig, info);
	sighand_unlock(h, s);
	return sig;
}

int signal_take(u64 set, struct abi_siginfo *info)
{
	int sig = take_from(set & ~SIGNALS_NEVER_BLOCKED, info);

	if (sig != 0)
		signal_recalculate();
	return sig;
}

/*
 * A sender wakes signal_wait for blocked signals, too, after it made the signal pending; the sleeper is queued there
 * before it looks (wait.h).
 */
int signal_timed_wait(u64 set, struct abi_siginfo *info, u64 deadline)
{
	struct process *p = current->process;
	struct waiter w;
	int sig, r = 0;

	set &= ~SIGNALS_NEVER_BLOCKED;
	sig = take_from(set, info);
	if (sig == 0) {
		wait_begin(&p->signal_wait, &w, true);
		while ((sig = take_from(set, info)) == 0) {
			r = wait_sleep(true, deadline);
			if (r < 0) {		/* what ended the sleep may be what was waited for */
				sig = take_from(set, info);
				break;
			}
			wait_again(true);
		}
		wait_end(&p->signal_wait, &w);
	}
	if (sig == 0)
		return r == -ETIMEDOUT ? -EAGAIN : -EINTR;
	signal_recalculate();
	return sig;
}
