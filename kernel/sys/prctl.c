/*
 * prctl(2): what a program asks about or of itself. What needs machinery that is not here answers EINVAL, as on a Linux
 * without it. Task context; tasks_lock is taken inside.
 */
#include "lib/types.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/usercopy.h"
#include "sched/process.h"
#include "trace/unimplemented.h"

enum prctl_option {
	PR_SET_PDEATHSIG = 1, PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_GET_KEEPCAPS = 7, PR_SET_KEEPCAPS,
	PR_SET_NAME = 15, PR_GET_NAME, PR_CAPBSET_READ = 23, PR_CAPBSET_DROP, PR_GET_SECUREBITS = 27, PR_SET_SECUREBITS,
	PR_SET_CHILD_SUBREAPER = 36, PR_GET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_GET_TID_ADDRESS,
	PR_CAP_AMBIENT = 47,
};

static long set_name(uaddr name)
{
	char buffer[sizeof(current->name)] = { 0 };
	ssize_t n = copy_string_from_user(buffer, name, sizeof(buffer));
	irqstate s;

	if (n == -EFAULT)
		return n;
	buffer[sizeof(buffer) - 1] = '\0';
	s = spin_lock_irqsave(&tasks_lock);
	strlcpy(current->name, buffer, sizeof(current->name));
	if (current->process->leader == current)
		strlcpy(current->process->name, buffer, sizeof(current->process->name));
	spin_unlock_irqrestore(&tasks_lock, s);
	return 0;
}

static long get_name(uaddr name)
{
	char buffer[sizeof(current->name)] = { 0 };

	strlcpy(buffer, current->name, sizeof(buffer));
	return copy_to_user(name, buffer, sizeof(buffer));
}

/* Descendants that exist already find it, too. */
static void mark_descendants(struct process *p) REQUIRES(tasks_lock)
{
	struct process *d = p;

	for (;;) {
		if (!list_empty(&d->children)) {
			d = list_first(&d->children, struct process, sibling);
		} else {
			while (d != p && d->sibling.next == &d->parent->children)
				d = d->parent;
			if (d == p)
				return;
			d = list_next(d, sibling);
		}
		d->has_subreaper = true;
	}
}

static long set_subreaper(bool on)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);

	current->process->subreaper = on;
	if (on)
		mark_descendants(current->process);
	spin_unlock_irqrestore(&tasks_lock, s);
	return 0;
}

static long put_int(uaddr address, int value)
{
	return put_user_object(address, &value);
}

static long set_no_new_privs(unsigned long on, unsigned long arg3, unsigned long arg4, unsigned long arg5)
{
	if (on != 1 || arg3 || arg4 || arg5)
		return -EINVAL;
	current->process->no_new_privs = true;
	return 0;
}

long sys_prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5)
{
	struct process *p = current->process;

	switch (option) {
	case PR_SET_PDEATHSIG:
		if (arg2 > NSIG)
			return -EINVAL;
		current->pdeath_signal = (int)arg2;
		return 0;
	case PR_GET_PDEATHSIG:
		return put_int(UADDR(arg2), current->pdeath_signal);
	case PR_GET_DUMPABLE:
		return p->dumpable;
	case PR_SET_DUMPABLE:
		if (arg2 > 1)
			return -EINVAL;
		p->dumpable = arg2;
		return 0;
	case PR_SET_NAME:
		return set_name(UADDR(arg2));
	case PR_GET_NAME:
		return get_name(UADDR(arg2));
	case PR_SET_CHILD_SUBREAPER:
		return set_subreaper(arg2 != 0);
	case PR_GET_CHILD_SUBREAPER:
		return put_int(UADDR(arg2), p->subreaper);
	case PR_SET_NO_NEW_PRIVS:
		return set_no_new_privs(arg2, arg3, arg4, arg5);
	case PR_GET_NO_NEW_PRIVS:
		return arg2 || arg3 || arg4 || arg5 ? -EINVAL : p->no_new_privs;
	case PR_GET_TID_ADDRESS:
		return put_user_object(UADDR(arg2), &current->clear_child_tid);
	case PR_GET_KEEPCAPS:
		return (current->cred->securebits & SECBIT_KEEP_CAPS) != 0;
	case PR_SET_KEEPCAPS:
		return capability_keep(arg2);
	case PR_CAPBSET_READ:
		return arg2 > CAP_LAST ? -EINVAL : (current->cred->caps.bounding & CAP_BIT(arg2)) != 0;
	case PR_CAPBSET_DROP:
		return capability_drop_bound(arg2);
	case PR_GET_SECUREBITS:
		return current->cred->securebits;
	case PR_SET_SECUREBITS:
		return capability_set_securebits(arg2);
	case PR_CAP_AMBIENT:
		return arg4 || arg5 ? -EINVAL : capability_ambient(arg2, arg3);
	default:
		report_unimplemented_value("prctl", "option", (u32)option);
		return -EINVAL;
	}
}
