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
