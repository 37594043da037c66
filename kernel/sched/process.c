/*
 * The life of struct process, process groups and sessions, limits, and the start of pid 1.
 *
 * tasks_lock guards the tree; fork.c makes processes, exit.c ends them, wait4.c reaps them. Freeing a process drops
 * its actions, user and credentials, so the last process_put is never made under a lock.
 */
#include "sched/process.h"

#include "arch/x86_64/regs.h"
#include "boot/boot.h"
#include "exec/exec.h"
#include "fs/file.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/pid.h"
#include "sched/process_internal.h"
#include "sched/uts.h"

struct spinlock tasks_lock = SPINLOCK_INIT("tasks", RANK_TASKS);

struct list all_processes = LIST_INIT(all_processes);	/* [t] */
static unsigned process_total;		/* [t] */
static atomic32 task_total;		/* [a] */
static unsigned task_limit;		/* [a] 0 until it is first asked for */

unsigned process_count(void)
{
	return READ_ONCE(process_total);
}

unsigned process_task_count(void)
{
	return (unsigned)atomic_read(&task_total);
}

/* As many tasks as an eighth of the memory has room for stacks of; so a fork bomb meets EAGAIN before memory is out. */
unsigned process_task_limit(void)
{
	struct frame_stats stats;

	if (task_limit == 0) {
		frame_stats(&stats);
		task_limit = (unsigned)MIN(MAX(stats.total / 8 / ((KERNEL_STACK_SIZE + KERNEL_STACK_EXTRA) / PAGE_SIZE), 64ull), (u64)PID_MAX - 1);
	}
	return READ_ONCE(task_limit);
}

void process_set_task_limit(unsigned limit)
{
	WRITE_ONCE(task_limit, limit);
}

void process_count_task(struct process *p)
{
	atomic_inc(&p->user->tasks);
	atomic_inc(&task_total);
}

void process_uncount_task(struct process *p)
{
	atomic_dec(&p->user->tasks);
	atomic_dec(&task_total);
}

struct process *process_alloc(void)
{
	struct process *p = kzalloc(sizeof(*p));

	if (!p)
		return NULL;
	atomic_set(&p->refs, 1);
	list_init(&p->all_link);
	list_init(&p->tracees);
	list_init(&p->children);
	list_init(&p->sibling);
	list_init(&p->threads);
	list_init(&p->pgrp_link);
	sigpending_init(&p->pending);
	waitq_init(&p->signal_wait);
	waitq_init(&p->child_wait);
	timer_init(&p->alarm, process_alarm);
	mutex_init(&p->itimer_lock, "itimer", RANK_OBJECT);
	posix_timers_init(&p->posix_timers);
	cpu_timers_init(&p->cpu_timers);
	p->exit_signal = SIGCHLD;
	p->dumpable = true;
	p->start_time = clock_now();
	return p;
}

static void process_free(struct process *p)
{
	irqstate s = arch_irq_save();

	ASSERT(list_empty(&p->threads) && list_empty(&p->children));
	sigpending_flush(&p->pending);
	arch_irq_restore(s);
	if (p->sighand)
		sighand_put(p->sighand);
	if (p->user)
		user_put(p->user);
	if (p->cred)
		cred_put(p->cred);
	kfree(p);
}

void process_put(struct process *p)
{
	if (atomic_dec_and_test(&p->refs))
		process_free(p);
}

/* Make a filled-in process findable: pid, group, session, tree. Its first task is linked by the caller. */
void process_link(struct process *p, struct process *parent)
{
	pid_set_process(p->pid, p);
	pid_hold(p->pgrp);
	list_add_tail(pid_group(p->pgrp), &p->pgrp_link);
	pid_hold(p->session);
	list_add_tail(&all_processes, &p->all_link);
	process_total++;
	p->parent = parent;
	if (parent)
		list_add_tail(&parent->children, &p->sibling);
}

/* The last trace of a zombie: its number and memberships. The caller puts the process's own reference later. */
void process_unlink(struct process *p)
{
	list_del(&p->pgrp_link);
	pid_release(p->pgrp);
	pid_release(p->session);
	list_del(&p->sibling);
	list_del(&p->all_link);
	process_total--;
	p->parent = NULL;
	pid_set_process(p->pid, NULL);
	pid_release(p->pid);
	process_uncount_task(p);
}

void process_for_each(void (*fn)(struct process *p, void *arg), void *arg)
{
	struct process *p;
	irqstate s = spin_lock_irqsave(&tasks_lock);

	list_for_each(p, &all_processes, all_link)
		fn(p, arg);
	spin_unlock_irqrestore(&tasks_lock, s);
}

struct process *process_find(int pid)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct process *p = pid_process(pid);

	if (p)
		process_get(p);
	spin_unlock_irqrestore(&tasks_lock, s);
	return p;
}

struct task *task_find(int tid)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *t = pid_task(tid);

	if (t)
		task_get(t);
	spin_unlock_irqrestore(&tasks_lock, s);
	return t;
}

u64 rlimit_get(enum rlimit_resource r)
{
	return current->process ? READ_ONCE(current->process->limits[r].soft) : RLIM_INFINITY;
}

/* ---- Groups and sessions ---- */

static void change_group(struct process *p, int pgrp) REQUIRES(tasks_lock)
{
	pid_hold(pgrp);
	list_move_tail(pid_group(pgrp), &p->pgrp_link);
	pid_release(p->pgrp);
	p->pgrp = pgrp;
}

/* Is there a group `pgrp` in that session? */
static bool group_in_session(int pgrp, int session) REQUIRES(tasks_lock)
{
	struct list *group = pid_group(pgrp);

	return group && !list_empty(group) && list_first(group, struct process, pgrp_link)->session == session;
}

static int set_pgrp_locked(int pid, int pgrp) REQUIRES(tasks_lock)
{
	struct process *me = current->process, *p = pid_process(pid);

	if (!p)
		return pid_task(pid) ? -EINVAL : -ESRCH;
	if (p != me) {
		if (p->parent != me)
			return -ESRCH;
		if (p->session != me->session)
			return -EPERM;
		if (p->did_exec)
			return -EACCES;
	}
	if (p->session == p->pid)
		return -EPERM;
	if (pgrp != p->pid && !group_in_session(pgrp, me->session))
		return -EPERM;
	if (pgrp != p->pgrp)
		change_group(p, pgrp);
	return 0;
}

int process_set_pgrp(int pid, int pgrp)
{
	irqstate s;
	int r;

	if (pid == 0)
		pid = current->process->pid;
	if (pgrp == 0)
		pgrp = pid;
	if (pgrp < 0)
		return -EINVAL;
	s = spin_lock_irqsave(&tasks_lock);
	r = set_pgrp_locked(pid, pgrp);
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

int process_set_session(void)
{
	struct process *p = current->process;
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct list *group = pid_group(p->pid);
	int r = -EPERM;

	if (list_empty(group) && p->session != p->pid) {
		change_group(p, p->pid);
		pid_hold(p->pid);
		pid_release(p->session);
		p->session = p->pid;
		p->tty = NULL;
		r = p->pid;
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

/* A parent in another group of the same session could continue a member, so the group is not orphaned. */
bool pgrp_is_orphaned(int pgrp)
{
	return pgrp_is_orphaned_without(pgrp, NULL);
}

bool pgrp_is_orphaned_without(int pgrp, const struct process *leaving)
{
	struct list *group = pid_group(pgrp);
	struct process *p;

	list_for_each(p, group, pgrp_link) {
		if (p == leaving || p->zombie || !p->parent || p->parent->pid == 1)
			continue;
		if (p->parent->pgrp != pgrp && p->parent->session == p->session)
			return false;
	}
	return true;
}

/* ---- Pid 1 ---- */

static void init_limits(struct process *p)
{
	for (int i = 0; i < RLIMIT_COUNT; i++)
		p->limits[i] = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	p->limits[RLIMIT_STACK].soft = MIB(8);
	p->limits[RLIMIT_CORE].soft = 0;
	p->limits[RLIMIT_NPROC] = (struct rlimit){ process_task_limit() / 2, process_task_limit() / 2 };
	p->limits[RLIMIT_NOFILE] = (struct rlimit){ 1024, 4096 };
	p->limits[RLIMIT_MEMLOCK] = (struct rlimit){ MIB(8), MIB(8) };
	p->limits[RLIMIT_SIGPENDING] = p->limits[RLIMIT_NPROC];
	p->limits[RLIMIT_MSGQUEUE] = (struct rlimit){ 819200, 819200 };
	p->limits[RLIMIT_NICE] = p->limits[RLIMIT_RTPRIO] = (struct rlimit){ 0, 0 };
}

static void link_init(struct process *p, struct task *t)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	int pid = pid_alloc();

	ASSERT(pid == 1);
	p->pid = p->pgrp = p->session = t->tid = pid;
	process_link(p, NULL);
	process_add_thread(p, t);
	p->leader = t;
	spin_unlock_irqrestore(&tasks_lock, s);
}

static struct task *create_init(void)
{
	struct task *t = task_alloc("init");
	struct process *p = process_alloc();

	if (!t || !p)
		boot_fail("init cannot be started: out of memory");
	t->process = p;
	t->cred = &root_cred;
	list_init(&t->pi_owned);
	t->files = fd_table_create();
	t->fs = fs_context_create(fs_root_dentry());
	p->cred = &root_cred;
	p->user = user_get(0);
	p->sighand = sighand_create();
	p->unkillable = true;
	init_limits(p);
	if (!t->files || !t->fs || !p->user || !p->sighand || arch_task_alloc_fpu(t) < 0)
		boot_fail("init cannot be started: out of memory");
	return t;
}

/* What pid 1 executes as its first act; `path` is cleared when that is done. */
static struct {
	const char *path;
	struct exec_source source;
	struct waitq done;
} first_program = { .done = WAITQ_INIT(first_program.done) };

/* Sleeps until pid 1 has read the strings, which are the caller's. */
void process_start_init(const char *path, const char *const *argv, const char *const *envp)
{
	struct task *t = create_init();
	struct regs blank = { 0 };

	aslr_enabled = !cmdline_get("norandmaps");
	first_program.path = path;
	first_program.source = (struct exec_source){ .kernel_argv = argv, .kernel_envp = envp };
	arch_task_init_user(t, &blank, 0);
	link_init(t->process, t);
	task_start(t);
	wait_event(&first_program.done, !READ_ONCE(first_program.path));
}

/* Descriptors 0, 1 and 2. A root without /dev/console is no reason to stop. */
static void open_console(void)
{
	struct file *console = path_open(AT_FDCWD, "/dev/console", O_RDWR, 0);

	if (IS_ERR(console)) {
		log_warn("init", "/dev/console cannot be opened: error %ld", -PTR_ERR(console));
		return;
	}
	for (int i = 0; i < 3; i++) {
		file_get(console);
		if (fd_add(console, O_RDWR) < 0)
			file_put(console);
	}
	file_put(console);
}

static void execute_first_program(void)
{
	int r;

	uts_init();
	open_console();
	r = exec_program(first_program.path, &first_program.source);
	if (r < 0)
		boot_fail("init %s cannot be started: error %d%s", first_program.path, -r,
			  r == -ENOENT ? " (no such file, or its interpreter is missing)" : "");
	WRITE_ONCE(first_program.path, NULL);
	wait_wake_all(&first_program.done, 0);
}

void process_child_start(void)
{
	if (current->set_child_tid)
		(void)!user_store_u32(UADDR(current->set_child_tid), (u32)current->tid);
	current->set_child_tid = 0;
	if (current->tid == 1 && first_program.path)
		execute_first_program();
}
