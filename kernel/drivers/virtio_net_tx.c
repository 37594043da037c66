/*
 * Sending: a packet's pieces become a chain as they are, with the device's header in the headroom. What the device has sent is freed by
 * later senders, a little each time, so that there is no interrupt a packet; only when the queue is full does an interrupt say that there
 * is room again, and meanwhile packets wait in a bounded list. A timer frees the last ones when nobody sends any more.
 */
#include "drivers/virtio_net_internal.h"

#include "lib/error.h"
#include "lib/string.h"
#include "sched/clock.h"

#define WAITING_MAX 1000u
#define RECLAIM     8u		/* packets that a sender frees: more than it adds, so that the queue runs empty */

static void reclaim(struct net_transmit *t, unsigned most) REQUIRES(t->lock)
{
	u32 length;

	for (unsigned i = 0; i < most; i++) {
		struct packet *p = virtqueue_take(t->queue, &length);

		if (!p)
			break;
		packet_free(p);
		t->in_flight--;
	}
}

/* See to it that what is in flight will be freed; a timer that is armed already costs nothing. */
static void arm(struct net_transmit *t) REQUIRES(t->lock)
{
	if (t->in_flight > 0 && !timer_armed(&t->timer))
		timer_arm(&t->timer, clock_now() + NS_PER_SEC);
}

static void write_header(struct packet *p)
{
	static const u8 type[] = {
		[SEGMENT_NONE] = GSO_NONE, [SEGMENT_TCP4] = GSO_TCP4, [SEGMENT_TCP6] = GSO_TCP6, [SEGMENT_UDP] = GSO_UDP_L4,
	};
	u16 start = (u16)packet_headroom(p), headers;
	struct net_header h = { 0 };

	if (p->checksum == CHECKSUM_PARTIAL) {
		h.flags = HEADER_NEEDS_CHECKSUM;
		h.checksum_start = (u16)(p->checksum_start - start);
		h.checksum_offset = p->checksum_offset;
	}
	if (p->segmentation != SEGMENT_NONE) {
		headers = (u16)(p->transport_header - start);
		headers = (u16)(headers + (p->segmentation == SEGMENT_UDP ? 8 : (packet_transport(p)[12] >> 4) * 4));
		h.gso_type = type[p->segmentation];
		h.gso_size = p->segment_size;
		h.header_length = headers;
	}
	memcpy(packet_push(p, sizeof(h)), &h, sizeof(h));
}

/* 0, -ENOSPC: the queue is full, -EIO: it is broken. The header is written. */
static int add(struct net_transmit *t, struct packet *p) REQUIRES(t->lock)
{
	struct virtio_buffer buffers[PACKET_FRAGMENTS + 1];
	unsigned n = 0;
	int result;

	buffers[n++] = (struct virtio_buffer) { p->data, p->linear };
	for (unsigned i = 0; i < p->fragment_count; i++)
		buffers[n++] = (struct virtio_buffer) { (u8 *)page_to_virt(p->fragments[i].page) + p->fragments[i].offset,
							 p->fragments[i].length };
	result = virtqueue_add(t->queue, buffers, n, 0, p);
	t->in_flight += result == 0;
	return result;
}

/* Full: the packet waits, and the device says when it has sent some. */
static int wait(struct net_transmit *t, struct packet *p) REQUIRES(t->lock)
{
	if (t->waiting_count >= WAITING_MAX) {
		packet_free(p);
		return -ENOBUFS;
	}
	list_add_tail(&t->waiting, &p->link);
	t->waiting_count++;
	virtqueue_kick(t->queue);
	if (!virtqueue_enable_interrupts(t->queue))
		net_schedule(&t->work);
	return 0;
}

int virtio_net_transmit(struct netdev *d, struct packet *p, bool more)
{
	struct net_device *n = container_of(d, struct net_device, netdev);
	struct net_transmit *t = &n->transmit[arch_cpu_id() % n->pairs];
	int result;

	write_header(p);
	spin_lock(&t->lock);
	reclaim(t, RECLAIM);
	result = t->waiting_count > 0 ? -ENOSPC : add(t, p);
	if (result == -ENOSPC) {
		result = wait(t, p);
	} else if (result < 0) {
		packet_free(p);
		result = -ENETDOWN;
	} else if (!more) {
		virtqueue_kick(t->queue);
	}
	arm(t);
	spin_unlock(&t->lock);
	return result;
}

/* Free what was sent; send what waits. */
static void serve(struct net_work *w)
{
	struct net_transmit *t = container_of(w, struct net_transmit, work);

	spin_lock(&t->lock);
	reclaim(t, VIRTQUEUE_MAX);
	while (t->waiting_count > 0) {
		struct packet *p = list_first(&t->waiting, struct packet, link);
		int result = add(t, p);

		if (result == -ENOSPC)
			break;
		list_del(&p->link);
		t->waiting_count--;
		if (result < 0)
			packet_free(p);
	}
	virtqueue_kick(t->queue);
	if (t->waiting_count == 0)
		virtqueue_disable_interrupts(t->queue);
	else if (!virtqueue_enable_interrupts(t->queue))
		net_schedule(w);
	arm(t);
	spin_unlock(&t->lock);
}

static void expired(struct timer *timer) { net_schedule(&container_of(timer, struct net_transmit, timer)->work); }

void virtio_net_tx_interrupt(void *arg)
{
	struct net_transmit *t = arg;

	net_schedule(&t->work);
}

void virtio_net_tx_init(struct net_transmit *t, struct net_device *owner, struct virtqueue *queue)
{
	spin_init(&t->lock, "virtio-net transmit", RANK_NETDEV);
	net_work_prepare(&t->work, serve);
	timer_init(&t->timer, expired);
	list_init(&t->waiting);
	t->queue = queue;
	t->owner = owner;
}
