/*
 * The send buffer: bytes from snd_una to write_seq as stretches of pages, in a ring that finds a sequence number by halving. Segments
 * and retransmissions refer to the same pages; nothing is copied but tiny payloads. Under the connection's lock.
 */
#include "net/tcp_internal.h"

#include "mm/frame.h"

#define FIRST_CAPACITY 8u
#define PIECES_MAX     8192u
#define PIECE_COST     256u	/* bytes that a stretch counts beside its own: nobody holds a page for a byte unseen */

static struct tcp_piece *piece(const struct tcp_send_buffer *b, u32 i)
{
	return &b->pieces[(b->head + i) & (b->capacity - 1)];
}

u32 tcp_buffer_used(const struct tcp *c)
{
	return seq_span(c->snd_una, c->write_seq) + c->send.count * PIECE_COST;
}

static bool grow(struct tcp_send_buffer *b)
{
	u32 capacity = b->capacity ? b->capacity * 2 : FIRST_CAPACITY;
	struct tcp_piece *pieces;

	if (capacity > PIECES_MAX)
		return false;
	pieces = kmalloc_array(capacity, sizeof(*pieces));
	if (!pieces)
		return false;
	for (u32 i = 0; i < b->count; i++)
		pieces[i] = *piece(b, i);
	kfree(b->pieces);
	b->pieces = pieces;
	b->head = 0;
	b->capacity = capacity;
	return true;
}

bool tcp_buffer_append(struct tcp *c, struct page *page, u32 offset, u32 n)
{
	struct tcp_send_buffer *b = &c->send;
	struct tcp_piece *last = b->count ? piece(b, b->count - 1) : NULL;

	if (last && last->page == page && last->offset + last->length == offset) {
		last->length += n;
		page_put(page);		/* the stretch's own reference covers it */
	} else {
		if (b->count == b->capacity && !grow(b))
			return false;
		*piece(b, b->count++) = (struct tcp_piece){ .page = page, .offset = offset, .length = n, .seq = c->write_seq };
	}
	c->write_seq += n;
	return true;
}

static void drop_tail_page(struct tcp_send_buffer *b)
{
	if (b->tail_page)
		page_put(b->tail_page);
	b->tail_page = NULL;
}

void tcp_buffer_drop(struct tcp *c, u32 seq)
{
	struct tcp_send_buffer *b = &c->send;

	while (b->count > 0) {
		struct tcp_piece *first = piece(b, 0);

		if (seq_after(first->seq + first->length, seq))
			return;
		page_put(first->page);
		b->head = (b->head + 1) & (b->capacity - 1);
		b->count--;
	}
	/* Idle: hold no page, and no ring that a burst made large. */
	drop_tail_page(b);
	if (b->capacity > FIRST_CAPACITY) {
		kfree(b->pieces);
		b->pieces = NULL;
		b->capacity = b->head = 0;
	}
}

void tcp_buffer_free(struct tcp *c)
{
	tcp_buffer_drop(c, c->write_seq);
	drop_tail_page(&c->send);
	kfree(c->send.pieces);
	c->send.pieces = NULL;
	c->send.capacity = c->send.head = 0;
}

/* The stretch that holds seq, which lies in the buffer. */
static u32 find(const struct tcp_send_buffer *b, u32 seq)
{
	u32 low = 0, high = b->count - 1;

	if (!seq_before(seq, piece(b, high)->seq))
		return high;
	while (low < high) {
		u32 middle = (low + high + 1) / 2;

		if (seq_after(piece(b, middle)->seq, seq))
			high = middle - 1;
		else
			low = middle;
	}
	return low;
}

u32 tcp_buffer_attach(struct tcp *c, struct packet *p, u32 seq, u32 n)
{
	const struct tcp_send_buffer *b = &c->send;
	u32 done = 0, i;

	if (n == 0)
		return 0;
	for (i = find(b, seq); i < b->count && done < n; i++) {
		const struct tcp_piece *t = piece(b, i);
		u32 skip = seq + done - t->seq, part = MIN(t->length - skip, n - done);

		if (n <= TCP_SMALL) {
			memcpy(packet_put(p, part), (u8 *)page_to_virt(t->page) + t->offset + skip, part);
		} else {
			page_get(t->page);
			if (!packet_add_fragment(p, t->page, t->offset + skip, part)) {
				page_put(t->page);
				break;
			}
		}
		done += part;
	}
	return done;
}
