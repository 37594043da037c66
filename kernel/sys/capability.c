/* capget(2) and capset(2): the versions of their header, and masks in halves of 32 bits. Task context. */
#include "sched/capability.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/pid.h"
#include "sched/process.h"
#include "sched/task.h"

#define VERSION_1 0x19980330u		/* one half */
#define VERSION_2 0x20071026u		/* two */
#define VERSION_3 0x20080522u

struct cap_header {
	u32 version;
	i32 pid;
};

struct cap_half {
	u32 effective, permitted, inheritable;
};

/* How many halves the caller's version has; for an unknown one the newest is written back: -EINVAL. */
static int read_header(uaddr user, struct cap_header *h)
{
	u32 newest = VERSION_3;

	if (get_user_object(h, user))
		return -EFAULT;
	switch (h->version) {
	case VERSION_1:
		return 1;
	case VERSION_2:
	case VERSION_3:
		return 2;
	default:
		return put_user_object(user, &newest) ? -EFAULT : -EINVAL;
	}
}

static int sets_of(i32 pid, struct cap_sets *sets)
{
	struct task *t;
	irqstate s;

	if (pid < 0)
		return -EINVAL;
	t = task_find(pid ? pid : current->tid);
	if (!t)
		return -ESRCH;
	s = spin_lock_irqsave(&tasks_lock);
	*sets = t->cred->caps;
	spin_unlock_irqrestore(&tasks_lock, s);
	task_put(t);
	return 0;
}

long sys_capget(uaddr header, uaddr data)
{
	struct cap_half halves[2];
	struct cap_header h;
	struct cap_sets sets;
	int count = read_header(header, &h), error;

	if (count < 0)
		return count == -EINVAL && !data.v ? 0 : count;		/* a question for the version */
	error = sets_of(h.pid, &sets);
	if (error || !data.v)
		return error;
	for (int i = 0; i < 2; i++)
		halves[i] = (struct cap_half){ (u32)(sets.effective >> 32 * i), (u32)(sets.permitted >> 32 * i),
					       (u32)(sets.inheritable >> 32 * i) };
	return copy_to_user(data, halves, (size_t)count * sizeof(halves[0]));
}

long sys_capset(uaddr header, uaddr data)
{
	struct cap_half halves[2] = { 0 };
	struct cap_header h;
	int count = read_header(header, &h);

	if (count < 0)
		return count;
	if (h.pid != 0 && h.pid != current->tid)
		return -EPERM;
	if (copy_from_user(halves, data, (size_t)count * sizeof(halves[0])))
		return -EFAULT;
	return capability_set(halves[0].effective | (u64)halves[1].effective << 32,
			      halves[0].permitted | (u64)halves[1].permitted << 32,
			      halves[0].inheritable | (u64)halves[1].inheritable << 32);
}
