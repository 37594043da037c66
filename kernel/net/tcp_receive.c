/*
 * The receive queues: packets in order for the reader, and the reassembly queue of what came too early. Under the connection's lock.
 * A reader copies from queued packets without the lock (its own mutex keeps other readers off), so a packet in rcv_queue is only
 * removed by the reader, and otherwise only grows behind what it already held.
 */
#include "net/tcp_internal.h"

#define SMALL_SEGMENT 256u	/* such segments are gathered, or each would hold a packet */
#define GATHER_ROOM   1400u

u32 tcp_true_size(const struct packet *p)
{
	u32 size = (u32)sizeof(*p) + (p->room_page ? (u32)PAGE_SIZE : (u32)(p->room_end - p->room));

	for (unsigned i = 0; i < p->fragment_count; i++)
		size += MAX(p->fragments[i].length, (u32)PAGE_SIZE / 2);
	return size;
}

static void drop_reassembly(struct tcp *c)
{
	struct tcp_reassembly *r = c->reassembly;

	if (!r)
		return;
	while (!list_empty(&r->packets)) {
		struct packet *p = list_first(&r->packets, struct packet, link);

		list_del(&p->link);
		c->rcv_true -= *tcp_packet_true(p);
		packet_free(p);
	}
	kfree(r);
	c->reassembly = NULL;
}

void tcp_free_receive(struct tcp *c)
{
	drop_reassembly(c);
	packet_free_list(&c->rcv_queue);
	c->rcv_true = 0;
}

/* May this much more be held? In-order data gets twice the limit, since it frees the most; the common limit holds for all. */
static bool room_for(struct tcp *c, u32 true_size, bool in_order)
{
	u32 limit = in_order ? 2 * c->rcv_buf : c->rcv_buf;

	if (c->rcv_true + true_size > limit && c->reassembly && in_order) {
		drop_reassembly(c);	/* the peer still has it: RFC 2018 lets us forget */
		tcp_count(SNMP_OfoPruned);
	}
	if (c->rcv_true + true_size > limit && !(in_order && list_empty(&c->rcv_queue)))
		return false;
	return tcp_charge(c, c->rcv_true + true_size + tcp_buffer_used(c));
}

/* Put a small segment's bytes behind the last packet's, or begin a packet that gathers them. True: p is used up. */
static bool gather(struct tcp *c, struct packet *p)
{
	struct packet *tail, *wide;

	if (p->length > SMALL_SEGMENT || list_empty(&c->rcv_queue))
		return false;
	tail = list_last(&c->rcv_queue, struct packet, link);
	if (tail->fragment_count == 0 && packet_tailroom(tail) >= p->length) {
		packet_copy_out(p, 0, packet_put(tail, p->length), p->length);
		packet_free(p);
		tcp_count(SNMP_TCPRcvCoalesce);
		return true;
	}
	wide = packet_alloc(GATHER_ROOM);
	if (!wide)
		return false;
	packet_copy_out(p, 0, packet_put(wide, p->length), p->length);
	*tcp_packet_seq(wide) = *tcp_packet_seq(p);
	*tcp_packet_true(wide) = tcp_true_size(wide);
	c->rcv_true += *tcp_packet_true(wide);
	list_add_tail(&c->rcv_queue, &wide->link);
	packet_free(p);
	return true;
}

/* p's first byte is rcv_nxt; takes it. */
static void append(struct tcp *c, struct packet *p)
{
	u32 n = p->length;

	*tcp_packet_seq(p) = c->rcv_nxt;
	if (!gather(c, p)) {
		*tcp_packet_true(p) = tcp_true_size(p);
		c->rcv_true += *tcp_packet_true(p);
		list_add_tail(&c->rcv_queue, &p->link);
	}
	c->bytes_received += n;
	WRITE_ONCE(c->rcv_nxt, c->rcv_nxt + n);
}

/* Move what became in-order from the reassembly queue. */
static void reassemble(struct tcp *c)
{
	struct tcp_reassembly *r = c->reassembly;
	unsigned gone = 0;

	while (!list_empty(&r->packets)) {
		struct packet *p = list_first(&r->packets, struct packet, link);
		u32 seq = *tcp_packet_seq(p), old = seq_span(seq, c->rcv_nxt);

		if (seq_after(seq, c->rcv_nxt))
			break;
		list_del(&p->link);
		c->rcv_true -= *tcp_packet_true(p);
		if (old >= p->length) {
			packet_free(p);
			continue;
		}
		packet_pull(p, old);
		append(c, p);
	}
	if (list_empty(&r->packets)) {
		kfree(r);
		c->reassembly = NULL;
		return;
	}
	while (!seq_after(r->runs[gone].end, c->rcv_nxt))
		gone++;
	r->count -= gone;
	memmove(r->runs, r->runs + gone, r->count * sizeof(r->runs[0]));
	memmove(r->last, r->last + gone, r->count * sizeof(r->last[0]));
}

static struct tcp_reassembly *reassembly(struct tcp *c)
{
	if (!c->reassembly) {
		c->reassembly = kmalloc(sizeof(*c->reassembly));
		if (c->reassembly) {
			c->reassembly->count = 0;
			list_init(&c->reassembly->packets);
		}
	}
	return c->reassembly;
}

static void report_duplicate(struct tcp *c, u32 start, u32 end)
{
	if (!c->sack_ok || c->dsack_due)
		return;
	c->dsack = (struct tcp_run){ start, end };
	c->dsack_due = true;
	tcp_count(SNMP_TCPDSACKOldSent);
}

/* Make room in the arrays for a stretch of its own at index i. */
static bool open_run(struct tcp_reassembly *r, unsigned i)
{
	if (r->count == TCP_RUNS)
		return false;
	memmove(r->runs + i + 1, r->runs + i, (r->count - i) * sizeof(r->runs[0]));
	memmove(r->last + i + 1, r->last + i, (r->count - i) * sizeof(r->last[0]));
	r->count++;
	return true;
}

/* Stretch i now touches i + 1: one of them. */
static void join_runs(struct tcp_reassembly *r, unsigned i)
{
	r->runs[i].end = r->runs[i + 1].end;
	r->last[i] = r->last[i + 1];
	r->count--;
	memmove(r->runs + i + 1, r->runs + i + 2, (r->count - i - 1) * sizeof(r->runs[0]));
	memmove(r->last + i + 1, r->last + i + 2, (r->count - i - 1) * sizeof(r->last[0]));
}

/*
 * Put p ([seq, end), nothing of it held yet, in the gap before stretch i) into its place: behind stretch i - 1 if that ends at seq,
 * otherwise as a stretch of its own. False: too many stretches.
 */
static bool place(struct tcp_reassembly *r, unsigned i, struct packet *p, u32 seq, u32 end)
{
	bool behind = i > 0 && r->runs[i - 1].end == seq, before = i < r->count && r->runs[i].start == end;

	if (!behind && before) {
		struct list *next = i > 0 ? r->last[i - 1]->link.next : r->packets.next;

		r->runs[i].start = seq;
		list_insert_between(&p->link, next->prev, next);
		return true;
	}
	if (!behind) {
		if (!open_run(r, i))
			return false;
		list_insert_between(&p->link, i > 0 ? &r->last[i - 1]->link : &r->packets,
				    i > 0 ? r->last[i - 1]->link.next : r->packets.next);
		r->runs[i] = (struct tcp_run){ seq, end };
		r->last[i] = p;
		return true;
	}
	list_insert_between(&p->link, &r->last[i - 1]->link, r->last[i - 1]->link.next);
	r->runs[i - 1].end = end;
	r->last[i - 1] = p;
	if (before)
		join_runs(r, i - 1);
	return true;
}

/* p begins behind rcv_nxt; takes it. What is held already stays as it came first: a liar cannot change it. */
static void queue_early(struct tcp *c, struct packet *p, u32 seq)
{
	struct tcp_reassembly *r = reassembly(c);
	u32 end = seq + p->length, true_size = tcp_true_size(p);
	unsigned i = 0;

	if (!r || !room_for(c, true_size, false))
		goto drop;
	/* The first stretch that ends behind seq; most packets belong to the last one, or behind it. */
	i = r->count;
	while (i > 0 && seq_after(r->runs[i - 1].end, seq))
		i--;
	if (i < r->count && !seq_after(r->runs[i].start, seq)) {
		u32 known = r->runs[i].end - seq;

		report_duplicate(c, seq, seq_min(end, r->runs[i].end));
		if (known >= p->length)
			goto drop;
		packet_pull(p, known);
		seq += known;
		i++;
	}
	if (i < r->count && seq_after(end, r->runs[i].start)) {
		end = r->runs[i].start;
		packet_trim(p, end - seq);
	}
	if (seq == end)
		goto drop;
	*tcp_packet_seq(p) = seq;
	*tcp_packet_true(p) = true_size;
	if (!place(r, i, p, seq, end))
		goto drop;
	c->rcv_true += true_size;
	r->recent = seq;
	tcp_count(SNMP_TCPOFOQueue);
	return;
drop:
	packet_free(p);
	tcp_count(SNMP_TCPOFODrop);
	if (r && r->count == 0)
		drop_reassembly(c);
}

/* Take the payload of an acceptable segment; ack_pending, ack_now say what is owed for it. */
void tcp_queue_data(struct tcp *c, struct tcp_segment *s)
{
	struct packet *p = s->packet;
	u32 old = seq_span(s->seq, c->rcv_nxt), right = c->rcv_nxt + tcp_window_left(c);

	s->packet = NULL;
	if (old > 0)
		report_duplicate(c, s->seq, seq_min(s->seq + s->length, c->rcv_nxt));
	if (old >= s->length || !seq_before(seq_max(s->seq, c->rcv_nxt), right)) {
		if (old < s->length)
			tcp_count(SNMP_TCPZeroWindowDrop);
		packet_free(p);
		c->ack_now = true;
		return;
	}
	packet_pull(p, old);
	if (seq_after(s->seq + s->length, right)) {
		packet_trim(p, p->length - (s->seq + s->length - right));
		s->flags &= (u8)~TH_FIN;
	}
	if (seq_after(s->seq, c->rcv_nxt)) {
		queue_early(c, p, s->seq);
		c->ack_now = true;	/* RFC 5681, 4.2 */
		return;
	}
	if (!room_for(c, tcp_true_size(p), true)) {
		packet_free(p);
		tcp_count(SNMP_TCPRcvQDrop);
		c->ack_now = true;
		s->flags &= (u8)~TH_FIN;
		return;
	}
	append(c, p);
	if (c->reassembly) {
		reassemble(c);
		c->ack_now = true;	/* a hole was filled: RFC 5681, 4.2 */
	}
}

/*
 * How fast does the reader take bytes? When it took more in a round trip than half of what the window allows, the window is what
 * holds the peer back: it doubles (as Linux's dynamic right-sizing does).
 */
void tcp_tune_receive(struct tcp *c, u64 now)
{
	u32 taken = c->copied_seq - c->tune_seq, want;

	if (now - c->tune_time < (u64)MAX(c->srtt, 100u) * NS_PER_USEC)
		return;
	want = MIN(2 * taken, (u32)TCP_RCVBUF_MAX / 2);
	if (want > c->rcv_limit && !c->rcv_locked && (u64)atomic_read(&tcp_memory) < tcp_limits.memory / 2) {
		c->rcv_limit = want;
		c->rcv_buf = 2 * want;
	}
	c->tune_seq = c->copied_seq;
	c->tune_time = now;
}
