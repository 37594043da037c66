/*
 * Neighbour solicitations and advertisements (RFC 4861, 7): questions about link addresses, ours and others'. Routers and addresses
 * are net/nd_config.c's. No state; task context.
 */
#include "net/nd.h"

#include "lib/string.h"
#include "net/icmp_internal.h"
#include "net/ip.h"
#include "net/nd_internal.h"
#include "net/neighbour.h"
#include "net/route.h"
#include "net/snmp.h"

#define ND_SIZE (ICMP_HEADER + 16u)	/* of a solicitation or advertisement before its options */

#define NA_ROUTER    0x80000000u
#define NA_SOLICITED 0x40000000u
#define NA_OVERRIDE  0x20000000u

#define GROUP_PREFIX { 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff }

static struct ip_address solicited_node(const struct ip_address *a)
{
	struct ip_address group = { .b = GROUP_PREFIX };

	memcpy(group.b + 13, a->b + 13, 3);
	return group;
}

struct member_question {
	struct netdev *device;
	const struct ip_address *group;
	bool found;
};

static bool consider(struct netdev *d, const struct netdev_address *a, void *arg)
{
	struct member_question *q = arg;
	struct ip_address group = solicited_node(&a->address);

	q->found = d == q->device && !ip_is_v4(&a->address) && ip_equal(&group, q->group);
	return !q->found;
}

bool nd_is_member(struct netdev *d, const struct ip_address *group)
{
	static const struct ip_address all_nodes = { .b = { 0xff, 0x02, [15] = 1 } }, all_nodes_here = { .b = { 0xff, 0x01, [15] = 1 } };
	static const struct ip_address prefix = { .b = GROUP_PREFIX };
	struct member_question q = { d, group, false };

	if (ip_equal(group, &all_nodes) || ip_equal(group, &all_nodes_here))
		return true;
	if (ip_same_prefix(group, &prefix, 104))
		address_walk(consider, &q);
	return q.found;
}

/* An option of an ND message (RFC 4861, 4.6): its first byte, or NULL; options were checked by nd_options_valid. */
const u8 *nd_option(const u8 *options, u32 length, u8 type)
{
	for (u32 i = 0; i + 8 <= length; i += options[i + 1] * 8u)
		if (options[i] == type)
			return options + i;
	return NULL;
}

bool nd_options_valid(const u8 *options, u32 length)
{
	for (u32 i = 0; i < length; i += options[i + 1] * 8u)
		if (i + 8 > length || options[i + 1] == 0 || i + options[i + 1] * 8u > length)
			return false;
	return true;
}

/* Send a message with one link address option (`option` 0: none) at hop limit 255, from `source`, which may be ::. */
void nd_send(struct netdev *d, const struct ip_address *source, const struct ip_address *to, u8 type, u32 rest,
	     const struct ip_address *target, u8 option)
{
	struct packet *p = packet_alloc(ND_SIZE + 8);
	struct route r = { .device = d, .next_hop = *to, .mtu = d->mtu };
	u16 sum;
	u8 *h;

	if (!p)
		return;
	h = packet_put(p, target ? ND_SIZE : ICMP_HEADER);
	h[0] = type;
	h[1] = 0;
	store_be16(h + 2, 0);
	store_be32(h + 4, rest);
	if (target)
		memcpy(h + ICMP_HEADER, target->b, 16);
	if (option) {
		u8 *o = packet_put(p, 8);

		o[0] = option;
		o[1] = 1;
		memcpy(o + 2, d->mac, ETHERNET_ALEN);
	}
	p->ip = (struct ip_packet) { .source = *source, .destination = *to, .protocol = IPPROTO_ICMPV6, .ttl = 255 };
	sum = (u16)~checksum_fold(packet_sum(p, 0, p->length, checksum_pseudo(source, to, IPPROTO_ICMPV6, p->length)));
	memcpy(h + 2, &sum, 2);
	snmp_inc(Icmp6OutMsgs);
	(void)ip_send(p, &r, false);
}

void nd_solicit(struct netdev *d, const struct ip_address *address, const u8 *mac)
{
	struct ip_address group = solicited_node(address), source;

	/* Asking the one we think it is would need its link address from the cache whose lock we hold: the group reaches it too. */
	if (!route_source(d, address, &source))
		return;
	snmp_inc(Icmp6OutNeighborSolicits);
	nd_send(d, &source, &group, ND_SOLICIT, 0, address, ND_SOURCE_LINK);
}

void nd_probe(struct netdev *d, const struct ip_address *address)
{
	static const struct ip_address unspecified;
	struct ip_address group = solicited_node(address);

	snmp_inc(Icmp6OutNeighborSolicits);
	nd_send(d, &unspecified, &group, ND_SOLICIT, 0, address, 0);
}

static void receive_solicit(struct packet *p, const u8 *h, u32 length)
{
	static const struct ip_address all_nodes = { .b = { 0xff, 0x02, [15] = 1 } };
	struct netdev *d = p->device;
	const u8 *link = nd_option(h + ND_SIZE, length - ND_SIZE, ND_SOURCE_LINK);
	struct ip_address target, to = p->ip.source;
	bool probe = ip_is_any(&to);

	memcpy(target.b, h + ICMP_HEADER, 16);
	snmp_inc(Icmp6InNeighborSolicits);
	if (nd_is_tentative(d, &target)) {
		if (probe)
			nd_duplicate(d, &target);	/* another one wants it at the same time */
		return;
	}
	if (!ip_is_local(&target, d->index) || (probe && link))
		return;
	if (link && !probe)
		(void)neighbour_learn(d, &to, link + 2, NEIGHBOUR_CREATE | NEIGHBOUR_OVERRIDE);
	snmp_inc(Icmp6OutNeighborAdvertisements);
	nd_send(d, &target, probe ? &all_nodes : &to, ND_ADVERTISE, NA_OVERRIDE | (probe ? 0 : NA_SOLICITED), &target, ND_TARGET_LINK);
}

static void receive_advertise(struct packet *p, const u8 *h, u32 length)
{
	const u8 *link = nd_option(h + ND_SIZE, length - ND_SIZE, ND_TARGET_LINK);
	u32 flags = load_be32(h + 4);
	struct ip_address target;

	memcpy(target.b, h + ICMP_HEADER, 16);
	snmp_inc(Icmp6InNeighborAdvertisements);
	if (nd_is_tentative(p->device, &target)) {
		nd_duplicate(p->device, &target);
		return;
	}
	if (!link || (link[2] & 1) || ((flags & NA_SOLICITED) && p->broadcast))
		return;
	(void)neighbour_learn(p->device, &target, link + 2, (flags & NA_SOLICITED ? NEIGHBOUR_SOLICITED : 0) |
			      (flags & NA_OVERRIDE ? NEIGHBOUR_OVERRIDE : 0) | (flags & NA_ROUTER ? NEIGHBOUR_ROUTER : 0));
}

void nd_receive(struct packet *p)
{
	u32 length = p->length, fixed;
	const u8 *h = packet_linear(p, length);
	u8 type = h ? h[0] : 0;

	/* Hop limit 255 proves that it comes from this link (RFC 4861, 7.1). */
	if (!h || p->ip.ttl != 255 || h[1] != 0)
		return;
	fixed = type == ND_ROUTER ? 16 : type == ND_SOLICIT || type == ND_ADVERTISE ? ND_SIZE : ICMP_HEADER;
	if (length < fixed || !nd_options_valid(h + fixed, length - fixed))
		return;
	if (type == ND_SOLICIT && !(h[ICMP_HEADER] == 0xff))
		receive_solicit(p, h, length);
	else if (type == ND_ADVERTISE && !(h[ICMP_HEADER] == 0xff))
		receive_advertise(p, h, length);
	else if (type == ND_ROUTER)
		nd_receive_router(p, h, length);
}
