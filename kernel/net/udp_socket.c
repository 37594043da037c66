/*
 * UDP as sockets, but for sending (udp_send.c). An endpoint belongs to its socket but for the short references of the receiving path. Task
 * context.
 */
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "net/permission.h"
#include "net/route.h"
#include "net/snmp.h"
#include "net/udp_internal.h"
#include "net/work.h"

#define SIOCINQ  0x541b
#define SIOCOUTQ 0x5411

static struct udp *udp_of(const struct socket *s) { return s->data; }

static void release(struct socket *s)
{
	struct udp *u = udp_of(s);

	udp_drop_pending(u);
	udp_unhash(u);
	multicast_leave_all(&u->options.groups);
	udp_put(u);
}

static int bind(struct socket *s, const struct socket_address *a, u32 length)
{
	struct endpoint e;
	int error = inet_address_in(s, a, length, &e);

	if (error)
		return error;
	if (e.port > 0 && e.port < 1024 && !net_bind_service())
		return -EACCES;
	if (e.scope)
		udp_of(s)->device = e.scope;
	error = udp_bind(udp_of(s), &e);
	if (!error)
		udp_of(s)->bound_port = e.port != 0;
	return error;
}

/* Nobody's any more; and what bind did not choose is given back, the port too (connect(2)). */
static void disconnect(struct udp *u)
{
	if (!u->bound_port)
		udp_unhash(u);
	spin_lock(&u->lock);
	u->remote = (struct endpoint) { .address = u->v6 ? (struct ip_address) { 0 } : ip4_from_be(0) };
	if (!u->bound_address)
		u->local = u->remote.address;
	u->route.device = NULL;
	spin_unlock(&u->lock);
}

static int connect(struct socket *s, const struct socket_address *a, u32 length, bool nonblock)
{
	struct udp *u = udp_of(s);
	struct endpoint e;
	struct route r;
	int error;

	if (a->family == AF_UNSPEC) {
		disconnect(u);
		return 0;
	}
	error = inet_address_in(s, a, length, &e);
	if (error)
		return error;
	if (u->v6only && ip_is_v4(&e.address))
		return -ENETUNREACH;
	if (ip_is_any(&e.address))	/* this machine, as ever since BSD */
		e.address = u->v6 && !ip_is_v4(&e.address) ? (struct ip_address) { .b = { [15] = 1 } } : ip4_from_be(be32(0x7f000001));
	error = udp_bind_automatically(u);
	if (!error)
		error = route_lookup(&e.address, &u->local, e.scope ? e.scope : u->device, &r);
	if (error)
		return error;
	if (r.broadcast && !u->broadcast)
		return -EACCES;
	spin_lock(&u->lock);
	u->remote = e;
	u->route = r;
	if (ip_is_any(&u->local))
		u->local = r.source;
	spin_unlock(&u->lock);
	return 0;
}

static int getname(struct socket *s, struct socket_address *a, bool peer)
{
	struct udp *u = udp_of(s);
	struct endpoint e;

	spin_lock(&u->lock);
	e = peer ? u->remote : (struct endpoint) { u->local, u->port, 0 };
	spin_unlock(&u->lock);
	return peer && !e.port ? -ENOTCONN : inet_address_out(s, &e, a);
}

static int take_error(struct socket *s) { return __atomic_exchange_n(&udp_of(s)->error, 0, __ATOMIC_RELAXED); }

/* The oldest datagram; under `peek` it stays. NULL: none. */
static struct packet *dequeue(struct udp *u, bool peek)
{
	struct packet *p = NULL;

	spin_lock(&u->lock);
	if (!list_empty(&u->queue)) {
		p = list_first(&u->queue, struct packet, link);
		if (!peek) {
			list_del(&p->link);
			u->queued -= udp_true_size(p);
		}
	}
	spin_unlock(&u->lock);
	return p;
}

static bool has_datagram(struct udp *u) { return !list_empty(&u->queue) || u->error || u->shut_read; }

/* Hand a datagram to the caller: the bytes copied, or with MSG_TRUNC its whole length. */
static ssize_t deliver(struct socket *s, struct message *m, const struct packet *p)
{
	struct udp *u = udp_of(s);
	u32 n = (u32)MIN((u64)p->length, m->data->left);
	const u8 *h = packet_transport(p);

	if (packet_to_uio(p, 0, m->data, n) < n)
		return -EFAULT;
	if (m->address) {
		struct endpoint from = { p->ip.source, load_be16(h), ip_is_link_local(&p->ip.source) ? p->device->index : 0 };

		m->address_length = (u32)inet_address_out(s, &from, m->address);
	}
	if (m->sink && inet_put_control(&u->options, s, p, m->sink))
		return -EFAULT;
	if (n < p->length)
		m->result_flags |= MSG_TRUNC;
	return m->flags & MSG_TRUNC ? (ssize_t)p->length : (ssize_t)n;
}

static ssize_t receive(struct socket *s, struct message *m)
{
	struct udp *u = udp_of(s);
	bool peek = m->flags & MSG_PEEK;
	struct packet *p;
	ssize_t n;
	int error;

	if (m->flags & MSG_ERRQUEUE)
		return error_queue_receive(&u->errors, s, &u->options, m, &u->error);
	for (;;) {
		if (unlikely(u->error)) {
			error = take_error(s);
			if (error)
				return -error;
		}
		mutex_lock(&s->receive_order);
		p = dequeue(u, peek);
		if (p && peek) {	/* the order's lock keeps it in the queue */
			n = deliver(s, m, p);
			mutex_unlock(&s->receive_order);
			return n;
		}
		mutex_unlock(&s->receive_order);
		if (p)
			break;
		if (u->shut_read)
			return 0;
		if (m->flags & MSG_DONTWAIT)
			return -EAGAIN;
		error = socket_wait(&u->wait, has_datagram(u), s->options.receive_timeout);
		if (error)
			return error;
	}
	n = deliver(s, m, p);
	packet_free(p);
	return n;
}

static int shutdown(struct socket *s, bool read, bool write)
{
	struct udp *u = udp_of(s);

	if (read)
		u->shut_read = true;
	if (write)
		u->shut_write = true;
	wait_wake_all(&u->wait, POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
	return u->remote.port ? 0 : -ENOTCONN;
}

static unsigned poll(struct socket *s, struct poll_table *t)
{
	struct udp *u = udp_of(s);
	unsigned events = POLLOUT | POLLWRNORM | POLLWRBAND;

	poll_wait(t, &u->wait);
	if (!list_empty(&u->queue))
		events |= POLLIN | POLLRDNORM;
	if (u->error || error_queue_filled(&u->errors))
		events |= POLLERR;
	if (u->shut_read)
		events |= POLLIN | POLLRDNORM | POLLRDHUP;
	if (u->shut_read && u->shut_write)
		events |= POLLHUP;
	return events;
}

static long ioctl(struct socket *s, unsigned request, uaddr argument)
{
	struct udp *u = udp_of(s);
	int value = 0;

	switch (request) {
	case SIOCINQ:		/* the next datagram's size */
		spin_lock(&u->lock);
		if (!list_empty(&u->queue))
			value = (int)list_first(&u->queue, struct packet, link)->length;
		spin_unlock(&u->lock);
		break;
	case SIOCOUTQ:
		break;		/* what was sent is the device's */
	default:
		return inet_ioctl(s, request, argument);
	}
	return put_user_object(argument, &value);
}

#define IP_MTU      14
#define IPV6_MTU    24
#define IPV6_V6ONLY 26
#define UDP_CORK    1

static int set_cork(struct socket *s, const void *value, u32 size)
{
	struct udp *u = udp_of(s);
	int on;

	if (size < sizeof(on))
		return -EINVAL;
	memcpy(&on, value, sizeof(on));
	u->cork = on != 0;
	if (!on)
		udp_flush(s);
	return 0;
}

static int setsockopt(struct socket *s, int level, int option, const void *value, u32 size)
{
	struct udp *u = udp_of(s);
	int error;

	if (level == SOL_UDP)
		return option == UDP_CORK ? set_cork(s, value, size) : -ENOPROTOOPT;
	if (level == SOL_IPV6 && option == IPV6_V6ONLY && u->port)
		return -EINVAL;
	error = inet_setsockopt(&u->options, s, level, option, value, size);
	if (!error)
		u->v6only = u->options.v6only;
	return error;
}

/* Of the path to where it is connected. */
static int path_mtu(struct udp *u, int *mtu)
{
	struct route r;
	int error = -ENOTCONN;

	spin_lock(&u->lock);
	if (u->remote.port && !route_valid(&u->route))
		(void)route_lookup(&u->remote.address, &u->local, u->remote.scope ? u->remote.scope : u->device, &u->route);
	r = u->route;
	if (u->remote.port && route_valid(&r))
		error = 0;
	spin_unlock(&u->lock);
	*mtu = (int)r.mtu;
	return error;
}

static int getsockopt(struct socket *s, int level, int option, void *value, u32 *size)
{
	struct udp *u = udp_of(s);
	int number, error = 0;

	if ((level == SOL_IP && option == IP_MTU) || (level == SOL_IPV6 && s->family == AF_INET6 && option == IPV6_MTU))
		error = path_mtu(u, &number);
	else if (level == SOL_UDP && option == UDP_CORK)
		number = u->cork;
	else if (level == SOL_UDP)
		return -ENOPROTOOPT;
	else
		return inet_getsockopt(&u->options, s, level, option, value, size);
	if (error)
		return error;
	*size = MIN(*size, (u32)sizeof(number));
	memcpy(value, &number, *size);
	return 0;
}

static void option_changed(struct socket *s, int option)
{
	struct udp *u = udp_of(s);

	u->reuse_address = s->options.reuse_address;
	u->reuse_port = s->options.reuse_port;
	u->broadcast = s->options.broadcast;
	u->queue_max = s->options.receive_buffer;
	if (option == SO_BINDTODEVICE || option == SO_BINDTOIFINDEX)	/* else a link-local address may have chosen it */
		u->device = s->options.device;
	u->stamp = s->options.timestamp || s->options.timestamp_ns;
}

static const struct socket_ops datagram_ops = {
	.release = release, .bind = bind, .connect = connect, .getname = getname, .send = udp_send, .receive = receive, .shutdown = shutdown,
	.poll = poll, .ioctl = ioctl, .setsockopt = setsockopt, .getsockopt = getsockopt, .option_changed = option_changed,
	.take_error = take_error,
};

int inet_datagram_create(struct socket *s)
{
	struct udp *u = udp_alloc(s->family == AF_INET6);

	if (!u)
		return -ENOMEM;
	u->queue_max = s->options.receive_buffer;
	u->uid = current->cred->euid;
	u->inode = s->inode->ino;
	u->cookie = s->cookie;
	s->ops = &datagram_ops;
	s->data = u;
	return 0;
}
