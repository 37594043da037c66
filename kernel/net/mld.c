/* MLD's messages (RFC 3810, 5; RFC 2710, 3), which are ICMPv6's. No state; task context. */
#include "lib/string.h"
#include "net/icmp_internal.h"
#include "net/ip.h"
#include "net/multicast_internal.h"
#include "net/route.h"
#include "net/snmp.h"

#define QUERY     130u
#define REPORT_V1 131u
#define DONE_V1   132u
#define REPORT_V2 143u

#define HOP_BY_HOP 0
#define OPTIONS    8u		/* the extension header with the router alert (RFC 2711) */
#define MESSAGE    24u		/* of version 1 */
#define QUERY_V2   28u
#define RECORD     20u
#define MILLISECOND (NS_PER_SEC / 1000)

static void send(struct netdev *d, const struct ip_address *to, const u8 *message, u32 n)
{
	static const u8 options[OPTIONS] = { IPPROTO_ICMPV6, 0, 5, 2, 0, 0, 1, 0 };
	struct packet *p = packet_alloc(OPTIONS + n);
	struct route r = { .device = d, .next_hop = *to, .mtu = d->mtu };
	struct ip_address source = { 0 };
	u16 sum;
	u8 *h;

	if (!p)
		return;
	if (!route_source(d, to, &source) || !ip_is_link_local(&source))
		source = (struct ip_address) { 0 };	/* while that one is checked (RFC 3590) */
	h = packet_put(p, OPTIONS + n);
	memcpy(h, options, OPTIONS);
	memcpy(h + OPTIONS, message, n);
	sum = (u16)~checksum_fold(checksum_add(checksum_pseudo(&source, to, IPPROTO_ICMPV6, n), message, n));
	memcpy(h + OPTIONS + 2, &sum, 2);
	p->ip = (struct ip_packet) { .source = source, .destination = *to, .protocol = HOP_BY_HOP, .ttl = 1 };
	snmp_inc(Icmp6OutMsgs);
	(void)ip_send(p, &r, false);
}

void mld_report(struct netdev *d, const struct ip_address *group, enum multicast_news news, enum multicast_version version)
{
	static const struct ip_address all_routers = { .b = { 0xff, 2, [15] = 2 } };
	static const struct ip_address all_v2_routers = { .b = { 0xff, 2, [15] = 0x16 } };
	u8 m[8 + RECORD] = { 0 };

	if (version == MULTICAST_NEWEST) {
		m[0] = REPORT_V2;
		m[7] = 1;		/* records */
		m[8] = (u8)news;
		memcpy(m + 12, group->b, 16);
		send(d, &all_v2_routers, m, 8 + RECORD);
		return;
	}
	m[0] = news == MULTICAST_LEFT ? DONE_V1 : REPORT_V1;
	memcpy(m + 8, group->b, 16);
	send(d, news == MULTICAST_LEFT ? &all_routers : group, m, MESSAGE);
}

/* A code of a query of version 2, in milliseconds (RFC 3810, 5.1.3). */
static u64 decode(u16 code) { return code < 32768 ? code : (u64)(0x1000 | (code & 0xfff)) << ((code >> 12 & 7) + 3); }

void mld_receive(struct packet *p)
{
	u32 length = p->length;
	const u8 *h = packet_linear(p, MESSAGE);
	struct ip_address group;

	if (!h || p->ip.ttl != 1 || !ip_is_link_local(&p->ip.source) || (p->device->features & NETDEV_LOOPBACK))
		return;
	memcpy(group.b, h + 8, 16);
	if (h[0] == REPORT_V1)
		multicast_reported(p->device, &group);
	else if (h[0] == QUERY && p->broadcast && length >= QUERY_V2)
		multicast_query(p->device, &group, decode(load_be16(h + 4)) * MILLISECOND, MULTICAST_NEWEST);
	else if (h[0] == QUERY && p->broadcast && length == MESSAGE)
		multicast_query(p->device, &group, load_be16(h + 4) * MILLISECOND, MULTICAST_V2);
}
