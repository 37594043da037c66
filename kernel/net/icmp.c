/*
 * ICMP for IPv4, and what both versions' errors share. No lock but the rate limit's atomic; task context.
 */
#include "net/icmp.h"

#include "lib/atomic.h"
#include "lib/error.h"
#include "lib/string.h"
#include "net/icmp_internal.h"
#include "net/ip.h"
#include "net/ip_input.h"
#include "net/route.h"
#include "net/snmp.h"
#include "sched/clock.h"

#define ICMP_ECHO_REPLY     0
#define ICMP_UNREACHABLE    3
#define ICMP_ECHO           8
#define ICMP_TIME_EXCEEDED  11
#define ICMP_PARAMETER      12

#define ICMP_ERROR_QUOTE    548u	/* of the packet that failed: an error is at most 576 bytes (RFC 1812, 4.3.2.3) */
#define RATE_NS             1000000ull	/* an error a millisecond, */
#define RATE_BURST          50u		/* and fifty at once: Linux's icmp_msgs_per_sec and _burst */

static atomic64 rate_until = ATOMIC(0);	/* clock_now() up to which the allowance is spent */

/* A leaky bucket in one number: each error moves it on by RATE_NS, at most RATE_BURST of them ahead of the clock. */
bool icmp_may_send_error(void)
{
	u64 now = clock_now();

	for (;;) {
		i64 until = atomic_read(&rate_until);
		u64 base = MAX((u64)until, now);

		if (base + RATE_NS > now + RATE_BURST * RATE_NS) {
			snmp_inc(IcmpOutRateLimitHost);
			return false;
		}
		if (atomic_cas(&rate_until, until, (i64)(base + RATE_NS)))
			return true;
	}
}

/* A message of `type`, `code` and four more bytes, then `quote` bytes of the network packet that it is about. */
struct packet *icmp_make_error(const struct packet *about, u8 type, u8 code, u32 rest, u32 quote)
{
	u32 header = (u32)(about->data - packet_network(about)), n = MIN(quote, header + about->length);
	struct packet *p = packet_alloc(ICMP_HEADER + n);
	u8 *h;

	if (!p)
		return NULL;
	h = packet_put(p, ICMP_HEADER + n);
	h[0] = type;
	h[1] = code;
	store_be16(h + 2, 0);
	store_be32(h + 4, rest);
	memcpy(h + ICMP_HEADER, packet_network(about), MIN(n, header));
	if (n > header)
		packet_copy_out(about, 0, h + ICMP_HEADER + header, n - header);
	return p;
}

void icmp_reply(struct packet *p, const struct ip_address *source, const struct ip_address *destination, unsigned index)
{
	struct route r;
	bool v4 = ip_is_v4(destination);

	if (route_lookup(destination, source, index, &r) < 0) {
		packet_free(p);
		return;
	}
	p->ip = (struct ip_packet) {
		.source = source ? *source : r.source, .destination = *destination,
		.protocol = v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6,
	};
	p->checksum = CHECKSUM_PARTIAL;
	p->checksum_start = (u16)(p->data - p->room);
	p->checksum_offset = 2;
	store_be16(p->data + 2, 0);
	if (!v4) {
		u16 pseudo = checksum_fold(checksum_pseudo(&p->ip.source, destination, IPPROTO_ICMPV6, p->length));

		memcpy(p->data + 2, &pseudo, 2);
		snmp_inc(Icmp6OutMsgs);
	} else {
		snmp_inc(IcmpOutMsgs);
	}
	(void)ip_send(p, &r, false);
}

/* May an error be sent about it (RFC 1122, 3.2.2)? */
static bool may_complain(const struct packet *about)
{
	const u8 *network = packet_network(about);
	u8 type;

	if (about->broadcast || ip_is_multicast(&about->ip.destination) || ip_is_any(&about->ip.source) ||
	    (load_be16(network + 6) & 0x1fff))
		return false;
	if (about->ip.protocol == IPPROTO_ICMP) {
		if (about->length == 0)
			return false;
		packet_copy_out(about, 0, &type, 1);
		if (type != ICMP_ECHO && type != ICMP_ECHO_REPLY)
			return false;
	}
	return icmp_may_send_error();
}

static void send_error(const struct packet *about, u8 type, u8 code)
{
	struct packet *p;

	if (!may_complain(about))
		return;
	p = icmp_make_error(about, type, code, 0, ICMP_ERROR_QUOTE);
	if (!p)
		return;
	if (type == ICMP_UNREACHABLE)
		snmp_inc(IcmpOutDestUnreachs);
	else
		snmp_inc(IcmpOutTimeExcds);
	icmp_reply(p, &about->ip.destination, &about->ip.source, 0);
}

void icmp_protocol_unreachable(const struct packet *p)
{
	if (ip_is_v4(&p->ip.destination))
		send_error(p, ICMP_UNREACHABLE, 2);
	else
		icmp6_parameter_problem(p, 1, (u32)(p->data - packet_network(p)));
}

void ip_port_unreachable(const struct packet *p)
{
	if (ip_is_v4(&p->ip.destination))
		send_error(p, ICMP_UNREACHABLE, 3);
	else
		icmp6_error(p, ICMP6_UNREACHABLE, 4, 0);
}

void icmp_reassembly_timeout(const struct packet *p)
{
	if (ip_is_v4(&p->ip.destination))
		send_error(p, ICMP_TIME_EXCEEDED, 1);
	else
		icmp6_error(p, ICMP6_TIME_EXCEEDED, 1, 0);
}

static void answer_echo(struct packet *p)
{
	struct ip_address from = p->ip.source, to = p->ip.destination;
	struct packet *reply;

	snmp_inc(IcmpInEchos);
	if (p->broadcast || p->length > PACKET_MAX - IP4_HEADER)
		goto out;
	reply = packet_alloc(ICMP_HEADER + (p->room_page ? 0 : p->linear));
	if (!reply)
		goto out;
	packet_copy_out(p, 0, packet_put(reply, ICMP_HEADER), ICMP_HEADER);
	reply->data[0] = ICMP_ECHO_REPLY;
	if (!packet_share(reply, p, ICMP_HEADER, p->length - ICMP_HEADER)) {
		packet_free(reply);
		goto out;
	}
	snmp_inc(IcmpOutEchoReps);
	icmp_reply(reply, &to, &from, 0);
out:
	packet_free(p);
}

/* errno and hardness of the codes of destination unreachable (RFC 1122, 4.2.3.9; Linux's icmp_err_convert). */
static const struct { u8 error; bool hard; } unreachable[] = {
	{ ENETUNREACH, false }, { EHOSTUNREACH, false }, { ENOPROTOOPT, true }, { ECONNREFUSED, true },
	{ EMSGSIZE, false }, { EOPNOTSUPP, false }, { ENETUNREACH, true }, { EHOSTDOWN, true },
	{ ENONET, true }, { ENETUNREACH, true }, { EHOSTUNREACH, true }, { ENETUNREACH, false },
	{ EHOSTUNREACH, false }, { EHOSTUNREACH, true }, { EHOSTUNREACH, true }, { EHOSTUNREACH, true },
};

/* The error's meaning; false: none. */
static bool interpret(const u8 *h, struct ip_error *e)
{
	switch (h[0]) {
	case ICMP_UNREACHABLE:
		if (h[1] >= ARRAY_SIZE(unreachable))
			return false;
		e->error = unreachable[h[1]].error;
		e->hard = unreachable[h[1]].hard;
		if (h[1] == 4)
			e->information = e->mtu = load_be16(h + 6);
		snmp_inc(IcmpInDestUnreachs);
		return true;
	case ICMP_TIME_EXCEEDED:
		e->error = EHOSTUNREACH;
		snmp_inc(IcmpInTimeExcds);
		return true;
	case ICMP_PARAMETER:
		e->error = EPROTO;
		e->hard = true;
		e->information = h[4];
		return true;
	default:
		return false;
	}
}

/* An error about a packet that we are said to have sent: its header and 8 bytes are quoted. */
static void read_error(struct packet *p)
{
	const u8 *h = packet_linear(p, ICMP_HEADER + IP4_HEADER), *inner;
	struct ip_error e = { .type = p->data[0], .code = p->data[1], .offender = p->ip.source };
	u32 length, source, destination;

	inner = h ? h + ICMP_HEADER : NULL;
	length = h ? (inner[0] & 15u) * 4 : 0;
	if (length < IP4_HEADER || inner[0] >> 4 != 4) {
		snmp_inc(IcmpInErrors);
		return;
	}
	h = packet_linear(p, ICMP_HEADER + length + 8);
	if (!h || !interpret(h, &e))
		return;
	inner = h + ICMP_HEADER;
	if (load_be16(inner + 6) & 0x1fff)
		return;		/* behind the first fragment there is no transport header */
	memcpy(&source, inner + 12, 4);
	memcpy(&destination, inner + 16, 4);
	e.ip = (struct ip_packet) {
		.source = ip4_from_be(source), .destination = ip4_from_be(destination), .protocol = inner[9], .ttl = inner[8], .tos = inner[1],
		.dont_fragment = inner[6] & 0x40,
	};
	e.transport = inner + length;
	e.transport_at = ICMP_HEADER + length;
	e.message = p;
	if (!ip_is_local(&e.ip.source, 0))
		return;
	ip_report_error(&e);
}

void icmp_receive(struct packet *p)
{
	const u8 *h = packet_linear(p, ICMP_HEADER);

	snmp_inc(IcmpInMsgs);
	if (!h || !packet_verify(p, 0)) {
		snmp_add(IcmpInCsumErrors, h != NULL);
		snmp_inc(IcmpInErrors);
		packet_free(p);
		return;
	}
	switch (h[0]) {
	case ICMP_ECHO:
		answer_echo(p);
		return;
	case ICMP_ECHO_REPLY:
		snmp_inc(IcmpInEchoReps);	/* raw and ping sockets saw it already */
		break;
	default:
		if (!p->broadcast)
			read_error(p);
	}
	packet_free(p);
}
