/*
 * Groups of devices and sockets, and when they are reported: see multicast.h. groups_lock guards both lists and the state of
 * reports; readers use RCU. A timer's callback only schedules the work, which sends without the lock. Task context.
 */
#include "net/multicast_internal.h"

#include "lib/error.h"
#include "lib/random.h"
#include "mm/slab.h"
#include "net/work.h"
#include "sched/clock.h"
#include "sched/rcu.h"
#include "sched/timer.h"

#define ROBUSTNESS    2u		/* reports of a change, for those that are lost (RFC 3376, 8.1) */
#define CHANGE_SPREAD NS_PER_SEC	/* between them (RFC 3376, 8.11) */
#define OLDER_TIME    (260 * NS_PER_SEC)	/* an older router counts after its last query (RFC 3376, 8.12) */

/* Letters: [I] immutable, [g] groups_lock, [a] atomic, [rcu] published. */
struct group {
	struct group *next;		/* [g] [rcu] */
	struct rcu_head rcu;
	struct netdev *device;		/* [I] */
	struct ip_address address;	/* [I] */
	u32 users;			/* [g] to change, [a]: memberships; 0: it is left, and goes when that was reported */
	unsigned changes;		/* [g] reports of its last change that are still to be sent */
	u64 due;			/* [g] clock_now() ns of the next report; TIME_NEVER */
};

/* One membership of a socket. */
struct multicast_member {
	struct multicast_member *next;	/* [g] [rcu] */
	struct rcu_head rcu;
	struct netdev *device;		/* [I] */
	struct ip_address address;	/* [I] */
};

/* The oldest router of a family that a device heard, and until when it counts. */
struct querier {
	enum multicast_version version;	/* [g] */
	u64 until;			/* [g] clock_now() ns */
};

static struct spinlock groups_lock = SPINLOCK_INIT("multicast", RANK_UDP_PORT);
static struct group *groups;			/* [groups_lock] [rcu] */
static unsigned group_count;			/* [groups_lock] */
static struct querier queriers[NETDEV_MAX][2];	/* [groups_lock] IPv6, IPv4 */
static struct timer timer;
static struct net_work work;

static bool everybodys(const struct ip_address *a)
{
	if (ip_is_v4(a))
		return ip4_to_be(a) == be32(0xe0000001);
	return (a->b[1] & 15) < 2 || (a->d[0] == (u64)0x02ff && a->d[1] == (u64)1 << 56);
}

static bool reportable(const struct group *g)
{
	return !(g->device->features & NETDEV_LOOPBACK) && !everybodys(&g->address);
}

bool multicast_is_member(const struct netdev *d, const struct ip_address *group)
{
	if (everybodys(group))
		return true;
	for (const struct group *g = rcu_read(groups); g; g = rcu_read(g->next))
		if (g->device == d && ip_equal(&g->address, group))
			return __atomic_load_n(&g->users, __ATOMIC_RELAXED) > 0;
	return false;
}

static struct group *find(const struct netdev *d, const struct ip_address *a) REQUIRES(groups_lock)
{
	for (struct group *g = groups; g; g = g->next)
		if (g->device == d && ip_equal(&g->address, a))
			return g;
	return NULL;
}

static void free_group(struct rcu_head *h) { kfree(container_of(h, struct group, rcu)); }
static void free_member(struct rcu_head *h) { kfree(container_of(h, struct multicast_member, rcu)); }

/* ---- Reports ---- */

static struct querier *querier_of(const struct netdev *d, const struct ip_address *a)
{
	return &queriers[d->index - 1][ip_is_v4(a)];
}

static void arm(void) REQUIRES(groups_lock)
{
	u64 next = TIME_NEVER;

	for (struct group *g = groups; g; g = g->next)
		next = MIN(next, g->due);
	if (next != TIME_NEVER)
		timer_arm(&timer, next);
}

static void forget(struct group *gone) REQUIRES(groups_lock)
{
	struct group **link = &groups;

	while (*link != gone)
		link = &(*link)->next;
	rcu_publish(*link, gone->next);
	group_count--;
	rcu_call(&gone->rcu, free_group);
}

struct report {
	struct netdev *device;
	struct ip_address group;
	enum multicast_news news;
	enum multicast_version version;
};

/* What is to be said of a group whose time has come; the group goes when that was its last word. */
static void say(struct group *g, struct report *r, u64 now) REQUIRES(groups_lock)
{
	const struct querier *q = querier_of(g->device, &g->address);

	*r = (struct report) { g->device, g->address, MULTICAST_IS_MEMBER, now < q->until ? q->version : MULTICAST_NEWEST };
	g->due = TIME_NEVER;
	if (g->changes > 0) {
		r->news = g->users ? MULTICAST_JOINED : MULTICAST_LEFT;
		if (--g->changes > 0)
			g->due = now + 1 + random_below(CHANGE_SPREAD);
	}
	if (!g->users && !g->changes)
		forget(g);
}

/* The report that is due; false: none is. */
static bool take(struct report *r)
{
	u64 now = clock_now();
	bool found = false;

	spin_lock(&groups_lock);
	for (struct group *g = groups; g && !found; g = g->next)
		if (g->due <= now) {
			say(g, r, now);
			found = true;
			break;
		}
	if (!found)
		arm();
	spin_unlock(&groups_lock);
	return found;
}

static void send_due(struct net_work *w)
{
	struct report r;

	while (take(&r)) {
		if (ip_is_v4(&r.group))
			igmp_report(r.device, &r.group, r.news, r.version);
		else
			mld_report(r.device, &r.group, r.news, r.version);
	}
}

static void timer_fired(struct timer *t) { net_schedule(&work); }

void multicast_init(void)
{
	net_work_prepare(&work, send_due);
	timer_init(&timer, timer_fired);
}

static void announce(struct group *g) REQUIRES(groups_lock)
{
	if (!reportable(g))
		return;
	g->changes = ROBUSTNESS;
	g->due = clock_now();
	net_schedule(&work);
}

void multicast_device_up(struct netdev *d)
{
	spin_lock(&groups_lock);
	for (struct group *g = groups; g; g = g->next)
		if (g->device == d && g->users)
			announce(g);
	spin_unlock(&groups_lock);
}

void multicast_query(struct netdev *d, const struct ip_address *group, u64 within, enum multicast_version version)
{
	bool all = ip_is_any(group), v4 = ip_is_v4(group);
	struct querier *q = querier_of(d, group);
	u64 now = clock_now();

	spin_lock(&groups_lock);
	if (version > MULTICAST_NEWEST && (version >= q->version || now >= q->until))
		*q = (struct querier) { version, now + OLDER_TIME };
	for (struct group *g = groups; g; g = g->next) {
		if (g->device != d || ip_is_v4(&g->address) != v4 || !g->users || !reportable(g))
			continue;
		if (!all && !ip_equal(&g->address, group))
			continue;
		g->due = MIN(g->due, now + random_below(within + 1));
	}
	arm();
	spin_unlock(&groups_lock);
}

void multicast_reported(struct netdev *d, const struct ip_address *group)
{
	struct querier *q = querier_of(d, group);
	struct group *g;

	spin_lock(&groups_lock);
	g = find(d, group);
	if (g && g->users && !g->changes && clock_now() < q->until)
		g->due = TIME_NEVER;
	spin_unlock(&groups_lock);
}

/* ---- Memberships ---- */

/* One more user of the group; `fresh` is taken when there was none. */
static int use(struct netdev *d, const struct ip_address *a, struct group **fresh) REQUIRES(groups_lock)
{
	struct group *g = find(d, a);

	if (!g) {
		if (group_count >= MULTICAST_GROUPS_MAX)
			return -ENOBUFS;
		g = *fresh;
		*fresh = NULL;
		*g = (struct group) { .next = groups, .device = d, .address = *a, .due = TIME_NEVER };
		rcu_publish(groups, g);
		group_count++;
	}
	__atomic_store_n(&g->users, g->users + 1, __ATOMIC_RELAXED);
	if (g->users == 1)
		announce(g);
	return 0;
}

static void disuse(struct netdev *d, const struct ip_address *a) REQUIRES(groups_lock)
{
	struct group *g = find(d, a);

	__atomic_store_n(&g->users, g->users - 1, __ATOMIC_RELAXED);
	if (g->users)
		return;
	g->changes = 0;
	announce(g);
	if (!g->changes)
		forget(g);
}

static int check(struct multicast_member *const *members, const struct netdev *d, const struct ip_address *group)
	REQUIRES(groups_lock)
{
	unsigned count = 0;

	for (const struct multicast_member *m = *members; m; m = m->next, count++)
		if (m->device == d && ip_equal(&m->address, group))
			return -EADDRINUSE;
	return count < MULTICAST_MEMBERS_MAX ? 0 : -ENOBUFS;
}

int multicast_join(struct multicast_member **members, struct netdev *d, const struct ip_address *group)
{
	struct multicast_member *m = kmalloc(sizeof(*m));
	struct group *fresh = kmalloc(sizeof(*fresh));
	int error = -ENOMEM;

	if (m && fresh) {
		spin_lock(&groups_lock);
		error = check(members, d, group);
		if (!error)
			error = use(d, group, &fresh);
		if (!error) {
			*m = (struct multicast_member) { .next = *members, .device = d, .address = *group };
			rcu_publish(*members, m);
			m = NULL;
		}
		spin_unlock(&groups_lock);
	}
	kfree(m);
	kfree(fresh);
	net_run();
	return error;
}

int multicast_leave(struct multicast_member **members, unsigned index, const struct ip_address *group)
{
	struct multicast_member **link, *gone;

	spin_lock(&groups_lock);
	for (link = members; *link; link = &(*link)->next)
		if (ip_equal(&(*link)->address, group) && (!index || (*link)->device->index == index))
			break;
	gone = *link;
	if (gone) {
		rcu_publish(*link, gone->next);
		disuse(gone->device, &gone->address);
	}
	spin_unlock(&groups_lock);
	if (!gone)
		return -EADDRNOTAVAIL;
	rcu_call(&gone->rcu, free_member);
	net_run();
	return 0;
}

void multicast_leave_all(struct multicast_member **members)
{
	while (*members) {
		struct ip_address group = (*members)->address;

		(void)multicast_leave(members, (*members)->device->index, &group);
	}
}

bool multicast_concerns(struct multicast_member *const *members, unsigned index, const struct ip_address *group, bool all)
{
	for (const struct multicast_member *m = rcu_read(*members); m; m = rcu_read(m->next))
		if (m->device->index == index && ip_equal(&m->address, group))
			return true;
	return all;
}

void multicast_walk(void (*fn)(const struct multicast_row *row, void *arg), void *arg)
{
	u64 now = clock_now();

	spin_lock(&groups_lock);
	for (const struct group *g = groups; g; g = g->next) {
		bool waits = g->due != TIME_NEVER && g->due > now;
		struct multicast_row row = { g->device, g->address, g->users, waits ? g->due - now : 0 };

		if (g->users)
			fn(&row, arg);
	}
	spin_unlock(&groups_lock);
}

unsigned multicast_igmp_version(const struct netdev *d)
{
	struct ip_address any = ip4_from_be(0);
	const struct querier *q = querier_of(d, &any);
	unsigned version;

	spin_lock(&groups_lock);
	version = clock_now() < q->until ? 3 - (unsigned)q->version : 3;
	spin_unlock(&groups_lock);
	return version;
}
