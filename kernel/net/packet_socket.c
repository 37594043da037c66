/*
 * AF_PACKET (packet(7)): frames as they leave and arrive, for tcpdump, DHCP clients and their like.
 *
 *  - Each socket is a tap of all devices and looks itself which frames it wants. It gets copies whose payload is shared by reference.
 *  - Loopback has no link header; readers of SOCK_RAW see an Ethernet header of zeros there, as on Linux, and writers give one.
 *  - A frame is delivered under whatever locks its sender holds: only the queue's own lock, which ranks below them, is taken.
 *  - A socket's memory goes by RCU, after every tap's reader; a filter likewise.
 */
#include "net/packet_socket.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "net/bpf.h"
#include "net/ethernet.h"
#include "net/families.h"
#include "net/inet.h"
#include "net/permission.h"
#include "net/socket.h"
#include "net/udp_internal.h"
#include "net/work.h"

#define ETH_P_ALL 0x0003

#define PACKET_HOST      0
#define PACKET_BROADCAST 1
#define PACKET_MULTICAST 2
#define PACKET_OTHERHOST 3
#define PACKET_OUTGOING  4

#define PACKET_ADD_MEMBERSHIP  1
#define PACKET_DROP_MEMBERSHIP 2
#define PACKET_STATISTICS      6
#define PACKET_AUXDATA         8

#define TP_STATUS_USER         1
#define TP_STATUS_CSUMNOTREADY 8
#define TP_STATUS_CSUM_VALID   128

#define SIOCINQ  0x541b
#define SIOCOUTQ 0x5411
#define MEMBERS_MAX 20u

struct sockaddr_ll {
	u16 family, protocol_be;
	i32 index;
	u16 hardware;
	u8 type, length;
	u8 address[8];
};
_Static_assert(sizeof(struct sockaddr_ll) == 20, "packet(7)");

struct packet_mreq {
	i32 index;
	u16 type, length;
	u8 address[8];
};

struct auxdata {
	u32 status, length, captured;
	u16 link, network, tag, tag_type;
};

/* What a queued frame's `control` holds. */
enum note { NOTE_TYPE, NOTE_PROTOCOL, NOTE_LENGTH, NOTE_NETWORK, NOTE_SENDER = 7 };

struct member {
	u32 index;
	u16 type;
	u32 count;			/* 0: this place is free */
};

/* Letters: [I] immutable, [a] atomic, [l] lock, [L] list_lock, [m] the socket's send_order, [rcu] published. */
struct packet_socket {
	struct netdev_tap tap;
	struct list link;		/* [L] */
	struct rcu_head rcu;
	bool raw;			/* [I] SOCK_RAW: with link headers */
	u32 protocol;			/* [a] ETH_P_, 0: hears nothing */
	u32 index;			/* [a] of its device; 0: all */
	u32 uid;			/* [I] */
	u64 inode;			/* [I] */
	bool auxdata, stamp;		/* [a] */
	struct bpf_program *filter;	/* [rcu] */
	struct member members[MEMBERS_MAX];	/* [m] */

	struct spinlock lock;		/* RANK_TAP */
	struct list queue;		/* [l] struct packet */
	u32 queued, queue_max;		/* [l], [a] */
	u32 packets, drops;		/* [l] since they were last read */
	int error;			/* [a] positive errno */
	struct waitq wait;
};

static struct spinlock list_lock = SPINLOCK_INIT("packet sockets", RANK_TAP);
static LIST_HEAD(all);			/* [list_lock] struct packet_socket */

static struct packet_socket *packet_of(const struct socket *s) { return s->data; }

void packet_socket_walk(void (*fn)(const struct packet_row *row, void *arg), void *arg)
{
	struct packet_socket *k;

	spin_lock(&list_lock);
	list_for_each(k, &all, link) {
		struct packet_row row = {
			.type = k->raw ? SOCK_RAW : SOCK_DGRAM, .protocol = (u16)k->protocol, .index = k->index, .queued = k->queued,
			.uid = k->uid, .inode = k->inode,
		};

		fn(&row, arg);
	}
	spin_unlock(&list_lock);
}

static u16 protocol_of(const struct netdev *d, const struct packet *p)
{
	u8 h[ETHERNET_HEADER] = { 0 };

	packet_copy_out(p, 0, h, MIN((u32)sizeof(h), p->length));
	if (d->type == ARPHRD_ETHER)
		return load_be16(h + 12);
	return h[0] >> 4 == 4 ? ETHERTYPE_IP4 : ETHERTYPE_IP6;
}

static u8 type_of(const struct netdev *d, const struct packet *p, bool outgoing)
{
	static const u8 everybody[ETHERNET_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	u8 to[ETHERNET_ALEN] = { 0 };

	if (outgoing)
		return PACKET_OUTGOING;
	if (d->type != ARPHRD_ETHER)
		return PACKET_HOST;
	packet_copy_out(p, 0, to, MIN((u32)sizeof(to), p->length));
	if (to[0] & 1)
		return memcmp(to, everybody, sizeof(to)) == 0 ? PACKET_BROADCAST : PACKET_MULTICAST;
	return memcmp(to, d->mac, sizeof(to)) == 0 ? PACKET_HOST : PACKET_OTHERHOST;
}

static void enqueue(struct packet_socket *k, struct packet *p)
{
	u32 size = udp_true_size(p);
	bool room;

	if (k->stamp && !p->time)
		p->time = clock_now();
	spin_lock(&k->lock);
	k->packets++;
	room = k->queued + size <= k->queue_max || list_empty(&k->queue);
	if (room) {
		list_add_tail(&k->queue, &p->link);
		k->queued += size;
	} else {
		k->drops++;
	}
	spin_unlock(&k->lock);
	if (!room)
		packet_free(p);
	else if (waitq_active(&k->wait))
		wait_wake(&k->wait, POLLIN | POLLRDNORM);
}

/* The copy as a reader of a link header sees it. */
static struct packet *copy_frame(const struct netdev *d, const struct packet *p, u16 protocol)
{
	struct packet *copy = packet_clone(p);
	u8 *h;

	if (!copy || d->type == ARPHRD_ETHER)
		return copy;
	h = packet_push(copy, ETHERNET_HEADER);
	memset(h, 0, ETHERNET_HEADER);
	store_be16(h + 12, protocol);
	return copy;
}

static void deliver_frame(struct netdev_tap *t, struct netdev *d, const struct packet *p, bool outgoing)
{
	struct packet_socket *k = container_of(t, struct packet_socket, tap);
	u32 wanted = __atomic_load_n(&k->protocol, __ATOMIC_RELAXED), keep = UINT32_MAX;
	const struct bpf_program *filter = rcu_read(k->filter);
	struct bpf_context c = { .index = d->index, .hardware = d->type };
	struct packet *copy;

	if (!wanted || (k->index && k->index != d->index) || (outgoing && (wanted != ETH_P_ALL || p->control[NOTE_SENDER] == (u64)t)))
		return;
	c.protocol = protocol_of(d, p);
	if (wanted != ETH_P_ALL && wanted != c.protocol)
		return;
	c.type = type_of(d, p, outgoing);
	copy = copy_frame(d, p, c.protocol);
	if (!copy)
		return;
	copy->device = d;
	c.network = k->raw ? ETHERNET_HEADER : 0;
	if (!k->raw && copy->length >= ETHERNET_HEADER)
		packet_pull(copy, ETHERNET_HEADER);
	c.packet = copy;
	if (filter)
		keep = bpf_run(filter, &c);
	if (keep == 0) {
		packet_free(copy);
		return;
	}
	copy->control[NOTE_TYPE] = c.type;
	copy->control[NOTE_PROTOCOL] = c.protocol;
	copy->control[NOTE_LENGTH] = copy->length;
	copy->control[NOTE_NETWORK] = c.network;
	packet_trim(copy, keep);
	enqueue(k, copy);
}

static void free_socket(struct rcu_head *h)
{
	struct packet_socket *k = container_of(h, struct packet_socket, rcu);

	packet_free_list(&k->queue);
	kfree(k->filter);
	kfree(k);
}

static void release(struct socket *s)
{
	struct packet_socket *k = packet_of(s);

	netdev_remove_tap(&k->tap);
	spin_lock(&list_lock);
	list_del(&k->link);
	spin_unlock(&list_lock);
	for (unsigned i = 0; i < MEMBERS_MAX; i++)
		for (; k->members[i].count; k->members[i].count--)
			(void)packet_member(k->members[i].index, k->members[i].type, false);
	rcu_call(&k->rcu, free_socket);
}

static int read_address(const struct socket_address *a, u32 length, struct sockaddr_ll *to)
{
	if (length < sizeof(*to) || a->family != AF_PACKET)
		return -EINVAL;
	memcpy(to, a, sizeof(*to));
	return 0;
}

static int bind(struct socket *s, const struct socket_address *a, u32 length)
{
	struct packet_socket *k = packet_of(s);
	struct sockaddr_ll to;
	struct netdev *d;
	int error = read_address(a, length, &to);

	if (error)
		return error;
	d = to.index ? netdev_by_index((unsigned)to.index) : NULL;
	if (to.index && !d)
		return -ENODEV;
	__atomic_store_n(&k->index, (u32)to.index, __ATOMIC_RELAXED);
	if (to.protocol_be)
		__atomic_store_n(&k->protocol, be16(to.protocol_be), __ATOMIC_RELAXED);
	if (d && !(d->flags & IFF_UP))
		__atomic_store_n(&k->error, ENETDOWN, __ATOMIC_RELAXED);
	return 0;
}

static int getname(struct socket *s, struct socket_address *a, bool peer)
{
	struct packet_socket *k = packet_of(s);
	struct netdev *d = netdev_by_index(k->index);
	struct sockaddr_ll name = { .family = AF_PACKET, .protocol_be = be16((u16)k->protocol), .index = (i32)k->index };

	if (peer)
		return -EOPNOTSUPP;
	if (d) {
		name.hardware = d->type;
		name.length = ETHERNET_ALEN;
		memcpy(name.address, d->mac, ETHERNET_ALEN);
	}
	memcpy(a, &name, sizeof(name));
	return (int)(offsetof(struct sockaddr_ll, address) + name.length);
}

/* Where a frame goes: by the message's address, or where the socket is bound. */
static int target(struct socket *s, const struct message *m, struct sockaddr_ll *to, struct netdev **d)
{
	struct packet_socket *k = packet_of(s);
	int error;

	*to = (struct sockaddr_ll) { .index = (i32)k->index, .protocol_be = be16((u16)k->protocol) };
	if (m->address_length) {
		error = read_address(m->address, m->address_length, to);
		if (error)
			return error;
	}
	*d = netdev_by_index((unsigned)to->index);
	if (!*d)
		return -ENXIO;
	if (!((*d)->flags & IFF_UP))
		return -ENETDOWN;
	return !k->raw && (!m->address_length || to->length < ETHERNET_ALEN) && (*d)->type == ARPHRD_ETHER ? -EINVAL : 0;
}

static ssize_t send(struct socket *s, struct message *m)
{
	struct packet_socket *k = packet_of(s);
	u32 size = (u32)m->data->left, header = k->raw ? ETHERNET_HEADER : 0;
	struct sockaddr_ll to;
	struct netdev *d;
	struct packet *p;
	int error;

	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	error = target(s, m, &to, &d);
	if (error)
		return error;
	if (m->data->left > d->mtu + header)
		return -EMSGSIZE;
	if (size < header || size == 0)
		return -EINVAL;
	p = inet_take_payload(m->data, size, &error);
	if (!p)
		return error;
	p->control[NOTE_SENDER] = (u64)&k->tap;
	if (d->type != ARPHRD_ETHER) {
		packet_pull(p, header);
		packet_mark_network(p);
		error = netdev_transmit(d, p, false);
	} else if (k->raw) {
		p->link_header = (u16)(p->data - p->room);
		error = netdev_transmit(d, p, false);
	} else {
		error = ethernet_send(d, p, to.address, be16(to.protocol_be), false);
	}
	net_run();
	return error ? error : (ssize_t)size;
}

static struct packet *dequeue(struct packet_socket *k, bool peek)
{
	struct packet *p = NULL;

	spin_lock(&k->lock);
	if (!list_empty(&k->queue)) {
		p = list_first(&k->queue, struct packet, link);
		if (!peek) {
			list_del(&p->link);
			k->queued -= udp_true_size(p);
		}
	}
	spin_unlock(&k->lock);
	return p;
}

static void name_sender(const struct packet *p, struct socket_address *a)
{
	struct sockaddr_ll from = {
		.family = AF_PACKET, .protocol_be = be16((u16)p->control[NOTE_PROTOCOL]), .index = (i32)p->device->index,
		.hardware = p->device->type, .type = (u8)p->control[NOTE_TYPE], .length = ETHERNET_ALEN,
	};

	/* Behind the pull of a cooked socket the link header still lies in front of the data. */
	memcpy(from.address, p->data + ETHERNET_ALEN - (p->control[NOTE_NETWORK] ? 0 : ETHERNET_HEADER), ETHERNET_ALEN);
	memcpy(a, &from, sizeof(from));
}

static int put_control(struct socket *s, const struct packet *p, struct control_sink *sink)
{
	static const struct inet_options none;
	struct auxdata aux = {
		.status = TP_STATUS_USER | (p->checksum == CHECKSUM_PARTIAL ? TP_STATUS_CSUMNOTREADY :
					    p->checksum == CHECKSUM_VERIFIED ? TP_STATUS_CSUM_VALID : 0),
		.length = (u32)p->control[NOTE_LENGTH], .captured = p->length, .network = (u16)p->control[NOTE_NETWORK],
	};
	int error = inet_put_control(&none, s, p, sink);

	if (!error && packet_of(s)->auxdata)
		error = control_put(sink, SOL_PACKET, PACKET_AUXDATA, &aux, sizeof(aux));
	return error;
}

static ssize_t deliver(struct socket *s, struct message *m, const struct packet *p)
{
	u32 n = (u32)MIN((u64)p->length, m->data->left);

	if (packet_to_uio(p, 0, m->data, n) < n)
		return -EFAULT;
	if (m->address) {
		name_sender(p, m->address);
		m->address_length = sizeof(struct sockaddr_ll);
	}
	if (m->sink && put_control(s, p, m->sink))
		return -EFAULT;
	if (n < p->length)
		m->result_flags |= MSG_TRUNC;
	return m->flags & MSG_TRUNC ? (ssize_t)p->length : (ssize_t)n;
}

static int take_error(struct socket *s) { return __atomic_exchange_n(&packet_of(s)->error, 0, __ATOMIC_RELAXED); }

static ssize_t receive(struct socket *s, struct message *m)
{
	struct packet_socket *k = packet_of(s);
	bool peek = m->flags & MSG_PEEK;

	if (m->flags & (MSG_OOB | MSG_ERRQUEUE))
		return m->flags & MSG_OOB ? -EINVAL : -EAGAIN;
	for (;;) {
		struct packet *p;
		ssize_t n;
		int error = take_error(s);

		if (error)
			return -error;
		mutex_lock(&s->receive_order);
		p = dequeue(k, peek);
		n = p ? deliver(s, m, p) : 0;	/* under peek the order's lock keeps it in the queue */
		mutex_unlock(&s->receive_order);
		if (p) {
			if (!peek)
				packet_free(p);
			return n;
		}
		if (m->flags & MSG_DONTWAIT)
			return -EAGAIN;
		error = socket_wait(&k->wait, !list_empty(&k->queue) || k->error, s->options.receive_timeout);
		if (error)
			return error;
	}
}

static unsigned poll(struct socket *s, struct poll_table *t)
{
	struct packet_socket *k = packet_of(s);

	poll_wait(t, &k->wait);
	return POLLOUT | POLLWRNORM | POLLWRBAND | (list_empty(&k->queue) ? 0 : POLLIN | POLLRDNORM) | (k->error ? POLLERR : 0);
}

static long ioctl(struct socket *s, unsigned request, uaddr argument)
{
	struct packet_socket *k = packet_of(s);
	int value = 0;

	if (request != SIOCINQ && request != SIOCOUTQ)
		return inet_ioctl(s, request, argument);
	spin_lock(&k->lock);
	if (request == SIOCINQ && !list_empty(&k->queue))
		value = (int)list_first(&k->queue, struct packet, link)->length;
	spin_unlock(&k->lock);
	return put_user_object(argument, &value);
}

static struct member *find_member(struct packet_socket *k, const struct packet_mreq *r, bool make)
{
	struct member *vacant = NULL;

	for (unsigned i = 0; i < MEMBERS_MAX; i++) {
		struct member *m = &k->members[i];

		if (m->count && m->index == (u32)r->index && m->type == r->type)
			return m;
		if (!m->count && !vacant)
			vacant = m;
	}
	if (make && vacant)
		*vacant = (struct member) { (u32)r->index, r->type, 0 };
	return make ? vacant : NULL;
}

static int change_member(struct socket *s, const void *value, u32 size, bool join)
{
	struct packet_mreq r = { 0 };
	struct member *m;
	int error = 0;

	if (size < sizeof(r))
		return -EINVAL;
	memcpy(&r, value, sizeof(r));
	if (join)
		error = packet_member((u32)r.index, r.type, true);
	if (error)
		return error;
	mutex_lock(&s->send_order);
	m = find_member(packet_of(s), &r, join);
	if (m)
		m->count += join ? 1 : UINT32_MAX;
	mutex_unlock(&s->send_order);
	if (!m == join)		/* no place for one more, or one less */
		(void)packet_member((u32)r.index, r.type, false);
	return join && !m ? -ENOBUFS : 0;	/* to leave what one is not in is nothing, as on Linux */
}

static int setsockopt(struct socket *s, int level, int option, const void *value, u32 size)
{
	int number;

	if (level != SOL_PACKET)
		return -ENOPROTOOPT;
	switch (option) {
	case PACKET_ADD_MEMBERSHIP:
	case PACKET_DROP_MEMBERSHIP:
		return change_member(s, value, size, option == PACKET_ADD_MEMBERSHIP);
	case PACKET_AUXDATA:
		if (size < sizeof(number))
			return -EINVAL;
		memcpy(&number, value, sizeof(number));
		packet_of(s)->auxdata = number != 0;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int getsockopt(struct socket *s, int level, int option, void *value, u32 *size)
{
	struct packet_socket *k = packet_of(s);
	u32 numbers[2] = { k->auxdata, 0 }, length = sizeof(u32);

	if (level != SOL_PACKET || (option != PACKET_STATISTICS && option != PACKET_AUXDATA))
		return -ENOPROTOOPT;
	if (option == PACKET_STATISTICS) {
		length = sizeof(numbers);
		spin_lock(&k->lock);
		numbers[0] = k->packets;
		numbers[1] = k->drops;
		k->packets = k->drops = 0;
		spin_unlock(&k->lock);
	}
	*size = MIN(*size, length);
	memcpy(value, numbers, *size);
	return 0;
}

static int set_filter(struct socket *s, struct bpf_program *b)
{
	struct bpf_program *old = __atomic_exchange_n(&packet_of(s)->filter, b, __ATOMIC_ACQ_REL);

	bpf_free(old);
	return !b && !old ? -ENOENT : 0;
}

static void option_changed(struct socket *s, int option)
{
	struct packet_socket *k = packet_of(s);

	k->queue_max = s->options.receive_buffer;
	k->stamp = s->options.timestamp || s->options.timestamp_ns;
	if (option == SO_BINDTODEVICE || option == SO_BINDTOIFINDEX)
		__atomic_store_n(&k->index, s->options.device, __ATOMIC_RELAXED);
}

static const struct socket_ops packet_ops = {
	.release = release, .bind = bind, .getname = getname, .send = send, .receive = receive, .poll = poll, .ioctl = ioctl,
	.setsockopt = setsockopt, .getsockopt = getsockopt, .option_changed = option_changed, .take_error = take_error,
	.set_filter = set_filter,
};

int packet_create(struct socket *s)
{
	struct packet_socket *k;

	if (!net_raw())
		return -EPERM;
	if (s->type != SOCK_RAW && s->type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	k = kzalloc(sizeof(*k));
	if (!k)
		return -ENOMEM;
	k->raw = s->type == SOCK_RAW;
	k->protocol = be16(s->protocol);
	k->queue_max = s->options.receive_buffer;
	k->uid = current->cred->euid;
	k->inode = s->inode->ino;
	spin_init(&k->lock, "packet socket", RANK_TAP);
	list_init(&k->queue);
	waitq_init(&k->wait);
	k->tap.deliver = deliver_frame;
	s->ops = &packet_ops;
	s->data = k;
	spin_lock(&list_lock);
	list_add_tail(&all, &k->link);
	spin_unlock(&list_lock);
	netdev_add_tap(&k->tap);
	return 0;
}
