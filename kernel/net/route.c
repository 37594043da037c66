/*
 * Routes and addresses: see route.h. The master copies are lists under route_lock. Every change builds a snapshot, arrays in the
 * order in which questions want them, and publishes it under RCU; `route_generation` then makes senders ask again.
 */
#include "net/route.h"

#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "net/neighbour.h"
#include "net/netlink.h"
#include "sched/clock.h"
#include "sched/rcu.h"

struct local {
	struct ip_address address;
	u8 bits;			/* of the prefix, of 128 */
	u8 flags;
	struct netdev *device;
};

struct snapshot {
	struct rcu_head rcu;
	unsigned route_count, local_count;
	struct route_entry *routes;	/* the longest prefix first, then the lowest metric; of devices that are up */
	struct local locals[];
};

struct stored_route {
	struct list link;
	struct route_entry e;
};

static struct spinlock route_lock = SPINLOCK_INIT("routes", RANK_ROUTE);
static LIST_HEAD(stored);			/* [route_lock] struct stored_route, in the snapshot's order */
static unsigned stored_count, address_count;	/* [route_lock] */
static struct snapshot *current_snapshot;	/* [route_lock] to publish, read under RCU */
atomic32 route_generation = ATOMIC(1);

static struct snapshot *snapshot(void) { return rcu_read(current_snapshot); }
static unsigned family_bits(const struct ip_address *a, u8 prefix) { return ip_is_v4(a) ? prefix + 96u : prefix; }

static void free_snapshot(struct rcu_head *h)
{
	struct snapshot *s = container_of(h, struct snapshot, rcu);

	kfree(s->routes);
	kfree(s);
}

static void fill_locals(struct snapshot *s) REQUIRES(route_lock)
{
	for (unsigned i = 1; i <= netdev_count(); i++) {
		struct netdev *d = netdev_by_index(i);
		struct netdev_address *a;

		list_for_each(a, &d->addresses, link)
			s->locals[s->local_count++] = (struct local) {
				a->address, (u8)family_bits(&a->address, a->prefix), a->flags, d,
			};
	}
}

/* Build and publish; -ENOMEM: the old one stays. */
static int publish(void) REQUIRES(route_lock)
{
	struct snapshot *s = kzalloc(sizeof(*s) + address_count * sizeof(struct local)), *old = current_snapshot;
	struct stored_route *r;

	if (s && stored_count > 0)
		s->routes = kmalloc_array(stored_count, sizeof(*s->routes));
	if (!s || (stored_count > 0 && !s->routes)) {
		kfree(s);
		return -ENOMEM;
	}
	list_for_each(r, &stored, link)
		if (r->e.device->flags & IFF_UP)
			s->routes[s->route_count++] = r->e;
	fill_locals(s);
	rcu_publish(current_snapshot, s);
	atomic_inc(&route_generation);
	if (old)
		rcu_call(&old->rcu, free_snapshot);
	return 0;
}

static bool before(const struct route_entry *a, const struct route_entry *b)
{
	unsigned a_bits = family_bits(&a->destination, a->prefix), b_bits = family_bits(&b->destination, b->prefix);

	return a_bits != b_bits ? a_bits > b_bits : a->metric < b->metric;
}

static void insert(struct stored_route *new) REQUIRES(route_lock)
{
	struct stored_route *r;

	list_for_each(r, &stored, link)
		if (before(&new->e, &r->e))
			break;
	list_add_tail(&r->link, &new->link);	/* before r; r is the head when none comes after */
	stored_count++;
}

static bool agrees(const struct route_entry *e, const struct route_entry *like)
{
	return e->prefix == like->prefix && ip_equal(&e->destination, &like->destination) &&
	       (!like->has_gateway || (e->has_gateway && ip_equal(&e->gateway, &like->gateway))) &&
	       (!like->device || e->device == like->device) && (!like->metric || e->metric == like->metric);
}

static struct stored_route *find_same(const struct route_entry *e) REQUIRES(route_lock)
{
	struct stored_route *r;

	list_for_each(r, &stored, link)
		if (r->e.prefix == e->prefix && r->e.metric == e->metric && ip_equal(&r->e.destination, &e->destination) &&
		    (!ip_is_link_local(&e->destination) || r->e.device == e->device))
			return r;
	return NULL;
}

/* The device on whose network a gateway is. */
static struct netdev *device_of_gateway(const struct ip_address *gateway)
{
	struct snapshot *s = snapshot();

	for (unsigned i = 0; i < s->route_count; i++) {
		const struct route_entry *e = &s->routes[i];

		if (!e->has_gateway && ip_same_prefix(&e->destination, gateway, family_bits(&e->destination, e->prefix)) &&
		    ip_is_v4(&e->destination) == ip_is_v4(gateway))
			return e->device;
	}
	return NULL;
}

static int check(struct route_entry *e)
{
	unsigned bits = family_bits(&e->destination, e->prefix);
	struct ip_address masked = e->destination;

	if (bits > 128 || (e->has_gateway && ip_is_v4(&e->gateway) != ip_is_v4(&e->destination)))
		return -EINVAL;
	for (unsigned i = bits; i < 128; i++)
		masked.b[i / 8] &= (u8)~(0x80u >> i % 8);
	if (!ip_equal(&masked, &e->destination))
		return -EINVAL;		/* bits beyond the prefix */
	if (e->has_gateway && !ip_is_link_local(&e->gateway)) {
		struct netdev *d = device_of_gateway(&e->gateway);

		if (!d || (e->device && e->device != d))
			return -ENETUNREACH;
		e->device = d;
	}
	if (!e->device && e->type != ROUTE_UNICAST)
		e->device = netdev_by_index(1);
	return e->device ? 0 : -ENODEV;
}

/* Take one out and publish; when there is no memory for that, put it back. */
static int take_out(struct stored_route *r) REQUIRES(route_lock)
{
	list_del(&r->link);
	stored_count--;
	if (publish() < 0) {
		insert(r);
		return -ENOMEM;
	}
	netlink_route_changed(&r->e, true);
	kfree(r);
	return 0;
}

static int add_locked(struct stored_route *new) REQUIRES(route_lock)
{
	int result = check(&new->e);

	if (result < 0)
		return result;
	if (find_same(&new->e))
		return -EEXIST;
	if (stored_count == ROUTES_MAX)
		return -ENOSPC;
	insert(new);
	result = publish();
	if (result < 0) {
		list_del(&new->link);
		stored_count--;
	} else {
		netlink_route_changed(&new->e, false);
	}
	return result;
}

int route_add(const struct route_entry *e)
{
	struct stored_route *new = kmalloc(sizeof(*new));
	int result;

	if (!new)
		return -ENOMEM;
	new->e = *e;
	spin_lock(&route_lock);
	result = add_locked(new);
	spin_unlock(&route_lock);
	if (result < 0)
		kfree(new);
	return result;
}

/* The new entry takes the old one's place in one snapshot: no packet in between finds neither. */
static int replace_locked(struct stored_route *new, struct stored_route *old) REQUIRES(route_lock)
{
	int result = check(&new->e);

	if (result < 0)
		return result;
	insert(new);
	list_del(&old->link);
	stored_count--;
	result = publish();
	if (result < 0) {
		insert(old);
		list_del(&new->link);
		stored_count--;
		return result;
	}
	netlink_route_changed(&new->e, false);
	kfree(old);
	return 0;
}

int route_replace(const struct route_entry *e, bool create)
{
	struct stored_route *new = kmalloc(sizeof(*new)), *old;
	int result;

	if (!new)
		return -ENOMEM;
	new->e = *e;
	spin_lock(&route_lock);
	old = find_same(e);
	result = old ? replace_locked(new, old) : create ? add_locked(new) : -ENOENT;
	spin_unlock(&route_lock);
	if (result < 0)
		kfree(new);
	return result;
}

int route_remove(const struct route_entry *like)
{
	struct stored_route *r;
	int result = -ESRCH;

	spin_lock(&route_lock);
	list_for_each(r, &stored, link)
		if (agrees(&r->e, like)) {
			result = take_out(r);
			break;
		}
	spin_unlock(&route_lock);
	return result;
}

static struct netdev_address *find_address(struct netdev *d, const struct ip_address *a) REQUIRES(route_lock)
{
	struct netdev_address *n;

	list_for_each(n, &d->addresses, link)
		if (ip_equal(&n->address, a))
			return n;
	return NULL;
}

static struct route_entry network_of(struct netdev *d, const struct netdev_address *a)
{
	struct route_entry e = {
		.destination = a->address, .prefix = a->prefix, .type = ROUTE_UNICAST, .origin = ROUTE_FROM_KERNEL,
		.source = ip_is_v4(&a->address) ? a->address : (struct ip_address) { 0 },
		.device = d, .metric = ip_is_v4(&a->address) ? 0 : 256, .valid_until = TIME_NEVER,
	};

	for (unsigned i = family_bits(&a->address, a->prefix); i < 128; i++)
		e.destination.b[i / 8] &= (u8)~(0x80u >> i % 8);
	return e;
}

static int add_new_address(struct netdev *d, struct netdev_address *a, struct stored_route *r) REQUIRES(route_lock)
{
	int result;

	if (address_count == ADDRESSES_MAX)
		return -ENOSPC;
	list_add_tail(&d->addresses, &a->link);
	address_count++;
	result = add_locked(r);
	if (result == -EEXIST)		/* a second address in the same network: it needs no second route */
		result = publish() < 0 ? -ENOMEM : -EEXIST;
	if (result < 0 && result != -EEXIST) {
		list_del(&a->link);
		address_count--;
	}
	return result;
}

int address_add(struct netdev *d, const struct netdev_address *a, bool fresh)
{
	struct netdev_address *new = kmalloc(sizeof(*new)), *old;
	struct stored_route *r = kmalloc(sizeof(*r));
	int result = -ENOMEM;

	if (!new || !r || family_bits(&a->address, a->prefix) > 128) {
		kfree(new);
		kfree(r);
		return new && r ? -EINVAL : -ENOMEM;
	}
	*new = *a;
	r->e = network_of(d, a);
	spin_lock(&route_lock);
	old = find_address(d, &a->address);
	if (old) {
		old->flags = a->flags;
		old->preferred_until = a->preferred_until;
		old->valid_until = a->valid_until;
		result = fresh ? -EEXIST : publish();
	} else {
		result = add_new_address(d, new, r);
	}
	if (result == 0 || (!old && result == -EEXIST))
		netlink_address_changed(d, old ? old : new, false);
	spin_unlock(&route_lock);
	if (old || result < 0)
		kfree(r);
	if (old || (result < 0 && result != -EEXIST))
		kfree(new);
	return !old && result == -EEXIST ? 0 : result;
}

/* Routes that send from an address, or are its network's own, go with it. */
static void drop_routes_of(struct netdev *d, const struct netdev_address *a) REQUIRES(route_lock)
{
	struct route_entry network = network_of(d, a);
	struct stored_route *r, *next;

	list_for_each_safe(r, next, &stored, link)
		if (r->e.device == d && (ip_equal(&r->e.source, &a->address) ||
					 (r->e.origin == ROUTE_FROM_KERNEL && agrees(&r->e, &network)) ||
					 (r->e.has_gateway && ip_same_prefix(&r->e.gateway, &a->address, family_bits(&a->address, a->prefix))))) {
			list_del(&r->link);
			stored_count--;
			netlink_route_changed(&r->e, true);
			kfree(r);
		}
}

int address_remove(struct netdev *d, const struct ip_address *address)
{
	struct netdev_address *a;

	spin_lock(&route_lock);
	a = find_address(d, address);
	if (a) {
		list_del(&a->link);
		address_count--;
		netlink_address_changed(d, a, true);
		drop_routes_of(d, a);
		/* With no memory for a new snapshot the old one answers a little longer; the next change publishes this one too. */
		(void)publish();
	}
	spin_unlock(&route_lock);
	kfree(a);
	return a ? 0 : -EADDRNOTAVAIL;
}

void route_device_changed(struct netdev *d)
{
	spin_lock(&route_lock);
	(void)publish();
	spin_unlock(&route_lock);
	if (!(d->flags & IFF_UP))
		neighbour_flush(d);
}

void route_init(void)
{
	spin_lock(&route_lock);
	ASSERT(publish() == 0);		/* at boot, with all of memory free */
	spin_unlock(&route_lock);
}

bool ip_same_prefix(const struct ip_address *a, const struct ip_address *b, unsigned bits)
{
	for (unsigned i = 0; i < 2; i++) {
		u64 differ = __builtin_bswap64(a->d[i] ^ b->d[i]);
		unsigned part = MIN(bits, 64u);

		if (part > 0 && differ >> (64 - part) != 0)
			return false;
		bits -= part;
	}
	return true;
}

bool ip_is_local(const struct ip_address *a, unsigned index)
{
	struct snapshot *s = snapshot();

	if (ip_is_loopback(a))
		return index <= 1;
	for (unsigned i = 0; i < s->local_count; i++)
		if (ip_equal(&s->locals[i].address, a) && (index == 0 || s->locals[i].device->index == index))
			return !(s->locals[i].flags & IFA_F_TENTATIVE);
	return false;
}

bool ip_is_broadcast(const struct ip_address *a, const struct netdev *d)
{
	struct snapshot *s = snapshot();
	u32 host;

	if (!ip_is_v4(a))
		return false;
	if (a->be[3] == UINT32_MAX)
		return true;
	for (unsigned i = 0; i < s->local_count; i++) {
		const struct local *l = &s->locals[i];

		host = l->bits >= 127 || l->bits < 96 ? 0 : UINT32_MAX >> (l->bits - 96);
		if (host && (!d || l->device == d) && ip_is_v4(&l->address) && ip_same_prefix(&l->address, a, l->bits) &&
		    (be32(a->be[3]) & host) == host)
			return true;
	}
	return false;
}

/* How well a local address suits a destination (RFC 6724, 5, rules 1, 2, 3, 8): the higher the better, -1 not at all. */
static int suits(const struct local *l, const struct ip_address *destination)
{
	unsigned same = 0;

	if (ip_is_v4(&l->address) != ip_is_v4(destination) || (l->flags & IFA_F_TENTATIVE))
		return -1;
	if (ip_equal(&l->address, destination))
		return 4096;
	while (same < 128 && ip_same_prefix(&l->address, destination, same + 1))
		same++;
	return (int)same + (ip_is_link_local(&l->address) == ip_is_link_local(destination) ? 1024 : 0) +
	       (l->flags & IFA_F_DEPRECATED ? 0 : 512);
}

bool route_source(struct netdev *d, const struct ip_address *destination, struct ip_address *source)
{
	struct snapshot *s = snapshot();
	int best = -1;

	for (unsigned i = 0; i < s->local_count; i++) {
		int score = s->locals[i].device == d ? suits(&s->locals[i], destination) : -1;

		if (score > best) {
			best = score;
			*source = s->locals[i].address;
		}
	}
	return best >= 0;
}

void route_walk(bool (*fn)(const struct route_entry *e, void *arg), void *arg)
{
	struct snapshot *s = snapshot();

	for (unsigned i = 0; i < s->route_count; i++)
		if (!fn(&s->routes[i], arg))
			return;
}

void address_walk(bool (*fn)(struct netdev *d, const struct netdev_address *a, void *arg), void *arg)
{
	spin_lock(&route_lock);
	for (unsigned i = 1; i <= netdev_count(); i++) {
		struct netdev *d = netdev_by_index(i);
		struct netdev_address *a;

		list_for_each(a, &d->addresses, link)
			if (!fn(d, a, arg))
				goto out;
	}
out:
	spin_unlock(&route_lock);
}
