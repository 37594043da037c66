/*
 * Joining and leaving groups by socket options: IP_ADD_MEMBERSHIP of ip(7), IPV6_JOIN_GROUP of ipv6(7), MCAST_JOIN_GROUP of
 * RFC 3678. What each form means becomes a device and a group; net/multicast.c does the rest. Filters of sources are not known.
 * Task context.
 */
#include "net/inet.h"

#include "lib/error.h"
#include "lib/string.h"
#include "net/route.h"

#define IP_ADD_MEMBERSHIP  35
#define IP_DROP_MEMBERSHIP 36
#define IPV6_JOIN_GROUP    20
#define IPV6_LEAVE_GROUP   21
#define MCAST_JOIN_GROUP   42
#define MCAST_LEAVE_GROUP  45

/* struct ip_mreq, and with its third member struct ip_mreqn. */
struct request4 {
	u32 group_be, address_be;
	i32 index;
};

struct request6 {
	u8 group[16];
	u32 index;
};

struct group_request {
	u32 index, pad;
	struct socket_address group;
};
_Static_assert(sizeof(struct group_request) == 136, "RFC 3678, 5.1.1");

struct choice {
	struct ip_address group;
	struct ip_address address;	/* one of the device; any: not given */
	u32 index;			/* of the device; 0: not given */
	bool join;
};

static int read4(const void *value, u32 size, struct choice *c)
{
	struct request4 r = { 0 };

	if (size < 8)
		return -EINVAL;
	memcpy(&r, value, size >= sizeof(r) ? sizeof(r) : 8);
	*c = (struct choice) { ip4_from_be(r.group_be), ip4_from_be(r.address_be), (u32)r.index, false };
	return 0;
}

static int read6(const void *value, u32 size, struct choice *c)
{
	struct request6 r;

	if (size < sizeof(r))
		return -EINVAL;
	memcpy(&r, value, sizeof(r));
	*c = (struct choice) { .index = r.index };
	memcpy(c->group.b, r.group, 16);
	return 0;
}

static int read_any(u16 family, const void *value, u32 size, struct choice *c)
{
	struct group_request r;

	if (size < sizeof(r))
		return -EINVAL;
	memcpy(&r, value, sizeof(r));
	if (r.group.family != family)
		return family == AF_INET ? -EINVAL : -EADDRNOTAVAIL;
	*c = (struct choice) { .index = r.index };
	if (family == AF_INET)
		c->group = ip4_from_be(((const struct sockaddr_in *)&r.group)->address_be);
	else
		memcpy(c->group.b, ((const struct sockaddr_in6 *)&r.group)->address, 16);
	return 0;
}

/* The device that is meant; NULL: there is none. */
static struct netdev *device_of(const struct choice *c)
{
	struct route r;

	if (c->index)
		return netdev_by_index(c->index);
	if (!ip_is_any(&c->address)) {
		for (unsigned i = 1; i <= netdev_count(); i++)
			if (ip_is_local(&c->address, i))
				return netdev_by_index(i);
		return NULL;
	}
	return route_lookup(&c->group, NULL, 0, &r) == 0 ? r.device : NULL;
}

static int change(struct inet_options *o, const struct choice *c)
{
	struct netdev *d = device_of(c);

	if (c->join) {
		if (!ip_is_multicast(&c->group))
			return -EINVAL;
		return d ? multicast_join(&o->groups, d, &c->group) : -ENODEV;
	}
	if (c->index && !d)
		return -ENODEV;
	return multicast_leave(&o->groups, c->index || !ip_is_any(&c->address) ? d ? d->index : UINT32_MAX : 0, &c->group);
}

int inet_set_group(struct inet_options *o, const struct socket *s, int level, int option, const void *value, u32 size)
{
	bool generic = option == MCAST_JOIN_GROUP || option == MCAST_LEAVE_GROUP;
	struct choice c;
	int error;

	if (s->type == SOCK_STREAM)
		return -EPROTO;
	if (generic)
		error = read_any(level == SOL_IP ? AF_INET : AF_INET6, value, size, &c);
	else
		error = level == SOL_IP ? read4(value, size, &c) : read6(value, size, &c);
	if (error)
		return error;
	c.join = option == MCAST_JOIN_GROUP || option == (level == SOL_IP ? IP_ADD_MEMBERSHIP : IPV6_JOIN_GROUP);
	return change(o, &c);
}

bool inet_is_group_option(int level, int option)
{
	if (option == MCAST_JOIN_GROUP || option == MCAST_LEAVE_GROUP)
		return true;
	return level == SOL_IP ? option == IP_ADD_MEMBERSHIP || option == IP_DROP_MEMBERSHIP
			       : option == IPV6_JOIN_GROUP || option == IPV6_LEAVE_GROUP;
}
