/*
 * The routing table, the machine's own addresses, and what was learnt of paths. net/ip.h has the questions that a sender asks; here is
 * how they are administered (ioctl, netlink, DHCP, router advertisements).
 *
 *  - Questions are answered from a published snapshot without a lock; changes make a new one under route_lock.
 *  - Prefix lengths are those of the family: 24 of an IPv4 network, 64 of an IPv6 one.
 */
#ifndef NET_ROUTE_H
#define NET_ROUTE_H

#include "net/ip.h"
#include "net/netdev.h"

#define ROUTES_MAX    4096u
#define ADDRESSES_MAX 256u

/* RTN_ of rtnetlink(7). */
enum route_type {
	ROUTE_UNICAST     = 1,
	ROUTE_BLACKHOLE   = 6,		/* -EINVAL, as Linux */
	ROUTE_UNREACHABLE = 7,		/* -EHOSTUNREACH */
	ROUTE_PROHIBIT    = 8,		/* -EACCES */
};

/* RTPROT_: who put it there. */
enum route_origin {
	ROUTE_FROM_KERNEL = 2,		/* an address's own network */
	ROUTE_FROM_BOOT   = 3,		/* the ioctls */
	ROUTE_FROM_ADMIN  = 4,
	ROUTE_FROM_RA     = 9,
	ROUTE_FROM_DHCP   = 16,
};

struct route_entry {
	struct ip_address destination;
	u8 prefix;			/* of the family; 0 with a destination 0.0.0.0 or ::: the default */
	u8 type;			/* enum route_type */
	u8 origin;			/* enum route_origin */
	bool has_gateway;
	struct ip_address gateway;
	struct ip_address source;	/* preferred; any: the device's best */
	struct netdev *device;
	u32 metric;			/* the lower of equal prefixes wins */
	u64 valid_until;		/* clock_now() ns; TIME_NEVER */
};

/* IFA_F_ of rtnetlink(7). */
#define IFA_F_SECONDARY  0x01
#define IFA_F_DEPRECATED 0x20
#define IFA_F_TENTATIVE  0x40
#define IFA_F_PERMANENT  0x80

/* Letters: [I] immutable while listed, [R] route_lock. */
struct netdev_address {
	struct list link;		/* [R] */
	struct ip_address address;	/* [I] */
	u8 prefix;			/* [I] of the family */
	u8 flags;			/* [R] IFA_F_ */
	u64 preferred_until, valid_until;	/* [R] clock_now() ns; TIME_NEVER */
};

void route_init(void);

/* 0, -EEXIST (same destination, prefix, metric), -ENETUNREACH: the gateway is on no network of ours, -EINVAL, -ENOMEM, -ENOSPC. */
int route_add(const struct route_entry *e);

/* As route_add, but in the place of one with the same destination, prefix and metric; if there is none: -ENOENT unless `create`. */
int route_replace(const struct route_entry *e, bool create);

/* Remove the first entry that agrees in destination and prefix, and in gateway, device, metric where those are given (has_gateway, not NULL, not 0). 0 or -ESRCH. */
int route_remove(const struct route_entry *like);

/* Give a device an address and its network a route; again: new times and flags. 0, -EEXIST only when `fresh`, -EINVAL, -ENOMEM, -ENOSPC. */
int address_add(struct netdev *d, const struct netdev_address *a, bool fresh);
int address_remove(struct netdev *d, const struct ip_address *a);	/* and the routes that used it; 0 or -EADDRNOTAVAIL */

/* A device went up or down: its routes count again, or no more. */
void route_device_changed(struct netdev *d);

/* The best address of a device to send to `destination` from (RFC 6724, 5). False: it has none of that family. */
bool route_source(struct netdev *d, const struct ip_address *destination, struct ip_address *source);

/* Path MTU news (RFC 1191, RFC 8201): remembered for ten minutes. */
void route_learn_mtu(const struct ip_address *destination, u32 mtu);

/* Is it the broadcast address of a network of ours, or 255.255.255.255? */
bool ip_is_broadcast(const struct ip_address *a, const struct netdev *d);

/* Call fn for each entry until it returns false; under RCU: it must not sleep. */
void route_walk(bool (*fn)(const struct route_entry *e, void *arg), void *arg);
void address_walk(bool (*fn)(struct netdev *d, const struct netdev_address *a, void *arg), void *arg);	/* under route_lock */

#endif
