/*
 * Sockets in flight that nobody can receive any more. A socket whose descriptor lies in its own queue, or in that of another
 * such socket, is referred to and yet lost; so once in a while (when a socket ends) those references are told from the others,
 * by marking.
 *
 * unix_flight_lock guards the list of sockets that are in flight and the counts of the messages' references to them. A socket
 * may be garbage only if all references to its file are such; nobody then has its descriptor or is in a call on it. What the
 * search relies on:
 *
 *	receiver of X's queue, holds X's file      the search, under unix_flight_lock
 *	A: takes a message with Y out              C: X's file has other references: Y is explained by X
 *	B: unix_flight_end(Y), under the lock         or: X is not explained, but then nobody is at A
 *	   then installs Y's descriptor
 *
 * Y's count goes down only in B, which waits for the search; a peek takes a reference of Y's file instead, and waits at the
 * same place (unix_flight_barrier) before it may lose X. A message that is in no queue at the moment leaves its sockets
 * unexplained: they stay. Task context.
 */
#include "net/unix_internal.h"

#include "lib/assert.h"

static struct mutex unix_flight_lock = MUTEX_INIT(unix_flight_lock, "unix flight", RANK_UNIX_FLIGHT);
static LIST_HEAD(flying);		/* [unix_flight_lock] unix_sock->flight_link */

static struct unix_sock *unix_file(struct file *f)
{
	struct socket *s = socket_of(f);

	return s && s->family == AF_UNIX ? s->data : NULL;
}

void unix_flight_begin(struct unix_rights *r)
{
	mutex_lock(&unix_flight_lock);
	for (unsigned i = 0; i < r->count; i++) {
		struct unix_sock *u = unix_file(r->files[i]);

		if (!u || u->in_flight++)
			continue;
		u->file = r->files[i];
		list_add_tail(&flying, &u->flight_link);
	}
	mutex_unlock(&unix_flight_lock);
}

void unix_flight_end(struct unix_rights *r)
{
	mutex_lock(&unix_flight_lock);
	for (unsigned i = 0; i < r->count; i++) {
		struct unix_sock *u = unix_file(r->files[i]);

		if (!u)
			continue;
		ASSERT(u->in_flight);
		if (--u->in_flight == 0)
			list_del(&u->flight_link);
	}
	mutex_unlock(&unix_flight_lock);
}

void unix_flight_barrier(void)
{
	mutex_lock(&unix_flight_lock);
	mutex_unlock(&unix_flight_lock);
}

typedef void (*visit_fn)(struct unix_message *m, struct list *arg);

/* Every message with descriptors that u's file keeps: in its queue, or in those of the connections that wait there. */
static void visit(struct unix_sock *u, visit_fn fn, struct list *arg) NO_LOCK_ANALYSIS
{
	struct unix_message *m;

	spin_lock(&u->lock);
	list_for_each(m, &u->queue, link) {
		if (m->rights)
			fn(m, arg);
		if (m->connection)
			visit(m->connection, fn, arg);
	}
	spin_unlock(&u->lock);
}

static void explain(struct unix_message *m, struct list *unused)
{
	for (unsigned i = 0; i < m->rights->count; i++) {
		struct unix_sock *u = unix_file(m->rights->files[i]);

		if (u && u->candidate)
			u->unexplained--;
	}
}

/* Whatever a socket that is not lost keeps is not lost. */
static void reach(struct unix_message *m, struct list *reached)
{
	for (unsigned i = 0; i < m->rights->count; i++) {
		struct unix_sock *u = unix_file(m->rights->files[i]);

		if (!u || !u->candidate)
			continue;
		u->candidate = false;
		list_move_tail(reached, &u->flight_link);
	}
}

static void take(struct unix_message *m, struct list *lost)
{
	list_add_tail(lost, &m->rights->link);
	m->rights = NULL;
}

/* Those whose file has references in messages alone. */
static void find_candidates(struct list *candidates) REQUIRES(unix_flight_lock)
{
	struct unix_sock *u, *next;

	list_for_each_safe(u, next, &flying, flight_link) {
		if ((unsigned)atomic_read(&u->file->refs) != u->in_flight)
			continue;
		u->candidate = true;
		u->unexplained = u->in_flight;
		list_move_tail(candidates, &u->flight_link);
	}
}

/* Back to the flying ones with those that others than candidates keep, and with all that these keep. */
static void drop_reachable(struct list *candidates) REQUIRES(unix_flight_lock)
{
	struct unix_sock *u, *next;
	LIST_HEAD(reached);

	list_for_each_safe(u, next, candidates, flight_link) {
		if (!u->unexplained)
			continue;
		u->candidate = false;
		list_move_tail(&reached, &u->flight_link);
	}
	while (!list_empty(&reached)) {
		u = list_first(&reached, struct unix_sock, flight_link);
		list_move_tail(&flying, &u->flight_link);
		visit(u, reach, &reached);
	}
}

void unix_collect(void)
{
	LIST_HEAD(candidates);
	LIST_HEAD(lost);
	struct unix_sock *u;

	if (list_empty(&flying))
		return;
	mutex_lock(&unix_flight_lock);
	find_candidates(&candidates);
	list_for_each(u, &candidates, flight_link)
		visit(u, explain, NULL);
	drop_reachable(&candidates);
	while (!list_empty(&candidates)) {
		u = list_first(&candidates, struct unix_sock, flight_link);
		u->candidate = false;
		list_move_tail(&flying, &u->flight_link);
		visit(u, take, &lost);
	}
	mutex_unlock(&unix_flight_lock);
	while (!list_empty(&lost)) {
		struct unix_rights *r = list_first(&lost, struct unix_rights, link);

		list_del(&r->link);
		unix_rights_free(r);
	}
}
