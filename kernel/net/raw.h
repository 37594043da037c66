/*
 * Raw sockets (raw(7)) and ping sockets (icmp(7)): for the network layer's table, and what /proc/net/raw and /proc/net/icmp list.
 *
 *  - They see copies: whatever a protocol of this machine does with a packet, it does too.
 */
#ifndef NET_RAW_H
#define NET_RAW_H

#include "net/ip.h"

/* A packet for this machine, transport header at data, its network header in front of it; stays the caller's. False: nobody has a socket. */
bool raw_deliver(struct packet *p);

void raw_error(const struct ip_error *e);

struct raw_row {
	bool v6, ping;
	u8 protocol;
	struct endpoint local, remote;	/* ports: the protocol, or a ping socket's identifier */
	u32 receive_queue, uid;
	u64 inode, drops;
};
/* fn for each, under RCU: it must not sleep. */
void raw_walk(void (*fn)(const struct raw_row *row, void *arg), void *arg);

#endif
