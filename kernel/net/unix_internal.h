/*
 * What the files of AF_UNIX share: unix(7).
 *
 *  - A struct unix_sock is a socket's data. It is counted and may outlive its file: peers, datagrams on their way and look-ups
 *    hold references. A connection that waits for accept is one without a file.
 *  - Of a stream or seqpacket socket the peer is set once, by connect, accept or socketpair, and is a reference until the
 *    file's end, so whoever holds the file reads it without a lock. A datagram socket's peer changes under its lock.
 *  - Locks of two sockets are taken in the order of their addresses (unix_lock_two); a listener's lock is outside those of the
 *    connections in its queue, which nobody else locks first. No user memory is touched under them.
 *  - Messages are appended to the receiver's queue under its lock, and taken from it by who holds the socket's receive_order
 *    too, so that a message at the head stays there while its bytes are copied without the lock.
 *
 * A sender that finds no room and a receiver that makes some meet like this (room: `sent` of the sender; and the receiver's
 * queue):
 *
 *	sender                                  receiver
 *	A: wait_begin(write_wait)               C: atomic_sub(sent)
 *	   (full barrier)                          (full barrier, in waitq_active)
 *	B: sent < send_buffer?                  D: waitq_active(write_wait)?
 *
 * B missed C only if it came before it; then A came before D, and D wakes. Receivers that wait for a message meet senders in
 * the same way: the queue grows under the lock before read_wait is looked at.
 */
#ifndef NET_UNIX_INTERNAL_H
#define NET_UNIX_INTERNAL_H

#include "fs/file.h"
#include "lib/list.h"
#include "net/socket.h"

#define UNIX_PATH_MAX	  108u
#define UNIX_PATH_AT	  2u		/* where sun_path begins in struct sockaddr_un */
#define UNIX_ADDRESS_MAX  (UNIX_PATH_AT + UNIX_PATH_MAX)
#define UNIX_BUFFER	  212992u	/* net.core.wmem_default */
#define UNIX_DATAGRAM_QUEUE 10u		/* net.unix.max_dgram_qlen */
#define UNIX_RIGHTS_MAX	  253u		/* descriptors in one message */

enum unix_state { UNIX_CLOSED, UNIX_LISTENING, UNIX_CONNECTED };

/* A name. All [I] but refs; shared by a listener and the connections that were made through it. */
struct unix_address {
	atomic32 refs;
	u32 length;			/* of the sockaddr_un: the family and the bytes of sun_path, a path's NUL included */
	struct dentry *path;		/* referenced, its mount held; NULL: an abstract name */
	char name[UNIX_PATH_MAX + 1];
};

struct unix_credentials {
	i32 pid;
	u32 uid, gid;
};

/* Descriptors on their way. Owned by one message, or by the call that sends or receives. */
struct unix_rights {
	struct list link;		/* of those that are being thrown away */
	struct user *user;		/* [I] referenced: whose limit they count against; NULL: they do not (a peek's copy) */
	bool sockets;			/* [I] sockets of this family are among them, and counted by unix_gc.c */
	unsigned count;			/* [I] */
	struct file *files[];		/* [I] referenced */
};

struct unix_sock;

/* Letters: [I] immutable once queued, [o] the receiver's receive_order. */
struct unix_message {
	struct list link;		/* [the receiver's lock] */
	u32 length;			/* [I] bytes */
	u32 offset;			/* [o] of these, how many were received already (streams) */
	u32 charge;			/* [I] what counts against the sender's buffer */
	u32 page_count;			/* [I] 0: the bytes stand here */
	struct unix_credentials from;	/* [I] */
	u64 time;			/* [I] ns of clock_now(), datagrams */
	struct unix_sock *sender;	/* [I] referenced; NULL: the receiver's peer */
	struct unix_rights *rights;	/* [the receiver's lock] until received */
	struct unix_sock *connection;	/* [I] in a listener's queue: referenced */
	union {
		u8 bytes[0];
		struct page *pages[0];	/* referenced */
	};
};

/* Letters: [I] immutable, [a] atomic, [l] lock, [ln] lock to change, read without, [b] the bucket's lock, [g] unix_flight_lock. */
struct unix_sock {
	atomic32 refs;			/* [a] */
	struct spinlock lock;		/* RANK_SOCKET */
	u16 type;			/* [I] SOCK_ */
	u16 state;			/* [ln] enum unix_state */
	bool dead;			/* [ln] its file is gone */
	bool binding;			/* [l] a bind is under way */
	bool shut_read, shut_write;	/* [ln] */
	int error;			/* [a] positive errno for the next call, or 0 */
	u32 send_buffer;		/* [a] SO_SNDBUF */
	i32 peek_offset;		/* [a] SO_PEEK_OFF; negative: off */
	atomic64 sent;			/* [a] charges of its messages that nobody has received */
	struct unix_sock *peer;		/* see above; referenced */
	struct unix_address *address;	/* set once, by rcu_publish */
	struct list queue;		/* [l] struct unix_message */
	u32 queue_length;		/* [ln] */
	u32 backlog;			/* [ln] the queue is full when there are more than that in it */
	u64 arrivals;			/* [ln] messages ever queued */
	struct waitq read_wait;		/* receivers, accept */
	struct waitq write_wait;	/* its senders without room in their own buffer; pollers of that, and of the peer's queue */
	struct waitq space_wait;	/* others that wait for a place in its queue: senders and connecting sockets */
	struct list relays;		/* [l] unix_sock->relay_link: whose pollers want to hear of a place in its queue */
	struct list relay_link;		/* [relay_on's lock] */
	struct unix_sock *relay_on;	/* [that one's lock], read without; NULL: on no list */
	const struct cred *peer_cred;	/* [l] referenced, or NULL */
	i32 peer_pid;			/* [l] */
	struct list bucket_link;	/* [b] */
	u32 bucket;			/* [b] */
	u64 ino;			/* [I] of its inode; 0: none yet */
	struct file *file;		/* [g] while in flight: its file */
	struct list flight_link;	/* [g] */
	unsigned in_flight;		/* [g] references to the file that messages hold */
	unsigned unexplained;		/* [g] of these, those that the search has not seen */
	bool candidate;			/* [g] */
};

static inline struct unix_sock *unix_of(const struct socket *s) { return s->data; }
static inline void unix_get(struct unix_sock *u) { atomic_inc(&u->refs); }
void unix_put(struct unix_sock *u);
void unix_lock_two(struct unix_sock *a, struct unix_sock *b);
void unix_unlock_two(struct unix_sock *a, struct unix_sock *b);
static inline bool unix_is_full(const struct unix_sock *u) { return READ_ONCE(u->queue_length) > READ_ONCE(u->backlog); }
struct unix_sock *unix_alloc(u16 type);			/* one reference; NULL when memory is out */
void unix_end(struct unix_sock *u, bool unaccepted);	/* the file's end, or that of a connection that nobody accepted */
u64 unix_deadline(u64 timeout, bool nonblock);		/* of a call that begins now; 0: it does not wait */
void unix_remember_peer(struct unix_sock *u, const struct cred *cred, i32 pid);	/* SO_PEERCRED; refers to cred */
int unix_take_error(struct unix_sock *u);		/* positive or 0 */

/* Names: unix_name.c. */
void unix_hash(struct unix_sock *u);			/* a new socket: it has no name */
void unix_unhash(struct unix_sock *u);
void unix_address_put(struct unix_address *a);
int unix_address_check(const struct socket_address *a, u32 length);	/* 0 or -EINVAL */
int unix_bind(struct socket *s, const struct socket_address *a, u32 length);
int unix_autobind(struct socket *s);			/* unless it has a name */
/* Who is bound to the name, referenced, or ERR_PTR(-ECONNREFUSED, -EPROTOTYPE, -EACCES, -ENOENT …). */
struct unix_sock *unix_find(const struct socket_address *a, u32 length, u16 type);
u32 unix_name_out(const struct unix_sock *u, struct socket_address *a);	/* its length */
void unix_names_init(void);

/* Connections: unix_connect.c. */
int unix_listen(struct socket *s, int backlog);
int unix_connect_stream(struct socket *s, const struct socket_address *a, u32 length, bool nonblock);
int unix_accept(struct socket *s, struct socket *new, bool nonblock);
int unix_pair(struct socket *a, struct socket *b);

/* Messages: unix_message.c. */
struct unix_message *unix_message_alloc(u32 length);	/* room for that many bytes; NULL when memory is out */
void unix_message_free(struct unix_message *m);		/* its charge must be gone */
int unix_message_fill(struct unix_message *m, struct uio *from);	/* 0 or -EFAULT */
size_t unix_message_copy(const struct unix_message *m, u32 offset, struct uio *to, size_t n);	/* bytes moved */
/* Wait until u may send one more message: 0, -EAGAIN, -EPIPE, or what a signal or an error of the socket makes of it. */
int unix_wait_room(struct unix_sock *u, u64 timeout, u64 deadline);
void unix_charge(struct unix_sock *sender, struct unix_message *m);
void unix_discharge(struct unix_sock *sender, const struct unix_message *m);	/* received, or thrown away; wakes */
void unix_append(struct unix_sock *to, struct unix_message *m) REQUIRES(to->lock);
void unix_unlink(struct unix_sock *u, struct unix_message *m) REQUIRES(u->lock);	/* out of u's queue; wakes */
void unix_purge(struct unix_sock *u);			/* throw the queue away */
static inline bool unix_may_write(const struct unix_sock *u)
{
	return (u64)atomic_read(&u->sent) * 4 <= READ_ONCE(u->send_buffer);
}

/* Control messages: unix_rights.c. */
struct unix_control {
	struct unix_credentials from;
	struct unix_rights *rights;	/* owned, or NULL */
};
int unix_control_in(const struct message *m, struct unix_control *c);	/* 0, or what cmsg(3) calls answer */
void unix_control_out(struct socket *s, struct message *m, struct unix_control *c);	/* the rights are gone after it */
struct unix_rights *unix_rights_copy(const struct unix_rights *r);	/* for a peek; NULL when memory is out */
void unix_rights_free(struct unix_rights *r);

/* Sockets in flight: unix_gc.c. */
void unix_flight_begin(struct unix_rights *r);
void unix_flight_end(struct unix_rights *r);
void unix_flight_barrier(void);
void unix_collect(void);		/* find and throw away what only lost messages refer to */

/* Streams: unix_stream.c. Datagrams and seqpacket: unix_datagram.c. */
ssize_t unix_stream_send(struct socket *s, struct message *m);
ssize_t unix_stream_receive(struct socket *s, struct message *m);
ssize_t unix_datagram_send(struct socket *s, struct message *m);
ssize_t unix_datagram_receive(struct socket *s, struct message *m);
ssize_t unix_seqpacket_send(struct socket *s, struct message *m);
ssize_t unix_seqpacket_receive(struct socket *s, struct message *m);
int unix_datagram_connect(struct socket *s, const struct socket_address *a, u32 length, bool nonblock);
void unix_datagram_release(struct unix_sock *u);	/* its peer is forgotten */
bool unix_datagram_blocked(struct unix_sock *u);	/* by the peer's full queue; pollers hear when that changes */
struct unix_sock *unix_datagram_peer(struct unix_sock *u);	/* referenced, or NULL */

#endif
