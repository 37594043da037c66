/*
 * The table of network devices, and what every packet passes on its way to and from a driver: taps, counters, and the work that a
 * device does not do by itself. The table grows only (table_lock); readers look at it without a lock.
 */
#include "net/netdev.h"

#include "lib/atomic.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "net/ethernet.h"
#include "net/ip_input.h"
#include "net/multicast.h"
#include "net/nd.h"
#include "net/netlink.h"
#include "net/route.h"
#include "sched/rcu.h"

static struct spinlock table_lock = SPINLOCK_INIT("netdevs", RANK_NETDEV_CONFIG);
static struct netdev *table[NETDEV_MAX];	/* [table_lock] written; published whole, never taken out */
static atomic32 count = ATOMIC(0);
static struct netdev_tap *taps;			/* [table_lock] written, read under RCU */

struct netdev *netdev_by_index(unsigned index)
{
	return index >= 1 && index <= (unsigned)atomic_read_acquire(&count) ? table[index - 1] : NULL;
}

struct netdev *netdev_by_name(const char *name)
{
	for (unsigned i = 1; i <= netdev_count(); i++)
		if (strcmp(table[i - 1]->name, name) == 0)
			return table[i - 1];
	return NULL;
}

unsigned netdev_count(void) { return (unsigned)atomic_read_acquire(&count); }

static void choose_name(struct netdev *d, const char *name)
{
	for (unsigned n = 0; n <= NETDEV_MAX; n++) {
		(void)snprintf(d->name, sizeof(d->name), name, n);
		if (!netdev_by_name(d->name))
			return;
	}
}

int netdev_register(struct netdev *d, const char *name)
{
	unsigned at;

	d->stats = kzalloc(cpu_count * sizeof(*d->stats));
	if (!d->stats)
		return -ENOMEM;
	spin_init(&d->lock, "netdev", RANK_NETDEV_CONFIG);
	list_init(&d->addresses);
	spin_lock(&table_lock);
	at = (unsigned)atomic_read(&count);
	if (at == NETDEV_MAX) {
		spin_unlock(&table_lock);
		kfree(d->stats);
		return -ENOSPC;
	}
	choose_name(d, name);
	d->index = at + 1;
	table[at] = d;
	atomic_set_release(&count, (i32)at + 1);
	spin_unlock(&table_lock);
	return 0;
}

#define CHANGEABLE (IFF_UP | IFF_PROMISC | IFF_ALLMULTI)

int netdev_set_flags(struct netdev *d, u32 flags)
{
	u32 old, new;
	int result = 0;

	spin_lock(&d->lock);
	old = d->flags;
	new = (old & ~CHANGEABLE) | (flags & CHANGEABLE);
	new = new & IFF_UP ? new | IFF_RUNNING | IFF_LOWER_UP : new & ~(u32)(IFF_RUNNING | IFF_LOWER_UP);
	if (d->ops->set_flags)
		result = d->ops->set_flags(d, new);
	if (result == 0)
		__atomic_store_n(&d->flags, new, __ATOMIC_RELEASE);
	spin_unlock(&d->lock);
	if (result == 0 && ((old ^ new) & IFF_UP))
		route_device_changed(d);
	if (result == 0 && (new & ~old & IFF_UP) && d->type == ARPHRD_ETHER)
		nd_start(d);
	if (result == 0 && (new & ~old & IFF_UP))
		multicast_device_up(d);
	if (result == 0 && old != new)
		netlink_link_changed(d);
	return result;
}

int netdev_set_mac(struct netdev *d, const u8 mac[ETHERNET_ALEN])
{
	int result;

	if (!d->ops->set_mac)
		return -EOPNOTSUPP;
	if (mac[0] & 1)
		return -EADDRNOTAVAIL;
	spin_lock(&d->lock);
	result = d->ops->set_mac(d, mac);
	if (result == 0)
		memcpy(d->mac, mac, ETHERNET_ALEN);
	spin_unlock(&d->lock);
	if (result == 0)
		netlink_link_changed(d);
	return result;
}

int netdev_set_mtu(struct netdev *d, u32 mtu)
{
	if (mtu < 68 || mtu > d->max_mtu)
		return -EINVAL;
	__atomic_store_n(&d->mtu, mtu, __ATOMIC_RELAXED);
	atomic_inc(&route_generation);
	netlink_link_changed(d);
	return 0;
}

void netdev_add_tap(struct netdev_tap *t)
{
	spin_lock(&table_lock);
	t->next = taps;
	rcu_publish(taps, t);
	spin_unlock(&table_lock);
}

void netdev_remove_tap(struct netdev_tap *t)
{
	struct netdev_tap **link;

	spin_lock(&table_lock);
	for (link = &taps; *link; link = &(*link)->next)
		if (*link == t) {
			rcu_publish(*link, t->next);
			break;
		}
	spin_unlock(&table_lock);
}

static void show_taps(struct netdev *d, const struct packet *p, bool outgoing)
{
	for (struct netdev_tap *t = rcu_read(taps); t; t = rcu_read(t->next))
		if (!t->device || t->device == d)
			t->deliver(t, d, p, outgoing);
}

static bool can_segment(const struct netdev *d, const struct packet *p)
{
	static const u32 feature[] = {
		[SEGMENT_TCP4] = NETDEV_TSO4, [SEGMENT_TCP6] = NETDEV_TSO6, [SEGMENT_UDP] = NETDEV_USO,
	};

	return d->features & (feature[p->segmentation] | NETDEV_LOOPBACK);
}

int netdev_transmit(struct netdev *d, struct packet *p, bool more)
{
	int result;

	p->device = d;
	if (unlikely(!(__atomic_load_n(&d->flags, __ATOMIC_RELAXED) & IFF_UP))) {
		packet_free(p);
		return -ENETDOWN;
	}
	if (p->segmentation != SEGMENT_NONE && !can_segment(d, p))
		return netdev_transmit_segments(d, p, more);
	if (unlikely(rcu_read(taps)))
		show_taps(d, p, true);
	if (p->checksum == CHECKSUM_PARTIAL && !(d->features & (NETDEV_CHECKSUM | NETDEV_LOOPBACK)))
		packet_complete_checksum(p);
	netdev_add(d, tx_packets, 1);
	netdev_add(d, tx_bytes, p->length);
	result = d->ops->transmit(d, p, more);
	if (unlikely(result < 0))
		netdev_add(d, tx_dropped, 1);
	return result;
}

void netdev_receive(struct packet *p)
{
	struct netdev *d = p->device;

	netdev_add(d, rx_packets, 1);
	netdev_add(d, rx_bytes, p->length);
	p->link_header = (u16)(p->data - p->room);
	if (unlikely(!(__atomic_load_n(&d->flags, __ATOMIC_RELAXED) & IFF_UP))) {
		packet_free(p);
		return;
	}
	if (unlikely(rcu_read(taps)))
		show_taps(d, p, false);
	if (d->type == ARPHRD_ETHER)
		ethernet_receive(p);
	else
		ip_receive(p);
}

void netdev_stats(const struct netdev *d, struct netdev_stats *sum)
{
	u64 *to = (u64 *)sum;

	memset(sum, 0, sizeof(*sum));
	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		const u64 *from = (const u64 *)&d->stats[cpu];

		for (unsigned i = 0; i < sizeof(*sum) / sizeof(u64); i++)
			to[i] += __atomic_load_n(&from[i], __ATOMIC_RELAXED);
	}
}
