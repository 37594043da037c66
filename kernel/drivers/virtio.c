/*
 * Virtio over PCI: registers and feature negotiation (virtio 1.1, 4.1 and 3.1). Boot, one CPU; no locks. Queues are in
 * virtqueue.c. The device's claims about where its registers are are checked by pci_map against its BARs.
 */
#include "drivers/virtio.h"

#include "drivers/virtqueue.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/types.h"
#include "sched/clock.h"

/* Vendor capabilities (4.1.4). */
#define CAP_LENGTH	2
#define CAP_TYPE	3
#define CAP_BAR		4
#define CAP_OFFSET	8
#define CAP_SIZE	12
#define CAP_MULTIPLIER	16		/* of the notification capability */

enum { CFG_COMMON = 1, CFG_NOTIFY = 2, CFG_DEVICE = 4 };

#define COMMON_SIZE	56u
#define CONFIG_MAX	4096u
#define NOTIFY_MAX	KIB(256)

enum {
	STATUS_ACKNOWLEDGE = 1, STATUS_DRIVER = 2, STATUS_DRIVER_OK = 4, STATUS_FEATURES_OK = 8, STATUS_FAILED = 128,
};

#define RESET_TIME	NS_PER_SEC

u8 virtio_get8(const struct virtio_device *v, enum virtio_common r)   { return *(v->common + r); }
u16 virtio_get16(const struct virtio_device *v, enum virtio_common r) { return *(volatile u16 *)(v->common + r); }
u32 virtio_get32(const struct virtio_device *v, enum virtio_common r) { return *(volatile u32 *)(v->common + r); }
void virtio_put8(struct virtio_device *v, enum virtio_common r, u8 x)   { *(v->common + r) = x; }
void virtio_put16(struct virtio_device *v, enum virtio_common r, u16 x) { *(volatile u16 *)(v->common + r) = x; }
void virtio_put32(struct virtio_device *v, enum virtio_common r, u32 x) { *(volatile u32 *)(v->common + r) = x; }

void virtio_put64(struct virtio_device *v, enum virtio_common r, u64 x)
{
	virtio_put32(v, r, (u32)x);
	virtio_put32(v, r + 4, (u32)(x >> 32));
}

/* Map what a capability of this type describes, at most `max` bytes of it; the first that can be mapped counts. */
static volatile u8 *map_capability(struct virtio_device *v, u8 type, u32 least, u32 max, u32 *size, unsigned *cap)
{
	struct pci_device *pci = v->pci;

	for (unsigned at = pci_find_capability(pci, PCI_CAP_VENDOR, 0); at; at = pci_find_capability(pci, PCI_CAP_VENDOR, at)) {
		volatile u8 *p;
		u32 length;

		if (pci_read8(pci, at + CAP_TYPE) != type || pci_read8(pci, at + CAP_LENGTH) < 16)
			continue;
		length = MIN(pci_read32(pci, at + CAP_SIZE), max);
		if (length < least)
			continue;
		p = pci_map(pci, pci_read8(pci, at + CAP_BAR), pci_read32(pci, at + CAP_OFFSET), length);
		if (!p)
			continue;
		*size = length;
		*cap = at;
		return p;
	}
	return NULL;
}

static int map_registers(struct virtio_device *v)
{
	unsigned cap = 0;
	u32 size;

	v->common = map_capability(v, CFG_COMMON, COMMON_SIZE, COMMON_SIZE, &size, &cap);
	v->config = map_capability(v, CFG_DEVICE, 1, CONFIG_MAX, &v->config_size, &cap);
	if (!v->config)
		v->config_size = 0;
	v->notify = map_capability(v, CFG_NOTIFY, 2, NOTIFY_MAX, &v->notify_size, &cap);
	if (!v->common || !v->notify || pci_read8(v->pci, cap + CAP_LENGTH) < 20)
		return -ENODEV;
	v->notify_multiplier = pci_read32(v->pci, cap + CAP_MULTIPLIER);
	return 0;
}

static int reset(struct virtio_device *v)
{
	u64 end = clock_now() + RESET_TIME;

	virtio_put8(v, COMMON_STATUS, 0);
	while (virtio_get8(v, COMMON_STATUS) != 0) {
		if (clock_now() > end)
			return -ETIMEDOUT;
		arch_pause();
	}
	return 0;
}

static void add_status(struct virtio_device *v, u8 bits)
{
	virtio_put8(v, COMMON_STATUS, virtio_get8(v, COMMON_STATUS) | bits);
}

static u64 offered_features(struct virtio_device *v)
{
	u64 low;

	virtio_put32(v, COMMON_DEVICE_FEATURE_SELECT, 0);
	low = virtio_get32(v, COMMON_DEVICE_FEATURE);
	virtio_put32(v, COMMON_DEVICE_FEATURE_SELECT, 1);
	return low | (u64)virtio_get32(v, COMMON_DEVICE_FEATURE) << 32;
}

static int negotiate(struct virtio_device *v, u64 wanted)
{
	v->features = offered_features(v) & (wanted | VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX);
	if (!(v->features & VIRTIO_F_VERSION_1))
		return -EOPNOTSUPP;
	virtio_put32(v, COMMON_DRIVER_FEATURE_SELECT, 0);
	virtio_put32(v, COMMON_DRIVER_FEATURE, (u32)v->features);
	virtio_put32(v, COMMON_DRIVER_FEATURE_SELECT, 1);
	virtio_put32(v, COMMON_DRIVER_FEATURE, (u32)(v->features >> 32));
	add_status(v, STATUS_FEATURES_OK);
	return virtio_get8(v, COMMON_STATUS) & STATUS_FEATURES_OK ? 0 : -EOPNOTSUPP;
}

int virtio_init(struct virtio_device *v, struct pci_device *pci, const char *name, u64 wanted)
{
	int r;

	*v = (struct virtio_device){ .pci = pci, .name = name };
	pci_enable(pci);
	r = map_registers(v);
	if (r < 0)
		return r;
	r = reset(v);
	if (r < 0)
		return r;
	add_status(v, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
	r = negotiate(v, wanted);
	if (r == 0)
		r = pci_msix_init(pci);
	if (r < 0) {
		virtio_fail(v);
		return r;
	}
	virtio_put16(v, COMMON_CONFIG_VECTOR, VIRTIO_NO_VECTOR);
	v->queue_count = virtio_get16(v, COMMON_QUEUE_COUNT);
	return 0;
}

void virtio_start(struct virtio_device *v)
{
	add_status(v, STATUS_DRIVER_OK);
}

void virtio_fail(struct virtio_device *v)
{
	if (reset(v) < 0)
		log_error(v->name, "the device does not reset");
	virtio_put8(v, COMMON_STATUS, STATUS_FAILED);
}

u8 virtio_config8(const struct virtio_device *v, u32 offset)
{
	return offset < v->config_size ? *(v->config + offset) : 0;
}

u16 virtio_config16(const struct virtio_device *v, u32 offset)
{
	return offset + 2 <= v->config_size ? *(volatile u16 *)(v->config + offset) : 0;
}

u32 virtio_config32(const struct virtio_device *v, u32 offset)
{
	return offset + 4 <= v->config_size ? *(volatile u32 *)(v->config + offset) : 0;
}
