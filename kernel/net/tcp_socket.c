/*
 * The calls of the socket layer on connections: names, sending, receiving, shutting down, closing, events. tcp.h says what each
 * promises. Bytes are copied with no spinlock held: the sender's page is prepared under the lock, filled without it, and appended
 * under it again; the reader's packets stay in the queue until tcp_consume.
 */
#include "net/tcp_internal.h"

#include "fs/uio.h"
#include "mm/frame.h"

#define RANGES      8u
#define BLOCK_ORDER 3u		/* of pages for large sends */

/* ---- Names ---- */

static int bind_locked(struct tcp *c, const struct endpoint *local) REQUIRES(c->lock)
{
	int r;

	if (c->state != TCP_CLOSED || c->node.port)
		return -EINVAL;
	if (!ip_is_any(&local->address) && !c->settings[TCP_SET_FREEBIND] && !ip_is_local(&local->address, local->scope))
		return -EADDRNOTAVAIL;
	c->node.local = local->address;
	r = tcp_port_bind(c, local->port);
	if (r != 0)
		c->node.local = c->bound_local;
	else
		c->bound_local = local->address;
	return r;
}

int tcp_bind(struct tcp *c, const struct endpoint *local)
{
	int r;

	spin_lock(&c->lock);
	r = bind_locked(c, local);
	spin_unlock(&c->lock);
	return r;
}

void tcp_local(const struct tcp *c, struct endpoint *e)
{
	*e = (struct endpoint){ c->node.local, c->node.local_port, ip_is_link_local(&c->node.local) ? c->node.device : 0 };
	if (!c->node.port && c->state == TCP_CLOSED && !c->node.bound)
		*e = (struct endpoint){ c->bound_local, 0, 0 };
}

int tcp_remote(const struct tcp *c, struct endpoint *e)
{
	if (c->state == TCP_CLOSED || c->state == TCP_LISTEN || c->state == TCP_SYN_SENT)
		return -ENOTCONN;
	*e = (struct endpoint){ c->node.remote, c->node.remote_port, ip_is_link_local(&c->node.remote) ? c->node.device : 0 };
	return 0;
}

/* ---- Errors and events ---- */

static int take_error(struct tcp *c) REQUIRES(c->lock)
{
	int error = c->error;

	WRITE_ONCE(c->error, 0);
	return error;
}

int tcp_take_error(struct tcp *c)
{
	int error;

	spin_lock(&c->lock);
	error = take_error(c);
	spin_unlock(&c->lock);
	return error;
}

struct waitq *tcp_wait(struct tcp *c) { return &c->wait; }

static u32 room(const struct tcp *c)
{
	return seq_span(tcp_buffer_used(c), READ_ONCE(c->snd_buf));
}

/* As Linux: a third of the buffer is free, and TCP_NOTSENT_LOWAT is not reached. */
static bool writable(const struct tcp *c)
{
	return room(c) >= tcp_buffer_used(c) / 2 && room(c) > 0 && tcp_unsent(c) < READ_ONCE(c->notsent_lowat);
}

static unsigned poll_stream(struct tcp *c)
{
	unsigned events = 0;

	if (tcp_readable(c) >= MAX(READ_ONCE(c->rcv_lowat), 1u))
		events |= POLLIN | POLLRDNORM;
	if (c->shutdown & TCP_SHUT_SEND || writable(c)) {
		events |= POLLOUT | POLLWRNORM;
	} else {
		WRITE_ONCE(c->no_space, true);
		smp_mb();		/* tcp_ack.c frees, then looks at no_space; here the other way round */
		if (writable(c))
			events |= POLLOUT | POLLWRNORM;
	}
	if (READ_ONCE(c->urgent) == TCP_URGENT_VALID)
		events |= POLLPRI;
	return events;
}

unsigned tcp_poll(struct tcp *c)
{
	u8 state = READ_ONCE(c->state), shutdown = READ_ONCE(c->shutdown);
	unsigned events = 0;

	if (state == TCP_LISTEN) {
		const struct tcp_listener *q = READ_ONCE(c->listener);

		return q && READ_ONCE(q->accept_count) ? POLLIN | POLLRDNORM : 0;
	}
	if (shutdown == (TCP_SHUT_RECEIVE | TCP_SHUT_SEND) || state == TCP_CLOSED)
		events |= POLLHUP;
	if (shutdown & TCP_SHUT_RECEIVE)
		events |= POLLIN | POLLRDNORM | POLLRDHUP;
	if (state != TCP_SYN_SENT && state != TCP_SYN_RECEIVED)
		events |= poll_stream(c);
	if (READ_ONCE(c->error))
		events |= POLLERR;
	return events;
}

/* ---- Sending ---- */

struct space {
	struct fragment fragments[TCP_SEND_CHUNK / PAGE_SIZE + 2];	/* each referenced */
	unsigned count;
	u32 length;
};

/* 0: it may send; or why not. */
static int may_send(struct tcp *c) REQUIRES(c->lock)
{
	if (c->error)
		return -take_error(c);
	if (c->state == TCP_SYN_SENT || c->state == TCP_SYN_RECEIVED)
		return -EAGAIN;
	if (c->shutdown & TCP_SHUT_SEND || (c->state != TCP_ESTABLISHED && c->state != TCP_CLOSE_WAIT))
		return -EPIPE;
	return 0;
}

/* How many of `want` bytes have room, and the rest of the last page for the first of them. */
static int reserve(struct tcp *c, u64 want, struct space *s)
{
	struct tcp_send_buffer *b = &c->send;
	u32 free;
	int r;

	spin_lock(&c->lock);
	r = may_send(c);
	free = room(c);
	if (r == 0 && (free == 0 || tcp_unsent(c) >= c->notsent_lowat ||
		       !tcp_charge(c, c->rcv_true + tcp_buffer_used(c) + (u32)MIN(want, (u64)TCP_SEND_CHUNK)))) {
		WRITE_ONCE(c->no_space, true);
		r = -EAGAIN;
	}
	if (r == 0) {
		s->count = 0;
		s->length = (u32)MIN(want, (u64)MIN(MAX(free, (u32)PAGE_SIZE / 2), TCP_SEND_CHUNK));
		if (b->tail_page && b->tail_used < b->tail_size) {
			page_get(b->tail_page);
			s->fragments[s->count++] = (struct fragment){
				b->tail_page, b->tail_used, MIN(b->tail_size - b->tail_used, s->length) };
		}
	}
	spin_unlock(&c->lock);
	return r;
}

/* Fresh pages for what the last page has no room for. False: not one byte has room. */
static bool allocate(struct space *s)
{
	u32 have = s->count ? s->fragments[0].length : 0;

	while (have < s->length && s->count < ARRAY_SIZE(s->fragments)) {
		u32 left = s->length - have, size = (u32)PAGE_SIZE;
		struct page *page = NULL;

		if (left >= PAGE_SIZE * 4) {
			page = page_alloc(BLOCK_ORDER, 0);
			size = page ? (u32)PAGE_SIZE << BLOCK_ORDER : size;
		}
		if (!page)
			page = page_alloc(0, 0);
		if (!page)
			break;
		s->fragments[s->count++] = (struct fragment){ page, 0, MIN(left, size) };
		have += MIN(left, size);
	}
	s->length = have;
	return have > 0;
}

static u32 fill(struct space *s, struct uio *u)
{
	u32 done = 0;

	for (unsigned i = 0; i < s->count; i++) {
		struct fragment *f = &s->fragments[i];
		size_t n = uio_write_out(u, (u8 *)page_to_virt(f->page) + f->offset, f->length);

		done += (u32)n;
		if (n < f->length) {
			f->length = (u32)n;
			for (unsigned k = i + (n > 0); k < s->count; k++)
				page_put(s->fragments[k].page);
			s->count = i + (n > 0);
			break;
		}
	}
	s->length = done;
	return done;
}

/* The last stretch's page has room for the next send. */
static void keep_tail(struct tcp_send_buffer *b, const struct fragment *f)
{
	u32 size = (u32)PAGE_SIZE << f->page->order;

	if (b->tail_page != f->page) {
		if (b->tail_page)
			page_put(b->tail_page);
		page_get(f->page);
		b->tail_page = f->page;
	}
	b->tail_used = f->offset + f->length;
	b->tail_size = size;
}

static void sent_flags(struct tcp *c, unsigned flags) REQUIRES(c->lock)
{
	if (flags & TCP_MSG_OOB)
		c->snd_up = c->write_seq;
	c->more = flags & TCP_MSG_MORE;
}

/* Append what was filled and send what may go. Bytes, or -errno when the connection ended meanwhile. */
static ssize_t commit(struct tcp *c, struct space *s, unsigned flags, bool own_pages)
{
	ssize_t done = 0;
	unsigned i = 0;
	int r;

	spin_lock(&c->lock);
	r = may_send(c);
	for (; r == 0 && i < s->count; i++) {
		struct fragment *f = &s->fragments[i];

		if (own_pages && i == s->count - 1)
			keep_tail(&c->send, f);
		if (!tcp_buffer_append(c, f->page, f->offset, f->length))
			break;
		done += f->length;
	}
	for (; i < s->count; i++)
		page_put(s->fragments[i].page);
	if (done) {
		sent_flags(c, flags);
		tcp_push(c, clock_now());
	}
	spin_unlock(&c->lock);
	return done ? done : r ? r : -ENOMEM;
}

ssize_t tcp_send(struct tcp *c, struct uio *u, unsigned flags)
{
	ssize_t done = 0, r = 0;

	while (u->left > 0) {
		struct space s;
		u32 n;

		r = reserve(c, u->left, &s);
		if (r != 0)
			break;
		r = allocate(&s) ? 0 : -ENOMEM;
		if (r != 0)
			break;
		n = fill(&s, u);
		if (n == 0) {
			r = -EFAULT;
			break;
		}
		r = commit(c, &s, u->left ? (flags & ~TCP_MSG_OOB) | TCP_MSG_MORE : flags, true);
		if (r < 0)
			break;
		done += r;
		if ((u32)r < n) {
			r = -ENOMEM;
			break;
		}
	}
	if (u->left > 0 && done > 0) {
		spin_lock(&c->lock);
		c->more = flags & TCP_MSG_MORE;
		if (c->state != TCP_CLOSED)
			tcp_push(c, clock_now());
		spin_unlock(&c->lock);
	}
	net_run();
	return done ? done : r;
}

ssize_t tcp_send_page(struct tcp *c, struct page *page, u32 offset, u32 length, unsigned flags)
{
	struct space s;
	ssize_t r;

	s.count = 0;
	r = reserve(c, length, &s);
	if (r != 0)
		return r;
	if (s.count)
		page_put(s.fragments[0].page);	/* the tail page is not wanted */
	page_get(page);
	s.fragments[0] = (struct fragment){ page, offset, s.length };
	s.count = 1;
	r = commit(c, &s, flags, false);
	net_run();
	return r;
}

/* ---- Receiving ---- */

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

static u32 queued(const struct tcp *c)
{
	return READ_ONCE(c->rcv_nxt) - READ_ONCE(c->copied_seq) - c->peer_fin;
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

unsigned tcp_ranges(struct tcp *c, struct tcp_range *ranges, unsigned count)
{
	unsigned used = 0;
	struct packet *p;
	u32 left, seq;

	spin_lock(&c->lock);
	pass_mark(c);
	left = until_mark(c, queued(c));
	seq = c->copied_seq;
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

/* Nothing to read: why? */
static ssize_t nothing(struct tcp *c)
{
	ssize_t r = -EAGAIN;

	spin_lock(&c->lock);
	if (c->error)
		r = -take_error(c);
	else if (c->shutdown & TCP_SHUT_RECEIVE)
		r = 0;
	else if (c->state == TCP_CLOSED || c->state == TCP_LISTEN)
		r = -ENOTCONN;
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

/* Peeking goes on behind what was seen: the ranges of one look are all that is shown, up to RANGES packets. */
ssize_t tcp_receive(struct tcp *c, struct uio *u, unsigned flags)
{
	struct tcp_range ranges[RANGES];
	ssize_t total = 0;

	if (flags & TCP_MSG_OOB)
		return receive_urgent(c, u, flags);
	while (u->left > 0) {
		unsigned count = tcp_ranges(c, ranges, RANGES);
		u32 taken = 0;
		bool fault = false;

		for (unsigned i = 0; i < count && u->left > 0 && !fault; i++) {
			u32 want = (u32)MIN((u64)ranges[i].length, u->left), n = copy_range(&ranges[i], u, flags);

			taken += n;
			fault = n < want;
		}
		total += taken;
		if (taken && !(flags & TCP_MSG_PEEK))
			tcp_consume(c, taken);
		if (fault && total == 0)
			return -EFAULT;
		if (fault || count < RANGES || flags & TCP_MSG_PEEK)
			break;
	}
	if (total == 0 && u->left > 0)
		return nothing(c);
	net_run();
	return total;
}

u32 tcp_readable(const struct tcp *c)
{
	u32 n, at;

	if (c->state == TCP_LISTEN)
		return c->listener ? c->listener->accept_count : 0;
	n = queued(c);
	at = c->urgent_seq - c->copied_seq;
	if (c->urgent == TCP_URGENT_VALID || c->urgent == TCP_URGENT_READ) {
		if (at > 0 && at < n)
			return at;
		if (at == 0 && n > 0 && !c->settings[TCP_SET_OOBINLINE])
			return n - 1;
	}
	return n;
}

u32 tcp_unsent(const struct tcp *c) { return seq_span(READ_ONCE(c->snd_nxt), READ_ONCE(c->write_seq)); }

u32 tcp_unacked(const struct tcp *c)
{
	if (c->state == TCP_LISTEN)
		return c->listener ? c->listener->backlog : 0;
	return seq_span(READ_ONCE(c->snd_una), READ_ONCE(c->write_seq) + c->fin_queued);
}

bool tcp_at_mark(const struct tcp *c)
{
	return c->urgent != TCP_URGENT_NONE && c->urgent_seq == c->copied_seq;
}

/* ---- Closing ---- */

static void send_fin(struct tcp *c, u64 now) REQUIRES(c->lock)
{
	if (c->state == TCP_ESTABLISHED || c->state == TCP_SYN_RECEIVED)
		tcp_set_state(c, TCP_FIN_WAIT1);
	else if (c->state == TCP_CLOSE_WAIT)
		tcp_set_state(c, TCP_LAST_ACK);
	else
		return;
	c->fin_queued = true;
	c->more = false;
	tcp_push(c, now);
}

int tcp_shutdown(struct tcp *c, bool read, bool write)
{
	int r = 0;

	if (c->state == TCP_LISTEN) {
		if (read)
			tcp_listen_stop(c);
		return 0;
	}
	spin_lock(&c->lock);
	if (c->state == TCP_CLOSED) {
		r = -ENOTCONN;
		goto out;
	}
	if (c->state == TCP_SYN_SENT) {
		tcp_done(c);
		goto out;
	}
	c->shutdown |= (read ? TCP_SHUT_RECEIVE : 0) | (write ? TCP_SHUT_SEND : 0);
	if (write)
		send_fin(c, clock_now());
	tcp_wake(c, (read ? POLLIN | POLLRDNORM | POLLRDHUP : 0) | (write ? POLLOUT | POLLWRNORM : 0) |
		 (c->shutdown == (TCP_SHUT_RECEIVE | TCP_SHUT_SEND) ? POLLHUP : 0));
out:
	spin_unlock(&c->lock);
	net_run();
	return r;
}

bool tcp_lingers(const struct tcp *c)
{
	u8 state = READ_ONCE(c->state);

	return state == TCP_FIN_WAIT1 || state == TCP_CLOSING || state == TCP_LAST_ACK;
}

void tcp_abort(struct tcp *c, int error)
{
	tcp_listen_stop(c);
	spin_lock(&c->lock);
	if (c->state != TCP_CLOSED) {
		if (c->state != TCP_SYN_SENT)
			tcp_send_reset(c);
		tcp_fail(c, error);
	}
	spin_unlock(&c->lock);
	net_run();
}

/* The user is gone: what remains is the network's. */
static void let_go(struct tcp *c) REQUIRES(c->lock)
{
	bool unread = queued(c) > 0, linger_off = c->settings[TCP_SET_LINGER] == 1;
	u64 now = clock_now();

	c->shutdown = TCP_SHUT_RECEIVE | TCP_SHUT_SEND;
	if (c->state == TCP_SYN_SENT) {
		tcp_done(c);
		return;
	}
	if (unread || linger_off || (u32)atomic_read(&tcp_orphan_count) >= tcp_limits.orphans) {
		tcp_count(unread ? SNMP_TCPAbortOnClose : linger_off ? SNMP_TCPAbortOnLinger : SNMP_TCPAbortOnMemory);
		tcp_send_reset(c);
		tcp_done(c);
		return;
	}
	c->orphan = true;
	c->deadline_keep = TIME_NEVER;
	atomic_inc(&tcp_orphan_count);
	if (c->state != TCP_FIN_WAIT2)
		send_fin(c, now);
	else if (c->linger2 < 0)
		tcp_done(c);
	else if (c->linger2 > 0 && (u64)c->linger2 * NS_PER_SEC < TCP_FIN_TIMEOUT) {
		c->deadline_keep = now + (u64)c->linger2 * NS_PER_SEC;
		tcp_timer_update(c);
	} else if (!c->reassembly && !c->fin_known) {
		tcp_timewait_enter(c, TCP_FIN_WAIT2, now);
	} else {
		c->deadline_keep = now + TCP_FIN_TIMEOUT;
		tcp_timer_update(c);
	}
}

void tcp_close(struct tcp *c)
{
	struct list unread;

	list_init(&unread);
	tcp_listen_stop(c);
	spin_lock(&c->lock);
	if (c->state != TCP_CLOSED)
		let_go(c);
	if (c->state == TCP_CLOSED)
		tcp_port_release(&c->node);
	list_splice_tail(&unread, &c->rcv_queue);
	c->rcv_true = 0;
	tcp_put(c);
	spin_unlock(&c->lock);
	packet_free_list(&unread);
	net_run();
}
