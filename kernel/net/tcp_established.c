/*
 * A segment meets a connection (RFC 9293, 3.10.7.4, with RFC 5961 and 7323): is it acceptable, what does it acknowledge, what does it
 * bring, and what is owed for it. Under the connection's lock.
 */
#include "net/tcp_internal.h"

#define CHALLENGE_GAP (500 * NS_PER_MSEC)
#define PAWS_LIFE     (24ull * 24 * 3600 * NS_PER_SEC)	/* RFC 7323, 5.5 */

void tcp_challenge(struct tcp *c, u64 now)
{
	if (c->last_challenge && now - c->last_challenge < CHALLENGE_GAP)
		return;
	c->last_challenge = now;
	tcp_count(SNMP_TCPChallengeACK);
	tcp_send_ack(c, now);
}

void tcp_schedule_ack(struct tcp *c)
{
	if (c->ack_scheduled)
		return;
	c->ack_scheduled = true;
	tcp_get_ref(c);
	net_schedule_local(&c->ack_work);
}

/* ---- Is it acceptable? ---- */

bool tcp_check_ts(struct tcp *c, const struct tcp_segment *s)
{
	if (!c->ts_ok || !s->has_ts)
		return true;
	if ((i32)(s->ts_value - c->ts_recent) < 0 && s->now - c->ts_recent_time < PAWS_LIFE)
		return false;
	if (!seq_after(s->seq, c->rcv_wup)) {
		c->ts_recent = s->ts_value;
		c->ts_recent_time = s->now;
	}
	return true;
}

/* An old acknowledgement that was overtaken on its way tells nothing, but is no duplicate of data either. */
static bool overtaken(const struct tcp *c, const struct tcp_segment *s)
{
	return s->length == 0 && !(s->flags & (TH_SYN | TH_FIN)) && s->seq == c->rcv_nxt;
}

static void refuse(struct tcp *c, struct tcp_segment *s) REQUIRES(c->lock)
{
	if (s->flags & TH_RST)
		return;
	if (c->sack_ok && s->length && seq_before(s->seq, c->rcv_nxt) && !c->dsack_due) {
		c->dsack = (struct tcp_run){ s->seq, seq_min(s->seq + s->length, c->rcv_nxt) };
		c->dsack_due = true;
	}
	if (s->length || s->flags & TH_FIN)
		tcp_send_ack(c, s->now);
	else
		tcp_challenge(c, s->now);
}

static void reset_arrived(struct tcp *c, const struct tcp_segment *s) REQUIRES(c->lock)
{
	/* RFC 5961, 3.2: only at the exact place; a guess gets an answer that a real peer would answer with the exact one. */
	if (s->seq != c->rcv_nxt) {
		tcp_challenge(c, s->now);
		return;
	}
	if (c->state == TCP_ESTABLISHED || c->state == TCP_CLOSE_WAIT)
		tcp_count(SNMP_TcpEstabResets);
	if (c->orphan)
		tcp_done(c);
	else
		tcp_fail(c, c->state == TCP_CLOSE_WAIT ? EPIPE : ECONNRESET);
}

/* True: go on with it. */
static bool acceptable(struct tcp *c, struct tcp_segment *s) REQUIRES(c->lock)
{
	if (!(s->flags & TH_RST) && !tcp_check_ts(c, s)) {
		tcp_count(SNMP_PAWSEstab);
		if (overtaken(c, s))
			return true;
		refuse(c, s);
		return false;
	}
	if (seq_before(s->end, c->rcv_wup) || seq_after(s->seq, c->rcv_nxt + tcp_window_left(c))) {
		refuse(c, s);
		return false;
	}
	if (s->flags & TH_RST) {
		reset_arrived(c, s);
		return false;
	}
	if (s->flags & TH_SYN) {
		if (c->state == TCP_SYN_RECEIVED && s->seq == c->irs && s->flags & TH_ACK) {
			s->seq++;	/* both opened at once: this is the peer's answer to our SYN */
			return true;
		}
		tcp_count(SNMP_TCPSYNChallenge);
		tcp_challenge(c, s->now);
		return false;
	}
	return s->flags & TH_ACK;
}

/* ---- Urgent data, as Linux: the pointer names the byte behind the urgent one ---- */

static void urgent_pointer(struct tcp *c, const struct tcp_segment *s) REQUIRES(c->lock)
{
	u32 at = s->seq + s->urgent - 1;

	if (!s->urgent || seq_after(c->copied_seq, at) || seq_before(at, c->rcv_nxt))
		return;
	if (c->urgent != TCP_URGENT_NONE && !seq_after(at, c->urgent_seq))
		return;
	c->urgent_seq = at;
	WRITE_ONCE(c->urgent, TCP_URGENT_NOT_YET);
	tcp_wake(c, POLLPRI | POLL_URGENT);
}

static void urgent_data(struct tcp *c, const struct tcp_segment *s) REQUIRES(c->lock)
{
	u32 at = c->urgent_seq - s->seq;

	if (c->urgent != TCP_URGENT_NOT_YET || at >= s->length)
		return;
	packet_copy_out(s->packet, at, &c->urgent_byte, 1);
	WRITE_ONCE(c->urgent, TCP_URGENT_VALID);
	tcp_wake(c, POLLPRI);
}

/* ---- Data and FIN ---- */

static void fin_arrived(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	WRITE_ONCE(c->rcv_nxt, c->rcv_nxt + 1);
	c->peer_fin = true;
	c->fin_known = false;
	c->shutdown |= TCP_SHUT_RECEIVE;
	c->ack_now = true;
	switch (c->state) {
	case TCP_SYN_RECEIVED:
	case TCP_ESTABLISHED:
		tcp_set_state(c, TCP_CLOSE_WAIT);
		break;
	case TCP_FIN_WAIT1:
		tcp_set_state(c, TCP_CLOSING);
		break;
	case TCP_FIN_WAIT2:
		tcp_send_ack(c, now);
		tcp_timewait_enter(c, TCP_TIME_WAIT, now);
		return;
	}
	tcp_wake(c, POLLIN | POLLRDNORM | POLLRDHUP | (c->shutdown & TCP_SHUT_SEND ? POLLHUP : 0));
}

static void note_data(struct tcp *c, const struct tcp_segment *s)
{
	u32 n = MIN(s->length, MAX(c->advmss, TCP_MSS_MIN));

	c->data_segs_in++;
	c->ack_pending = true;
	if (s->now - c->last_data > c->rto)
		c->quick_acks = MAX(c->quick_acks, (u8)2);	/* after a silence the peer's window is small again */
	c->last_data = s->now;
	if (n > c->rcv_mss || (n >= TCP_MSS_DEFAULT && n > c->rcv_mss / 2))
		c->rcv_mss = n;
}

/* Nobody will read it: the peer has to hear that (RFC 1122, 4.2.2.13). True: the connection is gone. */
static bool data_after_close(struct tcp *c, const struct tcp_segment *s) REQUIRES(c->lock)
{
	if (!c->orphan || !seq_after(s->seq + s->length, c->rcv_nxt))
		return false;
	tcp_count(SNMP_TCPAbortOnData);
	tcp_send_reset(c);
	tcp_done(c);
	return true;
}

static bool receives_data(const struct tcp *c)
{
	return c->state == TCP_ESTABLISHED || c->state == TCP_FIN_WAIT1 || c->state == TCP_FIN_WAIT2;
}

/* False: the connection is gone. */
static bool take_payload(struct tcp *c, struct tcp_segment *s) REQUIRES(c->lock)
{
	u32 fin_seq = s->seq + s->length, before = c->rcv_nxt;

	if (!receives_data(c)) {
		if (s->length)
			c->ack_now = true;
		return true;
	}
	if (s->length) {
		if (data_after_close(c, s))
			return false;
		if (s->flags & TH_URG)
			urgent_pointer(c, s);
		urgent_data(c, s);
		note_data(c, s);
		tcp_queue_data(c, s);
	} else if (s->flags & TH_URG) {
		urgent_pointer(c, s);
	}
	if (s->flags & TH_FIN && !seq_before(fin_seq, c->rcv_nxt)) {
		c->fin_known = true;
		c->fin_seq = fin_seq;
		c->ack_now = true;
	}
	if (c->rcv_nxt != before && tcp_readable(c) >= c->rcv_lowat)
		tcp_wake(c, POLLIN | POLLRDNORM);
	if (c->fin_known && c->rcv_nxt == c->fin_seq)
		fin_arrived(c, s->now);
	return c->state != TCP_CLOSED;
}

/* ---- What is owed ---- */

static void answer(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	if (c->ack_now) {
		tcp_send_ack(c, now);
		return;
	}
	if (!c->ack_pending)
		return;
	if (c->rcv_nxt - c->rcv_wup > c->rcv_mss || c->quick_forced || (c->quick_acks > 0 && !c->interactive)) {
		if (c->quick_acks > 0)
			c->quick_acks--;
		tcp_schedule_ack(c);	/* once for all segments of the batch */
	} else if (c->deadline_ack == TIME_NEVER) {
		c->deadline_ack = now + TCP_DELACK;
		tcp_timer_update(c);
	}
}

/* Our FIN is acknowledged. False: the connection is gone. */
static bool fin_acknowledged(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	switch (c->state) {
	case TCP_FIN_WAIT1:
		tcp_set_state(c, TCP_FIN_WAIT2);
		tcp_wake(c, POLLOUT | POLLWRNORM);
		return true;
	case TCP_CLOSING:
		tcp_timewait_enter(c, TCP_TIME_WAIT, now);
		return false;
	case TCP_LAST_ACK:
		tcp_done(c);
		return false;
	}
	return true;
}

/* FIN-WAIT-2 without an owner needs no whole connection, once nothing waits to be put in order. */
void tcp_settle(struct tcp *c, u64 now)
{
	if (c->linger2 < 0) {
		tcp_done(c);
	} else if (c->linger2 > 0 || c->reassembly || c->fin_known) {
		if (c->deadline_keep == TIME_NEVER)
			c->deadline_keep = now + (c->linger2 > 0 ? (u64)c->linger2 * NS_PER_SEC : TCP_FIN_TIMEOUT);
		tcp_timer_update(c);
	} else {
		tcp_timewait_enter(c, TCP_FIN_WAIT2, now);
	}
}

void tcp_arrives(struct tcp *c, struct tcp_segment *s)
{
	c->segs_in++;
	if (c->state == TCP_SYN_SENT) {
		tcp_syn_sent(c, s);
		return;
	}
	if (!acceptable(c, s))
		return;
	c->last_receive = s->now;
	if (c->rtx_kind != TCP_RTX_PROBE)
		c->probes = 0;
	if (c->state == TCP_SYN_RECEIVED) {
		if (s->ack != c->snd_nxt) {
			tcp_send_reset_for(s);
			return;
		}
		c->snd_una = s->ack;
		c->snd_wnd = c->max_wnd = s->window << c->snd_wscale;
		c->snd_wl1 = s->seq;
		tcp_begin_established(c, s->now);
	}
	if (!tcp_acknowledge(c, s))
		return;
	if (c->fin_sent && c->snd_una == c->write_seq + 1 && !fin_acknowledged(c, s->now))
		return;
	if ((s->length || s->flags & (TH_FIN | TH_URG)) && !take_payload(c, s))
		return;
	if (seq_before(c->snd_nxt, tcp_end_seq(c)) || c->ca_state >= TCP_CA_RECOVERY)
		tcp_push(c, s->now);
	answer(c, s->now);
	if (c->orphan && c->state == TCP_FIN_WAIT2)
		tcp_settle(c, s->now);
}
