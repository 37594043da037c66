/*
 * Netlink: what the tables of the network tell those who listen (RTMGRP_… of rtnetlink(7)).
 *
 *  - Each may be called from any task context, under the tables' locks too. While nobody listens to the group it costs one load.
 *  - A listener whose queue is full loses the message, and reads ENOBUFS once.
 */
#ifndef NET_NETLINK_H
#define NET_NETLINK_H

#include "net/neighbour.h"
#include "net/route.h"

void netlink_link_changed(const struct netdev *d);
void netlink_address_changed(const struct netdev *d, const struct netdev_address *a, bool gone);
void netlink_route_changed(const struct route_entry *e, bool gone);
void netlink_neighbour_changed(const struct neighbour *n, bool gone);	/* under its lock */

struct netlink_row {
	u16 protocol;
	u32 port, groups, queued, drops;
	bool dumping;
	u64 inode;
};
/* fn for each socket, under the lock of them all: it must not sleep. For /proc/net/netlink. */
void netlink_walk(void (*fn)(const struct netlink_row *row, void *arg), void *arg);

#endif
