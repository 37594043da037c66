/* Address resolution for IPv4 over Ethernet (RFC 826, RFC 5227). Task context. */
#ifndef NET_ARP_H
#define NET_ARP_H

#include "net/netdev.h"

/* A packet from ethernet_receive, its header at data; takes it. */
void arp_receive(struct packet *p);

/* Ask who has `address`: everybody, or the one at `mac`. From under neighbour_lock. */
void arp_request(struct netdev *d, const struct ip_address *address, const u8 *mac);

/* Tell the link that `address` is ours (RFC 5227, 2.3). */
void arp_announce(struct netdev *d, const struct ip_address *address);

#endif
