/*
 * The network layer: routes, and sending and receiving over IPv4 and IPv6 alike.
 *
 *  - A struct route is a decision that its owner keeps (a connection does) and asks again about when it is stale: nothing in it
 *    is counted, since devices live forever and neighbours are found by address.
 *  - Protocols stand in one table (ip_input.c), in the order they are met.
 */
#ifndef NET_IP_H
#define NET_IP_H

#include "net/address.h"
#include "net/netdev.h"
#include "net/packet.h"

#define IPPROTO_IP     0
#define IPPROTO_ICMP   1
#define IPPROTO_IGMP   2
#define IPPROTO_TCP    6
#define IPPROTO_UDP    17
#define IPPROTO_IPV6   41
#define IPPROTO_ICMPV6 58

#define IP4_HEADER 20u
#define IP6_HEADER 40u

struct route {
	struct netdev *device;		/* NULL: not looked up yet */
	struct ip_address source;	/* what to send from when the caller has not bound an address */
	struct ip_address next_hop;	/* the gateway, or the destination itself */
	u32 mtu;			/* of the path, as far as it is known (RFC 1191, 8201) */
	u32 generation;			/* of the tables when it was made */
	bool local;			/* to this machine */
	bool broadcast;			/* a broadcast address of the device */
};

/*
 * How to reach `destination`, from `source` if that is not NULL or any, by device `index` if that is not 0. 0; -ENETUNREACH: no route;
 * -EHOSTUNREACH, -EACCES: a route that says no; -EADDRNOTAVAIL: source is not ours. Task context, takes RANK_ROUTE.
 */
int route_lookup(const struct ip_address *destination, const struct ip_address *source, unsigned index, struct route *r);

/* Is it as good as a new look-up? Cheap: one load. */
extern atomic32 route_generation;
static inline bool route_valid(const struct route *r)
{
	return r->device && r->generation == (u32)atomic_read(&route_generation);
}

/* Is it an address of this machine (of device `index` if not 0)? Loopback's whole 127.0.0.0/8 is. */
bool ip_is_local(const struct ip_address *a, unsigned index);

/*
 * Send: p->data is the transport header, p->ip says everything else (ttl 0: the default), `r` is valid for p->ip.destination. Fragments
 * what is too long unless dont_fragment (then -EMSGSIZE) or segmentation says that the device cuts it. Takes the packet. 0 or -errno
 * (-ENOBUFS, -EHOSTUNREACH when the neighbour is known not to answer, -ENETDOWN). Task context; allowed under a connection's lock.
 */
int ip_send(struct packet *p, const struct route *r, bool more);

/* Send a packet whose network header is complete at p->data (IP_HDRINCL). Takes it. As ip_send; -EMSGSIZE: longer than the route's MTU. */
int ip_send_whole(struct packet *p, const struct route *r);

/* What an ICMP or ICMPv6 error says to a protocol about a packet that this machine sent. */
struct ip_error {
	struct ip_packet ip;		/* of the packet that failed: source is ours */
	const u8 *transport;		/* its first 8 bytes */
	const struct packet *message;	/* the ICMP message, from its header on */
	u32 transport_at;		/* where in it `transport` lies */
	u32 information;		/* what the message says beside its code: an MTU, or where a parameter is wrong; 0 */
	int error;			/* positive errno: ECONNREFUSED, EHOSTUNREACH … */
	bool hard;			/* not a passing condition (RFC 1122, 4.2.3.9) */
	u32 mtu;			/* with EMSGSIZE: the next hop's, 0 if it did not say; the protocol checks, then route_learn_mtu */
	u8 type, code;			/* of the ICMP message */
	struct ip_address offender;	/* who says so */
};

struct ip_protocol {
	u8 number;
	/* p->data is the transport header, marked; p->ip is filled; the packet is for this machine. Takes it. Task context. */
	void (*receive)(struct packet *p);
	void (*error)(const struct ip_error *e);
};

/* Tell the sender of p that its packet failed (ICMP destination unreachable, port: RFC 1122 3.2.2.1; ICMPv6 the same). Takes no packet. */
void ip_port_unreachable(const struct packet *p);

#endif
