/*
 * Groups: which ones the devices are members of, for which sockets, and telling routers of it by IGMP (RFC 3376, RFC 2236) and MLD
 * (RFC 3810, RFC 2710).
 *
 *  - A device is a member of a group as long as a socket is; of all hosts' groups, and of the solicited-node groups of its addresses
 *    (net/nd.c), always. Looked up under RCU.
 *  - Reports are those of the newest version, but where an older router was heard those of its version. Groups that everybody is in are
 *    not reported, nor is anything on loopback.
 *  - Memberships are of a group as a whole: sources are not filtered.
 */
#ifndef NET_MULTICAST_H
#define NET_MULTICAST_H

#include "net/netdev.h"

#define MULTICAST_GROUPS_MAX  1024u	/* of all devices together */
#define MULTICAST_MEMBERS_MAX 20u	/* of a socket: net.ipv4.igmp_max_memberships */

void multicast_init(void);		/* boot */

/* Does a device hear a group? Under RCU. */
bool multicast_is_member(const struct netdev *d, const struct ip_address *group);

/* The device is up: its groups are reported anew. Task context. */
void multicast_device_up(struct netdev *d);

/* Messages of routers and other members: p->data is the IGMP or ICMPv6 header. */
void igmp_receive(struct packet *p);		/* takes it */
void mld_receive(struct packet *p);		/* its sum was checked; stays the caller's */

/* A socket's memberships: NULL is none. Task context. */
struct multicast_member;

/* 0; -EADDRINUSE: it is one; -ENOBUFS: too many; -ENOMEM. */
int multicast_join(struct multicast_member **members, struct netdev *d, const struct ip_address *group);

/* By device index, 0: any. 0, or -EADDRNOTAVAIL: it is none. */
int multicast_leave(struct multicast_member **members, unsigned index, const struct ip_address *group);
void multicast_leave_all(struct multicast_member **members);

/* Does a packet to a group that came by device `index` concern the socket? `all`: also when only others joined. Under RCU. */
bool multicast_concerns(struct multicast_member *const *members, unsigned index, const struct ip_address *group, bool all);

/* What /proc/net/igmp and igmp6 list, under their lock. */
struct multicast_row {
	const struct netdev *device;
	struct ip_address group;
	u32 users;
	u64 timer_ns;			/* until the next report; 0: none is due */
};
void multicast_walk(void (*fn)(const struct multicast_row *row, void *arg), void *arg);

/* The version of IGMP that a device speaks: 1 to 3. */
unsigned multicast_igmp_version(const struct netdev *d);

#endif
