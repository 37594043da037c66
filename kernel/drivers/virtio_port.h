/* Ports of a virtio-console device, between virtio_console.c (control) and virtio_port.c (files and data). */
#ifndef DRIVERS_VIRTIO_PORT_H
#define DRIVERS_VIRTIO_PORT_H

#include "drivers/virtio.h"
#include "fs/file.h"
#include "lib/list.h"
#include "sched/lock.h"
#include "sched/wait.h"

#define PORTS_MAX     16u
#define PORT_NAME_MAX 64u
#define PORT_INPUTS   32u		/* buffers for receiving, a page each */
#define PORT_OUTPUTS  16u		/* … for sending */

/* A page of data: the device's, or on a list of the port, or the holder's of the read or write lock. */
struct port_buffer {
	struct list link;
	u8 *data;
	u32 length, offset;		/* received; read so far */
};

struct port_device;

/* Letters: [I] immutable once its queues exist, [l] device->lock, [c] whoever handles control messages. */
struct port {
	struct port_device *device;	/* [I] */
	u32 id;				/* [I] */
	char name[PORT_NAME_MAX];	/* [c] */
	bool registered, buffers_ready;	/* [c] */
	struct virtqueue *rx, *tx;	/* [l] */
	struct list filled;		/* [l] received, oldest first; the first is also the holder's of read_lock */
	struct list idle;		/* [l] output buffers that nobody uses */
	bool host_open;			/* [l] the host listens; read without */
	bool hung_up;			/* [l] the host listened, and stopped; read without */
	bool open;			/* [l] */
	struct mutex read_lock, write_lock;	/* RANK_OBJECT: one transfer at a time; not held while waiting */
	struct waitq readers, writers;
};

struct port_device {
	struct virtio_device virtio;
	struct spinlock lock;		/* RANK_DEVICE, irq */
	unsigned port_count;		/* [I] */
	struct port ports[PORTS_MAX];
};

void port_init(struct port *p, struct port_device *d, u32 id);
bool port_fill(struct port *p);				/* allocate buffers, offer them; false when memory is out. Task context */
int port_register(struct port *p, const char *path);	/* 0 or -errno */
void port_interrupt(struct port *p);			/* its queues may have something. Interrupts off */

/* virtio_console.c: tell the host that a program listens. Task context. */
void port_tell_open(struct port *p, bool open);

#endif
