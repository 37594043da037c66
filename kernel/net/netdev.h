/*
 * Network devices.
 *
 *  - A driver registers a struct netdev and never takes it back: devices live forever.
 *  - netdev_transmit takes packets from any task context, under connections' locks too; the driver's own lock ranks RANK_NETDEV.
 *  - A driver hands packets in from net_work functions (task context) by netdev_receive.
 *  - `features` says what the device does by itself; netdev_transmit does the rest in software, so nobody above asks.
 */
#ifndef NET_NETDEV_H
#define NET_NETDEV_H

#include "arch/arch.h"
#include "lib/list.h"
#include "lib/types.h"
#include "net/address.h"
#include "net/packet.h"
#include "sched/lock.h"

#define ARPHRD_ETHER    1
#define ARPHRD_LOOPBACK 772

#define NETDEV_MAX     32u
#define NETDEV_NAME    16
#define ETHERNET_ALEN  6

enum netdev_features {
	NETDEV_CHECKSUM  = 1 << 0,	/* completes CHECKSUM_PARTIAL */
	NETDEV_TSO4      = 1 << 1,	/* SEGMENT_TCP4 … */
	NETDEV_TSO6      = 1 << 2,
	NETDEV_USO       = 1 << 3,
	NETDEV_LOOPBACK  = 1 << 4,	/* packets never leave the machine: nothing is cut or completed */
	NETDEV_NO_ARP    = 1 << 5,	/* no link addresses to find out */
};

/* IFF_ bits of netdevice(7). */
#define IFF_UP        0x1
#define IFF_BROADCAST 0x2
#define IFF_LOOPBACK  0x8
#define IFF_RUNNING   0x40
#define IFF_NOARP     0x80
#define IFF_PROMISC   0x100
#define IFF_ALLMULTI  0x200
#define IFF_MULTICAST 0x1000
#define IFF_LOWER_UP  0x10000

struct netdev;

struct netdev_ops {
	/*
	 * Queue the packet for sending; takes it. `more`: another call follows at once, the device need not hear of it yet. 0, or
	 * -ENOBUFS (freed: the queue is full). Any task context; the driver locks.
	 */
	int (*transmit)(struct netdev *d, struct packet *p, bool more);
	int (*set_mac)(struct netdev *d, const u8 mac[ETHERNET_ALEN]);	/* 0 or -errno; NULL: cannot */
	int (*set_flags)(struct netdev *d, u32 flags);			/* promiscuous, all multicast; 0 or -errno; NULL: cannot */
};

struct netdev_stats {
	u64 rx_packets, rx_bytes, rx_errors, rx_dropped;
	u64 tx_packets, tx_bytes, tx_errors, tx_dropped;
	u64 multicast;
};

/* Letters: [I] immutable after registration, [a] atomic, [d] the device's lock (RANK_NETDEV_CONFIG). */
struct netdev {
	char name[NETDEV_NAME];		/* [I] "lo", "eth0" */
	unsigned index;			/* [I] 1 … */
	u16 type;			/* [I] ARPHRD_ */
	u16 header_length;		/* [I] of its link layer */
	u32 features;			/* [I] enum netdev_features */
	u32 max_mtu;			/* [I] */
	u32 mtu;			/* [a] of the network layer, in bytes */
	u32 flags;			/* [a] IFF_ */
	u8 mac[ETHERNET_ALEN];		/* [d] */
	const struct netdev_ops *ops;	/* [I] */
	struct spinlock lock;		/* RANK_NETDEV_CONFIG */
	struct list addresses;		/* [route_lock] struct netdev_address: net/route.h */
	struct netdev_stats *stats;	/* [a] one for each CPU, added up by readers */
	void *driver;			/* [I] */
};

/*
 * Somebody who sees every packet of a device, or of all (AF_PACKET). `deliver` gets a packet that it may look at and clone, but does not
 * own: data is the link header. Task context, under connections' locks when outgoing: it must not call back into the network.
 */
struct netdev_tap {
	struct netdev_tap *next;	/* [rcu] */
	struct netdev *device;		/* [I while listed] NULL: all */
	void (*deliver)(struct netdev_tap *t, struct netdev *d, const struct packet *p, bool outgoing);
};
void netdev_add_tap(struct netdev_tap *t);
void netdev_remove_tap(struct netdev_tap *t);	/* its memory may go by rcu_call afterwards, not before */

/*
 * Put a device into service, not up yet. `name` with %d takes the first free number. The driver filled type, header_length, features,
 * mtu, max_mtu, mac, ops, driver. 0, -ENOMEM, or -ENOSPC beyond NETDEV_MAX.
 */
int netdev_register(struct netdev *d, const char *name);

struct netdev *netdev_by_index(unsigned index);		/* NULL: none */
struct netdev *netdev_by_name(const char *name);
unsigned netdev_count(void);				/* indices are 1 … count */

/* Change IFF_UP, IFF_PROMISC, IFF_ALLMULTI: 0 or -errno. Routes and addresses follow a device that goes down. Task context. */
int netdev_set_flags(struct netdev *d, u32 flags);
int netdev_set_mac(struct netdev *d, const u8 mac[ETHERNET_ALEN]);	/* 0, -EOPNOTSUPP, -EADDRNOTAVAIL: a group's */
int netdev_set_mtu(struct netdev *d, u32 mtu);		/* 68 … max_mtu; -EINVAL */

/*
 * Send a packet whose link header is complete (for a loopback device: whose network header is). Completes checksums and cuts segments
 * for a device that cannot, shows it to taps, counts. Takes it. 0 or -ENOBUFS, -ENETDOWN.
 */
int netdev_transmit(struct netdev *d, struct packet *p, bool more);

/* A packet came in: link header at p->data (network header on loopback), p->device set, checksum state set. Takes it. Task context. */
void netdev_receive(struct packet *p);

void netdev_stats(const struct netdev *d, struct netdev_stats *sum);

/* Count for this CPU: netdev_add(d, rx_dropped, 1). Task context. */
#define netdev_add(d, counter, n) ((d)->stats[arch_cpu_id()].counter += (n))

/* The loopback device, registered first: index 1. */
void loopback_init(void);

/* Let this machine hear a packet that it sends to many: p->device is the one it leaves by. Takes it; dropped when the queue is full. */
void loopback_hear(struct packet *p);

/* Cut a packet that the device cannot cut by itself and transmit the pieces (segment.c). Takes it; as netdev_transmit. */
int netdev_transmit_segments(struct netdev *d, struct packet *p, bool more);

#endif
