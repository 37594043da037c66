/*
 * Reading for the socket layer: ranges of the queued packets are found under the lock and copied without it; the packets stay in the
 * queue until tcp_consume. The caller's mutex keeps other readers off.
 */
#include "net/tcp_internal.h"

#include "fs/uio.h"

#define RANGES 8u

/* Bytes that may be read before the urgent mark; at the mark itself the byte is passed over, unless it is read inline. */
static u32 until_mark(struct tcp *c, u32 n)
{
	u32 at = c->urgent_seq - c->copied_seq;

	if (c->urgent == TCP_URGENT_NONE || at >= n)
		return n;
	return at;
}

static void pass_mark(struct tcp *c) REQUIRES(c->lock)
{
	if (c->urgent == TCP_URGENT_NONE || c->urgent == TCP_URGENT_NOT_YET || c->urgent_seq != c->copied_seq)
		return;
	if (!c->settings[TCP_SET_OOBINLINE])
		WRITE_ONCE(c->copied_seq, c->copied_seq + 1);
	WRITE_ONCE(c->urgent, TCP_URGENT_NONE);
}

/* Packets that are read to their end go to `done`. */
static void drop_read(struct tcp *c, struct list *done) REQUIRES(c->lock)
{
	while (!list_empty(&c->rcv_queue)) {
		struct packet *p = list_first(&c->rcv_queue, struct packet, link);

		if (seq_after(*tcp_packet_seq(p) + p->length, c->copied_seq))
			return;
		c->rcv_true -= *tcp_packet_true(p);
		list_move_tail(done, &p->link);
	}
}

unsigned tcp_ranges(struct tcp *c, u32 skip, struct tcp_range *ranges, unsigned count)
{
	unsigned used = 0;
	struct packet *p;
	u32 left, seq;

	spin_lock(&c->lock);
	pass_mark(c);
	left = until_mark(c, tcp_queued(c));
	skip = MIN(skip, left);
	left -= skip;
	seq = c->copied_seq + skip;
	list_for_each(p, &c->rcv_queue, link) {
		u32 from = seq - *tcp_packet_seq(p), n;

		if (left == 0 || used == count)
			break;
		if (from >= p->length)
			continue;
		n = MIN(p->length - from, left);
		ranges[used++] = (struct tcp_range){ p, from, n };
		left -= n;
		seq += n;
	}
	spin_unlock(&c->lock);
	return used;
}

/* The reader made room: tell the peer when the window at least doubles, or opens (as Linux). */
static void window_update(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	u32 left = tcp_window_left(c), fresh;

	if (c->shutdown & TCP_SHUT_RECEIVE || 2 * left > MIN(c->rcv_limit, c->window_clamp))
		return;
	fresh = tcp_offered_window(c);
	if (fresh && fresh >= 2 * left && !c->ack_scheduled)
		tcp_send_ack(c, now);
}

void tcp_consume(struct tcp *c, u32 n)
{
	struct list done;

	list_init(&done);
	spin_lock(&c->lock);
	WRITE_ONCE(c->copied_seq, c->copied_seq + n);
	drop_read(c, &done);
	(void)tcp_charge(c, c->rcv_true + tcp_buffer_used(c));
	if (c->state != TCP_CLOSED) {
		u64 now = clock_now();

		tcp_tune_receive(c, now);
		window_update(c, now);
	}
	spin_unlock(&c->lock);
	packet_free_list(&done);
}

/*
 * Nothing to read: why? Bytes that came since the look, the peer's end perhaps right behind them, make it no end yet:
 *
 *	reader                                  another CPU
 *	tcp_ranges: nothing
 *	                                        the last bytes; FIN: shutdown
 *	here: shutdown
 */
static ssize_t nothing(struct tcp *c)
{
	ssize_t r = -EAGAIN;

	spin_lock(&c->lock);
	if (c->state != TCP_LISTEN && tcp_readable(c) > 0)
		goto out;
	if (c->error)
		r = -tcp_consume_error(c);
	else if (c->shutdown & TCP_SHUT_RECEIVE)
		r = 0;
	else if (c->state == TCP_CLOSED || c->state == TCP_LISTEN)
		r = -ENOTCONN;
out:
	spin_unlock(&c->lock);
	return r;
}

static ssize_t receive_urgent(struct tcp *c, struct uio *u, unsigned flags)
{
	ssize_t r;
	u8 byte;

	spin_lock(&c->lock);
	byte = c->urgent_byte;
	if (c->settings[TCP_SET_OOBINLINE] || c->urgent == TCP_URGENT_NONE || c->urgent == TCP_URGENT_READ)
		r = -EINVAL;
	else if (c->state == TCP_CLOSED)
		r = -ENOTCONN;
	else if (c->urgent == TCP_URGENT_NOT_YET)
		r = -EAGAIN;
	else
		r = 1;
	if (r == 1 && !(flags & TCP_MSG_PEEK))
		WRITE_ONCE(c->urgent, TCP_URGENT_READ);
	spin_unlock(&c->lock);
	if (r != 1 || flags & TCP_MSG_TRUNC || u->left == 0)
		return r == 1 && u->left == 0 ? 0 : r;
	return uio_read_in(u, &byte, 1) == 1 ? 1 : -EFAULT;
}

static u32 copy_range(const struct tcp_range *range, struct uio *u, unsigned flags)
{
	u32 n = (u32)MIN((u64)range->length, u->left);

	if (!(flags & TCP_MSG_TRUNC))
		return (u32)packet_to_uio(range->packet, range->from, u, n);
	u->left -= n;
	return n;
}

/* Copy the bytes behind `skip`, as many as one look finds: their number, and whether there may be more. */
static u32 copy_some(struct tcp *c, struct uio *u, u32 skip, unsigned flags, bool *more, bool *fault)
{
	struct tcp_range ranges[RANGES];
	unsigned count = tcp_ranges(c, skip, ranges, RANGES);
	u32 taken = 0;

	*fault = false;
	for (unsigned i = 0; i < count && u->left > 0 && !*fault; i++) {
		u32 want = (u32)MIN((u64)ranges[i].length, u->left), n = copy_range(&ranges[i], u, flags);

		taken += n;
		*fault = n < want;
	}
	*more = count == RANGES && !*fault;
	return taken;
}

ssize_t tcp_peek(struct tcp *c, struct uio *u, u32 skip, unsigned flags)
{
	bool more = true, fault = false;
	u32 total = 0;

	while (u->left > 0 && more)
		total += copy_some(c, u, skip + total, flags, &more, &fault);
	if (fault && total == 0)
		return -EFAULT;
	if (total == 0 && u->left > 0)
		return skip ? -EAGAIN : nothing(c);
	return total;
}

ssize_t tcp_receive(struct tcp *c, struct uio *u, unsigned flags)
{
	bool more = true, fault = false;
	ssize_t total = 0;

	if (flags & TCP_MSG_OOB)
		return receive_urgent(c, u, flags);
	while (u->left > 0 && more) {
		u32 taken = copy_some(c, u, 0, flags, &more, &fault);

		total += taken;
		if (taken)
			tcp_consume(c, taken);
	}
	if (fault && total == 0)
		return -EFAULT;
	if (total == 0 && u->left > 0)
		return nothing(c);
	net_run();
	return total;
}

/* The piece of a page that holds the range's first bytes; what lies in no page goes to a new one. Bytes, or -ENOMEM. */
static ssize_t range_page(const struct tcp_range *range, u32 most, struct page **page, u32 *offset)
{
	const struct packet *p = range->packet;
	u32 at = range->from, n = MIN(MIN(range->length, most), (u32)PAGE_SIZE);

	if (at < p->linear) {
		n = MIN(n, p->linear - at);
		*page = page_alloc(0, 0);
		if (!*page)
			return -ENOMEM;
		*offset = 0;
		memcpy(page_to_virt(*page), p->data + at, n);
		return n;
	}
	at -= p->linear;
	for (unsigned i = 0; i < p->fragment_count; at -= p->fragments[i++].length) {
		const struct fragment *f = &p->fragments[i];

		if (at >= f->length)
			continue;
		page_get(f->page);
		*page = f->page;
		*offset = f->offset + at;
		return MIN(n, f->length - at);
	}
	return -ENOMEM;
}

ssize_t tcp_receive_page(struct tcp *c, u32 most, struct page **page, u32 *offset)
{
	struct tcp_range range;
	ssize_t n;

	if (tcp_ranges(c, 0, &range, 1) == 0)
		return nothing(c);
	n = range_page(&range, most, page, offset);
	if (n > 0)
		tcp_consume(c, (u32)n);
	net_run();
	return n;
}

u32 tcp_readable(const struct tcp *c)
{
	const struct tcp_listener *q = READ_ONCE(c->listener);
	u32 n, at;

	if (c->state == TCP_LISTEN)
		return q ? READ_ONCE(q->accept_count) : 0;
	n = tcp_queued(c);
	at = c->urgent_seq - c->copied_seq;
	if (c->urgent == TCP_URGENT_VALID || c->urgent == TCP_URGENT_READ) {
		if (at > 0 && at < n)
			return at;
		if (at == 0 && n > 0 && !c->settings[TCP_SET_OOBINLINE])
			return n - 1;
	}
	return n;
}

bool tcp_at_mark(const struct tcp *c)
{
	return c->urgent != TCP_URGENT_NONE && c->urgent_seq == c->copied_seq;
}
