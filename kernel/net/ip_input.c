/*
 * The protocols over IP, and handing packets and errors to them. No state of its own; task context.
 */
#include "net/ip_input.h"

#include "net/icmp.h"
#include "net/multicast.h"
#include "net/raw.h"
#include "net/snmp.h"
#include "net/tcp.h"
#include "net/udp.h"

static const struct ip_protocol protocols[] = {
	{ IPPROTO_UDP, udp_receive, udp_error },
	{ IPPROTO_ICMP, icmp_receive, NULL },
	{ IPPROTO_ICMPV6, icmp6_receive, NULL },
	{ IPPROTO_TCP, tcp_input, tcp_error },
	{ IPPROTO_IGMP, igmp_receive, NULL },
};

static const struct ip_protocol *find(u8 number)
{
	for (unsigned i = 0; i < ARRAY_SIZE(protocols); i++)
		if (protocols[i].number == number)
			return &protocols[i];
	return NULL;
}

void ip_receive(struct packet *p)
{
	const u8 *h = packet_linear(p, 1);

	switch (h ? *h >> 4 : 0) {
	case 4:
		ip4_receive(p);
		break;
	case 6:
		ip6_receive(p);
		break;
	default:
		snmp_inc(IpInHdrErrors);
		packet_free(p);
	}
}

void ip_deliver(struct packet *p)
{
	const struct ip_protocol *protocol = find(p->ip.protocol);
	bool heard;

	packet_mark_transport(p);
	heard = raw_deliver(p);
	if (protocol) {
		if (ip_is_v4(&p->ip.destination))
			snmp_inc(IpInDelivers);
		else
			snmp_inc(Ip6InDelivers);
		protocol->receive(p);
		return;
	}
	if (!heard) {
		if (ip_is_v4(&p->ip.destination))
			snmp_inc(IpInUnknownProtos);
		else
			snmp_inc(Ip6InUnknownProtos);
		icmp_protocol_unreachable(p);
	}
	packet_free(p);
}

void ip_report_error(const struct ip_error *e)
{
	const struct ip_protocol *protocol = find(e->ip.protocol);

	raw_error(e);
	if (protocol && protocol->error)
		protocol->error(e);
}
