/*
 * clone(2) and its relatives: a task with shares or copies of what its maker has.
 *
 * Everything that can fail is made first, on a task that nobody sees; linking it into the tree under tasks_lock is the
 * commit. A child that shares its maker's address space under CLONE_VFORK keeps the maker asleep until it releases that.
 */
#include "sched/process.h"

#include "fs/file.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/pid.h"
#include "sched/pidfd.h"
#include "sched/process_internal.h"
#include "sched/rseq.h"
#include "sched/sched.h"
#include "sched/vfork.h"
#include "trace/trace.h"
#include "trace/unimplemented.h"

#define CLONE_NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME)

static u64 fork_total;			/* [tasks_lock] to change */

u64 process_fork_count(void)
{
	return READ_ONCE(fork_total);
}

/* clone(2)'s list of combinations that make no sense. */
static int check_flags(const struct clone_args *args)
{
	u64 flags = args->flags;

	if ((flags & CLONE_FS) && (flags & (CLONE_NEWNS | CLONE_NEWUSER)))
		return -EINVAL;
	if ((flags & CLONE_THREAD) && (!(flags & CLONE_SIGHAND) || (flags & (CLONE_NEWUSER | CLONE_NEWPID))))
		return -EINVAL;
	if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM))
		return -EINVAL;
	if ((flags & CLONE_PARENT) && current->process->unkillable)
		return -EINVAL;
	if ((flags & CLONE_NAMESPACES) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (flags & (CLONE_NAMESPACES | CLONE_NEWUSER)) {
		report_unimplemented_value("clone", "flags", flags & (CLONE_NAMESPACES | CLONE_NEWUSER));
		return -EINVAL;
	}
	if ((flags & CLONE_PIDFD) && (flags & (CLONE_DETACHED | CLONE_THREAD)))
		return -EINVAL;
	if ((flags & CLONE_SETTLS) && args->tls >= USER_END)
		return -EPERM;
	return 0;
}

static int check_limits(void)
{
	struct process *p = current->process;

	if ((u64)atomic_read(&p->user->tasks) >= rlimit_get(RLIMIT_NPROC) && current->cred->uid != 0 &&
	    !capable(CAP_SYS_RESOURCE) && !capable(CAP_SYS_ADMIN))
		return -EAGAIN;
	return process_task_count() >= process_task_limit() ? -EAGAIN : 0;
}

/* ---- vfork ---- */

static void vfork_put(struct vfork_done *v)
{
	if (!atomic_dec_and_test(&v->refs))
		return;
	process_put(v->parent);
	kfree(v);
}

static struct vfork_done *vfork_create(void)
{
	struct vfork_done *v = kmalloc(sizeof(*v));

	if (!v)
		return NULL;
	atomic_set(&v->refs, 2);
	atomic_set(&v->done, 0);
	v->parent = current->process;
	process_get(v->parent);
	return v;
}

/* Lets the maker go on. The child's own reference goes, too. */
void vfork_complete(struct task *t)
{
	struct vfork_done *v = t->vfork;

	if (!v)
		return;
	t->vfork = NULL;
	atomic_set_release(&v->done, 1);
	wait_wake_all(&v->parent->child_wait, 0);
	vfork_put(v);
}

/*
 * Asleep until the child lets go, or this task has to end: signal_begin_group_exit and process_kill_other_threads wake
 * the same queue after they set `exiting` or `exec_task`. No other signal ends this wait, for the child runs on this
 * task's stack.
 */
static void vfork_wait(struct vfork_done *v)
{
	struct process *p = current->process;

	wait_event(&p->child_wait, atomic_read_acquire(&v->done) || READ_ONCE(p->exiting) || READ_ONCE(p->exec_task));
	vfork_put(v);
}

/* ---- What the child gets ---- */

static int take_files(struct task *t, u64 flags)
{
	if (flags & CLONE_FILES) {
		fd_table_get(current->files);
		t->files = current->files;
	} else {
		t->files = fd_table_clone(current->files);
	}
	if (flags & CLONE_FS) {
		fs_context_get(current->fs);
		t->fs = current->fs;
	} else {
		t->fs = fs_context_clone(current->fs);
	}
	return t->files && t->fs ? 0 : -ENOMEM;
}

static int take_memory(struct task *t, u64 flags)
{
	if (flags & CLONE_VM) {
		mm_get(current->mm);
		t->mm = current->mm;
	} else {
		t->mm = mm_clone(current->mm);
	}
	if (!t->mm)
		return -ENOMEM;
	if ((flags & CLONE_VFORK) && !(t->vfork = vfork_create()))
		return -ENOMEM;
	return 0;
}

static void copy_limits(struct process *p, struct process *from)
{
	irqstate s;
	struct sighand *h = sighand_lock(from, &s);

	memcpy(p->limits, from->limits, sizeof(p->limits));
	cpu_limits_changed(p);
	sighand_unlock(h, s);
}

static int take_process(struct task *t, u64 flags)
{
	struct process *from = current->process, *p;

	if (flags & CLONE_THREAD) {
		process_get(from);
		t->process = from;
		return 0;
	}
	p = process_alloc();
	if (!p)
		return -ENOMEM;
	t->process = p;
	p->user = from->user;
	user_hold(p->user);
	p->cred = cred_get(current->cred);
	if (flags & CLONE_SIGHAND) {
		atomic_inc(&from->sighand->refs);
		p->sighand = from->sighand;
	} else {
		p->sighand = sighand_clone(from->sighand);
	}
	if (!p->sighand)
		return -ENOMEM;
	if (flags & CLONE_CLEAR_SIGHAND)
		sighand_reset(p->sighand);
	copy_limits(p, from);
	p->no_new_privs = from->no_new_privs;
	p->dumpable = from->dumpable;
	p->oom_score_adj = from->oom_score_adj;
	p->oom_score_adj_min = from->oom_score_adj_min;
	p->parent_tid = current->tid;
	if (flags & CLONE_FILES)
		p->shares_files = from->shares_files = true;
	return 0;
}

/* A blank process's first reference is its own; the task of a half-made one holds no other. */
static void drop_process(struct task *t)
{
	struct process *p = t->process;

	t->process = NULL;
	if (p)
		process_put(p);
}

static void destroy_task(struct task *t)
{
	if (t->vfork) {
		atomic_dec(&t->vfork->refs);
		vfork_put(t->vfork);
		t->vfork = NULL;
	}
	if (t->mm)
		mm_put(t->mm);
	if (t->files)
		fd_table_put(t->files);
	if (t->fs)
		fs_context_put(t->fs);
	t->mm = NULL;
	t->files = NULL;
	t->fs = NULL;
	drop_process(t);
	cred_put(t->cred);
	t->cred = NULL;
	task_put(t);
}

static void copy_task_fields(struct task *t, const struct clone_args *args)
{
	sched_fork(t, current);
	memcpy(t->affinity, current->affinity, sizeof(t->affinity));
	t->sigmask = current->sigmask;
	sigpending_init(&t->pending);
	list_init(&t->pi_owned);
	rseq_clone(t, args->flags & CLONE_VM);
	t->set_child_tid = args->flags & CLONE_CHILD_SETTID ? args->child_tid : 0;
	t->clear_child_tid = args->flags & CLONE_CHILD_CLEARTID ? args->child_tid : 0;
	if ((args->flags & (CLONE_VM | CLONE_VFORK)) == CLONE_VM) {
		t->altstack_flags = ABI_SS_DISABLE;
	} else {
		t->altstack_base = current->altstack_base;
		t->altstack_size = current->altstack_size;
		t->altstack_flags = current->altstack_flags;
	}
}

static int fill_task(struct task *t, const struct clone_args *args)
{
	int r = arch_task_alloc_fpu(t);

	if (r == 0)
		r = take_files(t, args->flags);
	if (r == 0)
		r = take_memory(t, args->flags);
	if (r == 0)
		r = take_process(t, args->flags);
	if (r < 0)
		return r;
	copy_task_fields(t, args);
	arch_task_copy_fpu(t);
	arch_task_init_user(t, arch_task_regs(current), args->stack);
	if (args->flags & CLONE_SETTLS)
		t->arch.fs_base = args->tls;
	return 0;
}

/* ---- CLONE_PIDFD ---- */

struct new_pidfd {
	struct file *file;		/* NULL: none is wanted */
	int fd;
};

/* The number is the maker's to know before there is a child, so that a bad address still fails the call. */
static int prepare_pidfd(struct new_pidfd *n, struct task *t, const struct clone_args *args)
{
	struct file *f;

	*n = (struct new_pidfd){ .file = NULL };
	if (!(args->flags & CLONE_PIDFD))
		return 0;
	f = pidfd_create(t->process, 0);
	if (IS_ERR(f))
		return (int)PTR_ERR(f);
	n->fd = fd_reserve(O_CLOEXEC);
	if (n->fd < 0) {
		file_put(f);
		return n->fd;
	}
	n->file = f;
	return user_store_u32(UADDR(args->pidfd), (u32)n->fd);
}

static void drop_pidfd(struct new_pidfd *n)
{
	if (!n->file)
		return;
	fd_unreserve(n->fd);
	file_put(n->file);
}

/* ---- The commit ---- */

/*
 * Who stops or kills a process walks its threads under the sighand lock, after setting the flag. So a new thread is on
 * that walk, or finds the flag here.
 */
void process_add_thread(struct process *p, struct task *t)
{
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);

	process_get(p);
	list_add_tail(&p->threads, &t->thread_link);
	p->thread_count++;
	p->live++;
	process_count_task(p);
	pid_set_task(t->tid, t);
	if (p->stopped || p->exiting || p->exec_task)
		atomic_or(&t->work, WORK_SIGNAL);
	sighand_unlock(h, s);
}

static void link_process(struct process *p, struct task *t, const struct clone_args *args) REQUIRES(tasks_lock)
{
	struct process *me = current->process, *parent = me;

	p->pid = t->tid;
	p->pgrp = me->pgrp;
	p->session = me->session;
	p->tty = me->tty;
	p->exit_signal = args->exit_signal;
	if (args->flags & CLONE_PARENT) {
		parent = me->parent;
		p->exit_signal = me->exit_signal;
		p->parent_tid = me->parent_tid;
	}
	p->has_subreaper = parent->has_subreaper || parent->subreaper;
	strlcpy(p->name, t->name, sizeof(p->name));
	p->leader = t;
	t->exit_signal = p->exit_signal;
	process_link(p, parent);
}

/*
 * Who signals a whole group holds tasks_lock for all of its members. So either the child is already in the group and
 * gets its own, or the signal is pending here and the call is made again after it: none slips through a fork.
 */
static int link_task(struct task *t, const struct clone_args *args, struct trace_fork *trace)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	int r = signal_pending() ? -ERESTARTNOINTR : args->set_tid ? pid_alloc_at(args->set_tid) : pid_alloc();

	if (r < 0) {
		spin_unlock_irqrestore(&tasks_lock, s);
		return r;
	}
	t->tid = r;
	fork_total++;
	if (!(args->flags & CLONE_THREAD))
		link_process(t->process, t, args);
	process_add_thread(t->process, t);
	if (args->flags & CLONE_THREAD)
		process_put(t->process);
	trace_fork_link(trace, t);
	task_get(t);
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

long process_clone(const struct clone_args *args)
{
	struct new_pidfd pidfd = { .file = NULL };
	struct trace_fork trace;
	struct vfork_done *vfork;
	struct task *t;
	long r = check_flags(args);

	if (r == 0)
		r = check_limits();
	if (r < 0)
		return r;
	if (signal_pending())
		return -ERESTARTNOINTR;
	t = task_alloc(current->name);
	if (!t)
		return -ENOMEM;
	t->cred = cred_get(current->cred);
	r = trace_fork_prepare(&trace, args);
	if (r == 0)
		r = fill_task(t, args);
	if (r == 0)
		r = prepare_pidfd(&pidfd, t, args);
	if (r == 0)
		r = link_task(t, args, &trace);
	trace_fork_cancel(&trace);
	if (r < 0) {
		drop_pidfd(&pidfd);
		destroy_task(t);
		return r;
	}
	if (pidfd.file)
		fd_install(pidfd.fd, pidfd.file);
	/* As on Linux, an address that cannot be written is no reason to fail. */
	if (args->flags & CLONE_PARENT_SETTID)
		(void)!user_store_u32(UADDR(args->parent_tid), (u32)r);
	vfork = t->vfork;
	task_start(t);
	task_put(t);
	trace_fork_done(&trace, (int)r);
	if (vfork) {
		vfork_wait(vfork);
		trace_vfork_done(&trace, (int)r);
	}
	return r;
}
