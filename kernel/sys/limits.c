/* Resource limits: getrlimit, setrlimit, prlimit64. The sighand lock guards a process's limits; task context. */
#include "fs/file.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/pid.h"
#include "sched/process.h"

static int check_new(const struct rlimit *new, unsigned resource)
{
	if (new->soft > new->hard)
		return -EINVAL;
	return resource == RLIMIT_NOFILE && new->hard > READ_ONCE(fd_max) ? -EPERM : 0;
}

static int exchange(struct process *p, unsigned resource, const struct rlimit *new, struct rlimit *old)
{
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);
	struct rlimit *limit = &p->limits[resource];
	int r = 0;

	if (new && new->hard > limit->hard && !capable(CAP_SYS_RESOURCE))
		r = -EPERM;
	if (r == 0) {
		*old = *limit;
		if (new)
			*limit = *new;
	}
	sighand_unlock(h, s);
	return r;
}

/* prlimit(2): another process must have the caller's real ids throughout. */
static bool may_limit(const struct process *p) REQUIRES(tasks_lock)
{
	const struct cred *me = current->cred, *c = p->cred;

	if (p == current->process || cred_capable(me, CAP_SYS_RESOURCE))
		return true;
	return me->uid == c->euid && me->uid == c->suid && me->uid == c->uid && me->gid == c->egid && me->gid == c->sgid &&
	       me->gid == c->gid;
}

static struct process *target_of(int pid, int *error)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct process *p = pid == 0 ? current->process : pid_process(pid);

	if (!p && pid_task(pid))
		p = pid_task(pid)->process;
	*error = !p ? -ESRCH : may_limit(p) ? 0 : -EPERM;
	if (p)
		process_get(p);
	spin_unlock_irqrestore(&tasks_lock, s);
	return p;
}

static int do_prlimit(int pid, unsigned resource, const struct rlimit *new, struct rlimit *old)
{
	struct process *p;
	int r;

	if (resource >= RLIMIT_COUNT)
		return -EINVAL;
	if (new && (r = check_new(new, resource)) < 0)
		return r;
	p = target_of(pid, &r);
	if (r == 0)
		r = exchange(p, resource, new, old);
	if (r == 0 && new)
		cpu_limits_changed(p);
	if (p)
		process_put(p);
	return r;
}

long sys_getrlimit(int resource, uaddr rlim)
{
	struct rlimit old;
	int r = do_prlimit(0, (unsigned)resource, NULL, &old);

	return r < 0 ? r : put_user_object(rlim, &old);
}

long sys_setrlimit(int resource, uaddr rlim)
{
	struct rlimit new, old;

	if (get_user_object(&new, rlim) < 0)
		return -EFAULT;
	return do_prlimit(0, (unsigned)resource, &new, &old);
}

long sys_prlimit64(int pid, int resource, uaddr new_limit, uaddr old_limit)
{
	struct rlimit new, old;
	int r;

	if (new_limit.v != 0 && get_user_object(&new, new_limit) < 0)
		return -EFAULT;
	r = do_prlimit(pid, (unsigned)resource, new_limit.v ? &new : NULL, &old);
	if (r == 0 && old_limit.v != 0)
		r = put_user_object(old_limit, &old);
	return r;
}
