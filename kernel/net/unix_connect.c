/*
 * Connections of AF_UNIX streams and seqpacket sockets. A connecting socket makes the other end itself and puts it into the
 * listener's queue; accept gives it a file. Until then it lives by the queue's reference. Task context.
 *
 * connect and the listener's end meet under the listener's lock: either connect sees it dead, or its queue's purge finds the
 * connection.
 */
#include "net/unix_internal.h"

#include "lib/error.h"
#include "sched/process.h"
#include "sched/rcu.h"
#include "sched/task.h"

int unix_listen(struct socket *s, int backlog)
{
	struct unix_sock *u = unix_of(s);
	int error = 0;

	if (!rcu_read(u->address))
		return -EINVAL;
	spin_lock(&u->lock);
	if (u->state == UNIX_CONNECTED) {
		error = -EINVAL;
	} else {
		WRITE_ONCE(u->backlog, (u32)backlog);
		WRITE_ONCE(u->state, UNIX_LISTENING);
	}
	spin_unlock(&u->lock);
	if (error)
		return error;
	unix_remember_peer(u, current->cred, current->process->pid);
	wait_wake_all(&u->space_wait, POLLOUT);
	return 0;
}

/* The two become a connection; each holds the other. Both locks are held, or nobody else knows them. */
static void join(struct unix_sock *a, struct unix_sock *b)
{
	unix_get(a);
	unix_get(b);
	a->peer = b;
	b->peer = a;
	__atomic_store_n(&a->state, UNIX_CONNECTED, __ATOMIC_RELEASE);
	__atomic_store_n(&b->state, UNIX_CONNECTED, __ATOMIC_RELEASE);
}

int unix_pair(struct socket *a, struct socket *b)
{
	struct unix_sock *u = unix_of(a), *v = unix_of(b);

	unix_remember_peer(u, current->cred, current->process->pid);
	unix_remember_peer(v, current->cred, current->process->pid);
	join(u, v);
	return 0;
}

/* May u connect to the listener now? 0, -EAGAIN when its queue is full, or why not. Both locks are held. */
static int may_connect(const struct unix_sock *u, const struct unix_sock *listener)
{
	if (listener->dead || listener->state != UNIX_LISTENING || listener->shut_read)
		return -ECONNREFUSED;
	if (unix_is_full(listener))
		return -EAGAIN;
	if (u->state == UNIX_CONNECTED)
		return -EISCONN;
	return u->state == UNIX_CLOSED ? 0 : -EINVAL;
}

/* The connection's end on the listener's side: its name is the listener's. */
static struct unix_message *make_connection(struct unix_sock *listener)
{
	struct unix_message *m = unix_message_alloc(0);
	struct unix_sock *new = m ? unix_alloc(listener->type) : NULL;

	if (!new) {
		if (m)
			unix_message_free(m);
		return NULL;
	}
	unix_remember_peer(new, current->cred, current->process->pid);
	new->address = rcu_read(listener->address);
	if (new->address)
		atomic_inc(&new->address->refs);
	m->connection = new;
	return m;
}

/* One attempt: 0, then the message is the listener's; -EAGAIN; or an error. */
static int attempt(struct unix_sock *u, struct unix_sock *listener, struct unix_message *m) NO_LOCK_ANALYSIS
{
	const struct cred *cred = NULL;
	i32 pid = 0;
	int error;

	unix_lock_two(u, listener);
	error = may_connect(u, listener);
	if (!error) {
		if (listener->peer_cred)
			cred = cred_get(listener->peer_cred);
		pid = listener->peer_pid;
		join(u, m->connection);
		unix_append(listener, m);
	}
	unix_unlock_two(u, listener);
	if (error)
		return error;
	if (cred) {
		unix_remember_peer(u, cred, pid);
		cred_put(cred);
	}
	if (waitq_active(&listener->read_wait))
		wait_wake(&listener->read_wait, POLLIN | POLLRDNORM);
	return 0;
}

static int connect_to(struct socket *s, struct unix_sock *listener, u64 deadline)
{
	struct unix_sock *u = unix_of(s);
	struct unix_message *m = make_connection(listener);
	int error;

	if (!m)
		return -ENOMEM;
	for (;;) {
		error = attempt(u, listener, m);
		if (error != -EAGAIN || deadline == 0)
			break;
		error = wait_event_timeout(&listener->space_wait, !unix_is_full(listener) || READ_ONCE(listener->dead) ||
					   READ_ONCE(listener->shut_read), true, deadline);
		error = socket_wait_result(error, s->options.send_timeout);
		if (error)
			break;
	}
	if (error)
		unix_message_free(m);
	return error;
}

int unix_connect_stream(struct socket *s, const struct socket_address *a, u32 length, bool nonblock)
{
	u64 deadline = unix_deadline(s->options.send_timeout, nonblock);
	int error = unix_address_check(a, length);
	struct unix_sock *listener;

	if (!error && s->options.pass_credentials)
		error = unix_autobind(s);
	if (error)
		return error;
	listener = unix_find(a, length, s->type);
	if (IS_ERR(listener))
		return (int)PTR_ERR(listener);
	error = connect_to(s, listener, deadline);
	unix_put(listener);
	return error;
}

/* The oldest connection of the queue, or NULL. */
static struct unix_message *take_connection(struct unix_sock *u)
{
	struct unix_message *m = NULL;

	spin_lock(&u->lock);
	if (!list_empty(&u->queue)) {
		m = list_first(&u->queue, struct unix_message, link);
		unix_unlink(u, m);
	}
	spin_unlock(&u->lock);
	return m;
}

/* A file's socket gets the connection; of the listener's options only that about credentials. */
static void adopt(struct socket *s, struct socket *new, struct unix_message *m)
{
	struct unix_sock *u = m->connection;
	bool credentials = s->options.pass_credentials;

	m->connection = NULL;
	unix_message_free(m);
	u->ino = new->inode->ino;
	socket_default_options(new);
	new->options.pass_credentials = credentials;
	new->ops = s->ops;
	new->data = u;
}

int unix_accept(struct socket *s, struct socket *new, bool nonblock)
{
	struct unix_sock *u = unix_of(s);
	u64 deadline = unix_deadline(s->options.receive_timeout, nonblock);
	struct unix_message *m;
	int error;

	if (READ_ONCE(u->state) != UNIX_LISTENING)
		return -EINVAL;
	while (!(m = take_connection(u))) {
		if (READ_ONCE(u->shut_read))
			return -EINVAL;
		if (deadline == 0)
			return -EAGAIN;
		error = wait_event_timeout(&u->read_wait, READ_ONCE(u->queue_length) || READ_ONCE(u->shut_read), true, deadline);
		error = socket_wait_result(error, s->options.receive_timeout);
		if (error)
			return error;
	}
	adopt(s, new, m);
	return 0;
}
