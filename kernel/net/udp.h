/*
 * UDP (RFC 768, RFC 8200 8.1): for the network layer's table, and what /proc/net/udp and sock_diag list.
 *
 *  - An endpoint is found by its local port without a lock (RCU); the one that fits a datagram best gets it, groups and broadcasts go to
 *    all that fit.
 */
#ifndef NET_UDP_H
#define NET_UDP_H

#include "net/ip.h"

void udp_init(void);			/* boot */
void udp_receive(struct packet *p);	/* takes it */
void udp_error(const struct ip_error *e);

struct udp_row {
	bool v6;
	struct endpoint local, remote;	/* remote.port 0: not connected */
	u32 send_queue, receive_queue;	/* bytes */
	u32 uid;
	u64 inode, drops, cookie;
};
/* fn for each endpoint that has a port, under RCU, until it says false: it must not sleep. */
void udp_walk(bool (*fn)(const struct udp_row *row, void *arg), void *arg);

#endif
