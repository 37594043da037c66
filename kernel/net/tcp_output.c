/*
 * Sending: building segments from the send buffer, and deciding which may go: retransmissions first, then new data as far as both
 * windows, Nagle's rule (as Minshall has it) and the avoidance of silly windows let it. Under the connection's lock, task context.
 */
#include "net/tcp_internal.h"

#define OPT_SACK_HEAD(blocks) (1u << 24 | 1u << 16 | 5u << 8 | (2 + 8 * (blocks)))

/* ---- Routes and sizes ---- */

int tcp_find_route(struct tcp *c)
{
	int r;

	if (likely(route_valid(&c->route)))
		return 0;
	r = route_lookup(&c->node.remote, &c->node.local, c->node.device, &c->route);
	if (r == 0) {
		c->pmtu = c->route.mtu;
		tcp_set_mss(c);
	}
	return r;
}

void tcp_set_mss(struct tcp *c)
{
	u32 headers = TCP_HEADER + (ip_is_v4(&c->node.remote) ? IP4_HEADER : IP6_HEADER);
	u32 mtu = MIN(MAX(c->pmtu, headers + TCP_MSS_MIN), PACKET_MAX), mss = mtu - headers;

	if (c->mss_peer)
		mss = MIN(mss, c->mss_peer);
	if (c->mss_user)
		mss = MIN(mss, c->mss_user);
	c->mss = MAX(mss, TCP_MSS_MIN) - (c->ts_ok ? TCP_TS_BYTES : 0);
}

/* ---- The window that we offer ---- */

u32 tcp_offered_window(const struct tcp *c)
{
	u32 limit = MIN(c->rcv_limit, c->window_clamp), queued = seq_span(c->copied_seq, c->rcv_nxt);
	u32 free = seq_span(queued, limit);

	free = MIN(free, seq_span(c->rcv_true, c->rcv_buf));
	/* RFC 9293, 3.8.6.2.2: no window before it is worth a segment. */
	return free < MIN((u32)c->rcv_mss, limit / 2) ? 0 : free;
}

/* Choose the window for a segment that leaves now; what was offered is never taken back. The header's number. */
static u16 select_window(struct tcp *c)
{
	u32 left = tcp_window_left(c), fresh = MAX(tcp_offered_window(c), left);

	fresh = ALIGN_UP(fresh, 1u << c->rcv_wscale);
	fresh = MIN(fresh, 65535u << c->rcv_wscale);
	c->rcv_wnd = fresh;
	c->rcv_wup = c->rcv_nxt;
	return (u16)(fresh >> c->rcv_wscale);
}

/* ---- Segments ---- */

static u32 put_sack(const struct tcp *c, u8 *at, u32 room)
{
	const struct tcp_reassembly *r = c->reassembly;
	struct tcp_run blocks[4];
	u32 count = 0, most = MIN((room - 4) / 8, 4u);

	if (c->dsack_due)
		blocks[count++] = c->dsack;
	/* RFC 2018, 4: the stretch that grew last comes first. */
	for (unsigned i = 0; r && i < r->count && count < most; i++)
		if (!seq_before(r->recent, r->runs[i].start) && seq_before(r->recent, r->runs[i].end))
			blocks[count++] = r->runs[i];
	for (unsigned i = r ? r->count : 0; i-- > 0 && count < most;)
		if (seq_before(r->recent, r->runs[i].start) || !seq_before(r->recent, r->runs[i].end))
			blocks[count++] = r->runs[i];
	store_be32(at, OPT_SACK_HEAD(count));
	for (u32 i = 0; i < count; i++) {
		store_be32(at + 4 + 8 * i, blocks[i].start);
		store_be32(at + 8 + 8 * i, blocks[i].end);
	}
	return 4 + 8 * count;
}

static u32 put_options(struct tcp *c, u8 *at, u64 now)
{
	u32 n = 0;

	if (c->ts_ok)
		n = tcp_put_ts(at, tcp_ts_now(now, c->ts_offset), c->ts_recent);
	if (c->sack_ok && (c->reassembly || c->dsack_due))
		n += put_sack(c, at + n, 40 - n);
	return n;
}

static u8 *put_header(u8 *h, u16 from, u16 to, u32 seq, u32 ack, u32 option_bytes, u8 flags, u16 window)
{
	store_be16(h, from);
	store_be16(h + 2, to);
	store_be32(h + 4, seq);
	store_be32(h + 8, flags & TH_ACK ? ack : 0);
	h[12] = (u8)((TCP_HEADER + option_bytes) / 4 << 4);
	h[13] = flags;
	store_be16(h + 14, window);
	store_be32(h + 16, 0);		/* checksum, urgent pointer */
	return h;
}

/* Addresses and the checksum's half that the sender computes: the packet is whole. */
static void finish(struct packet *p, u8 *h, const struct ip_address *source, const struct ip_address *destination, u8 ttl, u8 tos)
{
	u16 sum = checksum_fold(checksum_pseudo(source, destination, IPPROTO_TCP, p->length));

	memcpy(h + 16, &sum, sizeof(sum));
	packet_mark_transport(p);
	p->checksum = CHECKSUM_PARTIAL;
	p->checksum_start = p->transport_header;
	p->checksum_offset = 16;
	p->ip = (struct ip_packet){
		.source = *source, .destination = *destination, .protocol = IPPROTO_TCP, .ttl = ttl, .tos = tos,
		.dont_fragment = true,
	};
}

/* What the network layer said about a segment: loss is for the timers to repair, but the user may want to know why. */
static void note_result(struct tcp *c, int r) REQUIRES(c->lock)
{
	if (r == -EMSGSIZE && c->route.mtu < c->pmtu) {
		c->pmtu = c->route.mtu;
		tcp_set_mss(c);
	} else if (r == -EHOSTUNREACH || r == -ENETUNREACH || r == -ENETDOWN) {
		c->soft_error = -r;
	}
}

static void acknowledgement_left(struct tcp *c)
{
	c->ack_pending = c->ack_now = c->dsack_due = false;
	c->deadline_ack = TIME_NEVER;
}

/* Hand a whole segment down; what became of it only the timers need to know. */
static void emit(struct tcp *c, struct packet *p, u8 *h) REQUIRES(c->lock)
{
	int r = tcp_find_route(c);

	finish(p, h, &c->node.local, &c->node.remote, (u8)c->settings[TCP_SET_TTL], (u8)c->settings[TCP_SET_TOS]);
	c->segs_out++;
	tcp_count(SNMP_TcpOutSegs);
	if (r != 0)
		packet_free(p);
	else
		r = ip_send(p, &c->route, false);
	if (unlikely(r != 0))
		note_result(c, r);
}

/* One segment, or a chain of them, with [seq, seq + *n) of the buffer; *n becomes what went. False: memory is out. */
static bool transmit(struct tcp *c, u32 seq, u32 *n, u8 flags, u64 now) REQUIRES(c->lock)
{
	u8 options[40];
	u32 bytes = put_options(c, options, now), sent, segment = c->mss;
	struct packet *p = packet_alloc(TCP_HEADER + bytes + (*n <= TCP_SMALL ? *n : 0));
	u8 *h;

	if (!p)
		return false;
	h = packet_put(p, TCP_HEADER + bytes);
	memcpy(h + TCP_HEADER, options, bytes);
	sent = tcp_buffer_attach(c, p, seq, *n);
	if (sent < *n)
		flags &= (u8)~(TH_FIN | TH_PSH);
	*n = sent;
	put_header(h, c->node.local_port, c->node.remote_port, seq, c->rcv_nxt, bytes, flags, select_window(c));
	if (seq_after(c->snd_up, c->snd_una) && seq_after(c->snd_up, seq)) {
		h[13] |= TH_URG;
		store_be16(h + 18, (u16)MIN(c->snd_up - seq, 65535u));
	}
	if (bytes > TCP_TS_BYTES)	/* SACK blocks take room from the payload of each */
		segment -= MIN(bytes - (c->ts_ok ? TCP_TS_BYTES : 0), segment / 2);
	if (sent > segment) {
		p->segmentation = ip_is_v4(&c->node.remote) ? SEGMENT_TCP4 : SEGMENT_TCP6;
		p->segment_size = (u16)segment;
	}
	if (sent) {
		c->data_segs_out++;
		c->bytes_sent += sent;
		c->last_send = now;
		if (now - c->last_data < TCP_DELACK)
			c->interactive = true;
	}
	acknowledgement_left(c);
	emit(c, p, h);
	return true;
}

void tcp_send_ack(struct tcp *c, u64 now)
{
	u32 none = 0;

	/* Out of memory: the peer sends again and asks once more. */
	(void)transmit(c, c->snd_nxt, &none, TH_ACK, now);
}

void tcp_send_probe(struct tcp *c, u64 now)
{
	u32 none = 0;

	(void)transmit(c, c->snd_una - 1, &none, TH_ACK, now);
}

void tcp_send_reset(struct tcp *c)
{
	struct packet *p = packet_alloc(TCP_HEADER);

	tcp_count(SNMP_TcpOutRsts);
	if (!p)
		return;
	emit(c, p, put_header(packet_put(p, TCP_HEADER), c->node.local_port, c->node.remote_port, c->snd_nxt, c->rcv_nxt, 0,
				    TH_RST | TH_ACK, 0));
}

void tcp_send_syn(struct tcp *c, u64 now)
{
	bool answer = c->state == TCP_SYN_RECEIVED;
	u8 options[40];
	u32 n = tcp_put_syn_options(options, c->advmss, !answer || c->ts_ok, tcp_ts_now(now, c->ts_offset), answer ? c->ts_recent : 0,
				    !answer || c->sack_ok, !answer || c->wscale_ok ? TCP_WSCALE : -1);
	struct packet *p = packet_alloc(TCP_HEADER + n);
	u8 *h;

	if (!p)
		return;
	h = packet_put(p, TCP_HEADER + n);
	memcpy(h + TCP_HEADER, options, n);
	put_header(h, c->node.local_port, c->node.remote_port, c->iss, c->rcv_nxt, n, TH_SYN | (answer ? TH_ACK : 0),
		   (u16)MIN(c->rcv_wnd, 65535u));
	c->last_send = now;
	emit(c, p, h);
}

/* ---- Segments without a connection ---- */

void tcp_send_reply(const struct tcp_reply *r)
{
	struct packet *p = packet_alloc(TCP_HEADER + r->option_bytes);
	struct route found, *route = r->route ? r->route : &found;
	u8 *h;

	if (!p)
		return;
	if ((!r->route || !route_valid(route)) && route_lookup(r->destination, r->source, r->device, route) != 0) {
		packet_free(p);
		return;
	}
	h = packet_put(p, TCP_HEADER + r->option_bytes);
	memcpy(h + TCP_HEADER, r->options, r->option_bytes);
	put_header(h, r->source_port, r->destination_port, r->seq, r->ack, r->option_bytes, r->flags, (u16)MIN(r->window, 65535u));
	finish(p, h, r->source, r->destination, r->ttl, r->tos);
	tcp_count(SNMP_TcpOutSegs);
	(void)ip_send(p, route, false);
}

void tcp_send_reset_for(const struct tcp_segment *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	bool acks = s->flags & TH_ACK;
	struct tcp_reply r = {
		.source = &ip->destination, .destination = &ip->source,
		.source_port = s->destination_port, .destination_port = s->source_port,
		.seq = acks ? s->ack : 0, .ack = s->end, .flags = acks ? TH_RST : TH_RST | TH_ACK,
	};

	if (s->flags & TH_RST || s->packet->broadcast || ip_is_multicast(&ip->destination))
		return;
	tcp_count(SNMP_TcpOutRsts);
	tcp_send_reply(&r);
}

/* ---- Which segments ---- */

/* The most that one chain carries. */
static u32 chain_limit(const struct tcp *c)
{
	if (seq_after(c->snd_up, c->snd_una))
		return c->mss;		/* the urgent pointer is of one segment */
	return c->mss > TCP_SEGMENT_BYTES ? c->mss : TCP_SEGMENT_BYTES - TCP_SEGMENT_BYTES % c->mss;
}

static void retransmitted(struct tcp *c, u32 n)
{
	c->rtt_start = 0;		/* Karn: an answer could be to either */
	c->total_retrans += (n + c->mss - 1) / c->mss;
	c->bytes_retrans += n;
	tcp_count(SNMP_TcpRetransSegs);
}

bool tcp_send_chunk(struct tcp *c, u32 seq, u32 *n, u64 now)
{
	u8 flags = TH_ACK;
	bool old = seq_before(seq, c->snd_nxt);

	*n = MIN(*n, seq_span(seq, c->write_seq));
	if (seq + *n == c->write_seq)
		flags |= *n ? TH_PSH : 0;
	if (seq + *n == c->write_seq && c->fin_queued && (c->fin_sent || !old))
		flags |= TH_FIN;
	if (!transmit(c, seq, n, flags, now))
		return false;
	if (old)
		retransmitted(c, *n);
	if (flags & TH_FIN && seq + *n == c->write_seq) {
		c->fin_sent = true;
		c->snd_nxt = seq_max(c->snd_nxt, c->write_seq + 1);
	}
	c->snd_nxt = seq_max(c->snd_nxt, seq + *n);
	return true;
}

/* Fill what is known to be lost, in order, as far as the window of congestion goes. The pipe afterwards. */
static u32 push_lost(struct tcp *c, u32 pipe, u64 now) REQUIRES(c->lock)
{
	u32 seq, n;

	while (tcp_next_hole(c, &seq, &n)) {
		u32 room = seq_span(pipe, c->snd_cwnd);

		n = MIN(n, chain_limit(c));
		if (room < MIN(n, c->mss) && pipe > 0)
			break;
		if (seq != c->snd_una && !seq_before(seq, c->snd_una + c->snd_wnd))
			break;
		if (n > c->mss)
			n = MAX(MIN(n, room) / c->mss, 1u) * c->mss;
		if (!tcp_send_chunk(c, seq, &n, now))
			break;
		c->high_rxt = seq + MAX(n, 1u);		/* 1: the FIN alone */
		c->prr_out += n;
		pipe += MAX(n, 1u);
		tcp_count(c->ca_state == TCP_CA_LOSS ? SNMP_TCPSlowStartRetrans : SNMP_TCPFastRetrans);
	}
	return pipe;
}

/* Does a segment that is not full have to wait for company? */
static bool hold_small(const struct tcp *c)
{
	if (c->fin_queued || seq_after(c->snd_up, c->snd_nxt))
		return false;
	if (c->cork || c->more)
		return true;
	return !c->nodelay && seq_after(c->snd_small, c->snd_una) && !seq_after(c->snd_small, c->snd_nxt);
}

/* How much of the next data may go: 0, none. `available` > 0. */
static u32 next_size(struct tcp *c, u32 available, u32 pipe)
{
	u32 n = MIN(available, seq_span(c->snd_nxt, c->snd_una + c->snd_wnd)), room = seq_span(pipe, c->snd_cwnd);

	n = MIN(n, chain_limit(c));
	if (room < MIN(n, c->mss) && pipe > 0) {
		c->cwnd_limited = true;
		return 0;
	}
	if (n >= c->mss) {
		n = MIN(n, MAX(room, c->mss));
		if (n < available || (n % c->mss && hold_small(c)))
			n -= n % c->mss;
		return n;
	}
	if (n < available)		/* the window cuts it: RFC 9293, 3.8.6.2.1 */
		return n >= c->max_wnd / 2 ? n : 0;
	return hold_small(c) ? 0 : n;
}

static void new_data_sent(struct tcp *c, u32 n, u64 now)
{
	if (n % c->mss)
		c->snd_small = c->snd_nxt;
	if (!c->rtt_start) {
		c->rtt_start = now;
		c->rtt_seq = c->snd_nxt;
	}
	c->prr_out += n;
	tcp_count(SNMP_TCPOrigDataSent);
}

static void push_new(struct tcp *c, u32 pipe, u64 now) REQUIRES(c->lock)
{
	while (seq_before(c->snd_nxt, tcp_end_seq(c))) {
		u32 available = seq_span(c->snd_nxt, c->write_seq), n = 0, before = c->snd_nxt;

		if (available > 0) {
			n = next_size(c, available, pipe);
			if (n == 0)
				break;
		} else if (!seq_before(c->snd_nxt, c->snd_una + MAX(c->snd_wnd, 1u))) {
			break;		/* the FIN takes room in the window as well */
		}
		if (!tcp_send_chunk(c, c->snd_nxt, &n, now))
			break;
		if (c->snd_nxt == before)
			break;
		new_data_sent(c, n, now);
		pipe += c->snd_nxt - before;
	}
}

void tcp_push(struct tcp *c, u64 now)
{
	u32 pipe;

	if (c->state == TCP_CLOSED || c->state == TCP_LISTEN || c->state == TCP_SYN_SENT || c->state == TCP_SYN_RECEIVED)
		return;
	/* RFC 5681, 4.1: after an idle time the path is not known any more. */
	if (c->snd_una == c->snd_nxt && c->snd_nxt != c->write_seq && now - c->last_send > c->rto)
		c->snd_cwnd = MIN(c->snd_cwnd, TCP_INIT_CWND * c->mss);
	pipe = tcp_pipe(c);
	if (c->ca_state >= TCP_CA_RECOVERY)
		pipe = push_lost(c, pipe, now);
	push_new(c, pipe, now);
	if (c->snd_nxt != c->snd_una) {
		if (c->rtx_kind != TCP_RTX_RETRANSMIT)
			tcp_timer_retransmit(c, now);
	} else if (seq_before(c->snd_nxt, tcp_end_seq(c)) && c->rtx_kind != TCP_RTX_PROBE) {
		c->rtx_kind = TCP_RTX_PROBE;	/* a closed window, a cork, memory out: look again */
		c->deadline_rtx = now + tcp_rto_backed_off(c);
		tcp_timer_update(c);
	}
}
