/*
 * Link addresses of neighbours, found by ARP (RFC 826, RFC 1122 2.3.2) and neighbour discovery (RFC 4861, 7.3), whose states they
 * share.
 *
 *  - An entry is found without a lock (RCU); its state changes under the cache's lock.
 *  - Packets for an address that is being asked about wait in the entry, a bounded number of them; they go out with the answer, or
 *    are freed when none comes.
 *  - The cache is bounded: beyond NEIGHBOURS_MAX the entry that was used longest ago goes.
 */
#ifndef NET_NEIGHBOUR_H
#define NET_NEIGHBOUR_H

#include "lib/atomic.h"
#include "net/netdev.h"
#include "sched/rcu.h"

#define NEIGHBOURS_MAX 1024u

/* NUD_ numbers of rtnetlink(7). */
enum neighbour_state {
	NUD_INCOMPLETE = 0x01,
	NUD_REACHABLE  = 0x02,
	NUD_STALE      = 0x04,
	NUD_DELAY      = 0x08,
	NUD_PROBE      = 0x10,
	NUD_FAILED     = 0x20,
	NUD_PERMANENT  = 0x80,
};

/* Letters: [I] immutable, [a] atomic, [n] neighbour_lock, [rcu] published. */
struct neighbour {
	struct neighbour *next;		/* [n] [rcu] in its bucket */
	struct rcu_head rcu;
	struct netdev *device;		/* [I] */
	struct ip_address address;	/* [I] */
	u64 mac;			/* [a] the link address in the low 48 bits, first byte lowest; valid unless INCOMPLETE or FAILED */
	u8 state;			/* [n] to change; [a] enum neighbour_state */
	bool router;			/* [n] it said so (RFC 4861) */
	u8 probes;			/* [n] sent without an answer */
	u64 used, confirmed;		/* [a] clock_now() ns */
	u64 due;			/* [n] next step of a state that waits; TIME_NEVER */
	struct list waiting;		/* [n] struct packet, network header first */
	unsigned waiting_count;		/* [n] */
};

void neighbour_init(void);

/* Send a packet (network header first) to `address` on its device's link; takes it. 0, -ENOBUFS, or -EHOSTUNREACH: it did not answer. */
int neighbour_send(struct netdev *d, const struct ip_address *address, struct packet *p, bool more);

enum neighbour_news {
	NEIGHBOUR_SOLICITED = 1 << 0,	/* it answered our question: reachable */
	NEIGHBOUR_OVERRIDE  = 1 << 1,	/* a different link address replaces the old one */
	NEIGHBOUR_CREATE    = 1 << 2,	/* make an entry if there is none */
	NEIGHBOUR_ROUTER    = 1 << 3,
	NEIGHBOUR_PERMANENT = 1 << 4,	/* set by an administrator */
};
/* Somebody said where `address` is: 0, -ENOENT (no entry, none made), -ENOMEM. */
int neighbour_learn(struct netdev *d, const struct ip_address *address, const u8 mac[ETHERNET_ALEN], unsigned news);

/* Remove an entry: 0 or -ENOENT. Every entry of a device that went down. */
int neighbour_remove(struct netdev *d, const struct ip_address *address);
void neighbour_flush(struct netdev *d);

/* Call fn for each entry, under RCU: it must not sleep. Stops when fn returns false. */
void neighbour_walk(bool (*fn)(const struct neighbour *n, void *arg), void *arg);

#endif
