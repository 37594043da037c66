/*
 * Who hears packets besides the protocols: raw and ping sockets, in one list that table_lock guards against writers; readers use RCU.
 * There are few. Task context; a socket's lock for its queue.
 */
#include "net/raw_internal.h"

#include "lib/error.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "net/route.h"
#include "net/udp_internal.h"
#include "sched/clock.h"

static struct spinlock table_lock = SPINLOCK_INIT("raw sockets", RANK_UDP_PORT);
static struct raw *table;			/* [table_lock] [rcu] */

void raw_hash(struct raw *r)
{
	spin_lock(&table_lock);
	r->next = table;
	rcu_publish(table, r);
	spin_unlock(&table_lock);
}

void raw_unhash(struct raw *r)
{
	struct raw **link = &table;

	spin_lock(&table_lock);
	while (*link != r)
		link = &(*link)->next;
	rcu_publish(*link, r->next);
	spin_unlock(&table_lock);
}

static void free_raw(struct rcu_head *h)
{
	struct raw *r = container_of(h, struct raw, rcu);

	packet_free_list(&r->queue);
	error_queue_purge(&r->errors);
	kfree(r->filter_program);
	kfree(r);
}

void raw_free(struct raw *r) { rcu_call(&r->rcu, free_raw); }

static bool id_taken(const struct raw *like, u16 id) REQUIRES(table_lock)
{
	for (const struct raw *r = table; r; r = r->next)
		if (r->ping && r->v6 == like->v6 && r->id == id)
			return true;
	return false;
}

int raw_bind_id(struct raw *r, u16 id)
{
	u32 start = (u32)random_below(65535);
	int error = 0;

	spin_lock(&table_lock);
	if (r->id)
		error = -EINVAL;
	else if (id && id_taken(r, id))
		error = -EADDRINUSE;
	for (u32 i = 0; !error && !id && i < 65535; i++) {
		u16 candidate = (u16)(1 + (start + i) % 65535);

		id = id_taken(r, candidate) ? 0 : candidate;
	}
	if (!error && !id)
		error = -EAGAIN;
	if (!error)
		__atomic_store_n(&r->id, id, __ATOMIC_RELEASE);
	spin_unlock(&table_lock);
	return error;
}

static void enqueue(struct raw *r, struct packet *p)
{
	u32 size = udp_true_size(p);
	bool room;

	if (r->stamp && !p->time)
		p->time = clock_now();
	spin_lock(&r->lock);
	room = !r->shut_read && (r->queued + size <= r->queue_max || list_empty(&r->queue));
	if (room) {
		list_add_tail(&r->queue, &p->link);
		r->queued += size;
	} else {
		r->drops++;
	}
	spin_unlock(&r->lock);
	if (!room)
		packet_free(p);
	else if (waitq_active(&r->wait))
		wait_wake(&r->wait, POLLIN | POLLRDNORM);
}

static bool filtered(const struct raw *r, const struct packet *p, bool v4)
{
	u8 type;

	if (r->ping || (r->protocol != IPPROTO_ICMP && r->protocol != IPPROTO_ICMPV6) || p->length == 0)
		return false;
	packet_copy_out(p, 0, &type, 1);
	return v4 ? type < 32 && (r->filter[0] >> type & 1) : r->filter[type >> 5] >> (type & 31) & 1;
}

/* A ping socket gets the answers to its own questions. */
static bool answers(const struct raw *r, const struct packet *p, bool v4)
{
	u8 h[ICMP_HEADER_SIZE];

	if (p->length < sizeof(h))
		return false;
	packet_copy_out(p, 0, h, sizeof(h));
	return h[0] == (v4 ? ICMP4_ECHO_REPLY : ICMPV6_ECHO_REPLY) && r->id && load_be16(h + 4) == r->id;
}

static bool wants(const struct raw *r, const struct packet *p, bool v4)
{
	const struct ip_packet *ip = &p->ip;

	if (r->v6 == v4 || r->protocol != ip->protocol || (r->device && r->device != p->device->index))
		return false;
	if (!ip_is_any(&r->local) && !ip_equal(&r->local, &ip->destination))
		return false;
	if (!ip_is_any(&r->remote) && !ip_equal(&r->remote, &ip->source))
		return false;
	if (p->broadcast && !inet_hears(&r->options, p))
		return false;
	return r->ping ? answers(r, p, v4) : !filtered(r, p, v4);
}

/* Behind reassembly the first fragment's header stands for the whole. */
static void mend_header(struct packet *p)
{
	u8 *h = p->data;
	u32 length = (h[0] & 15u) * 4;
	u16 sum;

	if (!(load_be16(h + 6) & 0x3fff))
		return;
	store_be16(h + 2, (u16)p->length);
	store_be16(h + 6, 0);
	store_be16(h + 10, 0);
	sum = (u16)~checksum_fold(checksum_add(0, h, length));
	memcpy(h + 10, &sum, 2);
}

/* What the program of SO_ATTACH_FILTER leaves of a copy; NULL: nothing, it is gone. */
static struct packet *pass_filter(const struct raw *r, struct packet *copy)
{
	const struct bpf_program *b = rcu_read(r->filter_program);
	struct bpf_context c = { .packet = copy, .protocol = r->v6 ? 0x86dd : 0x0800, .index = copy->device->index, .hardware = copy->device->type };
	u32 keep = b ? bpf_run(b, &c) : UINT32_MAX;

	if (keep) {
		packet_trim(copy, keep);
		return copy;
	}
	packet_free(copy);
	return NULL;
}

/* The reader's copy: with the header for IPv4's raw sockets; its sums are complete as they would be behind a wire. */
static struct packet *copy_for(const struct raw *r, struct packet *p, bool v4)
{
	u32 header = v4 && !r->ping ? (u32)(p->data - packet_network(p)) : 0;
	struct packet *copy;

	if (header)
		packet_push(p, header);
	copy = packet_clone(p);
	if (header)
		packet_pull(p, header);
	if (!copy)
		return NULL;
	if (header)
		mend_header(copy);
	packet_complete_checksum(copy);
	return pass_filter(r, copy);
}

static bool sum_right(const struct raw *r, struct packet *p, bool v4)
{
	u32 pseudo = v4 ? 0 : checksum_pseudo(&p->ip.source, &p->ip.destination, p->ip.protocol, p->length);

	return (!r->ping && (v4 || r->checksum == NO_CHECKSUM)) || packet_verify(p, pseudo);
}

bool raw_deliver(struct packet *p)
{
	bool v4 = ip_is_v4(&p->ip.destination), heard = false;

	for (struct raw *r = rcu_read(table); r; r = rcu_read(r->next)) {
		struct packet *copy;

		if (!wants(r, p, v4))
			continue;
		heard = true;
		copy = sum_right(r, p, v4) ? copy_for(r, p, v4) : NULL;
		if (copy)
			enqueue(r, copy);
	}
	return heard;
}

/* Is the failed packet one of this socket's? */
static bool sent(const struct raw *r, const struct ip_error *e, bool v4)
{
	if (r->v6 == v4 || r->protocol != e->ip.protocol || (r->ping && load_be16(e->transport + 4) != r->id))
		return false;
	return ip_is_any(&r->remote) || ip_equal(&r->remote, &e->ip.destination);
}

/* Those who asked hear of every error, with the packet as they gave it; connected ones of those that are not passing. */
void raw_error(const struct ip_error *e)
{
	bool v4 = ip_is_v4(&e->ip.destination);

	for (struct raw *r = rcu_read(table); r; r = rcu_read(r->next)) {
		bool asked = v4 ? r->options.receive_errors : r->options.receive_v6_errors;
		bool hard = e->hard || (e->error == EMSGSIZE && r->options.mtu_discover != IP_PMTUDISC_DONT);

		if (!sent(r, e, v4) || (!asked && (ip_is_any(&r->remote) || !hard)))
			continue;
		if (asked)
			error_queue_add_icmp(&r->errors, e, 0, v4 && r->options.header_included ? -(i32)(e->transport_at - ICMP_HEADER_SIZE) : 0,
					     r->queue_max);
		__atomic_store_n(&r->error, e->error, __ATOMIC_RELAXED);
		wait_wake_all(&r->wait, POLLERR);
	}
}

void raw_walk(void (*fn)(const struct raw_row *row, void *arg), void *arg)
{
	for (struct raw *r = rcu_read(table); r; r = rcu_read(r->next)) {
		u16 port = r->ping ? r->id : r->protocol;
		struct raw_row row = {
			.v6 = r->v6, .ping = r->ping, .protocol = r->protocol, .local = { r->local, port, 0 }, .remote = { r->remote, 0, 0 },
			.receive_queue = r->queued, .uid = r->uid, .inode = r->inode, .drops = r->drops,
		};

		fn(&row, arg);
	}
}
