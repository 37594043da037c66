/* Queues of errors: see error_queue.h. Each is guarded by its own lock; user memory is touched without it. Task context. */
#include "net/error_queue.h"

#include "lib/error.h"
#include "lib/string.h"
#include "net/udp_internal.h"

#define IP_RECVERR   11
#define IPV6_RECVERR 25

/* SO_EE_ORIGIN_ and SO_EE_CODE_ of <linux/errqueue.h>. */
#define ORIGIN_LOCAL    1
#define ORIGIN_ICMP     2
#define ORIGIN_ICMP6    3
#define ORIGIN_ZEROCOPY 5
#define ZEROCOPY_COPIED 1

/* struct sock_extended_err of ip(7). */
struct extended_error {
	u32 number;			/* errno */
	u8 origin, type, code, pad;
	u32 information, data;
};
_Static_assert(sizeof(struct extended_error) == 16, "struct sock_extended_err");

/* In a packet's `control`. */
struct entry {
	struct extended_error what;
	struct endpoint to;		/* whom the failed datagram was for */
	bool named;			/* `to` says something */
};
_Static_assert(sizeof(struct entry) <= sizeof(((struct packet *)NULL)->control), "an entry's notes");

static struct entry *entry_of(struct packet *p) { return (struct entry *)p->control; }

static bool is_icmp(struct packet *p)
{
	return entry_of(p)->what.origin == ORIGIN_ICMP || entry_of(p)->what.origin == ORIGIN_ICMP6;
}

void error_queue_init(struct error_queue *q)
{
	spin_init(&q->lock, "errors", RANK_TAP);
	list_init(&q->entries);
}

void error_queue_purge(struct error_queue *q) { packet_free_list(&q->entries); }

/* Takes the packet. */
static void add(struct error_queue *q, struct packet *p, u32 bound) REQUIRES(q->lock)
{
	u32 size = udp_true_size(p);

	if (q->held + size > bound) {
		packet_free(p);
		return;
	}
	list_add_tail(&q->entries, &p->link);
	q->held += size;
	__atomic_store_n(&q->filled, true, __ATOMIC_RELAXED);
}

void error_queue_add_icmp(struct error_queue *q, const struct ip_error *e, u16 port, i32 skip, u32 bound)
{
	const struct packet *message = e->message;
	u32 from = (u32)((i32)e->transport_at + skip), n = from < message->length ? message->length - from : 0;
	struct packet *p = packet_alloc(n);

	if (!p)
		return;
	packet_copy_out(message, from, packet_put(p, n), n);
	p->ip = message->ip;
	p->device = message->device;
	p->time = message->time;
	*entry_of(p) = (struct entry) {
		.what = {
			.number = (u32)e->error, .origin = ip_is_v4(&message->ip.destination) ? ORIGIN_ICMP : ORIGIN_ICMP6,
			.type = e->type, .code = e->code, .information = e->information,
		},
		.to = { e->ip.destination, port, ip_is_link_local(&e->ip.destination) ? message->device->index : 0 },
		.named = true,
	};
	spin_lock(&q->lock);
	add(q, p, bound);
	spin_unlock(&q->lock);
}

void error_queue_add_local(struct error_queue *q, const struct endpoint *to, int error, u32 information, u32 bound)
{
	struct packet *p = packet_alloc(0);

	if (!p)
		return;
	*entry_of(p) = (struct entry) {
		.what = { .number = (u32)error, .origin = ORIGIN_LOCAL, .information = information }, .to = *to, .named = true,
	};
	spin_lock(&q->lock);
	add(q, p, bound);
	spin_unlock(&q->lock);
}

/* The newest entry, when it is about sends that this one follows. */
static bool extend_copied(struct error_queue *q) REQUIRES(q->lock)
{
	struct packet *last = list_empty(&q->entries) ? NULL : list_last(&q->entries, struct packet, link);

	if (!last || entry_of(last)->what.origin != ORIGIN_ZEROCOPY || entry_of(last)->what.data + 1 != q->completed)
		return false;
	entry_of(last)->what.data = q->completed++;
	return true;
}

void error_queue_add_copied(struct error_queue *q, u32 bound)
{
	struct packet *p = packet_alloc(0);

	spin_lock(&q->lock);
	if (p && !extend_copied(q)) {
		entry_of(p)->what = (struct extended_error) {
			.origin = ORIGIN_ZEROCOPY, .code = ZEROCOPY_COPIED, .information = q->completed, .data = q->completed,
		};
		q->completed++;
		add(q, p, bound);
		p = NULL;
	}
	spin_unlock(&q->lock);
	packet_free(p);
}

/* The oldest entry, off the queue; NULL: there is none. */
static struct packet *take(struct error_queue *q, int *error)
{
	struct packet *p = NULL, *next;

	spin_lock(&q->lock);
	if (!list_empty(&q->entries)) {
		p = list_first(&q->entries, struct packet, link);
		list_del(&p->link);
		q->held -= udp_true_size(p);
		next = list_empty(&q->entries) ? NULL : list_first(&q->entries, struct packet, link);
		__atomic_store_n(&q->filled, next != NULL, __ATOMIC_RELAXED);
		if (next && is_icmp(next))
			__atomic_store_n(error, (int)entry_of(next)->what.number, __ATOMIC_RELAXED);
		else if (is_icmp(p))
			__atomic_store_n(error, 0, __ATOMIC_RELAXED);
	}
	spin_unlock(&q->lock);
	return p;
}

/* The control messages: those that the socket's options ask for, then the error itself and who reported it. */
static int put_control(struct socket *s, const struct inet_options *o, struct packet *p, struct control_sink *sink)
{
	bool v4 = s->family == AF_INET;
	struct {
		struct extended_error what;
		u8 offender[sizeof(struct sockaddr_in6)];
	} data = { .what = entry_of(p)->what };
	struct socket_address offender = { 0 };
	struct endpoint from = { p->ip.source, 0, 0 };
	u32 room = (u32)(v4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));

	if (is_icmp(p)) {
		if (inet_put_control(o, s, p, sink))
			return -EFAULT;
		if (ip_is_link_local(&from.address))
			from.scope = p->device->index;
		(void)inet_address_out(s, &from, &offender);
		memcpy(data.offender, &offender, room);
	}
	return control_put(sink, v4 ? SOL_IP : SOL_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR, &data, (u32)sizeof(data.what) + room);
}

ssize_t error_queue_receive(struct error_queue *q, struct socket *s, const struct inet_options *o, struct message *m, int *error)
{
	struct packet *p = take(q, error);
	ssize_t result = -EFAULT;
	u32 n;

	if (!p)
		return -EAGAIN;
	n = (u32)MIN((u64)p->length, m->data->left);
	if (packet_to_uio(p, 0, m->data, n) < n)
		goto out;
	if (m->address && entry_of(p)->named)
		m->address_length = (u32)inet_address_out(s, &entry_of(p)->to, m->address);
	if (m->sink && put_control(s, o, p, m->sink))
		goto out;
	m->result_flags |= MSG_ERRQUEUE | (n < p->length ? MSG_TRUNC : 0);
	result = n;
out:
	packet_free(p);
	return result;
}
