/*
 * Addresses without an administrator (RFC 4862): a link-local address, a check for duplicates, routers' prefixes. nd_lock guards the
 * devices' states. A timer's callback only schedules the work; task context.
 */
#include "lib/log.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "net/ip.h"
#include "net/nd.h"
#include "net/nd_internal.h"
#include "net/neighbour.h"
#include "net/route.h"
#include "net/snmp.h"
#include "net/work.h"
#include "sched/clock.h"
#include "sched/timer.h"

#define SECOND            1000000000ull
#define PROBE_TIME        (1 * SECOND)	/* RFC 4862, 5.1: one probe, RETRANS_TIMER */
#define SOLICIT_INTERVAL  (4 * SECOND)	/* RFC 4861, 10 */
#define SOLICITATIONS     3
#define TENTATIVE_MAX     8u		/* addresses of a device that are being checked at once */
#define ROUTE_METRIC      1024u
#define TWO_HOURS         (7200 * SECOND)

/* Letters: [I] immutable, [n] nd_lock. */
struct nd_device {
	struct netdev *device;		/* [I] */
	struct timer timer;
	struct net_work work;
	unsigned solicitations;		/* [n] router solicitations still to be sent */
	u64 next_solicit;		/* [n] clock_now() ns */
	unsigned tentative_count;	/* [n] */
	struct {
		struct netdev_address address;
		u64 until;
	} tentative[TENTATIVE_MAX];	/* [n] */
};

static struct spinlock nd_lock = SPINLOCK_INIT("neighbour discovery", RANK_ROUTE);
static struct nd_device *devices[NETDEV_MAX];	/* [nd_lock] written once each */

static struct nd_device *find(const struct netdev *d) { return rcu_read(devices[d->index - 1]); }

static int find_tentative(const struct nd_device *n, const struct ip_address *a) REQUIRES(nd_lock)
{
	for (unsigned i = 0; i < n->tentative_count; i++)
		if (ip_equal(&n->tentative[i].address.address, a))
			return (int)i;
	return -1;
}

bool nd_is_tentative(struct netdev *d, const struct ip_address *address)
{
	struct nd_device *n = find(d);
	bool is = false;

	if (n && __atomic_load_n(&n->tentative_count, __ATOMIC_RELAXED) > 0) {
		spin_lock(&nd_lock);
		is = find_tentative(n, address) >= 0;
		spin_unlock(&nd_lock);
	}
	return is;
}

static void arm(struct nd_device *n) REQUIRES(nd_lock)
{
	u64 next = n->solicitations > 0 ? n->next_solicit : TIME_NEVER;

	for (unsigned i = 0; i < n->tentative_count; i++)
		next = MIN(next, n->tentative[i].until);
	if (next != TIME_NEVER)
		timer_arm(&n->timer, next);
}

/* Begin to check an address; it is used when nobody objects within PROBE_TIME. */
static void check_address(struct nd_device *n, const struct netdev_address *a)
{
	bool begins = false;

	spin_lock(&nd_lock);
	if (n->tentative_count < TENTATIVE_MAX && find_tentative(n, &a->address) < 0) {
		n->tentative[n->tentative_count].address = *a;
		n->tentative[n->tentative_count].until = clock_now() + PROBE_TIME;
		__atomic_store_n(&n->tentative_count, n->tentative_count + 1, __ATOMIC_RELAXED);
		begins = true;
		arm(n);
	}
	spin_unlock(&nd_lock);
	if (begins)
		nd_probe(n->device, &a->address);
}

static void forget(struct nd_device *n, int i) REQUIRES(nd_lock)
{
	__atomic_store_n(&n->tentative_count, n->tentative_count - 1, __ATOMIC_RELAXED);
	n->tentative[i] = n->tentative[n->tentative_count];
}

void nd_duplicate(struct netdev *d, const struct ip_address *address)
{
	struct nd_device *n = find(d);
	char text[IP_TEXT_MAX];
	int i = -1;

	if (n) {
		spin_lock(&nd_lock);
		i = find_tentative(n, address);
		if (i >= 0)
			forget(n, i);
		spin_unlock(&nd_lock);
	}
	if (i >= 0)
		log_warn("net", "%s: somebody else has the address %s", d->name, ip_text(address, text));
}

static void solicit_router(struct netdev *d)
{
	static const struct ip_address all_routers = { .b = { 0xff, 0x02, [15] = 2 } };
	struct ip_address source = { 0 };
	bool known = route_source(d, &all_routers, &source);

	snmp_inc(Icmp6OutRouterSolicits);
	nd_send(d, &source, &all_routers, ND_ROUTER_SOLICIT, 0, NULL, known ? ND_SOURCE_LINK : 0);
}

static void serve(struct net_work *w)
{
	struct nd_device *n = container_of(w, struct nd_device, work);
	struct netdev_address ready[TENTATIVE_MAX];
	unsigned count = 0;
	u64 now = clock_now();
	bool solicit;

	spin_lock(&nd_lock);
	for (unsigned i = 0; i < n->tentative_count;) {
		if (n->tentative[i].until > now) {
			i++;
			continue;
		}
		ready[count++] = n->tentative[i].address;
		forget(n, (int)i);
	}
	solicit = n->solicitations > 0 && n->next_solicit <= now;
	if (solicit) {
		n->solicitations--;
		n->next_solicit = now + SOLICIT_INTERVAL;
	}
	arm(n);
	spin_unlock(&nd_lock);
	for (unsigned i = 0; i < count; i++)
		(void)address_add(n->device, &ready[i], false);
	if (solicit)
		solicit_router(n->device);
}

static void expired(struct timer *t) { net_schedule(&container_of(t, struct nd_device, timer)->work); }

/* The interface identifier of an Ethernet address (RFC 2464, 4). */
static struct ip_address from_mac(const struct ip_address *prefix, const u8 mac[ETHERNET_ALEN])
{
	struct ip_address a = *prefix;

	a.b[8] = mac[0] ^ 2;
	a.b[9] = mac[1];
	a.b[10] = mac[2];
	a.b[11] = 0xff;
	a.b[12] = 0xfe;
	memcpy(a.b + 13, mac + 3, 3);
	return a;
}

/* The device's state, made at its first start; NULL: no memory. Two tasks may start it at once. */
static struct nd_device *get(struct netdev *d)
{
	struct nd_device *n = find(d), *fresh;

	if (n)
		return n;
	fresh = kzalloc(sizeof(*fresh));
	if (!fresh)
		return NULL;
	fresh->device = d;
	timer_init(&fresh->timer, expired);
	net_work_prepare(&fresh->work, serve);
	spin_lock(&nd_lock);
	n = find(d);
	if (!n) {
		rcu_publish(devices[d->index - 1], fresh);
		n = fresh;
		fresh = NULL;
	}
	spin_unlock(&nd_lock);
	kfree(fresh);
	return n;
}

void nd_start(struct netdev *d)
{
	static const struct ip_address link_local = { .b = { 0xfe, 0x80 } };
	struct netdev_address a = { .prefix = 64, .flags = IFA_F_PERMANENT, .preferred_until = TIME_NEVER, .valid_until = TIME_NEVER };
	struct nd_device *n = get(d);

	if (!n)
		return;
	spin_lock(&nd_lock);
	n->solicitations = SOLICITATIONS;
	n->next_solicit = clock_now() + PROBE_TIME + PROBE_TIME / 10;
	spin_unlock(&nd_lock);
	a.address = from_mac(&link_local, d->mac);
	check_address(n, &a);
}

static u64 lifetime(u32 seconds) { return seconds == UINT32_MAX ? TIME_NEVER : clock_now() + seconds * SECOND; }

struct held_question {
	struct netdev *device;
	const struct ip_address *address;
	u64 valid_until;
};

static bool look(struct netdev *d, const struct netdev_address *a, void *arg)
{
	struct held_question *q = arg;

	if (d != q->device || !ip_equal(&a->address, q->address))
		return true;
	q->valid_until = a->valid_until;
	return false;
}

/*
 * How long an address that we have stays valid when a router says otherwise: what is not authenticated may prolong its life, but leaves it
 * two hours (RFC 4862, 5.5.3 (e)).
 */
static u64 valid_again(struct nd_device *n, const struct ip_address *address, u64 asked)
{
	struct held_question q = { n->device, address, 0 };
	u64 least = clock_now() + TWO_HOURS;

	address_walk(look, &q);
	if (asked > least || asked > q.valid_until)
		return asked;
	return MIN(q.valid_until, least);
}

/* A prefix of this link, perhaps one to make an address from (RFC 4862, 5.5.3). */
static void take_prefix(struct nd_device *n, const u8 *o)
{
	struct netdev_address a = { .prefix = 64, .preferred_until = lifetime(load_be32(o + 8)), .valid_until = lifetime(load_be32(o + 4)) };
	struct ip_address prefix;

	memcpy(prefix.b, o + 16, 16);
	if (!(o[3] & 0x40) || o[2] != 64 || ip_is_link_local(&prefix) || ip_is_multicast(&prefix) ||
	    load_be32(o + 8) > load_be32(o + 4))
		return;
	memset(prefix.b + 8, 0, 8);
	a.address = from_mac(&prefix, n->device->mac);
	if (ip_is_local(&a.address, n->device->index)) {
		a.valid_until = valid_again(n, &a.address, a.valid_until);
		(void)address_add(n->device, &a, false);	/* new times */
	} else if (load_be32(o + 4) > 0) {
		check_address(n, &a);
	}
}

static void take_router(struct packet *p, const u8 *h)
{
	struct route_entry e = {
		.type = ROUTE_UNICAST, .origin = ROUTE_FROM_RA, .has_gateway = true, .gateway = p->ip.source, .device = p->device,
		.metric = ROUTE_METRIC, .valid_until = lifetime(load_be16(h + 6)),
	};

	(void)route_remove(&e);		/* the new lifetime takes the old one's place; 0 says that it routes no more */
	if (load_be16(h + 6) > 0)
		(void)route_add(&e);
}

void nd_receive_router(struct packet *p, const u8 *h, u32 length)
{
	const u8 *options = h + 16, *o;
	struct nd_device *n = find(p->device);

	if (!n || !ip_is_link_local(&p->ip.source))
		return;
	snmp_inc(Icmp6InRouterAdvertisements);
	spin_lock(&nd_lock);
	n->solicitations = 0;
	spin_unlock(&nd_lock);
	length -= 16;
	o = nd_option(options, length, ND_SOURCE_LINK);
	if (o)
		(void)neighbour_learn(p->device, &p->ip.source, o + 2, NEIGHBOUR_CREATE | NEIGHBOUR_OVERRIDE | NEIGHBOUR_ROUTER);
	take_router(p, h);
	for (u32 i = 0; i < length; i += options[i + 1] * 8u)
		if (options[i] == ND_PREFIX && options[i + 1] == 4)
			take_prefix(n, options + i);
}
