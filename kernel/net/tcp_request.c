/*
 * Half-open connections: small requests in the table, their SYN-ACKs, SYN cookies when there are too many, and their becoming
 * connections in the queue for accept. The listener's lock guards its requests and its queue; a child's lock is never taken under it.
 *
 * A request that becomes a connection is replaced in the table in one step, so that no segment falls between; who holds a stale
 * request sees `dead` under the listener's lock and looks into the table again.
 */
#include "net/tcp_internal.h"

#include "lib/log.h"
#include "net/netdev.h"

#define SYNACK_GAP  (500 * NS_PER_MSEC)

static void request_freed(struct rcu_head *h)
{
	kfree(container_of(h, struct tcp_request, node.rcu));
}

void tcp_drop_request(struct tcp *l, struct tcp_request *r)
{
	r->dead = true;
	list_del(&r->link);
	l->listener->request_count--;
	atomic_dec(&tcp_request_count);
	(void)tcp_hash_remove(&r->node);
	rcu_call(&r->node.rcu, request_freed);
}

static u32 offered_mss(const struct tcp *l, const struct tcp_node *n, const struct route *route)
{
	u32 mss = MIN(route->mtu, PACKET_MAX) - TCP_HEADER - (ip_is_v4(&n->remote) ? IP4_HEADER : IP6_HEADER);

	return l->mss_user ? MIN(mss, l->mss_user) : mss;
}

/* A cookie's options that no sequence number has room for travel in the low bits of its time stamp. */
static u32 cookie_ts(const struct tcp_request *r, u64 now)
{
	u32 ts = tcp_ts_now(now, r->ts_offset), bits = (r->wscale_ok ? r->snd_wscale : 15) | (r->sack_ok ? 16 : 0);
	u32 value = (ts & ~63u) | bits;

	return seq_after(value, ts) ? value - 64 : value;
}

void tcp_send_synack(struct tcp *l, struct tcp_request *r, bool cookie, u64 now)
{
	const struct tcp_node *n = &r->node;
	struct tcp_reply reply = {
		.source = &n->local, .destination = &n->remote, .source_port = n->local_port, .destination_port = n->remote_port,
		.seq = r->iss, .ack = r->irs + 1, .window = r->rcv_wnd, .flags = TH_SYN | TH_ACK,
		.tos = (u8)l->settings[TCP_SET_TOS], .ttl = (u8)l->settings[TCP_SET_TTL], .device = n->device, .route = &r->route,
	};

	reply.option_bytes = tcp_put_syn_options(reply.options, offered_mss(l, n, &r->route), r->ts_ok,
						 cookie ? cookie_ts(r, now) : tcp_ts_now(now, r->ts_offset), r->ts_recent,
						 r->sack_ok, r->wscale_ok ? (int)TCP_WSCALE : -1);
	r->sent = now;
	tcp_send_reply(&reply);
}

/* ---- SYN ---- */

static void fill_request(struct tcp *l, struct tcp_request *r, const struct tcp_segment *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	const struct netdev *d = s->packet->device;

	memset(r, 0, sizeof(*r));
	r->node.kind = TCP_NODE_REQUEST;
	r->node.local = ip->destination;
	r->node.remote = ip->source;
	r->node.local_port = s->destination_port;
	r->node.remote_port = s->source_port;
	r->node.v6 = l->node.v6;
	r->node.device = l->node.device ? l->node.device : d && ip_is_link_local(&ip->source) ? d->index : 0;
	list_init(&r->node.port_link);
	tcp_hash_prepare(&r->node);
	r->listener = l;
	r->irs = s->seq;
	r->mss_peer = s->mss ? MAX((u32)s->mss, TCP_MSS_MIN) : TCP_MSS_DEFAULT;
	r->rcv_wnd = MIN(MIN(l->rcv_limit, l->window_clamp), 65535u);
	r->ts_ok = s->has_ts;
	r->ts_recent = s->ts_value;
	r->ts_offset = tcp_secure_ts(&r->node);
	r->sack_ok = s->sack_ok;
	r->wscale_ok = s->has_wscale;
	r->snd_wscale = s->wscale;
}

static void answer_with_cookie(struct tcp *l, struct tcp_request *r, u64 now) REQUIRES(l->lock)
{
	if (!l->listener->overflow)
		log_info("tcp", "port %u: too many half-open connections, sending cookies", l->node.local_port);
	l->listener->overflow = now;
	r->iss = tcp_cookie_make(&r->node, r->irs, r->mss_peer, now);
	r->sack_ok = r->sack_ok && r->ts_ok;	/* only a time stamp brings them back */
	r->wscale_ok = r->wscale_ok && r->ts_ok;
	tcp_count(SNMP_SyncookiesSent);
	tcp_count(SNMP_TCPReqQFullDoCookies);
	tcp_send_synack(l, r, true, now);
}

static void syn_arrived(struct tcp *l, const struct tcp_segment *s) REQUIRES(l->lock)
{
	struct tcp_listener *q = l->listener;
	struct tcp_timewait *old;
	struct tcp_request on_stack, *r;

	if (q->accept_count > q->backlog) {
		tcp_count(SNMP_ListenOverflows);
		tcp_count(SNMP_ListenDrops);
		return;
	}
	fill_request(l, &on_stack, s);
	if (route_lookup(&on_stack.node.remote, &on_stack.node.local, on_stack.node.device, &on_stack.route) != 0)
		return;
	if (q->request_count > q->backlog) {
		answer_with_cookie(l, &on_stack, s->now);
		return;
	}
	r = kmalloc(sizeof(*r));
	if (!r)
		return;
	*r = on_stack;
	list_init(&r->node.port_link);
	r->iss = s->iss ? s->iss : tcp_secure_seq(&r->node);
	if (tcp_hash_insert(&r->node, &old) != 0) {
		kfree(r);	/* the same SYN on another CPU was faster */
		return;
	}
	if (old)
		tcp_timewait_kill(old);
	list_add_tail(&q->requests, &r->link);
	q->request_count++;
	atomic_inc(&tcp_request_count);
	r->deadline = s->now + TCP_RTO_INIT;
	if (r->deadline < l->deadline_rtx) {
		l->deadline_rtx = r->deadline;
		tcp_timer_update(l);
	}
	tcp_send_synack(l, r, false, s->now);
}

/* ---- The last ACK ---- */

/* A connection out of a request and the segment that completes it; not in the table yet. NULL when memory is out. */
static struct tcp *make_child(struct tcp *l, const struct tcp_request *r, const struct tcp_segment *s) REQUIRES(l->lock)
{
	struct tcp *c = tcp_create();

	if (!c)
		return NULL;
	c->node.local = r->node.local;
	c->node.remote = r->node.remote;
	c->node.local_port = r->node.local_port;
	c->node.remote_port = r->node.remote_port;
	c->node.device = r->node.device;
	c->node.v6 = r->node.v6;
	c->node.hash = r->node.hash;
	memcpy(c->settings, l->settings, sizeof(c->settings));
	c->bound_local = l->bound_local;
	c->cc = l->cc;
	c->nodelay = l->nodelay;
	c->cork = l->cork;
	c->mss_user = l->mss_user;
	c->snd_buf = l->snd_buf;
	c->rcv_buf = l->rcv_buf;
	c->snd_locked = l->snd_locked;
	c->rcv_locked = l->rcv_locked;
	c->window_clamp = l->window_clamp;
	c->notsent_lowat = l->notsent_lowat;
	c->rcv_lowat = l->rcv_lowat;
	c->keep_idle = l->keep_idle;
	c->keep_interval = l->keep_interval;
	c->keep_count = l->keep_count;
	c->user_timeout = l->user_timeout;
	c->linger2 = l->linger2;
	c->route = r->route;
	c->pmtu = r->route.mtu;
	tcp_start_window(c);
	c->rcv_wnd = r->rcv_wnd;
	c->irs = r->irs;
	c->rcv_nxt = c->rcv_wup = c->copied_seq = r->irs + 1;
	c->iss = r->iss;
	c->snd_una = c->snd_nxt = c->write_seq = r->iss + 1;
	c->ts_ok = r->ts_ok;
	c->ts_offset = r->ts_offset;
	c->ts_recent = r->ts_recent;
	c->ts_recent_time = s->now;
	c->sack_ok = r->sack_ok;
	c->wscale_ok = r->wscale_ok;
	c->snd_wscale = r->wscale_ok ? r->snd_wscale : 0;
	c->rcv_wscale = r->wscale_ok ? TCP_WSCALE : 0;
	c->mss_peer = r->mss_peer;
	c->snd_wnd = c->max_wnd = s->window << c->snd_wscale;
	c->snd_wl1 = s->seq;
	tcp_port_inherit(&c->node, &l->node);
	return c;
}

/* The child is nobody else's yet: its lock is not needed, and could not be taken under its listener's. */
static void begin_child(const struct tcp_request *r, struct tcp *c, u64 now) NO_LOCK_ANALYSIS
{
	if (r->sent && !r->retransmits)
		tcp_rtt_sample(c, (u32)MIN((now - r->sent) / NS_PER_USEC, (u64)UINT32_MAX / 8));
	tcp_begin_established(c, now);
	tcp_get_ref(c);			/* one for the table, one for the queue */
}

static void discard_child(struct tcp *c) NO_LOCK_ANALYSIS
{
	tcp_set_state(c, TCP_CLOSED);
	tcp_timer_stop(c);
	tcp_put(c);
	tcp_put(c);
}

/* Into the table and the queue for accept. False: the names are taken, the child is gone. */
static bool publish(struct tcp *l, struct tcp_request *r, struct tcp *c, u64 now) REQUIRES(l->lock)
{
	struct tcp_timewait *old = NULL;
	bool in;

	begin_child(r, c, now);
	in = r->node.hashed ? tcp_hash_replace(&r->node, &c->node) : tcp_hash_insert(&c->node, &old) == 0;
	if (!in) {
		discard_child(c);
		return false;
	}
	if (old)
		tcp_timewait_kill(old);
	list_add_tail(&l->listener->accept, &c->accept_link);
	WRITE_ONCE(l->listener->accept_count, l->listener->accept_count + 1);
	tcp_count(SNMP_TcpPassiveOpens);
	tcp_wake(l, POLLIN | POLLRDNORM);
	return true;
}

/* The segment completes r. The child, to which the segment goes next, or NULL: the peer will send again. */
static struct tcp *complete(struct tcp *l, struct tcp_request *r, const struct tcp_segment *s) REQUIRES(l->lock)
{
	struct tcp *c;

	if (l->listener->accept_count > l->listener->backlog) {
		tcp_count(SNMP_ListenOverflows);
		tcp_count(SNMP_ListenDrops);
		return NULL;
	}
	c = make_child(l, r, s);
	if (!c || !publish(l, r, c, s->now)) {
		tcp_count(SNMP_ListenDrops);
		return NULL;
	}
	return c;
}

/*
 * An ACK for which there is no request: of a cookie? One that is, but of which nothing can be made now (the queue for accept is full,
 * another CPU was faster), is dropped, as a request's would be: the peer sends again. All others are to be answered with a reset.
 */
static struct tcp *cookie_arrived(struct tcp *l, const struct tcp_segment *s, bool *reset) REQUIRES(l->lock)
{
	struct tcp_request r;
	u32 bits = 15;

	*reset = true;
	if (!l->listener->overflow || s->now - l->listener->overflow > 120 * NS_PER_SEC)
		return NULL;
	fill_request(l, &r, s);
	r.irs = s->seq - 1;
	r.iss = s->ack - 1;
	r.mss_peer = tcp_cookie_check(&r.node, r.irs, r.iss, s->now);
	if (!r.mss_peer) {
		tcp_count(SNMP_SyncookiesFailed);
		return NULL;
	}
	*reset = false;
	tcp_count(SNMP_SyncookiesRecv);
	if (s->has_ts)
		bits = s->ts_echo & 63;
	r.snd_wscale = bits & 15;
	r.wscale_ok = (bits & 15) <= TCP_WSCALE_MAX;
	r.sack_ok = bits & 16;
	if (route_lookup(&r.node.remote, &r.node.local, r.node.device, &r.route) != 0)
		return NULL;
	return complete(l, &r, s);
}

static void to_child(struct tcp *c, struct tcp_segment *s)
{
	spin_lock(&c->lock);
	if (c->state != TCP_CLOSED)
		tcp_arrives(c, s);
	spin_unlock(&c->lock);
}

void tcp_listen_segment(struct tcp *l, struct tcp_segment *s)
{
	struct tcp *c = NULL;
	bool reset = false;

	if (s->flags & TH_RST)
		return;
	spin_lock(&l->lock);
	if (l->state != TCP_LISTEN || (s->flags & (TH_ACK | TH_SYN)) == (TH_ACK | TH_SYN)) {
		reset = true;
	} else if (s->flags & TH_ACK) {
		c = cookie_arrived(l, s, &reset);
	} else if (s->flags & TH_SYN && !(s->flags & TH_FIN)) {
		syn_arrived(l, s);
	}
	spin_unlock(&l->lock);
	if (c)
		to_child(c, s);	/* lives until this stretch ends, whoever accepts and closes it */
	else if (reset)
		tcp_send_reset_for(s);
}

static struct tcp *meet_request(struct tcp *l, struct tcp_request *r, struct tcp_segment *s, bool *reset) REQUIRES(l->lock)
{
	u32 next = r->irs + 1;
	struct tcp *c;

	if (s->flags & TH_SYN && !(s->flags & (TH_ACK | TH_RST)) && s->seq == r->irs) {
		if (s->now - r->sent >= SYNACK_GAP)	/* our answer was lost */
			tcp_send_synack(l, r, false, s->now);
		return NULL;
	}
	if (r->ts_ok && s->has_ts && (i32)(s->ts_value - r->ts_recent) < 0)
		return NULL;
	if (seq_before(s->seq, next) || seq_after(s->end, next + MAX(r->rcv_wnd, 1u))) {
		if (!(s->flags & TH_RST) && s->now - r->sent >= SYNACK_GAP)
			tcp_send_synack(l, r, false, s->now);
		return NULL;
	}
	if (s->flags & (TH_RST | TH_SYN)) {
		if (s->seq == next) {
			tcp_count(SNMP_EmbryonicRsts);
			tcp_count(SNMP_TcpAttemptFails);
			tcp_drop_request(l, r);
		}
		return NULL;
	}
	if (!(s->flags & TH_ACK))
		return NULL;
	if (s->ack != r->iss + 1) {
		*reset = true;
		return NULL;
	}
	r->acked = true;
	if (l->defer_accept && s->length == 0 && r->retransmits < l->defer_accept)
		return NULL;		/* TCP_DEFER_ACCEPT: wait for data */
	if (r->ts_ok && s->has_ts)
		r->ts_recent = s->ts_value;
	c = complete(l, r, s);
	if (c)
		tcp_drop_request(l, r);
	return c;
}

bool tcp_request_segment(struct tcp_request *r, struct tcp_segment *s)
{
	struct tcp *l = r->listener, *c = NULL;
	bool reset = false, alive;

	spin_lock(&l->lock);
	alive = !r->dead;
	if (alive)
		c = meet_request(l, r, s, &reset);
	spin_unlock(&l->lock);
	if (c)
		to_child(c, s);
	else if (reset)
		tcp_send_reset_for(s);
	return alive;
}

void tcp_request_error(struct tcp_request *r, const struct ip_error *e)
{
	struct tcp *l = r->listener;

	spin_lock(&l->lock);
	if (!r->dead && e->error != EMSGSIZE && e->hard && load_be32(e->transport + 4) == r->iss)
		tcp_drop_request(l, r);
	spin_unlock(&l->lock);
}
