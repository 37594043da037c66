/*
 * Sockets: what a descriptor of a socket is, whatever its family.
 *
 *  - A struct socket is the data of one open file, and ends with it; nothing else holds one. What may outlive it (a connection that
 *    still sends, a name that others look up) is the protocol's own object behind `data`.
 *  - A family fills struct socket_ops. An operation that is absent answers -EOPNOTSUPP. All run in task context with no spinlock held,
 *    may be called by several threads at once, and lock for themselves; `send_order` and `receive_order` are there for them.
 *  - Options of SOL_SOCKET are kept here; a family that obeys one is told by option_changed.
 */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include "fs/file.h"
#include "lib/list.h"
#include "net/socket_abi.h"
#include "sched/lock.h"
#include "sched/wait.h"

struct bpf_program;
struct socket;

/* Where a receiver's control messages go: the caller's buffer, filled in order. */
struct control_sink {
	uaddr at;
	u64 room;
	u64 used;
	bool truncated;			/* MSG_CTRUNC */
};

/* One message: sendmsg, recvmsg, and what is made of the other calls. Kernel memory but for the data. */
struct message {
	struct uio *data;
	unsigned flags;			/* MSG_ of the call; MSG_DONTWAIT also when the file is O_NONBLOCK */
	struct socket_address *address;	/* send: to; receive: filled with from. NULL: nobody asked */
	u32 address_length;		/* send: 0 without an address. Receive: set; 0: there is none */
	const u8 *control;		/* send: a chain of cmsghdr whose lengths were checked */
	u64 control_length;
	struct control_sink *sink;	/* receive: or NULL */
	unsigned result_flags;		/* receive: MSG_TRUNC, MSG_OOB, MSG_EOR … */
};

struct socket_ops {
	void (*release)(struct socket *s);			/* the file is gone; may sleep (SO_LINGER) */
	int (*bind)(struct socket *s, const struct socket_address *a, u32 length);
	int (*connect)(struct socket *s, const struct socket_address *a, u32 length, bool nonblock);
	int (*pair)(struct socket *a, struct socket *b);	/* socketpair */
	int (*listen)(struct socket *s, int backlog);
	int (*accept)(struct socket *s, struct socket *new, bool nonblock);	/* `new` is fresh, of the same family and type */
	int (*getname)(struct socket *s, struct socket_address *a, bool peer);	/* its length, or -errno */
	/* accept's answer: the peer's name, who may have left already. Absent: getname's. */
	int (*accepted_name)(struct socket *s, struct socket_address *a);
	ssize_t (*send)(struct socket *s, struct message *m);
	ssize_t (*receive)(struct socket *s, struct message *m);
	/*
	 * Pages by reference, for splice and sendfile. send_page refers to the page itself; length 0: nothing follows what was sent with
	 * MSG_MORE. receive_page gives at most `most` bytes of one page, whose reference is the caller's. Bytes, 0 at the end, -errno.
	 */
	ssize_t (*send_page)(struct socket *s, struct page *page, u32 offset, u32 length, unsigned flags);
	ssize_t (*receive_page)(struct socket *s, u32 most, struct page **page, u32 *offset, unsigned flags);
	int (*shutdown)(struct socket *s, bool read, bool write);
	unsigned (*poll)(struct socket *s, struct poll_table *t);
	long (*ioctl)(struct socket *s, unsigned request, uaddr argument);	/* -ENOTTY: not mine */
	/*
	 * Levels other than SOL_SOCKET, and of that one what net/socket_options.c does not know; `value` is a kernel copy. getsockopt:
	 * *size is its room, then what was written.
	 */
	int (*setsockopt)(struct socket *s, int level, int option, const void *value, u32 size);
	int (*getsockopt)(struct socket *s, int level, int option, void *value, u32 *size);
	void (*option_changed)(struct socket *s, int option);	/* of SOL_SOCKET: s->options has the new value */
	int (*take_error)(struct socket *s);			/* SO_ERROR: positive errno or 0 */
	/* SO_ATTACH_FILTER: takes the program on success; NULL detaches, -ENOENT: there is none. Absent: -ENOPROTOOPT. */
	int (*set_filter)(struct socket *s, struct bpf_program *b);
	int (*peer_credentials)(struct socket *s, struct ucred *u);	/* SO_PEERCRED; absent: nobody's */
	bool is_stream;			/* reads may be partial; a read without a peer is the end */
};

/* SOL_SOCKET's. Letters: all [a]. */
struct socket_options {
	bool reuse_address, reuse_port, keepalive, oob_inline, broadcast, dont_route, pass_credentials, timestamp, timestamp_ns;
	bool no_check, zerocopy, rxq_overflow;
	u32 send_buffer, receive_buffer;	/* bytes as the kernel counts them: twice what was asked for */
	u32 receive_low;		/* SO_RCVLOWAT */
	i32 linger;			/* seconds; -1: off */
	u64 receive_timeout, send_timeout;	/* ns; TIME_NEVER */
	u32 priority, mark, busy_poll;
	u32 device;			/* SO_BINDTODEVICE: interface index; 0: any */
	u64 max_pacing_rate;
};

/* Letters: [I] immutable once the file exists, [a] atomic. */
struct socket {
	u16 family, type;		/* [I] */
	u16 protocol;			/* [I] */
	bool listening;			/* [a] SO_ACCEPTCONN */
	const struct socket_ops *ops;	/* [I] */
	void *data;			/* [I] the family's */
	struct inode *inode;		/* [I] not counted: the inode ends with the file */
	struct mutex send_order;	/* RANK_OBJECT: a big write stays in one piece */
	struct mutex receive_order;	/* RANK_OBJECT */
	struct socket_options options;
	u64 cookie;			/* [I] SO_COOKIE, sock_diag */
};

/* A family: makes the socket's data and sets ops. Its type and protocol are checked there: 0 or -errno (-EPROTONOSUPPORT …). */
struct socket_family {
	u16 family;
	int (*create)(struct socket *s);
};

/* socket(2): a file, or ERR_PTR. flags: O_NONBLOCK. */
struct file *socket_create(int family, int type, int protocol, u32 flags);

/* For accept: a socket of s's kind with no data yet (ops->accept gives it some), in a file. ERR_PTR(-ENOMEM). */
struct file *socket_create_like(const struct socket *s, u32 flags);

/* As socket(2) makes them, for an accept that passes none on. */
void socket_default_options(struct socket *s);

/* The socket of a file; NULL: it is something else (ENOTSOCK). */
struct socket *socket_of(struct file *f);

/* SOL_SOCKET and others, checked sizes; `value` is a kernel copy. */
int socket_setsockopt(struct socket *s, int level, int option, const void *value, u32 size);
int socket_getsockopt(struct socket *s, int level, int option, void *value, u32 *size);
#define SOCKET_OPTION_MAX 4096u

/* One message out or in. SIGPIPE is raised here, unless MSG_NOSIGNAL. */
ssize_t socket_send(struct socket *s, struct message *m);
ssize_t socket_receive(struct socket *s, struct message *m);
ssize_t socket_send_page(struct socket *s, struct page *page, u32 offset, u32 length, unsigned flags);	/* has the op; SIGPIPE as well */

/* Append a control message; cuts it, and marks the sink, when there is too little room. -EFAULT. */
int control_put(struct control_sink *sink, int level, int type, const void *data, u32 size);

/* The next control message of a chain that was checked: NULL at the end. *at starts at 0. */
const struct cmsghdr *control_next(const struct message *m, u64 *at);

/*
 * Sleep until `condition`: 0, -EAGAIN at the end of `timeout` ns (TIME_NEVER: never), or what a signal makes of it: -ERESTARTSYS
 * without a timeout, -EINTR with one (signal(7)). For ops that block.
 */
#define socket_wait(q, condition, timeout) socket_wait_until(q, condition, socket_deadline(timeout))

/* The same with a point in time, for a call that waits several times: all its waiting together has one time-out. */
#define socket_wait_until(q, condition, end) ({ \
	u64 end_ = (end); \
	int w_ = wait_event_timeout(q, condition, true, end_); \
	socket_wait_result(w_, end_); })
u64 socket_deadline(u64 timeout);
int socket_wait_result(int result, u64 end);

/* /proc/net and sock_diag: every socket that exists is an inode of this. */
#define SOCKFS_MAGIC 0x534f434b

void socket_init(void);			/* boot */
unsigned socket_count(void);		/* how many there are, of all families */

#endif
