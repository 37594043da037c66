/*
 * Options: what sockets set and ask, TCP_INFO. Under the connection's lock; values are the kernel's copies.
 */
#include "net/tcp_internal.h"

#define CONGESTION_NAME 16u

static void apply(struct tcp *c, enum tcp_setting s, u32 value) REQUIRES(c->lock)
{
	switch (s) {
	case TCP_SET_KEEPALIVE:
		tcp_set_keepalive(c);
		break;
	case TCP_SET_SNDBUF:
		c->snd_buf = MIN(MAX(value, TCP_BUFFER_MIN), (u32)TCP_SNDBUF_MAX * 4);
		c->snd_locked = true;
		break;
	case TCP_SET_RCVBUF:
		c->rcv_buf = MIN(MAX(value, TCP_BUFFER_MIN), (u32)TCP_RCVBUF_MAX * 4);
		c->rcv_limit = c->rcv_buf / 2;
		c->rcv_locked = true;
		break;
	case TCP_SET_RCVLOWAT:
		WRITE_ONCE(c->rcv_lowat, MAX(value, 1u));
		break;
	default:
		break;
	}
}

void tcp_set(struct tcp *c, enum tcp_setting s, u32 value)
{
	spin_lock(&c->lock);
	WRITE_ONCE(c->settings[s], value);
	apply(c, s, value);
	spin_unlock(&c->lock);
}

u32 tcp_get(const struct tcp *c, enum tcp_setting s)
{
	switch (s) {
	case TCP_SET_SNDBUF:
		return READ_ONCE(c->snd_buf);
	case TCP_SET_RCVBUF:
		return READ_ONCE(c->rcv_buf);
	case TCP_SET_RCVLOWAT:
		return READ_ONCE(c->rcv_lowat);
	default:
		return READ_ONCE(c->settings[s]);
	}
}

void tcp_set_inode(struct tcp *c, u64 inode) { WRITE_ONCE(c->inode, inode); }
u64 tcp_inode(const struct tcp *c) { return READ_ONCE(c->inode); }

static int set_seconds(u32 *ms, int value, int most)
{
	if (value < 1 || value > most)
		return -EINVAL;
	*ms = (u32)value * 1000;
	return 0;
}

/* The number of SYN-ACKs that `seconds` take (TCP_DEFER_ACCEPT), as Linux rounds. */
static u32 seconds_to_retries(int seconds)
{
	u32 retries = 0;

	for (int sum = 0, step = 1; sum < seconds && retries < 12; step *= 2, retries++)
		sum += step;
	return retries;
}

static int set_number(struct tcp *c, int option, int value) REQUIRES(c->lock)
{
	switch (option) {
	case TCP_NODELAY:
		c->nodelay = value;
		return 0;
	case TCP_CORK:
		c->cork = value;
		return 0;
	case TCP_MAXSEG:
		if (value && (value < (int)TCP_MSS_MIN || value > 32767))
			return -EINVAL;
		c->mss_user = (u32)value;
		return 0;
	case TCP_KEEPIDLE:
		return set_seconds(&c->keep_idle, value, 32767);
	case TCP_KEEPINTVL:
		return set_seconds(&c->keep_interval, value, 32767);
	case TCP_KEEPCNT:
	case TCP_SYNCNT:
		if (value < 1 || value > 127)
			return -EINVAL;
		*(option == TCP_KEEPCNT ? &c->keep_count : &c->syn_retries) = (u8)value;
		return 0;
	case TCP_LINGER2:
		c->linger2 = value < 0 ? -1 : (u64)value * NS_PER_SEC > TCP_FIN_TIMEOUT ? 0 : value;
		return 0;
	case TCP_DEFER_ACCEPT:
		c->defer_accept = seconds_to_retries(value);
		return 0;
	case TCP_WINDOW_CLAMP:
		if (value == 0 && c->state != TCP_CLOSED)
			return -EINVAL;
		c->window_clamp = value ? MAX((u32)value, TCP_BUFFER_MIN / 2) : UINT32_MAX;
		return 0;
	case TCP_QUICKACK:
		c->quick_forced = value;
		c->interactive = !value;
		return 0;
	case TCP_USER_TIMEOUT:
		if (value < 0)
			return -EINVAL;
		c->user_timeout = (u32)value;
		return 0;
	case TCP_NOTSENT_LOWAT:
		WRITE_ONCE(c->notsent_lowat, value ? (u32)value : UINT32_MAX);
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static void after_set(struct tcp *c, int option, int value) REQUIRES(c->lock)
{
	u64 now = clock_now();

	if ((option == TCP_NODELAY && value) || (option == TCP_CORK && !value))
		tcp_push(c, now);
	else if (option == TCP_QUICKACK && value && c->ack_pending)
		tcp_send_ack(c, now);
	else if (option == TCP_KEEPIDLE && c->settings[TCP_SET_KEEPALIVE])
		tcp_set_keepalive(c);
}

static int set_congestion(struct tcp *c, const void *value, u32 size)
{
	char name[CONGESTION_NAME] = "";
	const struct tcp_congestion *cc;

	if (size < 1)
		return -EINVAL;
	memcpy(name, value, MIN(size, CONGESTION_NAME - 1));
	cc = tcp_congestion_find(name);
	if (!cc)
		return -ENOENT;
	spin_lock(&c->lock);
	c->cc = cc;
	cc->begin(c);
	spin_unlock(&c->lock);
	return 0;
}

int tcp_setsockopt(struct tcp *c, int option, const void *value, u32 size)
{
	int number, r;

	if (option == TCP_CONGESTION)
		return set_congestion(c, value, size);
	if (size < sizeof(number))
		return -EINVAL;
	memcpy(&number, value, sizeof(number));
	spin_lock(&c->lock);
	r = set_number(c, option, number);
	if (r == 0 && c->state != TCP_CLOSED && c->state != TCP_LISTEN)
		after_set(c, option, number);
	spin_unlock(&c->lock);
	net_run();
	return r;
}

static int retries_to_seconds(u32 retries)
{
	return retries ? (int)((1u << retries) - 1) : 0;
}

static int get_number(const struct tcp *c, int option, int *value)
{
	switch (option) {
	case TCP_NODELAY:	*value = c->nodelay; break;
	case TCP_CORK:		*value = c->cork; break;
	case TCP_MAXSEG:	*value = (int)(c->state == TCP_CLOSED || c->state == TCP_LISTEN ? c->mss_user ? c->mss_user : TCP_MSS_DEFAULT : c->mss); break;
	case TCP_KEEPIDLE:	*value = (int)(c->keep_idle / 1000); break;
	case TCP_KEEPINTVL:	*value = (int)(c->keep_interval / 1000); break;
	case TCP_KEEPCNT:	*value = c->keep_count; break;
	case TCP_SYNCNT:	*value = c->syn_retries ? c->syn_retries : (int)TCP_SYN_RETRIES; break;
	case TCP_LINGER2:	*value = c->linger2 ? c->linger2 : (int)(TCP_FIN_TIMEOUT / NS_PER_SEC); break;
	case TCP_DEFER_ACCEPT:	*value = retries_to_seconds(c->defer_accept); break;
	case TCP_WINDOW_CLAMP:	*value = c->window_clamp == UINT32_MAX ? 0 : (int)c->window_clamp; break;
	case TCP_QUICKACK:	*value = !c->interactive; break;
	case TCP_USER_TIMEOUT:	*value = (int)c->user_timeout; break;
	case TCP_NOTSENT_LOWAT:	*value = c->notsent_lowat == UINT32_MAX ? -1 : (int)c->notsent_lowat; break;
	default:
		return -ENOPROTOOPT;
	}
	return 0;
}

int tcp_getsockopt(const struct tcp *c, int option, void *value, u32 *size)
{
	int number, r;

	if (option == TCP_INFO) {
		struct tcp_info info;

		tcp_get_info(c, &info);
		*size = MIN(*size, (u32)sizeof(info));
		memcpy(value, &info, *size);
		return 0;
	}
	if (option == TCP_CONGESTION) {
		char name[CONGESTION_NAME] = "";

		memcpy(name, c->cc->name, strlen(c->cc->name));
		*size = MIN(*size, CONGESTION_NAME);
		memcpy(value, name, *size);
		return 0;
	}
	r = get_number(c, option, &number);
	if (r != 0)
		return r;
	*size = MIN(*size, (u32)sizeof(number));
	memcpy(value, &number, *size);
	return 0;
}

static u32 ms_ago(u64 at, u64 now) { return at && now > at ? (u32)((now - at) / NS_PER_MSEC) : 0; }
static u32 segments(const struct tcp *c, u32 bytes) { return (bytes + c->mss - 1) / c->mss; }

/* A snapshot without the lock: numbers of the same moment or the next. */
void tcp_get_info(const struct tcp *c, struct tcp_info *i)
{
	u64 now = clock_now();

	memset(i, 0, sizeof(*i));
	i->state = c->state;
	if (c->state == TCP_LISTEN) {
		i->unacked = tcp_readable(c);
		i->sacked = tcp_unacked(c);
		return;
	}
	i->ca_state = c->ca_state;
	i->retransmits = c->retransmits;
	i->probes = c->probes;
	i->backoff = c->backoff;
	i->options = (u8)(c->ts_ok | c->sack_ok << 1 | c->wscale_ok << 2);
	i->wscale = (u8)(c->snd_wscale | c->rcv_wscale << 4);
	i->rto = (u32)(tcp_rto_backed_off(c) / NS_PER_USEC);
	i->ato = TCP_DELACK / NS_PER_USEC;
	i->snd_mss = c->mss;
	i->rcv_mss = c->rcv_mss;
	i->unacked = segments(c, c->snd_nxt - c->snd_una);
	i->retrans = segments(c, seq_span(c->snd_una, c->high_rxt));
	i->last_data_sent = ms_ago(c->last_send, now);
	i->last_data_recv = ms_ago(c->last_data, now);
	i->last_ack_recv = ms_ago(c->last_receive, now);
	i->pmtu = c->pmtu;
	i->rcv_ssthresh = c->rcv_limit;
	i->rtt = c->srtt;
	i->rttvar = c->rttvar;
	i->snd_ssthresh = segments(c, c->ssthresh);
	i->snd_cwnd = segments(c, c->snd_cwnd);
	i->advmss = c->advmss;
	i->reordering = 3;
	i->rcv_space = c->rcv_limit;
	i->total_retrans = c->total_retrans;
	i->bytes_acked = c->bytes_acked;
	i->bytes_received = c->bytes_received;
	i->segs_out = c->segs_out;
	i->segs_in = c->segs_in;
	i->notsent_bytes = tcp_unsent(c);
	i->min_rtt = c->min_rtt;
	i->data_segs_in = c->data_segs_in;
	i->data_segs_out = c->data_segs_out;
	i->delivered = c->delivered;
	i->bytes_sent = c->bytes_sent;
	i->bytes_retrans = c->bytes_retrans;
	i->snd_wnd = c->snd_wnd;
}
