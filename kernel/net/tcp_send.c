/*
 * Sending for the socket layer: the user's bytes go to pages that are prepared under the lock, filled without it, and appended under it
 * again. The caller's mutex keeps other senders off, so the room behind the last page stays ours meanwhile; an acknowledgement may let
 * go of that page, which our reference keeps.
 */
#include "net/tcp_internal.h"

#include "fs/uio.h"
#include "mm/frame.h"

#define BLOCK_ORDER 3u		/* of pages for large sends */

struct space {
	struct fragment fragments[TCP_SEND_CHUNK / PAGE_SIZE + 2];	/* each referenced */
	unsigned count;
	u32 length;
};

/* 0: it may send; or why not. */
static int may_send(struct tcp *c) REQUIRES(c->lock)
{
	if (c->error)
		return -tcp_consume_error(c);
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
	free = tcp_send_room(c);
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

/* Nothing follows: what was held back for company goes. */
static void flush(struct tcp *c)
{
	spin_lock(&c->lock);
	c->more = false;
	if (c->state != TCP_CLOSED)
		tcp_push(c, clock_now());
	spin_unlock(&c->lock);
	net_run();
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
	if (u->left > 0 && done > 0 && !(flags & TCP_MSG_MORE))
		flush(c);
	net_run();
	return done ? done : r;
}

ssize_t tcp_send_page(struct tcp *c, struct page *page, u32 offset, u32 length, unsigned flags)
{
	struct space s = { .count = 0 };
	ssize_t r;

	if (length == 0) {
		flush(c);
		return 0;
	}
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
