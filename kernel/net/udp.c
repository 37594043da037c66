/*
 * UDP endpoints: their ports, and finding them. ports_lock guards the table against writers; readers use RCU, and take a reference
 * before they leave. Task context.
 */
#include "net/udp_internal.h"

#include "lib/error.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "net/route.h"

#define BUCKETS   1024u
#define PORT_LOW  32768u		/* net.ipv4.ip_local_port_range */
#define PORT_HIGH 60999u

static struct spinlock ports_lock = SPINLOCK_INIT("udp ports", RANK_UDP_PORT);
static struct udp_node *buckets[BUCKETS];	/* [ports_lock] [rcu] */
static struct slab_cache *cache;

void udp_init(void) { cache = slab_cache_create("udp", sizeof(struct udp), 64); }

struct udp_node *udp_bucket(u16 port) { return rcu_read(buckets[port % BUCKETS]); }

struct udp *udp_alloc(bool v6)
{
	struct udp *u = slab_zalloc(cache);

	if (!u)
		return NULL;
	atomic_set(&u->refs, 1);
	u->v6 = v6;
	u->local = v6 ? (struct ip_address) { 0 } : ip4_from_be(0);
	u->remote.address = u->local;
	spin_init(&u->lock, "udp", RANK_SOCKET);
	list_init(&u->queue);
	error_queue_init(&u->errors);
	waitq_init(&u->wait);
	inet_options_init(&u->options, v6);
	return u;
}

static void free_udp(struct rcu_head *h)
{
	struct udp *u = container_of(h, struct udp, rcu);

	packet_free_list(&u->queue);
	error_queue_purge(&u->errors);
	slab_free(cache, u);
}

void udp_put(struct udp *u)
{
	if (atomic_dec_and_test(&u->refs))
		rcu_call(&u->rcu, free_udp);
}

/* May two endpoints share a port (socket(7), SO_REUSEADDR and SO_REUSEPORT)? */
static bool conflict(const struct udp *a, const struct udp *b, const struct ip_address *b_address)
{
	bool a_any = ip_is_any(&a->local), b_any = ip_is_any(b_address);
	bool families_meet = a->v6 == b->v6 || (!a->v6only && !b->v6only);

	if (a == b || !families_meet || (a->device && b->device && a->device != b->device))
		return false;
	if (a->v6 != b->v6 && ((a->v6 && a->v6only) || (b->v6 && b->v6only)))
		return false;
	if (!a_any && !b_any && !ip_equal(&a->local, b_address))
		return false;
	if (a->reuse_address && b->reuse_address)
		return false;
	return !(a->reuse_port && b->reuse_port && a->uid == b->uid);
}

static bool port_free(const struct udp *u, const struct ip_address *address, u16 port) REQUIRES(ports_lock)
{
	for (const struct udp_node *n = buckets[port % BUCKETS]; n; n = n->next)
		if (n->udp->port == port && conflict(n->udp, u, address))
			return false;
	return true;
}

static u16 choose_port(const struct udp *u, const struct ip_address *address) REQUIRES(ports_lock)
{
	u32 count = PORT_HIGH - PORT_LOW + 1, start = (u32)random_below(count);

	for (u32 i = 0; i < count; i++) {
		u16 port = (u16)(PORT_LOW + (start + i) % count);
		bool taken = false;

		for (const struct udp_node *n = buckets[port % BUCKETS]; n; n = n->next)
			taken = taken || n->udp->port == port;	/* one that nobody has, whoever might share it */
		if (!taken && port_free(u, address, port))
			return port;
	}
	return 0;
}

/* Into the table with a port that is free for it. */
static void enter(struct udp *u, struct udp_node *node, const struct ip_address *a, u16 port) REQUIRES(ports_lock)
{
	u->local = *a;
	u->bound_address = !ip_is_any(a);
	__atomic_store_n(&u->port, port, __ATOMIC_RELEASE);
	u->node = node;
	node->udp = u;
	node->next = buckets[port % BUCKETS];
	rcu_publish(buckets[port % BUCKETS], node);
}

static void free_node(struct rcu_head *h) { kfree(container_of(h, struct udp_node, rcu)); }

int udp_bind(struct udp *u, const struct endpoint *local)
{
	const struct ip_address *a = &local->address;
	struct udp_node *spare = NULL;
	u16 port = local->port;

	if (!ip_is_any(a) && !ip_is_local(a, 0) && !ip_is_multicast(a) && !ip_is_broadcast(a, NULL) && !u->options.free_bind)
		return -EADDRNOTAVAIL;
	if (u->first.udp) {
		spare = kmalloc(sizeof(*spare));
		if (!spare)
			return -ENOMEM;
	}
	spin_lock(&ports_lock);
	if (u->port || (u->first.udp && !spare)) {	/* another thread was faster */
		spin_unlock(&ports_lock);
		kfree(spare);
		return -EINVAL;
	}
	if (!port)
		port = choose_port(u, a);
	else if (!port_free(u, a, port))
		port = 0;
	if (port) {
		enter(u, spare ? spare : &u->first, a, port);
		spare = NULL;
	}
	spin_unlock(&ports_lock);
	kfree(spare);
	if (!port)
		return local->port ? -EADDRINUSE : -EAGAIN;
	return 0;
}

void udp_unhash(struct udp *u)
{
	struct udp_node **link, *gone;

	spin_lock(&ports_lock);
	gone = u->node;
	if (gone) {
		for (link = &buckets[u->port % BUCKETS]; *link != gone; link = &(*link)->next)
			;
		rcu_publish(*link, gone->next);
		__atomic_store_n(&u->port, 0, __ATOMIC_RELEASE);
		u->node = NULL;
	}
	spin_unlock(&ports_lock);
	if (gone && gone != &u->first)
		rcu_call(&gone->rcu, free_node);
}

int udp_score(const struct udp *u, const struct endpoint *from, const struct endpoint *to, u32 device)
{
	bool v4 = ip_is_v4(&to->address);
	int score = u->v6 == !v4;

	if (__atomic_load_n(&u->port, __ATOMIC_ACQUIRE) != to->port || (u->v6 ? v4 && u->v6only : !v4))
		return -1;
	if (!ip_is_any(&u->local)) {
		if (!ip_equal(&u->local, &to->address))
			return -1;
		score += 4;
	}
	if (u->remote.port) {
		if (u->remote.port != from->port || !ip_equal(&u->remote.address, &from->address))
			return -1;
		score += 8;
	}
	if (u->device) {
		if (u->device != device)
			return -1;
		score += 4;
	}
	return score;
}

/* Of equals that share a port by SO_REUSEPORT each pair of ends always meets the same one. */
static u32 flow_hash(const struct endpoint *from, u32 salt)
{
	u64 x = (from->address.d[0] ^ from->address.d[1] ^ from->port) * 0x9e3779b97f4a7c15ull;

	return (u32)(x >> 32) ^ salt;
}

struct udp *udp_find(const struct endpoint *from, const struct endpoint *to, u32 device)
{
	struct udp *best = NULL;
	int best_score = -1;
	u32 equals = 1;

	for (struct udp_node *n = udp_bucket(to->port); n; n = rcu_read(n->next)) {
		struct udp *u = n->udp;
		int score = udp_score(u, from, to, device);

		if (score > best_score) {
			best = u;
			best_score = score;
			equals = 1;
		} else if (score >= 0 && score == best_score && u->reuse_port && ++equals && flow_hash(from, equals) % equals == 0) {
			best = u;
		}
	}
	return best && atomic_inc_not_zero(&best->refs) ? best : NULL;
}

void udp_walk(bool (*fn)(const struct udp_row *row, void *arg), void *arg)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct udp_node *n = rcu_read(buckets[i]); n; n = rcu_read(n->next)) {
			const struct udp *u = n->udp;
			struct udp_row row = {
				.v6 = u->v6, .local = { u->local, u->port, 0 }, .remote = u->remote, .receive_queue = u->queued,
				.uid = u->uid, .inode = u->inode, .drops = u->drops, .cookie = u->cookie,
			};

			if (row.local.port && !fn(&row, arg))
				return;
		}
}
