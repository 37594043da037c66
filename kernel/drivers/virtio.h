/*
 * Virtio 1.x over PCI: finding a device's registers, agreeing on features, and split virtqueues.
 *
 *  - A queue has no lock: its driver's lock guards every call on it.
 *  - A buffer that was added belongs to the device until virtqueue_take gives its token back; memory for it is in the
 *    direct map and stays where it is.
 *  - Nothing that the device writes is trusted: ids and lengths are checked against copies that it cannot reach. A device
 *    that breaks the rules gets its queue closed (`broken`): it takes and gives nothing any more.
 */
#ifndef DRIVERS_VIRTIO_H
#define DRIVERS_VIRTIO_H

#include "drivers/pci.h"
#include "lib/types.h"

#define VIRTIO_F_EVENT_IDX (1ull << 29)
#define VIRTIO_F_VERSION_1 (1ull << 32)

#define VIRTQUEUE_MAX 256u		/* buffers in a queue, at most */

/* All [I] after virtio_init. */
struct virtio_device {
	struct pci_device *pci;
	const char *name;		/* for the log */
	u64 features;			/* agreed on */
	unsigned queue_count;
	volatile u8 *common, *notify, *config;	/* registers; config may be NULL */
	u32 config_size;
	u32 notify_size, notify_multiplier;
};

struct virtio_buffer {
	void *data;			/* in the direct map */
	u32 length;			/* > 0 */
};

struct virtqueue;

/*
 * Reset the device and agree on VERSION_1, EVENT_IDX where it exists, and what it has of `wanted`; MSI-X is set up. The
 * queues come next, then virtio_start. 0 or -errno; after an error the device is reset and unused.
 */
int virtio_init(struct virtio_device *v, struct pci_device *pci, const char *name, u64 wanted);
void virtio_start(struct virtio_device *v);	/* DRIVER_OK: queues live from here on */
void virtio_fail(struct virtio_device *v);	/* give up: the device is reset, no buffer is its any more */

u8 virtio_config8(const struct virtio_device *v, u32 offset);	/* 0 beyond the end */
u16 virtio_config16(const struct virtio_device *v, u32 offset);
u32 virtio_config32(const struct virtio_device *v, u32 offset);

/* Queue `index` with at most `size` buffers, interrupting by MSI-X vector `vector`. NULL: it is absent, or memory is out. */
struct virtqueue *virtqueue_create(struct virtio_device *v, unsigned index, unsigned size, unsigned vector);

/*
 * Hand a chain to the device: `out` buffers that it reads, then `in` buffers that it writes. `token` is not NULL and
 * unique in the queue. 0, -ENOSPC when the queue is full, -EIO when it is broken. The device hears of it by virtqueue_kick.
 */
int virtqueue_add(struct virtqueue *q, const struct virtio_buffer *buffers, unsigned out, unsigned in, void *token);
void virtqueue_kick(struct virtqueue *q);

/* A chain that the device is done with: its token, and how much it wrote (at most what was offered). NULL: none now. */
void *virtqueue_take(struct virtqueue *q, u32 *length);

/*
 * Ask for one interrupt, at the next used chain. False when there is one already, which may not interrupt any more: take
 * it, and ask again. Who waits for the queue asks each time before it looks for the last time; nobody else does.
 */
bool virtqueue_enable_interrupts(struct virtqueue *q);
void virtqueue_disable_interrupts(struct virtqueue *q);

bool virtqueue_ready(const struct virtqueue *q);	/* would virtqueue_take find something? Without the lock: a hint */

#endif
