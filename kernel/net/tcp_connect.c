/*
 * Opening a connection from our side: choosing names, SYN-SENT, and the beginning of ESTABLISHED for both sides. Under the
 * connection's lock.
 */
#include "net/tcp_internal.h"

#include "net/netdev.h"

void tcp_start_window(struct tcp *c)
{
	u32 headers = TCP_HEADER + (ip_is_v4(&c->node.remote) ? IP4_HEADER : IP6_HEADER);

	c->advmss = MIN(c->route.mtu, PACKET_MAX) - headers;
	if (c->mss_user)
		c->advmss = MIN(c->advmss, c->mss_user);
	if (!c->rcv_locked && c->rcv_buf < 8 * c->advmss)
		c->rcv_buf = 8 * c->advmss;	/* a jumbo path begins with some segments, too */
	c->rcv_limit = c->rcv_buf / 2;
	c->rcv_wnd = MIN(MIN(c->rcv_limit, c->window_clamp), 65535u);
	c->rcv_mss = MIN(c->advmss, TCP_MSS_DEFAULT);
	c->quick_acks = 16;
}

/* As new, but for options and what bind chose: for a socket that connects again. */
static void start_over(struct tcp *c)
{
	tcp_free_receive(c);
	c->shutdown = 0;
	c->error = c->soft_error = 0;
	c->retransmits = c->probes = c->backoff = c->dupacks = 0;
	c->ca_state = TCP_CA_OPEN;
	c->urgent = TCP_URGENT_NONE;
	c->ack_pending = c->ack_now = c->dsack_due = c->interactive = c->more = false;
	c->fin_queued = c->fin_sent = c->peer_fin = c->fin_known = false;
	c->ts_ok = c->sack_ok = c->wscale_ok = false;
	c->snd_wscale = c->rcv_wscale = 0;
	c->srtt = c->rttvar = c->min_rtt = 0;
	c->rto = TCP_RTO_INIT;
	c->first_rtx = c->rtt_start = 0;
	c->iss = c->ts_recent = 0;
	c->mss_peer = 0;
	c->rcv_nxt = c->rcv_wup = c->copied_seq = 0;
	c->cc->begin(c);
}

static int choose_names(struct tcp *c, const struct endpoint *remote)
{
	struct tcp_node *n = &c->node;
	struct ip_address to = remote->address;
	u32 device = c->settings[TCP_SET_DEVICE] ? c->settings[TCP_SET_DEVICE] : remote->scope;
	int r;

	if (ip_is_any(&to))		/* as Linux: this machine */
		to = ip_is_v4(&to) ? ip4_from_be(be32(0x7f000001)) : (struct ip_address){ .be = { 0, 0, 0, be32(1) } };
	if (ip_is_multicast(&to))
		return -ENETUNREACH;
	if (c->settings[TCP_SET_V6ONLY] && ip_is_v4(&to))
		return -ENETUNREACH;
	r = route_lookup(&to, ip_is_any(&n->local) ? NULL : &n->local, device, &c->route);
	if (r != 0)
		return r;
	if (c->route.broadcast)
		return -ENETUNREACH;
	n->remote = to;
	n->remote_port = remote->port;
	n->device = device;
	if (ip_is_any(&n->local))
		n->local = c->route.source;
	n->v6 = c->settings[TCP_SET_V6];
	return 0;
}

static int begin(struct tcp *c, const struct endpoint *remote) REQUIRES(c->lock)
{
	u64 now = clock_now();
	int r;

	start_over(c);
	c->node.local = c->bound_local;
	r = choose_names(c, remote);
	if (r != 0)
		return r;
	tcp_set_state(c, TCP_SYN_SENT);
	tcp_get_ref(c);			/* the table's */
	r = tcp_port_connect(c);
	if (r != 0) {
		tcp_set_state(c, TCP_CLOSED);
		c->node.local = c->bound_local;
		tcp_put(c);
		return r;
	}
	c->pmtu = c->route.mtu;
	tcp_set_mss(c);
	tcp_start_window(c);
	if (!c->iss)
		c->iss = tcp_secure_seq(&c->node);
	c->ts_offset = tcp_secure_ts(&c->node);
	c->snd_una = c->iss;
	c->snd_nxt = c->write_seq = c->iss + 1;
	c->snd_small = c->snd_up = c->lost_edge = c->high_rxt = c->recover = c->iss;
	c->connecting = true;
	tcp_count(SNMP_TcpActiveOpens);
	tcp_send_syn(c, now);
	c->rtt_start = now;
	tcp_timer_retransmit(c, now);
	return -EINPROGRESS;
}

static int connect_locked(struct tcp *c, const struct endpoint *remote) REQUIRES(c->lock)
{
	bool pending = c->connecting;
	int r;

	switch (c->state) {
	case TCP_CLOSED:
		if (!pending)
			return begin(c, remote);
		c->connecting = false;
		r = c->error ? -c->error : -ECONNABORTED;
		c->error = 0;
		return r;
	case TCP_SYN_SENT:
	case TCP_SYN_RECEIVED:
		return -EALREADY;
	default:
		c->connecting = false;
		return pending ? 0 : -EISCONN;
	}
}

int tcp_connect(struct tcp *c, const struct endpoint *remote)
{
	int r;

	spin_lock(&c->lock);
	r = connect_locked(c, remote);
	spin_unlock(&c->lock);
	net_run();
	return r;
}

/* Both sides: the handshake is over. snd_wnd, mss_peer and the options are set. */
void tcp_begin_established(struct tcp *c, u64 now)
{
	tcp_set_mss(c);
	c->snd_cwnd = TCP_INIT_CWND * c->mss;
	c->ssthresh = 1u << 30;
	c->cc->begin(c);
	c->snd_buf = c->snd_locked ? c->snd_buf : MAX(c->snd_buf, 4 * c->mss);
	c->retransmits = c->backoff = 0;
	c->first_rtx = 0;
	c->last_receive = c->last_send = now;
	c->tune_seq = c->copied_seq;
	c->tune_time = now;
	c->lost_edge = c->high_rxt = c->recover = c->snd_small = c->snd_up = c->snd_una;
	tcp_set_state(c, TCP_ESTABLISHED);
	tcp_timer_retransmit(c, now);
	tcp_set_keepalive(c);
	tcp_wake(c, POLLOUT | POLLWRNORM);
}

static void read_offer(struct tcp *c, const struct tcp_segment *s)
{
	c->irs = s->seq;
	c->rcv_nxt = c->rcv_wup = c->copied_seq = s->seq + 1;
	c->ts_ok = s->has_ts;
	c->sack_ok = s->sack_ok;
	c->wscale_ok = s->has_wscale;
	c->snd_wscale = s->has_wscale ? s->wscale : 0;
	c->rcv_wscale = s->has_wscale ? TCP_WSCALE : 0;
	c->mss_peer = s->mss ? MAX((u32)s->mss, TCP_MSS_MIN) : TCP_MSS_DEFAULT;
	c->snd_wnd = c->max_wnd = s->window;	/* a SYN's is not scaled */
	c->snd_wl1 = s->seq;
	if (s->has_ts) {
		c->ts_recent = s->ts_value;
		c->ts_recent_time = s->now;
	}
}

/* RFC 9293, 3.10.7.3 */
void tcp_syn_sent(struct tcp *c, struct tcp_segment *s)
{
	if (s->flags & TH_ACK && s->ack != c->snd_nxt) {
		tcp_send_reset_for(s);
		return;
	}
	if (s->flags & TH_RST) {
		if (s->flags & TH_ACK)
			tcp_fail(c, ECONNREFUSED);
		return;
	}
	if (!(s->flags & TH_SYN))
		return;
	read_offer(c, s);
	if (!(s->flags & TH_ACK)) {
		/* Both open at once. */
		tcp_set_state(c, TCP_SYN_RECEIVED);
		tcp_send_syn(c, s->now);
		tcp_timer_retransmit(c, s->now);
		return;
	}
	c->snd_una = s->ack;
	if (c->rtt_start && !c->retransmits)
		tcp_rtt_sample(c, (u32)MIN((s->now - c->rtt_start) / NS_PER_USEC, (u64)UINT32_MAX / 8));
	c->rtt_start = 0;
	tcp_begin_established(c, s->now);
	tcp_send_ack(c, s->now);
}
