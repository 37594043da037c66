/*
 * AF_UNIX datagrams, and the messages of seqpacket connections. A datagram socket's peer is where it sends by default and the
 * only one that it hears; it changes under the socket's lock. Task context.
 *
 * A sender waits for a place in the receiver's queue unless the two are each other's peers. Tasks wait in the receiver's
 * space_wait, which they hold a reference of. Pollers stay longer than that: they wait in the sender's own write_wait, and the
 * sender stands in the receiver's list of relays. Of a sender that changes its peer meanwhile, the old one's list is left
 * after the peer is changed:
 *
 *	poll (both locks)                       connect
 *	A: peer == new, queue full              C: peer = new (both locks)
 *	B: relay_on is still old: not added     D: leaves old's list; wakes write_wait
 *
 * B before D: the poller is woken by D, looks again and finds the place on the list free.
 */
#include "net/unix_internal.h"

#include "fs/uio.h"
#include "lib/error.h"
#include "sched/rcu.h"
#include "sched/task.h"

#define OVERHEAD 32u			/* a datagram may be as long as the buffer but for this */

struct unix_sock *unix_datagram_peer(struct unix_sock *u)
{
	struct unix_sock *peer;

	spin_lock(&u->lock);
	peer = u->peer;
	if (peer)
		unix_get(peer);
	spin_unlock(&u->lock);
	return peer;
}

/* Is u's way to its peer blocked? Then write_wait is woken when it opens. -EAGAIN: blocked. 1: `to` is not its peer. */
static int relay(struct unix_sock *u, struct unix_sock *to)
{
	int result = 0;

	unix_lock_two(u, to);
	if (u->peer != to) {
		result = 1;
	} else if (to != u && to->peer != u && !to->dead && unix_is_full(to)) {
		result = -EAGAIN;
		if (!READ_ONCE(u->relay_on)) {
			list_add_tail(&to->relays, &u->relay_link);
			WRITE_ONCE(u->relay_on, to);
		}
	}
	unix_unlock_two(u, to);
	return result;
}

bool unix_datagram_blocked(struct unix_sock *u)
{
	struct unix_sock *peer = unix_datagram_peer(u);
	bool blocked;

	if (!peer)
		return false;
	blocked = relay(u, peer) == -EAGAIN;
	unix_put(peer);
	return blocked;
}

static void leave_relays(struct unix_sock *u, struct unix_sock *old)
{
	spin_lock(&old->lock);
	if (u->relay_on == old) {
		list_del(&u->relay_link);
		WRITE_ONCE(u->relay_on, NULL);
	}
	spin_unlock(&old->lock);
	wait_wake_all(&u->write_wait, POLLOUT | POLLWRNORM | POLLWRBAND);
}

/* u has another peer now, or none: what the old one sent is void, and it hears of that if it still talks to u. */
static void forget(struct unix_sock *u, struct unix_sock *old)
{
	bool told = false;

	if (READ_ONCE(u->queue_length)) {
		unix_purge(u);
		spin_lock(&old->lock);
		told = !old->dead && old->peer == u;
		if (told)
			__atomic_store_n(&old->error, ECONNRESET, __ATOMIC_RELAXED);
		spin_unlock(&old->lock);
	}
	if (told) {
		wait_wake_all(&old->read_wait, POLLERR);
		wait_wake_all(&old->write_wait, POLLERR);
	}
}

void unix_datagram_release(struct unix_sock *u)
{
	struct unix_sock *old;

	spin_lock(&u->lock);
	old = u->peer;
	u->peer = NULL;
	u->state = UNIX_CLOSED;
	spin_unlock(&u->lock);
	if (!old)
		return;
	leave_relays(u, old);
	unix_put(old);
}

static bool hears(const struct unix_sock *to, const struct unix_sock *from) { return !to->peer || to->peer == from; }

/* Set or clear (NULL) the peer; takes the reference over. 0, -EPERM, or -ECONNREFUSED: it has just ended. */
static int set_peer(struct socket *s, struct unix_sock *new)
{
	struct unix_sock *u = unix_of(s), *old;
	int error = 0;

	unix_lock_two(u, new ? new : u);
	old = u->peer;
	if (new && new->dead)
		error = -ECONNREFUSED;
	else if (new && !hears(new, u))
		error = -EPERM;
	if (!error) {
		u->peer = new;
		WRITE_ONCE(u->state, new ? UNIX_CONNECTED : UNIX_CLOSED);
	}
	unix_unlock_two(u, new ? new : u);
	if (error) {
		unix_put(new);
		return error;
	}
	if (!old)
		return 0;
	leave_relays(u, old);
	if (old != new) {
		mutex_lock(&s->receive_order);
		forget(u, old);
		mutex_unlock(&s->receive_order);
	}
	unix_put(old);
	return 0;
}

int unix_datagram_connect(struct socket *s, const struct socket_address *a, u32 length, bool nonblock)
{
	struct unix_sock *to = NULL;
	int error;

	if (a->family != AF_UNSPEC) {
		error = unix_address_check(a, length);
		if (!error && s->options.pass_credentials)
			error = unix_autobind(s);
		if (error)
			return error;
		to = unix_find(a, length, s->type);
		if (IS_ERR(to))
			return (int)PTR_ERR(to);
	}
	return set_peer(s, to);
}

/* The default destination turned out to be gone: it is none any more. */
static int peer_gone(struct socket *s, struct unix_sock *gone)
{
	struct unix_sock *u = unix_of(s);
	bool was_peer;

	if (s->type == SOCK_SEQPACKET)
		return -EPIPE;
	spin_lock(&u->lock);
	was_peer = u->peer == gone;
	if (was_peer) {
		u->peer = NULL;
		u->state = UNIX_CLOSED;
	}
	spin_unlock(&u->lock);
	if (was_peer) {
		leave_relays(u, gone);
		mutex_lock(&s->receive_order);
		forget(u, gone);
		mutex_unlock(&s->receive_order);
		unix_put(gone);
	}
	return -ECONNREFUSED;
}

/* One attempt: 0, then the message is the receiver's; -EAGAIN: its queue is full; or why not. */
static int attempt(struct unix_sock *u, struct unix_sock *to, struct unix_message *m)
{
	int error = 0;

	spin_lock(&to->lock);
	if (!hears(to, u))
		error = -EPERM;
	else if (to->dead)
		error = -ECONNREFUSED;
	else if (to->shut_read)
		error = -EPIPE;
	else if (to != u && to->peer != u && unix_is_full(to))
		error = -EAGAIN;
	else
		unix_append(to, m);
	spin_unlock(&to->lock);
	if (!error && waitq_active(&to->read_wait))
		wait_wake(&to->read_wait, POLLIN | POLLRDNORM);
	return error;
}

/* Bring the message, whose charge is u's already, into to's queue. */
static int post(struct socket *s, struct unix_sock *to, struct unix_message *m, u64 deadline)
{
	struct unix_sock *u = unix_of(s);
	int error;

	for (;;) {
		error = attempt(u, to, m);
		if (error == -ECONNREFUSED)
			return peer_gone(s, to);
		if (error != -EAGAIN)
			return error;
		if (deadline == 0) {
			if (relay(u, to) == 0)
				continue;	/* a place became free just now */
			return -EAGAIN;
		}
		error = wait_event_timeout(&to->space_wait, !unix_is_full(to) || READ_ONCE(to->dead) || READ_ONCE(to->shut_read),
					   true, deadline);
		error = socket_wait_result(error, s->options.send_timeout);
		if (error)
			return error;
	}
}

/* The caller's bytes and control messages as a message: ERR_PTR. */
static struct unix_message *compose(struct socket *s, struct message *m, u64 deadline)
{
	struct unix_sock *u = unix_of(s);
	struct unix_message *d = NULL;
	struct unix_control c;
	int error = unix_control_in(m, &c);

	if (error)
		return ERR_PTR(error);
	if (m->data->left + OVERHEAD > READ_ONCE(u->send_buffer))
		error = -EMSGSIZE;
	if (!error)
		error = unix_wait_room(u, s->options.send_timeout, deadline);
	if (!error) {
		d = unix_message_alloc((u32)m->data->left);
		error = d ? 0 : -ENOBUFS;
	}
	if (error) {
		if (c.rights)
			unix_rights_free(c.rights);
		return ERR_PTR(error);
	}
	d->from = c.from;
	d->rights = c.rights;
	error = unix_message_fill(d, m->data);
	if (error) {
		unix_message_free(d);
		return ERR_PTR(error);
	}
	unix_get(u);
	d->sender = u;
	return d;
}

static ssize_t send_to(struct socket *s, struct unix_sock *to, struct message *m)
{
	u64 deadline = unix_deadline(s->options.send_timeout, m->flags & MSG_DONTWAIT);
	struct unix_sock *u = unix_of(s);
	struct unix_message *d = compose(s, m, deadline);
	ssize_t length;
	int error;

	if (IS_ERR(d))
		return PTR_ERR(d);
	length = d->length;		/* the receiver may free it at once */
	d->time = clock_now();
	unix_charge(u, d);
	error = post(s, to, d, deadline);
	if (!error)
		return length;
	unix_discharge(u, d);
	unix_message_free(d);
	return error;
}

ssize_t unix_datagram_send(struct socket *s, struct message *m)
{
	struct unix_sock *to;
	ssize_t n;
	int error;

	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (m->address_length) {
		error = unix_address_check(m->address, m->address_length);
		if (error)
			return error;
		to = unix_find(m->address, m->address_length, s->type);
	} else {
		to = unix_datagram_peer(unix_of(s));
	}
	if (!to)
		return -ENOTCONN;
	if (IS_ERR(to))
		return PTR_ERR(to);
	error = s->options.pass_credentials ? unix_autobind(s) : 0;
	n = error ? error : send_to(s, to, m);
	unix_put(to);
	return n;
}

ssize_t unix_seqpacket_send(struct socket *s, struct message *m)
{
	struct unix_sock *u = unix_of(s);

	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (READ_ONCE(u->error))
		return -unix_take_error(u);
	if (__atomic_load_n(&u->state, __ATOMIC_ACQUIRE) != UNIX_CONNECTED)
		return -ENOTCONN;
	return send_to(s, u->peer, m);
}

/* The message to receive: the first, or with SO_PEEK_OFF under MSG_PEEK the one that the offset (what is left in *skip) lies in. */
static struct unix_message *choose(struct unix_sock *u, u32 *skip) REQUIRES(u->lock)
{
	struct unix_message *m;

	list_for_each(m, &u->queue, link) {
		if (*skip == 0 || *skip < m->length)
			return m;
		*skip -= m->length;
	}
	return NULL;
}

/* SO_TIMESTAMP, SO_TIMESTAMPNS: when it was sent. */
static int put_time(const struct socket *s, const struct unix_message *d, struct control_sink *sink)
{
	struct { i64 seconds, fraction; } stamp;
	u64 real = clock_realtime() - (clock_now() - d->time);
	bool ns = s->options.timestamp_ns;

	stamp.seconds = (i64)(real / NS_PER_SEC);
	stamp.fraction = (i64)(real % NS_PER_SEC / (ns ? 1 : 1000));
	return control_put(sink, SOL_SOCKET, ns ? SO_TIMESTAMPNS : SO_TIMESTAMP, &stamp, sizeof(stamp));
}

/* Hand a message to the caller: the bytes copied, or with MSG_TRUNC its whole length. */
static ssize_t hand_over(struct socket *s, struct message *m, struct unix_message *d, u32 skip, struct unix_rights *rights)
{
	struct unix_control c = { .from = d->from, .rights = rights };
	const struct unix_sock *sender = d->sender;
	u32 length = d->length - skip, n = (u32)MIN((u64)length, m->data->left);

	if (unix_message_copy(d, skip, m->data, n) < n) {
		if (rights)
			unix_rights_free(rights);
		return -EFAULT;
	}
	if (m->address && rcu_read(sender->address))
		m->address_length = unix_name_out(sender, m->address);
	if (n < length)
		m->result_flags |= MSG_TRUNC;
	if (m->sink && (s->options.timestamp || s->options.timestamp_ns) && put_time(s, d, m->sink))
		m->sink->truncated = true;
	unix_control_out(s, m, &c);
	return m->flags & MSG_TRUNC ? (ssize_t)length : (ssize_t)n;
}

/* One look at the queue: what was received, or -EAGAIN. */
static ssize_t receive_one(struct socket *s, struct message *m)
{
	struct unix_sock *u = unix_of(s);
	bool peek = m->flags & MSG_PEEK;
	i32 offset = READ_ONCE(u->peek_offset);
	u32 skip = peek && offset > 0 ? (u32)offset : 0;
	struct unix_message *d;
	ssize_t n;

	mutex_lock(&s->receive_order);
	spin_lock(&u->lock);
	d = choose(u, &skip);
	if (d && !peek)
		unix_unlink(u, d);
	spin_unlock(&u->lock);
	if (d && peek)
		n = hand_over(s, m, d, skip, d->rights ? unix_rights_copy(d->rights) : NULL);
	mutex_unlock(&s->receive_order);
	if (!d)
		return -EAGAIN;
	if (!peek) {
		struct unix_rights *rights = d->rights;

		d->rights = NULL;
		n = hand_over(s, m, d, 0, rights);
		unix_discharge(d->sender, d);
	}
	if (offset >= 0 && n > 0)
		WRITE_ONCE(u->peek_offset, peek ? offset + (i32)n : MAX(offset - (i32)d->length, 0));
	if (!peek)
		unix_message_free(d);
	return n;
}

/* Nothing is there: wait for it (0: look again), or why the call ends. */
static int wait_message(struct socket *s, u64 deadline)
{
	struct unix_sock *u = unix_of(s);
	int error;

	if (deadline == 0)
		return -EAGAIN;
	error = wait_event_timeout(&u->read_wait, READ_ONCE(u->queue_length) || READ_ONCE(u->error) || READ_ONCE(u->shut_read),
				   true, deadline);
	return socket_wait_result(error, s->options.receive_timeout);
}

ssize_t unix_datagram_receive(struct socket *s, struct message *m)
{
	struct unix_sock *u = unix_of(s);
	u64 deadline = unix_deadline(s->options.receive_timeout, m->flags & MSG_DONTWAIT), seen;
	ssize_t n;
	bool end;

	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	for (;;) {
		if (READ_ONCE(u->error))
			return -unix_take_error(u);
		/* The end first, as in unix_stream.c: what came before it is not missed. */
		end = __atomic_load_n(&u->shut_read, __ATOMIC_ACQUIRE);
		seen = READ_ONCE(u->arrivals);
		n = receive_one(s, m);
		if (n != -EAGAIN)
			return n;
		if (end && (deadline != 0 || s->type == SOCK_SEQPACKET))
			return 0;
		if (READ_ONCE(u->arrivals) != seen)
			continue;
		n = wait_message(s, deadline);
		if (n)
			return n;
	}
}

ssize_t unix_seqpacket_receive(struct socket *s, struct message *m)
{
	if (__atomic_load_n(&unix_of(s)->state, __ATOMIC_ACQUIRE) != UNIX_CONNECTED)
		return -ENOTCONN;
	return unix_datagram_receive(s, m);
}
