/*
 * TCP as sockets: waiting, time-outs, and options, over net/tcp.h, which does not wait. A struct tcp is the data of its socket and locks
 * for itself; `send_order` and `receive_order` put a socket's writers and readers in order, and are not held across sleeps for the
 * network. Task context.
 */
#include "net/inet.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "net/error_queue.h"
#include "net/permission.h"
#include "net/tcp.h"
#include "net/work.h"

#define SIOCINQ     0x541b
#define SIOCOUTQ    0x5411
#define SIOCOUTQNSD 0x894b
#define SIOCATMARK  0x8905

#define COPIED_BOUND 65536u	/* bytes of news about MSG_ZEROCOPY that nobody read */

struct stream {
	struct tcp *tcp;		/* [I] */
	struct inet_options options;
	struct error_queue errors;	/* its own lock; of MSG_ZEROCOPY alone: errors of ICMP are SO_ERROR's */
};

static struct tcp *tcp_of(const struct socket *s) { return ((struct stream *)s->data)->tcp; }
static bool ready(struct tcp *c, unsigned events) { return tcp_poll(c) & (events | POLLERR | POLLHUP); }

static int attach(struct socket *s, struct tcp *c);

static void release(struct socket *s)
{
	struct stream *stream = s->data;
	struct tcp *c = stream->tcp;

	if (s->options.linger > 0 && tcp_shutdown(c, true, true) == 0)
		(void)socket_wait(tcp_wait(c), !tcp_lingers(c), (u64)s->options.linger * NS_PER_SEC);
	tcp_close(c);
	error_queue_purge(&stream->errors);
	kfree(stream);
}

static int bind(struct socket *s, const struct socket_address *a, u32 length)
{
	struct endpoint e;
	int error = inet_address_in(s, a, length, &e);

	if (error)
		return error;
	if (e.port > 0 && e.port < 1024 && !net_bind_service())
		return -EACCES;
	return tcp_bind(tcp_of(s), &e);
}

/* Sleep until the handshake has ended, one way or the other. */
static int wait_connected(struct socket *s, struct tcp *c)
{
	int error = socket_wait(tcp_wait(c), ready(c, POLLOUT), s->options.send_timeout);

	if (error == -EAGAIN)
		return -EINPROGRESS;
	if (error)
		return error;
	error = tcp_take_error(c);
	if (error)
		tcp_abort(c, 0);	/* a socket whose connecting failed is a fresh one */
	return -error;
}

static int connect(struct socket *s, const struct socket_address *a, u32 length, bool nonblock)
{
	struct tcp *c = tcp_of(s);
	struct endpoint e;
	int error;

	if (a->family == AF_UNSPEC) {
		__atomic_store_n(&s->listening, false, __ATOMIC_RELAXED);
		tcp_abort(c, 0);
		return 0;
	}
	error = inet_address_in(s, a, length, &e);
	if (error)
		return error;
	error = tcp_connect(c, &e);
	if ((error != -EINPROGRESS && error != -EALREADY) || nonblock)
		return error;
	error = wait_connected(s, c);
	return error ? error : tcp_connect(c, &e);	/* takes note that its caller knows */
}

static int listen(struct socket *s, int backlog) { return tcp_listen(tcp_of(s), backlog); }

static int accept(struct socket *s, struct socket *new, bool nonblock)
{
	struct tcp *c = tcp_of(s), *child;
	int error;

	for (;;) {
		error = tcp_accept(c, &child);
		if (error != -EAGAIN || nonblock)
			break;
		error = socket_wait(tcp_wait(c), ready(c, POLLIN), s->options.receive_timeout);
		if (error)
			break;
	}
	if (error)
		return error;
	error = attach(new, child);
	if (error)
		tcp_close(child);
	else
		((struct stream *)new->data)->options = ((struct stream *)s->data)->options;
	return error;
}

static int getname(struct socket *s, struct socket_address *a, bool peer)
{
	struct endpoint e;
	int error = 0;

	if (peer)
		error = tcp_remote(tcp_of(s), &e);
	else
		tcp_local(tcp_of(s), &e);
	return error ? error : inet_address_out(s, &e, a);
}

static int accepted_name(struct socket *s, struct socket_address *a)
{
	struct endpoint e;

	tcp_last_remote(tcp_of(s), &e);
	return inet_address_out(s, &e, a);
}

/* The bytes of a send with MSG_ZEROCOPY were copied: its sender may have them back at once. */
static void tell_copied(struct socket *s)
{
	error_queue_add_copied(&((struct stream *)s->data)->errors, COPIED_BOUND);
	wait_wake_all(tcp_wait(tcp_of(s)), POLLERR);
}

static ssize_t send(struct socket *s, struct message *m)
{
	struct tcp *c = tcp_of(s);
	ssize_t done = 0, n;
	u64 end = socket_deadline(s->options.send_timeout);

	for (;;) {
		mutex_lock(&s->send_order);
		n = tcp_send(c, m->data, m->flags);
		mutex_unlock(&s->send_order);
		if (n > 0)
			done += n;
		if (m->data->left == 0 || (n < 0 && n != -EAGAIN) || (m->flags & MSG_DONTWAIT))
			break;
		n = socket_wait_until(tcp_wait(c), ready(c, POLLOUT), end);
		if (n)
			break;
	}
	if (unlikely(m->flags & MSG_ZEROCOPY) && s->options.zerocopy && done > 0)
		tell_copied(s);
	return done ? done : n;
}

static ssize_t send_page(struct socket *s, struct page *page, u32 offset, u32 length, unsigned flags)
{
	struct tcp *c = tcp_of(s);
	u64 end = socket_deadline(s->options.send_timeout);
	ssize_t n;

	for (;;) {
		mutex_lock(&s->send_order);
		n = tcp_send_page(c, page, offset, length, flags);
		mutex_unlock(&s->send_order);
		if (n != -EAGAIN || (flags & MSG_DONTWAIT))
			return n;
		n = socket_wait_until(tcp_wait(c), ready(c, POLLOUT), end);
		if (n)
			return n;
	}
}

/* Are there more than `seen` bytes for the reader, or will there never be? The low-water mark is the reader's loop's to keep. */
static bool readable(struct tcp *c, u32 seen) { return tcp_readable(c) > seen || ready(c, POLLRDHUP | POLLPRI); }

static ssize_t receive_page(struct socket *s, u32 most, struct page **page, u32 *offset, unsigned flags)
{
	u64 end = socket_deadline(s->options.receive_timeout);
	struct tcp *c = tcp_of(s);
	ssize_t n;

	for (;;) {
		mutex_lock(&s->receive_order);
		n = tcp_receive_page(c, most, page, offset);
		mutex_unlock(&s->receive_order);
		if (n != -EAGAIN || (flags & MSG_DONTWAIT))
			return n;
		n = socket_wait_until(tcp_wait(c), readable(c, 0), end);
		if (n)
			return n;
	}
}

static ssize_t receive(struct socket *s, struct message *m)
{
	struct tcp *c = tcp_of(s);
	size_t target = m->flags & MSG_WAITALL ? m->data->left : MIN(m->data->left, (u64)s->options.receive_low);
	bool peek = (m->flags & (MSG_PEEK | MSG_OOB)) == MSG_PEEK;
	u64 end = socket_deadline(s->options.receive_timeout);
	struct stream *stream = s->data;
	ssize_t done = 0, n;
	int none = 0;

	if (m->flags & MSG_ERRQUEUE)
		return error_queue_receive(&stream->errors, s, &stream->options, m, &none);
	for (;;) {
		mutex_lock(&s->receive_order);
		n = peek ? tcp_peek(c, m->data, (u32)done, m->flags) : tcp_receive(c, m->data, m->flags);
		mutex_unlock(&s->receive_order);
		if (n > 0)
			done += n;
		if (n == 0 || (n < 0 && n != -EAGAIN) || (size_t)done >= target || (m->flags & (MSG_DONTWAIT | MSG_OOB)))
			break;
		if (peek && done && ready(c, POLLRDHUP | POLLPRI))
			break;
		n = socket_wait_until(tcp_wait(c), readable(c, peek ? (u32)done : 0), end);
		if (n)
			break;
	}
	if (done > 0 && (m->flags & MSG_OOB))
		m->result_flags |= MSG_OOB;
	return done ? done : n;
}

static int shutdown(struct socket *s, bool read, bool write)
{
	if (read)
		__atomic_store_n(&s->listening, false, __ATOMIC_RELAXED);
	return tcp_shutdown(tcp_of(s), read, write);
}

static unsigned poll(struct socket *s, struct poll_table *t)
{
	struct tcp *c = tcp_of(s);

	poll_wait(t, tcp_wait(c));
	return tcp_poll(c) | (error_queue_filled(&((struct stream *)s->data)->errors) ? POLLERR : 0);
}

static long ioctl(struct socket *s, unsigned request, uaddr argument)
{
	struct tcp *c = tcp_of(s);
	int value;

	switch (request) {
	case SIOCINQ:
		if (s->listening)
			return -EINVAL;
		value = (int)tcp_readable(c);
		break;
	case SIOCOUTQ:
		if (s->listening)
			return -EINVAL;
		value = (int)tcp_unacked(c);
		break;
	case SIOCOUTQNSD:
		value = (int)tcp_unsent(c);
		break;
	case SIOCATMARK:
		value = tcp_at_mark(c);
		break;
	default:
		return inet_ioctl(s, request, argument);
	}
	return put_user_object(argument, &value);
}

/* What of our options the engine obeys. */
static void apply_inet(struct socket *s)
{
	struct stream *stream = s->data;
	struct inet_options *o = &stream->options;

	tcp_set(stream->tcp, TCP_SET_TOS, o->tos);
	tcp_set(stream->tcp, TCP_SET_TTL, s->family == AF_INET6 && o->hops6 != 0xffff ? o->hops6 : o->ttl);
	tcp_set(stream->tcp, TCP_SET_V6ONLY, o->v6only);
	tcp_set(stream->tcp, TCP_SET_FREEBIND, o->free_bind);
	tcp_set(stream->tcp, TCP_SET_BIND_NO_PORT, o->bind_without_port);
}

#define IPV6_V6ONLY 26
#define IP_MTU      14
#define IPV6_MTU    24

static int setsockopt(struct socket *s, int level, int option, const void *value, u32 size)
{
	struct stream *stream = s->data;
	struct endpoint e;
	int error;

	if (level == SOL_TCP)
		return tcp_setsockopt(stream->tcp, option, value, size);
	tcp_local(stream->tcp, &e);
	if (level == SOL_IPV6 && option == IPV6_V6ONLY && e.port)
		return -EINVAL;		/* too late: it is bound */
	error = inet_setsockopt(&stream->options, s, level, option, value, size);
	if (!error)
		apply_inet(s);
	return error;
}

static int getsockopt(struct socket *s, int level, int option, void *value, u32 *size)
{
	struct stream *stream = s->data;
	struct tcp_info info;
	int mtu;

	if (level == SOL_TCP)
		return tcp_getsockopt(stream->tcp, option, value, size);
	if ((level == SOL_IP && option == IP_MTU) || (level == SOL_IPV6 && option == IPV6_MTU)) {
		tcp_get_info(stream->tcp, &info);
		if (info.state != TCP_ESTABLISHED)
			return -ENOTCONN;
		mtu = (int)info.pmtu;
		*size = MIN(*size, (u32)sizeof(mtu));
		memcpy(value, &mtu, *size);
		return 0;
	}
	return inet_getsockopt(&stream->options, s, level, option, value, size);
}

static void option_changed(struct socket *s, int option)
{
	const struct socket_options *o = &s->options;
	struct tcp *c = tcp_of(s);

	switch (option) {
	case SO_REUSEADDR:
		tcp_set(c, TCP_SET_REUSEADDR, o->reuse_address);
		break;
	case SO_REUSEPORT:
		tcp_set(c, TCP_SET_REUSEPORT, o->reuse_port);
		break;
	case SO_KEEPALIVE:
		tcp_set(c, TCP_SET_KEEPALIVE, o->keepalive);
		break;
	case SO_OOBINLINE:
		tcp_set(c, TCP_SET_OOBINLINE, o->oob_inline);
		break;
	case SO_LINGER:
		tcp_set(c, TCP_SET_LINGER, o->linger < 0 ? 0 : (u32)o->linger + 1);
		break;
	case SO_SNDBUF:
	case SO_SNDBUFFORCE:
		tcp_set(c, TCP_SET_SNDBUF, o->send_buffer);
		break;
	case SO_RCVBUF:
	case SO_RCVBUFFORCE:
		tcp_set(c, TCP_SET_RCVBUF, o->receive_buffer);
		break;
	case SO_RCVLOWAT:
		tcp_set(c, TCP_SET_RCVLOWAT, o->receive_low);
		break;
	case SO_BINDTODEVICE:
	case SO_BINDTOIFINDEX:
		tcp_set(c, TCP_SET_DEVICE, o->device);
		break;
	default:
		break;
	}
}

static int take_error(struct socket *s) { return tcp_take_error(tcp_of(s)); }

static const struct socket_ops stream_ops = {
	.release = release, .bind = bind, .connect = connect, .listen = listen, .accept = accept, .getname = getname,
	.accepted_name = accepted_name, .send = send,
	.receive = receive, .send_page = send_page,
	.receive_page = receive_page, .shutdown = shutdown, .poll = poll, .ioctl = ioctl, .setsockopt = setsockopt,
	.getsockopt = getsockopt, .option_changed = option_changed, .take_error = take_error, .is_stream = true,
};

static int attach(struct socket *s, struct tcp *c)
{
	struct stream *stream = kzalloc(sizeof(*stream));

	if (!stream)
		return -ENOMEM;
	stream->tcp = c;
	error_queue_init(&stream->errors);
	inet_options_init(&stream->options, s->family == AF_INET6);
	s->ops = &stream_ops;
	s->data = stream;
	tcp_set_inode(c, s->inode->ino);
	tcp_set(c, TCP_SET_UID, current->cred->euid);
	s->options.send_buffer = tcp_get(c, TCP_SET_SNDBUF);
	s->options.receive_buffer = tcp_get(c, TCP_SET_RCVBUF);
	return 0;
}

int inet_stream_create(struct socket *s)
{
	struct tcp *c = tcp_create();
	int error;

	if (!c)
		return -ENOMEM;
	tcp_set(c, TCP_SET_V6, s->family == AF_INET6);
	error = attach(s, c);
	if (error)
		tcp_close(c);
	return error;
}
