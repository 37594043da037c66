/*
 * Who holds which port: bind's conflicts as Linux has them, and the choice of ports that nobody can guess (RFC 6056, 3.3.3 with a
 * random start). A port is held by the endpoints bound to it, the connections that listeners accepted on it, and their TIME-WAITs.
 * One lock for each chain of ports (RANK_TCP_PORT), under the connection's; the table's locks are taken under it.
 */
#include "net/tcp_internal.h"

#include "lib/random.h"

#define CHAINS      1024u
#define FIRST_PORT  32768u
#define LAST_PORT   60999u

static struct {
	struct spinlock lock;
	struct tcp_port *first;
} chains[CHAINS];

void tcp_port_init(void)
{
	for (unsigned i = 0; i < CHAINS; i++) {
		spin_init(&chains[i].lock, "tcp port", RANK_TCP_PORT);
		chains[i].first = NULL;
	}
}

static struct spinlock *port_lock(u16 port) { return &chains[port % CHAINS].lock; }

static struct tcp_port *find(u16 port)
{
	struct tcp_port *p = chains[port % CHAINS].first;

	while (p && p->number != port)
		p = p->next;
	return p;
}

static struct tcp_port *find_or_make(u16 port)
{
	struct tcp_port *p = find(port);

	if (p)
		return p;
	p = kzalloc(sizeof(*p));
	if (!p)
		return NULL;
	p->number = port;
	list_init(&p->owners);
	p->next = chains[port % CHAINS].first;
	chains[port % CHAINS].first = p;
	return p;
}

/* Free a port that nobody holds. */
static void tidy(struct tcp_port *p)
{
	struct tcp_port **at = &chains[p->number % CHAINS].first;

	if (!list_empty(&p->owners))
		return;
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	kfree(p);
}

static void own(struct tcp_port *p, struct tcp_node *n)
{
	n->port = p;
	n->local_port = p->number;
	list_add_tail(&p->owners, &n->port_link);
}

void tcp_port_release(struct tcp_node *n)
{
	struct spinlock *lock = port_lock(n->local_port);

	if (!n->port)
		return;
	spin_lock(lock);
	list_del(&n->port_link);
	tidy(n->port);
	n->port = NULL;
	spin_unlock(lock);
}

void tcp_port_inherit(struct tcp_node *child, struct tcp_node *parent)
{
	struct spinlock *lock = port_lock(parent->local_port);

	spin_lock(lock);
	child->reuse = parent->reuse;
	child->reuseport = parent->reuseport;
	child->uid = parent->uid;
	own(parent->port, child);
	spin_unlock(lock);
}

void tcp_port_replace(struct tcp_node *old, struct tcp_node *new)
{
	struct spinlock *lock = port_lock(old->local_port);

	if (!old->port)
		return;
	spin_lock(lock);
	new->reuse = old->reuse;
	new->reuseport = old->reuseport;
	new->uid = old->uid;
	own(old->port, new);
	list_del(&old->port_link);
	old->port = NULL;
	spin_unlock(lock);
}

/* ---- Conflicts (Linux: same port, overlapping addresses and devices, unless both agreed to share) ---- */

/* Does an address that is bound by an AF_INET6 socket without V6ONLY, or by an AF_INET one, cover the other's? */
static bool addresses_overlap(const struct tcp_node *a, const struct tcp_node *b)
{
	bool a_any = ip_is_any(&a->local), b_any = ip_is_any(&b->local);
	bool a_v4 = !a->v6 || (!a_any && ip_is_v4(&a->local)), b_v4 = !b->v6 || (!b_any && ip_is_v4(&b->local));

	if ((a->v6only && b_v4) || (b->v6only && a_v4))
		return false;
	if (a_any && b_any)
		return a_v4 == b_v4 || !(a_v4 ? b->v6only : a->v6only);
	if (a_any)
		return a_v4 == b_v4 || !a_v4;
	if (b_any)
		return a_v4 == b_v4 || !b_v4;
	return ip_equal(&a->local, &b->local);
}

static bool may_share(const struct tcp_node *a, const struct tcp_node *b, bool to_listen)
{
	if (a->reuse && b->reuse && !b->listening && !(to_listen && b->listening))
		return true;
	return a->reuseport && b->reuseport && (b->kind == TCP_NODE_TIMEWAIT || a->uid == b->uid);
}

static bool conflicts(const struct tcp_port *p, const struct tcp_node *n, bool to_listen)
{
	struct tcp_node *other;

	list_for_each(other, &p->owners, port_link) {
		if (other == n || (other->device && n->device && other->device != n->device))
			continue;
		if (addresses_overlap(n, other) && !may_share(n, other, to_listen))
			return true;
	}
	return false;
}

static int bind_to(struct tcp_node *n, u16 number, bool asked, bool must_be_unused)
{
	struct spinlock *lock = port_lock(number);
	struct tcp_port *p;
	int r = 0;

	spin_lock(lock);
	p = find_or_make(number);
	if (!p) {
		r = -ENOMEM;
	} else if (!list_empty(&p->owners) && (must_be_unused || conflicts(p, n, false))) {
		r = -EADDRINUSE;
	} else {
		if (list_empty(&p->owners))
			p->shared = false;
		n->bound = asked;
		own(p, n);
	}
	spin_unlock(lock);
	return r;
}

int tcp_port_bind(struct tcp *c, u16 port)
{
	struct tcp_node *n = &c->node;
	u32 count = LAST_PORT - FIRST_PORT + 1, start;
	int r = -EADDRINUSE;

	n->reuse = c->settings[TCP_SET_REUSEADDR];
	n->reuseport = c->settings[TCP_SET_REUSEPORT];
	n->v6only = c->settings[TCP_SET_V6ONLY];
	n->v6 = c->settings[TCP_SET_V6];
	n->uid = c->settings[TCP_SET_UID];
	n->device = c->settings[TCP_SET_DEVICE];
	if (port)
		return bind_to(n, port, true, false);
	start = (u32)random_below(count);
	for (unsigned round = 0; round < 2 && r == -EADDRINUSE; round++)
		for (u32 i = 0; i < count && r == -EADDRINUSE; i++)
			r = bind_to(n, (u16)(FIRST_PORT + (start + i) % count), false, round == 0);
	return r;
}

int tcp_port_listen(struct tcp *c)
{
	struct spinlock *lock = port_lock(c->node.local_port);
	int r = 0;

	spin_lock(lock);
	c->node.reuse = c->settings[TCP_SET_REUSEADDR];
	c->node.reuseport = c->settings[TCP_SET_REUSEPORT];
	if (conflicts(c->node.port, &c->node, true))
		r = -EADDRINUSE;
	else
		c->node.listening = true;
	spin_unlock(lock);
	return r;
}

void tcp_port_unlisten(struct tcp *c)
{
	struct spinlock *lock = port_lock(c->node.local_port);

	spin_lock(lock);
	c->node.listening = false;
	spin_unlock(lock);
}

/* ---- Ports for connect ---- */

static int insert(struct tcp *c, struct tcp_timewait **old)
{
	tcp_hash_prepare(&c->node);
	return tcp_hash_insert(&c->node, old);
}

/* Take this port if no other connection has the same four names. */
static int connect_from(struct tcp *c, u16 number, struct tcp_timewait **old)
{
	struct spinlock *lock = port_lock(number);
	struct tcp_port *p;
	bool fresh;
	int r;

	spin_lock(lock);
	p = find_or_make(number);
	if (!p) {
		r = -ENOMEM;
		goto out;
	}
	fresh = list_empty(&p->owners);
	if (!fresh && !p->shared) {
		r = -EADDRNOTAVAIL;
		goto out;
	}
	c->node.local_port = number;
	r = insert(c, old);
	if (r == 0) {
		p->shared = true;
		own(p, &c->node);
	} else {
		tidy(p);
	}
out:
	spin_unlock(lock);
	return r;
}

int tcp_port_connect(struct tcp *c)
{
	u32 count = (LAST_PORT - FIRST_PORT + 1) / 2, start = (u32)random_below(count);
	struct tcp_timewait *old = NULL;
	int r = -EADDRNOTAVAIL;

	if (c->node.port) {
		r = insert(c, &old);
	} else {
		/* Even numbers first: odd ones stay for bind to port 0, which wants unused ones. */
		for (u32 i = 0; i < 2 * count && r == -EADDRNOTAVAIL; i++)
			r = connect_from(c, (u16)(FIRST_PORT + (start + i) % count * 2 + i / count), &old);
		if (r != 0)
			c->node.local_port = 0;
	}
	if (old) {
		/* Its sequence numbers and time stamps are over: ours begin behind them (RFC 6191). */
		c->iss = old->snd_nxt + 65535 + 2;
		c->ts_recent = old->ts_recent;
		c->ts_recent_time = old->ts_recent_time;
		tcp_timewait_kill(old);
	}
	return r;
}
