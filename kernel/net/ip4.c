/*
 * IPv4 input (RFC 791, RFC 1122 3.2.1): a header is believed after its lengths and its sum were checked; what is not for this machine
 * is dropped, since it does not forward. No state; task context.
 */
#include "net/ip_input.h"

#include "net/multicast.h"
#include "net/reassemble.h"
#include "net/route.h"
#include "net/snmp.h"

#define MORE_FRAGMENTS 0x2000u
#define OFFSET_MASK    0x1fffu

/* The header's length if it is whole and right, else 0; the packet is trimmed to what the header says. */
static u32 check_header(struct packet *p)
{
	const u8 *h = packet_linear(p, IP4_HEADER);
	u32 length, total;

	if (!h)
		return 0;
	length = (h[0] & 15u) * 4;
	total = load_be16(h + 2);
	if (length < IP4_HEADER || total < length || total > p->length)
		return 0;
	h = packet_linear(p, length);
	if (!h || (!(p->device->features & NETDEV_LOOPBACK) && checksum_fold(checksum_add(0, h, length)) != 0xffff))
		return 0;
	packet_trim(p, total);
	return length;
}

static void read_header(struct packet *p, const u8 *h)
{
	u32 source, destination;

	__builtin_memcpy(&source, h + 12, 4);
	__builtin_memcpy(&destination, h + 16, 4);
	p->ip = (struct ip_packet) {
		.source = ip4_from_be(source), .destination = ip4_from_be(destination),
		.protocol = h[9], .ttl = h[8], .tos = h[1],
	};
}

/* Nobody may send from a group, from everybody, or over a wire from a loopback address (RFC 1122, 3.2.1.3). */
static bool plausible(struct packet *p)
{
	const struct ip_packet *ip = &p->ip;
	bool inside = p->device->features & NETDEV_LOOPBACK || p->looped;

	if (ip_is_multicast(&ip->source) || ip->source.be[3] == UINT32_MAX)
		return false;
	if (!inside && (ip_is_loopback(&ip->source) || ip_is_loopback(&ip->destination)))
		return false;
	if (!inside && ip_is_local(&ip->source, 0))
		return false;
	return true;
}

static bool for_this_machine(struct packet *p)
{
	const struct ip_address *to = &p->ip.destination;

	if (ip_is_local(to, 0))
		return true;
	if (ip_is_multicast(to)) {	/* IGMP's own messages are for everybody (RFC 3376, 4) */
		p->broadcast = true;
		return p->ip.protocol == IPPROTO_IGMP || multicast_is_member(p->device, to);
	}
	p->broadcast = ip_is_broadcast(to, p->device);
	return p->broadcast;
}

void ip4_receive(struct packet *p)
{
	u32 length = check_header(p);
	const u8 *h = p->data;
	u16 fragment;

	snmp_inc(IpInReceives);
	if (length == 0) {
		snmp_inc(IpInHdrErrors);
		goto drop;
	}
	read_header(p, h);
	if (!plausible(p) || !for_this_machine(p)) {
		snmp_inc(IpInAddrErrors);
		goto drop;
	}
	packet_mark_network(p);
	fragment = load_be16(h + 6);
	packet_pull(p, length);
	if (fragment & (MORE_FRAGMENTS | OFFSET_MASK)) {
		struct fragment_key key = { p->ip.source, p->ip.destination, load_be16(h + 4), p->ip.protocol };

		p = reassemble(p, &key, (fragment & OFFSET_MASK) * 8u, fragment & MORE_FRAGMENTS);
		if (!p)
			return;
	}
	ip_deliver(p);
	return;
drop:
	packet_free(p);
}
