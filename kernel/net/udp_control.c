/*
 * Control messages of datagrams: what a sender says with one message instead of setting an option (ip(7), ipv6(7)), and what a receiver
 * asked to be told. No state; task context.
 */
#include "lib/error.h"
#include "lib/string.h"
#include "net/udp_internal.h"
#include "sched/clock.h"

#define IP_TOS         1
#define IP_TTL         2
#define IP_PKTINFO     8
#define IPV6_PKTINFO   50
#define IPV6_HOPLIMIT  52
#define IPV6_DONTFRAG  62
#define IPV6_TCLASS    67
#define SCM_RIGHTS     1
#define SCM_CREDENTIALS 2
#define SOL_UDP        17

struct pktinfo4 {
	i32 index;
	u32 local_be, address_be;
};

struct pktinfo6 {
	u8 address[16];
	u32 index;
};

/* An int inside [least, most]. */
static int read_int(const struct cmsghdr *h, int least, int most, int *value)
{
	if (h->length != sizeof(*h) + sizeof(*value))
		return -EINVAL;
	memcpy(value, h + 1, sizeof(*value));
	return *value < least || *value > most ? -EINVAL : 0;
}

static int read_v4(const struct cmsghdr *h, struct udp_sending *how)
{
	struct pktinfo4 info;

	switch (h->type) {
	case IP_PKTINFO:
		if (h->length != sizeof(*h) + sizeof(info))
			return -EINVAL;
		memcpy(&info, h + 1, sizeof(info));
		if (info.index)
			how->device = (u32)info.index;
		how->source = ip4_from_be(info.local_be);
		return 0;
	case IP_TTL:
		return read_int(h, 1, 255, &how->ttl);
	case IP_TOS:
		if (h->length == sizeof(*h) + 1) {
			how->tos = *(const u8 *)(h + 1);
			return 0;
		}
		return read_int(h, 0, 255, &how->tos);
	default:
		return -EINVAL;
	}
}

static int read_v6(const struct cmsghdr *h, struct udp_sending *how)
{
	struct pktinfo6 info;
	int value, error;

	switch (h->type) {
	case IPV6_PKTINFO:
		if (h->length < sizeof(*h) + sizeof(info))
			return -EINVAL;
		memcpy(&info, h + 1, sizeof(info));
		if (info.index)
			how->device = info.index;
		memcpy(how->source.b, info.address, 16);
		return 0;
	case IPV6_HOPLIMIT:
		return read_int(h, -1, 255, &how->ttl);
	case IPV6_TCLASS:
		return read_int(h, -1, 255, &how->tos);
	case IPV6_DONTFRAG:
		error = read_int(h, 0, 1, &value);
		how->dont_fragment = value;
		return error;
	default:
		return -EINVAL;
	}
}

int udp_read_control(const struct socket *s, const struct message *m, struct udp_sending *how)
{
	const struct cmsghdr *h;
	u64 at = 0;
	int error = 0;

	while (!error && (h = control_next(m, &at)) != NULL) {
		if (h->level == SOL_SOCKET)
			error = h->type == SCM_RIGHTS || h->type == SCM_CREDENTIALS ? 0 : -EINVAL;	/* nothing to us */
		else if (h->level == SOL_IP)
			error = read_v4(h, how);
		else if (h->level == SOL_IPV6 && s->family == AF_INET6)
			error = read_v6(h, how);
		else if (h->level == SOL_UDP)
			error = -EINVAL;
	}
	return error;
}

int udp_put_control(const struct udp *u, const struct socket *s, const struct packet *p, struct control_sink *sink)
{
	const struct inet_options *o = &u->options;
	bool v4 = ip_is_v4(&p->ip.destination);
	struct { i64 seconds, fraction; } stamp;
	u64 real = clock_realtime() - (clock_now() - p->time);
	int error = 0, n;

	if (s->options.timestamp || s->options.timestamp_ns) {
		stamp.seconds = (i64)(real / NS_PER_SEC);
		stamp.fraction = (i64)(s->options.timestamp_ns ? real % NS_PER_SEC : real % NS_PER_SEC / 1000);
		error = control_put(sink, SOL_SOCKET, s->options.timestamp_ns ? SO_TIMESTAMPNS : SO_TIMESTAMP, &stamp, sizeof(stamp));
	}
	if (!error && o->receive_info && v4) {
		u32 be = ip4_to_be(&p->ip.destination);
		struct pktinfo4 info = { (i32)p->device->index, be, be };

		error = control_put(sink, SOL_IP, IP_PKTINFO, &info, sizeof(info));
	}
	if (!error && o->receive_ttl && v4) {
		n = p->ip.ttl;
		error = control_put(sink, SOL_IP, IP_TTL, &n, sizeof(n));
	}
	if (!error && o->receive_tos && v4)
		error = control_put(sink, SOL_IP, IP_TOS, &p->ip.tos, 1);
	if (!error && o->receive_v6_info) {
		struct pktinfo6 info = { .index = p->device->index };

		memcpy(info.address, p->ip.destination.b, 16);
		error = control_put(sink, SOL_IPV6, IPV6_PKTINFO, &info, sizeof(info));
	}
	if (!error && o->receive_v6_hops && !v4) {
		n = p->ip.ttl;
		error = control_put(sink, SOL_IPV6, IPV6_HOPLIMIT, &n, sizeof(n));
	}
	if (!error && o->receive_v6_class && !v4) {
		n = p->ip.tos;
		error = control_put(sink, SOL_IPV6, IPV6_TCLASS, &n, sizeof(n));
	}
	return error;
}
