/*
 * Between virtio_net.c (probe, control), virtio_net_rx.c and virtio_net_tx.c.
 *
 *  - A queue pair belongs to a CPU: its interrupt arrives there, and tasks of that CPU send by it.
 *  - An interrupt touches no queue: it only schedules the pair's work, so the locks are plain ones of task context.
 */
#ifndef DRIVERS_VIRTIO_NET_INTERNAL_H
#define DRIVERS_VIRTIO_NET_INTERNAL_H

#include "drivers/virtio.h"
#include "net/netdev.h"
#include "net/work.h"
#include "sched/lock.h"
#include "sched/timer.h"

/* Feature bits (5.1.3). */
#define NET_F_CSUM		(1ull << 0)
#define NET_F_GUEST_CSUM	(1ull << 1)
#define NET_F_MTU		(1ull << 3)
#define NET_F_MAC		(1ull << 5)
#define NET_F_GUEST_TSO4	(1ull << 7)
#define NET_F_GUEST_TSO6	(1ull << 8)
#define NET_F_HOST_TSO4		(1ull << 11)
#define NET_F_HOST_TSO6		(1ull << 12)
#define NET_F_MRG_RXBUF		(1ull << 15)
#define NET_F_STATUS		(1ull << 16)
#define NET_F_CTRL_VQ		(1ull << 17)
#define NET_F_CTRL_RX		(1ull << 18)
#define NET_F_MQ		(1ull << 22)
#define NET_F_CTRL_MAC_ADDR	(1ull << 23)
#define NET_F_HOST_USO		(1ull << 56)

/* What stands before every packet (5.1.6), both ways. */
struct net_header {
	u8 flags;
	u8 gso_type;
	u16 header_length;
	u16 gso_size;
	u16 checksum_start;		/* from the packet's first byte */
	u16 checksum_offset;
	u16 buffers;			/* received: how many the packet lies in */
};
_Static_assert(sizeof(struct net_header) == 12, "virtio 1.1, 5.1.6");

#define HEADER_NEEDS_CHECKSUM 1u
#define HEADER_DATA_VALID     2u
#define GSO_NONE  0u
#define GSO_TCP4  1u
#define GSO_TCP6  4u
#define GSO_UDP_L4 5u
#define GSO_ECN   0x80u

#define PAIRS_MAX 16u

/* Letters: [I] immutable once the device is registered, [l] lock. */
struct net_receive {
	struct spinlock lock;		/* RANK_NETDEV */
	struct virtqueue *queue;	/* [l] */
	struct net_work work;
	unsigned posted;		/* [l] buffers that the device has */
	unsigned capacity;		/* [I] */
	struct timer refill;		/* [l] to arm: memory was short */
	struct net_device *owner;	/* [I] */
} __aligned(64);

struct net_transmit {
	struct spinlock lock;		/* RANK_NETDEV */
	struct virtqueue *queue;	/* [l] */
	struct net_work work;		/* packets wait and there is room again; or it is time to free what was sent */
	struct timer timer;		/* [l] to arm: a second after a packet was sent */
	unsigned in_flight;		/* [l] packets that the device has */
	struct list waiting;		/* [l] struct packet: the queue was full */
	unsigned waiting_count;		/* [l] */
	struct net_device *owner;	/* [I] */
} __aligned(64);

struct net_device {
	struct netdev netdev;
	struct virtio_device virtio;
	unsigned pairs;			/* [I] */
	struct net_receive receive[PAIRS_MAX];
	struct net_transmit transmit[PAIRS_MAX];
	struct spinlock control_lock;	/* RANK_NETDEV */
	struct virtqueue *control;	/* [control_lock] NULL: the device has none */
};

/* Give a receive queue its buffers; task context. */
void virtio_net_fill(struct net_receive *r);
void virtio_net_rx_init(struct net_receive *r, struct net_device *owner, struct virtqueue *queue);
void virtio_net_rx_start(struct net_receive *r);	/* after virtio_start */
void virtio_net_rx_interrupt(void *arg);

void virtio_net_tx_init(struct net_transmit *t, struct net_device *owner, struct virtqueue *queue);
void virtio_net_tx_interrupt(void *arg);
int virtio_net_transmit(struct netdev *d, struct packet *p, bool more);

#endif
