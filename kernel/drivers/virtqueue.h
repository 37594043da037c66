/* The common configuration registers, between virtio.c and virtqueue.c (virtio 1.1, 4.1.4.3). */
#ifndef DRIVERS_VIRTQUEUE_H
#define DRIVERS_VIRTQUEUE_H

#include "drivers/virtio.h"

enum virtio_common {
	COMMON_DEVICE_FEATURE_SELECT = 0,
	COMMON_DEVICE_FEATURE        = 4,
	COMMON_DRIVER_FEATURE_SELECT = 8,
	COMMON_DRIVER_FEATURE        = 12,
	COMMON_CONFIG_VECTOR         = 16,	/* 16 bits */
	COMMON_QUEUE_COUNT           = 18,	/* 16 */
	COMMON_STATUS                = 20,	/* 8 */
	COMMON_QUEUE_SELECT          = 22,	/* 16, as the next four */
	COMMON_QUEUE_SIZE            = 24,
	COMMON_QUEUE_VECTOR          = 26,
	COMMON_QUEUE_ENABLE          = 28,
	COMMON_QUEUE_NOTIFY_OFFSET   = 30,
	COMMON_QUEUE_DESCRIPTORS     = 32,	/* 64, as the next two */
	COMMON_QUEUE_DRIVER          = 40,
	COMMON_QUEUE_DEVICE          = 48,
};

#define VIRTIO_NO_VECTOR 0xffffu

u8 virtio_get8(const struct virtio_device *v, enum virtio_common r);
u16 virtio_get16(const struct virtio_device *v, enum virtio_common r);
u32 virtio_get32(const struct virtio_device *v, enum virtio_common r);
void virtio_put8(struct virtio_device *v, enum virtio_common r, u8 x);
void virtio_put16(struct virtio_device *v, enum virtio_common r, u16 x);
void virtio_put32(struct virtio_device *v, enum virtio_common r, u32 x);
void virtio_put64(struct virtio_device *v, enum virtio_common r, u64 x);

#endif
