/* NETLINK_ROUTE: the machine's addresses (RTM_*ADDR). What net/route.h keeps is told and set; no lock of its own; task context. */
#include "net/netlink.h"

#include "lib/error.h"
#include "lib/string.h"
#include "net/netlink_internal.h"
#include "net/socket_abi.h"
#include "sched/clock.h"

#define ADDRESS_MESSAGE_MAX 256
#define IFA_F_NOPREFIXROUTE 0x200u

static u8 scope_of(const struct ip_address *a)
{
	return ip_is_loopback(a) ? RT_SCOPE_HOST : ip_is_link_local(a) ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
}

static u32 seconds_left(u64 until)
{
	u64 now = clock_now();

	return until == TIME_NEVER ? UINT32_MAX : until <= now ? 0 : (u32)((until - now) / NS_PER_SEC);
}

static void put_broadcast(struct nl_writer *w, const struct netdev *d, const struct netdev_address *a)
{
	struct ip_address everybody = a->address;

	if (!(d->flags & IFF_BROADCAST) || a->prefix >= 31)
		return;
	everybody.be[3] |= be32(a->prefix ? UINT32_MAX >> a->prefix : UINT32_MAX);
	nl_put_address(w, IFA_BROADCAST, &everybody);
}

struct target {
	struct nl_writer *w;
	struct nl_dump *dump;
	bool full;
};

static bool put_address(struct nl_writer *w, const struct netdev *d, const struct netdev_address *a, u16 type, const struct nl_dump *for_dump)
{
	bool v4 = ip_is_v4(&a->address);
	struct ifaddrmsg m = {
		.family = v4 ? AF_INET : AF_INET6, .prefix = a->prefix, .flags = a->flags, .scope = scope_of(&a->address), .index = d->index,
	};
	struct ifa_cacheinfo times = { .preferred = seconds_left(a->preferred_until), .valid = seconds_left(a->valid_until) };

	nl_begin(w, for_dump ? for_dump->port : 0, for_dump ? for_dump->sequence : 0, type, for_dump ? NLM_F_MULTI : 0, &m, sizeof(m));
	nl_put_address(w, IFA_ADDRESS, &a->address);
	if (v4) {
		nl_put_address(w, IFA_LOCAL, &a->address);
		put_broadcast(w, d, a);
		nl_put(w, IFA_LABEL, d->name, (u32)strlen(d->name) + 1);
	}
	nl_put_u32(w, IFA_FLAGS, a->flags);
	nl_put(w, IFA_CACHEINFO, &times, sizeof(times));
	return nl_end(w);
}

static bool dump_one(struct netdev *d, const struct netdev_address *a, void *arg)
{
	struct target *t = arg;
	struct nl_dump *dump = t->dump;
	u8 family = ip_is_v4(&a->address) ? AF_INET : AF_INET6;

	if (!nl_dump_due(dump))
		return true;
	if ((!dump->family || dump->family == family) && (!dump->index || dump->index == d->index))
		t->full = !put_address(t->w, d, a, RTM_NEWADDR, dump);
	if (!t->full)
		dump->given++;
	return !t->full;
}

static bool fill_addresses(struct nl_dump *d, struct nl_writer *w)
{
	struct target t = { .w = w, .dump = d };

	address_walk(dump_one, &t);
	return !t.full;
}

void netlink_address_changed(const struct netdev *d, const struct netdev_address *a, bool gone)
{
	u32 group = ip_is_v4(&a->address) ? RTNLGRP_IPV4_IFADDR : RTNLGRP_IPV6_IFADDR;
	u8 bytes[ADDRESS_MESSAGE_MAX];
	struct nl_writer w = { .data = bytes, .size = sizeof(bytes) };

	if (netlink_has_listeners(group) && put_address(&w, d, a, gone ? RTM_DELADDR : RTM_NEWADDR, NULL))
		netlink_broadcast(group, &w);
}

static int read_lifetimes(const struct nlattr *cache, struct netdev_address *to)
{
	struct ifa_cacheinfo c;
	u64 now = clock_now();

	if (!cache)
		return 0;
	memcpy(&c, nl_data(cache), sizeof(c));
	if (c.valid == 0 || c.preferred > c.valid)
		return -EINVAL;
	to->valid_until = c.valid == UINT32_MAX ? TIME_NEVER : now + c.valid * NS_PER_SEC;
	to->preferred_until = c.preferred == UINT32_MAX ? TIME_NEVER : now + c.preferred * NS_PER_SEC;
	if (c.preferred == 0)
		to->flags |= IFA_F_DEPRECATED;
	if (c.valid != UINT32_MAX)
		to->flags &= (u8)~IFA_F_PERMANENT;
	return 0;
}

/* Which address of which device a request means. Peers, labels of one's own and other scopes are not kept here. */
static int read_request(const struct ifaddrmsg *m, const struct nlattr **a, struct netdev **d, struct netdev_address *to)
{
	const struct nlattr *local = a[IFA_LOCAL] ? a[IFA_LOCAL] : m->family == AF_INET6 ? a[IFA_ADDRESS] : NULL;
	struct ip_address peer;

	*to = (struct netdev_address) {
		.prefix = m->prefix, .flags = IFA_F_PERMANENT, .preferred_until = TIME_NEVER, .valid_until = TIME_NEVER,
	};
	if ((m->family != AF_INET && m->family != AF_INET6))
		return -EOPNOTSUPP;
	if (!local || m->prefix > (m->family == AF_INET ? 32 : 128) || !nl_address(local, (u8)m->family, &to->address))
		return -EINVAL;
	*d = netdev_by_index(m->index);
	if (!*d)
		return -ENODEV;
	if (a[IFA_ADDRESS] && !nl_address(a[IFA_ADDRESS], (u8)m->family, &peer))
		return -EINVAL;
	return a[IFA_ADDRESS] && !ip_equal(&peer, &to->address) ? -EOPNOTSUPP : 0;
}

static int add(const struct nl_request *r, const struct ifaddrmsg *m, const struct nlattr **a)
{
	struct netdev_address new;
	struct netdev *d;
	int error = read_request(m, a, &d, &new);
	u32 length;

	if (!error)
		error = read_lifetimes(a[IFA_CACHEINFO], &new);
	if (error)
		return error;
	length = (u32)strlen(d->name);
	if ((a[IFA_FLAGS] && (nl_u32(a[IFA_FLAGS]) & IFA_F_NOPREFIXROUTE)) ||
	    (a[IFA_LABEL] && (nl_size(a[IFA_LABEL]) < length || memcmp(nl_data(a[IFA_LABEL]), d->name, length) != 0 ||
			      (nl_size(a[IFA_LABEL]) > length && ((const char *)nl_data(a[IFA_LABEL]))[length]))) ||
	    (m->family == AF_INET && m->scope && m->scope != scope_of(&new.address)))
		return -EOPNOTSUPP;
	if (ip_is_any(&new.address) || ip_is_multicast(&new.address))
		return m->family == AF_INET6 ? -EADDRNOTAVAIL : -EINVAL;
	return address_add(d, &new, !(r->header->flags & NLM_F_REPLACE));
}

struct sought {
	struct netdev *device;
	const struct netdev_address *like;
	bool found;
};

static bool seek(struct netdev *d, const struct netdev_address *a, void *arg)
{
	struct sought *s = arg;

	s->found = d == s->device && ip_equal(&a->address, &s->like->address) && a->prefix == s->like->prefix;
	return !s->found;
}

static int remove(const struct ifaddrmsg *m, const struct nlattr **a)
{
	struct netdev_address old;
	struct sought s = { .like = &old };
	int error = read_request(m, a, &s.device, &old);

	if (error)
		return error;
	address_walk(seek, &s);
	/* Without IFA_ADDRESS any prefix is meant. */
	return a[IFA_ADDRESS] && !s.found ? -EADDRNOTAVAIL : address_remove(s.device, &old.address);
}

int rtnetlink_address(const struct nl_request *r, struct nl_dump *dump)
{
	static const u8 least[IFA_MAX + 1] = {
		[IFA_ADDRESS] = 4, [IFA_LOCAL] = 4, [IFA_CACHEINFO] = sizeof(struct ifa_cacheinfo), [IFA_FLAGS] = 4,
	};
	const struct nlattr *a[IFA_MAX + 1];
	struct ifaddrmsg m;
	int error;

	if (r->header->type == RTM_GETADDR) {
		if (!(r->header->flags & NLM_F_DUMP))
			return -EOPNOTSUPP;
		dump->fill = fill_addresses;
		return 1;
	}
	error = nl_parse(r, sizeof(m), a, IFA_MAX, least);
	if (error)
		return error;
	memcpy(&m, r->body, sizeof(m));
	return r->header->type == RTM_NEWADDR ? add(r, &m, a) : r->header->type == RTM_DELADDR ? remove(&m, a) : -EOPNOTSUPP;
}
