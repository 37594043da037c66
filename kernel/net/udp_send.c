/*
 * Sending datagrams: where one goes, its header, and datagrams that several sends put together (MSG_MORE, UDP_CORK), which the
 * socket's send_order guards. Task context.
 */
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "net/permission.h"
#include "net/route.h"
#include "net/snmp.h"
#include "net/udp_internal.h"
#include "net/work.h"

int udp_bind_automatically(struct udp *u)
{
	struct endpoint any = { .address = u->local };
	int error = u->port ? 0 : udp_bind(u, &any);

	return error == -EINVAL ? 0 : error;	/* another thread was faster */
}

/* Where a message goes and how: from its address or the connection. */
static int destination(struct socket *s, struct message *m, const struct udp_sending *how, struct endpoint *to, struct route *r)
{
	struct udp *u = s->data;
	struct ip_address local;
	u32 device = how->device ? how->device : u->device;
	bool special = how->device || !ip_is_any(&how->source), connected;
	int error;

	if (m->address_length) {
		error = inet_address_in(s, m->address, m->address_length, to);
		if (error)
			return error;
		if (to->port == 0)
			return -EINVAL;
		if (ip_is_any(&to->address))
			to->address = u->v6 && !ip_is_v4(&to->address) ? (struct ip_address) { .b = { [15] = 1 } }
								       : ip4_from_be(be32(0x7f000001));
	}
	spin_lock(&u->lock);
	connected = !m->address_length;
	if (connected)
		*to = u->remote;
	local = u->local;
	*r = u->route;
	spin_unlock(&u->lock);
	if (connected && !to->port)
		return -EDESTADDRREQ;
	if (connected && !special && route_valid(r))
		return 0;
	if (u->v6only && ip_is_v4(&to->address))
		return -ENETUNREACH;
	if (to->scope)
		device = to->scope;
	if (!device && ip_is_multicast(&to->address))
		device = u->options.multicast_device;
	/* A group's or everybody's address is no address to send from. */
	if (!ip_is_any(&how->source))
		local = how->source;
	error = route_lookup(&to->address, ip_is_multicast(&local) ? NULL : &local, device, r);
	if (error)
		return error == -EADDRNOTAVAIL && special ? -EINVAL : error;
	if (connected && !special) {
		spin_lock(&u->lock);
		u->route = *r;
		spin_unlock(&u->lock);
	}
	return 0;
}

static void write_header(const struct udp *u, struct packet *p, const struct udp_sending *how, const struct endpoint *to,
			 const struct route *r)
{
	const struct inet_options *o = &u->options;
	bool v4 = ip_is_v4(&to->address);
	u8 *h = packet_push(p, UDP_HEADER);
	u16 pseudo;

	p->ip = (struct ip_packet) {
		.source = r->source, .destination = to->address, .protocol = IPPROTO_UDP,
		.tos = how->tos >= 0 ? (u8)how->tos : o->tos,
		.dont_fragment = inet_dont_fragment(o, p->length + (v4 ? IP4_HEADER : IP6_HEADER), r->mtu) ||
				 (!v4 && o->dont_fragment6) || how->dont_fragment,
	};
	inet_set_hops(o, p, how->ttl);
	store_be16(h, u->port);
	store_be16(h + 2, to->port);
	store_be16(h + 4, (u16)p->length);
	pseudo = checksum_fold(checksum_pseudo(&p->ip.source, &p->ip.destination, IPPROTO_UDP, p->length));
	memcpy(h + 6, &pseudo, 2);
	p->checksum = CHECKSUM_PARTIAL;
	p->checksum_start = (u16)(h - p->room);
	p->checksum_offset = 6;
}

/* Send a whole datagram; takes the packet. 0 or -errno. */
static int transmit(struct udp *u, struct packet *p, const struct udp_sending *how, const struct endpoint *to,
		    const struct route *r)
{
	struct route way = *r;
	struct endpoint failed = { to->address, u->remote.port, to->scope };
	int error;

	if (u->options.mtu_discover >= IP_PMTUDISC_PROBE)	/* what was learnt of the path does not count */
		way.mtu = r->device->mtu;
	write_header(u, p, how, to, &way);
	snmp_inc(UdpOutDatagrams);
	error = ip_send(p, &way, false);
	net_run();
	if (unlikely(error == -EMSGSIZE) && udp_asks_for_errors(u, &to->address)) {
		error_queue_add_local(&u->errors, &failed, EMSGSIZE, way.mtu, u->queue_max);
		wait_wake_all(&u->wait, POLLERR);
	}
	/* A full queue loses a datagram like any router on its way would; only an asker hears of it (ip(7), IP_RECVERR). */
	return error == -ENOBUFS && !udp_asks_for_errors(u, &to->address) ? 0 : error;
}

/* What has to be known before a datagram's bytes are taken. */
static int prepare(struct socket *s, struct message *m, struct udp_sending *how, struct endpoint *to, struct route *r)
{
	struct udp *u = s->data;
	int error = 0;

	*how = (struct udp_sending) { .ttl = -1, .tos = -1 };
	if (m->control_length)
		error = udp_read_control(s, m, how);
	if (!error)
		error = udp_bind_automatically(u);
	if (!error)
		error = destination(s, m, how, to, r);
	if (!error && r->broadcast && !u->broadcast)
		error = -EACCES;
	if (!error && __atomic_load_n(&u->error, __ATOMIC_RELAXED))
		error = -__atomic_exchange_n(&u->error, 0, __ATOMIC_RELAXED);
	return error;
}

static u32 most_payload(const struct endpoint *to)
{
	return PACKET_MAX - UDP_HEADER - (ip_is_v4(&to->address) ? IP4_HEADER : 0);
}

static ssize_t send_whole(struct socket *s, struct message *m)
{
	u32 size = (u32)m->data->left;
	struct udp_sending how;
	struct endpoint to;
	struct packet *p;
	struct route r;
	int error = prepare(s, m, &how, &to, &r);

	if (error)
		return error;
	if (size > most_payload(&to))
		return -EMSGSIZE;
	p = inet_take_payload(m->data, size, &error);
	if (!p)
		return error;
	error = transmit(s->data, p, &how, &to, &r);
	if (unlikely(m->flags & MSG_ZEROCOPY) && s->options.zerocopy && !error) {
		struct udp *u = s->data;

		error_queue_add_copied(&u->errors, u->queue_max);
		wait_wake_all(&u->wait, POLLERR);
	}
	return error ? error : (ssize_t)size;
}

/* ---- Datagrams that grow ---- */

static int begin_pending(struct socket *s, struct message *m)
{
	struct udp_pending *g = kmalloc(sizeof(*g));
	int error = g ? prepare(s, m, &g->how, &g->to, &g->route) : -ENOBUFS;

	if (!error) {
		g->packet = packet_alloc(0);
		error = g->packet ? 0 : -ENOBUFS;
	}
	if (error)
		kfree(g);
	else
		__atomic_store_n(&((struct udp *)s->data)->pending, g, __ATOMIC_RELAXED);
	return error;
}

void udp_drop_pending(struct udp *u)
{
	struct udp_pending *g = u->pending;

	if (!g)
		return;
	__atomic_store_n(&u->pending, NULL, __ATOMIC_RELAXED);
	packet_free(g->packet);
	kfree(g);
}

/* It has grown enough. Under send_order. */
static int send_pending(struct udp *u)
{
	struct udp_pending *g = u->pending;
	int error;

	__atomic_store_n(&u->pending, NULL, __ATOMIC_RELAXED);
	error = transmit(u, g->packet, &g->how, &g->to, &g->route);
	kfree(g);
	return error;
}

void udp_flush(struct socket *s)
{
	struct udp *u = s->data;

	mutex_lock(&s->send_order);
	if (u->pending)
		(void)send_pending(u);
	mutex_unlock(&s->send_order);
}

/* One more piece; an error ends the datagram, as on Linux. */
static ssize_t send_piece(struct socket *s, struct message *m)
{
	struct udp *u = s->data;
	u32 size = (u32)m->data->left;
	int error = 0;

	mutex_lock(&s->send_order);
	if (!u->pending)
		error = begin_pending(s, m);
	if (!error && u->pending->packet->length + size > most_payload(&u->pending->to))
		error = -EMSGSIZE;
	if (!error)
		error = inet_append_payload(u->pending->packet, m->data, size);
	if (error)
		udp_drop_pending(u);
	else if (!u->cork && !(m->flags & MSG_MORE))
		error = send_pending(u);
	mutex_unlock(&s->send_order);
	return error ? error : (ssize_t)size;
}

ssize_t udp_send(struct socket *s, struct message *m)
{
	struct udp *u = s->data;

	if (m->data->left > PACKET_MAX - UDP_HEADER)
		return -EMSGSIZE;
	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (u->shut_write)
		return -EPIPE;
	if (unlikely(u->cork || m->flags & MSG_MORE || __atomic_load_n(&u->pending, __ATOMIC_RELAXED)))
		return send_piece(s, m);
	return send_whole(s, m);
}
