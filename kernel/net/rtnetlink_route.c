/*
 * NETLINK_ROUTE: routes (RTM_*ROUTE), all in the main table, and the question by which way a destination is reached. No lock of its own;
 * task context.
 */
#include "net/netlink.h"

#include "lib/error.h"
#include "lib/string.h"
#include "net/netlink_internal.h"
#include "net/socket_abi.h"
#include "sched/clock.h"

#define ROUTE_MESSAGE_MAX 256
#define ROUTE_ATTRIBUTES  31u
#define METRIC6_DEFAULT   1024u		/* Linux's IP6_RT_PRIO_USER */
#define HZ                100

/* What says more than a route here can: metrics, several next hops, flows, other families' gateways, tunnels, next-hop objects. */
static const u8 unsupported[] = { 8, 9, 11, 18, 21, 22, 30 };

struct target {
	struct nl_writer *w;
	struct nl_dump *dump;
	bool full;
};

static bool put_route(struct nl_writer *w, const struct route_entry *e, u16 type, const struct nl_dump *d)
{
	bool v4 = ip_is_v4(&e->destination);
	struct rtmsg m = {
		.family = v4 ? AF_INET : AF_INET6, .destination_bits = e->prefix, .table = RT_TABLE_MAIN, .protocol = e->origin,
		.scope = v4 && !e->has_gateway && e->type == ROUTE_UNICAST ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE, .type = e->type,
		.flags = e->device->flags & IFF_UP ? 0 : RTNH_F_LINKDOWN,
	};
	bool own = v4 && e->origin == ROUTE_FROM_KERNEL && (e->device->features & NETDEV_LOOPBACK);
	u64 now = clock_now();
	struct rta_cacheinfo cache = {
		.expires = e->valid_until == TIME_NEVER || e->valid_until < now ? 0 : (i32)((e->valid_until - now) / (NS_PER_SEC / HZ)),
	};

	if (own) {		/* all of an IPv4 network on loopback is this machine */
		m.table = RT_TABLE_LOCAL;
		m.type = RTN_LOCAL;
		m.scope = RT_SCOPE_HOST;
	}
	nl_begin(w, d ? d->port : 0, d ? d->sequence : 0, type, d ? NLM_F_MULTI : 0, &m, sizeof(m));
	nl_put_u32(w, RTA_TABLE, m.table);
	if (e->prefix)
		nl_put_address(w, RTA_DST, &e->destination);
	if (e->metric)
		nl_put_u32(w, RTA_PRIORITY, e->metric);
	if (!ip_is_any(&e->source))
		nl_put_address(w, RTA_PREFSRC, &e->source);
	if (e->has_gateway)
		nl_put_address(w, RTA_GATEWAY, &e->gateway);
	if (!v4 || e->type == ROUTE_UNICAST)
		nl_put_u32(w, RTA_OIF, e->device->index);
	if (!v4) {
		nl_put(w, RTA_CACHEINFO, &cache, sizeof(cache));
		nl_put_u8(w, RTA_PREF, 0);
	}
	return nl_end(w);
}

static bool dump_one(const struct route_entry *e, void *arg)
{
	struct target *t = arg;
	struct nl_dump *d = t->dump;
	u8 family = ip_is_v4(&e->destination) ? AF_INET : AF_INET6;

	if (!nl_dump_due(d))
		return true;
	if (!d->family || d->family == family)
		t->full = !put_route(t->w, e, RTM_NEWROUTE, d);
	if (!t->full)
		d->given++;
	return !t->full;
}

static bool fill_routes(struct nl_dump *d, struct nl_writer *w)
{
	struct target t = { .w = w, .dump = d };

	route_walk(dump_one, &t);
	return !t.full;
}

void netlink_route_changed(const struct route_entry *e, bool gone)
{
	u32 group = ip_is_v4(&e->destination) ? RTNLGRP_IPV4_ROUTE : RTNLGRP_IPV6_ROUTE;
	u8 bytes[ROUTE_MESSAGE_MAX];
	struct nl_writer w = { .data = bytes, .size = sizeof(bytes) };

	if (netlink_has_listeners(group) && put_route(&w, e, gone ? RTM_DELROUTE : RTM_NEWROUTE, NULL))
		netlink_broadcast(group, &w);
}

static struct ip_address any_of(u8 family) { return family == AF_INET ? ip4_from_be(0) : (struct ip_address) { 0 }; }

/* The route that a change speaks of. */
static int read_route(const struct rtmsg *m, const struct nlattr **a, struct route_entry *e)
{
	u32 table = a[RTA_TABLE] ? nl_u32(a[RTA_TABLE]) : m->table;

	*e = (struct route_entry) {
		.destination = any_of(m->family), .source = any_of(m->family), .prefix = m->destination_bits, .type = m->type,
		.origin = m->protocol, .valid_until = TIME_NEVER,
	};
	if (m->family != AF_INET && m->family != AF_INET6)
		return -EOPNOTSUPP;
	if (m->destination_bits > (m->family == AF_INET ? 32 : 128) || m->source_bits ||
	    (a[RTA_DST] && !nl_address(a[RTA_DST], m->family, &e->destination)) ||
	    (a[RTA_PREFSRC] && !nl_address(a[RTA_PREFSRC], m->family, &e->source)) ||
	    (a[RTA_GATEWAY] && !nl_address(a[RTA_GATEWAY], m->family, &e->gateway)))
		return -EINVAL;
	for (unsigned i = 0; i < ARRAY_SIZE(unsupported); i++)
		if (a[unsupported[i]])
			return -EOPNOTSUPP;
	if (m->tos || (table != RT_TABLE_UNSPEC && table != RT_TABLE_MAIN) || (m->flags & ~(u32)RTM_F_CLONED))
		return -EOPNOTSUPP;
	e->has_gateway = a[RTA_GATEWAY] && !ip_is_any(&e->gateway);
	e->metric = a[RTA_PRIORITY] ? nl_u32(a[RTA_PRIORITY]) : 0;
	if (a[RTA_EXPIRES])
		e->valid_until = clock_now() + nl_u32(a[RTA_EXPIRES]) * NS_PER_SEC;
	if (a[RTA_OIF]) {
		e->device = netdev_by_index(nl_u32(a[RTA_OIF]));
		if (!e->device)
			return -ENODEV;
	}
	return 0;
}

static int add(const struct nl_request *r, const struct rtmsg *m, const struct nlattr **a)
{
	u16 flags = r->header->flags;
	struct route_entry e;
	int error = read_route(m, a, &e);

	if (error)
		return error;
	if (e.type != ROUTE_UNICAST && e.type != ROUTE_BLACKHOLE && e.type != ROUTE_UNREACHABLE && e.type != ROUTE_PROHIBIT)
		return e.type ? -EOPNOTSUPP : -EINVAL;
	if (e.device && !(e.device->flags & IFF_UP))
		return -ENETDOWN;
	if (!ip_is_any(&e.source) && !ip_is_local(&e.source, 0))
		return -EINVAL;
	if (m->family == AF_INET6 && !e.metric)
		e.metric = METRIC6_DEFAULT;
	return flags & NLM_F_REPLACE ? route_replace(&e, flags & NLM_F_CREATE) : flags & NLM_F_CREATE ? route_add(&e) : -ENOENT;
}

/* The way to a destination, as one that sends there would take it. */
static int find_way(const struct nl_request *r, const struct rtmsg *m, const struct nlattr **a)
{
	struct ip_address to = any_of(m->family), from = any_of(m->family);
	struct rta_cacheinfo cache = { 0 };
	struct rtmsg answer = { .family = m->family, .type = ROUTE_UNICAST, .table = RT_TABLE_MAIN, .flags = RTM_F_CLONED };
	struct nl_writer *w = r->reply;
	struct route way;
	int error;

	if ((m->family != AF_INET && m->family != AF_INET6) || (a[RTA_DST] && !nl_address(a[RTA_DST], m->family, &to)) ||
	    (a[RTA_SRC] && !nl_address(a[RTA_SRC], m->family, &from)))
		return -EINVAL;
	error = route_lookup(&to, &from, a[RTA_OIF] ? nl_u32(a[RTA_OIF]) : 0, &way);
	if (error)
		return error;
	answer.destination_bits = m->family == AF_INET ? 32 : 128;
	if (way.local) {
		answer.type = RTN_LOCAL;
		answer.table = RT_TABLE_LOCAL;
	} else if (way.broadcast) {
		answer.type = RTN_BROADCAST;
	} else if (ip_is_multicast(&to)) {
		answer.type = RTN_MULTICAST;
	}
	nl_begin(w, r->port, r->header->sequence, RTM_NEWROUTE, 0, &answer, sizeof(answer));
	nl_put_u32(w, RTA_TABLE, answer.table);
	nl_put_address(w, RTA_DST, &to);
	nl_put_u32(w, RTA_OIF, way.device->index);
	nl_put_address(w, RTA_PREFSRC, &way.source);
	if (!ip_equal(&way.next_hop, &to))
		nl_put_address(w, RTA_GATEWAY, &way.next_hop);
	nl_put(w, RTA_CACHEINFO, &cache, sizeof(cache));
	return nl_end(w) ? 0 : -EMSGSIZE;
}

int rtnetlink_route(const struct nl_request *r, struct nl_dump *dump)
{
	static const u8 least[ROUTE_ATTRIBUTES + 1] = {
		[RTA_DST] = 4, [RTA_OIF] = 4, [RTA_GATEWAY] = 4, [RTA_PRIORITY] = 4, [RTA_PREFSRC] = 4, [RTA_TABLE] = 4, [RTA_EXPIRES] = 4,
		[RTA_SRC] = 4,
	};
	const struct nlattr *a[ROUTE_ATTRIBUTES + 1];
	struct route_entry e;
	struct rtmsg m;
	int error;

	if (r->header->type == RTM_GETROUTE && (r->header->flags & NLM_F_DUMP)) {
		dump->fill = fill_routes;
		return 1;
	}
	error = nl_parse(r, sizeof(m), a, ROUTE_ATTRIBUTES, least);
	if (error)
		return error;
	memcpy(&m, r->body, sizeof(m));
	switch (r->header->type) {
	case RTM_GETROUTE:
		return find_way(r, &m, a);
	case RTM_NEWROUTE:
		return add(r, &m, a);
	case RTM_DELROUTE:
		error = read_route(&m, a, &e);
		return error ? error : route_remove(&e);
	default:
		return -EOPNOTSUPP;
	}
}
