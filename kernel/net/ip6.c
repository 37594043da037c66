/*
 * IPv6 input (RFC 8200): header, extension headers, fragments. What is not for this machine is dropped, since it does not forward.
 * No state; task context.
 */
#include "net/icmp.h"
#include "net/ip_input.h"
#include "net/multicast.h"
#include "net/nd.h"
#include "net/reassemble.h"
#include "net/route.h"
#include "net/snmp.h"

#define HOP_BY_HOP   0
#define ROUTING      43
#define FRAGMENT     44
#define NO_NEXT      59
#define DESTINATION  60
#define HEADERS_MAX  8u		/* extension headers that a packet may make us read */

static bool check_header(struct packet *p)
{
	const u8 *h = packet_linear(p, IP6_HEADER);
	u32 payload;

	if (!h)
		return false;
	payload = load_be16(h + 4);
	if (payload + IP6_HEADER > p->length) {
		snmp_inc(Ip6InTruncatedPkts);
		return false;
	}
	packet_trim(p, payload + IP6_HEADER);
	p->ip.protocol = h[6];
	p->ip.ttl = h[7];
	p->ip.tos = (u8)(load_be16(h) >> 4);
	__builtin_memcpy(p->ip.source.b, h + 8, 16);
	__builtin_memcpy(p->ip.destination.b, h + 24, 16);
	return true;
}

static bool plausible(const struct packet *p)
{
	const struct ip_packet *ip = &p->ip;
	bool inside = p->device->features & NETDEV_LOOPBACK || p->looped;

	/* An IPv4-mapped address has no business on a wire (RFC 4942, 2.2). */
	if (ip_is_multicast(&ip->source) || ip_is_v4(&ip->source) || ip_is_v4(&ip->destination))
		return false;
	return inside || (!ip_is_loopback(&ip->source) && !ip_is_loopback(&ip->destination));
}

static bool for_this_machine(struct packet *p)
{
	const struct ip_address *to = &p->ip.destination;

	if (ip_is_multicast(to)) {
		p->broadcast = true;
		return nd_is_member(p->device, to) || multicast_is_member(p->device, to);
	}
	return ip_is_local(to, 0) || nd_is_tentative(p->device, to);
}

/* Options whose two high bits say "discard when unknown" end a packet (RFC 8200, 4.2); we know padding alone. */
static bool options_allow(struct packet *p, u32 length)
{
	const u8 *o = p->data;

	for (u32 i = 2; i < length;) {
		u8 type = o[i];

		if (type == 0) {
			i++;
			continue;
		}
		if (i + 2 > length || i + 2 + o[i + 1] > length)
			return false;
		if (type != 1 && (type >> 6) != 0) {
			if (type >> 6 == 2 || (type >> 6 == 3 && !p->broadcast))
				icmp6_parameter_problem(p, 2, (u32)(o + i - packet_network(p)));
			return false;
		}
		i += 2u + o[i + 1];
	}
	return true;
}

/* Hop-by-hop, destination options, routing: true when it was passed over. */
static bool pass_options(struct packet *p, u8 kind)
{
	const u8 *h = packet_linear(p, 8);
	u32 length;

	if (!h)
		return false;
	length = (h[1] + 1u) * 8;
	h = packet_linear(p, length);
	if (!h)
		return false;
	if (kind == ROUTING ? h[3] != 0 : !options_allow(p, length)) {
		if (kind == ROUTING)	/* segments left, of a type that we do not route by (RFC 8200, 4.4) */
			icmp6_parameter_problem(p, 0, (u32)(h + 2 - packet_network(p)));
		return false;
	}
	p->ip.protocol = h[0];
	packet_pull(p, length);
	return true;
}

/* A fragment header: the packet to go on with, whole; NULL: it waits, or is gone. */
static struct packet *pass_fragment(struct packet *p)
{
	const u8 *h = packet_linear(p, 8);
	struct fragment_key key = { .source = p->ip.source, .destination = p->ip.destination };
	u16 offset;

	if (!h) {
		packet_free(p);
		return NULL;
	}
	offset = load_be16(h + 2);
	key.id = load_be32(h + 4);
	p->ip.protocol = h[0];
	packet_pull(p, 8);
	return offset & 0xfff9 ? reassemble(p, &key, offset & 0xfff8u, offset & 1) : p;	/* else atomic: RFC 6946 */
}

void ip6_receive(struct packet *p)
{
	snmp_inc(Ip6InReceives);
	if (!check_header(p)) {
		snmp_inc(Ip6InHdrErrors);
		packet_free(p);
		return;
	}
	if (!plausible(p) || !for_this_machine(p)) {
		snmp_inc(Ip6InAddrErrors);
		packet_free(p);
		return;
	}
	packet_mark_network(p);
	packet_pull(p, IP6_HEADER);
	for (unsigned i = 0; i < HEADERS_MAX && p; i++) {
		switch (p->ip.protocol) {
		case HOP_BY_HOP:
			if (i > 0)
				goto bad;	/* only directly behind the header */
			/* fall through */
		case DESTINATION:
		case ROUTING:
			if (!pass_options(p, p->ip.protocol))
				goto bad;
			break;
		case FRAGMENT:
			p = pass_fragment(p);
			break;
		case NO_NEXT:
			packet_free(p);
			return;
		default:
			ip_deliver(p);
			return;
		}
	}
bad:
	if (p)
		snmp_inc(Ip6InHdrErrors);
	packet_free(p);
}
