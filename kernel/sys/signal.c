/* System calls about signals: arguments in, sched/signal*.c does the work, results out. Thin; task context. */
#include "sched/signal.h"
#include "arch/arch.h"
#include "arch/x86_64/regs.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/usercopy.h"
#include "sched/process.h"
#include "sched/signal_kill.h"
#include "sys/timespec.h"

#define SIGSET_SIZE sizeof(u64)

enum how { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK };

long sys_rt_sigaction(int sig, uaddr act, uaddr oldact, size_t sigsetsize)
{
	struct abi_sigaction new, old;
	int r;

	if (sigsetsize != SIGSET_SIZE)
		return -EINVAL;
	if (act.v != 0 && get_user_object(&new, act) < 0)
		return -EFAULT;
	r = signal_action(sig, act.v ? &new : NULL, oldact.v ? &old : NULL);
	if (r == 0 && oldact.v != 0 && put_user_object(oldact, &old) < 0)
		return -EFAULT;
	return r;
}

long sys_rt_sigprocmask(int how, uaddr set, uaddr oldset, size_t sigsetsize)
{
	u64 old = current->sigmask, new;

	if (sigsetsize != SIGSET_SIZE)
		return -EINVAL;
	if (set.v != 0) {
		if (get_user_object(&new, set) < 0)
			return -EFAULT;
		switch (how) {
		case SIG_BLOCK:
			signal_set_mask(old | new);
			break;
		case SIG_UNBLOCK:
			signal_set_mask(old & ~new);
			break;
		case SIG_SETMASK:
			signal_set_mask(new);
			break;
		default:
			return -EINVAL;
		}
	}
	return oldset.v != 0 ? put_user_object(oldset, &old) : 0;
}

long sys_rt_sigreturn(void)
{
	return signal_return(arch_task_regs(current));
}

long sys_restart_syscall(void)
{
	struct restart_block *r = &current->restart;

	return r->fn ? r->fn(r) : -EINTR;
}

long sys_rt_sigpending(uaddr set, size_t sigsetsize)
{
	u64 pending = signal_pending_set();

	if (sigsetsize > SIGSET_SIZE)
		return -EINVAL;
	return copy_to_user(set, &pending, sigsetsize);
}

long sys_rt_sigtimedwait(uaddr set, uaddr info, uaddr timeout, size_t sigsetsize)
{
	struct abi_siginfo i;
	struct linux_timespec t;
	u64 wanted, ns, deadline = TIME_NEVER;
	int r;

	if (sigsetsize != SIGSET_SIZE)
		return -EINVAL;
	if (get_user_object(&wanted, set) < 0)
		return -EFAULT;
	if (timeout.v != 0) {
		if (get_user_object(&t, timeout) < 0)
			return -EFAULT;
		if (timespec_to_ns(&t, &ns) < 0)
			return -EINVAL;
		deadline = deadline_after(clock_now(), ns);
	}
	r = signal_timed_wait(wanted, &i, deadline);
	if (r > 0 && info.v != 0 && put_user_object(info, &i) < 0)
		return -EFAULT;
	return r;
}

/* Programs may not pass for the kernel, nor for kill and tkill, towards others. */
long sys_rt_sigqueueinfo(int pid, int sig, uaddr info)
{
	struct abi_siginfo i;

	if (get_user_object(&i, info) < 0)
		return -EFAULT;
	i.si_signo = sig;
	if ((i.si_code >= 0 || i.si_code == ABI_SI_TKILL) && pid != current->process->pid)
		return -EPERM;
	if (pid <= 0)
		return -ESRCH;
	return signal_kill(pid, sig, &i);
}

long sys_rt_tgsigqueueinfo(int tgid, int tid, int sig, uaddr info)
{
	struct abi_siginfo i;

	if (get_user_object(&i, info) < 0)
		return -EFAULT;
	i.si_signo = sig;
	if (tgid <= 0 || tid <= 0)
		return -EINVAL;
	if ((i.si_code >= 0 || i.si_code == ABI_SI_TKILL) && tgid != current->process->pid)
		return -EPERM;
	return signal_kill_thread(tgid, tid, sig, &i);
}

static long suspend(void)
{
	while (!signal_pending()) {
		current->state = TASK_SLEEPING;
		smp_mb();
		if (!signal_pending())
			schedule();
		current->state = TASK_RUNNING;
	}
	return -ERESTARTNOHAND;
}

long sys_rt_sigsuspend(uaddr mask, size_t sigsetsize)
{
	u64 set;

	if (sigsetsize != SIGSET_SIZE)
		return -EINVAL;
	if (get_user_object(&set, mask) < 0)
		return -EFAULT;
	signal_set_temporary_mask(set);
	return signal_end_temporary_mask(suspend());
}

long sys_pause(void)
{
	return suspend();
}

long sys_sigaltstack(uaddr ss, uaddr old_ss)
{
	struct abi_stack new, old;
	int r;

	if (ss.v != 0 && get_user_object(&new, ss) < 0)
		return -EFAULT;
	r = signal_altstack(ss.v ? &new : NULL, old_ss.v ? &old : NULL, arch_task_regs(current)->rsp);
	if (r == 0 && old_ss.v != 0 && put_user_object(old_ss, &old) < 0)
		return -EFAULT;
	return r;
}

long sys_kill(int pid, int sig)
{
	struct abi_siginfo info;

	signal_info_user(&info, sig, ABI_SI_USER);
	return signal_kill(pid, sig, &info);
}

long sys_tkill(int tid, int sig)
{
	struct abi_siginfo info;

	signal_info_user(&info, sig, ABI_SI_TKILL);
	return signal_kill_thread(0, tid, sig, &info);
}

long sys_tgkill(int tgid, int tid, int sig)
{
	struct abi_siginfo info;

	if (tgid <= 0)
		return -EINVAL;
	signal_info_user(&info, sig, ABI_SI_TKILL);
	return signal_kill_thread(tgid, tid, sig, &info);
}
