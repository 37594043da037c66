/*
 * NETLINK_ROUTE (rtnetlink(7)): which part answers which type, and links. Reading is everybody's, changing takes CAP_NET_ADMIN. Links are
 * the devices that drivers registered: none is made, deleted or renamed. No lock of its own; task context.
 */
#include "net/netlink.h"

#include "lib/error.h"
#include "lib/string.h"
#include "net/netlink_internal.h"
#include "net/permission.h"
#include "net/socket_abi.h"

#define OPERSTATE_UNKNOWN 0
#define OPERSTATE_DOWN    2
#define OPERSTATE_UP      6
#define TX_QUEUE_LENGTH   1000
#define MTU_MIN           68
#define LINK_MESSAGE_MAX  1024

static int (*const parts[])(const struct nl_request *r, struct nl_dump *dump) = {
	[RTM_NEWLINK / 4] = rtnetlink_link,
	[RTM_NEWADDR / 4] = rtnetlink_address,
	[RTM_NEWROUTE / 4] = rtnetlink_route,
	[RTM_NEWNEIGH / 4] = rtnetlink_neighbour,
};

int rtnetlink_request(const struct nl_request *r, struct nl_dump *dump)
{
	u16 type = r->header->type;

	if (type > RTM_MAX)
		return -EOPNOTSUPP;
	if (r->length < sizeof(struct rtgenmsg))
		return 0;		/* as Linux */
	if (type % 4 != RTM_GETLINK % 4 && !net_admin())
		return -EPERM;
	if (type / 4 >= ARRAY_SIZE(parts) || !parts[type / 4])
		return -EOPNOTSUPP;
	dump->family = *r->body;
	return parts[type / 4](r, dump);
}

static void put_stats(struct nl_writer *w, const struct netdev *d)
{
	struct netdev_stats s;
	u64 wide[25] = { 0 };		/* struct rtnl_link_stats64 */
	u32 narrow[24];			/* struct rtnl_link_stats: the same in 32 bits */

	netdev_stats(d, &s);
	wide[0] = s.rx_packets;
	wide[1] = s.tx_packets;
	wide[2] = s.rx_bytes;
	wide[3] = s.tx_bytes;
	wide[4] = s.rx_errors;
	wide[5] = s.tx_errors;
	wide[6] = s.rx_dropped;
	wide[7] = s.tx_dropped;
	wide[8] = s.multicast;
	for (unsigned i = 0; i < ARRAY_SIZE(narrow); i++)
		narrow[i] = (u32)wide[i];
	nl_put(w, IFLA_STATS64, wide, sizeof(wide));
	nl_put(w, IFLA_STATS, narrow, sizeof(narrow));
}

static bool put_link(struct nl_writer *w, const struct netdev *d, u32 port, u32 sequence, u16 flags)
{
	static const u8 everybody[ETHERNET_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, nobody[ETHERNET_ALEN];
	u32 state = __atomic_load_n(&d->flags, __ATOMIC_RELAXED);
	struct ifinfomsg m = { .type = d->type, .index = (i32)d->index, .flags = state };
	bool loopback = d->features & NETDEV_LOOPBACK;
	const char *discipline = state & IFF_UP ? "noqueue" : "noop";

	nl_begin(w, port, sequence, RTM_NEWLINK, flags, &m, sizeof(m));
	nl_put(w, IFLA_IFNAME, d->name, (u32)strlen(d->name) + 1);
	nl_put_u32(w, IFLA_TXQLEN, TX_QUEUE_LENGTH);
	nl_put_u8(w, IFLA_OPERSTATE, !(state & IFF_UP) ? OPERSTATE_DOWN : loopback ? OPERSTATE_UNKNOWN : OPERSTATE_UP);
	nl_put_u8(w, IFLA_LINKMODE, 0);
	nl_put_u32(w, IFLA_MTU, d->mtu);
	nl_put_u32(w, IFLA_MIN_MTU, MTU_MIN);
	nl_put_u32(w, IFLA_MAX_MTU, d->max_mtu);
	nl_put_u32(w, IFLA_GROUP, 0);
	nl_put_u32(w, IFLA_PROMISCUITY, state & IFF_PROMISC ? 1 : 0);
	nl_put_u8(w, IFLA_CARRIER, state & IFF_UP ? 1 : 0);
	nl_put(w, IFLA_QDISC, discipline, (u32)strlen(discipline) + 1);
	nl_put(w, IFLA_ADDRESS, d->mac, ETHERNET_ALEN);
	nl_put(w, IFLA_BROADCAST, loopback ? nobody : everybody, ETHERNET_ALEN);
	put_stats(w, d);
	return nl_end(w);
}

static bool fill_links(struct nl_dump *d, struct nl_writer *w)
{
	for (; d->given < netdev_count(); d->given++)
		if (!put_link(w, netdev_by_index((unsigned)d->given + 1), d->port, d->sequence, NLM_F_MULTI))
			return false;
	return true;
}

void netlink_link_changed(const struct netdev *d)
{
	u8 bytes[LINK_MESSAGE_MAX];
	struct nl_writer w = { .data = bytes, .size = sizeof(bytes) };

	if (netlink_has_listeners(RTNLGRP_LINK) && put_link(&w, d, 0, 0, 0))
		netlink_broadcast(RTNLGRP_LINK, &w);
}

/* By index, or by name where that is 0. */
static struct netdev *find_link(const struct ifinfomsg *m, const struct nlattr *name)
{
	char text[NETDEV_NAME] = { 0 };

	if (m->index > 0)
		return netdev_by_index((unsigned)m->index);
	if (!name)
		return NULL;
	memcpy(text, nl_data(name), MIN(nl_size(name), (u32)sizeof(text) - 1));
	return netdev_by_name(text);
}

static bool same_name(const struct netdev *d, const struct nlattr *name)
{
	u32 n = (u32)strlen(d->name);

	return nl_size(name) >= n && nl_size(name) <= n + 1 && memcmp(nl_data(name), d->name, n) == 0;
}

/* Everything is looked at before anything changes. */
static int check_change(const struct netdev *d, const struct nlattr **a)
{
	u32 mtu = a[IFLA_MTU] ? nl_u32(a[IFLA_MTU]) : d->mtu;

	if ((a[IFLA_IFNAME] && !same_name(d, a[IFLA_IFNAME])) || (a[IFLA_TXQLEN] && nl_u32(a[IFLA_TXQLEN]) != TX_QUEUE_LENGTH))
		return -EOPNOTSUPP;
	if (mtu < MTU_MIN || mtu > d->max_mtu)
		return -EINVAL;
	if (a[IFLA_ADDRESS] && !d->ops->set_mac)
		return -EOPNOTSUPP;
	if (a[IFLA_ADDRESS] && (*(const u8 *)nl_data(a[IFLA_ADDRESS]) & 1))
		return -EADDRNOTAVAIL;
	return 0;
}

static int change_link(const struct ifinfomsg *m, const struct nlattr **a)
{
	struct netdev *d = find_link(m, a[IFLA_IFNAME]);
	int error;

	if (!d)
		return -ENODEV;
	error = check_change(d, a);
	if (!error && a[IFLA_MTU] && nl_u32(a[IFLA_MTU]) != d->mtu)
		error = netdev_set_mtu(d, nl_u32(a[IFLA_MTU]));
	if (!error && a[IFLA_ADDRESS])
		error = netdev_set_mac(d, nl_data(a[IFLA_ADDRESS]));
	if (!error && (m->flags || m->change))
		error = netdev_set_flags(d, m->change ? (d->flags & ~m->change) | (m->flags & m->change) : m->flags);
	return error;
}

int rtnetlink_link(const struct nl_request *r, struct nl_dump *dump)
{
	static const u8 least[IFLA_MAX + 1] = { [IFLA_ADDRESS] = ETHERNET_ALEN, [IFLA_MTU] = 4, [IFLA_TXQLEN] = 4, [IFLA_IFNAME] = 1 };
	const struct nlattr *a[IFLA_MAX + 1];
	struct ifinfomsg m;
	struct netdev *d;
	int error;

	if (r->header->type == RTM_GETLINK && (r->header->flags & NLM_F_DUMP)) {
		dump->fill = fill_links;
		return 1;
	}
	error = nl_parse(r, sizeof(m), a, IFLA_MAX, least);
	if (error)
		return error;
	memcpy(&m, r->body, sizeof(m));
	if (m.index < 0)
		return -EINVAL;
	switch (r->header->type) {
	case RTM_GETLINK:
		if (!m.index && !a[IFLA_IFNAME])
			return -EINVAL;
		d = find_link(&m, a[IFLA_IFNAME]);
		if (!d)
			return -ENODEV;
		return put_link(r->reply, d, r->port, r->header->sequence, 0) ? 0 : -EMSGSIZE;
	case RTM_NEWLINK:
	case RTM_SETLINK:
		return !m.index && !a[IFLA_IFNAME] ? -EINVAL : change_link(&m, a);
	default:
		return find_link(&m, a[IFLA_IFNAME]) ? -EOPNOTSUPP : -ENODEV;
	}
}
