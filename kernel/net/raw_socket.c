/*
 * Raw sockets (raw(7)) and ping sockets (icmp(7)) of AF_INET and AF_INET6 as sockets. Raw ones take CAP_NET_RAW; ping sockets are
 * everybody's. An endpoint belongs to its socket; the receiving path sees it under RCU alone. Task context.
 */
#include "net/raw_internal.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "net/permission.h"
#include "net/route.h"
#include "net/udp_internal.h"
#include "net/work.h"

#define IPPROTO_RAW    255
#define IPPROTO_LAST   255
#define SOL_ICMPV6     58
#define ICMP_FILTER    1
#define ICMP6_FILTER   1
#define IPV6_CHECKSUM  7
#define SIOCINQ        0x541b
#define SIOCOUTQ       0x5411

static struct raw *raw_of(const struct socket *s) { return s->data; }

static struct ip_address any_of(const struct raw *r) { return r->v6 ? (struct ip_address) { 0 } : ip4_from_be(0); }

static void release(struct socket *s)
{
	struct raw *r = raw_of(s);

	raw_unhash(r);
	multicast_leave_all(&r->options.groups);
	raw_free(r);
}

static int bind(struct socket *s, const struct socket_address *a, u32 length)
{
	struct raw *r = raw_of(s);
	struct endpoint e;
	int error = inet_address_in(s, a, length, &e);

	if (error)
		return error;
	if (r->v6 && ip_is_v4(&e.address))
		return -EADDRNOTAVAIL;
	if (!ip_is_any(&e.address) && !ip_is_local(&e.address, 0) && !ip_is_multicast(&e.address) && !ip_is_broadcast(&e.address, NULL) &&
	    !r->options.free_bind)
		return -EADDRNOTAVAIL;
	error = r->ping ? raw_bind_id(r, e.port) : 0;
	if (error)
		return error;
	if (e.scope)
		r->device = e.scope;
	r->local = e.address;
	r->bound = !ip_is_any(&e.address);
	return 0;
}

static int bind_automatically(struct raw *r)
{
	int error = r->ping && !r->id ? raw_bind_id(r, 0) : 0;

	return error == -EINVAL ? 0 : error;	/* another thread was faster */
}

/* A program's address to send to: any is this machine. */
static int read_target(struct socket *s, const struct socket_address *a, u32 length, struct endpoint *to)
{
	struct raw *r = raw_of(s);
	int error = inet_address_in(s, a, length, to);

	if (error)
		return error;
	if (r->v6 && ip_is_v4(&to->address))
		return -ENETUNREACH;
	if (ip_is_any(&to->address))
		to->address = r->v6 ? (struct ip_address) { .b = { [15] = 1 } } : ip4_from_be(be32(0x7f000001));
	return 0;
}

static int find_route(struct raw *r, const struct endpoint *to, struct route *way)
{
	const struct ip_address *from = ip_is_multicast(&r->local) || !r->bound ? NULL : &r->local;
	u32 device = to->scope ? to->scope : r->device;
	int error;

	if (!device && ip_is_multicast(&to->address))
		device = r->options.multicast_device;
	error = route_lookup(&to->address, from, device, way);
	if (!error && r->options.mtu_discover >= IP_PMTUDISC_PROBE)	/* what was learnt of the path does not count */
		way->mtu = way->device->mtu;
	return !error && way->broadcast && !r->broadcast ? -EACCES : error;
}

static int connect(struct socket *s, const struct socket_address *a, u32 length, bool nonblock)
{
	struct raw *r = raw_of(s);
	struct endpoint to;
	struct route way;
	int error;

	if (a->family == AF_UNSPEC) {
		r->remote = any_of(r);
		if (!r->bound)
			r->local = any_of(r);
		return 0;
	}
	error = read_target(s, a, length, &to);
	if (!error)
		error = bind_automatically(r);
	if (!error)
		error = find_route(r, &to, &way);
	if (error)
		return error;
	r->scope = to.scope;
	r->remote = to.address;
	if (ip_is_any(&r->local))
		r->local = way.source;
	return 0;
}

static int getname(struct socket *s, struct socket_address *a, bool peer)
{
	struct raw *r = raw_of(s);
	struct endpoint e = { peer ? r->remote : r->local, peer ? 0 : r->ping ? r->id : r->protocol, peer ? r->scope : 0 };

	return peer && ip_is_any(&r->remote) ? -ENOTCONN : inet_address_out(s, &e, a);
}

static void describe(const struct raw *r, struct packet *p, const struct endpoint *to, const struct route *way)
{
	const struct inet_options *o = &r->options;

	p->ip = (struct ip_packet) {
		.source = r->bound ? r->local : way->source, .destination = to->address, .protocol = r->protocol, .tos = o->tos,
		.dont_fragment = inet_dont_fragment(o, p->length + (r->v6 ? IP6_HEADER : IP4_HEADER), way->mtu),
	};
	inet_set_hops(o, p, -1);
}

/* Have the 16 bits at `offset` made the checksum, over a pseudo header for IPv6. */
static int prepare_checksum(struct packet *p, u32 offset, bool v6)
{
	u16 pseudo = v6 ? checksum_fold(checksum_pseudo(&p->ip.source, &p->ip.destination, p->ip.protocol, p->length)) : 0;
	u8 *h = offset + 2 <= p->length ? packet_linear(p, offset + 2) : NULL;

	if (!h)
		return -EINVAL;
	memcpy(h + offset, &pseudo, 2);
	p->checksum = CHECKSUM_PARTIAL;
	p->checksum_start = (u16)(p->data - p->room);
	p->checksum_offset = (u16)offset;
	return 0;
}

/* A ping socket sends echo requests alone, under its own identifier. */
static int prepare_echo(const struct raw *r, struct packet *p)
{
	u8 *h = packet_linear(p, ICMP_HEADER_SIZE);

	if (!h || h[0] != (r->v6 ? ICMPV6_ECHO : ICMP4_ECHO) || h[1] != 0)
		return -EINVAL;
	store_be16(h + 4, r->id);
	return prepare_checksum(p, 2, r->v6);
}

/* IP_HDRINCL: the program's header, and in it what the kernel always fills in (raw(7)). */
static int prepare_header(struct packet *p, const struct route *way)
{
	u8 *h = packet_linear(p, IP4_HEADER);
	u32 length = h ? (h[0] & 15u) * 4 : 0, none = 0, source;
	u16 sum;

	if (length < IP4_HEADER || length > p->length)
		return -EINVAL;
	h = packet_linear(p, length);
	if (!h)
		return -ENOBUFS;
	source = ip4_to_be(&way->source);
	if (memcmp(h + 12, &none, 4) == 0)
		memcpy(h + 12, &source, 4);
	store_be16(h + 2, (u16)p->length);
	store_be16(h + 10, 0);
	sum = (u16)~checksum_fold(checksum_add(0, h, length));
	memcpy(h + 10, &sum, 2);
	memcpy(&source, h + 16, 4);
	p->ip.destination = ip4_from_be(source);
	return 0;
}

static int transmit(struct raw *r, struct packet *p, const struct endpoint *to, const struct route *way)
{
	bool whole = !r->v6 && r->options.header_included;
	bool asked = r->v6 ? r->options.receive_v6_errors : r->options.receive_errors;
	int error = 0;

	describe(r, p, to, way);
	if (r->ping)
		error = prepare_echo(r, p);
	else if (r->v6 && r->checksum != NO_CHECKSUM)
		error = prepare_checksum(p, (u32)r->checksum, true);
	else if (whole)
		error = prepare_header(p, way);
	if (error) {
		packet_free(p);
		return error;
	}
	error = whole ? ip_send_whole(p, way) : ip_send(p, way, false);
	net_run();
	if (error == -EMSGSIZE && asked) {
		error_queue_add_local(&r->errors, to, EMSGSIZE, way->mtu, r->queue_max);
		wait_wake_all(&r->wait, POLLERR);
	}
	return error == -ENOBUFS && !asked ? 0 : error;
}

static int take_error(struct socket *s) { return __atomic_exchange_n(&raw_of(s)->error, 0, __ATOMIC_RELAXED); }

static ssize_t send(struct socket *s, struct message *m)
{
	struct raw *r = raw_of(s);
	u32 size = (u32)m->data->left;
	struct endpoint to = { .address = r->remote, .scope = r->scope };
	struct packet *p;
	struct route way;
	int error = 0;

	if (m->data->left > PACKET_MAX - (r->options.header_included ? 0 : IP4_HEADER))
		return -EMSGSIZE;
	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (r->shut_write)
		return -EPIPE;
	if (m->address_length)
		error = read_target(s, m->address, m->address_length, &to);
	else if (ip_is_any(&r->remote))
		error = -EDESTADDRREQ;
	if (!error && __atomic_load_n(&r->error, __ATOMIC_RELAXED))
		error = -take_error(s);
	if (!error)
		error = bind_automatically(r);
	if (!error)
		error = find_route(r, &to, &way);
	if (error)
		return error;
	p = inet_take_payload(m->data, size, &error);
	if (!p)
		return error;
	error = transmit(r, p, &to, &way);
	return error ? error : (ssize_t)size;
}

static struct packet *dequeue(struct raw *r, bool peek)
{
	struct packet *p = NULL;

	spin_lock(&r->lock);
	if (!list_empty(&r->queue)) {
		p = list_first(&r->queue, struct packet, link);
		if (!peek) {
			list_del(&p->link);
			r->queued -= udp_true_size(p);
		}
	}
	spin_unlock(&r->lock);
	return p;
}

static ssize_t deliver(struct socket *s, struct message *m, const struct packet *p)
{
	u32 n = (u32)MIN((u64)p->length, m->data->left);

	if (packet_to_uio(p, 0, m->data, n) < n)
		return -EFAULT;
	if (m->address) {
		struct endpoint from = { p->ip.source, 0, ip_is_link_local(&p->ip.source) ? p->device->index : 0 };

		m->address_length = (u32)inet_address_out(s, &from, m->address);
	}
	if (m->sink && inet_put_control(&raw_of(s)->options, s, p, m->sink))
		return -EFAULT;
	if (n < p->length)
		m->result_flags |= MSG_TRUNC;
	return m->flags & MSG_TRUNC ? (ssize_t)p->length : (ssize_t)n;
}

static ssize_t receive(struct socket *s, struct message *m)
{
	struct raw *r = raw_of(s);
	bool peek = m->flags & MSG_PEEK;
	ssize_t n;

	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (m->flags & MSG_ERRQUEUE)
		return error_queue_receive(&r->errors, s, &r->options, m, &r->error);
	for (;;) {
		struct packet *p;
		int error = take_error(s);

		if (error)
			return -error;
		mutex_lock(&s->receive_order);
		p = dequeue(r, peek);
		n = p ? deliver(s, m, p) : 0;	/* under peek the order's lock keeps it in the queue */
		mutex_unlock(&s->receive_order);
		if (p) {
			if (!peek)
				packet_free(p);
			return n;
		}
		if (r->shut_read)
			return 0;
		if (m->flags & MSG_DONTWAIT)
			return -EAGAIN;
		error = socket_wait(&r->wait, !list_empty(&r->queue) || r->error || r->shut_read, s->options.receive_timeout);
		if (error)
			return error;
	}
}

static int shutdown(struct socket *s, bool read, bool write)
{
	struct raw *r = raw_of(s);

	r->shut_read = r->shut_read || read;
	r->shut_write = r->shut_write || write;
	wait_wake_all(&r->wait, POLLIN | POLLOUT | POLLRDHUP);
	return ip_is_any(&r->remote) ? -ENOTCONN : 0;
}

static unsigned poll(struct socket *s, struct poll_table *t)
{
	struct raw *r = raw_of(s);
	unsigned events = POLLOUT | POLLWRNORM | POLLWRBAND;

	poll_wait(t, &r->wait);
	if (!list_empty(&r->queue) || r->shut_read)
		events |= POLLIN | POLLRDNORM;
	if (r->error || error_queue_filled(&r->errors))
		events |= POLLERR;
	return events;
}

static long ioctl(struct socket *s, unsigned request, uaddr argument)
{
	struct raw *r = raw_of(s);
	int value = 0;

	if (request != SIOCINQ && request != SIOCOUTQ)
		return inet_ioctl(s, request, argument);
	spin_lock(&r->lock);
	if (request == SIOCINQ && !list_empty(&r->queue))
		value = (int)list_first(&r->queue, struct packet, link)->length;
	spin_unlock(&r->lock);
	return put_user_object(argument, &value);
}

static int set_checksum(struct raw *r, const void *value, u32 size)
{
	int offset;

	if (size < sizeof(offset))
		return -EINVAL;
	memcpy(&offset, value, sizeof(offset));
	if (r->protocol == IPPROTO_ICMPV6 && offset != 2)
		return -EINVAL;
	if (offset > 0 && offset & 1)
		return -EINVAL;
	r->checksum = offset < 0 || offset > (int)PACKET_MAX ? NO_CHECKSUM : offset;
	return 0;
}

/* The words of ICMP_FILTER or ICMP6_FILTER; 0: neither is meant. */
static u32 filter_size(const struct raw *r, int level, int option)
{
	if (r->ping)
		return 0;
	if (!r->v6 && level == SOL_RAW && option == ICMP_FILTER && r->protocol == IPPROTO_ICMP)
		return sizeof(r->filter[0]);
	return r->v6 && level == SOL_ICMPV6 && option == ICMP6_FILTER && r->protocol == IPPROTO_ICMPV6 ? (u32)sizeof(r->filter) : 0;
}

static int setsockopt(struct socket *s, int level, int option, const void *value, u32 size)
{
	struct raw *r = raw_of(s);
	u32 filter = filter_size(r, level, option);

	if (filter) {
		memcpy(r->filter, value, MIN(size, filter));
		return 0;
	}
	if (r->v6 && !r->ping && (level == SOL_IPV6 || level == SOL_RAW) && option == IPV6_CHECKSUM)
		return set_checksum(r, value, size);
	if (level == SOL_RAW || level == SOL_ICMPV6)
		return -ENOPROTOOPT;
	return inet_setsockopt(&r->options, s, level, option, value, size);
}

static int getsockopt(struct socket *s, int level, int option, void *value, u32 *size)
{
	struct raw *r = raw_of(s);
	u32 filter = filter_size(r, level, option);

	if (filter) {
		*size = MIN(*size, filter);
		memcpy(value, r->filter, *size);
		return 0;
	}
	if (r->v6 && !r->ping && (level == SOL_IPV6 || level == SOL_RAW) && option == IPV6_CHECKSUM) {
		*size = MIN(*size, (u32)sizeof(r->checksum));
		memcpy(value, &r->checksum, *size);
		return 0;
	}
	if (level == SOL_RAW && !r->ping)
		return r->protocol != IPPROTO_ICMP && !r->v6 && option == ICMP_FILTER ? -EOPNOTSUPP : -ENOPROTOOPT;
	return inet_getsockopt(&r->options, s, level, option, value, size);
}

static int set_filter(struct socket *s, struct bpf_program *b)
{
	struct bpf_program *old = __atomic_exchange_n(&raw_of(s)->filter_program, b, __ATOMIC_ACQ_REL);

	bpf_free(old);
	return !b && !old ? -ENOENT : 0;
}

static void option_changed(struct socket *s, int option)
{
	struct raw *r = raw_of(s);

	r->broadcast = s->options.broadcast;
	r->queue_max = s->options.receive_buffer;
	r->device = s->options.device;
	r->stamp = s->options.timestamp || s->options.timestamp_ns;
}

static const struct socket_ops raw_ops = {
	.release = release, .bind = bind, .connect = connect, .getname = getname, .send = send, .receive = receive, .shutdown = shutdown,
	.poll = poll, .ioctl = ioctl, .setsockopt = setsockopt, .getsockopt = getsockopt, .option_changed = option_changed,
	.take_error = take_error, .set_filter = set_filter,
};

int inet_raw_create(struct socket *s)
{
	struct raw *r;

	if (s->type == SOCK_RAW && !net_raw())
		return -EPERM;
	if (s->protocol == 0 || s->protocol > IPPROTO_LAST)
		return -EPROTONOSUPPORT;
	r = kzalloc(sizeof(*r));
	if (!r)
		return -ENOMEM;
	r->v6 = s->family == AF_INET6;
	r->ping = s->type == SOCK_DGRAM;
	r->protocol = (u8)s->protocol;
	r->local = r->remote = any_of(r);
	r->checksum = r->v6 && r->protocol == IPPROTO_ICMPV6 ? 2 : NO_CHECKSUM;
	r->queue_max = s->options.receive_buffer;
	r->uid = current->cred->euid;
	r->inode = s->inode->ino;
	spin_init(&r->lock, "raw", RANK_SOCKET);
	list_init(&r->queue);
	error_queue_init(&r->errors);
	waitq_init(&r->wait);
	inet_options_init(&r->options, r->v6);
	r->options.header_included = !r->v6 && r->protocol == IPPROTO_RAW;
	s->ops = &raw_ops;
	s->data = r;
	raw_hash(r);
	return 0;
}
