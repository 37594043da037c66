/*
 * The neighbour cache: see neighbour.h. neighbour_lock guards every change; the usual packet reads an entry without it. One timer
 * serves all entries that wait for an answer; while none does, it is not armed. Task context.
 *
 * A reader may see `mac` and `state` from before and after a change together. That sends one packet to the old link address, as if
 * it had left a moment earlier; `mac` itself is one 64-bit word, never half old.
 */
#include "net/neighbour.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "net/arp.h"
#include "net/ethernet.h"
#include "net/nd.h"
#include "net/netlink.h"
#include "net/work.h"
#include "sched/clock.h"
#include "sched/timer.h"

#define BUCKETS        256u
#define WAITING_MAX    64u			/* packets for one address */
#define HELD_MAX       1024u			/* … for all: whoever makes us ask for many does not fill the memory */
#define PROBES_MAX     3u
#define SECOND         1000000000ull
#define RETRANSMIT     (1 * SECOND)		/* RFC 4861, 10: RETRANS_TIMER */
#define REACHABLE_TIME (30 * SECOND)
#define DELAY_FIRST    (5 * SECOND)
#define FAILED_TIME    (3 * SECOND)		/* how long a failure is remembered */

static struct spinlock neighbour_lock = SPINLOCK_INIT("neighbours", RANK_NEIGHBOUR);
static struct neighbour *buckets[BUCKETS];	/* [neighbour_lock] [rcu] */
static unsigned entries;			/* [neighbour_lock] */
static unsigned held;				/* [neighbour_lock] packets that wait, in all entries */
static struct timer timer;
static struct net_work work;

static unsigned hash(const struct netdev *d, const struct ip_address *a)
{
	u64 x = (a->d[0] ^ a->d[1] ^ d->index) * 0x9e3779b97f4a7c15ull;

	return (unsigned)(x >> 56) % BUCKETS;
}

static struct neighbour *find(struct netdev *d, const struct ip_address *a)
{
	struct neighbour *n = rcu_read(buckets[hash(d, a)]);

	while (n && (n->device != d || !ip_equal(&n->address, a)))
		n = rcu_read(n->next);
	return n;
}

static u64 mac_to_word(const u8 mac[ETHERNET_ALEN])
{
	u64 w = 0;

	__builtin_memcpy(&w, mac, ETHERNET_ALEN);
	return w;
}

static void free_entry(struct rcu_head *h)
{
	kfree(container_of(h, struct neighbour, rcu));
}

static void unlink_entry(struct neighbour *n) REQUIRES(neighbour_lock)
{
	struct neighbour **link = &buckets[hash(n->device, &n->address)];

	while (*link != n)
		link = &(*link)->next;
	rcu_publish(*link, n->next);
	entries--;
	netlink_neighbour_changed(n, true);
	held -= n->waiting_count;
	packet_free_list(&n->waiting);
	rcu_call(&n->rcu, free_entry);
}

/* The entry that was used longest ago makes room. */
static void evict(void) REQUIRES(neighbour_lock)
{
	struct neighbour *oldest = NULL;

	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct neighbour *n = buckets[i]; n; n = n->next)
			if (n->state != NUD_PERMANENT && (!oldest || n->used < oldest->used))
				oldest = n;
	if (oldest)
		unlink_entry(oldest);
}

static struct neighbour *create(struct netdev *d, const struct ip_address *a) REQUIRES(neighbour_lock)
{
	struct neighbour *n;
	unsigned bucket = hash(d, a);

	if (entries >= NEIGHBOURS_MAX)
		evict();
	n = entries < NEIGHBOURS_MAX ? kzalloc(sizeof(*n)) : NULL;
	if (!n)
		return NULL;
	n->device = d;
	n->address = *a;
	n->state = NUD_FAILED;
	n->used = clock_now();
	n->due = TIME_NEVER;
	list_init(&n->waiting);
	n->next = buckets[bucket];
	rcu_publish(buckets[bucket], n);
	entries++;
	return n;
}

/* Ask once more: to everyone, or to the one it was when we think that we know. */
static void solicit(struct neighbour *n) REQUIRES(neighbour_lock)
{
	u8 mac[ETHERNET_ALEN];

	__builtin_memcpy(mac, &n->mac, ETHERNET_ALEN);
	n->probes++;
	n->due = clock_now() + RETRANSMIT;
	if (!timer_armed(&timer) || timer.deadline > n->due)
		timer_arm(&timer, n->due);
	if (ip_is_v4(&n->address))
		arp_request(n->device, &n->address, n->state == NUD_PROBE ? mac : NULL);
	else
		nd_solicit(n->device, &n->address, n->state == NUD_PROBE ? mac : NULL);
}

static void start_asking(struct neighbour *n, u8 state) REQUIRES(neighbour_lock)
{
	__atomic_store_n(&n->state, state, __ATOMIC_RELEASE);
	n->probes = 0;
	solicit(n);
}

/* Nobody waits any more. */
static void take_waiting(struct neighbour *n, struct list *to) REQUIRES(neighbour_lock)
{
	list_splice_tail(to, &n->waiting);
	held -= n->waiting_count;
	n->waiting_count = 0;
}

static void fail(struct neighbour *n, struct list *dropped) REQUIRES(neighbour_lock)
{
	__atomic_store_n(&n->state, NUD_FAILED, __ATOMIC_RELEASE);
	n->due = clock_now() + FAILED_TIME;
	take_waiting(n, dropped);
	netlink_neighbour_changed(n, false);
}

/* What is due for one entry. */
static void step(struct neighbour *n, u64 now, struct list *dropped) REQUIRES(neighbour_lock)
{
	if (n->due > now)
		return;
	n->due = TIME_NEVER;
	switch (n->state) {
	case NUD_DELAY:
		start_asking(n, NUD_PROBE);
		break;
	case NUD_INCOMPLETE:
	case NUD_PROBE:
		if (n->probes < PROBES_MAX)
			solicit(n);
		else
			fail(n, dropped);
		break;
	default:
		break;
	}
}

static void serve(struct net_work *w)
{
	u64 now = clock_now(), next = TIME_NEVER;
	LIST_HEAD(dropped);

	spin_lock(&neighbour_lock);
	for (unsigned i = 0; i < BUCKETS; i++) {
		for (struct neighbour *n = buckets[i]; n; n = n->next) {
			step(n, now, &dropped);
			next = MIN(next, n->due);
		}
	}
	if (next != TIME_NEVER)
		timer_arm(&timer, next);
	spin_unlock(&neighbour_lock);
	packet_free_list(&dropped);
}

static void expired(struct timer *t) { net_schedule(&work); }

void neighbour_init(void)
{
	timer_init(&timer, expired);
	net_work_prepare(&work, serve);
}

/* Keep the packet until the answer comes; the oldest one for the address gives way, or with all too many the packet itself. */
static void hold(struct neighbour *n, struct packet *p) REQUIRES(neighbour_lock)
{
	if (held == HELD_MAX && n->waiting_count == 0) {
		packet_free(p);
		return;
	}
	if (n->waiting_count == WAITING_MAX || held == HELD_MAX) {
		struct packet *oldest = list_first(&n->waiting, struct packet, link);

		list_del(&oldest->link);
		packet_free(oldest);
		n->waiting_count--;
		held--;
	}
	list_add_tail(&n->waiting, &p->link);
	n->waiting_count++;
	held++;
}

/* No usable link address yet. */
static int ask(struct netdev *d, const struct ip_address *a, struct packet *p, u16 type, bool more)
{
	struct neighbour *n;
	u64 mac = 0;

	spin_lock(&neighbour_lock);
	n = find(d, a);
	if (!n)
		n = create(d, a);
	if (!n || (n->state == NUD_FAILED && n->due != TIME_NEVER && n->due > clock_now())) {
		spin_unlock(&neighbour_lock);
		packet_free(p);
		return n ? -EHOSTUNREACH : -ENOBUFS;
	}
	if (n->state & (NUD_INCOMPLETE | NUD_FAILED)) {
		hold(n, p);
		if (n->state == NUD_FAILED)
			start_asking(n, NUD_INCOMPLETE);
		spin_unlock(&neighbour_lock);
		return 0;
	}
	mac = n->mac;	/* the answer came in between */
	spin_unlock(&neighbour_lock);
	return ethernet_send(d, p, (const u8 *)&mac, type, more);
}

/* In use after a long while: give it five seconds to show that it is there, then ask. */
static void begin_delay(struct neighbour *n)
{
	spin_lock(&neighbour_lock);
	if (n->state & (NUD_REACHABLE | NUD_STALE)) {
		__atomic_store_n(&n->state, NUD_DELAY, __ATOMIC_RELEASE);
		n->due = clock_now() + DELAY_FIRST;
		if (!timer_armed(&timer) || timer.deadline > n->due)
			timer_arm(&timer, n->due);
	}
	spin_unlock(&neighbour_lock);
}

int neighbour_send(struct netdev *d, const struct ip_address *address, struct packet *p, bool more)
{
	u16 type = ip_is_v4(address) ? ETHERTYPE_IP4 : ETHERTYPE_IP6;
	struct neighbour *n = find(d, address);
	u8 state = n ? __atomic_load_n(&n->state, __ATOMIC_ACQUIRE) : NUD_FAILED;
	u64 mac, now;

	if (unlikely(state & (NUD_INCOMPLETE | NUD_FAILED)))
		return ask(d, address, p, type, more);
	now = p->time ? p->time : clock_now();
	mac = __atomic_load_n(&n->mac, __ATOMIC_RELAXED);
	__atomic_store_n(&n->used, now, __ATOMIC_RELAXED);
	if (unlikely(state == NUD_STALE || (state == NUD_REACHABLE && now > n->confirmed + REACHABLE_TIME)))
		begin_delay(n);
	return ethernet_send(d, p, (const u8 *)&mac, type, more);
}

/* The state after news about an entry, by RFC 4861, 7.2.5. */
static void update(struct neighbour *n, u64 mac, unsigned news, struct list *ready) REQUIRES(neighbour_lock)
{
	bool known = !(n->state & (NUD_INCOMPLETE | NUD_FAILED)), differs = known && n->mac != mac;
	u8 state = NUD_STALE;

	if (n->state == NUD_PERMANENT && !(news & NEIGHBOUR_PERMANENT))
		return;
	if (differs && !(news & NEIGHBOUR_OVERRIDE)) {
		if (n->state == NUD_REACHABLE)
			__atomic_store_n(&n->state, NUD_STALE, __ATOMIC_RELEASE);
		return;
	}
	if (known && !differs && !(news & (NEIGHBOUR_SOLICITED | NEIGHBOUR_PERMANENT)))
		return;
	if (news & NEIGHBOUR_SOLICITED) {
		state = NUD_REACHABLE;
		n->confirmed = clock_now();
	}
	if (news & NEIGHBOUR_PERMANENT)
		state = NUD_PERMANENT;
	n->due = TIME_NEVER;
	n->router = n->router || (news & NEIGHBOUR_ROUTER);
	__atomic_store_n(&n->mac, mac, __ATOMIC_RELAXED);
	__atomic_store_n(&n->state, state, __ATOMIC_RELEASE);
	take_waiting(n, ready);
	netlink_neighbour_changed(n, false);
}

int neighbour_learn(struct netdev *d, const struct ip_address *address, const u8 mac[ETHERNET_ALEN], unsigned news)
{
	u16 type = ip_is_v4(address) ? ETHERTYPE_IP4 : ETHERTYPE_IP6;
	LIST_HEAD(ready);
	struct neighbour *n;

	spin_lock(&neighbour_lock);
	n = find(d, address);
	if (!n && (news & NEIGHBOUR_CREATE))
		n = create(d, address);
	if (n)
		update(n, mac_to_word(mac), news, &ready);
	spin_unlock(&neighbour_lock);
	while (!list_empty(&ready)) {
		struct packet *p = list_first(&ready, struct packet, link);

		list_del(&p->link);
		(void)ethernet_send(d, p, mac, type, !list_empty(&ready));
	}
	if (n)
		return 0;
	return news & NEIGHBOUR_CREATE ? -ENOMEM : -ENOENT;
}

int neighbour_remove(struct netdev *d, const struct ip_address *address)
{
	struct neighbour *n;

	spin_lock(&neighbour_lock);
	n = find(d, address);
	if (n)
		unlink_entry(n);
	spin_unlock(&neighbour_lock);
	return n ? 0 : -ENOENT;
}

void neighbour_flush(struct netdev *d)
{
	spin_lock(&neighbour_lock);
	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct neighbour *n = buckets[i], *next; n; n = next) {
			next = n->next;
			if (n->device == d)
				unlink_entry(n);
		}
	spin_unlock(&neighbour_lock);
}

void neighbour_walk(bool (*fn)(const struct neighbour *n, void *arg), void *arg)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct neighbour *n = rcu_read(buckets[i]); n; n = rcu_read(n->next))
			if (!fn(n, arg))
				return;
}
