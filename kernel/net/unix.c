/*
 * AF_UNIX: sockets' birth and end, and the operations that are alike for all types. unix_internal.h states the rules and the
 * locks. Task context.
 */
#include "net/unix_internal.h"

#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "net/families.h"
#include "net/unix.h"
#include "sched/process.h"
#include "sched/task.h"

#define SIOCINQ  0x541b
#define SIOCOUTQ 0x5411

static struct slab_cache *unix_cache;
static const struct socket_ops stream_ops, seqpacket_ops, datagram_ops;

void unix_init(void)
{
	unix_cache = slab_cache_create("unix_sock", sizeof(struct unix_sock), CACHE_LINE);
	ASSERT(unix_cache);
	unix_names_init();
}

struct unix_sock *unix_alloc(u16 type)
{
	struct unix_sock *u = slab_zalloc(unix_cache);

	if (!u)
		return NULL;
	atomic_set(&u->refs, 1);
	spin_init(&u->lock, "unix", RANK_SOCKET);
	u->type = type;
	u->send_buffer = UNIX_BUFFER;
	u->backlog = UNIX_DATAGRAM_QUEUE;
	u->peek_offset = -1;
	list_init(&u->queue);
	list_init(&u->relays);
	list_init(&u->relay_link);
	list_init(&u->flight_link);
	waitq_init(&u->read_wait);
	waitq_init(&u->write_wait);
	waitq_init(&u->space_wait);
	unix_hash(u);
	return u;
}

void unix_put(struct unix_sock *u)
{
	if (!atomic_dec_and_test(&u->refs))
		return;
	ASSERT(list_empty(&u->queue) && list_empty(&u->relays) && !u->in_flight);
	if (u->address)
		unix_address_put(u->address);
	if (u->peer_cred)
		cred_put(u->peer_cred);
	slab_free(unix_cache, u);
}

void unix_lock_two(struct unix_sock *a, struct unix_sock *b) NO_LOCK_ANALYSIS
{
	spin_lock(a < b ? &a->lock : &b->lock);
	if (a != b)
		spin_lock(a < b ? &b->lock : &a->lock);
}

void unix_unlock_two(struct unix_sock *a, struct unix_sock *b) NO_LOCK_ANALYSIS
{
	if (a != b)
		spin_unlock(&b->lock);
	spin_unlock(&a->lock);
}

u64 unix_deadline(u64 timeout, bool nonblock)
{
	if (nonblock)
		return 0;
	return timeout == TIME_NEVER ? TIME_NEVER : clock_now() + timeout;
}

int unix_take_error(struct unix_sock *u)
{
	return READ_ONCE(u->error) ? __atomic_exchange_n(&u->error, 0, __ATOMIC_RELAXED) : 0;
}

void unix_remember_peer(struct unix_sock *u, const struct cred *cred, i32 pid)
{
	const struct cred *old;

	cred_get(cred);
	spin_lock(&u->lock);
	old = u->peer_cred;
	u->peer_cred = cred;
	u->peer_pid = pid;
	spin_unlock(&u->lock);
	if (old)
		cred_put(old);
}

/* The peer of a connection hears of its end; bytes that nobody will read are a reset. */
static void hang_up(struct unix_sock *peer, bool reset)
{
	spin_lock(&peer->lock);
	peer->shut_read = peer->shut_write = true;
	if (reset)
		__atomic_store_n(&peer->error, ECONNRESET, __ATOMIC_RELAXED);
	spin_unlock(&peer->lock);
	wait_wake_all(&peer->read_wait, POLLIN | POLLRDNORM | POLLRDHUP | POLLHUP | POLLERR);
	wait_wake_all(&peer->write_wait, POLLOUT | POLLHUP | POLLERR);
}

void unix_end(struct unix_sock *u, bool unaccepted)
{
	bool unread;

	unix_unhash(u);
	spin_lock(&u->lock);
	u->dead = u->shut_read = u->shut_write = true;
	unread = !list_empty(&u->queue) && u->state != UNIX_LISTENING;
	spin_unlock(&u->lock);
	wait_wake_all(&u->space_wait, POLLOUT | POLLHUP);
	if (u->type == SOCK_DGRAM) {
		unix_purge(u);
		unix_datagram_release(u);
	} else {
		if (u->peer)
			hang_up(u->peer, unread || unaccepted);
		unix_purge(u);
		if (u->peer)
			unix_put(u->peer);
		u->peer = NULL;
	}
	unix_put(u);
}

static void release(struct socket *s)
{
	unix_end(unix_of(s), false);
	unix_collect();
}

static int getname(struct socket *s, struct socket_address *a, bool peer)
{
	struct unix_sock *u = unix_of(s), *other;
	u32 length;

	if (!peer)
		return (int)unix_name_out(u, a);
	other = unix_datagram_peer(u);
	if (!other)
		return -ENOTCONN;
	length = unix_name_out(other, a);
	unix_put(other);
	return (int)length;
}

static int shutdown(struct socket *s, bool read, bool write)
{
	struct unix_sock *u = unix_of(s), *other = NULL;

	spin_lock(&u->lock);
	u->shut_read |= read;
	u->shut_write |= write;
	if (u->type != SOCK_DGRAM)
		other = u->peer;
	spin_unlock(&u->lock);
	wait_wake_all(&u->read_wait, POLLIN | POLLRDNORM | POLLRDHUP | POLLHUP);
	wait_wake_all(&u->write_wait, POLLOUT | POLLHUP);
	wait_wake_all(&u->space_wait, POLLOUT | POLLHUP);
	if (!other)
		return 0;
	spin_lock(&other->lock);
	other->shut_read |= write;
	other->shut_write |= read;
	spin_unlock(&other->lock);
	wait_wake_all(&other->read_wait, POLLIN | POLLRDNORM | POLLRDHUP | POLLHUP);
	wait_wake_all(&other->write_wait, POLLOUT | POLLHUP);
	return 0;
}

static unsigned poll(struct socket *s, struct poll_table *t)
{
	struct unix_sock *u = unix_of(s);
	unsigned events = 0;

	poll_wait(t, &u->read_wait);
	poll_wait(t, &u->write_wait);
	if (READ_ONCE(u->error))
		events |= POLLERR;
	if (READ_ONCE(u->shut_read))
		events |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (READ_ONCE(u->shut_read) && READ_ONCE(u->shut_write))
		events |= POLLHUP;
	if (READ_ONCE(u->queue_length))
		events |= POLLIN | POLLRDNORM;
	if (u->type != SOCK_DGRAM && READ_ONCE(u->state) == UNIX_CLOSED)
		events |= POLLHUP;
	if (READ_ONCE(u->state) != UNIX_LISTENING && unix_may_write(u) && !(u->type == SOCK_DGRAM && unix_datagram_blocked(u)))
		events |= POLLOUT | POLLWRNORM | POLLWRBAND;
	return events;
}

/* SIOCINQ: of a datagram socket the next message's bytes, of the others all. */
static int queued_bytes(struct unix_sock *u)
{
	struct unix_message *m;
	u64 bytes = 0;

	spin_lock(&u->lock);
	list_for_each(m, &u->queue, link) {
		bytes += m->length - m->offset;
		if (u->type == SOCK_DGRAM)
			break;
	}
	spin_unlock(&u->lock);
	return (int)MIN(bytes, (u64)INT32_MAX);
}

static long ioctl(struct socket *s, unsigned request, uaddr argument)
{
	struct unix_sock *u = unix_of(s);
	int value;

	if (request == SIOCOUTQ)
		value = (int)atomic_read(&u->sent);
	else if (request != SIOCINQ)
		return -ENOTTY;
	else if (READ_ONCE(u->state) == UNIX_LISTENING)
		return -EINVAL;
	else
		value = queued_bytes(u);
	return put_user_object(argument, &value);
}

static int take_error(struct socket *s) { return unix_take_error(unix_of(s)); }

static int peer_credentials(struct socket *s, struct ucred *c)
{
	struct unix_sock *u = unix_of(s);

	spin_lock(&u->lock);
	if (u->peer_cred)
		*c = (struct ucred){ u->peer_pid, u->peer_cred->euid, u->peer_cred->egid };
	spin_unlock(&u->lock);
	return 0;
}

/* SO_PEERGROUPS: with too little room the size that it takes. */
static int peer_groups(struct unix_sock *u, void *value, u32 *size)
{
	const struct cred *c = NULL;
	u32 room = *size;
	int error = 0;

	spin_lock(&u->lock);
	if (u->peer_cred)
		c = cred_get(u->peer_cred);
	spin_unlock(&u->lock);
	if (!c)
		return -ENODATA;
	*size = c->group_count * (u32)sizeof(c->groups[0]);
	if (room < *size)
		error = -ERANGE;
	else
		memcpy(value, c->groups, *size);
	cred_put(c);
	return error;
}

static int getsockopt(struct socket *s, int level, int option, void *value, u32 *size)
{
	i32 offset = READ_ONCE(unix_of(s)->peek_offset);

	if (level != SOL_SOCKET)
		return -EOPNOTSUPP;
	switch (option) {
	case SO_PEERGROUPS:
		return peer_groups(unix_of(s), value, size);
	case SO_PEEK_OFF:
		*size = MIN(*size, (u32)sizeof(offset));
		memcpy(value, &offset, *size);
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int setsockopt(struct socket *s, int level, int option, const void *value, u32 size)
{
	i32 offset;

	if (level != SOL_SOCKET)
		return -EOPNOTSUPP;
	if (option != SO_PEEK_OFF)
		return -ENOPROTOOPT;
	if (size < sizeof(offset))
		return -EINVAL;
	memcpy(&offset, value, sizeof(offset));
	WRITE_ONCE(unix_of(s)->peek_offset, offset);
	return 0;
}

static void option_changed(struct socket *s, int option)
{
	struct unix_sock *u = unix_of(s);

	if (option != SO_SNDBUF && option != SO_SNDBUFFORCE)
		return;
	WRITE_ONCE(u->send_buffer, s->options.send_buffer);
	wait_wake_all(&u->write_wait, POLLOUT | POLLWRNORM);
}

#define COMMON_OPS \
	.release = release, .bind = unix_bind, .pair = unix_pair, .getname = getname, .shutdown = shutdown, .poll = poll, \
	.ioctl = ioctl, .setsockopt = setsockopt, .getsockopt = getsockopt, .option_changed = option_changed, \
	.take_error = take_error, .peer_credentials = peer_credentials

static const struct socket_ops stream_ops = {
	COMMON_OPS, .connect = unix_connect_stream, .listen = unix_listen, .accept = unix_accept, .send = unix_stream_send,
	.receive = unix_stream_receive, .is_stream = true,
};

static const struct socket_ops seqpacket_ops = {
	COMMON_OPS, .connect = unix_connect_stream, .listen = unix_listen, .accept = unix_accept, .send = unix_seqpacket_send,
	.receive = unix_seqpacket_receive,
};

static const struct socket_ops datagram_ops = {
	COMMON_OPS, .connect = unix_datagram_connect, .send = unix_datagram_send, .receive = unix_datagram_receive,
};

int unix_create(struct socket *s)
{
	struct unix_sock *u;

	if (s->protocol != 0 && s->protocol != AF_UNIX)
		return -EPROTONOSUPPORT;
	if (s->type == SOCK_RAW)
		s->type = SOCK_DGRAM;
	if (s->type != SOCK_STREAM && s->type != SOCK_DGRAM && s->type != SOCK_SEQPACKET)
		return -ESOCKTNOSUPPORT;
	u = unix_alloc(s->type);
	if (!u)
		return -ENOMEM;
	s->protocol = 0;
	u->ino = s->inode->ino;
	s->ops = s->type == SOCK_STREAM ? &stream_ops : s->type == SOCK_DGRAM ? &datagram_ops : &seqpacket_ops;
	s->data = u;
	return 0;
}
