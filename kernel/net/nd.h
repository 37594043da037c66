/*
 * Neighbour discovery and address configuration for IPv6 (RFC 4861, RFC 4862), on each Ethernet device that is up. Task context.
 */
#ifndef NET_ND_H
#define NET_ND_H

#include "net/netdev.h"

/* A message of types 133 to 137, checked for its sum, header at data; stays the caller's. */
void nd_receive(struct packet *p);

/* Ask where `address` is: its solicited-node group, or the one at `mac`. From under neighbour_lock. */
void nd_solicit(struct netdev *d, const struct ip_address *address, const u8 *mac);

/* Does this device listen to a group? All nodes, and the solicited-node groups of its addresses (RFC 4291, 2.8). */
bool nd_is_member(struct netdev *d, const struct ip_address *group);

/* An address that is being checked for duplicates (RFC 4862, 5.4): only neighbour discovery hears packets to it. */
bool nd_is_tentative(struct netdev *d, const struct ip_address *address);

/* The device came up: a link-local address, and a question for routers. */
void nd_start(struct netdev *d);

#endif
