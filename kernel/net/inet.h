/*
 * What AF_INET and AF_INET6 sockets of every type share: addresses as programs write them, options of SOL_IP and SOL_IPV6, interface
 * ioctls. Task context.
 */
#ifndef NET_INET_H
#define NET_INET_H

#include "net/address.h"
#include "net/ip.h"
#include "net/multicast.h"
#include "net/socket.h"

/*
 * A program's address for a socket of s's family: 0, -EINVAL (too short, a scope that is missing), -EAFNOSUPPORT. For AF_INET sockets
 * any is ::ffff:0.0.0.0, for AF_INET6 ones ::.
 */
int inet_address_in(const struct socket *s, const struct socket_address *a, u32 length, struct endpoint *e);

/* An endpoint as s's family writes it: the address's length. */
int inet_address_out(const struct socket *s, const struct endpoint *e, struct socket_address *a);

/* IP_MTU_DISCOVER of ip(7). */
enum inet_pmtudisc {
	IP_PMTUDISC_DONT, IP_PMTUDISC_WANT, IP_PMTUDISC_DO, IP_PMTUDISC_PROBE, IP_PMTUDISC_INTERFACE, IP_PMTUDISC_OMIT,
};

/* Options of SOL_IP and SOL_IPV6 that a datagram or a connection obeys. Letters: all [a]. */
struct inet_options {
	u8 tos, ttl;			/* 0: the default */
	u8 multicast_ttl;
	bool multicast_loop, v6only, free_bind, transparent;
	bool bind_without_port;		/* IP_BIND_ADDRESS_NO_PORT */
	bool dont_fragment6;		/* IPV6_DONTFRAG */
	bool receive_info, receive_ttl, receive_tos, receive_errors, receive_v6_info, receive_v6_hops, receive_v6_class;
	bool receive_v6_errors, header_included;
	bool multicast_all, multicast_all6;	/* hear groups that only others joined */
	u8 mtu_discover;		/* enum inet_pmtudisc */
	u32 multicast_device, unicast_device;
	u16 hops6, multicast_hops6;	/* 0xffff: the default */
	struct multicast_member *groups;	/* net/multicast.c's; a connection has none */
};

/* Does a packet to a group, or to everybody, concern the socket (ip(7), IP_MULTICAST_ALL)? Under RCU. */
static inline bool inet_hears(const struct inet_options *o, const struct packet *p)
{
	bool all = ip_is_v4(&p->ip.destination) ? o->multicast_all : o->multicast_all6;

	return !ip_is_multicast(&p->ip.destination) || multicast_concerns(&o->groups, p->device->index, &p->ip.destination, all);
}

/* How far a packet goes that is otherwise described: `ttl` of its own, or -1 and the options'; and whether this machine hears it. */
void inet_set_hops(const struct inet_options *o, struct packet *p, int ttl);

void inet_options_init(struct inet_options *o, bool v6);	/* of a fresh socket */
int inet_setsockopt(struct inet_options *o, const struct socket *s, int level, int option, const void *value, u32 size);
int inet_getsockopt(const struct inet_options *o, const struct socket *s, int level, int option, void *value, u32 *size);

/* Joining and leaving groups: 0, -EINVAL, -ENODEV, -EADDRINUSE, -EADDRNOTAVAIL, -ENOBUFS, -ENOMEM, -EPROTO: a connection's socket. */
bool inet_is_group_option(int level, int option);
int inet_set_group(struct inet_options *o, const struct socket *s, int level, int option, const void *value, u32 size);

/* A datagram's bytes into a packet with room for the headers: NULL with *error set, -ENOBUFS or -EFAULT. May sleep. */
struct packet *inet_take_payload(struct uio *u, u32 size, int *error);

/*
 * More bytes behind those of a packet that nobody else has seen yet, which lie in pages of its own: 0, -ENOBUFS or -EFAULT, with some of
 * them added. May sleep.
 */
int inet_append_payload(struct packet *p, struct uio *u, u32 size);

/*
 * Is a packet of `length` bytes not to be cut, by us or on its way? What fits the path we know of says so, and teaches us when the path is
 * narrower, unless its sender does without discovery (ip(7), IP_MTU_DISCOVER).
 */
bool inet_dont_fragment(const struct inet_options *o, u32 length, u32 mtu);

/* The control messages that the receiver of a packet asked for. 0 or -EFAULT. */
int inet_put_control(const struct inet_options *o, const struct socket *s, const struct packet *p, struct control_sink *sink);

/* SIOC… of netdevice(7): addresses and routes, of IPv4 sockets; and of devices as such, of every socket. -ENOTTY: none of them. */
long inet_ioctl(struct socket *s, unsigned request, uaddr argument);
long inet_device_ioctl(unsigned request, uaddr argument);

int inet_stream_create(struct socket *s);
int inet_datagram_create(struct socket *s);
int inet_raw_create(struct socket *s);		/* SOCK_RAW, and SOCK_DGRAM of ICMP and ICMPv6 */

#endif
