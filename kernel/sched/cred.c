/*
 * Credentials, and what each real user has in use (credentials(7)).
 *
 * A struct cred is immutable once a task has it; a change makes a copy and publishes that whole. Other tasks look at
 * p->cred, the leader's, under tasks_lock. Users are few: a list under users_lock, innermost but for the allocators.
 * Privilege is euid 0; there are no capabilities beside it.
 */
#include "sched/process.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/pid.h"

/* Its count is never touched: constant data, and root's for as long as the machine runs. */
const struct cred root_cred = { .refs = ATOMIC(1) };

static struct spinlock users_lock = SPINLOCK_INIT("users", RANK_SLAB);
static struct list users = LIST_INIT(users);

static struct user *user_lookup(u32 uid) REQUIRES(users_lock)
{
	struct user *u;

	list_for_each(u, &users, link)
		if (u->uid == uid)
			return u;
	return NULL;
}

struct user *user_get(u32 uid)
{
	struct user *fresh = kzalloc(sizeof(*fresh)), *u;
	irqstate s = spin_lock_irqsave(&users_lock);

	u = user_lookup(uid);
	if (!u && fresh) {
		fresh->uid = uid;
		list_add(&users, &fresh->link);
		u = fresh;
		fresh = NULL;
	}
	if (u)
		u->refs++;
	spin_unlock_irqrestore(&users_lock, s);
	kfree(fresh);
	return u;
}

void user_hold(struct user *u)
{
	irqstate s = spin_lock_irqsave(&users_lock);

	u->refs++;
	spin_unlock_irqrestore(&users_lock, s);
}

void user_put(struct user *u)
{
	irqstate s = spin_lock_irqsave(&users_lock);
	bool last = --u->refs == 0;

	if (last)
		list_del(&u->link);
	spin_unlock_irqrestore(&users_lock, s);
	if (last)
		kfree(u);
}

const struct cred *cred_get(const struct cred *c)
{
	if (c != &root_cred)
		atomic_inc(&((struct cred *)c)->refs);
	return c;
}

void cred_put(const struct cred *c)
{
	if (c != &root_cred && atomic_dec_and_test(&((struct cred *)c)->refs))
		kfree((void *)c);
}

struct cred *cred_copy(const struct cred *c, u32 group_count)
{
	struct cred *n = kmalloc(sizeof(*n) + group_count * sizeof(u32));

	if (!n)
		return NULL;
	memcpy(n, c, sizeof(*n));
	atomic_set(&n->refs, 1);
	n->group_count = group_count;
	memcpy(n->groups, c->groups, MIN(group_count, c->group_count) * sizeof(u32));
	return n;
}

bool cred_in_group(const struct cred *c, u32 gid)
{
	if (c->fsgid == gid)
		return true;
	for (u32 i = 0; i < c->group_count; i++)
		if (c->groups[i] == gid)
			return true;
	return false;
}

/* The process counts against its leader's real user from now on; returns the user that it counted against. */
static struct user *change_user(struct process *p, struct user *u) REQUIRES(tasks_lock)
{
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);
	struct user *old = p->user;

	atomic_add(&u->tasks, (i32)p->thread_count);
	atomic_sub(&old->tasks, (i32)p->thread_count);
	p->user = u;
	sighand_unlock(h, s);
	return old;
}

int cred_install(const struct cred *c)
{
	struct process *p = current->process;
	const struct cred *old = current->cred, *old_shared = NULL;
	struct user *user = NULL;
	irqstate s;

	if (c->uid != p->user->uid) {
		user = user_get(c->uid);
		if (!user)
			return -ENOMEM;
	}
	s = spin_lock_irqsave(&tasks_lock);
	current->cred = c;
	if (p->leader == current) {
		old_shared = p->cred;
		p->cred = cred_get(c);
		if (user)
			user = change_user(p, user);
	}
	spin_unlock_irqrestore(&tasks_lock, s);
	cred_put(old);
	if (old_shared)
		cred_put(old_shared);
	if (user)
		user_put(user);
	return 0;
}

/* Install, or give the copy back. A program whose ids change may not be inspected by its old user any more. */
static int finish(struct cred *c)
{
	bool changed = c->euid != current->cred->euid || c->egid != current->cred->egid;
	int r = cred_install(c);

	if (r < 0) {
		cred_put(c);
	} else if (changed) {
		current->process->dumpable = false;
		current->pdeath_signal = 0;
	}
	return r;
}

int cred_set_uid(u32 uid)
{
	const struct cred *old = current->cred;
	struct cred *c;

	if (uid == ID_KEEP)
		return -EINVAL;
	if (!cred_is_root(old) && uid != old->uid && uid != old->suid)
		return -EPERM;
	c = cred_copy(old, old->group_count);
	if (!c)
		return -ENOMEM;
	if (cred_is_root(old))
		c->uid = c->suid = uid;
	c->euid = c->fsuid = uid;
	return finish(c);
}

int cred_set_gid(u32 gid)
{
	const struct cred *old = current->cred;
	struct cred *c;

	if (gid == ID_KEEP)
		return -EINVAL;
	if (!cred_is_root(old) && gid != old->gid && gid != old->sgid)
		return -EPERM;
	c = cred_copy(old, old->group_count);
	if (!c)
		return -ENOMEM;
	if (cred_is_root(old))
		c->gid = c->sgid = gid;
	c->egid = c->fsgid = gid;
	return finish(c);
}

/* setreuid's rule for the saved id: it follows the effective one when the real one is set, or the effective one leaves it. */
int cred_set_reuid(u32 ruid, u32 euid)
{
	const struct cred *old = current->cred;
	struct cred *c;

	if (!cred_is_root(old)) {
		if (ruid != ID_KEEP && ruid != old->uid && ruid != old->euid)
			return -EPERM;
		if (euid != ID_KEEP && euid != old->uid && euid != old->euid && euid != old->suid)
			return -EPERM;
	}
	c = cred_copy(old, old->group_count);
	if (!c)
		return -ENOMEM;
	if (ruid != ID_KEEP)
		c->uid = ruid;
	if (euid != ID_KEEP)
		c->euid = euid;
	if (ruid != ID_KEEP || (euid != ID_KEEP && euid != old->uid))
		c->suid = c->euid;
	c->fsuid = c->euid;
	return finish(c);
}

int cred_set_regid(u32 rgid, u32 egid)
{
	const struct cred *old = current->cred;
	struct cred *c;

	if (!cred_is_root(old)) {
		if (rgid != ID_KEEP && rgid != old->gid && rgid != old->egid)
			return -EPERM;
		if (egid != ID_KEEP && egid != old->gid && egid != old->egid && egid != old->sgid)
			return -EPERM;
	}
	c = cred_copy(old, old->group_count);
	if (!c)
		return -ENOMEM;
	if (rgid != ID_KEEP)
		c->gid = rgid;
	if (egid != ID_KEEP)
		c->egid = egid;
	if (rgid != ID_KEEP || (egid != ID_KEEP && egid != old->gid))
		c->sgid = c->egid;
	c->fsgid = c->egid;
	return finish(c);
}

static bool is_one_of(u32 id, u32 a, u32 b, u32 c)
{
	return id == ID_KEEP || id == a || id == b || id == c;
}

int cred_set_resuid(u32 ruid, u32 euid, u32 suid)
{
	const struct cred *old = current->cred;
	struct cred *c;

	if (!cred_is_root(old) && (!is_one_of(ruid, old->uid, old->euid, old->suid) ||
				   !is_one_of(euid, old->uid, old->euid, old->suid) ||
				   !is_one_of(suid, old->uid, old->euid, old->suid)))
		return -EPERM;
	c = cred_copy(old, old->group_count);
	if (!c)
		return -ENOMEM;
	if (ruid != ID_KEEP)
		c->uid = ruid;
	if (euid != ID_KEEP)
		c->euid = euid;
	if (suid != ID_KEEP)
		c->suid = suid;
	c->fsuid = c->euid;
	return finish(c);
}

int cred_set_resgid(u32 rgid, u32 egid, u32 sgid)
{
	const struct cred *old = current->cred;
	struct cred *c;

	if (!cred_is_root(old) && (!is_one_of(rgid, old->gid, old->egid, old->sgid) ||
				   !is_one_of(egid, old->gid, old->egid, old->sgid) ||
				   !is_one_of(sgid, old->gid, old->egid, old->sgid)))
		return -EPERM;
	c = cred_copy(old, old->group_count);
	if (!c)
		return -ENOMEM;
	if (rgid != ID_KEEP)
		c->gid = rgid;
	if (egid != ID_KEEP)
		c->egid = egid;
	if (sgid != ID_KEEP)
		c->sgid = sgid;
	c->fsgid = c->egid;
	return finish(c);
}

/* Heap sort: the list may be long, and the caller chose its order. */
static void sift_down(u32 *v, u32 at, u32 count)
{
	for (u32 child; (child = 2 * at + 1) < count; at = child) {
		u32 held = v[at];

		if (child + 1 < count && v[child + 1] > v[child])
			child++;
		if (held >= v[child])
			return;
		v[at] = v[child];
		v[child] = held;
	}
}

static void sort_groups(u32 *v, u32 count)
{
	for (u32 at = count / 2; at-- > 0; )
		sift_down(v, at, count);
	for (u32 end = count; end-- > 1; ) {
		u32 largest = v[0];

		v[0] = v[end];
		v[end] = largest;
		sift_down(v, 0, end);
	}
}

/* getgroups(2) gives them back in rising order, as on Linux. */
int cred_set_groups(const u32 *groups, u32 count)
{
	struct cred *c;

	if (!cred_is_root(current->cred))
		return -EPERM;
	for (u32 i = 0; i < count; i++)
		if (groups[i] == ID_KEEP)
			return -EINVAL;
	c = cred_copy(current->cred, count);
	if (!c)
		return -ENOMEM;
	memcpy(c->groups, groups, count * sizeof(u32));
	sort_groups(c->groups, count);
	return finish(c);
}
