/*
 * Receiving: the device writes packets into pages, one page a buffer, several pages for a large packet (mergeable buffers, virtio 1.1
 * 5.1.6.4); the packet is built around the pages. A small one is copied into a packet of its own, so that a queue of tiny packets
 * does not hold a page each, and its page goes back to the device at once.
 *
 * While the work runs, the queue's interrupt is off; the work turns it on when it finds nothing more. The device's words are checked:
 * lengths against the buffers (virtqueue_take), the number of buffers against what came.
 *
 * When memory is short the device has fewer buffers, perhaps none, and then no interrupt ever comes: a timer tries again.
 */
#include "drivers/virtio_net_internal.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/clock.h"

#define BATCH     64u		/* packets that one run hands up before others get their turn */
#define COPY_MAX  256u		/* bytes of a packet that is copied */
#define REFILL    (50 * NS_PER_MSEC)

static bool post(struct net_receive *r, struct page *page) REQUIRES(r->lock)
{
	struct virtio_buffer b = { page_to_virt(page), PAGE_SIZE };

	if (virtqueue_add(r->queue, &b, 0, 1, page) < 0)
		return false;
	r->posted++;
	return true;
}

static void fill(struct net_receive *r) REQUIRES(r->lock)
{
	while (r->posted < r->capacity) {
		struct page *page = page_alloc(0, 0);

		if (!page)
			break;		/* fewer buffers; every batch tries again */
		if (!post(r, page)) {
			page_put(page);
			break;
		}
	}
	virtqueue_kick(r->queue);
	if (r->posted < r->capacity / 4 && !timer_armed(&r->refill))
		timer_arm(&r->refill, clock_now() + REFILL);
}

void virtio_net_fill(struct net_receive *r)
{
	spin_lock(&r->lock);
	fill(r);
	spin_unlock(&r->lock);
}

static struct page *take(struct net_receive *r, u32 *length) REQUIRES(r->lock)
{
	struct page *page = virtqueue_take(r->queue, length);

	if (page)
		r->posted--;
	return page;
}

/* What the header says of checksum and segments. False: it contradicts itself. */
static bool read_header(struct packet *p, const struct net_header *h)
{
	if (h->flags & HEADER_NEEDS_CHECKSUM) {
		if ((u32)h->checksum_start + h->checksum_offset + 2 > p->length)
			return false;
		p->checksum = CHECKSUM_PARTIAL;
		p->checksum_start = (u16)(packet_headroom(p) + h->checksum_start);
		p->checksum_offset = h->checksum_offset;
	} else if (h->flags & HEADER_DATA_VALID) {
		p->checksum = CHECKSUM_VERIFIED;
	}
	switch (h->gso_type & ~GSO_ECN) {
	case GSO_NONE:
		return true;
	case GSO_TCP4:
		p->segmentation = SEGMENT_TCP4;
		break;
	case GSO_TCP6:
		p->segmentation = SEGMENT_TCP6;
		break;
	default:
		return false;	/* nothing else was agreed on */
	}
	p->segment_size = h->gso_size;
	return h->gso_size > 0;
}

/* A packet of its own for few bytes; the page is posted again. */
static struct packet *copy_small(struct net_receive *r, struct page *page, u32 length) REQUIRES(r->lock)
{
	struct packet *p = packet_alloc(length);

	if (p)
		memcpy(packet_put(p, length), (u8 *)page_to_virt(page) + sizeof(struct net_header), length);
	if (!post(r, page))
		page_put(page);
	return p;
}

/* Add the packet's other buffers; false: one was missing, or there was no room. All of them are taken either way. */
static bool add_buffers(struct net_receive *r, struct packet *p, unsigned count) REQUIRES(r->lock)
{
	bool whole = true;

	while (count-- > 0) {
		u32 length;
		struct page *page = take(r, &length);

		if (!page)
			return false;
		if (!p || length == 0 || !packet_add_fragment(p, page, 0, length)) {
			page_put(page);
			whole = false;
		}
	}
	return whole;
}

/* The next packet; NULL with *more false: none; NULL with *more true: one that was dropped. */
static struct packet *next_packet(struct net_receive *r, bool *more) REQUIRES(r->lock)
{
	struct net_header h;
	struct packet *p = NULL;
	struct page *page;
	u32 length;

	page = take(r, &length);
	*more = page != NULL;
	if (!page)
		return NULL;
	memcpy(&h, page_to_virt(page), sizeof(h));
	if (!(r->owner->virtio.features & NET_F_MRG_RXBUF))
		h.buffers = 1;
	if (length <= sizeof(h) || h.buffers == 0) {
		page_put(page);
		return NULL;
	}
	length -= (u32)sizeof(h);
	if (h.buffers == 1 && length <= COPY_MAX) {
		p = copy_small(r, page, length);
	} else {
		p = packet_wrap(page, sizeof(h), length);
		if (!p)
			page_put(page);
	}
	if (!add_buffers(r, p, h.buffers - 1u) || !p || !read_header(p, &h)) {
		packet_free(p);
		return NULL;
	}
	p->device = &r->owner->netdev;
	return p;
}

static void serve(struct net_work *w)
{
	struct net_receive *r = container_of(w, struct net_receive, work);
	LIST_HEAD(packets);
	unsigned dropped = 0;
	u64 now = clock_now();
	bool more = true;

	spin_lock(&r->lock);
	for (unsigned i = 0; i < BATCH && more; i++) {
		struct packet *p = next_packet(r, &more);

		if (p) {
			p->time = now;
			list_add_tail(&packets, &p->link);
		} else {
			dropped += more;
		}
	}
	fill(r);
	if (!more)
		more = !virtqueue_enable_interrupts(r->queue);
	spin_unlock(&r->lock);
	netdev_add(&r->owner->netdev, rx_dropped, dropped);
	while (!list_empty(&packets)) {
		struct packet *p = list_first(&packets, struct packet, link);

		list_del(&p->link);
		netdev_receive(p);
	}
	if (more)
		net_schedule(w);
}

static void refill(struct timer *t) { net_schedule(&container_of(t, struct net_receive, refill)->work); }

void virtio_net_rx_interrupt(void *arg)
{
	struct net_receive *r = arg;

	net_schedule(&r->work);
}

void virtio_net_rx_init(struct net_receive *r, struct net_device *owner, struct virtqueue *queue)
{
	spin_init(&r->lock, "virtio-net receive", RANK_NETDEV);
	net_work_prepare(&r->work, serve);
	timer_init(&r->refill, refill);
	r->queue = queue;
	r->owner = owner;
	r->capacity = VIRTQUEUE_MAX;
}

void virtio_net_rx_start(struct net_receive *r)
{
	spin_lock(&r->lock);
	fill(r);
	if (!virtqueue_enable_interrupts(r->queue))
		net_schedule(&r->work);
	spin_unlock(&r->lock);
}
