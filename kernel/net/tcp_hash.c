/*
 * The tables by which a segment finds its endpoint: one of connections, requests and TIME-WAITs by the four names, one of listeners
 * by port. Chains are singly linked, published with release stores and changed under their bucket's lock; readers take no lock and
 * must not sleep (sched/rcu.h). A node that leaves keeps its next pointer, so a reader on it goes on; one that is put into another
 * chain meanwhile leads its readers astray, which they see by its hash and start again.
 */
#include "net/tcp_internal.h"

#include "lib/random.h"
#include "mm/frame.h"

#define LOCKS         256u
#define LISTEN_CHAINS 256u

static struct tcp_node **chains;	/* chain_count of them */
static u32 chain_mask;
static struct spinlock locks[LOCKS];	/* RANK_TCP_HASH: of chains by their low bits */
static struct tcp_node *listen_chains[LISTEN_CHAINS];
static struct spinlock listen_lock;	/* RANK_TCP_HASH */
static u64 hash_key[2];

void tcp_hash_init(u64 memory)
{
	u64 count = 1024;

	while (count < 262144 && count * 32768 < memory)
		count *= 2;
	chains = kzalloc(count * sizeof(*chains));
	ASSERT(chains);
	chain_mask = (u32)count - 1;
	for (unsigned i = 0; i < LOCKS; i++)
		spin_init(&locks[i], "tcp hash", RANK_TCP_HASH);
	spin_init(&listen_lock, "tcp listeners", RANK_TCP_HASH);
	memset(listen_chains, 0, sizeof(listen_chains));
	random_bytes(hash_key, sizeof(hash_key));
}

/* Both halves of a product: each bit of the result depends on all bits of both factors. */
static u64 mix(u64 a, u64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (u64)product ^ (u64)(product >> 64);
}

u32 tcp_hash(const struct ip_address *local, u16 local_port, const struct ip_address *remote, u16 remote_port)
{
	u64 ports = (u64)local_port << 16 | remote_port;
	u64 h = mix(local->d[1] ^ hash_key[0], remote->d[1] ^ hash_key[1] ^ ports << 32 ^ ports);

	if (!ip_is_v4(remote))
		h = mix(h ^ local->d[0], remote->d[0] ^ hash_key[0]);
	h = mix(h, hash_key[1] | 1);
	return (u32)(h ^ h >> 32);
}

void tcp_hash_prepare(struct tcp_node *n)
{
	n->hash = tcp_hash(&n->local, n->local_port, &n->remote, n->remote_port);
}

static bool same_device(u32 a, u32 b) { return a == 0 || b == 0 || a == b; }

static bool names_match(const struct tcp_node *n, const struct ip_address *local, u16 local_port, const struct ip_address *remote,
			u16 remote_port, u32 device)
{
	return n->local_port == local_port && n->remote_port == remote_port && ip_equal(&n->remote, remote) &&
	       ip_equal(&n->local, local) && same_device(n->device, device);
}

struct tcp_node *tcp_hash_find(const struct ip_address *local, u16 local_port, const struct ip_address *remote, u16 remote_port,
			       u32 device)
{
	u32 hash = tcp_hash(local, local_port, remote, remote_port);
	struct tcp_node *n;
again:
	for (n = rcu_read(chains[hash & chain_mask]); n; n = rcu_read(n->next)) {
		if (n->hash == hash && names_match(n, local, local_port, remote, remote_port, device))
			return n;
		if (unlikely((READ_ONCE(n->hash) ^ hash) & chain_mask))
			goto again;
	}
	return NULL;
}

static void unlink_node(struct tcp_node **chain, struct tcp_node *n)
{
	while (*chain != n)
		chain = &(*chain)->next;
	rcu_publish(*chain, n->next);
	n->hashed = false;
}

static void link_node(struct tcp_node **chain, struct tcp_node *n)
{
	n->hashed = true;
	rcu_publish(n->next, *chain);
	rcu_publish(*chain, n);
}

int tcp_hash_insert(struct tcp_node *n, struct tcp_timewait **old)
{
	struct tcp_node **chain = &chains[n->hash & chain_mask], *other;
	struct spinlock *lock = &locks[n->hash % LOCKS];

	*old = NULL;
	spin_lock(lock);
	for (other = *chain; other; other = other->next)
		if (other->hash == n->hash &&
		    names_match(other, &n->local, n->local_port, &n->remote, n->remote_port, n->device))
			break;
	if (other && other->kind == TCP_NODE_TIMEWAIT && tcp_timewait_reusable((struct tcp_timewait *)other)) {
		*old = (struct tcp_timewait *)other;
		unlink_node(chain, other);
		other = NULL;
	}
	if (!other)
		link_node(chain, n);
	spin_unlock(lock);
	return other ? -EADDRNOTAVAIL : 0;
}

/* The new node in the old one's place: at the chain's head a reader between the two would pass by both. */
static void swap_node(struct tcp_node **chain, struct tcp_node *old, struct tcp_node *new)
{
	while (*chain != old)
		chain = &(*chain)->next;
	new->hashed = true;
	rcu_publish(new->next, old->next);
	rcu_publish(*chain, new);
	old->hashed = false;
}

bool tcp_hash_replace(struct tcp_node *old, struct tcp_node *new)
{
	struct spinlock *lock = &locks[old->hash % LOCKS];
	bool there;

	new->hash = old->hash;
	spin_lock(lock);
	there = old->hashed;
	if (there)
		swap_node(&chains[old->hash & chain_mask], old, new);
	spin_unlock(lock);
	return there;
}

bool tcp_hash_remove(struct tcp_node *n)
{
	struct spinlock *lock = &locks[n->hash % LOCKS];
	bool there;

	spin_lock(lock);
	there = n->hashed;
	if (there)
		unlink_node(&chains[n->hash & chain_mask], n);
	spin_unlock(lock);
	return there;
}

/* ---- Listeners ---- */

void tcp_listen_insert(struct tcp *c)
{
	spin_lock(&listen_lock);
	link_node(&listen_chains[c->node.local_port % LISTEN_CHAINS], &c->node);
	spin_unlock(&listen_lock);
}

void tcp_listen_remove(struct tcp *c)
{
	spin_lock(&listen_lock);
	unlink_node(&listen_chains[c->node.local_port % LISTEN_CHAINS], &c->node);
	spin_unlock(&listen_lock);
}

static bool takes_family(const struct tcp_node *n, bool v4)
{
	return !n->v6 || ip_is_v4(&n->local) ? v4 : !v4 || !n->v6only;
}

/* How well a listener fits, 0 not at all: its own address before any, its own device before any, IPv4 before dual. */
static int listener_score(const struct tcp_node *n, const struct ip_address *local, u16 port, u32 device)
{
	bool v4 = ip_is_v4(local);
	int score = 1 + (n->device ? 2 : 0);

	if (n->local_port != port || !same_device(n->device, device))
		return 0;
	if (ip_is_any(&n->local))
		return takes_family(n, v4) ? score + (v4 == !n->v6) : 0;
	return ip_equal(&n->local, local) ? score + 4 : 0;
}

/*
 * Does a reader of this port's chain stand on a node of another? A listener that was shut down may connect, or listen on another port,
 * and leads its reader to nodes that are no listeners. All in the chain are `listening`: it is set before they enter and cleared
 * after they left.
 */
static bool is_stray(const struct tcp_node *n, u16 port)
{
	return !READ_ONCE(n->listening) || (n->local_port ^ port) % LISTEN_CHAINS;
}

struct tcp *tcp_listen_find(const struct ip_address *local, u16 port, u32 device, u32 flow_hash)
{
	struct tcp_node *best, *n;
	int best_score;
	u32 alike;
again:
	best = NULL;
	best_score = 0;
	alike = 0;
	for (n = rcu_read(listen_chains[port % LISTEN_CHAINS]); n; n = rcu_read(n->next)) {
		int score = listener_score(n, local, port, device);

		if (unlikely(is_stray(n, port)))
			goto again;
		if (score > best_score) {
			best = n;
			best_score = score;
			alike = 1;
		} else if (score > 0 && score == best_score && n->reuseport) {
			/* The k-th of equals takes over with chance 1/k: each gets the same share, a flow always the same one. */
			alike++;
			if ((u32)(mix(flow_hash + alike, hash_key[0] | 1) % alike) == 0)
				best = n;
		}
	}
	return best ? container_of(best, struct tcp, node) : NULL;
}

/* ---- For everyone who lists them ---- */

static void row_of_connection(const struct tcp *c, struct tcp_row *row, u64 now)
{
	u64 rtx = c->deadline_rtx, keep = c->deadline_keep, at = MIN(rtx, keep);

	row->state = c->state;
	row->tcp = c;
	row->uid = c->settings[TCP_SET_UID];
	row->retransmits = c->retransmits;
	row->probes = c->probes;
	row->timer = at == TIME_NEVER ? 0 : at == keep ? 2 : c->rtx_kind == TCP_RTX_PROBE ? 4 : 1;
	row->timer_ns = at == TIME_NEVER || at < now ? 0 : at - now;
	row->send_queue = tcp_unacked(c);
	row->receive_queue = tcp_readable(c);
}

static void fill_row(const struct tcp_node *n, struct tcp_row *row)
{
	u64 now = clock_now();

	*row = (struct tcp_row){
		.v6 = n->v6, .cookie = (u64)n ^ hash_key[0],
		.local = { n->local, n->local_port, 0 }, .remote = { n->remote, n->remote_port, 0 },
	};
	if (n->kind == TCP_NODE_CONNECTION) {
		row_of_connection(container_of(n, struct tcp, node), row, now);
	} else if (n->kind == TCP_NODE_REQUEST) {
		row->state = TCP_SYN_RECEIVED;
		row->retransmits = container_of(n, struct tcp_request, node)->retransmits;
		row->timer = 1;
	} else {
		const struct tcp_timewait *t = container_of(n, struct tcp_timewait, node);

		row->state = t->state;
		row->timer = 3;
		row->timer_ns = t->deadline > now ? t->deadline - now : 0;
	}
}

/* A position is the number of a chain, listeners' chains first, and the number of a node in it. */
void tcp_walk(u64 *position, bool (*fn)(const struct tcp_row *row, void *arg), void *arg)
{
	u64 chain = *position >> 32, skip = *position & UINT32_MAX;

	for (; chain < LISTEN_CHAINS + (u64)chain_mask + 1; chain++, skip = 0) {
		struct tcp_node *n = rcu_read(*(chain < LISTEN_CHAINS ? &listen_chains[chain] : &chains[chain - LISTEN_CHAINS]));
		u64 index = 0;

		for (; n; n = rcu_read(n->next), index++) {
			struct tcp_row row;

			if (index < skip)
				continue;
			fill_row(n, &row);
			*position = chain << 32 | (index + 1);
			if (!fn(&row, arg))
				return;
		}
	}
	*position = chain << 32;
}
