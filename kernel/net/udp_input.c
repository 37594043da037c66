/* Datagrams and errors from the network layer to UDP's endpoints. Task context; an endpoint's lock for its queue. */
#include "lib/error.h"
#include "lib/string.h"
#include "net/icmp.h"
#include "net/route.h"
#include "net/snmp.h"
#include "net/udp_internal.h"
#include "sched/clock.h"

/*
 * A datagram fills more than half of each of its blocks, so it is charged for the whole ones. What is a small part of a block shares it
 * with its neighbours (a capture of a stream), each of which is charged for its part.
 */
u32 udp_true_size(const struct packet *p)
{
	u64 size = sizeof(*p) + (p->room_page ? PAGE_SIZE : (u64)(p->room_end - p->room));

	for (unsigned i = 0; i < p->fragment_count; i++)
		size += MIN(PAGE_SIZE << p->fragments[i].page->order, MAX(PAGE_SIZE, 2ul * p->fragments[i].length));
	return (u32)size;
}

/* Into the queue, or dropped when that is full; takes the packet. */
static void enqueue(struct udp *u, struct packet *p)
{
	u32 size = udp_true_size(p);
	bool room;

	if (unlikely(u->stamp) && !p->time)
		p->time = clock_now();
	spin_lock(&u->lock);
	room = u->queued + size <= u->queue_max || list_empty(&u->queue);
	room = room && !u->shut_read;
	if (room) {
		list_add_tail(&u->queue, &p->link);
		u->queued += size;
		snmp_inc(UdpInDatagrams);
	} else {
		u->drops++;
		snmp_inc(UdpRcvbufErrors);
		snmp_inc(UdpInErrors);
	}
	spin_unlock(&u->lock);
	if (!room)
		packet_free(p);
	else if (waitq_active(&u->wait))
		wait_wake(&u->wait, POLLIN | POLLRDNORM);
}

/* A copy for each endpoint that fits; takes the packet. */
static void deliver_to_many(struct packet *p, const struct endpoint *from, const struct endpoint *to)
{
	bool any = false;

	for (struct udp_node *n = udp_bucket(to->port); n; n = rcu_read(n->next)) {
		struct udp *u = n->udp;
		struct packet *copy;

		if (udp_score(u, from, to, p->device->index) < 0 || !inet_hears(&u->options, p))
			continue;
		any = true;
		copy = packet_clone(p);
		if (copy)
			enqueue(u, copy);
	}
	snmp_add(UdpIgnoredMulti, !any);
	packet_free(p);
}

/* The length that the header says; 0: it lies, or the sum is wrong. */
static u32 check(struct packet *p, const u8 *h)
{
	u32 length = load_be16(h + 4);
	bool v4 = ip_is_v4(&p->ip.destination);

	if (length == 0 && !v4)
		length = p->length;	/* a jumbogram would be longer than we take: RFC 2675 */
	if (length < UDP_HEADER || length > p->length)
		return 0;
	packet_trim(p, length);
	if (load_be16(h + 6) == 0)
		return v4 ? length : 0;		/* no sum: only IPv4 may (RFC 8200, 8.1) */
	if (packet_verify(p, checksum_pseudo(&p->ip.source, &p->ip.destination, IPPROTO_UDP, length)))
		return length;
	snmp_inc(UdpInCsumErrors);
	return 0;
}

void udp_receive(struct packet *p)
{
	const u8 *h = packet_linear(p, UDP_HEADER);
	struct endpoint from, to;
	struct udp *u;

	if (!h || !check(p, h)) {
		snmp_inc(UdpInErrors);
		packet_free(p);
		return;
	}
	from = (struct endpoint) { p->ip.source, load_be16(h), ip_is_link_local(&p->ip.source) ? p->device->index : 0 };
	to = (struct endpoint) { p->ip.destination, load_be16(h + 2), 0 };
	if (p->broadcast) {
		packet_pull(p, UDP_HEADER);
		deliver_to_many(p, &from, &to);
		return;
	}
	u = udp_find(&from, &to, p->device->index);
	if (!u) {
		snmp_inc(UdpNoPorts);
		ip_port_unreachable(p);
		packet_free(p);
		return;
	}
	packet_pull(p, UDP_HEADER);
	enqueue(u, p);
	udp_put(u);
}

/*
 * An error concerns the endpoint that sent; a connected one hears of it when it is not a passing one (RFC 1122, 4.1.3.3), others only if
 * they asked. A packet that was too long is such an error to who said that its datagrams are not to be cut.
 */
void udp_error(const struct ip_error *e)
{
	struct endpoint local = { e->ip.source, load_be16(e->transport), 0 };
	struct endpoint remote = { e->ip.destination, load_be16(e->transport + 2), 0 };
	struct udp *u = udp_find(&remote, &local, 0);
	bool asked, hard = e->hard;

	if (!u)
		return;
	if (e->error == EMSGSIZE) {
		route_learn_mtu(&e->ip.destination, e->mtu ? e->mtu : 576);
		hard = u->options.mtu_discover != IP_PMTUDISC_DONT;
	}
	asked = udp_asks_for_errors(u, &e->ip.destination) && (hard || e->error != EMSGSIZE);
	if (asked)
		error_queue_add_icmp(&u->errors, e, remote.port, UDP_HEADER, u->queue_max);
	if (asked || (u->remote.port && hard)) {
		__atomic_store_n(&u->error, e->error, __ATOMIC_RELAXED);
		wait_wake_all(&u->wait, POLLERR);
	}
	udp_put(u);
}
