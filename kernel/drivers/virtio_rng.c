/*
 * The virtio entropy device (virtio 1.1, 5.4): one request at boot, whose answer the interrupt adds to the random pool.
 * device.lock guards the queue.
 */
#include "drivers/virtio_rng.h"

#include "drivers/virtio.h"
#include "lib/error.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/lock.h"

#define REQUEST 64u
#define VECTOR  0

struct rng {
	struct virtio_device virtio;
	struct spinlock lock;		/* RANK_DEVICE, irq */
	struct virtqueue *queue;	/* [lock] */
	u8 *answer;			/* the device's until it is taken */
};

static void interrupt(void *arg)
{
	struct rng *r = arg;
	irqstate s = spin_lock_irqsave(&r->lock);
	u32 length = 0;
	void *answer = r->queue ? virtqueue_take(r->queue, &length) : NULL;

	spin_unlock_irqrestore(&r->lock, s);
	if (answer) {
		random_mix(answer, length);
		memset(answer, 0, REQUEST);
	}
}

static void ask(struct rng *r)
{
	struct virtio_buffer b = { r->answer, REQUEST };
	irqstate s = spin_lock_irqsave(&r->lock);

	virtio_start(&r->virtio);
	(void)virtqueue_add(r->queue, &b, 0, 1, r->answer);	/* an empty queue has room */
	(void)virtqueue_enable_interrupts(r->queue);
	virtqueue_kick(r->queue);
	spin_unlock_irqrestore(&r->lock, s);
}

int virtio_rng_probe(struct pci_device *pci)
{
	struct rng *r = kzalloc(sizeof(*r));
	int result;

	if (!r)
		return -ENOMEM;
	spin_init(&r->lock, "virtio-rng", RANK_DEVICE);
	r->answer = kzalloc(REQUEST);
	result = r->answer ? virtio_init(&r->virtio, pci, "virtio-rng", 0) : -ENOMEM;
	if (result < 0)
		goto free;
	r->queue = virtqueue_create(&r->virtio, 0, 8, VECTOR);
	result = r->queue ? pci_msix_request(pci, VECTOR, 0, interrupt, r) : -ENOMEM;
	if (result < 0) {
		virtio_fail(&r->virtio);
		goto free;	/* a queue's memory stays behind, for a device that nobody trusts any more */
	}
	ask(r);
	return 0;
free:
	kfree(r->answer);
	kfree(r);
	return result;
}
