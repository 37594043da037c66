/*
 * Acknowledgements: what they free, what they say of round trips, windows and losses, and how the window of congestion answers (RFC
 * 5681, 6298, 6582, 6675, 6937). Under the connection's lock.
 */
#include "net/tcp_internal.h"

#define DUP_THRESHOLD 3u

/* ---- Round trips (RFC 6298) ---- */

void tcp_rtt_sample(struct tcp *c, u32 us)
{
	us = MAX(us, 1u);
	if (!c->min_rtt || us < c->min_rtt)
		c->min_rtt = us;
	if (!c->srtt) {
		c->srtt = us;
		c->rttvar = us / 2;
	} else {
		u32 off = us > c->srtt ? us - c->srtt : c->srtt - us;

		c->rttvar = c->rttvar - c->rttvar / 4 + off / 4;
		c->srtt = c->srtt - c->srtt / 8 + us / 8;
		c->srtt = MAX(c->srtt, 1u);
	}
	c->rto = MIN(c->srtt * NS_PER_USEC + MAX(4ull * c->rttvar * NS_PER_USEC, TCP_RTO_MIN), TCP_RTO_MAX);
}

static void measure(struct tcp *c, const struct tcp_segment *s)
{
	if (c->rtt_start) {
		if (seq_before(s->ack, c->rtt_seq))
			return;
		tcp_rtt_sample(c, (u32)MIN((s->now - c->rtt_start) / NS_PER_USEC, (u64)UINT32_MAX / 8));
		c->rtt_start = 0;
	} else if (c->ts_ok && s->has_ts && s->ts_echo) {
		u32 ms = tcp_ts_now(s->now, c->ts_offset) - s->ts_echo;	/* RFC 7323, 4: right for retransmissions too */

		if (ms < TCP_RTO_MAX / NS_PER_MSEC)
			tcp_rtt_sample(c, ms * 1000);
	}
}

/* ---- The window of congestion ---- */

static void grow(struct tcp *c, u32 acked, u32 flight, u64 now)
{
	bool slow = c->snd_cwnd < c->ssthresh;

	/* RFC 7661's point: a window that is not used says nothing about the path. */
	if (!c->cwnd_limited && !(slow && c->snd_cwnd < 2 * flight))
		return;
	if (slow) {
		u32 step = MIN(acked, c->ssthresh - c->snd_cwnd);

		c->snd_cwnd += step;
		acked -= step;
	}
	if (acked && c->snd_cwnd >= c->ssthresh)
		c->cc->avoid(c, acked, now);
	c->snd_cwnd = MIN(c->snd_cwnd, 1u << 30);
}

static void enter_recovery(struct tcp *c)
{
	c->ssthresh = c->cc->ssthresh(c);
	c->recover = c->snd_nxt;
	c->recover_flight = MAX(c->snd_nxt - c->snd_una, 1u);
	c->prr_delivered = c->prr_out = 0;
	c->high_rxt = c->snd_una;
	c->lost_edge = seq_max(c->lost_edge, c->snd_una + c->mss);
	c->ca_state = TCP_CA_RECOVERY;
	tcp_count(c->sack_ok ? SNMP_TCPSackRecovery : SNMP_TCPRenoRecovery);
}

void tcp_enter_loss(struct tcp *c)
{
	if (c->ca_state != TCP_CA_LOSS || !seq_before(c->snd_una, c->recover)) {
		c->ssthresh = c->cc->ssthresh(c);
		c->recover = c->snd_nxt;
	}
	/* RFC 2018, 8: a peer that SACKed what now heads the queue has forgotten it. */
	if (c->scoreboard && c->scoreboard->runs[0].start == c->snd_una)
		tcp_sack_clear(c);
	c->ca_state = TCP_CA_LOSS;
	c->dupacks = 0;
	c->snd_cwnd = c->mss;
	c->high_rxt = c->snd_una;
	c->lost_edge = c->snd_nxt;
	c->rtt_start = 0;
}

static void open_again(struct tcp *c)
{
	if (c->ca_state == TCP_CA_RECOVERY)
		c->snd_cwnd = MAX(c->ssthresh, c->mss);
	c->ca_state = c->scoreboard ? TCP_CA_DISORDER : TCP_CA_OPEN;
	c->dupacks = 0;
	c->lost_edge = c->snd_una;
}

/* RFC 6937: send in proportion to what arrives, so that the window comes down smoothly to ssthresh. */
static void reduce(struct tcp *c, u32 delivered)
{
	u32 pipe = tcp_pipe(c), send;

	c->prr_delivered += delivered;
	if (pipe > c->ssthresh) {
		u64 share = ((u64)c->prr_delivered * c->ssthresh + c->recover_flight - 1) / c->recover_flight;

		send = share > c->prr_out ? (u32)share - c->prr_out : 0;
	} else {
		u32 limit = MAX(seq_span(c->prr_out, c->prr_delivered), delivered) + c->mss;

		send = MIN(c->ssthresh - pipe, limit);
	}
	if (c->prr_out == 0)
		send = MAX(send, c->mss);	/* the first retransmission goes at once */
	c->snd_cwnd = pipe + send;
}

/* An acknowledgement outside of recovery: is something lost? */
static void watch(struct tcp *c, u32 acked, u32 fresh, bool duplicate)
{
	if (acked) {
		c->dupacks = 0;
		c->lost_edge = c->snd_una;
	}
	if (duplicate)
		c->dupacks = (u8)MIN(c->dupacks + 1u, 255u);
	if (fresh || c->scoreboard)
		tcp_sack_find_lost(c);
	if (c->dupacks >= DUP_THRESHOLD || seq_after(c->lost_edge, c->snd_una))
		enter_recovery(c);
	else
		c->ca_state = c->dupacks || c->scoreboard ? TCP_CA_DISORDER : TCP_CA_OPEN;
}

/* An acknowledgement in recovery that does not end it. */
static void go_on(struct tcp *c, u32 acked, bool duplicate)
{
	if (!c->sack_ok) {
		u32 segments = acked / c->mss;

		c->dupacks = (u8)(c->dupacks > segments ? c->dupacks - segments : 0);
	}
	if (duplicate)
		c->dupacks = (u8)MIN(c->dupacks + 1u, 255u);
	/* RFC 6582, 3.2: an acknowledgement of a part means that what follows it is lost as well. */
	if (acked)
		c->lost_edge = seq_max(c->lost_edge, c->snd_una + MIN(c->mss, c->snd_nxt - c->snd_una));
	tcp_sack_find_lost(c);
}

static void control(struct tcp *c, u32 acked, u32 fresh, u32 flight, bool duplicate, u64 now)
{
	if (c->ca_state >= TCP_CA_RECOVERY && !seq_before(c->snd_una, c->recover))
		open_again(c);
	else if (c->ca_state == TCP_CA_RECOVERY)
		go_on(c, acked, duplicate);
	else if (c->ca_state != TCP_CA_LOSS)
		watch(c, acked, fresh, duplicate);
	if (c->ca_state == TCP_CA_RECOVERY)
		reduce(c, acked + fresh + (duplicate && !c->sack_ok ? c->mss : 0));
	else if (acked)
		grow(c, acked, flight, now);
}

/* ---- The acknowledgement itself ---- */

/* RFC 9293, 3.10.7.4: is it newer than what the window was last read from? */
static bool update_window(struct tcp *c, const struct tcp_segment *s)
{
	u32 window = s->window << c->snd_wscale;

	if (!seq_after(s->ack, c->snd_una) && !seq_after(s->seq, c->snd_wl1) && !(s->seq == c->snd_wl1 && window > c->snd_wnd))
		return false;
	c->snd_wl1 = s->seq;
	if (window == c->snd_wnd)
		return false;
	c->snd_wnd = window;
	c->max_wnd = MAX(c->max_wnd, window);
	return true;
}

static void make_room(struct tcp *c)
{
	if (!c->snd_locked && c->snd_buf < 2 * c->snd_cwnd && c->snd_buf < TCP_SNDBUF_MAX)
		WRITE_ONCE(c->snd_buf, MIN(2 * c->snd_cwnd, (u32)TCP_SNDBUF_MAX));
	(void)tcp_charge(c, c->rcv_true + tcp_buffer_used(c));
	smp_mb();		/* the room first, then whether somebody wants it: tcp_poll has it the other way round */
	if (READ_ONCE(c->no_space) && tcp_poll(c) & POLLOUT) {
		WRITE_ONCE(c->no_space, false);
		tcp_wake(c, POLLOUT | POLLWRNORM);
	}
}

static void advance(struct tcp *c, const struct tcp_segment *s)
{
	u32 data = seq_min(s->ack, c->write_seq);

	c->bytes_acked += data - c->snd_una;
	c->delivered++;
	WRITE_ONCE(c->snd_una, s->ack);
	tcp_buffer_drop(c, data);
	tcp_sack_advance(c);
	c->high_rxt = seq_max(c->high_rxt, c->snd_una);
	measure(c, s);
	c->retransmits = c->probes = c->backoff = 0;
	c->first_rtx = 0;
	c->soft_error = 0;
	make_room(c);
}

/* An acknowledgement without progress: the answer to a probe, or news of the window. */
static void no_progress(struct tcp *c, bool window_changed, u64 now) REQUIRES(c->lock)
{
	if (c->rtx_kind != TCP_RTX_PROBE)
		return;
	c->probes = 0;
	c->first_rtx = 0;
	if (window_changed && c->snd_wnd > 0) {
		c->backoff = 0;
		c->deadline_rtx = now + tcp_rto_backed_off(c);
		tcp_timer_update(c);
	}
}

bool tcp_acknowledge(struct tcp *c, const struct tcp_segment *s)
{
	u32 flight = c->snd_nxt - c->snd_una, acked, fresh = 0;
	bool window_changed, dsack = false, duplicate;

	/* RFC 5961, 5.2 */
	if (seq_after(s->ack, c->snd_nxt)) {
		tcp_send_ack(c, s->now);
		return false;
	}
	if (seq_before(s->ack, c->snd_una - MAX(c->max_wnd, 65535u))) {
		tcp_challenge(c, s->now);
		return false;
	}
	window_changed = update_window(c, s);
	if (seq_before(s->ack, c->snd_una)) {
		acked = 0;
	} else {
		acked = s->ack - c->snd_una;
		if (acked)
			advance(c, s);
	}
	if (s->sack_count && c->sack_ok)
		fresh = tcp_sack_update(c, s, &dsack);
	duplicate = !acked && s->ack == c->snd_una && s->length == 0 && !window_changed && !(s->flags & (TH_SYN | TH_FIN)) &&
		    c->snd_nxt != c->snd_una && (!c->sack_ok || fresh) && !dsack;
	if (likely(flight))
		control(c, acked, fresh, flight, duplicate, s->now);
	if (acked)
		tcp_timer_retransmit(c, s->now);
	else
		no_progress(c, window_changed, s->now);
	return true;
}
