/* Ethernet frames in and out: see ethernet.h. No state of its own. */
#include "net/ethernet.h"

#include "lib/string.h"
#include "net/arp.h"
#include "net/ip_input.h"

static bool for_us(struct netdev *d, struct packet *p, const u8 *to)
{
	if (to[0] & 1) {
		p->broadcast = true;
		netdev_add(d, multicast, 1);
		return true;
	}
	return memcmp(to, d->mac, ETHERNET_ALEN) == 0;	/* a promiscuous device's other frames were for the taps */
}

void ethernet_receive(struct packet *p)
{
	struct netdev *d = p->device;
	const u8 *h = packet_linear(p, ETHERNET_HEADER);
	u16 type;

	if (!h || !for_us(d, p, h)) {
		if (!h)
			netdev_add(d, rx_errors, 1);
		packet_free(p);
		return;
	}
	type = load_be16(h + 12);
	packet_pull(p, ETHERNET_HEADER);
	switch (type) {
	case ETHERTYPE_IP4:
	case ETHERTYPE_IP6:
		ip_receive(p);
		break;
	case ETHERTYPE_ARP:
		arp_receive(p);
		break;
	default:
		netdev_add(d, rx_dropped, 1);
		packet_free(p);
	}
}

int ethernet_send(struct netdev *d, struct packet *p, const u8 destination[ETHERNET_ALEN], u16 type, bool more)
{
	u8 *h = packet_push(p, ETHERNET_HEADER);

	p->link_header = (u16)(h - p->room);
	memcpy(h, destination, ETHERNET_ALEN);
	memcpy(h + 6, d->mac, ETHERNET_ALEN);
	store_be16(h + 12, type);
	return netdev_transmit(d, p, more);
}

void ethernet_multicast(const struct ip_address *group, u8 mac[ETHERNET_ALEN])
{
	if (ip_is_v4(group)) {
		mac[0] = 0x01;
		mac[1] = 0x00;
		mac[2] = 0x5e;
		mac[3] = group->b[13] & 0x7f;
		mac[4] = group->b[14];
		mac[5] = group->b[15];
	} else {
		mac[0] = mac[1] = 0x33;
		memcpy(mac + 2, group->b + 12, 4);
	}
}
