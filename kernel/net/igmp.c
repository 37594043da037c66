/*
 * IGMP's messages (RFC 3376, 4; RFC 2236, 2): what the other members and routers of a link say and are told. No state; task context.
 */
#include "lib/string.h"
#include "net/ip.h"
#include "net/multicast_internal.h"
#include "net/route.h"
#include "net/snmp.h"

#define QUERY      0x11u
#define REPORT_V1  0x12u
#define REPORT_V2  0x16u
#define LEAVE_V2   0x17u
#define REPORT_V3  0x22u

#define HEADER     24u		/* of IP, with the router alert option (RFC 2113) */
#define MESSAGE    8u		/* of versions 1 and 2, and of a report of version 3 before its records */
#define RECORD     8u
#define QUERY_V3   12u

#define ALL_ROUTERS    0xe0000002u
#define ALL_V3_ROUTERS 0xe0000016u
#define TENTH (NS_PER_SEC / 10)

/* Send `n` bytes of a message whose sum is still to be made. */
static void send(struct netdev *d, u32 to_be, const u8 *message, u32 n)
{
	static const u8 fixed[HEADER] = { 0x46, 0xc0, [6] = 0x40, [8] = 1, [9] = IPPROTO_IGMP, [20] = 0x94, [21] = 4 };
	struct ip_address to = ip4_from_be(to_be), source = ip4_from_be(0);
	struct route r = { .device = d, .next_hop = to, .mtu = d->mtu };
	struct packet *p = packet_alloc(HEADER + n);
	u32 source_be;
	u16 sum;
	u8 *h;

	if (!p)
		return;
	(void)route_source(d, &to, &source);	/* 0.0.0.0 before there is one (RFC 3376, 4.2.13) */
	source_be = ip4_to_be(&source);
	h = packet_put(p, HEADER + n);
	memcpy(h, fixed, HEADER);
	store_be16(h + 2, (u16)(HEADER + n));
	memcpy(h + 12, &source_be, 4);
	memcpy(h + 16, &to_be, 4);
	sum = (u16)~checksum_fold(checksum_add(0, h, HEADER));
	memcpy(h + 10, &sum, 2);
	memcpy(h + HEADER, message, n);
	sum = (u16)~checksum_fold(checksum_add(0, message, n));
	memcpy(h + HEADER + 2, &sum, 2);
	p->ip = (struct ip_packet) { .source = source, .destination = to, .protocol = IPPROTO_IGMP, .ttl = 1 };
	(void)ip_send_whole(p, &r);
}

void igmp_report(struct netdev *d, const struct ip_address *group, enum multicast_news news, enum multicast_version version)
{
	u32 be = ip4_to_be(group);
	u8 m[MESSAGE + RECORD] = { 0 };

	if (version == MULTICAST_NEWEST) {
		m[0] = REPORT_V3;
		m[7] = 1;		/* records */
		m[MESSAGE] = (u8)news;
		memcpy(m + MESSAGE + 4, &be, 4);
		send(d, be32(ALL_V3_ROUTERS), m, MESSAGE + RECORD);
		return;
	}
	memcpy(m + 4, &be, 4);
	if (news != MULTICAST_LEFT) {
		m[0] = version == MULTICAST_V1 ? REPORT_V1 : REPORT_V2;
		send(d, be, m, MESSAGE);
	} else if (version == MULTICAST_V2) {
		m[0] = LEAVE_V2;
		send(d, be32(ALL_ROUTERS), m, MESSAGE);
	}
}

/* A code of a query of version 3, in tenths of a second (RFC 3376, 4.1.1). */
static u64 decode(u8 code) { return code < 128 ? code : (u64)(16 | (code & 15)) << ((code >> 4 & 7) + 3); }

static void receive_query(struct netdev *d, const u8 *h, u32 length)
{
	struct ip_address group;
	u32 be;

	memcpy(&be, h + 4, 4);
	group = ip4_from_be(be);
	if (length >= QUERY_V3)
		multicast_query(d, &group, decode(h[1]) * TENTH, MULTICAST_NEWEST);
	else if (length == MESSAGE)	/* version 1 has no time: ten seconds (RFC 2236, 4) */
		multicast_query(d, &group, h[1] ? h[1] * TENTH : 10 * NS_PER_SEC, h[1] ? MULTICAST_V2 : MULTICAST_V1);
}

void igmp_receive(struct packet *p)
{
	u32 length = p->length;
	const u8 *h = length >= MESSAGE && length <= p->device->mtu ? packet_linear(p, length) : NULL;
	struct ip_address group;
	u32 be;

	/* A neighbour's message is not forwarded: it has a TTL of one. */
	if (!h || checksum_fold(checksum_add(0, h, length)) != 0xffff || p->ip.ttl != 1 || (p->device->features & NETDEV_LOOPBACK))
		goto out;
	if (h[0] == QUERY && p->broadcast) {
		receive_query(p->device, h, length);
	} else if (h[0] == REPORT_V1 || h[0] == REPORT_V2) {
		memcpy(&be, h + 4, 4);
		group = ip4_from_be(be);
		multicast_reported(p->device, &group);
	}
out:
	packet_free(p);
}
