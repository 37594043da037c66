/*
 * What datagrams of every protocol over IP share: bytes of a program made into a packet, and what of a packet becomes control messages
 * (ip(7), ipv6(7), socket(7)). No state; task context, may sleep in user copies.
 */
#include "net/inet.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "net/packet.h"
#include "net/route.h"
#include "sched/clock.h"

#define LINEAR_MAX 2048u		/* bytes of a datagram that are copied behind its headers; more go to pages */
#define BLOCK_ORDER 3u		/* … in blocks of up to 32 KiB */

#define IP_TOS        1
#define IP_TTL        2
#define IP_PKTINFO    8
#define IPV6_PKTINFO  50
#define IPV6_HOPLIMIT 52
#define IPV6_TCLASS   67

/* Pages in one piece for up to n bytes, so that a long datagram is few fragments; a single one when there is no such piece. */
static struct page *payload_block(u32 n)
{
	unsigned order = 0;
	struct page *page;

	while (order < BLOCK_ORDER && n > PAGE_SIZE << order)
		order++;
	page = page_alloc(order, 0);
	return page || order == 0 ? page : page_alloc(0, 0);
}

static u32 block_size(const struct page *page) { return (u32)PAGE_SIZE << page->order; }

/* One more block with up to `size` bytes: how many it took, or an error. */
static i64 append_block(struct packet *p, struct uio *u, u32 size)
{
	struct page *page = payload_block(size);
	u32 n;

	if (!page)
		return -ENOBUFS;
	n = MIN(size, block_size(page));
	if (uio_write_out(u, page_to_virt(page), n) < n || !packet_add_fragment(p, page, 0, n)) {
		page_put(page);
		return -EFAULT;
	}
	return n;
}

static int append_blocks(struct packet *p, struct uio *u, u32 size)
{
	while (size > 0) {
		i64 n = append_block(p, u, size);

		if (n < 0)
			return (int)n;
		size -= (u32)n;
	}
	return 0;
}

int inet_append_payload(struct packet *p, struct uio *u, u32 size)
{
	struct fragment *last = p->fragment_count ? &p->fragments[p->fragment_count - 1] : NULL;
	u32 room = last ? block_size(last->page) - last->offset - last->length : 0, n = MIN(size, room);

	if (n) {
		if (uio_write_out(u, (u8 *)page_to_virt(last->page) + last->offset + last->length, n) < n)
			return -EFAULT;
		last->length += n;
		p->length += n;
	}
	return append_blocks(p, u, size - n);
}

struct packet *inet_take_payload(struct uio *u, u32 size, int *error)
{
	u32 linear = MIN(size, LINEAR_MAX);
	struct packet *p = packet_alloc(linear);

	*error = -ENOBUFS;
	if (!p)
		return NULL;
	*error = uio_write_out(u, packet_put(p, linear), linear) < linear ? -EFAULT : append_blocks(p, u, size - linear);
	if (!*error)
		return p;
	packet_free(p);
	return NULL;
}

bool inet_dont_fragment(const struct inet_options *o, u32 length, u32 mtu)
{
	switch (o->mtu_discover) {
	case IP_PMTUDISC_DO:
	case IP_PMTUDISC_PROBE:
		return true;
	case IP_PMTUDISC_WANT:
		return length <= mtu;
	default:
		return false;
	}
}

void inet_set_hops(const struct inet_options *o, struct packet *p, int ttl)
{
	bool v4 = ip_is_v4(&p->ip.destination), group = ip_is_multicast(&p->ip.destination);

	if (ttl < 0 && group)
		ttl = v4 ? o->multicast_ttl : o->multicast_hops6;
	else if (ttl < 0)
		ttl = v4 ? o->ttl : o->hops6 == 0xffff ? 0 : o->hops6;
	p->ip.ttl = (u8)ttl;
	p->ip.stays = group && ttl == 0;
	p->ip.loop = !group || o->multicast_loop;
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
		struct ip_address local = p->ip.destination;
		struct pktinfo4 info = { .index = (i32)p->device->index, .address_be = ip4_to_be(&local) };

		if (p->broadcast)	/* whom to answer from */
			(void)route_source(p->device, &p->ip.source, &local);
		info.local_be = ip4_to_be(&local);
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
