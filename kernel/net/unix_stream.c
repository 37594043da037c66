/*
 * AF_UNIX streams: bytes out and in. A write becomes messages of up to 64 KiB, each a wake-up, so that the reader copies one
 * while the writer fills the next. Descriptors go with the first byte of a write, and a read ends behind the message that
 * brought some. Task context; unix_internal.h has the locks.
 */
#include "net/unix_internal.h"

#include "fs/uio.h"
#include "lib/error.h"
#include "sched/task.h"

#define CHUNK_MAX 65536u

/* Hand a filled message over. -EPIPE: nobody will read it. */
static int deliver(struct unix_sock *u, struct unix_sock *peer, struct unix_message *m)
{
	bool gone;

	spin_lock(&peer->lock);
	gone = peer->dead || peer->shut_read;
	if (!gone) {
		unix_charge(u, m);
		unix_append(peer, m);
	}
	spin_unlock(&peer->lock);
	if (gone)
		return -EPIPE;
	if (waitq_active(&peer->read_wait))
		wait_wake(&peer->read_wait, POLLIN | POLLRDNORM);
	return 0;
}

static int send_chunk(struct socket *s, struct message *m, u64 deadline, struct unix_control *c)
{
	struct unix_sock *u = unix_of(s);
	u32 most = MIN(READ_ONCE(u->send_buffer) / 2, CHUNK_MAX);
	struct unix_message *chunk;
	int error = unix_wait_room(u, s->options.send_timeout, deadline);

	if (error)
		return error;
	chunk = unix_message_alloc((u32)MIN(m->data->left, (u64)most));
	if (!chunk)
		return -ENOMEM;
	chunk->from = c->from;
	chunk->rights = c->rights;
	c->rights = NULL;
	error = unix_message_fill(chunk, m->data);
	if (!error)
		error = deliver(u, u->peer, chunk);
	if (error)
		unix_message_free(chunk);
	return error;
}

ssize_t unix_stream_send(struct socket *s, struct message *m)
{
	struct unix_sock *u = unix_of(s);
	u64 deadline, total = m->data->left, done = 0;
	struct unix_control c;
	int error;

	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (unlikely(__atomic_load_n(&u->state, __ATOMIC_ACQUIRE) != UNIX_CONNECTED))
		return m->address_length ? -EOPNOTSUPP : -ENOTCONN;
	if (m->address_length)
		return -EISCONN;
	error = unix_control_in(m, &c);
	if (error)
		return error;
	if (READ_ONCE(u->shut_write))
		error = -EPIPE;
	deadline = unix_deadline(s->options.send_timeout, m->flags & MSG_DONTWAIT);
	while (!error && done < total) {
		error = send_chunk(s, m, deadline, &c);
		if (!error)
			done = total - m->data->left;
	}
	if (c.rights)
		unix_rights_free(c.rights);
	return done ? (ssize_t)done : error;
}

/* A read on its way through the queue. */
struct stream_read {
	struct socket *s;
	struct unix_sock *u;
	struct message *m;
	struct unix_control control;
	bool identified;		/* control.from is that of the bytes so far */
	bool ended;			/* at a message's border that a read does not cross */
	u64 target;			/* bytes that are worth to wait for */
	u64 done;
	u64 seen;			/* u->arrivals when the queue was exhausted */
};

/*
 * The message behind `m` (NULL: the first), or NULL; then `seen` tells what was there. Without the queue's lock: who holds
 * receive_order alone takes messages out, and one that is appended is linked last of all.
 */
static struct unix_message *next_message(struct stream_read *r, const struct unix_message *m)
{
	const struct list *at = m ? &m->link : &r->u->queue;
	struct list *l;

	r->seen = __atomic_load_n(&r->u->arrivals, __ATOMIC_ACQUIRE);
	l = __atomic_load_n(&at->next, __ATOMIC_ACQUIRE);
	return l == &r->u->queue ? NULL : list_entry(l, struct unix_message, link);
}

static bool same_writer(const struct unix_credentials *a, const struct unix_credentials *b)
{
	return a->pid == b->pid && a->uid == b->uid && a->gid == b->gid;
}

/* May the read go on into this message? Bytes of several writers are not mixed when the reader wants to know whose they are. */
static bool enter(struct stream_read *r, const struct unix_message *m)
{
	if (r->identified && r->s->options.pass_credentials && !same_writer(&r->control.from, &m->from))
		return false;
	r->control.from = m->from;
	r->identified = true;
	return true;
}

static void name_sender(struct stream_read *r)
{
	if (r->m->address && !r->m->address_length && r->u->peer->address)
		r->m->address_length = unix_name_out(r->u->peer, r->m->address);
}

static void take_rights(struct stream_read *r, struct unix_message *m)
{
	spin_lock(&r->u->lock);
	r->control.rights = m->rights;
	m->rights = NULL;
	spin_unlock(&r->u->lock);
	r->ended = true;
}

/* n more bytes of the first message are received; a message without any left goes. */
static void consume(struct stream_read *r, struct unix_message *m, u32 n)
{
	struct unix_sock *u = r->u;
	i32 offset = READ_ONCE(u->peek_offset);

	m->offset += n;
	if (offset > 0)
		WRITE_ONCE(u->peek_offset, offset > (i32)n ? offset - (i32)n : 0);
	if (m->rights)
		take_rights(r, m);
	if (m->offset < m->length)
		return;
	spin_lock(&u->lock);
	unix_unlink(u, m);
	spin_unlock(&u->lock);
	unix_discharge(u->peer, m);
	unix_message_free(m);
}

/* Receive what there is, from the first message on: 0 or -EFAULT. */
static int read_queue(struct stream_read *r)
{
	struct unix_message *m;

	while (!r->ended && (m = next_message(r, NULL))) {
		u32 n = (u32)MIN((u64)(m->length - m->offset), r->m->data->left);
		u32 moved;

		if (!enter(r, m)) {
			r->ended = true;
			break;
		}
		name_sender(r);
		moved = (u32)unix_message_copy(m, m->offset, r->m->data, n);
		r->done += moved;
		if (moved < n) {
			r->ended = true;
			if (!moved)
				return -EFAULT;
		}
		consume(r, m, moved);
		if (!r->m->data->left)
			break;
	}
	return 0;
}

/* The same without taking anything, from SO_PEEK_OFF on. */
static int peek_queue(struct stream_read *r)
{
	i32 from = READ_ONCE(r->u->peek_offset);
	u64 skip = from >= 0 ? (u64)from : r->done;
	struct unix_message *m = NULL;

	while (!r->ended && (m = next_message(r, m))) {
		u32 held = m->length - m->offset, n;

		if (skip && skip >= held) {
			skip -= held;
			continue;
		}
		if (!enter(r, m))
			break;
		name_sender(r);
		n = (u32)MIN(held - skip, r->m->data->left);
		if (unix_message_copy(m, m->offset + (u32)skip, r->m->data, n) < n)
			return -EFAULT;
		skip = 0;
		r->done += n;
		if (from >= 0)
			WRITE_ONCE(r->u->peek_offset, READ_ONCE(r->u->peek_offset) + (i32)n);
		if (m->rights) {
			r->control.rights = unix_rights_copy(m->rights);
			r->ended = true;
		}
		if (!r->m->data->left)
			break;
	}
	return 0;
}

/* One pass over the queue: done (0 with r->ended or enough), -EAGAIN to wait, or an error. */
static int pass(struct stream_read *r)
{
	bool end, failed;
	int error;

	mutex_lock(&r->s->receive_order);
	r->seen = READ_ONCE(r->u->arrivals);
	error = r->m->flags & MSG_PEEK ? peek_queue(r) : read_queue(r);
	mutex_unlock(&r->s->receive_order);
	if (error || r->ended || (r->identified && r->done >= r->target))
		return error;
	/* No message comes after the end: with the end seen first, none that came before it can be missed. */
	end = __atomic_load_n(&r->u->shut_read, __ATOMIC_ACQUIRE);
	failed = __atomic_load_n(&r->u->error, __ATOMIC_ACQUIRE);
	if (READ_ONCE(r->u->arrivals) != r->seen)
		return -EAGAIN;
	if (failed)
		return -unix_take_error(r->u);
	r->ended = end;
	return end ? 0 : -EAGAIN;
}

static int wait_for_more(struct stream_read *r, u64 deadline)
{
	struct unix_sock *u = r->u;
	int error;

	if (deadline == 0)
		return READ_ONCE(u->arrivals) != r->seen ? 0 : -EAGAIN;
	error = wait_event_timeout(&u->read_wait, READ_ONCE(u->arrivals) != r->seen || READ_ONCE(u->shut_read) ||
				   READ_ONCE(u->error), true, deadline);
	return socket_wait_result(error, r->s->options.receive_timeout);
}

ssize_t unix_stream_receive(struct socket *s, struct message *m)
{
	struct stream_read r = { .s = s, .u = unix_of(s), .m = m };
	u64 size = m->data->left, deadline;
	int error = 0;

	if (unlikely(__atomic_load_n(&r.u->state, __ATOMIC_ACQUIRE) != UNIX_CONNECTED))
		return -EINVAL;
	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	r.target = m->flags & MSG_WAITALL ? size : MIN((u64)s->options.receive_low, size);
	deadline = unix_deadline(s->options.receive_timeout, m->flags & MSG_DONTWAIT);
	r.seen = READ_ONCE(r.u->arrivals);
	/* A reader that comes before its bytes need not look twice. */
	if (deadline && list_empty(&r.u->queue) && !READ_ONCE(r.u->shut_read) && !READ_ONCE(r.u->error))
		error = wait_for_more(&r, deadline);
	while (!error && (error = pass(&r)) == -EAGAIN)
		error = wait_for_more(&r, deadline);
	if (m->sink || r.control.rights)
		unix_control_out(s, m, &r.control);
	return r.done ? (ssize_t)r.done : error;
}
