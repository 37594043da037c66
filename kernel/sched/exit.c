/*
 * The end of threads and processes, and what becomes of those they leave behind.
 *
 * A thread gives its resources back itself, then leaves the tree under tasks_lock; the last one turns the process into
 * a zombie for its parent, or, when the parent does not care, into nothing. Nothing here allocates, so nothing fails.
 */
#include "boot/boot.h"
#include "drivers/tty.h"
#include "fs/file.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "mm/usercopy.h"
#include "sched/futex.h"
#include "sched/pid.h"
#include "sched/process.h"
#include "sched/process_internal.h"
#include "sched/rseq.h"
#include "sched/vfork.h"
#include "trace/trace.h"

/* ---- Leaving the address space ---- */

void process_release_mm(void)
{
	u64 tid_address = current->clear_child_tid;

	rseq_forget();
	futex_exit_robust_list();
	futex_exit_pi(false);
	/* Nobody is left to read the word of a task that was the only one here. */
	if (tid_address != 0 && atomic_read(&current->mm->refs) > 1) {
		(void)!user_store_u32(UADDR(tid_address), 0);
		(void)futex_wake(UADDR(tid_address), 1, FUTEX_BITSET_ANY, false);
	}
	current->clear_child_tid = 0;
	vfork_complete(current);
}

static void leave_mm(void)
{
	struct mm *mm = current->mm;
	struct process *p = current->process;
	irqstate s;

	futex_exit_robust_list();
	futex_exit_pi(true);
	process_release_mm();
	s = spin_lock_irqsave(&tasks_lock);
	current->mm = NULL;
	p->max_rss = MAX(p->max_rss, mm->peak_resident);
	spin_unlock_irqrestore(&tasks_lock, s);
	mm_put(mm);
}

static void release_resources(void)
{
	struct fd_table *files = current->files;
	struct fs_context *fs = current->fs;
	irqstate s;

	leave_mm();
	s = spin_lock_irqsave(&tasks_lock);
	current->files = NULL;
	current->fs = NULL;
	spin_unlock_irqrestore(&tasks_lock, s);
	fd_table_put(files);
	fs_context_put(fs);
}

/* ---- The family ---- */

/*
 * Where orphans of p go: another ancestor that asked for them, or pid 1. An ancestor that has no live thread any more
 * adopts nobody.
 */
static struct process *find_adopter(struct process *p) REQUIRES(tasks_lock)
{
	struct process *a;

	if (p->has_subreaper)
		for (a = p->parent; a && a->pid != 1; a = a->parent)
			if (a->subreaper && a->thread_count > 0)
				return a;
	return pid_process(1);
}

/* POSIX: a stopped job that nobody can continue any more gets SIGHUP and SIGCONT. */
static void wake_orphaned_group(int pgrp, int session, const struct process *leaving) REQUIRES(tasks_lock)
{
	struct process *m;
	bool stopped = false;

	if (!pgrp_is_orphaned_without(pgrp, leaving))
		return;
	list_for_each(m, pid_group(pgrp), pgrp_link)
		stopped |= m != leaving && m->session == session && m->stopped && m->parked == m->thread_count && !m->zombie;
	if (!stopped)
		return;
	list_for_each(m, pid_group(pgrp), pgrp_link) {
		(void)!signal_send_process(m, SIGHUP, NULL);
		(void)!signal_send_process(m, SIGCONT, NULL);
	}
}

static void send_parent_death(struct process *child, struct task *dead) REQUIRES(tasks_lock)
{
	struct abi_siginfo info;
	struct task *t;

	list_for_each(t, &child->threads, thread_link) {
		if (t->pdeath_signal == 0)
			continue;
		memset(&info, 0, sizeof(info));
		info.si_signo = t->pdeath_signal;
		info.si_code = ABI_SI_USER;
		info.pid = dead->process->pid;
		info.uid = dead->cred->uid;
		(void)!signal_send_process(child, t->pdeath_signal, &info);
	}
}

/* A thread that made children ends: they hear of it, and belong to another thread of the process. */
static void orphan_children_of_thread(struct process *p, struct task *dead) REQUIRES(tasks_lock)
{
	struct process *child;

	list_for_each(child, &p->children, sibling) {
		if (child->parent_tid != dead->tid)
			continue;
		send_parent_death(child, dead);
		if (!list_empty(&p->threads))
			child->parent_tid = list_first(&p->threads, struct task, thread_link)->tid;
	}
}

static void adopt(struct process *child, struct process *adopter) REQUIRES(tasks_lock)
{
	list_move_tail(&adopter->children, &child->sibling);
	child->parent = adopter;
	child->parent_tid = adopter->leader ? adopter->leader->tid : adopter->pid;
	child->has_subreaper = adopter->has_subreaper || adopter->subreaper;
	child->exit_signal = SIGCHLD;
}

/* Zombies that the adopter does not want to see are moved to `reaped`, by their sibling links. */
static void orphan_children(struct process *p, struct list *reaped) REQUIRES(tasks_lock)
{
	struct process *adopter = find_adopter(p), *child, *next;

	list_for_each_safe(child, next, &p->children, sibling) {
		int pgrp = child->pgrp, session = child->session;

		adopt(child, adopter);
		if (child->zombie && !child->leader_trace && process_end(child)) {
			process_unlink(child);
			list_add_tail(reaped, &child->sibling);
			continue;
		}
		if (pgrp != p->pgrp && session == p->session)
			wake_orphaned_group(pgrp, session, NULL);
	}
}

/* ---- The end of a process ---- */

/* How SIGCHLD says what wait4's status says. */
static int child_code(int status)
{
	if ((status & 0x7f) == 0)
		return ABI_CLD_EXITED;
	return status & 0x80 ? ABI_CLD_DUMPED : ABI_CLD_KILLED;
}

/*
 * Tell the parent of a zombie. True when the parent takes no interest (SIGCHLD ignored, or SA_NOCLDWAIT): the zombie is
 * to be reaped at once.
 */
bool process_end(struct process *p)
{
	struct process *parent = p->parent;
	bool reap = false;
	irqstate s;

	if (p->exit_signal == SIGCHLD) {
		struct sighand *h = sighand_lock(parent, &s);
		const struct abi_sigaction *a = &h->actions[SIGCHLD - 1];

		reap = a->handler == ABI_SIG_IGN || (a->flags & ABI_SA_NOCLDWAIT);
		sighand_unlock(h, s);
	}
	process_send_sigchld(p, child_code(p->exit_code), (p->exit_code & 0x7f) ? p->exit_code & 0x7f : p->exit_code >> 8 & 0xff);
	return reap;
}

static __noreturn void die_with_init(struct process *p)
{
	int code = p->exit_code;

	if (code & 0x7f)
		boot_fail("init (pid 1) was killed by signal %d", code & 0x7f);
	boot_fail("init (pid 1) ended with status %d", code >> 8 & 0xff);
}

/* Orphans first, so that none of them sees a zombie for a parent. */
static void become_zombie(struct process *p, struct list *reaped) REQUIRES(tasks_lock)
{
	int pgrp = p->pgrp, session = p->session;
	struct process *parent = p->parent;
	bool related = parent->pgrp != pgrp && parent->session == session;

	orphan_children(p, reaped);
	if (related)
		wake_orphaned_group(pgrp, session, p);
	p->zombie = true;
	wait_wake_all(&p->child_wait, POLLIN);	/* its pidfds */
	if (!trace_keeps_zombie(p) && process_end(p)) {
		process_unlink(p);
		list_add_tail(reaped, &p->sibling);
	}
}

static void account_thread(struct process *p, struct task *t) REQUIRES(tasks_lock)
{
	p->user_ns += t->user_ns;
	p->system_ns += t->system_ns;
	p->min_faults += t->min_faults;
	p->maj_faults += t->maj_faults;
	io_counts_add(&p->io, &t->io);
	p->switches_voluntary += t->switches_voluntary;
	p->switches_forced += t->switches_forced;
}

/* Off the list; what was pending for this thread alone is gone, what another could take as well goes there. */
static bool remove_thread(struct process *p, struct task *t) REQUIRES(tasks_lock)
{
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);
	bool stop_complete;

	list_del(&t->thread_link);
	p->thread_count--;
	if (p->leader == t)
		p->leader = NULL;
	if (p->thread_count > 0)	/* the last one counts until the zombie is reaped: it takes memory, too */
		process_uncount_task(p);
	sigpending_flush(&t->pending);
	signal_retarget(p, t, p->pending.set);
	stop_complete = p->thread_count > 0 && signal_stop_complete(p);
	sighand_unlock(h, s);
	pid_set_task(t->tid, NULL);
	if (t->tid != p->pid)
		pid_release(t->tid);
	return stop_complete;
}

static void put_reaped(struct list *reaped)
{
	struct process *p, *next;

	list_for_each_safe(p, next, reaped, sibling) {
		list_del(&p->sibling);
		process_put(p);
	}
}

/* The point from which nobody finds the task any more. */
static void leave_tree(struct process *p, int code)
{
	struct list reaped = LIST_INIT(reaped);
	bool stop_complete, last;
	irqstate s = spin_lock_irqsave(&tasks_lock);

	account_thread(p, current);
	trace_thread_ends(p, p->exiting ? p->exit_code : code, &reaped);
	stop_complete = remove_thread(p, current);
	orphan_children_of_thread(p, current);
	last = p->thread_count == 0;
	if (last && p->pid == 1) {
		spin_unlock_irqrestore(&tasks_lock, s);
		die_with_init(p);
	}
	if (last)
		become_zombie(p, &reaped);
	else
		wait_wake_all(&p->child_wait, 0);
	spin_unlock_irqrestore(&tasks_lock, s);
	if (stop_complete)
		signal_notify_parent(p);
	put_reaped(&reaped);
}

/*
 * Without a reason that all threads share, the leader's own status is what the parent sees. True for the last thread
 * that comes here: what the process shares ends with it, while it may still sleep.
 */
static bool begin_exit(struct process *p, int code)
{
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);
	bool last = --p->live == 0;

	if (!p->exiting && p->leader == current)
		p->exit_code = code;
	sighand_unlock(h, s);
	return last;
}

void process_exit_thread(int code)
{
	struct process *p = current->process;
	const struct cred *cred = current->cred;

	ASSERT(p && arch_irqs_enabled());
	if (unlikely(READ_ONCE(current->trace)))
		trace_exit(code);
	if (begin_exit(p, code)) {
		timer_cancel(&p->alarm);
		posix_timers_delete_all(p);
		if (p->session == p->pid)
			tty_leader_exits();
	}
	release_resources();
	leave_tree(p, code);
	current->cred = &root_cred;
	cred_put(cred);
	current->process = NULL;
	process_put(p);
	task_exit();
}

void process_exit_group(int code)
{
	struct process *p = current->process;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);

	signal_begin_group_exit(p, code);
	code = p->exit_code;
	sighand_unlock(h, s);
	process_exit_thread(code);
}

/* ---- exec ---- */

/* The only thread left takes the leader's number, so that pid and tid agree again. */
static void become_leader(struct process *p) REQUIRES(tasks_lock)
{
	irqstate s;
	struct sighand *h;
	const struct cred *old_cred;
	struct process *child;
	int old_tid = current->tid;

	if (p->leader == current)
		return;
	h = sighand_lock(p, &s);
	p->leader = current;
	current->exit_signal = p->exit_signal;
	sighand_unlock(h, s);
	pid_set_task(old_tid, NULL);
	pid_release(old_tid);
	current->tid = p->pid;
	pid_set_task(p->pid, current);
	list_for_each(child, &p->children, sibling)
		if (child->parent_tid == old_tid)
			child->parent_tid = p->pid;
	trace_leader_changes(p);
	old_cred = p->cred;
	p->cred = cred_get(current->cred);
	cred_put(old_cred);
}

int process_kill_other_threads(void)
{
	struct process *p = current->process;
	irqstate s, inner;
	struct sighand *h = sighand_lock(p, &s);

	if (p->exiting || p->exec_task) {
		sighand_unlock(h, s);
		return -EAGAIN;
	}
	p->exec_task = current;
	signal_kill_threads(p, current);
	wait_wake_all(&p->child_wait, 0);	/* vfork waits there, whom no mere signal wakes */
	sighand_unlock(h, s);
	wait_event(&p->child_wait, READ_ONCE(p->thread_count) == 1 || READ_ONCE(p->exiting));
	s = spin_lock_irqsave(&tasks_lock);
	h = sighand_lock(p, &inner);
	p->exec_task = NULL;
	if (p->exiting) {
		sighand_unlock(h, inner);
		spin_unlock_irqrestore(&tasks_lock, s);
		return -EAGAIN;
	}
	sighand_unlock(h, inner);
	become_leader(p);
	p->exit_signal = SIGCHLD;
	spin_unlock_irqrestore(&tasks_lock, s);
	return 0;
}
