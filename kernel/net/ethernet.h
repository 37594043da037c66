/* Ethernet II framing (IEEE 802.3, RFC 894, RFC 2464). Task context. */
#ifndef NET_ETHERNET_H
#define NET_ETHERNET_H

#include "net/netdev.h"

#define ETHERNET_HEADER 14u
#define ETHERTYPE_IP4 0x0800
#define ETHERTYPE_ARP 0x0806
#define ETHERTYPE_IP6 0x86dd

/* A frame from netdev_receive; takes it. */
void ethernet_receive(struct packet *p);

/* Put a header in front of a network packet and transmit it; takes it. As netdev_transmit. */
int ethernet_send(struct netdev *d, struct packet *p, const u8 destination[ETHERNET_ALEN], u16 type, bool more);

/* The link address of an IPv4 or IPv6 multicast group (RFC 1112, 6.4; RFC 2464, 7). */
void ethernet_multicast(const struct ip_address *group, u8 mac[ETHERNET_ALEN]);

#endif
