/*
 * What TCP's files share. tcp.h is the outside; READING order: tcp.c, tcp_hash.c, tcp_port.c, tcp_input.c, tcp_established.c,
 * tcp_ack.c, tcp_sack.c, tcp_output.c, tcp_timer.c, then the rest.
 *
 *  - Everything runs in task context. A connection's lock (RANK_SOCKET) guards its fields; only the table of connections is read
 *    without a lock, in stretches that do not sleep, and what is found there lives until the stretch ends (sched/rcu.h).
 *  - References of a struct tcp: the user's handle or the accept queue; the table, as long as it is in it; the timer while armed or
 *    on its way; the acknowledgement's work while scheduled. The last one frees it after a grace period, so that a reference may be
 *    put under the object's own lock.
 *  - Sequence numbers are compared by seq_before and its kin, never by <.
 */
#ifndef NET_TCP_INTERNAL_H
#define NET_TCP_INTERNAL_H

#include "fs/file.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/list.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "net/ip.h"
#include "net/packet.h"
#include "net/snmp.h"
#include "net/tcp.h"
#include "net/work.h"
#include "sched/clock.h"
#include "sched/lock.h"
#include "sched/rcu.h"
#include "sched/timer.h"
#include "sched/wait.h"

#define TCP_HEADER         20u
#define TCP_HEADER_MAX     60u
#define TCP_TS_BYTES       12u		/* the time stamp option and its padding */
#define TCP_MSS_DEFAULT    536u		/* RFC 9293, 3.7.1: a peer that says nothing */
#define TCP_MSS_MIN        88u		/* below it a peer, or an ICMP message, makes us work too much for a byte */
#define TCP_WSCALE         7u		/* what we offer: 6 MiB windows */
#define TCP_WSCALE_MAX     14u
#define TCP_INIT_CWND      10u		/* segments (RFC 6928) */
#define TCP_SEND_CHUNK     65536u	/* bytes that one turn of tcp_send reserves */
#define TCP_SEGMENT_BYTES  65000u	/* of a chain for segmentation: stays under PACKET_MAX with all headers */
#define TCP_RUNS           128u		/* stretches in the reassembly queue; SACKed stretches in the scoreboard */
#define TCP_SMALL          128u		/* payload up to it is copied behind the header: cheaper than a page's reference */

#define TCP_RTO_INIT    (1000 * NS_PER_MSEC)
#define TCP_RTO_MIN     (200 * NS_PER_MSEC)
#define TCP_RTO_MAX     (120 * NS_PER_SEC)
#define TCP_DELACK      (40 * NS_PER_MSEC)
#define TCP_TIMEWAIT_NS (60 * NS_PER_SEC)
#define TCP_FIN_TIMEOUT (60 * NS_PER_SEC)
#define TCP_RETRIES        15u
#define TCP_SYN_RETRIES    6u
#define TCP_SYNACK_RETRIES 5u
#define TCP_ORPHAN_RETRIES 8u

#define TCP_BUFFER_START KIB(128)	/* true size, receive; send */
#define TCP_RCVBUF_MAX   MIB(6)
#define TCP_SNDBUF_MAX   MIB(4)
#define TCP_BUFFER_MIN   4608u

/* Header flags. */
#define TH_FIN 0x01
#define TH_SYN 0x02
#define TH_RST 0x04
#define TH_PSH 0x08
#define TH_ACK 0x10
#define TH_URG 0x20
#define TH_ECE 0x40
#define TH_CWR 0x80

static inline bool seq_before(u32 a, u32 b) { return (i32)(a - b) < 0; }
static inline bool seq_after(u32 a, u32 b) { return (i32)(a - b) > 0; }
static inline u32 seq_max(u32 a, u32 b) { return seq_after(a, b) ? a : b; }
static inline u32 seq_min(u32 a, u32 b) { return seq_before(a, b) ? a : b; }
/* Bytes from a to b, 0 when b is not after a. */
static inline u32 seq_span(u32 a, u32 b) { return seq_after(b, a) ? b - a : 0; }

enum tcp_node_kind { TCP_NODE_CONNECTION, TCP_NODE_REQUEST, TCP_NODE_TIMEWAIT };

/*
 * What stands in the table of connections (or of listeners), and owns a port. Letters: [I] immutable once in the table, [a] atomic,
 * [h] the bucket's lock, read without it, [p] the port's lock.
 */
struct tcp_node {
	struct tcp_node *next;		/* [h] stays readable after removal, for readers on the way */
	struct rcu_head rcu;
	atomic32 refs;			/* [a] of connections alone */
	u8 kind;			/* [I] */
	bool hashed;			/* [h] */
	bool v6only, reuse, reuseport;	/* [p] as the port's owner */
	bool v6;			/* [I] of an AF_INET6 socket */
	bool listening;			/* [p] */
	bool bound;			/* [I] the port was asked for by number: it stays when the connection ends */
	u32 hash;			/* [I] */
	u32 uid;			/* [p] */
	u32 device;			/* [I] interface index it is bound to, or of link-local addresses; 0: any */
	u16 local_port, remote_port;	/* [I] */
	struct ip_address local, remote;	/* [I] */
	struct tcp_port *port;		/* [p] NULL: owns none */
	struct list port_link;		/* [p] */
};

struct tcp_port {
	struct tcp_port *next;		/* [p] */
	struct list owners;		/* [p] struct tcp_node */
	u16 number;			/* [I] */
	bool shared;			/* [p] only connect chose it: others may, to other peers */
};

struct tcp_run {
	u32 start, end;
};

/* The reassembly queue: packets in order, in stretches without holes. Kept while there is a hole. */
struct tcp_reassembly {
	unsigned count;
	u32 recent;				/* in the stretch that grew last: SACK names it first */
	struct tcp_run runs[TCP_RUNS];		/* rising, apart from each other */
	struct packet *last[TCP_RUNS];		/* a stretch's last packet */
	struct list packets;
};

/* What the peer says it holds beyond snd_una (RFC 6675's scoreboard). Kept while there is something. */
struct tcp_scoreboard {
	unsigned count;
	u32 bytes;
	struct tcp_run runs[TCP_RUNS];
};

/* A stretch of the send buffer. */
struct tcp_piece {
	struct page *page;		/* referenced */
	u32 offset, length;
	u32 seq;
	u32 reserved;
};

struct tcp_send_buffer {
	struct tcp_piece *pieces;	/* a ring; NULL: empty */
	u32 head, count, capacity;	/* capacity a power of two */
	struct page *tail_page;		/* referenced; the last piece's page, with room behind tail_used */
	u32 tail_used, tail_size;
};

struct tcp_congestion {
	const char *name;
	void (*begin)(struct tcp *c);			/* forget; also after an idle time */
	u32 (*ssthresh)(struct tcp *c);			/* a loss was seen: the window to go down to, bytes */
	void (*avoid)(struct tcp *c, u32 acked, u64 now);	/* bytes were acknowledged in congestion avoidance: grow snd_cwnd */
};
extern const struct tcp_congestion tcp_cubic, tcp_reno;
const struct tcp_congestion *tcp_congestion_find(const char *name);

enum tcp_ca_state { TCP_CA_OPEN, TCP_CA_DISORDER, TCP_CA_CWR, TCP_CA_RECOVERY, TCP_CA_LOSS };

enum tcp_rtx_kind { TCP_RTX_NONE, TCP_RTX_RETRANSMIT, TCP_RTX_PROBE };

#define TCP_SHUT_RECEIVE 1
#define TCP_SHUT_SEND    2

/* The state of the urgent byte that was received last. */
enum tcp_urgent { TCP_URGENT_NONE, TCP_URGENT_NOT_YET, TCP_URGENT_VALID, TCP_URGENT_READ };

struct tcp_listener;

/*
 * Letters: [l] the lock, [I] immutable, [n] as struct tcp_node says, [r] written under the lock, read without it where a stale value
 * does no harm (poll, polls of sleepers, /proc).
 */
struct tcp {
	struct tcp_node node;		/* [n] first */
	struct spinlock lock;		/* RANK_SOCKET */
	u8 state;			/* [r] enum tcp_state */
	u8 shutdown;			/* [r] TCP_SHUT_ */
	u8 ca_state;			/* [l] enum tcp_ca_state */
	u8 rtx_kind;			/* [l] what deadline_rtx is for */
	u8 retransmits, probes, backoff;	/* [l] in a row, without an answer */
	u8 snd_wscale, rcv_wscale;	/* [l] */
	u8 urgent;			/* [r] enum tcp_urgent */
	u8 urgent_byte;			/* [l] */
	u8 quick_acks;			/* [l] segments still acknowledged at once */
	u8 dupacks;			/* [l] */
	u8 syn_retries;			/* [l] 0: the default */
	u8 keep_count;			/* [l] */
	bool orphan;			/* [l] no user any more */
	bool ts_ok, sack_ok, wscale_ok;	/* [l] negotiated */
	bool nodelay, cork;		/* [l] */
	bool more;			/* [l] the last send announced another */
	bool interactive;		/* [l] answers follow requests: acknowledgements ride on them */
	bool quick_forced;		/* [l] TCP_QUICKACK */
	bool ack_pending, ack_now;	/* [l] an acknowledgement is owed; at the batch's end */
	bool ack_scheduled;		/* [l] ack_work is on its way and holds a reference */
	bool timer_held;		/* [l] the timer holds a reference */
	bool fin_queued, fin_sent;	/* [l] FIN stands behind the last byte of data */
	bool peer_fin;			/* [l] rcv_nxt is behind the peer's FIN */
	bool fin_known;			/* [l] the peer's FIN came before what is in front of it: it stands at fin_seq */
	bool cwnd_limited;		/* [l] the window of congestion held data back since the last growth */
	bool snd_locked, rcv_locked;	/* [l] SO_SNDBUF, SO_RCVBUF were set: no autotuning */
	bool no_space;			/* [r] somebody may wait for room */
	bool connecting;		/* [l] a connect was begun, and nobody was told how it ended */
	bool dsack_due;			/* [l] the next acknowledgement reports dsack */
	int error;			/* [r] positive, for SO_ERROR */
	int soft_error;			/* [l] what ICMP said that may pass */

	/* Sending. */
	u32 iss, snd_una, snd_nxt, write_seq;	/* [r] write_seq: end of data, without FIN */
	u32 snd_wnd, snd_wl1, max_wnd;	/* [l] */
	u32 snd_up;			/* [l] end of urgent data */
	u32 snd_small;			/* [l] end of the last small segment (Minshall) */
	u32 mss;			/* [l] payload of a full segment, time stamps taken off */
	u32 mss_peer, mss_user;		/* [l] what the peer can take; TCP_MAXSEG or 0 */
	u32 pmtu;			/* [l] */
	u32 snd_cwnd, ssthresh;		/* [l] bytes */
	u32 recover, high_rxt, lost_edge;	/* [l] RFC 6675: RecoveryPoint, HighRxt, and all that is not SACKed below it is lost */
	u32 prr_delivered, prr_out, recover_flight;	/* [l] RFC 6937 */
	u32 rtt_seq;			/* [l] the timed segment's end */
	u64 rtt_start;			/* [l] 0: none is timed */
	u32 srtt, rttvar, min_rtt;	/* [l] us; srtt 0: none yet */
	u64 rto;			/* [l] ns, without back-off */
	u64 first_rtx;			/* [l] when the first unanswered retransmission or probe was; 0 */
	u64 last_send, last_receive, last_data;	/* [l] */
	struct tcp_send_buffer send;	/* [l] */
	struct tcp_scoreboard *scoreboard;	/* [l] or NULL */
	u32 snd_buf;			/* [r] bytes */
	u32 notsent_lowat;		/* [r] */
	const struct tcp_congestion *cc;	/* [l] */
	struct {
		u64 epoch;		/* [l] ns; 0: none */
		u32 w_max, origin, k_ms, w_est, fraction;
	} cubic;

	/* Receiving. */
	u32 irs, rcv_nxt, rcv_wup, rcv_wnd;	/* [r] wup: rcv_nxt when the window was last told */
	u32 copied_seq;			/* [r] next byte to read */
	u32 fin_seq;			/* [l] */
	u32 urgent_seq;			/* [r] of the urgent byte */
	u32 rcv_mss, advmss;		/* [l] what the peer seems to send; what we told it */
	u32 rcv_buf, rcv_limit;		/* [l] true size; the window's limit in payload bytes */
	u32 window_clamp;		/* [l] */
	u32 rcv_lowat;			/* [r] */
	u32 ts_recent, ts_offset;	/* [l] */
	u64 ts_recent_time;		/* [l] */
	struct list rcv_queue;		/* [l] struct packet, in order; only the reader removes */
	struct tcp_reassembly *reassembly;	/* [l] or NULL */
	u32 rcv_true;			/* [l] true size of both queues */
	u32 charged;			/* [l] of the global limit, bytes */
	u32 tune_seq;			/* [l] copied_seq when the measurement of the reader's speed began */
	u64 tune_time;			/* [l] */
	struct tcp_run dsack;		/* [l] */
	u64 last_challenge;		/* [l] RFC 5961 answers to one peer are rare */

	/* Timers: one, armed lazily. */
	struct timer timer;
	struct net_work timer_work, ack_work;
	u64 timer_at;			/* [l] when it will fire; TIME_NEVER: not armed */
	u64 deadline_rtx, deadline_ack, deadline_keep;	/* [l] TIME_NEVER: none; keep is FIN-WAIT-2's and linger's too */

	/* The rest. */
	struct route route;		/* [l] */
	struct ip_address bound_local;	/* [l] what bind asked for; any */
	struct waitq wait;
	struct tcp_listener *listener;	/* [l] of a listener */
	struct list accept_link;	/* [the listener's lock] */
	u32 settings[TCP_SETTINGS];	/* [r] */
	u32 keep_idle, keep_interval, user_timeout, defer_accept;	/* [l] ms; defer: s */
	i32 linger2;			/* [l] s; 0: the default; -1: none */
	u64 inode;			/* [r] */
	u64 bytes_acked, bytes_received, bytes_sent, bytes_retrans;	/* [l] */
	u32 segs_out, segs_in, data_segs_out, data_segs_in, total_retrans;	/* [l] */
	u32 delivered;			/* [l] segments */
};

/* A half-open connection. Letters: [L] the listener's lock. */
struct tcp_request {
	struct tcp_node node;
	struct tcp *listener;		/* [I] goes after its requests: who still sees one in this stretch still has it (rcu) */
	struct list link;		/* [L] */
	u64 deadline;			/* [L] of the next SYN-ACK */
	u64 sent;			/* [L] when the last left */
	u32 iss, irs;			/* [I] */
	u32 mss_peer, rcv_wnd;		/* [I] */
	u32 ts_recent, ts_offset;	/* [L] */
	u8 snd_wscale;			/* [I] */
	bool wscale_ok, ts_ok, sack_ok;	/* [I] */
	bool dead;			/* [L] */
	bool acked;			/* [L] the handshake's last ACK came, and could not be used yet */
	u8 retransmits;			/* [L] */
	u8 tos;				/* [I] */
	struct route route;		/* [L] */
};

struct tcp_listener {
	struct rcu_head rcu;
	u32 backlog;			/* [r] */
	u32 accept_count, request_count;	/* [r] */
	struct list accept;		/* [l] struct tcp */
	struct list requests;		/* [l] struct tcp_request */
	u64 overflow;			/* [l] when cookies were last given out; 0 */
};

/* Letters: [t] the list's lock (tcp_timewait.c), read without it by the input path. */
struct tcp_timewait {
	struct tcp_node node;
	struct list link;		/* [t] */
	u64 deadline;			/* [t] */
	u32 snd_nxt, rcv_nxt, rcv_wnd;	/* [t] */
	u32 ts_recent, ts_offset;	/* [t] */
	u64 ts_recent_time;		/* [t] */
	u64 last_ack;			/* [t] */
	u8 state;			/* [t] TCP_FIN_WAIT2 or TCP_TIME_WAIT */
	u8 rcv_wscale, tos;		/* [I] */
	bool ts_ok;			/* [I] */
	bool dead;			/* [t] */
};

/* A segment as it came in, everything checked against the packet's length. */
struct tcp_segment {
	struct packet *packet;		/* payload alone; NULL once somebody took it */
	u64 now;
	u32 seq, ack, end;		/* end: with SYN and FIN */
	u32 window;			/* as in the header */
	u32 length;			/* payload */
	u16 urgent;
	u16 source_port, destination_port;
	u8 flags;
	/* Options. */
	bool has_ts, sack_ok, has_wscale;
	u8 wscale;
	u8 sack_count;
	u16 mss;			/* 0: none */
	u32 ts_value, ts_echo;
	u32 iss;		/* to begin at, when the SYN ends a TIME-WAIT; 0 */
	struct tcp_run sack[4];
};

/* ---- tcp.c ---- */
extern struct tcp_limits {
	u64 memory;			/* bytes of all queues together */
	u32 orphans, time_waits;
} tcp_limits;
extern atomic64 tcp_memory;
extern atomic32 tcp_endpoint_count, tcp_orphan_count, tcp_timewait_count, tcp_request_count, tcp_established_count;

#define tcp_count(counter) (snmp_cpus[arch_cpu_id()].counters[counter]++)	/* SNMP_…: task context */
void tcp_get_ref(struct tcp *c);
void tcp_put(struct tcp *c);			/* under its lock, too */
u64 tcp_siphash(const void *data, size_t n);	/* keyed at boot */
u32 tcp_secure_seq(const struct tcp_node *n);	/* RFC 6528 */
u32 tcp_secure_ts(const struct tcp_node *n);	/* where its time stamps start */
bool tcp_charge(struct tcp *c, u32 used);	/* under lock: `used` is its queues' size now; false: beyond the global limit */
void tcp_set_state(struct tcp *c, enum tcp_state state) REQUIRES(c->lock);
void tcp_done(struct tcp *c) REQUIRES(c->lock);	/* out of the table, timers off, CLOSED, everybody woken */
void tcp_fail(struct tcp *c, int error) REQUIRES(c->lock);	/* tcp_done with an error for the user */
void tcp_wake(struct tcp *c, unsigned events);
static inline u32 tcp_ts_now(u64 now, u32 offset) { return (u32)(now / NS_PER_MSEC) + offset; }

/* ---- tcp_hash.c ---- */
void tcp_hash_init(u64 memory);
u32 tcp_hash(const struct ip_address *local, u16 local_port, const struct ip_address *remote, u16 remote_port);
void tcp_hash_prepare(struct tcp_node *n);	/* sets n->hash */
/* Insert; 0, or -EADDRNOTAVAIL when the four names are taken. A TIME-WAIT that may be replaced is, and handed out in *old. */
int tcp_hash_insert(struct tcp_node *n, struct tcp_timewait **old);
bool tcp_hash_replace(struct tcp_node *old, struct tcp_node *new);	/* false: old was gone, new is not in */
bool tcp_hash_remove(struct tcp_node *n);	/* true: this call took it out */
struct tcp_node *tcp_hash_find(const struct ip_address *local, u16 local_port, const struct ip_address *remote, u16 remote_port,
			       u32 device);
void tcp_listen_insert(struct tcp *c);
void tcp_listen_remove(struct tcp *c);
struct tcp *tcp_listen_find(const struct ip_address *local, u16 port, u32 device, u32 flow_hash);

/* ---- tcp_port.c ---- */
void tcp_port_init(void);
int tcp_port_bind(struct tcp *c, u16 port);		/* 0: any */
int tcp_port_listen(struct tcp *c);			/* may it listen on its port? Marks it */
void tcp_port_unlisten(struct tcp *c);
int tcp_port_connect(struct tcp *c);			/* choose a port if it has none, and insert into the table */
void tcp_port_inherit(struct tcp_node *child, struct tcp_node *parent);
void tcp_port_replace(struct tcp_node *old, struct tcp_node *new);
void tcp_port_release(struct tcp_node *n);

/* ---- tcp_options.c ---- */
bool tcp_parse(struct packet *p, struct tcp_segment *s);	/* header checked, read and pulled; false: drop */
u32 tcp_put_syn_options(u8 *at, u32 mss, bool ts, u32 ts_value, u32 ts_echo, bool sack, int wscale);	/* bytes, a multiple of 4 */
u32 tcp_put_ts(u8 *at, u32 value, u32 echo);

/* ---- tcp_buffer.c ---- */
bool tcp_buffer_append(struct tcp *c, struct page *page, u32 offset, u32 n);	/* takes the page's reference, when true */
void tcp_buffer_drop(struct tcp *c, u32 seq);		/* everything before seq */
void tcp_buffer_free(struct tcp *c);
u32 tcp_buffer_attach(struct tcp *c, struct packet *p, u32 seq, u32 n);	/* bytes attached or copied */
u32 tcp_buffer_used(const struct tcp *c);		/* as counted against snd_buf */

/* ---- tcp_output.c ---- */
struct tcp_reply {		/* a segment without data of something that is no full connection */
	const struct ip_address *source, *destination;
	u16 source_port, destination_port;
	u32 seq, ack, window;
	u8 flags, tos, ttl;
	u32 device;
	u8 options[40];
	u32 option_bytes;
	struct route *route;	/* NULL: look one up */
};
void tcp_send_reply(const struct tcp_reply *r);
void tcp_send_reset_for(const struct tcp_segment *s);	/* RFC 9293, 3.5.2; s->packet still has its addresses */
void tcp_push(struct tcp *c, u64 now) REQUIRES(c->lock);	/* send what may be sent: retransmissions first, then new data */
bool tcp_send_chunk(struct tcp *c, u32 seq, u32 *n, u64 now) REQUIRES(c->lock);	/* [seq, seq + *n) whatever the windows say */
void tcp_send_ack(struct tcp *c, u64 now) REQUIRES(c->lock);
void tcp_send_probe(struct tcp *c, u64 now) REQUIRES(c->lock);	/* an old sequence number: the peer has to answer */
void tcp_send_syn(struct tcp *c, u64 now) REQUIRES(c->lock);	/* or SYN-ACK, by the state */
void tcp_send_reset(struct tcp *c) REQUIRES(c->lock);
void tcp_set_mss(struct tcp *c) REQUIRES(c->lock);	/* from pmtu, mss_peer, mss_user */
int tcp_find_route(struct tcp *c) REQUIRES(c->lock);	/* a valid one, or -errno */
u32 tcp_offered_window(const struct tcp *c);		/* bytes that we would offer now */
static inline u32 tcp_end_seq(const struct tcp *c) { return c->write_seq + c->fin_queued; }
static inline u32 tcp_window_left(const struct tcp *c) { return seq_span(c->rcv_nxt, c->rcv_wup + c->rcv_wnd); }

/* ---- tcp_input.c, tcp_established.c ---- */
void tcp_arrives(struct tcp *c, struct tcp_segment *s) REQUIRES(c->lock);
bool tcp_check_ts(struct tcp *c, const struct tcp_segment *s);	/* PAWS: false is an old duplicate */
void tcp_challenge(struct tcp *c, u64 now) REQUIRES(c->lock);
void tcp_schedule_ack(struct tcp *c) REQUIRES(c->lock);
void tcp_settle(struct tcp *c, u64 now) REQUIRES(c->lock);

/* ---- tcp_receive.c: the receive queues ---- */
void tcp_queue_data(struct tcp *c, struct tcp_segment *s) REQUIRES(c->lock);
void tcp_free_receive(struct tcp *c);
u32 tcp_true_size(const struct packet *p);
void tcp_tune_receive(struct tcp *c, u64 now) REQUIRES(c->lock);
static inline u32 *tcp_packet_seq(struct packet *p) { return (u32 *)&p->control[0]; }
static inline u32 *tcp_packet_true(struct packet *p) { return (u32 *)&p->control[1]; }

/* ---- tcp_ack.c, tcp_sack.c ---- */
bool tcp_acknowledge(struct tcp *c, const struct tcp_segment *s) REQUIRES(c->lock);	/* false: drop the segment */
void tcp_rtt_sample(struct tcp *c, u32 us);
void tcp_enter_loss(struct tcp *c) REQUIRES(c->lock);
u32 tcp_pipe(const struct tcp *c);
bool tcp_next_hole(const struct tcp *c, u32 *seq, u32 *n);
u32 tcp_sack_update(struct tcp *c, const struct tcp_segment *s, bool *dsack);	/* newly SACKed bytes */
void tcp_sack_advance(struct tcp *c);			/* snd_una moved */
void tcp_sack_clear(struct tcp *c);
void tcp_sack_find_lost(struct tcp *c);			/* moves lost_edge up */
static inline u32 tcp_sacked(const struct tcp *c) { return c->scoreboard ? c->scoreboard->bytes : 0; }

/* ---- tcp_socket.c ---- */
int tcp_consume_error(struct tcp *c) REQUIRES(c->lock);	/* the pending error, positive or 0; it is told once */
static inline u32 tcp_send_room(const struct tcp *c) { return seq_span(tcp_buffer_used(c), READ_ONCE(c->snd_buf)); }
/* Bytes in order that were not read. */
static inline u32 tcp_queued(const struct tcp *c) { return READ_ONCE(c->rcv_nxt) - READ_ONCE(c->copied_seq) - c->peer_fin; }

/* ---- tcp_timer.c ---- */
void tcp_timer_init(struct tcp *c);
void tcp_timer_update(struct tcp *c) REQUIRES(c->lock);	/* the deadlines changed */
void tcp_timer_stop(struct tcp *c) REQUIRES(c->lock);
void tcp_timer_retransmit(struct tcp *c, u64 now) REQUIRES(c->lock);	/* restart, or stop when nothing is out */
void tcp_set_keepalive(struct tcp *c) REQUIRES(c->lock);
u64 tcp_rto_backed_off(const struct tcp *c);

/* ---- tcp_request.c, tcp_listen.c, tcp_secure.c ---- */
void tcp_drop_request(struct tcp *l, struct tcp_request *r) REQUIRES(l->lock);
void tcp_send_synack(struct tcp *l, struct tcp_request *r, bool cookie, u64 now) REQUIRES(l->lock);
void tcp_listen_segment(struct tcp *l, struct tcp_segment *s);
bool tcp_request_segment(struct tcp_request *r, struct tcp_segment *s);	/* false: it is dead, and out of the table */
void tcp_listen_timer(struct tcp *l, u64 now) REQUIRES(l->lock);
void tcp_listen_stop(struct tcp *l);	/* resets what waits; takes the lock */
u32 tcp_cookie_make(const struct tcp_node *n, u32 peer_seq, u32 mss, u64 now);
u32 tcp_cookie_check(const struct tcp_node *n, u32 peer_seq, u32 cookie, u64 now);	/* the MSS, or 0 */
void tcp_request_error(struct tcp_request *r, const struct ip_error *e);

/* ---- tcp_timewait.c ---- */
void tcp_timewait_init(void);
void tcp_timewait_enter(struct tcp *c, enum tcp_state state, u64 now) REQUIRES(c->lock);	/* c is done afterwards */
/* True: it is a new connection's SYN, the old one is gone; *iss is what to begin at. */
bool tcp_timewait_segment(struct tcp_timewait *t, struct tcp_segment *s, u32 *iss);
bool tcp_timewait_reusable(const struct tcp_timewait *t);	/* by a connect with the same names */
void tcp_timewait_kill(struct tcp_timewait *t);

/* ---- tcp_connect.c ---- */
void tcp_syn_sent(struct tcp *c, struct tcp_segment *s) REQUIRES(c->lock);
void tcp_begin_established(struct tcp *c, u64 now) REQUIRES(c->lock);
void tcp_start_window(struct tcp *c);			/* first receive window, from advmss and rcv_buf */

#endif
