/* System calls about processes themselves: making and ending them, their numbers, groups and sessions. Thin; task context. */
#include "fs/file.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/pid.h"
#include "sched/process.h"

#define CSIGNAL 0xffu

long sys_clone(unsigned long flags, uaddr stack, uaddr parent_tid, uaddr child_tid, unsigned long tls)
{
	struct clone_args args = {
		.flags = flags & 0xffffffffu & ~CSIGNAL,
		.exit_signal = (int)(flags & CSIGNAL),
		.stack = stack.v,
		.tls = tls,
		.parent_tid = parent_tid.v,
		.child_tid = child_tid.v,
		.pidfd = parent_tid.v,
	};

	if ((flags & CLONE_PIDFD) && (flags & CLONE_PARENT_SETTID))
		return -EINVAL;			/* one address for two answers */
	return process_clone(&args);
}

long sys_fork(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };

	return process_clone(&args);
}

long sys_vfork(void)
{
	struct clone_args args = { .flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD };

	return process_clone(&args);
}

long sys_unshare(unsigned long flags)
{
	return process_unshare(flags);
}

/* No file stands for a name space. */
long sys_setns(int fd, int type)
{
	struct file *f = fd_get(fd);

	if (!f)
		return -EBADF;
	file_put(f);
	return -EINVAL;
}

long sys_exit(int status)
{
	process_exit_thread((status & 0xff) << 8);
}

long sys_exit_group(int status)
{
	process_exit_group((status & 0xff) << 8);
}

long sys_getpid(void)
{
	return current->process->pid;
}

long sys_gettid(void)
{
	return current->tid;
}

long sys_getppid(void)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct process *parent = current->process->parent;
	int pid = parent ? parent->pid : 0;

	spin_unlock_irqrestore(&tasks_lock, s);
	return pid;
}

long sys_set_tid_address(uaddr tidptr)
{
	current->clear_child_tid = tidptr.v;
	return current->tid;
}

/* ---- Groups and sessions ---- */

/* A field of the process that a pid names, 0 for the caller. A thread's number names its process. */
static long look_up(int pid, bool session)
{
	struct process *p;
	struct task *t;
	irqstate s = spin_lock_irqsave(&tasks_lock);
	long r = -ESRCH;

	p = pid == 0 ? current->process : pid_process(pid);
	if (!p && (t = pid_task(pid)))
		p = t->process;
	if (p)
		r = session ? p->session : p->pgrp;
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

long sys_setpgid(int pid, int pgid)
{
	return process_set_pgrp(pid, pgid);
}

long sys_getpgid(int pid)
{
	return look_up(pid, false);
}

long sys_getpgrp(void)
{
	return look_up(0, false);
}

long sys_setsid(void)
{
	return process_set_session();
}

long sys_getsid(int pid)
{
	return look_up(pid, true);
}
