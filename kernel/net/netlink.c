/*
 * Netlink sockets (netlink(7)): ports, groups, queues, and carrying requests to those who answer them.
 *
 *  - netlink_lock guards the list of sockets, their ports and groups, and every queue: it ranks below the tables of the network, which
 *    tell of their changes from under their own locks. A socket leaves the list when its file ends, so nothing outlives that.
 *  - Requests are answered in the sender's context, one after the other under the socket's send_order. That mutex also guards the dump
 *    that a request began: its first messages are queued at once, the others whenever a reader has emptied the queue.
 *  - A queue is bounded by SO_RCVBUF. What does not fit is lost, and the reader told so once by ENOBUFS.
 */
#include "net/netlink.h"

#include "lib/error.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "net/families.h"
#include "net/netlink_internal.h"
#include "net/permission.h"
#include "net/socket.h"

#define REQUEST_MAX 65536u		/* bytes of one send */

struct frame {
	struct list link;		/* [n] */
	u32 length;
	u32 group;			/* 0: for this socket alone */
	u8 bytes[];
};

/* Letters: [I] immutable, [a] atomic, [n] netlink_lock, [s] the socket's send_order. */
struct netlink {
	struct list link;		/* [n] in `sockets` */
	struct socket *socket;		/* [I] */
	u32 port;			/* [n] 0: not bound */
	u32 destination;		/* [a] of connect; 0: the kernel */
	u64 groups;			/* [n] bit g - 1: group g */
	struct list queue;		/* [n] struct frame */
	u32 queued, drops;		/* [n] bytes; messages lost */
	int error;			/* [a] positive errno */
	bool packet_info, no_enobufs, cap_ack, ext_ack;	/* [a] */
	bool dumping;			/* [s] to change; [a] */
	struct nl_dump dump;		/* [s] */
	struct waitq wait;
};

struct protocol {
	u16 number;
	int (*request)(const struct nl_request *r, struct nl_dump *dump);
};
static const struct protocol protocols[] = {
	{ NETLINK_ROUTE, rtnetlink_request },
	{ NETLINK_SOCK_DIAG, sock_diag_request },
};

static struct spinlock netlink_lock = SPINLOCK_INIT("netlink", RANK_NETLINK);
static LIST_HEAD(sockets);			/* [netlink_lock] struct netlink */
static u64 heard;				/* [netlink_lock] to change, [a]: groups of NETLINK_ROUTE that anybody is in */

static struct netlink *netlink_of(const struct socket *s) { return s->data; }

static const struct protocol *protocol_of(u16 number)
{
	for (unsigned i = 0; i < ARRAY_SIZE(protocols); i++)
		if (protocols[i].number == number)
			return &protocols[i];
	return NULL;
}

bool netlink_has_listeners(u32 group) { return __atomic_load_n(&heard, __ATOMIC_RELAXED) >> (group - 1) & 1; }

static void count_listeners(void) REQUIRES(netlink_lock)
{
	struct netlink *n;
	u64 all = 0;

	list_for_each(n, &sockets, link)
		if (n->socket->protocol == NETLINK_ROUTE)
			all |= n->groups;
	__atomic_store_n(&heard, all, __ATOMIC_RELAXED);
}

static void lose(struct netlink *n) REQUIRES(netlink_lock)
{
	n->drops++;
	if (!n->no_enobufs)
		__atomic_store_n(&n->error, ENOBUFS, __ATOMIC_RELAXED);
	wait_wake_all(&n->wait, POLLERR);
}

static u32 cost(const struct frame *f) { return (u32)sizeof(*f) + ALIGN_UP(f->length, 64u); }

/* Takes the frame. A dump's go in whatever is there: one is made only for an empty queue. */
static void enqueue(struct netlink *n, struct frame *f, bool dump) REQUIRES(netlink_lock)
{
	if (!dump && n->queued + cost(f) > n->socket->options.receive_buffer) {
		lose(n);
		kfree(f);
		return;
	}
	list_add_tail(&n->queue, &f->link);
	n->queued += cost(f);
	wait_wake(&n->wait, POLLIN | POLLRDNORM);
}

/* A copy of a message into a socket's queue. */
static void give(struct netlink *n, const u8 *bytes, u32 length, u32 group) REQUIRES(netlink_lock)
{
	struct frame *f = kmalloc(sizeof(*f) + length);

	if (!f) {
		lose(n);
		return;
	}
	f->length = length;
	f->group = group;
	memcpy(f->bytes, bytes, length);
	enqueue(n, f, false);
}

void netlink_broadcast(u32 group, const struct nl_writer *w)
{
	struct netlink *n;

	spin_lock(&netlink_lock);
	list_for_each(n, &sockets, link)
		if (n->socket->protocol == NETLINK_ROUTE && (n->groups >> (group - 1) & 1))
			give(n, w->data, w->used, group);
	spin_unlock(&netlink_lock);
}

void netlink_walk(void (*fn)(const struct netlink_row *row, void *arg), void *arg)
{
	struct netlink *n;

	spin_lock(&netlink_lock);
	list_for_each(n, &sockets, link) {
		struct netlink_row row = {
			.protocol = n->socket->protocol, .port = n->port, .groups = (u32)n->groups, .queued = n->queued,
			.drops = n->drops, .dumping = n->dumping, .inode = n->socket->inode->ino,
		};

		fn(&row, arg);
	}
	spin_unlock(&netlink_lock);
}

static bool port_taken(u16 protocol, u32 port) REQUIRES(netlink_lock)
{
	struct netlink *n;

	list_for_each(n, &sockets, link)
		if (n->port == port && n->socket->protocol == protocol)
			return true;
	return false;
}

/* The process's number, or one of those that no process has. */
static void bind_automatically(struct netlink *n)
{
	u32 port = (u32)current->process->pid;

	spin_lock(&netlink_lock);
	while (!n->port) {
		if (!port_taken(n->socket->protocol, port))
			n->port = port;
		port = (u32)-4097 - (u32)random_below(1u << 30);
	}
	spin_unlock(&netlink_lock);
}

static int read_address(const struct socket_address *a, u32 length, struct sockaddr_nl *to)
{
	if (length < sizeof(*to) || a->family != AF_NETLINK)
		return -EINVAL;
	memcpy(to, a, sizeof(*to));
	return 0;
}

static int bind(struct socket *s, const struct socket_address *a, u32 length)
{
	struct netlink *n = netlink_of(s);
	struct sockaddr_nl to;
	int error = read_address(a, length, &to);

	if (error)
		return error;
	spin_lock(&netlink_lock);
	if (n->port && to.port != n->port)
		error = -EINVAL;
	else if (!n->port && to.port && port_taken(s->protocol, to.port))
		error = -EADDRINUSE;
	if (!error) {
		n->port = n->port ? n->port : to.port;
		n->groups = (n->groups & ~(u64)UINT32_MAX) | to.groups;
		count_listeners();
	}
	spin_unlock(&netlink_lock);
	if (!error)
		bind_automatically(n);
	return error;
}

/* Whom a message is for: the kernel. Others may be written to by administrators alone, and no protocol here has any. */
static int check_destination(u32 port, u32 groups)
{
	if (!port && !groups)
		return 0;
	return net_admin() ? -ECONNREFUSED : -EPERM;
}

static int connect(struct socket *s, const struct socket_address *a, u32 length, bool nonblock)
{
	struct netlink *n = netlink_of(s);
	struct sockaddr_nl to = { 0 };
	int error = a->family == AF_UNSPEC ? 0 : read_address(a, length, &to);

	if (!error && (to.port || to.groups) && !net_admin())
		error = -EPERM;
	if (error)
		return error;
	__atomic_store_n(&n->destination, to.port, __ATOMIC_RELAXED);
	bind_automatically(n);
	return 0;
}

static int getname(struct socket *s, struct socket_address *a, bool peer)
{
	struct netlink *n = netlink_of(s);
	struct sockaddr_nl name = { .family = AF_NETLINK };

	spin_lock(&netlink_lock);
	name.port = peer ? n->destination : n->port;
	name.groups = peer ? 0 : (u32)n->groups;
	spin_unlock(&netlink_lock);
	memcpy(a, &name, sizeof(name));
	return sizeof(name);
}

/* The next messages of the dump. With no memory for them it stays where it is, and the reader learns of it. */
static void continue_dump(struct netlink *n)
{
	struct nl_dump *d = &n->dump;
	struct frame *f = kmalloc(sizeof(*f) + NETLINK_FRAME);
	struct nl_writer w = { .data = f ? f->bytes : NULL, .size = NETLINK_FRAME - sizeof(struct nlmsghdr) - 4 };
	i32 result = 0;
	bool done;

	spin_lock(&netlink_lock);
	if (!f)
		lose(n);
	spin_unlock(&netlink_lock);
	if (!f)
		return;
	d->seen = 0;
	done = d->fill(d, &w);
	if (!done && w.used == 0) {		/* one entry alone is longer than a frame */
		result = -EMSGSIZE;
		done = true;
	}
	if (done) {
		w.size = NETLINK_FRAME;
		nl_begin(&w, d->port, d->sequence, NLMSG_DONE, NLM_F_MULTI, &result, sizeof(result));
		(void)nl_end(&w);
		__atomic_store_n(&n->dumping, false, __ATOMIC_RELAXED);
	}
	f->length = w.used;
	f->group = 0;
	spin_lock(&netlink_lock);
	enqueue(n, f, true);
	spin_unlock(&netlink_lock);
}

static void reply(struct netlink *n, const u8 *bytes, u32 length)
{
	spin_lock(&netlink_lock);
	give(n, bytes, length, 0);
	spin_unlock(&netlink_lock);
}

/* NLMSG_ERROR: the result, and the request's header; after a failure all of the request, unless NETLINK_CAP_ACK. */
static void acknowledge(struct netlink *n, const struct nlmsghdr *h, int result)
{
	bool whole = result < 0 && !n->cap_ack;
	u32 body = h->length - (u32)sizeof(*h), length = (u32)(sizeof(*h) + sizeof(i32)) + (whole ? NL_ALIGN(h->length) : (u32)sizeof(*h));
	struct nlmsghdr head = {
		.length = length, .type = NLMSG_ERROR, .flags = whole ? 0 : NLM_F_CAPPED, .sequence = h->sequence, .port = n->port,
	};
	u8 *bytes = kzalloc(length);
	i32 error = result;

	if (!bytes) {
		spin_lock(&netlink_lock);
		lose(n);
		spin_unlock(&netlink_lock);
		return;
	}
	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head), &error, sizeof(error));
	memcpy(bytes + sizeof(head) + sizeof(error), h, sizeof(*h) + (whole ? body : 0));
	reply(n, bytes, length);
	kfree(bytes);
}

/* One request: its result for the ACK; 1: it began a dump, whose end is its acknowledgement. */
static int answer(struct netlink *n, const struct nlmsghdr *h, u8 *room)
{
	struct nl_writer w = { .data = room, .size = NETLINK_FRAME };
	struct nl_request r = { .header = h, .body = (const u8 *)(h + 1), .length = h->length - (u32)sizeof(*h), .port = n->port, .reply = &w };
	struct nl_dump dump = { .sequence = h->sequence, .port = n->port };
	int result;

	if (!(h->flags & NLM_F_REQUEST) || h->type < NLMSG_MIN_TYPE)
		return 0;
	result = protocol_of(n->socket->protocol)->request(&r, &dump);
	if (result == 1) {
		if (n->dumping)
			return -EBUSY;
		n->dump = dump;
		__atomic_store_n(&n->dumping, true, __ATOMIC_RELAXED);
		continue_dump(n);
	} else if (result == 0 && w.used) {
		reply(n, w.data, w.used);
	}
	return result;
}

static int process(struct netlink *n, u8 *bytes, u32 size)
{
	u8 *room = kmalloc(NETLINK_FRAME);

	if (!room)
		return -ENOBUFS;
	while (size >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *h = (const struct nlmsghdr *)bytes;
		u32 step;
		int result;

		if (h->length < sizeof(*h) || h->length > size)
			break;
		result = answer(n, h, room);
		if (result < 0 || (result == 0 && (h->flags & NLM_F_ACK)))
			acknowledge(n, h, result);
		step = MIN(NL_ALIGN(h->length), size);
		bytes += step;
		size -= step;
	}
	kfree(room);
	return 0;
}

static ssize_t send(struct socket *s, struct message *m)
{
	struct netlink *n = netlink_of(s);
	struct sockaddr_nl to = { .port = n->destination };
	u32 size = (u32)m->data->left;
	u8 *bytes;
	int error = 0;

	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (m->data->left == 0)
		return -ENODATA;
	if (m->address_length)
		error = read_address(m->address, m->address_length, &to);
	if (!error)
		error = check_destination(to.port, to.groups);
	if (error)
		return error;
	bind_automatically(n);
	if (m->data->left > MIN(REQUEST_MAX, s->options.send_buffer))
		return -EMSGSIZE;
	bytes = kmalloc(size);
	if (!bytes)
		return -ENOBUFS;
	if (uio_write_out(m->data, bytes, size) < size) {
		error = -EFAULT;
	} else {
		mutex_lock(&s->send_order);
		error = process(n, bytes, size);
		mutex_unlock(&s->send_order);
	}
	kfree(bytes);
	return error ? error : (ssize_t)size;
}

/* The oldest message; under `peek` it stays, for the reader has the receive order. NULL: none. */
static struct frame *dequeue(struct netlink *n, bool peek)
{
	struct frame *f = NULL;

	spin_lock(&netlink_lock);
	if (!list_empty(&n->queue)) {
		f = list_first(&n->queue, struct frame, link);
		if (!peek) {
			list_del(&f->link);
			n->queued -= cost(f);
		}
	}
	spin_unlock(&netlink_lock);
	return f;
}

static ssize_t deliver(struct socket *s, struct message *m, const struct frame *f)
{
	struct sockaddr_nl from = { .family = AF_NETLINK, .groups = f->group && f->group <= 32 ? 1u << (f->group - 1) : 0 };
	u32 n = (u32)MIN((u64)f->length, m->data->left);
	struct ucred kernel = { 0 };

	if (uio_read_in(m->data, f->bytes, n) < n)
		return -EFAULT;
	if (m->address) {
		memcpy(m->address, &from, sizeof(from));
		m->address_length = sizeof(from);
	}
	if (m->sink && netlink_of(s)->packet_info && control_put(m->sink, SOL_NETLINK, NETLINK_PKTINFO, &f->group, sizeof(f->group)))
		return -EFAULT;
	if (m->sink && s->options.pass_credentials && control_put(m->sink, SOL_SOCKET, SCM_CREDENTIALS, &kernel, sizeof(kernel)))
		return -EFAULT;
	if (n < f->length)
		m->result_flags |= MSG_TRUNC;
	return m->flags & MSG_TRUNC ? (ssize_t)f->length : (ssize_t)n;
}

static int take_error(struct socket *s) { return __atomic_exchange_n(&netlink_of(s)->error, 0, __ATOMIC_RELAXED); }

/* A reader emptied the queue of a dump: the next messages. */
static void refill(struct socket *s)
{
	struct netlink *n = netlink_of(s);

	if (!__atomic_load_n(&n->dumping, __ATOMIC_RELAXED))
		return;
	mutex_lock(&s->send_order);
	if (n->dumping && list_empty(&n->queue))
		continue_dump(n);
	mutex_unlock(&s->send_order);
}

static ssize_t receive(struct socket *s, struct message *m)
{
	struct netlink *n = netlink_of(s);
	bool peek = m->flags & MSG_PEEK;
	ssize_t result;

	if (m->flags & MSG_OOB)
		return -EOPNOTSUPP;
	for (;;) {
		struct frame *f;
		int error = take_error(s);

		if (error)
			return -error;
		mutex_lock(&s->receive_order);
		f = dequeue(n, peek);
		result = f ? deliver(s, m, f) : 0;
		mutex_unlock(&s->receive_order);
		if (f && !peek)
			kfree(f);
		refill(s);
		if (f)
			return result;
		if (m->flags & MSG_DONTWAIT)
			return -EAGAIN;
		error = socket_wait(&n->wait, !list_empty(&n->queue) || n->error, s->options.receive_timeout);
		if (error)
			return error;
	}
}

static unsigned poll(struct socket *s, struct poll_table *t)
{
	struct netlink *n = netlink_of(s);
	unsigned events = POLLOUT | POLLWRNORM | POLLWRBAND;

	poll_wait(t, &n->wait);
	if (!list_empty(&n->queue))
		events |= POLLIN | POLLRDNORM;
	if (__atomic_load_n(&n->error, __ATOMIC_RELAXED))
		events |= POLLERR;
	return events;
}

static int set_member(struct netlink *n, int group, bool member)
{
	if (group < 1 || group > (int)NETLINK_GROUPS)
		return -EINVAL;
	spin_lock(&netlink_lock);
	n->groups = member ? n->groups | 1ull << (group - 1) : n->groups & ~(1ull << (group - 1));
	count_listeners();
	spin_unlock(&netlink_lock);
	return 0;
}

static bool *flag_of(struct netlink *n, int option)
{
	switch (option) {
	case NETLINK_PKTINFO:
		return &n->packet_info;
	case NETLINK_NO_ENOBUFS:
		return &n->no_enobufs;
	case NETLINK_CAP_ACK:
		return &n->cap_ack;
	case NETLINK_EXT_ACK:
		return &n->ext_ack;	/* it allows more in an ACK; there is no more */
	default:
		return NULL;
	}
}

static int setsockopt(struct socket *s, int level, int option, const void *value, u32 size)
{
	struct netlink *n = netlink_of(s);
	bool *flag = flag_of(n, option);
	int number;

	if (level != SOL_NETLINK)
		return -ENOPROTOOPT;
	if (size < sizeof(number))
		return -EINVAL;
	memcpy(&number, value, sizeof(number));
	if (flag) {
		*flag = number != 0;
		return 0;
	}
	if (option == NETLINK_ADD_MEMBERSHIP || option == NETLINK_DROP_MEMBERSHIP)
		return set_member(n, number, option == NETLINK_ADD_MEMBERSHIP);
	return -ENOPROTOOPT;
}

static int getsockopt(struct socket *s, int level, int option, void *value, u32 *size)
{
	struct netlink *n = netlink_of(s);
	const bool *flag = flag_of(n, option);
	int number;

	if (level != SOL_NETLINK)
		return -ENOPROTOOPT;
	if (option == NETLINK_LIST_MEMBERSHIPS) {
		u64 groups = __atomic_load_n(&n->groups, __ATOMIC_RELAXED);

		memcpy(value, &groups, MIN(*size, (u32)sizeof(groups)));
		*size = sizeof(groups);
		return 0;
	}
	if (!flag)
		return -ENOPROTOOPT;
	if (*size < sizeof(number))
		return -EINVAL;
	number = *flag;
	memcpy(value, &number, sizeof(number));
	*size = sizeof(number);
	return 0;
}

static void release(struct socket *s)
{
	struct netlink *n = netlink_of(s);

	spin_lock(&netlink_lock);
	list_del(&n->link);
	count_listeners();
	spin_unlock(&netlink_lock);
	while (!list_empty(&n->queue)) {
		struct frame *f = list_first(&n->queue, struct frame, link);

		list_del(&f->link);
		kfree(f);
	}
	kfree(n);
}

static const struct socket_ops netlink_ops = {
	.release = release, .bind = bind, .connect = connect, .getname = getname, .send = send, .receive = receive, .poll = poll,
	.setsockopt = setsockopt, .getsockopt = getsockopt, .take_error = take_error,
};

int netlink_create(struct socket *s)
{
	struct netlink *n;

	if (s->type != SOCK_RAW && s->type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	if (!protocol_of(s->protocol))
		return -EPROTONOSUPPORT;
	n = kzalloc(sizeof(*n));
	if (!n)
		return -ENOMEM;
	n->socket = s;
	list_init(&n->queue);
	waitq_init(&n->wait);
	s->ops = &netlink_ops;
	s->data = n;
	spin_lock(&netlink_lock);
	list_add_tail(&sockets, &n->link);
	spin_unlock(&netlink_lock);
	return 0;
}
