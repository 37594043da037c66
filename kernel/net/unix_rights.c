/*
 * Control messages of AF_UNIX: credentials and descriptors (unix(7), cmsg(3)). Task context.
 *
 * Descriptors hold their files from sendmsg to recvmsg. Throwing them away may close a socket whose queue holds more
 * descriptors, and so on without a bound; so a task that is throwing some away only notes what it meets on the way
 * (task->unix_dying) and comes to it later.
 */
#include "net/unix_internal.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/process.h"
#include "sched/task.h"

static struct unix_rights *rights_alloc(unsigned count)
{
	struct unix_rights *r = kmalloc(sizeof(*r) + count * sizeof(r->files[0]));

	if (!r)
		return NULL;
	list_init(&r->link);
	r->user = NULL;
	r->sockets = false;
	r->count = 0;
	return r;
}

static void put_files(struct unix_rights *r)
{
	for (unsigned i = 0; i < r->count; i++)
		file_put(r->files[i]);
	kfree(r);
}

/* They are no longer in flight: received, or about to be thrown away. */
static void uncount(struct unix_rights *r)
{
	if (!r->user)
		return;
	if (r->sockets)
		unix_flight_end(r);
	(void)atomic_sub(&r->user->in_flight, (i32)r->count);
	user_put(r->user);
	r->user = NULL;
}

void unix_rights_free(struct unix_rights *r)
{
	LIST_HEAD(dying);

	uncount(r);
	if (current->unix_dying) {
		list_add_tail(current->unix_dying, &r->link);
		return;
	}
	current->unix_dying = &dying;
	list_add_tail(&dying, &r->link);
	while (!list_empty(&dying)) {
		r = list_first(&dying, struct unix_rights, link);
		list_del(&r->link);
		put_files(r);
	}
	current->unix_dying = NULL;
}

static bool is_unix(struct file *f)
{
	struct socket *s = socket_of(f);

	return s && s->family == AF_UNIX && s->data;
}

struct unix_rights *unix_rights_copy(const struct unix_rights *r)
{
	struct unix_rights *copy = rights_alloc(r->count);

	if (!copy)
		return NULL;
	for (; copy->count < r->count; copy->count++) {
		copy->files[copy->count] = r->files[copy->count];
		file_get(copy->files[copy->count]);
	}
	if (r->sockets)
		unix_flight_barrier();
	return copy;
}

/* More descriptors for the message: all of them, or an error. */
static int add_files(const struct message *m, struct unix_control *c, const i32 *fds, u64 count)
{
	if (count > UNIX_RIGHTS_MAX || (c->rights && c->rights->count + count > UNIX_RIGHTS_MAX))
		return -EINVAL;
	if (!count)
		return 0;
	if (!c->rights)
		c->rights = rights_alloc((unsigned)MIN(m->control_length / sizeof(i32), (u64)UNIX_RIGHTS_MAX));
	if (!c->rights)
		return -ENOMEM;
	for (u64 i = 0; i < count; i++) {
		struct file *f = fd_get_any(fds[i]);

		if (!f)
			return -EBADF;
		c->rights->files[c->rights->count++] = f;
		c->rights->sockets |= is_unix(f);
	}
	return 0;
}

static bool has_id(u32 id, const u32 ids[4]) { return id == ids[0] || id == ids[1] || id == ids[2]; }

/* Credentials as the sender states them: its own, or what its privileges let it claim. */
static int claim_credentials(struct unix_control *c, const struct unix_credentials *claimed)
{
	const struct cred *cred = current->cred;
	struct process *p;

	if (claimed->pid != current->process->pid && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!has_id(claimed->uid, cred->uids) && !capable(CAP_SETUID))
		return -EPERM;
	if (!has_id(claimed->gid, cred->gids) && !capable(CAP_SETGID))
		return -EPERM;
	if (claimed->uid == ID_KEEP || claimed->gid == ID_KEEP)
		return -EINVAL;
	p = process_find(claimed->pid);
	if (!p)
		return -ESRCH;
	process_put(p);
	c->from = *claimed;
	return 0;
}

static int parse(const struct message *m, struct unix_control *c)
{
	struct unix_credentials claimed;
	const struct cmsghdr *h;
	int error = 0;
	u64 at = 0;

	while (!error && (h = control_next(m, &at))) {
		u64 size = h->length - sizeof(*h);

		if (h->level != SOL_SOCKET)
			continue;
		switch (h->type) {
		case SCM_RIGHTS:
			error = add_files(m, c, (const i32 *)(h + 1), size / sizeof(i32));
			break;
		case SCM_CREDENTIALS:
			if (size != sizeof(claimed))
				return -EINVAL;
			memcpy(&claimed, h + 1, sizeof(claimed));
			error = claim_credentials(c, &claimed);
			break;
		default:
			error = -EINVAL;
			break;
		}
	}
	return error;
}

/* RLIMIT_NOFILE bounds what one user has in flight; root's work is not bounded. */
static int count_in(struct unix_rights *r)
{
	bool bounded = !capable(CAP_SYS_RESOURCE) && !capable(CAP_SYS_ADMIN);
	struct user *user = user_get(current->cred->uid);

	if (!user)
		return -ENOMEM;
	if (bounded && (u64)atomic_read(&user->in_flight) > rlimit_get(RLIMIT_NOFILE)) {
		user_put(user);
		return -ETOOMANYREFS;
	}
	r->user = user;
	(void)atomic_add(&user->in_flight, (i32)r->count);
	if (r->sockets)
		unix_flight_begin(r);
	return 0;
}

int unix_control_in(const struct message *m, struct unix_control *c)
{
	int error;

	c->rights = NULL;
	c->from = (struct unix_credentials){ current->process->pid, current->cred->uid, current->cred->gid };
	if (likely(!m->control_length))
		return 0;
	error = parse(m, c);
	if (!error && c->rights)
		error = count_in(c->rights);
	if (error && c->rights) {
		unix_rights_free(c->rights);
		c->rights = NULL;
	}
	return error;
}

/* As many descriptors as there is room for, in the caller's table and its buffer; they are installed once the buffer is written. */
static __noinline void give_files(struct message *m, struct unix_rights *r)
{
	u64 left = m->sink->room - m->sink->used;
	u64 room = left > sizeof(struct cmsghdr) ? (left - sizeof(struct cmsghdr)) / sizeof(i32) : 0;
	u32 flags = m->flags & MSG_CMSG_CLOEXEC ? O_CLOEXEC : 0;
	unsigned count = (unsigned)MIN(room, (u64)r->count), done;
	i32 fds[UNIX_RIGHTS_MAX];

	for (done = 0; done < count; done++) {
		fds[done] = fd_reserve(flags);
		if (fds[done] < 0)
			break;
	}
	if (done < r->count)
		m->sink->truncated = true;
	if (!done)
		return;
	if (control_put(m->sink, SOL_SOCKET, SCM_RIGHTS, fds, done * (u32)sizeof(i32))) {
		m->sink->truncated = true;
		while (done)
			fd_unreserve(fds[--done]);
		return;
	}
	for (unsigned i = 0; i < done; i++) {
		file_get(r->files[i]);
		fd_install(fds[i], r->files[i]);
	}
}

void unix_control_out(struct socket *s, struct message *m, struct unix_control *c)
{
	if (c->rights)
		uncount(c->rights);
	if (m->sink) {
		if (s->options.pass_credentials && control_put(m->sink, SOL_SOCKET, SCM_CREDENTIALS, &c->from, sizeof(c->from)))
			m->sink->truncated = true;
		if (c->rights)
			give_files(m, c->rights);
	}
	if (c->rights)
		unix_rights_free(c->rights);
	c->rights = NULL;
}
