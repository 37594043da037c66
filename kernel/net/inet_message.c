/*
 * What datagrams of every protocol over IP share: bytes of a program made into a packet, and what of a packet becomes control messages
 * (ip(7), ipv6(7), socket(7)). No state; task context, may sleep in user copies.
 */
#include "net/inet.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "net/packet.h"
#include "sched/clock.h"

#define LINEAR_MAX 2048u		/* bytes of a datagram that are copied behind its headers; more go to pages */

#define IP_TOS        1
#define IP_TTL        2
#define IP_PKTINFO    8
#define IPV6_PKTINFO  50
#define IPV6_HOPLIMIT 52
#define IPV6_TCLASS   67

struct packet *inet_take_payload(struct uio *u, u32 size, int *error)
{
	struct packet *p = packet_alloc(MIN(size, LINEAR_MAX));
	u32 linear = MIN(size, LINEAR_MAX);

	*error = -ENOBUFS;
	if (!p)
		return NULL;
	*error = -EFAULT;
	if (uio_write_out(u, packet_put(p, linear), linear) < linear)
		goto fail;
	while (p->length < size) {
		u32 n = MIN(size - p->length, (u32)PAGE_SIZE);
		struct page *page = page_alloc(0, 0);

		if (!page) {
			*error = -ENOBUFS;
			goto fail;
		}
		if (uio_write_out(u, page_to_virt(page), n) < n || !packet_add_fragment(p, page, 0, n)) {
			page_put(page);
			goto fail;
		}
	}
	return p;
fail:
	packet_free(p);
	return NULL;
}

struct pktinfo4 {
	i32 index;
	u32 local_be, address_be;
};

struct pktinfo6 {
	u8 address[16];
	u32 index;
};

int inet_put_control(const struct inet_options *o, const struct socket *s, const struct packet *p, struct control_sink *sink)
{
	bool v4 = ip_is_v4(&p->ip.destination);
	struct { i64 seconds, fraction; } stamp;
	u64 real = clock_realtime() - (p->time ? clock_now() - p->time : 0);
	int error = 0, n;

	if (s->options.timestamp || s->options.timestamp_ns) {
		stamp.seconds = (i64)(real / NS_PER_SEC);
		stamp.fraction = (i64)(s->options.timestamp_ns ? real % NS_PER_SEC : real % NS_PER_SEC / 1000);
		error = control_put(sink, SOL_SOCKET, s->options.timestamp_ns ? SO_TIMESTAMPNS : SO_TIMESTAMP, &stamp, sizeof(stamp));
	}
	if (!error && o->receive_info && v4) {
		u32 be = ip4_to_be(&p->ip.destination);
		struct pktinfo4 info = { (i32)p->device->index, be, be };

		error = control_put(sink, SOL_IP, IP_PKTINFO, &info, sizeof(info));
	}
	if (!error && o->receive_ttl && v4) {
		n = p->ip.ttl;
		error = control_put(sink, SOL_IP, IP_TTL, &n, sizeof(n));
	}
	if (!error && o->receive_tos && v4)
		error = control_put(sink, SOL_IP, IP_TOS, &p->ip.tos, 1);
	if (!error && o->receive_v6_info) {
		struct pktinfo6 info = { .index = p->device->index };

		memcpy(info.address, p->ip.destination.b, 16);
		error = control_put(sink, SOL_IPV6, IPV6_PKTINFO, &info, sizeof(info));
	}
	if (!error && o->receive_v6_hops && !v4) {
		n = p->ip.ttl;
		error = control_put(sink, SOL_IPV6, IPV6_HOPLIMIT, &n, sizeof(n));
	}
	if (!error && o->receive_v6_class && !v4) {
		n = p->ip.tos;
		error = control_put(sink, SOL_IPV6, IPV6_TCLASS, &n, sizeof(n));
	}
	return error;
}
