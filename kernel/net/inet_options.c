/* Options of SOL_IP (ip(7)) and SOL_IPV6 (ipv6(7)), as far as sockets of this stack obey them. No lock: each is a word; task context. */
#include "net/inet.h"

#include "lib/error.h"
#include "lib/string.h"
#include "net/permission.h"

#define IP_TOS              1
#define IP_TTL              2
#define IP_HDRINCL          3
#define IP_PKTINFO          8
#define IP_MTU_DISCOVER     10
#define IP_RECVERR          11
#define IP_RECVTTL          12
#define IP_RECVTOS          13
#define IP_MTU              14
#define IP_FREEBIND         15
#define IP_TRANSPARENT      19
#define IP_BIND_ADDRESS_NO_PORT 24
#define IP_MULTICAST_IF     32
#define IP_MULTICAST_TTL    33
#define IP_MULTICAST_LOOP   34
#define IP_MULTICAST_ALL    49
#define IP_UNICAST_IF       50

#define IPV6_UNICAST_HOPS   16
#define IPV6_MULTICAST_IF   17
#define IPV6_MULTICAST_HOPS 18
#define IPV6_MULTICAST_LOOP 19
#define IPV6_MTU_DISCOVER   23
#define IPV6_MTU            24
#define IPV6_RECVERR        25
#define IPV6_V6ONLY         26
#define IPV6_MULTICAST_ALL  29
#define IPV6_RECVPKTINFO    49
#define IPV6_RECVHOPLIMIT   51
#define IPV6_DONTFRAG       62
#define IPV6_RECVTCLASS     66
#define IPV6_TCLASS         67

#define DEFAULT_TTL   64
#define DEFAULT_HOPS  0xffffu

void inet_options_init(struct inet_options *o, bool v6)
{
	*o = (struct inet_options) {
		.multicast_ttl = 1, .multicast_loop = true, .mtu_discover = IP_PMTUDISC_WANT, .hops6 = DEFAULT_HOPS,
		.multicast_hops6 = 1, .multicast_all = !v6, .multicast_all6 = true,
	};
}

/* Which options of SOL_IP take no value for 0. */
static bool needs_value(int option)
{
	switch (option) {
	case IP_TTL:
	case IP_TRANSPARENT:
	case IP_MULTICAST_TTL:
	case IP_MULTICAST_LOOP:
	case IP_MULTICAST_ALL:
		return true;
	default:
		return false;
	}
}

/* One byte or an int, as ip(7) allows for most options, or nothing: 0. IPv6's are ints. */
static int read_number(int level, int option, const void *value, u32 size, int *number)
{
	if (size >= sizeof(int)) {
		memcpy(number, value, sizeof(int));
		return 0;
	}
	if (level == SOL_IPV6 ? option != IPV6_DONTFRAG : option == IP_UNICAST_IF)
		return -EINVAL;
	if (size < 1 && needs_value(option))
		return -EINVAL;
	*number = size < 1 ? 0 : *(const u8 *)value;
	return 0;
}

/* What an option may be set to, besides its range; and which sockets have it. */
static int check(const struct socket *s, int level, int option, int n)
{
	bool one_bit = level == SOL_IP ? option == IP_MULTICAST_ALL : option == IPV6_MULTICAST_LOOP;

	if (one_bit && (n < 0 || n > 1))
		return -EINVAL;
	if (level == SOL_IP && option == IP_HDRINCL && s->type != SOCK_RAW)
		return -ENOPROTOOPT;
	if (level == SOL_IP && option == IP_MULTICAST_TTL && s->type == SOCK_STREAM)
		return -EINVAL;
	if (level == SOL_IPV6 && (option == IPV6_MULTICAST_HOPS || option == IPV6_MULTICAST_IF) && s->type == SOCK_STREAM)
		return -ENOPROTOOPT;
	if (level == SOL_IP && option == IP_TRANSPARENT && n && !net_admin())
		return -EPERM;
	return 0;
}

static bool *flag_of(struct inet_options *o, int level, int option)
{
	if (level == SOL_IP) {
		switch (option) {
		case IP_HDRINCL:
			return &o->header_included;
		case IP_PKTINFO:
			return &o->receive_info;
		case IP_RECVTTL:
			return &o->receive_ttl;
		case IP_RECVTOS:
			return &o->receive_tos;
		case IP_RECVERR:
			return &o->receive_errors;
		case IP_BIND_ADDRESS_NO_PORT:
			return &o->bind_without_port;
		case IP_FREEBIND:
			return &o->free_bind;
		case IP_MULTICAST_LOOP:
			return &o->multicast_loop;
		case IP_MULTICAST_ALL:
			return &o->multicast_all;
		default:
			return NULL;
		}
	}
	switch (option) {
	case IPV6_MULTICAST_LOOP:
		return &o->multicast_loop;
	case IPV6_RECVERR:
		return &o->receive_v6_errors;
	case IPV6_V6ONLY:
		return &o->v6only;
	case IPV6_RECVPKTINFO:
		return &o->receive_v6_info;
	case IPV6_RECVHOPLIMIT:
		return &o->receive_v6_hops;
	case IPV6_DONTFRAG:
		return &o->dont_fragment6;
	case IPV6_RECVTCLASS:
		return &o->receive_v6_class;
	case IPV6_MULTICAST_ALL:
		return &o->multicast_all6;
	default:
		return NULL;
	}
}

static int set_v4(struct inet_options *o, const struct socket *s, int option, int n)
{
	switch (option) {
	case IP_TOS:	/* a connection's congestion bits are TCP's own */
		o->tos = s->type == SOCK_STREAM ? (u8)((n & ~3) | (o->tos & 3)) : (u8)n;
		return 0;
	case IP_TTL:
		if (n != -1 && (n < 1 || n > 255))
			return -EINVAL;
		o->ttl = n == -1 ? 0 : (u8)n;
		return 0;
	case IP_MTU_DISCOVER:
		if (n < 0 || n > IP_PMTUDISC_OMIT)
			return -EINVAL;
		o->mtu_discover = (u8)n;
		return 0;
	case IP_MULTICAST_TTL:
		if (n < -1 || n > 255)
			return -EINVAL;
		o->multicast_ttl = n == -1 ? 1 : (u8)n;
		return 0;
	case IP_UNICAST_IF:
		if (n && !netdev_by_index(be32((u32)n)))
			return -EADDRNOTAVAIL;
		o->unicast_device = be32((u32)n);
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int set_v6(struct inet_options *o, int option, int n)
{
	switch (option) {
	case IPV6_UNICAST_HOPS:
		if (n < -1 || n > 255)
			return -EINVAL;
		o->hops6 = n == -1 ? DEFAULT_HOPS : (u16)n;
		return 0;
	case IPV6_MULTICAST_HOPS:
		if (n < -1 || n > 255)
			return -EINVAL;
		o->multicast_hops6 = n == -1 ? 1 : (u16)n;
		return 0;
	case IPV6_MULTICAST_IF:
		if (n < 0 || (n > 0 && !netdev_by_index((unsigned)n)))
			return -ENODEV;
		o->multicast_device = (u32)n;
		return 0;
	case IPV6_MTU_DISCOVER:
		if (n < 0 || n > IP_PMTUDISC_OMIT)
			return -EINVAL;
		o->mtu_discover = (u8)n;
		return 0;
	case IPV6_TCLASS:
		if (n < -1 || n > 255)
			return -EINVAL;
		o->tos = n == -1 ? 0 : (u8)n;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

/* struct in_addr, ip_mreq or ip_mreqn: by address, or by index. */
static int set_multicast_device(struct inet_options *o, const void *value, u32 size)
{
	struct { u32 group, address; i32 index; } r = { 0 };
	struct netdev *d = NULL;

	if (size < 4)
		return -EINVAL;
	memcpy(size >= 8 ? (void *)&r : (void *)&r.address, value, MIN(size, size >= 8 ? 12u : 4u));
	if (r.index) {
		d = netdev_by_index((unsigned)r.index);
	} else if (r.address) {
		struct ip_address a = ip4_from_be(r.address);

		for (unsigned i = 1; i <= netdev_count() && !d; i++)
			if (ip_is_local(&a, i))
				d = netdev_by_index(i);
	} else {
		o->multicast_device = 0;
		return 0;
	}
	if (!d)
		return r.index ? -ENODEV : -EADDRNOTAVAIL;
	o->multicast_device = d->index;
	return 0;
}

int inet_setsockopt(struct inet_options *o, const struct socket *s, int level, int option, const void *value, u32 size)
{
	bool *flag;
	int n, error;

	if ((level != SOL_IP && level != SOL_IPV6) || (level == SOL_IPV6 && s->family != AF_INET6))
		return -ENOPROTOOPT;
	if (level == SOL_IP && option == IP_MULTICAST_IF)
		return s->type == SOCK_STREAM ? -EINVAL : set_multicast_device(o, value, size);
	if (inet_is_group_option(level, option))
		return inet_set_group(o, s, level, option, value, size);
	flag = flag_of(o, level, option);
	error = read_number(level, option, value, size, &n);
	if (!error)
		error = check(s, level, option, n);
	if (error)
		return error;
	if (flag) {
		*flag = n != 0;
		return 0;
	}
	return level == SOL_IP ? set_v4(o, s, option, n) : set_v6(o, option, n);
}

static int number_v4(const struct inet_options *o, int option, int *n)
{
	switch (option) {
	case IP_TOS:
		*n = o->tos;
		return 0;
	case IP_TTL:
		*n = o->ttl ? o->ttl : DEFAULT_TTL;
		return 0;
	case IP_MTU_DISCOVER:
		*n = o->mtu_discover;
		return 0;
	case IP_MULTICAST_TTL:
		*n = o->multicast_ttl;
		return 0;
	case IP_UNICAST_IF:
		*n = (int)be32(o->unicast_device);
		return 0;
	case IP_MULTICAST_IF:
		*n = 0;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int number_v6(const struct inet_options *o, int option, int *n)
{
	switch (option) {
	case IPV6_UNICAST_HOPS:
		*n = o->hops6 == DEFAULT_HOPS ? DEFAULT_TTL : o->hops6;
		return 0;
	case IPV6_MULTICAST_HOPS:
		*n = o->multicast_hops6;
		return 0;
	case IPV6_MULTICAST_IF:
		*n = (int)o->multicast_device;
		return 0;
	case IPV6_MTU_DISCOVER:
		*n = o->mtu_discover;
		return 0;
	case IPV6_TCLASS:
		*n = o->tos;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

int inet_getsockopt(const struct inet_options *o, const struct socket *s, int level, int option, void *value, u32 *size)
{
	const bool *flag = flag_of((struct inet_options *)o, level, option);
	int n, error = 0;

	if ((level != SOL_IP && level != SOL_IPV6) || (level == SOL_IPV6 && s->family != AF_INET6))
		return s->family == AF_INET6 ? -ENOPROTOOPT : -EOPNOTSUPP;
	if (flag)
		n = *flag;
	else
		error = level == SOL_IP ? number_v4(o, option, &n) : number_v6(o, option, &n);
	if (error)
		return error;
	/* A caller with less room than an int gets a byte where the value fits one (ip(7)). */
	if (*size < sizeof(n) && *size > 0 && n >= 0 && n <= 255) {
		*(u8 *)value = (u8)n;
		*size = 1;
		return 0;
	}
	*size = MIN(*size, (u32)sizeof(n));
	memcpy(value, &n, *size);
	return 0;
}
