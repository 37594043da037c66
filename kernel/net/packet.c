/*
 * Packets: making, freeing, and moving bytes in and out of them. See packet.h for who owns what. No lock; any context but an NMI,
 * except packet_to_uio, which may sleep.
 */
#include "net/packet.h"

#include "fs/uio.h"
#include "lib/assert.h"
#include "lib/string.h"
#include "mm/slab.h"

/* Everything but the fragments starts cleared. */
static struct packet *set_up(struct packet *p, u8 *room, u8 *data, u8 *end)
{
	memset(p, 0, offsetof(struct packet, fragments));
	list_init(&p->link);
	p->room = room;
	p->data = data;
	p->room_end = end;
	return p;
}

struct packet *packet_alloc(u32 size)
{
	size_t bytes = ALIGN_UP(sizeof(struct packet) + PACKET_HEADROOM + size, 64);
	struct packet *p;
	u8 *room;

	if (size > PACKET_MAX)
		return NULL;
	p = kmalloc(bytes);
	if (!p)
		return NULL;
	room = (u8 *)(p + 1);
	return set_up(p, room, room + PACKET_HEADROOM, (u8 *)p + bytes);
}

struct packet *packet_wrap(struct page *page, u32 offset, u32 length)
{
	struct packet *p = kmalloc(sizeof(*p));
	u8 *bytes = (u8 *)page_to_virt(page) + offset;

	if (!p)
		return NULL;
	set_up(p, bytes, bytes, bytes + length);
	p->room_page = page;
	p->linear = p->length = length;
	return p;
}

/* Offsets of headers are from the room: they move with the data. One that was not set, or that is left behind, becomes 0. */
static void move_offset(u16 *offset, i32 by)
{
	*offset = (u16)MAX((i32)*offset + by, 0);
}

static void move_offsets(struct packet *p, i32 by)
{
	move_offset(&p->link_header, by);
	move_offset(&p->network_header, by);
	move_offset(&p->transport_header, by);
	move_offset(&p->checksum_start, by);
}

/* How many bytes in front of the data others still look at: its headers, if the network's was marked. */
static u32 bytes_in_front(const struct packet *p)
{
	u32 head = packet_headroom(p);

	return p->network_header && p->network_header < head ? head - p->network_header : 0;
}

struct packet *packet_clone(const struct packet *p)
{
	u32 front = bytes_in_front(p);
	struct packet *copy = packet_alloc(front + p->linear);

	if (!copy)
		return NULL;
	copy->device = p->device;
	copy->checksum = p->checksum;
	copy->segmentation = p->segmentation;
	copy->segment_size = p->segment_size;
	copy->checksum_start = p->checksum_start;
	copy->checksum_offset = p->checksum_offset;
	copy->link_header = p->link_header;
	copy->network_header = p->network_header;
	copy->transport_header = p->transport_header;
	copy->broadcast = p->broadcast;
	copy->ip = p->ip;
	copy->time = p->time;
	memcpy(packet_put(copy, front + p->linear), p->data - front, front + p->linear);
	packet_pull(copy, front);
	move_offsets(copy, (i32)packet_headroom(copy) - (i32)packet_headroom(p));
	copy->fragment_count = p->fragment_count;
	copy->length = p->length;
	for (unsigned i = 0; i < p->fragment_count; i++) {
		copy->fragments[i] = p->fragments[i];
		page_get(p->fragments[i].page);
	}
	return copy;
}

void packet_free(struct packet *p)
{
	if (!p)
		return;
	for (unsigned i = 0; i < p->fragment_count; i++)
		page_put(p->fragments[i].page);
	if (p->room_page)
		page_put(p->room_page);
	kfree(p);
}

void packet_free_list(struct list *packets)
{
	while (!list_empty(packets)) {
		struct packet *p = list_first(packets, struct packet, link);

		list_del(&p->link);
		packet_free(p);
	}
}

u8 *packet_push(struct packet *p, u32 n)
{
	ASSERT(n <= packet_headroom(p));
	p->data -= n;
	p->linear += n;
	p->length += n;
	return p->data;
}

u8 *packet_put(struct packet *p, u32 n)
{
	u8 *at = p->data + p->linear;

	ASSERT(n <= packet_tailroom(p) && p->fragment_count == 0);
	p->linear += n;
	p->length += n;
	return at;
}

static void drop_fragments(struct packet *p, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		page_put(p->fragments[i].page);
	p->fragment_count -= count;
	memmove(&p->fragments[0], &p->fragments[count], p->fragment_count * sizeof(struct fragment));
}

/* Take n bytes off the fragments' front. */
static void pull_fragments(struct packet *p, u32 n)
{
	unsigned gone = 0;

	while (n > 0 && n >= p->fragments[gone].length) {
		n -= p->fragments[gone].length;
		gone++;
	}
	if (n > 0) {
		p->fragments[gone].offset += n;
		p->fragments[gone].length -= n;
	}
	if (gone > 0)
		drop_fragments(p, gone);
}

/* Give the linear part a page of its own, with headroom and space for n bytes. */
static bool move_room(struct packet *p, u32 n)
{
	u32 head = packet_headroom(p), front = MIN(head, bytes_in_front(p) + PACKET_HEADROOM);
	struct page *page;
	u8 *room;

	if (front + n > PAGE_SIZE || p->linear > n)
		return false;
	page = page_alloc(0, 0);
	if (!page)
		return false;
	room = page_to_virt(page);
	memcpy(room, p->data - front, front + p->linear);
	move_offsets(p, (i32)front - (i32)head);
	if (p->room_page)
		page_put(p->room_page);
	p->room_page = page;
	p->room = room;
	p->data = room + front;
	p->room_end = room + PAGE_SIZE;
	return true;
}

u8 *packet_linear(struct packet *p, u32 n)
{
	u32 missing;

	if (likely(n <= p->linear))
		return p->data;
	if (n > p->length)
		return NULL;
	missing = n - p->linear;
	if (missing > packet_tailroom(p) && !move_room(p, n))
		return NULL;
	packet_copy_out(p, p->linear, p->data + p->linear, missing);
	pull_fragments(p, missing);
	p->linear = n;
	return p->data;
}

void packet_pull(struct packet *p, u32 n)
{
	u32 part = MIN(n, p->linear);

	ASSERT(n <= p->length);
	p->data += part;
	p->linear -= part;
	p->length -= n;
	if (n > part)
		pull_fragments(p, n - part);
}

void packet_trim(struct packet *p, u32 n)
{
	if (n >= p->length)
		return;
	p->length = n;
	p->linear = MIN(p->linear, n);
	n -= p->linear;
	for (unsigned i = 0; i < p->fragment_count; i++) {
		if (n == 0) {
			for (unsigned k = i; k < p->fragment_count; k++)
				page_put(p->fragments[k].page);
			p->fragment_count = (u16)i;
			return;
		}
		p->fragments[i].length = MIN(p->fragments[i].length, n);
		n -= p->fragments[i].length;
	}
}

bool packet_add_fragment(struct packet *p, struct page *page, u32 offset, u32 length)
{
	struct fragment *last = p->fragment_count > 0 ? &p->fragments[p->fragment_count - 1] : NULL;

	if (p->length + length > PACKET_MAX + PACKET_HEADROOM)
		return false;
	if (last && last->page == page && last->offset + last->length == offset) {
		last->length += length;
		page_put(page);		/* the first reference covers it */
	} else if (p->fragment_count < PACKET_FRAGMENTS) {
		p->fragments[p->fragment_count++] = (struct fragment) { page, offset, length };
	} else {
		return false;
	}
	p->length += length;
	return true;
}

static bool share_piece(struct packet *p, struct page *page, u32 offset, u32 length)
{
	page_get(page);
	if (packet_add_fragment(p, page, offset, length))
		return true;
	page_put(page);
	return false;
}

/* Share what lies in the linear part, or copy it where it lies in no page. */
static bool share_linear(struct packet *p, const struct packet *source, u32 from, u32 n)
{
	if (source->room_page)
		return share_piece(p, source->room_page, (u32)(source->data + from - (u8 *)page_to_virt(source->room_page)), n);
	if (p->fragment_count > 0 || n > packet_tailroom(p))
		return false;
	memcpy(packet_put(p, n), source->data + from, n);
	return true;
}

bool packet_share(struct packet *p, const struct packet *source, u32 from, u32 n)
{
	u32 length = p->length, part;

	if (from < source->linear && n > 0) {
		part = MIN(n, source->linear - from);
		if (!share_linear(p, source, from, part))
			return false;
		n -= part;
		from = 0;
	} else {
		from -= source->linear;
	}
	for (unsigned i = 0; i < source->fragment_count && n > 0; i++) {
		const struct fragment *f = &source->fragments[i];

		if (from >= f->length) {
			from -= f->length;
			continue;
		}
		part = MIN(n, f->length - from);
		if (!share_piece(p, f->page, f->offset + from, part)) {
			packet_trim(p, length);
			return false;
		}
		n -= part;
		from = 0;
	}
	return true;
}
