/* wait4 and waitid: arguments in, wait reports out in the forms of Linux. Thin over process_wait; task context. */
#include "fs/file.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/usercopy.h"
#include "sched/pidfd.h"
#include "sched/process.h"
#include "sys/rusage.h"

enum idtype { P_ALL, P_PID, P_PGID, P_PIDFD };

static int put_usage(uaddr usage, const struct rusage_values *v)
{
	struct linux_rusage r = rusage_of(v);

	if (usage.v == 0)
		return 0;
	return put_user_object(usage, &r);
}

long sys_wait4(int pid, uaddr status, int options, uaddr usage)
{
	struct wait_report report;
	enum wait_which which = WAIT_PID;
	int r;

	if ((unsigned)options & ~(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL))
		return -EINVAL;
	if (pid == INT32_MIN)
		return -ESRCH;
	if (pid == -1) {
		which = WAIT_ANY;
	} else if (pid <= 0) {
		which = WAIT_PGRP;
		pid = pid == 0 ? current->process->pgrp : -pid;
	}
	r = process_wait(which, pid, (unsigned)options | WEXITED, &report);
	if (r <= 0)
		return r;
	if (status.v != 0 && put_user_object(status, &report.status) < 0)
		return -EFAULT;
	return put_usage(usage, &report.usage) < 0 ? -EFAULT : r;
}

/* A descriptor that does not block makes the call not block: *options gets WNOHANG. A reaped process is nobody's child. */
static int pidfd_target(int fd, unsigned *options, int *pid)
{
	bool nonblock;
	struct process *p = pidfd_get(fd, &nonblock);
	int r;

	if (IS_ERR(p))
		return (int)PTR_ERR(p);
	r = process_is_listed(p) ? 0 : -ECHILD;
	*pid = p->pid;
	if (nonblock)
		*options |= WNOHANG;
	process_put(p);
	return r;
}

static int waitid_target(int idtype, int id, enum wait_which *which, int *target, unsigned *options)
{
	*target = id;
	switch (idtype) {
	case P_ALL:
		*which = WAIT_ANY;
		return 0;
	case P_PID:
		*which = WAIT_PID;
		return id > 0 ? 0 : -EINVAL;
	case P_PGID:
		*which = WAIT_PGRP;
		if (id == 0)
			*target = current->process->pgrp;
		return id >= 0 ? 0 : -EINVAL;
	case P_PIDFD:
		*which = WAIT_PID;
		return id >= 0 ? pidfd_target(id, options, target) : -EINVAL;
	default:
		return -EINVAL;
	}
}

/* si_status is the plain status or signal, not wait4's word. With no child to report all fields but these stay zero. */
static int put_info(uaddr info, const struct wait_report *report, bool found)
{
	struct abi_siginfo i;

	if (info.v == 0)
		return 0;
	memset(&i, 0, sizeof(i));
	if (found) {
		i.si_signo = SIGCHLD;
		i.si_code = report->code;
		i.pid = report->pid;
		i.uid = report->uid;
		switch (report->code) {
		case ABI_CLD_EXITED:
		case ABI_CLD_STOPPED:
			i.status = report->status >> 8 & 0xff;
			break;
		case ABI_CLD_TRAPPED:		/* with the event, where there is one */
			i.status = report->status >> 8;
			break;
		case ABI_CLD_CONTINUED:
			i.status = SIGCONT;
			break;
		default:
			i.status = report->status & 0x7f;
			break;
		}
	}
	return copy_to_user(info, &i, offsetof(struct abi_siginfo, pad2));
}

long sys_waitid(int idtype, int id, uaddr info, int options, uaddr usage)
{
	struct wait_report report;
	unsigned how = (unsigned)options;
	enum wait_which which;
	int r, target;

	if ((unsigned)options & ~(WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL))
		return -EINVAL;
	if (!((unsigned)options & (WEXITED | WSTOPPED | WCONTINUED)))
		return -EINVAL;
	r = waitid_target(idtype, id, &which, &target, &how);
	if (r < 0)
		return r;
	r = process_wait(which, target, how, &report);
	if (r == 0 && how != (unsigned)options && !((unsigned)options & WNOHANG))
		return -EAGAIN;
	if (r < 0)
		return r;
	if (r > 0 && put_usage(usage, &report.usage) < 0)
		return -EFAULT;
	return put_info(info, &report, r > 0);
}
