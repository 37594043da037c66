/*
 * Answering "how do I reach it?": local addresses, broadcast, multicast, then the longest prefix; and the path MTUs that were learnt.
 * Reads the snapshot of net/route.c through its walk, without a lock; pmtu_lock guards the MTUs. Task context.
 */
#include "net/route.h"

#include "lib/error.h"
#include "sched/clock.h"

#define PMTU_SLOTS   256u
#define PMTU_LIFE    (600ull * 1000000000)	/* RFC 1191, 6.3 */
#define PMTU_MIN4    552u			/* what is less is not believed: Linux's min_pmtu */
#define PMTU_MIN6    1280u			/* RFC 8200, 5 */

struct pmtu {
	struct ip_address destination;
	u32 mtu;
	u64 until;			/* clock_now() ns */
};

static struct spinlock pmtu_lock = SPINLOCK_INIT("path MTUs", RANK_ROUTE);
static struct pmtu pmtus[PMTU_SLOTS];		/* [pmtu_lock] by hash; a newer destination takes the place */
static atomic32 pmtu_known = ATOMIC(0);		/* any at all? */

static struct pmtu *slot_of(const struct ip_address *a)
{
	return &pmtus[((a->d[0] ^ a->d[1]) * 0x9e3779b97f4a7c15ull) >> 56];
}

void route_learn_mtu(const struct ip_address *destination, u32 mtu)
{
	struct pmtu *p = slot_of(destination);
	u32 least = ip_is_v4(destination) ? PMTU_MIN4 : PMTU_MIN6;

	spin_lock(&pmtu_lock);
	*p = (struct pmtu) { *destination, mtu < least ? least : mtu, clock_now() + PMTU_LIFE };
	atomic_set(&pmtu_known, 1);
	spin_unlock(&pmtu_lock);
	atomic_inc(&route_generation);
}

static u32 path_mtu(const struct ip_address *destination, u32 mtu)
{
	struct pmtu *p = slot_of(destination);

	if (!atomic_read(&pmtu_known))
		return mtu;
	spin_lock(&pmtu_lock);
	if (p->mtu && p->mtu < mtu && ip_equal(&p->destination, destination) && p->until > clock_now())
		mtu = p->mtu;
	spin_unlock(&pmtu_lock);
	return mtu;
}

struct question {
	const struct ip_address *destination;
	struct netdev *device;		/* NULL: any */
	bool v4;
	bool found;
	struct route_entry answer;
};

static bool consider(const struct route_entry *e, void *arg)
{
	struct question *q = arg;

	if (ip_is_v4(&e->destination) != q->v4 || (q->device && e->device != q->device) ||
	    !ip_same_prefix(&e->destination, q->destination, q->v4 ? e->prefix + 96u : e->prefix) ||
	    (e->valid_until != TIME_NEVER && e->valid_until < clock_now()))
		return true;
	q->answer = *e;
	q->found = true;
	return false;
}

static int refusal(const struct route_entry *e)
{
	switch (e->type) {
	case ROUTE_BLACKHOLE:
		return -EINVAL;
	case ROUTE_UNREACHABLE:
		return -EHOSTUNREACH;
	case ROUTE_PROHIBIT:
		return -EACCES;
	default:
		return 0;
	}
}

/* Where a destination that is everybody's goes: the device that was asked for, else the one of the default route, else the first. */
static struct netdev *device_for_many(const struct ip_address *destination, struct netdev *wanted)
{
	struct ip_address any = ip_is_v4(destination) ? ip4_from_be(be32(0x08080808)) : (struct ip_address) { .b = { 0x20, 0x01 } };
	struct question q = { .destination = &any, .v4 = ip_is_v4(destination) };

	if (wanted)
		return wanted;
	route_walk(consider, &q);
	if (q.found)
		return q.answer.device;
	for (unsigned i = 2; i <= netdev_count(); i++)
		if (netdev_by_index(i)->flags & IFF_UP)
			return netdev_by_index(i);
	return NULL;
}

/* To this machine: by the loopback device, whatever device owns the address. */
static int to_local(const struct ip_address *destination, struct route *r)
{
	r->device = netdev_by_index(1);
	r->source = *destination;
	r->next_hop = *destination;
	r->mtu = r->device->mtu;
	r->local = true;
	return 0;
}

static int to_many(const struct ip_address *destination, struct netdev *wanted, struct route *r)
{
	r->device = device_for_many(destination, wanted);
	if (!r->device)
		return -ENETUNREACH;
	(void)route_source(r->device, destination, &r->source);	/* DHCP sends before there is one */
	r->next_hop = *destination;
	r->mtu = r->device->mtu;
	r->broadcast = !ip_is_multicast(destination);
	return 0;
}

static int to_one(const struct ip_address *destination, struct netdev *wanted, struct route *r)
{
	struct question q = { .destination = destination, .device = wanted, .v4 = ip_is_v4(destination) };
	int result;

	route_walk(consider, &q);
	if (!q.found)
		return -ENETUNREACH;
	result = refusal(&q.answer);
	if (result < 0)
		return result;
	r->device = q.answer.device;
	r->next_hop = q.answer.has_gateway ? q.answer.gateway : *destination;
	r->mtu = path_mtu(destination, r->device->mtu);
	r->source = q.answer.source;
	if (ip_is_any(&r->source) && !route_source(r->device, destination, &r->source))
		return -EADDRNOTAVAIL;
	r->broadcast = ip_is_broadcast(destination, r->device);
	return 0;
}

int route_lookup(const struct ip_address *destination, const struct ip_address *source, unsigned index, struct route *r)
{
	struct netdev *wanted = netdev_by_index(index);
	u32 generation = (u32)atomic_read_acquire(&route_generation);
	int result;

	*r = (struct route) { 0 };
	if (index && !wanted)
		return -ENODEV;
	if (source && !ip_is_any(source) && !ip_is_local(source, 0))
		return -EADDRNOTAVAIL;
	if (ip_is_local(destination, ip_is_link_local(destination) ? index : 0))
		result = to_local(destination, r);
	else if (ip_is_multicast(destination) || (ip_is_v4(destination) && destination->be[3] == UINT32_MAX))
		result = to_many(destination, wanted, r);
	else
		result = to_one(destination, wanted, r);
	if (result < 0) {
		r->device = NULL;
		return result;
	}
	if (source && !ip_is_any(source))
		r->source = *source;
	r->generation = generation;
	return 0;
}
