/* Between udp.c (endpoints, ports, look-up), udp_input.c and udp_socket.c. */
#ifndef NET_UDP_INTERNAL_H
#define NET_UDP_INTERNAL_H

#include "net/error_queue.h"
#include "net/inet.h"
#include "net/udp.h"
#include "sched/rcu.h"
#include "sched/wait.h"

#define UDP_HEADER 8u

/*
 * An endpoint in the bucket of its port. A node is never used again, so that a reader who stands on one that was taken out is not led
 * into another bucket: an endpoint that gave its port back (connect to AF_UNSPEC) gets another node with the next port.
 */
struct udp_node {
	struct udp_node *next;		/* [b] [rcu] */
	struct udp *udp;		/* [I] once it is in a bucket */
	struct rcu_head rcu;
};

/*
 * Letters: [I] immutable, [a] atomic, [l] lock, [b] the port table's lock, [rcu] published,
 * [s] the socket's send_order.
 */
struct udp {
	struct rcu_head rcu;
	atomic32 refs;			/* [a] */
	struct udp_node first;		/* its node for its first port, */
	struct udp_node *node;		/* [b] and the one that is in a bucket; NULL: none */
	u16 port;			/* [b] 0: not bound; [a] read */
	bool v6, v6only;		/* [I], [a] */
	bool reuse_address, reuse_port, broadcast;	/* [a] */
	bool bound_address, bound_port;	/* [a] as bind said: disconnecting leaves them */
	struct ip_address local;	/* [l] [a] any: every address */
	struct endpoint remote;		/* [l] port 0: not connected */
	u32 device;			/* [a] only this one's datagrams; 0: all */
	u32 uid;			/* [a] */
	u64 inode, cookie;		/* [I] */
	struct inet_options options;	/* [a] */

	struct spinlock lock;		/* RANK_SOCKET */
	struct list queue;		/* [l] struct packet, payload at data; control[0]: destination port is not kept, ours it is */
	u32 queued;			/* [l] what the packets hold, by true size */
	u32 queue_max;			/* [a] SO_RCVBUF */
	u64 drops;			/* [l] */
	int error;			/* [a] positive errno of an ICMP error, for connected ones */
	bool shut_read, shut_write;	/* [a] */
	struct error_queue errors;	/* its own lock */
	bool stamp;			/* [a] its reader wants arrival times */
	struct route route;		/* [l] to `remote` */
	bool cork;			/* [a] UDP_CORK */
	struct udp_pending *pending;	/* [s] a datagram that grows (MSG_MORE, UDP_CORK), or NULL; [a] read */
	struct waitq wait;
};

struct udp *udp_alloc(bool v6);
void udp_put(struct udp *u);
void udp_unhash(struct udp *u);		/* its port is free again */

/* 0; -EINVAL: bound already; -EADDRINUSE; -EADDRNOTAVAIL; -ENOMEM. port 0: a free one, at random (RFC 6056, 3.3.1). */
int udp_bind(struct udp *u, const struct endpoint *local);

/* Who gets a datagram from `from` to `to` on a device: referenced, or NULL. */
struct udp *udp_find(const struct endpoint *from, const struct endpoint *to, u32 device);

/* Would u take it? The better the fit the higher; -1: no. */
int udp_score(const struct udp *u, const struct endpoint *from, const struct endpoint *to, u32 device);

/* The chain of endpoints with a port, under RCU. */
struct udp_node *udp_bucket(u16 port);

/* How one datagram leaves, where that is not what the socket's options say. */
struct udp_sending {
	struct ip_address source;	/* any: the route's */
	u32 device;			/* 0: the socket's */
	int ttl, tos;			/* -1: the socket's */
	bool dont_fragment;
};

/* A datagram that is put together by several sends: where the first of them said. */
struct udp_pending {
	struct packet *packet;		/* all in pages of its own */
	struct udp_sending how;
	struct endpoint to;
	struct route route;
};

/* sendmsg, for udp_socket.c's table. */
ssize_t udp_send(struct socket *s, struct message *m);
void udp_flush(struct socket *s);		/* send the datagram that grows, if there is one */
void udp_drop_pending(struct udp *u);		/* throw it away; nobody else uses the socket */
int udp_bind_automatically(struct udp *u);	/* a port of its own before the first datagram leaves: 0 or as udp_bind */

/* Does it want to hear of every error of datagrams to that address (IP_RECVERR, IPV6_RECVERR)? */
static inline bool udp_asks_for_errors(const struct udp *u, const struct ip_address *to)
{
	return ip_is_v4(to) ? u->options.receive_errors : u->options.receive_v6_errors;
}

/* A sender's control messages: 0 or -EINVAL. */
int udp_read_control(const struct socket *s, const struct message *m, struct udp_sending *how);

/* What a queued packet costs its receiver. */
u32 udp_true_size(const struct packet *p);

#endif
