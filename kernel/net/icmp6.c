/* ICMPv6 (RFC 4443); neighbour discovery's messages go to net/nd.c. No state of its own; task context. */
#include "lib/error.h"
#include "lib/string.h"
#include "net/icmp.h"
#include "net/icmp_internal.h"
#include "net/ip.h"
#include "net/ip_input.h"
#include "net/multicast.h"
#include "net/nd.h"
#include "net/route.h"
#include "net/snmp.h"

#define QUOTE (1280u - IP6_HEADER - ICMP_HEADER)	/* an error fits the least MTU (RFC 4443, 2.4 (c)) */

void icmp6_error(const struct packet *about, u8 type, u8 code, u32 rest)
{
	struct packet *p;
	u8 inner;

	if (about->broadcast || ip_is_multicast(&about->ip.destination) || ip_is_any(&about->ip.source) ||
	    ip_is_multicast(&about->ip.source))
		return;
	if (about->ip.protocol == IPPROTO_ICMPV6) {
		if (about->length == 0)
			return;
		packet_copy_out(about, 0, &inner, 1);
		if (!(inner & 0x80) || inner > ICMP6_ECHO_REPLY)
			return;		/* never about an error; neighbour discovery is not answered either */
	}
	if (!icmp_may_send_error())
		return;
	p = icmp_make_error(about, type, code, rest, QUOTE);
	if (!p)
		return;
	snmp_inc(Icmp6OutErrors);
	snmp_add(Icmp6OutDestUnreachs, type == ICMP6_UNREACHABLE);
	icmp_reply(p, &about->ip.destination, &about->ip.source, about->device ? about->device->index : 0);
}

void icmp6_parameter_problem(const struct packet *p, u8 code, u32 pointer) { icmp6_error(p, ICMP6_PARAMETER, code, pointer); }

static void answer_echo(struct packet *p)
{
	struct ip_address from = p->ip.source, to = p->ip.destination;
	struct packet *reply = packet_alloc(ICMP_HEADER + (p->room_page ? 0 : p->linear));

	snmp_inc(Icmp6InEchos);
	if (!reply)
		return;
	packet_copy_out(p, 0, packet_put(reply, ICMP_HEADER), ICMP_HEADER);
	reply->data[0] = ICMP6_ECHO_REPLY;
	if (!packet_share(reply, p, ICMP_HEADER, p->length - ICMP_HEADER)) {
		packet_free(reply);
		return;
	}
	snmp_inc(Icmp6OutEchoReplies);
	icmp_reply(reply, ip_is_multicast(&to) ? NULL : &to, &from, p->device->index);
}

/* As Linux's icmpv6_err_convert. */
static bool interpret(const u8 *h, struct ip_error *e)
{
	static const struct { u8 error; bool hard; } unreachable[] = {
		{ ENETUNREACH, false }, { EACCES, true }, { EHOSTUNREACH, false }, { EHOSTUNREACH, false },
		{ ECONNREFUSED, true }, { EACCES, true }, { EACCES, true },
	};

	switch (h[0]) {
	case ICMP6_UNREACHABLE:
		snmp_inc(Icmp6InDestUnreachs);
		if (h[1] >= ARRAY_SIZE(unreachable))
			return false;
		e->error = unreachable[h[1]].error;
		e->hard = unreachable[h[1]].hard;
		return true;
	case ICMP6_TOO_BIG:
		snmp_inc(Icmp6InPktTooBigs);
		e->error = EMSGSIZE;
		e->mtu = load_be32(h + 4);
		return true;
	case ICMP6_TIME_EXCEEDED:
		snmp_inc(Icmp6InTimeExcds);
		e->error = EHOSTUNREACH;
		return true;
	case ICMP6_PARAMETER:
		e->error = EPROTO;
		e->hard = h[1] == 1;
		return true;
	default:
		return false;
	}
}

static void read_error(struct packet *p)
{
	const u8 *h = packet_linear(p, ICMP_HEADER + IP6_HEADER + 8), *inner;
	struct ip_error e = { .type = p->data[0], .code = p->data[1], .offender = p->ip.source };

	if (!h || !interpret(h, &e))
		return;
	inner = h + ICMP_HEADER;
	memcpy(e.ip.source.b, inner + 8, 16);
	memcpy(e.ip.destination.b, inner + 24, 16);
	e.ip.protocol = inner[6];	/* one behind extension headers is nobody's: we send none */
	e.transport = inner + IP6_HEADER;
	e.transport_at = ICMP_HEADER + IP6_HEADER;
	e.message = p;
	e.information = load_be32(h + 4);
	if (inner[0] >> 4 == 6 && ip_is_local(&e.ip.source, 0))
		ip_report_error(&e);
}

void icmp6_receive(struct packet *p)
{
	const u8 *h = packet_linear(p, ICMP_HEADER);

	snmp_inc(Icmp6InMsgs);
	if (!h || !packet_verify(p, checksum_pseudo(&p->ip.source, &p->ip.destination, IPPROTO_ICMPV6, p->length))) {
		snmp_add(Icmp6InCsumErrors, h != NULL);
		snmp_inc(Icmp6InErrors);
	} else if (h[0] == ICMP6_ECHO) {
		answer_echo(p);
	} else if (h[0] < ICMP6_ECHO) {
		read_error(p);
	} else if (h[0] == ICMP6_ECHO_REPLY) {
		snmp_inc(Icmp6InEchoReplies);
	} else if (h[0] < ND_FIRST) {
		mld_receive(p);
	} else {
		nd_receive(p);
	}
	packet_free(p);
}
