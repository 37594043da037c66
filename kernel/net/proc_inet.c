/* /proc/net: devices, routes, addresses and neighbours. A snapshot without a lock of its own; task context. */
#include "net/proc_net.h"

#include "lib/string.h"
#include "net/multicast.h"
#include "net/neighbour.h"
#include "net/netdev.h"
#include "net/route.h"

#define ROUTE_WIDTH 127
#define RTF_UP      0x1u
#define RTF_GATEWAY 0x2u
#define RTF_HOST    0x4u
#define RTF_REJECT  0x200u
#define RTF_LOCAL   0x80200000u		/* RTF_LOCAL, RTF_NONEXTHOP */
#define ARP_COMPLETE  0x2
#define ARP_PERMANENT 0x4
#define ALL_HOSTS     0xe0000001u	/* 224.0.0.1, which is never reported */
#define GROUP_TIMER   0x5u		/* MAF_ of Linux: a timer runs, used; */
#define GROUP_SETTLED 0xcu		/* reported, not to be again */

void proc_net_pad(struct text *t, size_t start, size_t width)
{
	while (t->size - start < width && !t->failed)
		text_char(t, ' ');
	text_char(t, '\n');
}

static int show_dev(struct text *t, const struct proc_node *n)
{
	text_printf(t, "Inter-|   Receive                                                |  Transmit\n"
		       " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n");
	for (unsigned i = 1; i <= netdev_count(); i++) {
		const struct netdev *d = netdev_by_index(i);
		struct netdev_stats s;

		netdev_stats(d, &s);
		text_printf(t, "%6s: %7llu %7llu %4llu %4llu %4u %5u %10u %9llu %8llu %7llu %4llu %4llu %4u %5u %7u %10u\n", d->name,
			    (unsigned long long)s.rx_bytes, (unsigned long long)s.rx_packets, (unsigned long long)s.rx_errors,
			    (unsigned long long)s.rx_dropped, 0, 0, 0, (unsigned long long)s.multicast, (unsigned long long)s.tx_bytes,
			    (unsigned long long)s.tx_packets, (unsigned long long)s.tx_errors, (unsigned long long)s.tx_dropped, 0, 0, 0, 0);
	}
	return 0;
}

static bool put_route4(const struct route_entry *e, void *arg)
{
	struct text *t = arg;
	size_t start = t->size;
	u32 mask = e->prefix ? be32(UINT32_MAX << (32 - e->prefix)) : 0;
	u32 flags = RTF_UP | (e->has_gateway ? RTF_GATEWAY : 0) | (e->prefix == 32 ? RTF_HOST : 0) |
		    (e->type == ROUTE_UNICAST ? 0 : RTF_REJECT);

	if (!ip_is_v4(&e->destination) || (e->origin == ROUTE_FROM_KERNEL && (e->device->features & NETDEV_LOOPBACK)))
		return true;
	text_printf(t, "%s\t%08X\t%08X\t%04X\t%d\t%u\t%d\t%08X\t%d\t%u\t%u", e->type == ROUTE_UNICAST ? e->device->name : "*",
		    ip4_to_be(&e->destination), e->has_gateway ? ip4_to_be(&e->gateway) : 0, flags, 0, 0, (int)e->metric, mask, 0, 0, 0);
	proc_net_pad(t, start, ROUTE_WIDTH);
	return true;
}

static int show_route(struct text *t, const struct proc_node *n)
{
	text_printf(t, "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT");
	proc_net_pad(t, 0, ROUTE_WIDTH);
	route_walk(put_route4, t);
	return 0;
}

static void put_ip6(struct text *t, const struct ip_address *a)
{
	for (unsigned i = 0; i < 16; i++)
		text_printf(t, "%02x", a->b[i]);
}

static void put_row6(struct text *t, const struct ip_address *to, u8 prefix, const struct ip_address *gateway, u32 metric, u32 flags,
		     const char *device)
{
	static const struct ip_address any;

	put_ip6(t, to);
	text_printf(t, " %02x ", prefix);
	put_ip6(t, &any);
	text_printf(t, " 00 ");
	put_ip6(t, gateway ? gateway : &any);
	text_printf(t, " %08x %08x %08x %08x %8s\n", metric, 1, 0, flags, device);
}

static bool put_route6(const struct route_entry *e, void *arg)
{
	u32 flags = RTF_UP | (e->has_gateway ? RTF_GATEWAY : 0) | (e->prefix == 128 ? RTF_HOST : 0) |
		    (e->type == ROUTE_UNICAST ? 0 : RTF_REJECT);

	if (!ip_is_v4(&e->destination))
		put_row6(arg, &e->destination, e->prefix, e->has_gateway ? &e->gateway : NULL, e->metric, flags, e->device->name);
	return true;
}

static bool put_local6(struct netdev *d, const struct netdev_address *a, void *arg)
{
	if (!ip_is_v4(&a->address))
		put_row6(arg, &a->address, 128, NULL, 0, RTF_LOCAL | RTF_UP, d->name);
	return true;
}

static int show_ipv6_route(struct text *t, const struct proc_node *n)
{
	route_walk(put_route6, t);
	address_walk(put_local6, t);
	return 0;
}

static bool put_address6(struct netdev *d, const struct netdev_address *a, void *arg)
{
	struct text *t = arg;
	u32 scope = ip_is_loopback(&a->address) ? 0x10 : ip_is_link_local(&a->address) ? 0x20 : 0;

	if (ip_is_v4(&a->address))
		return true;
	put_ip6(t, &a->address);
	text_printf(t, " %02x %02x %02x %02x %8s\n", d->index, a->prefix, scope, a->flags, d->name);
	return true;
}

static int show_if_inet6(struct text *t, const struct proc_node *n)
{
	address_walk(put_address6, t);
	return 0;
}

static bool put_neighbour(const struct neighbour *e, void *arg)
{
	u8 state = __atomic_load_n(&e->state, __ATOMIC_ACQUIRE);
	bool known = !(state & (NUD_INCOMPLETE | NUD_FAILED));
	u64 word = known ? __atomic_load_n(&e->mac, __ATOMIC_RELAXED) : 0;
	char name[IP_TEXT_MAX];
	u8 mac[8];

	if (!ip_is_v4(&e->address))
		return true;
	memcpy(mac, &word, sizeof(mac));
	text_printf(arg, "%-16s 0x%-10x0x%-10x%02x:%02x:%02x:%02x:%02x:%02x     *        %s\n", ip_text(&e->address, name), e->device->type,
		    (known ? ARP_COMPLETE : 0) | (state == NUD_PERMANENT ? ARP_PERMANENT : 0), mac[0], mac[1], mac[2], mac[3], mac[4], mac[5],
		    e->device->name);
	return true;
}

static int show_arp(struct text *t, const struct proc_node *n)
{
	text_printf(t, "IP address       HW type     Flags       HW address            Mask     Device\n");
	neighbour_walk(put_neighbour, t);
	return 0;
}

struct group_list {
	struct text *text;
	const struct netdev *device;
	bool v4;
	unsigned count;
};

static bool listed(const struct group_list *l, const struct multicast_row *row)
{
	return row->device == l->device && ip_is_v4(&row->group) == l->v4;
}

static void count_group(const struct multicast_row *row, void *arg)
{
	struct group_list *l = arg;

	l->count += listed(l, row);
}

static void put_group(const struct multicast_row *row, void *arg)
{
	struct group_list *l = arg;
	u32 ticks = (u32)(row->timer_ns / 10000000);

	if (!listed(l, row))
		return;
	if (l->v4)
		text_printf(l->text, "\t\t\t\t%08X %5u %d:%08X\t\t%d\n", ip4_to_be(&row->group), row->users, row->timer_ns > 0, ticks,
			    ip4_to_be(&row->group) != be32(ALL_HOSTS));
	else
		text_printf(l->text, "%-4u %-15s %08x%08x%08x%08x %5u %08X %u\n", row->device->index, row->device->name,
			    be32(row->group.be[0]), be32(row->group.be[1]), be32(row->group.be[2]), be32(row->group.be[3]), row->users,
			    row->timer_ns > 0 ? GROUP_TIMER : GROUP_SETTLED, ticks);
}

/* The groups that sockets joined, and the one of all hosts, whose first user the kernel is. */
static int show_igmp(struct text *t, const struct proc_node *n)
{
	text_printf(t, "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n");
	for (unsigned i = 1; i <= netdev_count(); i++) {
		struct group_list l = { .text = t, .device = netdev_by_index(i), .v4 = true, .count = 1 };
		struct multicast_row all = { .device = l.device, .group = ip4_from_be(be32(ALL_HOSTS)), .users = 1 };

		multicast_walk(count_group, &l);
		text_printf(t, "%u\t%-10s: %5u      V%u\n", i, l.device->name, l.count, multicast_igmp_version(l.device));
		multicast_walk(put_group, &l);
		put_group(&all, &l);
	}
	return 0;
}

static int show_igmp6(struct text *t, const struct proc_node *n)
{
	for (unsigned i = 1; i <= netdev_count(); i++) {
		struct group_list l = { .text = t, .device = netdev_by_index(i) };
		struct multicast_row all = { .device = l.device, .group = { .b = { 0xff, 2, [15] = 1 } }, .users = 1 };

		multicast_walk(put_group, &l);
		put_group(&all, &l);
	}
	return 0;
}

void proc_inet_init(void)
{
	proc_net_add("dev", show_dev);
	proc_net_add("route", show_route);
	proc_net_add("ipv6_route", show_ipv6_route);
	proc_net_add("if_inet6", show_if_inet6);
	proc_net_add("arp", show_arp);
	proc_net_add("igmp", show_igmp);
	proc_net_add("igmp6", show_igmp6);
}
