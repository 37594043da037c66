/*
 * Listening: the calls of the socket layer, and the time of half-open connections (tcp_request.c): one timer, the listener's own,
 * serves all its requests. Under the listener's lock.
 */
#include "net/tcp_internal.h"

#define BACKLOG_MAX 4096u

static u64 request_timer(struct tcp *l, struct tcp_request *r, u64 now) REQUIRES(l->lock)
{
	u32 limit = MAX(l->syn_retries ? l->syn_retries : TCP_SYNACK_RETRIES, l->defer_accept);

	if (r->deadline > now)
		return r->deadline;
	if (r->retransmits >= limit) {
		tcp_count(SNMP_TcpAttemptFails);
		tcp_drop_request(l, r);
		return TIME_NEVER;
	}
	/* With the ACK here nothing is lost, unless TCP_DEFER_ACCEPT is over and a fresh one shall make the connection. */
	if (!r->acked || r->retransmits + 1u >= l->defer_accept) {
		tcp_count(SNMP_TcpRetransSegs);
		tcp_send_synack(l, r, false, now);
	}
	r->retransmits++;
	r->deadline = now + MIN(TCP_RTO_INIT << r->retransmits, TCP_RTO_MAX);
	return r->deadline;
}

void tcp_listen_timer(struct tcp *l, u64 now)
{
	struct tcp_request *r, *next;
	u64 first = TIME_NEVER;

	list_for_each_safe(r, next, &l->listener->requests, link) {
		u64 at = request_timer(l, r, now);

		first = MIN(first, at);
	}
	l->deadline_rtx = first;
}

/* ---- listen and accept ---- */

/* What is left of an earlier connection, also of one that failed, says nothing of where it listens. */
static void forget_connection(struct tcp *l) REQUIRES(l->lock)
{
	l->node.local = l->bound_local;
	l->node.remote = (struct ip_address){ 0 };
	l->node.remote_port = 0;
	l->node.device = l->settings[TCP_SET_DEVICE];
}

static int start(struct tcp *l, u32 backlog) REQUIRES(l->lock)
{
	struct tcp_listener *q;
	int r = 0;

	forget_connection(l);
	if (!l->node.port)
		r = tcp_port_bind(l, 0);
	if (r == 0)
		r = tcp_port_listen(l);
	if (r != 0)
		return r;
	q = kzalloc(sizeof(*q));
	if (!q) {
		tcp_port_unlisten(l);
		return -ENOMEM;
	}
	q->backlog = backlog;
	list_init(&q->accept);
	list_init(&q->requests);
	l->listener = q;
	l->shutdown = 0;
	l->error = 0;
	tcp_set_state(l, TCP_LISTEN);
	tcp_get_ref(l);			/* the table's */
	tcp_listen_insert(l);
	return 0;
}

int tcp_listen(struct tcp *l, int backlog)
{
	u32 limit = MIN((u32)MAX(backlog, 0), BACKLOG_MAX);
	int r = 0;

	if (backlog < 0)
		limit = BACKLOG_MAX;
	spin_lock(&l->lock);
	if (l->state == TCP_LISTEN)
		WRITE_ONCE(l->listener->backlog, limit);
	else if (l->state == TCP_CLOSED)
		r = start(l, limit);
	else
		r = -EINVAL;
	spin_unlock(&l->lock);
	return r;
}

int tcp_accept(struct tcp *l, struct tcp **child)
{
	int r = -EAGAIN;

	spin_lock(&l->lock);
	if (l->state != TCP_LISTEN) {
		r = -EINVAL;
	} else if (!list_empty(&l->listener->accept)) {
		*child = list_first(&l->listener->accept, struct tcp, accept_link);
		list_del(&(*child)->accept_link);
		WRITE_ONCE(l->listener->accept_count, l->listener->accept_count - 1);
		r = 0;
	}
	spin_unlock(&l->lock);
	return r;
}

static void listener_freed(struct rcu_head *h)
{
	kfree(container_of(h, struct tcp_listener, rcu));
}

void tcp_listen_stop(struct tcp *l)
{
	struct list children;
	struct tcp *c, *next;

	list_init(&children);
	spin_lock(&l->lock);
	if (l->state != TCP_LISTEN) {
		spin_unlock(&l->lock);
		return;
	}
	tcp_listen_remove(l);
	tcp_port_unlisten(l);
	while (!list_empty(&l->listener->requests))
		tcp_drop_request(l, list_first(&l->listener->requests, struct tcp_request, link));
	list_splice_tail(&children, &l->listener->accept);
	rcu_call(&l->listener->rcu, listener_freed);	/* tcp_poll looks at it without the lock */
	l->listener = NULL;
	tcp_set_state(l, TCP_CLOSED);
	tcp_timer_stop(l);
	if (!l->node.bound)
		tcp_port_release(&l->node);
	tcp_wake(l, POLLIN | POLLRDNORM | POLLHUP);
	tcp_put(l);
	spin_unlock(&l->lock);
	list_for_each_safe(c, next, &children, accept_link) {
		list_del(&c->accept_link);
		tcp_abort(c, ECONNRESET);
		tcp_close(c);
	}
}
