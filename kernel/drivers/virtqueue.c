/*
 * Split virtqueues (virtio 1.1, 2.6) with event indices (2.6.7, 2.6.8). The driver's lock guards a queue; any context
 * once it is created.
 *
 * The rings are shared with the device, which may write all of them at any time. So the free list, the tokens and the sizes
 * of chains live in `slots`, out of its reach; of the used ring each entry is read once and checked.
 *
 * Neither side's notification is lost, because each publishes before it looks:
 *
 *	driver, virtqueue_kick                  device
 *	A: avail->index = n                     C: avail_event = m ("tell me beyond m")
 *	   (full barrier)                          (full barrier)
 *	B: reads avail_event, notifies?         D: reads avail->index, sleeps?
 *
 * B before C implies A before D: the device sees the new index. virtqueue_enable_interrupts is the mirror image.
 */
#include "drivers/virtqueue.h"

#include "lib/assert.h"
#include "lib/atomic.h"
#include "lib/error.h"
#include "lib/log.h"
#include "mm/frame.h"
#include "mm/slab.h"

#define DESCRIPTOR_NEXT  1
#define DESCRIPTOR_WRITE 2		/* the device writes it */
#define AVAIL_NO_INTERRUPT 1
#define USED_NO_NOTIFY   1
#define NONE             0xffffu

struct descriptor {
	u64 address;
	u32 length;
	u16 flags, next;
};
_Static_assert(sizeof(struct descriptor) == 16, "virtio 1.1, 2.6.5");

struct avail_ring {
	u16 flags, index;
	u16 ring[];			/* and behind it: used_event */
};

struct used_entry {
	u32 id, length;
};

struct used_ring {
	u16 flags, index;
	struct used_entry ring[];	/* and behind it: avail_event */
};

/* What the driver remembers of a descriptor. */
struct slot {
	void *token;			/* of a chain's first one while the device has it; else NULL */
	u32 writable;			/* bytes that the device may write, of a chain's first one */
	u16 next;			/* in the chain or in the free list; NONE: the last */
};

struct virtqueue {
	struct virtio_device *device;
	unsigned index, size;
	unsigned free_count;
	u16 free_head;
	u16 avail_index;		/* what avail->index is */
	u16 kicked_index;		/* … and was at the last kick */
	u16 used_index;			/* next entry of the used ring to look at */
	bool broken;
	struct descriptor *descriptors;
	struct avail_ring *avail;
	struct used_ring *used;
	volatile u16 *notify;
	struct slot slots[];
};

static bool has_events(const struct virtqueue *q) { return q->device->features & VIRTIO_F_EVENT_IDX; }
static u16 *used_event(struct virtqueue *q) { return &q->avail->ring[q->size]; }
static u16 *avail_event(struct virtqueue *q) { return (u16 *)&q->used->ring[q->size]; }

/* One block for the three parts: 16 bytes a descriptor, 2 an available entry, 8 a used one; less than 28 KiB. */
static bool allocate_rings(struct virtqueue *q)
{
	size_t avail_at = q->size * sizeof(struct descriptor);
	size_t used_at = ALIGN_UP(avail_at + sizeof(struct avail_ring) + 2 * q->size + 2, 64);
	size_t bytes = used_at + sizeof(struct used_ring) + q->size * sizeof(struct used_entry) + 2;
	u8 *block = kzalloc(ALIGN_UP(bytes, PAGE_SIZE));

	if (!block)
		return false;
	q->descriptors = (struct descriptor *)block;
	q->avail = (struct avail_ring *)(block + avail_at);
	q->used = (struct used_ring *)(block + used_at);
	return true;
}

static bool tell_device(struct virtqueue *q, unsigned vector)
{
	struct virtio_device *v = q->device;
	u32 notify_offset = virtio_get16(v, COMMON_QUEUE_NOTIFY_OFFSET) * v->notify_multiplier;

	if (notify_offset > v->notify_size - 2)
		return false;
	q->notify = (volatile u16 *)(v->notify + notify_offset);
	virtio_put16(v, COMMON_QUEUE_SIZE, (u16)q->size);
	virtio_put64(v, COMMON_QUEUE_DESCRIPTORS, virt_to_phys(q->descriptors).v);
	virtio_put64(v, COMMON_QUEUE_DRIVER, virt_to_phys(q->avail).v);
	virtio_put64(v, COMMON_QUEUE_DEVICE, virt_to_phys(q->used).v);
	virtio_put16(v, COMMON_QUEUE_VECTOR, (u16)vector);
	if (virtio_get16(v, COMMON_QUEUE_VECTOR) != vector)
		return false;
	virtio_put16(v, COMMON_QUEUE_ENABLE, 1);
	return true;
}

static unsigned pick_size(struct virtio_device *v, unsigned index, unsigned wanted)
{
	unsigned size = 1, offered;

	virtio_put16(v, COMMON_QUEUE_SELECT, (u16)index);
	offered = virtio_get16(v, COMMON_QUEUE_SIZE);
	if (index >= v->queue_count || offered == 0)
		return 0;
	while (size * 2 <= MIN(MIN(offered, wanted), VIRTQUEUE_MAX))
		size *= 2;
	return size;
}

struct virtqueue *virtqueue_create(struct virtio_device *v, unsigned index, unsigned wanted, unsigned vector)
{
	unsigned size = pick_size(v, index, wanted);
	struct virtqueue *q;

	if (size == 0)
		return NULL;
	q = kzalloc(sizeof(*q) + size * sizeof(struct slot));
	if (!q)
		return NULL;
	q->device = v;
	q->index = index;
	q->size = q->free_count = size;
	for (unsigned i = 0; i < size; i++)
		q->slots[i].next = i + 1 < size ? (u16)(i + 1) : NONE;
	if (!allocate_rings(q) || !tell_device(q, vector)) {
		log_error(v->name, "queue %u cannot be set up", index);
		kfree(q->descriptors);
		kfree(q);
		return NULL;
	}
	virtqueue_disable_interrupts(q);
	return q;
}

static void break_queue(struct virtqueue *q, const char *why)
{
	if (!q->broken)
		log_error(q->device->name, "queue %u is closed: %s", q->index, why);
	q->broken = true;
}

int virtqueue_add(struct virtqueue *q, const struct virtio_buffer *buffers, unsigned out, unsigned in, void *token)
{
	unsigned count = out + in;
	u16 head = q->free_head, at = head, last = head;
	u32 writable = 0;

	ASSERT(count > 0 && token);
	if (q->broken)
		return -EIO;
	if (q->free_count < count)
		return -ENOSPC;
	for (unsigned i = 0; i < count; i++) {
		q->descriptors[at] = (struct descriptor){
			.address = virt_to_phys(buffers[i].data).v,
			.length = buffers[i].length,
			.flags = (u16)((i + 1 < count ? DESCRIPTOR_NEXT : 0) | (i >= out ? DESCRIPTOR_WRITE : 0)),
			.next = q->slots[at].next,
		};
		writable += i >= out ? buffers[i].length : 0;
		last = at;
		at = q->slots[at].next;
	}
	q->free_head = at;
	q->free_count -= count;
	q->slots[last].next = NONE;
	q->slots[head].token = token;
	q->slots[head].writable = writable;
	q->avail->ring[q->avail_index % q->size] = head;
	q->avail_index++;
	__atomic_store_n(&q->avail->index, q->avail_index, __ATOMIC_RELEASE);
	return 0;
}

void virtqueue_kick(struct virtqueue *q)
{
	u16 added = (u16)(q->avail_index - q->kicked_index);
	bool wanted;

	if (added == 0 || q->broken)
		return;
	smp_mb();	/* between A and B */
	if (has_events(q))
		wanted = (u16)(q->avail_index - READ_ONCE(*avail_event(q)) - 1) < added;
	else
		wanted = !(READ_ONCE(q->used->flags) & USED_NO_NOTIFY);
	q->kicked_index = q->avail_index;
	if (wanted)
		*q->notify = (u16)q->index;
}

/* The chain's descriptors are free again. */
static void free_chain(struct virtqueue *q, u16 head)
{
	u16 last = head;
	unsigned count = 1;

	while (q->slots[last].next != NONE) {
		last = q->slots[last].next;
		count++;
	}
	q->slots[last].next = q->free_head;
	q->free_head = head;
	q->free_count += count;
	q->slots[head].token = NULL;
}

void *virtqueue_take(struct virtqueue *q, u32 *length)
{
	struct used_entry *entry = &q->used->ring[q->used_index % q->size];
	void *token;
	u32 id, written;

	if (q->broken || __atomic_load_n(&q->used->index, __ATOMIC_ACQUIRE) == q->used_index)
		return NULL;
	id = READ_ONCE(entry->id);
	written = READ_ONCE(entry->length);
	if (id >= q->size || !q->slots[id].token) {
		break_queue(q, "the device returned a buffer that it does not have");
		return NULL;
	}
	token = q->slots[id].token;
	*length = MIN(written, q->slots[id].writable);
	q->used_index++;
	free_chain(q, (u16)id);
	return token;
}

bool virtqueue_enable_interrupts(struct virtqueue *q)
{
	if (has_events(q))
		WRITE_ONCE(*used_event(q), q->used_index);
	else
		WRITE_ONCE(q->avail->flags, 0);
	smp_mb();
	return q->broken || READ_ONCE(q->used->index) == q->used_index;
}

/* With event indices: half the index space away, where the device does not get before somebody takes. */
void virtqueue_disable_interrupts(struct virtqueue *q)
{
	if (has_events(q))
		WRITE_ONCE(*used_event(q), (u16)(q->used_index + 0x8000));
	else
		WRITE_ONCE(q->avail->flags, AVAIL_NO_INTERRUPT);
}

bool virtqueue_ready(const struct virtqueue *q)
{
	return !READ_ONCE(q->broken) && READ_ONCE(q->used->index) != READ_ONCE(q->used_index);
}
