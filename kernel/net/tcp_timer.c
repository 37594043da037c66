/*
 * A connection's time: one struct timer for all its deadlines, armed only when a deadline comes before what is armed, so that an
 * acknowledgement that moves a deadline back costs nothing: the timer fires, sees that it is early, and is armed again. The callback
 * runs in the interrupt and only schedules timer_work; that takes the lock and acts.
 *
 * The armed timer holds a reference, which its work takes over. Between the timer's firing and its work timer_held stays true, and
 * nobody arms it: timer_cancel then says false, and the work looks at all deadlines anyway.
 */
#include "net/tcp_internal.h"

static void timer_fired(struct timer *t)
{
	net_schedule(&container_of(t, struct tcp, timer)->timer_work);
}

void tcp_timer_update(struct tcp *c)
{
	u64 at = MIN(MIN(c->deadline_rtx, c->deadline_ack), c->deadline_keep);

	if (at >= c->timer_at)
		return;
	if (!c->timer_held) {
		c->timer_held = true;
		tcp_get_ref(c);
	} else if (!timer_cancel(&c->timer)) {
		return;
	}
	c->timer_at = at;
	timer_arm(&c->timer, at);
}

void tcp_timer_stop(struct tcp *c)
{
	c->deadline_rtx = c->deadline_ack = c->deadline_keep = TIME_NEVER;
	c->rtx_kind = TCP_RTX_NONE;
	if (!c->timer_held || !timer_cancel(&c->timer))
		return;
	c->timer_held = false;
	c->timer_at = TIME_NEVER;
	tcp_put(c);
}

u64 tcp_rto_backed_off(const struct tcp *c)
{
	return MIN(c->rto << MIN(c->backoff, (u8)16), TCP_RTO_MAX);
}

void tcp_timer_retransmit(struct tcp *c, u64 now)
{
	if (c->snd_una == c->snd_nxt) {
		c->rtx_kind = TCP_RTX_NONE;
		c->deadline_rtx = TIME_NEVER;
		return;
	}
	c->rtx_kind = TCP_RTX_RETRANSMIT;
	c->deadline_rtx = now + tcp_rto_backed_off(c);
	tcp_timer_update(c);
}

void tcp_set_keepalive(struct tcp *c)
{
	bool on = c->settings[TCP_SET_KEEPALIVE];

	if (c->state == TCP_CLOSED || c->state == TCP_LISTEN || c->state == TCP_SYN_SENT || c->orphan)
		return;
	c->deadline_keep = on ? clock_now() + c->keep_idle * NS_PER_MSEC : TIME_NEVER;
	tcp_timer_update(c);
}

/* The peer is silent for too long? `count` attempts were made. */
static bool given_up(struct tcp *c, u32 count, u32 limit, u64 now)
{
	if (c->user_timeout)
		return c->first_rtx && now - c->first_rtx >= c->user_timeout * NS_PER_MSEC;
	return count >= (c->orphan ? MIN(limit, TCP_ORPHAN_RETRIES) : limit);
}

static void time_out(struct tcp *c) REQUIRES(c->lock)
{
	tcp_count(SNMP_TCPAbortOnTimeout);
	tcp_fail(c, c->soft_error ? c->soft_error : ETIMEDOUT);
}

static void again(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	if (!c->first_rtx)
		c->first_rtx = now;
	c->backoff = (u8)MIN(c->backoff + 1u, 16u);
	c->deadline_rtx = now + tcp_rto_backed_off(c);
}

static void handshake_timer(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	u32 limit = c->syn_retries ? c->syn_retries : c->state == TCP_SYN_SENT ? TCP_SYN_RETRIES : TCP_SYNACK_RETRIES;

	if (given_up(c, c->retransmits, limit, now)) {
		time_out(c);
		return;
	}
	c->retransmits++;
	c->rtt_start = 0;
	tcp_count(SNMP_TcpRetransSegs);
	tcp_count(SNMP_TCPTimeouts);
	tcp_send_syn(c, now);
	again(c, now);
}

static void retransmit_timer(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	u32 n;

	if (c->state == TCP_SYN_SENT || c->state == TCP_SYN_RECEIVED) {
		handshake_timer(c, now);
		return;
	}
	if (given_up(c, c->retransmits, TCP_RETRIES, now)) {
		time_out(c);
		return;
	}
	tcp_count(SNMP_TCPTimeouts);
	tcp_enter_loss(c);
	n = MIN(c->mss, c->snd_nxt - c->snd_una);
	if (tcp_send_chunk(c, c->snd_una, &n, now))
		c->high_rxt = c->snd_una + MAX(n, 1u);
	c->retransmits++;
	again(c, now);
}

/* Data waits, none is out: the window is closed, or a cork holds it, or memory was out. */
static void probe_timer(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	u32 window = seq_span(c->snd_nxt, c->snd_una + c->snd_wnd), n = MIN(window, c->mss);

	if (!seq_before(c->snd_nxt, tcp_end_seq(c)) || c->snd_nxt != c->snd_una) {
		tcp_timer_retransmit(c, now);
		return;
	}
	if (given_up(c, c->probes, TCP_RETRIES, now)) {
		time_out(c);
		return;
	}
	if (window > 0 && tcp_send_chunk(c, c->snd_nxt, &n, now) && c->snd_nxt != c->snd_una) {
		tcp_timer_retransmit(c, now);
		return;
	}
	if (window == 0) {
		tcp_count(SNMP_TCPWinProbe);
		tcp_send_probe(c, now);
		c->probes++;
	}
	again(c, now);
}

static void keepalive_timer(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	u64 silent = now - c->last_receive, idle = c->keep_idle * NS_PER_MSEC;

	c->deadline_keep = TIME_NEVER;
	if (c->orphan) {		/* FIN-WAIT-2 lasted as long as TCP_LINGER2 allows */
		tcp_done(c);
		return;
	}
	if (!c->settings[TCP_SET_KEEPALIVE])
		return;
	if (c->snd_nxt != c->snd_una || seq_before(c->snd_nxt, tcp_end_seq(c))) {
		c->deadline_keep = now + idle;	/* the other timers watch over the peer */
	} else if (silent < idle) {
		c->deadline_keep = c->last_receive + idle;
	} else if (c->user_timeout ? c->probes && silent >= c->user_timeout * NS_PER_MSEC : c->probes >= c->keep_count) {
		tcp_send_reset(c);
		time_out(c);
	} else {
		tcp_send_probe(c, now);
		tcp_count(SNMP_TCPKeepAlive);
		c->probes++;
		c->deadline_keep = now + c->keep_interval * NS_PER_MSEC;
	}
}

static void act(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	if (c->state == TCP_LISTEN) {
		if (c->deadline_rtx <= now)
			tcp_listen_timer(c, now);
		return;
	}
	if (c->deadline_ack <= now) {
		c->deadline_ack = TIME_NEVER;
		if (c->ack_pending) {
			c->interactive = false;
			tcp_count(SNMP_DelayedACKs);
			tcp_send_ack(c, now);
		}
	}
	if (c->deadline_rtx <= now) {
		c->deadline_rtx = TIME_NEVER;
		if (c->rtx_kind == TCP_RTX_PROBE)
			probe_timer(c, now);
		else
			retransmit_timer(c, now);
	}
	if (c->state != TCP_CLOSED && c->deadline_keep <= now)
		keepalive_timer(c, now);
}

static void timer_work(struct net_work *w)
{
	struct tcp *c = container_of(w, struct tcp, timer_work);

	spin_lock(&c->lock);
	c->timer_held = false;
	c->timer_at = TIME_NEVER;
	if (c->state != TCP_CLOSED)
		act(c, clock_now());
	if (c->state != TCP_CLOSED)
		tcp_timer_update(c);
	spin_unlock(&c->lock);
	tcp_put(c);
}

static void ack_work(struct net_work *w)
{
	struct tcp *c = container_of(w, struct tcp, ack_work);

	spin_lock(&c->lock);
	c->ack_scheduled = false;
	if (c->state != TCP_CLOSED && (c->ack_pending || c->ack_now))
		tcp_send_ack(c, clock_now());
	spin_unlock(&c->lock);
	tcp_put(c);
}

void tcp_timer_init(struct tcp *c)
{
	timer_init(&c->timer, timer_fired);
	net_work_prepare(&c->timer_work, timer_work);
	net_work_prepare(&c->ack_work, ack_work);
	c->timer_at = c->deadline_rtx = c->deadline_ack = c->deadline_keep = TIME_NEVER;
	c->rto = TCP_RTO_INIT;
}
