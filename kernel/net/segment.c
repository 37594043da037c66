/*
 * Cutting a large TCP or UDP packet into the segments that a device without segmentation offload sends one by one. Each gets a copy of
 * the headers with its own lengths, identification, sequence number and flags; the payload is shared. No lock; task context.
 */
#include "net/netdev.h"

#include "lib/error.h"
#include "lib/string.h"
#include "net/ip.h"

#define TCP_FIN 0x01u
#define TCP_PSH 0x08u
#define TCP_CWR 0x80u

struct cut {
	struct packet *whole;
	u32 headers;		/* bytes in front of the payload */
	u32 network, transport;	/* offsets of the headers from its data */
	bool v4, tcp;
};

/* The lengths and numbers of the segment whose payload is [at, at + n) of the whole's. */
static void adjust(const struct cut *c, struct packet *p, u32 at, u32 n, unsigned index)
{
	u8 *network = p->data + c->network, *transport = p->data + c->transport;
	bool last = c->headers + at + n == c->whole->length;
	u32 pseudo;

	if (c->v4) {
		store_be16(network + 2, (u16)(p->length - c->network));
		store_be16(network + 4, (u16)(load_be16(network + 4) + index));
		store_be16(network + 10, 0);
		*(u16 *)(network + 10) = (u16)~checksum_fold(checksum_add(0, network, IP4_HEADER));
	} else {
		store_be16(network + 4, (u16)(p->length - c->network - IP6_HEADER));
	}
	pseudo = checksum_pseudo(&p->ip.source, &p->ip.destination, c->tcp ? IPPROTO_TCP : IPPROTO_UDP, p->length - c->transport);
	if (c->tcp) {
		store_be32(transport + 4, load_be32(transport + 4) + at);
		if (!last)
			transport[13] &= (u8)~(TCP_FIN | TCP_PSH);
		if (index > 0)
			transport[13] &= (u8)~TCP_CWR;
	} else {
		store_be16(transport + 4, (u16)(p->length - c->transport));
	}
	p->checksum = CHECKSUM_PARTIAL;
	p->checksum_offset = c->tcp ? 16 : 6;
	p->checksum_start = (u16)(transport - p->room);
	*(u16 *)(transport + p->checksum_offset) = checksum_fold(pseudo);
}

static struct packet *segment_at(const struct cut *c, u32 at, u32 n, unsigned index)
{
	/* Payload in the linear part is copied unless it lies in a page. */
	struct packet *p = packet_alloc(c->headers + (c->whole->room_page ? 0 : MIN(n, c->whole->linear - c->headers)));

	if (!p)
		return NULL;
	memcpy(packet_put(p, c->headers), c->whole->data, c->headers);
	if (!packet_share(p, c->whole, c->headers + at, n)) {
		packet_free(p);
		return NULL;
	}
	p->ip = c->whole->ip;
	p->time = c->whole->time;
	p->link_header = (u16)(p->data - p->room);
	p->network_header = (u16)(p->link_header + c->network);
	p->transport_header = (u16)(p->link_header + c->transport);
	adjust(c, p, at, n, index);
	return p;
}

int netdev_transmit_segments(struct netdev *d, struct packet *whole, bool more)
{
	struct cut c = { .whole = whole, .tcp = whole->segmentation != SEGMENT_UDP, .v4 = ip_is_v4(&whole->ip.destination) };
	u32 size = whole->segment_size, payload;
	unsigned index = 0;
	int result = 0;

	c.network = (u32)(packet_network(whole) - whole->data);
	c.transport = (u32)(packet_transport(whole) - whole->data);
	c.headers = c.transport + (c.tcp ? (u32)(packet_transport(whole)[12] >> 4) * 4 : 8);
	payload = whole->length - c.headers;
	for (u32 at = 0; at < payload && result == 0; at += size, index++) {
		u32 n = MIN(size, payload - at);
		struct packet *p = segment_at(&c, at, n, index);

		result = p ? netdev_transmit(d, p, more || at + n < payload) : -ENOBUFS;
	}
	packet_free(whole);
	return result;
}
