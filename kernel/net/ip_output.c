/*
 * Sending over IPv4 and IPv6: the header, fragments where a packet is too long, and the way to the link. No state but the counter of
 * identifications; task context, under a connection's lock too.
 */
#include "net/ip.h"

#include "lib/error.h"
#include "lib/random.h"
#include "lib/string.h"
#include "net/ethernet.h"
#include "net/multicast.h"
#include "net/neighbour.h"
#include "net/snmp.h"

#define DEFAULT_TTL 64
#define DONT_FRAGMENT  0x4000u
#define MORE_FRAGMENTS 0x2000u
#define FRAGMENT_HEADER 8u

static void push_ip4(struct packet *p, u16 id, u16 fragment)
{
	const struct ip_packet *ip = &p->ip;
	u8 *h = packet_push(p, IP4_HEADER);
	u32 source = ip4_to_be(&ip->source), destination = ip4_to_be(&ip->destination);
	u16 sum;

	h[0] = 0x45;
	h[1] = ip->tos;
	store_be16(h + 2, (u16)p->length);
	store_be16(h + 4, id);
	store_be16(h + 6, fragment);
	h[8] = ip->ttl ? ip->ttl : DEFAULT_TTL;
	h[9] = ip->protocol;
	store_be16(h + 10, 0);
	memcpy(h + 12, &source, 4);
	memcpy(h + 16, &destination, 4);
	sum = (u16)~checksum_fold(checksum_add(0, h, IP4_HEADER));
	memcpy(h + 10, &sum, 2);
	p->network_header = (u16)(h - p->room);
}

static void push_ip6(struct packet *p, u8 next)
{
	const struct ip_packet *ip = &p->ip;
	u32 payload = p->length;
	u8 *h = packet_push(p, IP6_HEADER);

	store_be32(h, 6u << 28 | (u32)ip->tos << 20);
	store_be16(h + 4, (u16)payload);
	h[6] = next;
	h[7] = ip->ttl ? ip->ttl : DEFAULT_TTL;
	memcpy(h + 8, ip->source.b, 16);
	memcpy(h + 24, ip->destination.b, 16);
	p->network_header = (u16)(h - p->room);
}

/* What goes to many, this machine among them: a copy comes in by the same device. */
static void hear(struct packet *p, const struct route *r)
{
	struct packet *copy;

	if (!p->ip.loop || (!r->broadcast && !multicast_is_member(r->device, &r->next_hop)))
		return;
	copy = packet_clone(p);
	if (!copy)
		return;
	copy->device = r->device;
	copy->looped = true;
	loopback_hear(copy);
}

/* To a group, or to everybody. */
static int to_many(struct packet *p, const struct route *r, bool more)
{
	u8 mac[ETHERNET_ALEN];

	hear(p, r);
	if (p->ip.stays) {
		packet_free(p);
		return 0;
	}
	if (r->broadcast)
		memset(mac, 0xff, sizeof(mac));
	else
		ethernet_multicast(&r->next_hop, mac);
	return ethernet_send(r->device, p, mac, ip_is_v4(&r->next_hop) ? ETHERTYPE_IP4 : ETHERTYPE_IP6, more);
}

/* A packet with its network header, to the link. */
static int to_link(struct packet *p, const struct route *r, bool more)
{
	struct netdev *d = r->device;

	if (d->features & NETDEV_NO_ARP) {
		p->link_header = p->network_header;
		return netdev_transmit(d, p, more);
	}
	if (r->broadcast || ip_is_multicast(&r->next_hop))
		return to_many(p, r, more);
	return neighbour_send(d, &r->next_hop, p, more);
}

/* One piece of a packet that is cut: payload [at, at + n). */
static struct packet *make_piece(const struct packet *whole, u32 at, u32 n, bool last, u32 id)
{
	struct packet *p = packet_alloc(n);

	if (!p)
		return NULL;
	if (!packet_share(p, whole, at, n)) {
		packet_free(p);
		return NULL;
	}
	p->ip = whole->ip;
	p->time = whole->time;
	if (ip_is_v4(&p->ip.destination)) {
		push_ip4(p, (u16)id, (u16)(at / 8 | (last ? 0 : MORE_FRAGMENTS)));
	} else {
		u8 *h = packet_push(p, FRAGMENT_HEADER);

		h[0] = p->ip.protocol;
		h[1] = 0;
		store_be16(h + 2, (u16)(at | (last ? 0 : 1)));
		store_be32(h + 4, id);
		push_ip6(p, 44);
	}
	return p;
}

static int send_fragments(struct packet *whole, const struct route *r)
{
	bool v4 = ip_is_v4(&whole->ip.destination);
	u32 room = (r->mtu - (v4 ? IP4_HEADER : IP6_HEADER + FRAGMENT_HEADER)) & ~7u;
	u32 id = (u32)random_u64();	/* not to be guessed (RFC 7739) */
	int result = 0;

	packet_complete_checksum(whole);
	for (u32 at = 0; at < whole->length && result == 0; at += room) {
		u32 n = MIN(room, whole->length - at);
		bool last = at + n == whole->length;
		struct packet *p = make_piece(whole, at, n, last, id);

		result = p ? to_link(p, r, !last) : -ENOBUFS;
		snmp_add(IpFragCreates, v4);
		snmp_add(Ip6FragCreates, !v4);
	}
	snmp_add(IpFragOKs, v4 && result == 0);
	snmp_add(IpFragFails, v4 && result < 0);
	packet_free(whole);
	return result;
}

int ip_send(struct packet *p, const struct route *r, bool more)
{
	bool v4 = ip_is_v4(&p->ip.destination);
	u32 length = p->length + (v4 ? IP4_HEADER : IP6_HEADER);

	packet_mark_transport(p);
	if (v4)
		snmp_inc(IpOutRequests);
	else
		snmp_inc(Ip6OutRequests);
	if (unlikely(length > r->mtu && p->segmentation == SEGMENT_NONE)) {
		if (p->ip.dont_fragment || length > PACKET_MAX) {
			packet_free(p);
			return -EMSGSIZE;
		}
		return send_fragments(p, r);
	}
	if (v4)		/* what is never cut needs no identification (RFC 6864, 4.1), but segments cut later count on from it */
		push_ip4(p, p->ip.dont_fragment ? 0 : (u16)random_u64(), p->ip.dont_fragment ? DONT_FRAGMENT : 0);
	else
		push_ip6(p, p->ip.protocol);
	return to_link(p, r, more);
}

int ip_send_whole(struct packet *p, const struct route *r)
{
	packet_mark_network(p);
	snmp_inc(IpOutRequests);
	if (p->length > r->mtu) {
		packet_free(p);
		return -EMSGSIZE;
	}
	return to_link(p, r, false);
}
