/*
 * Credentials, and what each real user has in use (credentials(7)).
 *
 * A struct cred is immutable once a task has it; a change makes a copy and publishes that whole. Other tasks look at
 * p->cred, the leader's, under tasks_lock. Users are few: a list under users_lock, innermost but for the allocators.
 * User and group ids obey the same rules: both are seen as four ids by role. Capabilities follow them (capability.c).
 */
#include "sched/process.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/pid.h"

/* Its count is never touched: constant data, and root's for as long as the machine runs. */
const struct cred root_cred = {
	.refs = ATOMIC(1), .caps = { .permitted = CAP_ALL, .effective = CAP_ALL, .bounding = CAP_ALL },
};

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

static u32 *ids_of(struct cred *c, enum id_kind kind)
{
	return kind == IDS_USER ? c->uids : c->gids;
}

static const u32 *old_ids(enum id_kind kind)
{
	return kind == IDS_USER ? current->cred->uids : current->cred->gids;
}

static bool may_set_any(enum id_kind kind)
{
	return capable(kind == IDS_USER ? CAP_SETUID : CAP_SETGID);
}

static struct cred *copy_own(void)
{
	return cred_copy(current->cred, current->cred->group_count);
}

/* The file-system id follows the effective one; capabilities follow the user ids. */
static int finish_ids(struct cred *c, enum id_kind kind)
{
	ids_of(c, kind)[ID_FILES] = ids_of(c, kind)[ID_EFFECTIVE];
	if (kind == IDS_USER)
		capability_uids_changed(c, current->cred);
	return finish(c);
}

int cred_set_id(enum id_kind kind, u32 id)
{
	const u32 *old = old_ids(kind);
	struct cred *c;
	u32 *new;

	if (id == ID_KEEP)
		return -EINVAL;
	if (!may_set_any(kind) && id != old[ID_REAL] && id != old[ID_SAVED])
		return -EPERM;
	c = copy_own();
	if (!c)
		return -ENOMEM;
	new = ids_of(c, kind);
	if (may_set_any(kind))
		new[ID_REAL] = new[ID_SAVED] = id;
	new[ID_EFFECTIVE] = id;
	return finish_ids(c, kind);
}

/* The saved id follows the effective one when the real one is set, or the effective one leaves it. */
int cred_set_re_ids(enum id_kind kind, u32 real, u32 effective)
{
	const u32 *old = old_ids(kind);
	struct cred *c;
	u32 *new;

	if (!may_set_any(kind)) {
		if (real != ID_KEEP && real != old[ID_REAL] && real != old[ID_EFFECTIVE])
			return -EPERM;
		if (effective != ID_KEEP && effective != old[ID_REAL] && effective != old[ID_EFFECTIVE] && effective != old[ID_SAVED])
			return -EPERM;
	}
	c = copy_own();
	if (!c)
		return -ENOMEM;
	new = ids_of(c, kind);
	if (real != ID_KEEP)
		new[ID_REAL] = real;
	if (effective != ID_KEEP)
		new[ID_EFFECTIVE] = effective;
	if (real != ID_KEEP || (effective != ID_KEEP && effective != old[ID_REAL]))
		new[ID_SAVED] = new[ID_EFFECTIVE];
	return finish_ids(c, kind);
}

static bool is_one_of(u32 id, const u32 old[3])
{
	return id == ID_KEEP || id == old[ID_REAL] || id == old[ID_EFFECTIVE] || id == old[ID_SAVED];
}

int cred_set_res_ids(enum id_kind kind, u32 real, u32 effective, u32 saved)
{
	const u32 *old = old_ids(kind), wanted[3] = { real, effective, saved };
	struct cred *c;

	if (!may_set_any(kind) && (!is_one_of(real, old) || !is_one_of(effective, old) || !is_one_of(saved, old)))
		return -EPERM;
	c = copy_own();
	if (!c)
		return -ENOMEM;
	for (unsigned role = ID_REAL; role <= ID_SAVED; role++)
		if (wanted[role] != ID_KEEP)
			ids_of(c, kind)[role] = wanted[role];
	return finish_ids(c, kind);
}

u32 cred_set_files_id(enum id_kind kind, u32 id)
{
	u32 old = old_ids(kind)[ID_FILES];
	struct cred *c;

	if (id == ID_KEEP || id == old || (!may_set_any(kind) && !is_one_of(id, old_ids(kind))))
		return old;
	c = copy_own();
	if (!c)
		return old;
	ids_of(c, kind)[ID_FILES] = id;
	if (kind == IDS_USER)
		capability_fsuid_changed(c, current->cred);
	if (finish(c) == 0)
		current->process->dumpable = false;
	return old;
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

	if (!capable(CAP_SETGID))
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
