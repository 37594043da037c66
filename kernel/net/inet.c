/* AF_INET and AF_INET6: which types there are, and addresses between programs' form and ours. No state; task context. */
#include "net/inet.h"

#include "lib/error.h"
#include "lib/string.h"
#include "net/families.h"

int inet_create(struct socket *s)
{
	switch (s->type) {
	case SOCK_STREAM:
		if (s->protocol != 0 && s->protocol != IPPROTO_TCP)
			return -EPROTONOSUPPORT;
		s->protocol = IPPROTO_TCP;
		return inet_stream_create(s);
	case SOCK_DGRAM:
		if (s->protocol == (s->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6))
			return inet_raw_create(s);
		if (s->protocol != 0 && s->protocol != IPPROTO_UDP)
			return -EPROTONOSUPPORT;
		s->protocol = IPPROTO_UDP;
		return inet_datagram_create(s);
	case SOCK_RAW:
		return inet_raw_create(s);
	default:
		return -ESOCKTNOSUPPORT;
	}
}

static int in4(const struct socket_address *a, u32 length, struct endpoint *e)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)a;

	if (length < sizeof(*in))
		return -EINVAL;
	if (a->family != AF_INET && (a->family != AF_UNSPEC || in->address_be))
		return -EAFNOSUPPORT;
	*e = (struct endpoint) { ip4_from_be(in->address_be), be16(in->port_be), 0 };
	return 0;
}

static int in6(const struct socket_address *a, u32 length, struct endpoint *e)
{
	const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)a;

	if (length < 24)		/* RFC 2133's, without a scope */
		return -EINVAL;
	if (a->family != AF_INET6)
		return -EAFNOSUPPORT;
	*e = (struct endpoint) { .port = be16(in->port_be) };
	memcpy(e->address.b, in->address, 16);
	if (length >= sizeof(*in) && ip_is_link_local(&e->address) && !ip_is_v4(&e->address))
		e->scope = in->scope;
	return 0;
}

int inet_address_in(const struct socket *s, const struct socket_address *a, u32 length, struct endpoint *e)
{
	return s->family == AF_INET ? in4(a, length, e) : in6(a, length, e);
}

int inet_address_out(const struct socket *s, const struct endpoint *e, struct socket_address *a)
{
	struct sockaddr_in *in = (struct sockaddr_in *)a;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)a;

	if (s->family == AF_INET) {
		*in = (struct sockaddr_in) { .family = AF_INET, .port_be = be16(e->port), .address_be = ip4_to_be(&e->address) };
		return sizeof(*in);
	}
	*in6 = (struct sockaddr_in6) { .family = AF_INET6, .port_be = be16(e->port), .scope = e->scope };
	memcpy(in6->address, e->address.b, 16);
	return sizeof(*in6);
}
