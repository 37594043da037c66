/* From the link layer up: what comes in over IPv4 and IPv6. Task context. */
#ifndef NET_IP_INPUT_H
#define NET_IP_INPUT_H

#include "net/ip.h"

/* A packet with a network header of either family at data; takes it. */
void ip_receive(struct packet *p);

void ip4_receive(struct packet *p);
void ip6_receive(struct packet *p);

/* A whole packet for this machine, transport header at data, p->ip filled; takes it. */
void ip_deliver(struct packet *p);

/* An ICMP error about a packet of ours: to the protocol that sent it. */
void ip_report_error(const struct ip_error *e);

#endif
