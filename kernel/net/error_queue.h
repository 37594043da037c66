/*
 * Errors that wait for who asked to be told of them (IP_RECVERR of ip(7), IPV6_RECVERR of ipv6(7), recvmsg with MSG_ERRQUEUE): what ICMP
 * said and about which datagram, what this machine refused to send, and that bytes of MSG_ZEROCOPY are free again.
 *
 *  - A queue belongs to a socket's endpoint, which keeps SO_ERROR's number beside it: taking an entry makes that the next one's.
 *  - Each entry is a packet: the failed datagram's own bytes, as far as they were quoted, and the network layer's view of the message that
 *    brought the news, for control messages. What it holds counts against the bound that its adder gives, in bytes.
 *  - The queue's lock is its own. Task context; adding is allowed under a connection's lock.
 */
#ifndef NET_ERROR_QUEUE_H
#define NET_ERROR_QUEUE_H

#include "net/inet.h"
#include "net/ip.h"

/* Letters: [q] lock, [a] atomic. */
struct error_queue {
	struct spinlock lock;		/* RANK_TAP */
	struct list entries;		/* [q] struct packet, oldest first */
	u32 held;			/* [q] bytes, by true size */
	u32 completed;			/* [q] sends with MSG_ZEROCOPY so far */
	bool filled;			/* [q] to change; [a] read: there are entries */
};

void error_queue_init(struct error_queue *q);
void error_queue_purge(struct error_queue *q);		/* its owner ends */

/* Is there anything to be read? For poll. */
static inline bool error_queue_filled(const struct error_queue *q) { return __atomic_load_n(&q->filled, __ATOMIC_RELAXED); }

/*
 * An ICMP error about a datagram to `port` (0: it has none). The entry's bytes begin `skip` bytes behind the transport header; -skip
 * bytes before it when that is negative. Nothing is added when memory or the bound is out, as on Linux.
 */
void error_queue_add_icmp(struct error_queue *q, const struct ip_error *e, u16 port, i32 skip, u32 bound);

/* This machine refused a datagram to `to`: a positive errno, and its `information` (of EMSGSIZE: the MTU). */
void error_queue_add_local(struct error_queue *q, const struct endpoint *to, int error, u32 information, u32 bound);

/* A send with MSG_ZEROCOPY is over: its bytes were copied. Runs of them make one entry. */
void error_queue_add_copied(struct error_queue *q, u32 bound);

/*
 * recvmsg with MSG_ERRQUEUE: never sleeps for an entry. Bytes, -EAGAIN, -EFAULT. *error is the endpoint's pending error: when an error of
 * ICMP was taken it becomes the next such one's number, or 0.
 */
ssize_t error_queue_receive(struct error_queue *q, struct socket *s, const struct inet_options *o, struct message *m, int *error);

#endif
