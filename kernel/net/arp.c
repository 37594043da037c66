/*
 * ARP: answers for our own addresses, learns from answers and from those who ask us. A packet about others' business teaches nothing
 * but a change of an address that we know already (RFC 826's merge flag). No state of its own: net/neighbour.c has it.
 */
#include "net/arp.h"

#include "lib/string.h"
#include "net/ethernet.h"
#include "net/ip.h"
#include "net/neighbour.h"
#include "net/route.h"

#define ARP_SIZE    28u
#define ARP_REQUEST 1u
#define ARP_REPLY   2u

static const u8 everybody[ETHERNET_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* The packet's parts (RFC 826): what it is for, the operation, then two pairs of addresses. */
static const u8 preamble[6] = { 0, 1, 0x08, 0x00, ETHERNET_ALEN, 4 };

static void send(struct netdev *d, u16 operation, const u8 *to, u32 source_be, const u8 *target_mac, u32 target_be)
{
	struct packet *p = packet_alloc(ARP_SIZE);
	u8 *h;

	if (!p)
		return;
	packet_mark_network(p);
	h = packet_put(p, ARP_SIZE);
	memcpy(h, preamble, sizeof(preamble));
	store_be16(h + 6, operation);
	memcpy(h + 8, d->mac, ETHERNET_ALEN);
	memcpy(h + 14, &source_be, 4);
	if (target_mac)
		memcpy(h + 18, target_mac, ETHERNET_ALEN);
	else
		memset(h + 18, 0, ETHERNET_ALEN);
	memcpy(h + 24, &target_be, 4);
	(void)ethernet_send(d, p, to, ETHERTYPE_ARP, false);
}

void arp_request(struct netdev *d, const struct ip_address *address, const u8 *mac)
{
	struct ip_address source;

	if (route_source(d, address, &source))
		send(d, ARP_REQUEST, mac ? mac : everybody, ip4_to_be(&source), NULL, ip4_to_be(address));
}

void arp_announce(struct netdev *d, const struct ip_address *address)
{
	send(d, ARP_REQUEST, everybody, ip4_to_be(address), NULL, ip4_to_be(address));
}

static void handle(struct netdev *d, const u8 *h)
{
	u32 source_be, target_be;
	struct ip_address source, target;
	bool ours;

	memcpy(&source_be, h + 14, 4);
	memcpy(&target_be, h + 24, 4);
	source = ip4_from_be(source_be);
	target = ip4_from_be(target_be);
	if ((h[8] & 1) || ip_is_multicast(&source) || ip_is_loopback(&source) || ip_is_local(&source, 0))
		return;		/* nobody's, or it claims to be us */
	ours = ip_is_local(&target, d->index);
	if (!ip_is_any(&source))
		(void)neighbour_learn(d, &source, h + 8, NEIGHBOUR_OVERRIDE | (ours ? NEIGHBOUR_CREATE : 0) |
				      (ours && load_be16(h + 6) == ARP_REPLY ? NEIGHBOUR_SOLICITED : 0));
	if (ours && load_be16(h + 6) == ARP_REQUEST)
		send(d, ARP_REPLY, h + 8, target_be, h + 8, source_be);
}

void arp_receive(struct packet *p)
{
	const u8 *h = packet_linear(p, ARP_SIZE);

	if (h && memcmp(h, preamble, sizeof(preamble)) == 0)
		handle(p->device, h);
	else
		netdev_add(p->device, rx_errors, 1);
	packet_free(p);
}
