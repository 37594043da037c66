/* clone3(2) and the pidfd calls: structures in, checks, sched/ does the work. Thin; task context. */
#include "sched/pidfd.h"
#include "fs/file.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/usercopy.h"
#include "sched/pid.h"
#include "sched/process.h"
#include "sched/signal_kill.h"
#include "trace/unimplemented.h"

/* ---- clone3 ---- */

/* struct clone_args of linux/sched.h. Programs pass a prefix of it, or a longer one that ends in zeros. */
struct linux_clone_args {
	u64 flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
	u64 set_tid, set_tid_size;
	u64 cgroup;
};
#define CLONE_ARGS_SIZE_VER0 64
#define CLONE_ARGS_SIZE_VER2 88
#define TID_LEVELS_MAX       32
#define CSIGNAL              0xffu
_Static_assert(sizeof(struct linux_clone_args) == CLONE_ARGS_SIZE_VER2, "struct clone_args");

static int check_tail(u64 address, size_t size)
{
	u8 bytes[64];

	while (size > 0) {
		size_t n = MIN(size, sizeof(bytes));

		if (copy_from_user(bytes, UADDR(address), n) < 0)
			return -EFAULT;
		for (size_t i = 0; i < n; i++)
			if (bytes[i] != 0)
				return -E2BIG;
		address += n;
		size -= n;
	}
	return 0;
}

static int read_args(struct linux_clone_args *a, uaddr args, size_t size)
{
	if (size > PAGE_SIZE)
		return -E2BIG;
	if (size < CLONE_ARGS_SIZE_VER0)
		return -EINVAL;
	memset(a, 0, sizeof(*a));
	if (copy_from_user(a, args, MIN(size, sizeof(*a))) < 0)
		return -EFAULT;
	return size > sizeof(*a) ? check_tail(args.v + sizeof(*a), size - sizeof(*a)) : 0;
}

static int check_args(const struct linux_clone_args *a, size_t size)
{
	if (a->set_tid_size > TID_LEVELS_MAX || (a->set_tid == 0) != (a->set_tid_size == 0))
		return -EINVAL;
	if (a->exit_signal > NSIG)
		return -EINVAL;
	if ((a->flags & CLONE_INTO_CGROUP) && (a->cgroup > INT32_MAX || size < CLONE_ARGS_SIZE_VER2))
		return -EINVAL;
	if (a->flags & ~(0xffffffffull | CLONE_CLEAR_SIGHAND | CLONE_INTO_CGROUP)) {
		report_unimplemented_value("clone3", "flags", a->flags & ~(0xffffffffull | CLONE_CLEAR_SIGHAND | CLONE_INTO_CGROUP));
		return -EINVAL;
	}
	if (a->flags & (CLONE_DETACHED | (CSIGNAL & ~CLONE_NEWTIME)))
		return -EINVAL;
	if ((a->flags & CLONE_SIGHAND) && (a->flags & CLONE_CLEAR_SIGHAND))
		return -EINVAL;
	if ((a->flags & (CLONE_THREAD | CLONE_PARENT)) && a->exit_signal != 0)
		return -EINVAL;
	if ((a->stack == 0) != (a->stack_size == 0) || !user_range_ok(UADDR(a->stack), a->stack_size))
		return -EINVAL;
	return 0;
}

/* There is one level of numbers: the array has one entry that counts, and no more. */
static int read_set_tid(const struct linux_clone_args *a, int *tid)
{
	u32 value;

	*tid = 0;
	if (a->set_tid == 0)
		return 0;
	if (get_user_object(&value, UADDR(a->set_tid)) < 0)
		return -EFAULT;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (a->set_tid_size > 1 || value == 0 || value >= READ_ONCE(pid_max))
		return -EINVAL;
	*tid = (int)value;
	return 0;
}

long sys_clone3(uaddr user_args, size_t size)
{
	struct linux_clone_args a;
	struct clone_args args;
	int tid, r = read_args(&a, user_args, size);

	if (r == 0)
		r = check_args(&a, size);
	if (r == 0)
		r = read_set_tid(&a, &tid);
	if (r < 0)
		return r;
	if (a.flags & CLONE_INTO_CGROUP)
		return -EBADF;			/* no descriptor is a control group's */
	args = (struct clone_args){
		.flags = a.flags,
		.exit_signal = (int)a.exit_signal,
		.stack = a.stack + a.stack_size,
		.tls = a.tls,
		.parent_tid = a.parent_tid,
		.child_tid = a.child_tid,
		.pidfd = a.pidfd,
		.set_tid = tid,
	};
	return process_clone(&args);
}

/* ---- pidfd ---- */

long sys_pidfd_open(int pid, unsigned int flags)
{
	if (flags & ~(unsigned)O_NONBLOCK || pid <= 0)
		return -EINVAL;
	return pidfd_open(pid, flags);
}

long sys_pidfd_getfd(int pidfd, int fd, unsigned int flags)
{
	return flags != 0 ? -EINVAL : pidfd_getfd(pidfd, fd);
}

static int read_info(struct process *p, int sig, uaddr info, struct abi_siginfo *i)
{
	if (info.v == 0) {
		signal_info_user(i, sig, ABI_SI_USER);
		return 0;
	}
	if (get_user_object(i, info) < 0)
		return -EFAULT;
	if (i->si_signo != sig)
		return -EINVAL;
	return (i->si_code >= 0 || i->si_code == ABI_SI_TKILL) && p != current->process ? -EPERM : 0;
}

long sys_pidfd_send_signal(int pidfd, int sig, uaddr info, unsigned int flags)
{
	struct abi_siginfo i;
	struct process *p;
	int r;

	if (flags != 0)
		return -EINVAL;
	p = pidfd_get(pidfd, NULL);
	if (IS_ERR(p))
		return PTR_ERR(p);
	r = read_info(p, sig, info, &i);
	if (r == 0)
		r = signal_kill_process(p, sig, &i);
	process_put(p);
	return r;
}
