/*
 * The calls of the socket layer that concern a connection as a whole: names, errors, events, shutting down, closing. tcp.h says what
 * each promises; tcp_send.c and tcp_read.c move the bytes. Each takes the connection's lock for itself.
 */
#include "net/tcp_internal.h"

/* ---- Names ---- */

static int bind_locked(struct tcp *c, const struct endpoint *local) REQUIRES(c->lock)
{
	int r;

	if (c->state != TCP_CLOSED || c->node.port)
		return -EINVAL;
	if (!ip_is_any(&local->address) && !c->settings[TCP_SET_FREEBIND] && !ip_is_local(&local->address, local->scope))
		return -EADDRNOTAVAIL;
	c->node.local = local->address;
	r = local->port || !c->settings[TCP_SET_BIND_NO_PORT] ? tcp_port_bind(c, local->port) : 0;
	if (r != 0)
		c->node.local = c->bound_local;
	else
		c->bound_local = local->address;
	return r;
}

int tcp_bind(struct tcp *c, const struct endpoint *local)
{
	int r;

	spin_lock(&c->lock);
	r = bind_locked(c, local);
	spin_unlock(&c->lock);
	return r;
}

void tcp_local(const struct tcp *c, struct endpoint *e)
{
	*e = (struct endpoint){ c->node.local, c->node.local_port, ip_is_link_local(&c->node.local) ? c->node.device : 0 };
	if (!c->node.port && c->state == TCP_CLOSED && !c->node.bound)
		*e = (struct endpoint){ c->bound_local, c->node.local_port, 0 };
}

void tcp_last_remote(const struct tcp *c, struct endpoint *e)
{
	*e = (struct endpoint){ c->node.remote, c->node.remote_port, ip_is_link_local(&c->node.remote) ? c->node.device : 0 };
}

int tcp_remote(const struct tcp *c, struct endpoint *e)
{
	if (c->state == TCP_CLOSED || c->state == TCP_LISTEN || c->state == TCP_SYN_SENT)
		return -ENOTCONN;
	tcp_last_remote(c, e);
	return 0;
}

/* ---- Errors and events ---- */

int tcp_consume_error(struct tcp *c)
{
	int error = c->error;

	WRITE_ONCE(c->error, 0);
	return error;
}

int tcp_take_error(struct tcp *c)
{
	int error;

	spin_lock(&c->lock);
	error = tcp_consume_error(c);
	spin_unlock(&c->lock);
	return error;
}

struct waitq *tcp_wait(struct tcp *c) { return &c->wait; }

/* As Linux: a third of the buffer is free, and TCP_NOTSENT_LOWAT is not reached. */
static bool writable(const struct tcp *c)
{
	return tcp_send_room(c) >= tcp_buffer_used(c) / 2 && tcp_send_room(c) > 0 && tcp_unsent(c) < READ_ONCE(c->notsent_lowat);
}

static unsigned poll_stream(struct tcp *c)
{
	unsigned events = 0;

	if (tcp_readable(c) >= MAX(READ_ONCE(c->rcv_lowat), 1u))
		events |= POLLIN | POLLRDNORM;
	if (c->shutdown & TCP_SHUT_SEND || writable(c)) {
		events |= POLLOUT | POLLWRNORM;
	} else {
		WRITE_ONCE(c->no_space, true);
		smp_mb();		/* tcp_ack.c frees, then looks at no_space; here the other way round */
		if (writable(c))
			events |= POLLOUT | POLLWRNORM;
	}
	if (READ_ONCE(c->urgent) == TCP_URGENT_VALID)
		events |= POLLPRI;
	return events;
}

unsigned tcp_poll(struct tcp *c)
{
	u8 state = READ_ONCE(c->state), shutdown = READ_ONCE(c->shutdown);
	unsigned events = 0;

	if (state == TCP_LISTEN) {
		const struct tcp_listener *q = READ_ONCE(c->listener);

		return q && READ_ONCE(q->accept_count) ? POLLIN | POLLRDNORM : 0;
	}
	if (shutdown == (TCP_SHUT_RECEIVE | TCP_SHUT_SEND) || state == TCP_CLOSED)
		events |= POLLHUP;
	if (shutdown & TCP_SHUT_RECEIVE)
		events |= POLLIN | POLLRDNORM | POLLRDHUP;
	if (state != TCP_SYN_SENT && state != TCP_SYN_RECEIVED)
		events |= poll_stream(c);
	if (READ_ONCE(c->error))
		events |= POLLERR;
	return events;
}

u32 tcp_unsent(const struct tcp *c) { return seq_span(READ_ONCE(c->snd_nxt), READ_ONCE(c->write_seq)); }

u32 tcp_unacked(const struct tcp *c)
{
	const struct tcp_listener *q = READ_ONCE(c->listener);

	if (c->state == TCP_LISTEN)
		return q ? READ_ONCE(q->backlog) : 0;
	return seq_span(READ_ONCE(c->snd_una), READ_ONCE(c->write_seq) + c->fin_queued);
}

/* ---- Closing ---- */

static void send_fin(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	if (c->state == TCP_ESTABLISHED || c->state == TCP_SYN_RECEIVED)
		tcp_set_state(c, TCP_FIN_WAIT1);
	else if (c->state == TCP_CLOSE_WAIT)
		tcp_set_state(c, TCP_LAST_ACK);
	else
		return;
	c->fin_queued = true;
	c->more = false;
	tcp_push(c, now);
}

int tcp_shutdown(struct tcp *c, bool read, bool write)
{
	int r = 0;

	if (c->state == TCP_LISTEN) {
		if (read)
			tcp_listen_stop(c);
		return 0;
	}
	spin_lock(&c->lock);
	if (c->state == TCP_CLOSED) {
		r = -ENOTCONN;
		goto out;
	}
	if (c->state == TCP_SYN_SENT) {
		tcp_done(c);
		goto out;
	}
	c->shutdown |= (read ? TCP_SHUT_RECEIVE : 0) | (write ? TCP_SHUT_SEND : 0);
	if (write)
		send_fin(c, clock_now());
	tcp_wake(c, (read ? POLLIN | POLLRDNORM | POLLRDHUP : 0) | (write ? POLLOUT | POLLWRNORM : 0) |
		 (c->shutdown == (TCP_SHUT_RECEIVE | TCP_SHUT_SEND) ? POLLHUP : 0));
out:
	spin_unlock(&c->lock);
	net_run();
	return r;
}

bool tcp_lingers(const struct tcp *c)
{
	u8 state = READ_ONCE(c->state);

	return state == TCP_FIN_WAIT1 || state == TCP_CLOSING || state == TCP_LAST_ACK;
}

void tcp_abort(struct tcp *c, int error)
{
	tcp_listen_stop(c);
	spin_lock(&c->lock);
	if (c->state != TCP_CLOSED) {
		if (c->state != TCP_SYN_SENT)
			tcp_send_reset(c);
		tcp_fail(c, error);
	}
	if (!error)
		c->shutdown = 0;	/* disconnected: it may connect again, and meanwhile is neither at its end nor broken */
	spin_unlock(&c->lock);
	net_run();
}

/* The user is gone: what remains is the network's. */
static void let_go(struct tcp *c) REQUIRES(c->lock)
{
	bool unread = tcp_queued(c) > 0, linger_off = c->settings[TCP_SET_LINGER] == 1;
	u64 now = clock_now();

	c->shutdown = TCP_SHUT_RECEIVE | TCP_SHUT_SEND;
	if (c->state == TCP_SYN_SENT) {
		tcp_done(c);
		return;
	}
	if (unread || linger_off || (u32)atomic_read(&tcp_orphan_count) >= tcp_limits.orphans) {
		tcp_count(unread ? SNMP_TCPAbortOnClose : linger_off ? SNMP_TCPAbortOnLinger : SNMP_TCPAbortOnMemory);
		tcp_send_reset(c);
		tcp_done(c);
		return;
	}
	c->orphan = true;
	c->deadline_keep = TIME_NEVER;
	atomic_inc(&tcp_orphan_count);
	if (c->state != TCP_FIN_WAIT2)
		send_fin(c, now);
	else
		tcp_settle(c, now);
}

void tcp_close(struct tcp *c)
{
	struct list unread;

	list_init(&unread);
	tcp_listen_stop(c);
	spin_lock(&c->lock);
	if (c->state != TCP_CLOSED)
		let_go(c);
	if (c->state == TCP_CLOSED)
		tcp_port_release(&c->node);
	list_splice_tail(&unread, &c->rcv_queue);
	c->rcv_true = 0;
	tcp_put(c);
	spin_unlock(&c->lock);
	packet_free_list(&unread);
	net_run();
}
