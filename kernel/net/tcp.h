/*
 * TCP, for the socket layer, /proc and netlink: RFC 9293 with window scaling and time stamps (7323), SACK (2018, 6675), CUBIC
 * (9438), blind-attack defences (5961), and Linux's answers where the RFCs leave a choice.
 *
 *  - A struct tcp is one endpoint: fresh, bound, listening, or a connection. It holds both families: IPv4 is ::ffff:a.b.c.d.
 *  - All calls are for task context with no spinlock held. None sleeps for the network: what cannot be done now is -EAGAIN, and the
 *    caller waits on tcp_wait(c) and asks again. tcp_send and tcp_receive may sleep in user copies.
 *  - The caller owns one reference from tcp_create or tcp_accept, and gives it back by tcp_close; no other call on it may run then
 *    or later. What is left to do (sending the rest, FIN, lingering) happens without it.
 *  - Senders are put in order by a mutex of the caller's around tcp_send…, readers by another around tcp_receive, tcp_ranges and
 *    tcp_consume. Everything else locks for itself.
 *  - A call that sends does the network's work for this machine (net_run) before it returns: over loopback the peer has received.
 */
#ifndef NET_TCP_H
#define NET_TCP_H

#include "net/address.h"
#include "net/packet.h"

struct tcp;
struct uio;
struct waitq;

/* As in TCP_INFO, /proc/net/tcp and sock_diag. */
enum tcp_state {
	TCP_ESTABLISHED = 1, TCP_SYN_SENT, TCP_SYN_RECEIVED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_TIME_WAIT, TCP_CLOSED, TCP_CLOSE_WAIT,
	TCP_LAST_ACK, TCP_LISTEN, TCP_CLOSING,
};

/* Boot, after slab_init and random_init, before the first packet. Sizes tables and limits by memory; panics when it has none. */
void tcp_init(void);

/* ---- Life ---- */

/* A fresh endpoint; NULL when memory is out. */
struct tcp *tcp_create(void) __must_check;

/*
 * Done with it: takes the caller's reference. Unread data, or SO_LINGER with 0, resets the connection (RFC 9293, 3.6.1); otherwise what
 * was sent is delivered and the connection closed in the background. A listener's waiting connections are reset. To wait for the
 * delivery (SO_LINGER), first tcp_shutdown(c, true, true), then wait on tcp_wait(c) until tcp_lingers(c) is false.
 */
void tcp_close(struct tcp *c);
bool tcp_lingers(const struct tcp *c);		/* data or the FIN are not acknowledged yet */

/* Reset (connect to AF_UNSPEC, SOCK_DESTROY): afterwards it is fresh; a listener stops listening. Local reads and writes see error; 0: none. */
void tcp_abort(struct tcp *c, int error);

/* ---- Names ---- */

/*
 * Port 0: a free one is chosen. Family: `v6` says that the caller's socket is AF_INET6 (any = :: takes IPv4 too unless V6ONLY).
 * 0; -EINVAL: bound already; -EADDRINUSE; -ENOMEM. That the address is ours is checked here: -EADDRNOTAVAIL (unless FREEBIND).
 */
int tcp_bind(struct tcp *c, const struct endpoint *local);
void tcp_local(const struct tcp *c, struct endpoint *e);	/* port 0 and any: not bound */
int tcp_remote(const struct tcp *c, struct endpoint *e);	/* 0, or -ENOTCONN */
void tcp_last_remote(const struct tcp *c, struct endpoint *e);	/* of an accepted connection, whatever became of it */

/* ---- Opening ---- */

/* backlog as in listen(2), cut at 4096; on a listener only changes it. 0; -EINVAL: connected; -EADDRINUSE; -ENOMEM. */
int tcp_listen(struct tcp *c, int backlog);

/* The oldest connection whose handshake is over: *child is the caller's. 0; -EAGAIN: none; -EINVAL: not listening. */
int tcp_accept(struct tcp *listener, struct tcp **child);

/*
 * Begin to connect. -EINPROGRESS: the SYN is on its way, wait for POLLOUT and then ask tcp_take_error; -EALREADY: it still is; -EISCONN;
 * -EINVAL: listening; or what route_lookup says; -EADDRNOTAVAIL: no port is left; -ENOMEM. 0 when it is connected and nobody asked
 * since (a second connect(2) after success: as Linux, once).
 */
int tcp_connect(struct tcp *c, const struct endpoint *remote);

/* ---- Data ---- */

#define TCP_MSG_OOB      0x1		/* numbers of MSG_… */
#define TCP_MSG_PEEK     0x2		/* of the urgent byte; the rest by tcp_peek */
#define TCP_MSG_TRUNC    0x20		/* receive: throw the bytes away instead of copying them */
#define TCP_MSG_MORE     0x8000

/*
 * Append what has room. Bytes taken (less than u->left: room or user memory ran out, look at u->left); -EAGAIN: no room; -EPIPE: shut
 * down for sending, or never connected; -EFAULT; -ENOMEM; a pending error. While connecting: -EAGAIN.
 */
ssize_t tcp_send(struct tcp *c, struct uio *u, unsigned flags);

/*
 * The same for bytes that lie in a page, by reference (sendfile, splice). Who changes them meanwhile changes what is sent, as on Linux.
 * length 0: nothing follows what was sent with TCP_MSG_MORE.
 */
ssize_t tcp_send_page(struct tcp *c, struct page *page, u32 offset, u32 length, unsigned flags);

/*
 * Take in-order bytes. Bytes; 0: the peer is done (or receiving was shut down); -EAGAIN; -ENOTCONN; -EFAULT; a pending error (read once).
 * Stops at the urgent mark. TCP_MSG_OOB takes the urgent byte: -EINVAL when there is none or it is read inline, -EAGAIN: not here yet.
 */
ssize_t tcp_receive(struct tcp *c, struct uio *u, unsigned flags);

/* Copy in-order bytes behind the first `skip` and leave them all there. As tcp_receive; an error is only told when skip is 0. */
ssize_t tcp_peek(struct tcp *c, struct uio *u, u32 skip, unsigned flags);

/* What tcp_receive would take, behind the first `skip` bytes, in place: valid until the next tcp_consume. The number of ranges. */
struct tcp_range {
	struct packet *packet;
	u32 from, length;
};
unsigned tcp_ranges(struct tcp *c, u32 skip, struct tcp_range *ranges, unsigned count);
void tcp_consume(struct tcp *c, u32 n);

/* Take at most `most` bytes of one page, by reference where they lie in one. As tcp_receive; -ENOMEM. The reference is the caller's. */
ssize_t tcp_receive_page(struct tcp *c, u32 most, struct page **page, u32 *offset);

u32 tcp_readable(const struct tcp *c);		/* SIOCINQ: bytes, up to the urgent mark */
u32 tcp_unsent(const struct tcp *c);		/* SIOCOUTQNSD */
u32 tcp_unacked(const struct tcp *c);		/* SIOCOUTQ */
bool tcp_at_mark(const struct tcp *c);		/* SIOCATMARK */

/* shutdown(2). 0 or -ENOTCONN. A listener with `read` stops listening. */
int tcp_shutdown(struct tcp *c, bool read, bool write);

/* ---- Events ---- */

/* Woken with the POLL bits that may have come true. */
struct waitq *tcp_wait(struct tcp *c);

unsigned tcp_poll(struct tcp *c);		/* POLL bits of fs/file.h, as Linux computes them */

int tcp_take_error(struct tcp *c);		/* SO_ERROR: 0 or a positive errno; reading clears it */

/* ---- Options ---- */

/* What SOL_SOCKET, IPPROTO_IP and IPPROTO_IPV6 say and TCP obeys; connections that a listener accepts inherit them. */
enum tcp_setting {
	TCP_SET_REUSEADDR, TCP_SET_REUSEPORT, TCP_SET_KEEPALIVE, TCP_SET_OOBINLINE,
	TCP_SET_V6ONLY,		/* before bind */
	TCP_SET_V6,		/* the socket is AF_INET6; before bind */
	TCP_SET_FREEBIND,
	TCP_SET_BIND_NO_PORT,	/* bind to port 0 leaves the choice to connect or listen */
	TCP_SET_LINGER,		/* seconds + 1, or 0: off; seconds 0: close resets */
	TCP_SET_SNDBUF,		/* bytes as the kernel counts them (twice what setsockopt was given); ends autotuning */
	TCP_SET_RCVBUF,
	TCP_SET_RCVLOWAT,
	TCP_SET_DEVICE,		/* interface index; 0: any */
	TCP_SET_TOS, TCP_SET_TTL,	/* or traffic class, hop limit; TTL 0: the default */
	TCP_SET_UID,		/* of the owner, for /proc and who may share a port */
	TCP_SETTINGS,
};
void tcp_set(struct tcp *c, enum tcp_setting s, u32 value);
u32 tcp_get(const struct tcp *c, enum tcp_setting s);

/* IPPROTO_TCP options of <linux/tcp.h>. */
enum tcp_option {
	TCP_NODELAY = 1, TCP_MAXSEG = 2, TCP_CORK = 3, TCP_KEEPIDLE = 4, TCP_KEEPINTVL = 5, TCP_KEEPCNT = 6, TCP_SYNCNT = 7,
	TCP_LINGER2 = 8, TCP_DEFER_ACCEPT = 9, TCP_WINDOW_CLAMP = 10, TCP_INFO = 11, TCP_QUICKACK = 12, TCP_CONGESTION = 13,
	TCP_USER_TIMEOUT = 18, TCP_NOTSENT_LOWAT = 25,
};

/* `value`: `size` bytes of a kernel copy. 0; -EINVAL: value or size; -ENOPROTOOPT; -ENOENT: no such congestion control. */
int tcp_setsockopt(struct tcp *c, int option, const void *value, u32 size);

/* Fills up to *size bytes of value and sets *size. 0, -ENOPROTOOPT, -EINVAL. At most TCP_OPTION_MAX bytes. */
#define TCP_OPTION_MAX 256u
int tcp_getsockopt(const struct tcp *c, int option, void *value, u32 *size);

/* struct tcp_info of <linux/tcp.h>, as far as it is kept here; a reader that knows less or more of it is cut or filled with zeros. */
struct tcp_info {
	u8 state, ca_state, retransmits, probes, backoff, options, wscale, flags;
	u32 rto, ato, snd_mss, rcv_mss;			/* us, us, bytes, bytes */
	u32 unacked, sacked, lost, retrans, fackets;	/* segments */
	u32 last_data_sent, last_ack_sent, last_data_recv, last_ack_recv;	/* ms ago */
	u32 pmtu, rcv_ssthresh, rtt, rttvar, snd_ssthresh, snd_cwnd, advmss, reordering;	/* rtt in us, cwnd in segments */
	u32 rcv_rtt, rcv_space, total_retrans;
	u64 pacing_rate, max_pacing_rate, bytes_acked, bytes_received;
	u32 segs_out, segs_in, notsent_bytes, min_rtt, data_segs_in, data_segs_out;
	u64 delivery_rate, busy_time, rwnd_limited, sndbuf_limited;
	u32 delivered, delivered_ce;
	u64 bytes_sent, bytes_retrans;
	u32 dsack_dups, reord_seen, rcv_ooopack, snd_wnd;
};
_Static_assert(sizeof(struct tcp_info) == 232, "struct tcp_info of Linux 5.10");
void tcp_get_info(const struct tcp *c, struct tcp_info *info);

/* ---- All of them: /proc/net/tcp, tcp6, sock_diag ---- */

struct tcp_row {
	enum tcp_state state;
	bool v6;			/* of an AF_INET6 socket: belongs to /proc/net/tcp6 */
	struct endpoint local, remote;
	u32 send_queue, receive_queue;	/* bytes; a listener: its backlog limit, connections waiting */
	u8 timer;			/* 0 none, 1 retransmission, 2 keep-alive, 3 TIME-WAIT, 4 window probe */
	u64 timer_ns;			/* until it fires */
	u32 retransmits, probes, uid;
	u64 cookie;			/* tells endpoints apart as long as the machine runs */
	const struct tcp *tcp;		/* NULL: a request or TIME-WAIT. Valid inside fn alone */
};

/* fn for each endpoint, without a lock held, until it says false; *position starts at 0 and lets a walk go on. fn must not sleep. */
void tcp_walk(u64 *position, bool (*fn)(const struct tcp_row *row, void *arg), void *arg);

/* What a file or socket of the owner is called in a row: the inode's number, for /proc/net/tcp. */
void tcp_set_inode(struct tcp *c, u64 inode);
u64 tcp_inode(const struct tcp *c);

u32 tcp_established(void);	/* TcpCurrEstab: ESTABLISHED and CLOSE-WAIT. The other counters are net/snmp.h's */

struct tcp_usage {
	u32 endpoints, orphans, time_waits, requests;
	u64 memory, memory_limit;		/* bytes of send and receive queues */
};
void tcp_usage(struct tcp_usage *u);

/* ---- For the network layer's table of protocols ---- */

struct ip_error;
void tcp_input(struct packet *p);
void tcp_error(const struct ip_error *e);

#endif
