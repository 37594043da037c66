/*
 * How capability sets change: by the calls of capset(2) and prctl(2), with the user ids, and over execve. Each change makes a
 * new struct cred (cred.c). Task context, of the task whose sets they are.
 */
#include "sched/capability.h"

#include "lib/error.h"
#include "sched/process.h"
#include "sched/task.h"

enum { AMBIENT_IS_SET = 1, AMBIENT_RAISE, AMBIENT_LOWER, AMBIENT_CLEAR_ALL };

bool capable(enum capability cap)
{
	return cred_capable(current->cred, cap);
}

static bool has_root(const struct cred *c)
{
	return c->uid == 0 || c->euid == 0 || c->suid == 0;
}

void capability_uids_changed(struct cred *c, const struct cred *old)
{
	if (c->securebits & SECBIT_NO_SETUID_FIXUP)
		return;
	if (has_root(old) && !has_root(c)) {
		if (!(c->securebits & SECBIT_KEEP_CAPS))
			c->caps.permitted = c->caps.effective = 0;
		c->caps.ambient = 0;
	}
	if (old->euid == 0 && c->euid != 0)
		c->caps.effective = 0;
	if (old->euid != 0 && c->euid == 0)
		c->caps.effective = c->caps.permitted;
}

void capability_fsuid_changed(struct cred *c, const struct cred *old)
{
	if (c->securebits & SECBIT_NO_SETUID_FIXUP)
		return;
	if (old->fsuid == 0 && c->fsuid != 0)
		c->caps.effective &= ~CAP_OF_FILES;
	if (old->fsuid != 0 && c->fsuid == 0)
		c->caps.effective |= c->caps.permitted & CAP_OF_FILES;
}

void capability_exec(struct cred *c, const struct cred *old, bool set_id)
{
	bool root_matters = !(c->securebits & SECBIT_NOROOT);
	struct cap_sets *s = &c->caps;

	s->ambient = set_id ? 0 : old->caps.ambient;
	s->permitted = s->ambient;
	if (root_matters && (c->uid == 0 || c->euid == 0))
		s->permitted |= old->caps.bounding | old->caps.inheritable;
	s->effective = root_matters && c->euid == 0 ? s->permitted : s->ambient;
	c->securebits &= ~SECBIT_KEEP_CAPS;
}

/* A copy of the task's credentials to change, or NULL. */
static struct cred *copy_own(void)
{
	return cred_copy(current->cred, current->cred->group_count);
}

static int install(struct cred *c)
{
	int error = cred_install(c);

	if (error)
		cred_put(c);
	return error;
}

int capability_set(u64 effective, u64 permitted, u64 inheritable)
{
	const struct cap_sets *old = &current->cred->caps;
	struct cred *c;

	effective &= CAP_ALL;
	permitted &= CAP_ALL;
	inheritable &= CAP_ALL;
	if ((inheritable & ~(old->inheritable | old->permitted)) && !capable(CAP_SETPCAP))
		return -EPERM;
	if ((inheritable & ~(old->inheritable | old->bounding)) || (permitted & ~old->permitted) || (effective & ~permitted))
		return -EPERM;
	c = copy_own();
	if (!c)
		return -ENOMEM;
	c->caps.effective = effective;
	c->caps.permitted = permitted;
	c->caps.inheritable = inheritable;
	c->caps.ambient &= permitted & inheritable;
	return install(c);
}

int capability_drop_bound(unsigned long cap)
{
	struct cred *c;

	if (!capable(CAP_SETPCAP))
		return -EPERM;
	if (cap > CAP_LAST)
		return -EINVAL;
	c = copy_own();
	if (!c)
		return -ENOMEM;
	c->caps.bounding &= ~CAP_BIT(cap);
	return install(c);
}

static int change_ambient(u64 ambient)
{
	struct cred *c = copy_own();

	if (!c)
		return -ENOMEM;
	c->caps.ambient = ambient;
	return install(c);
}

int capability_ambient(unsigned long operation, unsigned long cap)
{
	const struct cred *c = current->cred;

	if (operation == AMBIENT_CLEAR_ALL)
		return cap ? -EINVAL : change_ambient(0);
	if (cap > CAP_LAST)
		return -EINVAL;
	switch (operation) {
	case AMBIENT_IS_SET:
		return (c->caps.ambient & CAP_BIT(cap)) != 0;
	case AMBIENT_RAISE:
		if (!(c->caps.permitted & c->caps.inheritable & CAP_BIT(cap)) || (c->securebits & SECBIT_NO_AMBIENT_RAISE))
			return -EPERM;
		return change_ambient(c->caps.ambient | CAP_BIT(cap));
	case AMBIENT_LOWER:
		return change_ambient(c->caps.ambient & ~CAP_BIT(cap));
	default:
		return -EINVAL;
	}
}

int capability_set_securebits(u64 bits)
{
	u32 old = current->cred->securebits;
	struct cred *c;

	/* A lock bit stays, and what it locks stays as it is. */
	if (((old & SECBITS_LOCKS) >> 1 & (old ^ bits)) || (old & SECBITS_LOCKS & ~bits) || (bits & ~(u64)SECBITS_ALL) ||
	    !capable(CAP_SETPCAP))
		return -EPERM;
	c = copy_own();
	if (!c)
		return -ENOMEM;
	c->securebits = (u32)bits;
	return install(c);
}

int capability_keep(unsigned long on)
{
	struct cred *c;

	if (on > 1)
		return -EINVAL;
	if (current->cred->securebits & SECBIT_KEEP_CAPS << 1)
		return -EPERM;
	c = copy_own();
	if (!c)
		return -ENOMEM;
	c->securebits = (c->securebits & ~SECBIT_KEEP_CAPS) | (on ? SECBIT_KEEP_CAPS : 0);
	return install(c);
}
