/*
 * A world for the TCP engine on the build machine: two hosts whose segments meet in a network that the test rules, on the memory, the
 * timers and the work of net_host.h; the clock jumps from event to event. Both ends are endpoints of the one engine. Included by one file of a program, which defines
 * nothing but tests; tests/support/host.c gives locks that check their ranks.
 */
#ifndef TCP_HOST_H
#define TCP_HOST_H

#include "net_host.h"

#include "net/netdev.h"
#include "net/tcp_internal.h"

/* ---- The network ---- */

struct wire_packet {
	struct list link;
	u64 at;				/* arrival */
	struct ip_address source, destination;
	u32 length;
	u8 bytes[];
};

static struct world {
	u64 rng;
	u64 delay, jitter;		/* ns */
	unsigned loss, duplicate, corrupt;	/* in 10000 */
	u32 mtu;
	u64 segments, lost;
	unsigned queue_limit, queued;
	/* Sees every segment before the network does; false: it is lost. */
	bool (*filter)(struct wire_packet *w);
	int send_error;
} world;

static struct list wire = LIST_INIT(wire);
static struct netdev wire_device = { .name = "wire", .index = 1 };
atomic32 route_generation = ATOMIC(1);

int route_lookup(const struct ip_address *destination, const struct ip_address *source, unsigned index, struct route *r)
{
	*r = (struct route){ .device = &wire_device, .next_hop = *destination, .mtu = world.mtu,
			     .generation = (u32)atomic_read(&route_generation) };
	r->source = source ? *source : *destination;
	if (!source)
		r->source.b[15] = destination->b[15] == 1 ? 2 : 1;
	return destination->b[15] == 99 ? -ENETUNREACH : 0;
}

bool ip_is_local(const struct ip_address *a, unsigned index) { return a->b[15] != 77; }

static unsigned chance(void) { return (unsigned)(host_random(&world.rng) % 10000); }

static void onto_wire(struct wire_packet *w)
{
	struct wire_packet *other;
	struct list *at = wire.prev;

	w->at = host_time + world.delay + (world.jitter ? host_random(&world.rng) % world.jitter : 0);
	for (; at != &wire; at = at->prev) {
		other = list_entry(at, struct wire_packet, link);
		if (other->at <= w->at)
			break;
	}
	list_insert_between(&w->link, at, at->next);
	world.queued++;
}

static void transmit_bytes(const struct ip_packet *ip, const u8 *header, u32 header_bytes, const u8 *payload, u32 n, bool first, bool last,
			   u32 offset)
{
	struct wire_packet *w = malloc(sizeof(*w) + header_bytes + n);
	u16 sum;

	w->source = ip->source;
	w->destination = ip->destination;
	w->length = header_bytes + n;
	memcpy(w->bytes, header, header_bytes);
	memcpy(w->bytes + header_bytes, payload, n);
	store_be32(w->bytes + 4, load_be32(header + 4) + offset);
	if (!last)
		w->bytes[13] &= (u8)~(TH_FIN | TH_PSH);
	memset(w->bytes + 16, 0, 2);
	sum = (u16)~checksum_fold(checksum_add(checksum_pseudo(&ip->source, &ip->destination, IPPROTO_TCP, w->length), w->bytes,
					       w->length));
	memcpy(w->bytes + 16, &sum, 2);
	world.segments++;
	if ((world.filter && !world.filter(w)) || chance() < world.loss || (world.queue_limit && world.queued >= world.queue_limit)) {
		world.lost++;
		free(w);
		return;
	}
	if (chance() < world.corrupt)
		w->bytes[host_random(&world.rng) % w->length] ^= (u8)(1u << host_random(&world.rng) % 8);
	if (chance() < world.duplicate) {
		struct wire_packet *twin = malloc(sizeof(*w) + w->length);

		memcpy(twin, w, sizeof(*w) + w->length);
		onto_wire(twin);
	}
	onto_wire(w);
}

int ip_send(struct packet *p, const struct route *r, bool more)
{
	static u8 bytes[PACKET_MAX + 1];
	u32 header, payload, size, length = p->length;

	packet_copy_out(p, 0, bytes, length);
	header = (bytes[12] >> 4) * 4u;
	payload = length - header;
	size = p->segmentation ? p->segment_size : payload;
	if (size + header + (ip_is_v4(&p->ip.destination) ? IP4_HEADER : IP6_HEADER) > world.mtu) {
		fprintf(stderr, "a segment of %u + %u bytes on a path of %u\n", header, size, world.mtu);
		if (!world.send_error)
			abort();
		packet_free(p);
		return world.send_error;
	}
	for (u32 at = 0; at < payload || at == 0; at += size) {
		u32 n = MIN(size, payload - at);

		transmit_bytes(&p->ip, bytes, header, bytes + header + at, n, at == 0, at + n == payload, at);
		if (n == 0)
			break;
	}
	packet_free(p);
	return 0;
}

/* Hand a segment to the engine, in pieces that lie here and there as from a driver. */
static void receive_bytes(const struct ip_address *source, const struct ip_address *destination, const u8 *bytes, u32 n)
{
	struct packet *p = packet_alloc(MIN(n, 100u));
	u32 linear = MIN(n, 100u);

	p->device = &wire_device;
	memcpy(packet_put(p, linear), bytes, linear);
	for (u32 at = linear; at < n;) {
		struct page *page = page_alloc(0, 0);
		u32 part = MIN(n - at, (u32)PAGE_SIZE);

		if (!page)
			abort();
		memcpy(page_to_virt(page), bytes + at, part);
		if (!packet_add_fragment(p, page, 0, part))
			abort();
		at += part;
	}
	packet_mark_transport(p);
	p->ip = (struct ip_packet){ .source = *source, .destination = *destination, .protocol = IPPROTO_TCP, .ttl = 64 };
	tcp_input(p);
}

/* ---- Time ---- */

/* The next event: a segment arrives or a timer fires. False: nothing is going on any more, or not before `until`. */
static bool step(u64 until)
{
	struct wire_packet *w = list_empty(&wire) ? NULL : list_first(&wire, struct wire_packet, link);
	struct timer *t = NULL;

	for (unsigned i = 0; i < armed_count; i++)
		if (!t || armed_timers[i]->deadline < t->deadline)
			t = armed_timers[i];
	if (w && (!t || w->at <= t->deadline) && w->at <= until) {
		host_time = MAX(host_time, w->at);
		list_del(&w->link);
		world.queued--;
		in_net_run = true;	/* as in a driver's work: acknowledgements wait for the batch's end */
		receive_bytes(&w->source, &w->destination, w->bytes, w->length);
		in_net_run = false;
		free(w);
	} else if (t && (!w || t->deadline < w->at) && t->deadline <= until) {
		host_time = MAX(host_time, t->deadline);
		timer_cancel(t);
		t->fn(t);
	} else {
		host_time = MAX(host_time, until == TIME_NEVER ? host_time : until);
		return false;
	}
	net_run();
	run_deferred();
	if (host_locks_held())
		abort();
	return true;
}

static void run_for(u64 ns)
{
	u64 until = host_time + ns;

	while (step(until))
		;
	run_deferred();
}

static void world_begin(u64 seed)
{
	static bool ready;

	if (!ready) {
		make_memory();
		random_state = seed;
		tcp_init();
		ready = true;
	}
	world = (struct world){ .rng = seed, .delay = 5 * NS_PER_MSEC, .mtu = 1500 };
}

static struct endpoint host_endpoint(u8 host, u16 port)
{
	u8 address[4] = { 10, 0, 0, host };
	u32 be;

	memcpy(&be, address, 4);
	return (struct endpoint){ ip4_from_be(be), port, 0 };
}

static struct tcp *listener_at(u8 host, u16 port, int backlog)
{
	struct endpoint e = host_endpoint(host, port);
	struct tcp *l = tcp_create();

	tcp_set(l, TCP_SET_REUSEADDR, 1);
	if (tcp_bind(l, &e) != 0 || tcp_listen(l, backlog) != 0)
		abort();
	return l;
}

static ssize_t send_bytes(struct tcp *c, const void *data, size_t n, unsigned flags)
{
	struct uio u;
	ssize_t r;

	uio_init_kernel(&u, (void *)data, n);
	r = tcp_send(c, &u, flags);
	run_deferred();
	return r;
}

static ssize_t receive_into(struct tcp *c, void *data, size_t n, unsigned flags)
{
	struct uio u;
	ssize_t r;

	uio_init_kernel(&u, data, n);
	r = flags & TCP_MSG_PEEK ? tcp_peek(c, &u, 0, flags) : tcp_receive(c, &u, flags);
	run_deferred();
	return r;
}

#endif
