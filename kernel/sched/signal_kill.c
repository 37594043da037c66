/* kill(2) and its relatives: who may send what to whom, and to how many. tasks_lock is held for a whole group. */
#include "sched/signal_kill.h"

#include "lib/error.h"
#include "lib/string.h"
#include "sched/pid.h"
#include "sched/process.h"
#include "sched/process_internal.h"

void signal_info_user(struct abi_siginfo *info, int sig, int code)
{
	memset(info, 0, sizeof(*info));
	info->si_signo = sig;
	info->si_code = code;
	info->pid = current->process->pid;
	info->uid = current->cred->uid;
}

bool signal_allowed(struct process *p, int sig)
{
	const struct cred *me = current->cred, *target = p->cred;

	if (p == current->process || cred_capable(me, CAP_KILL))
		return true;
	if (me->euid == target->suid || me->euid == target->uid || me->uid == target->suid || me->uid == target->uid)
		return true;
	return sig == SIGCONT && p->session == current->process->session;
}

static int send_checked(struct process *p, int sig, const struct abi_siginfo *info) REQUIRES(tasks_lock)
{
	if (sig < 0 || sig > NSIG)
		return -EINVAL;
	if (!signal_allowed(p, sig))
		return -EPERM;
	return sig == 0 ? 0 : signal_send_process(p, sig, info);
}

/* One success is a success; otherwise the last failure. */
static int kill_group(int pgrp, int sig, const struct abi_siginfo *info) REQUIRES(tasks_lock)
{
	struct list *group = pid_group(pgrp);
	struct process *p;
	bool success = false;
	int r = -ESRCH;

	if (!group)
		return -ESRCH;
	list_for_each(p, group, pgrp_link) {
		r = send_checked(p, sig, info);
		success |= r == 0;
	}
	return success ? 0 : r;
}

/* Everything but pid 1 and the caller. As on Linux, permission errors alone are not reported. */
static int kill_all(int sig, const struct abi_siginfo *info) REQUIRES(tasks_lock)
{
	struct process *p;
	int r = -ESRCH;

	list_for_each(p, &all_processes, all_link) {
		int one;

		if (p->pid == 1 || p == current->process)
			continue;
		one = send_checked(p, sig, info);
		if (r == -ESRCH)
			r = 0;
		if (one != -EPERM)
			r = one;
	}
	return r;
}

/* A thread's number stands for its process here. */
static struct process *find_target(int pid) REQUIRES(tasks_lock)
{
	struct process *p = pid_process(pid);
	struct task *t = p ? NULL : pid_task(pid);

	return t ? t->process : p;
}

int signal_kill(int pid, int sig, const struct abi_siginfo *info)
{
	irqstate s;
	int r;

	if (pid == INT32_MIN)
		return -ESRCH;
	s = spin_lock_irqsave(&tasks_lock);
	if (pid > 0) {
		struct process *p = find_target(pid);

		r = p ? send_checked(p, sig, info) : -ESRCH;
	} else if (pid == -1) {
		r = kill_all(sig, info);
	} else {
		r = kill_group(pid == 0 ? current->process->pgrp : -pid, sig, info);
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

int signal_kill_process(struct process *p, int sig, const struct abi_siginfo *info)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	int r = pid_process(p->pid) == p ? send_checked(p, sig, info) : -ESRCH;

	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

/* A leader that ended before its threads still has its number; a signal for it goes nowhere. */
int signal_kill_thread(int tgid, int tid, int sig, const struct abi_siginfo *info)
{
	struct process *p;
	struct task *t;
	irqstate s;
	int r = -ESRCH;

	if (tid <= 0)
		return -EINVAL;
	s = spin_lock_irqsave(&tasks_lock);
	t = pid_task(tid);
	p = t ? t->process : pid_process(tid);
	if (p && (tgid == 0 || p->pid == tgid)) {
		r = sig < 0 || sig > NSIG ? -EINVAL : signal_allowed(p, sig) ? 0 : -EPERM;
		if (r == 0 && sig != 0 && t)
			r = signal_send_task(t, sig, info);
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}
