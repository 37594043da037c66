/*
 * TIME-WAIT, and FIN-WAIT-2 without an owner: what is left of a connection is a small object in the table that answers for it 60
 * seconds long (RFC 9293, 3.4.2, 3.10.7.4; RFC 1337), and makes way for a new connection that is surely newer (RFC 6191). All last
 * equally long, so one list in the order of time and one timer serve them. list_lock guards the list and the objects' changes; the
 * port's and the table's locks are taken after it is released.
 */
#include "net/tcp_internal.h"

#define CHALLENGE_GAP (500 * NS_PER_MSEC)

static struct spinlock list_lock;	/* RANK_TCP_TIMEWAIT */
static struct list waiting;		/* [list_lock] by deadline */
static struct timer timer;
static struct net_work work;
static bool armed;			/* [list_lock] */

static void fired(struct timer *t)
{
	(void)t;
	net_schedule(&work);
}

static void freed(struct rcu_head *h)
{
	kfree(container_of(h, struct tcp_timewait, node.rcu));
}

/* It is marked dead, and off the list. */
static void dispose(struct tcp_timewait *t)
{
	(void)tcp_hash_remove(&t->node);
	tcp_port_release(&t->node);
	atomic_dec(&tcp_timewait_count);
	rcu_call(&t->node.rcu, freed);
}

static bool mark_dead(struct tcp_timewait *t) REQUIRES(list_lock)
{
	if (t->dead)
		return false;
	t->dead = true;
	list_del(&t->link);
	return true;
}

void tcp_timewait_kill(struct tcp_timewait *t)
{
	bool mine;

	spin_lock(&list_lock);
	mine = mark_dead(t);
	spin_unlock(&list_lock);
	if (mine) {
		tcp_count(SNMP_TWRecycled);
		dispose(t);
	}
}

static struct tcp_timewait *next_due(u64 now)
{
	struct tcp_timewait *t = NULL;

	spin_lock(&list_lock);
	if (!list_empty(&waiting)) {
		t = list_first(&waiting, struct tcp_timewait, link);
		if (t->deadline > now) {
			timer_arm(&timer, t->deadline);
			t = NULL;
		} else {
			(void)mark_dead(t);
		}
	} else {
		armed = false;
	}
	spin_unlock(&list_lock);
	return t;
}

static void expire(struct net_work *w)
{
	struct tcp_timewait *t;
	u64 now = clock_now();

	(void)w;
	while ((t = next_due(now)) != NULL)
		dispose(t);
}

void tcp_timewait_init(void)
{
	spin_init(&list_lock, "tcp time-wait", RANK_TCP_TIMEWAIT);
	list_init(&waiting);
	timer_init(&timer, fired);
	net_work_prepare(&work, expire);
	armed = false;
}

static void wait_from(struct tcp_timewait *t, u64 now) REQUIRES(list_lock)
{
	t->deadline = now + TCP_TIMEWAIT_NS;
	list_move_tail(&waiting, &t->link);
	if (armed)
		return;
	armed = true;
	timer_arm(&timer, t->deadline);
}

void tcp_timewait_enter(struct tcp *c, enum tcp_state state, u64 now)
{
	struct tcp_timewait *t = NULL;
	bool listed;

	if ((u32)atomic_read(&tcp_timewait_count) < tcp_limits.time_waits)
		t = kzalloc(sizeof(*t));
	if (!t) {
		tcp_count(SNMP_TCPTimeWaitOverflow);
		tcp_done(c);
		return;
	}
	atomic_inc(&tcp_timewait_count);
	t->node = c->node;
	t->node.kind = TCP_NODE_TIMEWAIT;
	t->node.hashed = t->node.listening = false;
	t->node.port = NULL;
	list_init(&t->node.port_link);
	list_init(&t->link);
	t->snd_nxt = c->snd_nxt;
	t->rcv_nxt = c->rcv_nxt;
	t->rcv_wnd = tcp_window_left(c);
	t->rcv_wscale = c->rcv_wscale;
	t->ts_ok = c->ts_ok;
	t->ts_recent = c->ts_recent;
	t->ts_recent_time = c->ts_recent_time;
	t->ts_offset = c->ts_offset;
	t->tos = (u8)c->settings[TCP_SET_TOS];
	t->state = (u8)state;
	tcp_count(SNMP_TW);
	tcp_port_replace(&c->node, &t->node);
	spin_lock(&list_lock);
	wait_from(t, now);
	spin_unlock(&list_lock);
	listed = tcp_hash_replace(&c->node, &t->node);
	tcp_done(c);
	if (listed)
		tcp_put(c);		/* the table's, perhaps the last: only of what is closed */
}

static void acknowledge(struct tcp_timewait *t, const struct tcp_segment *s)
{
	struct tcp_reply r = {
		.source = &t->node.local, .destination = &t->node.remote, .source_port = t->node.local_port,
		.destination_port = t->node.remote_port, .seq = t->snd_nxt, .ack = t->rcv_nxt, .window = t->rcv_wnd >> t->rcv_wscale,
		.flags = TH_ACK, .tos = t->tos, .device = t->node.device,
	};

	if (t->ts_ok)
		r.option_bytes = tcp_put_ts(r.options, tcp_ts_now(s->now, t->ts_offset), t->ts_recent);
	tcp_send_reply(&r);
}

/* RFC 6191, 2: a SYN that is surely of a new connection. */
static bool is_new(const struct tcp_timewait *t, const struct tcp_segment *s)
{
	if (t->state != TCP_TIME_WAIT || (s->flags & (TH_SYN | TH_RST | TH_ACK | TH_FIN)) != TH_SYN)
		return false;
	return seq_after(s->seq, t->rcv_nxt) || (t->ts_ok && s->has_ts && (i32)(s->ts_value - t->ts_recent) > 0);
}

/* FIN-WAIT-2 without an owner: the peer's FIN ends it, its data is refused. True: answer with a reset. */
static bool half_closed(struct tcp_timewait *t, const struct tcp_segment *s, bool *ack) REQUIRES(list_lock)
{
	if (seq_after(s->end, t->rcv_nxt) && !(s->flags & TH_FIN && s->end == t->rcv_nxt + 1))
		return true;
	if (s->flags & TH_FIN && s->end == t->rcv_nxt + 1) {
		t->rcv_nxt = s->end;
		t->state = TCP_TIME_WAIT;
		wait_from(t, s->now);
		*ack = true;
	}
	return false;
}

bool tcp_timewait_segment(struct tcp_timewait *t, struct tcp_segment *s, u32 *iss)
{
	bool paws, kill = false, reset = false, ack = false, fresh = false;

	spin_lock(&list_lock);
	paws = t->ts_ok && s->has_ts && (i32)(s->ts_value - t->ts_recent) < 0;
	if (t->dead) {
		spin_unlock(&list_lock);
		return true;
	}
	if (is_new(t, s)) {
		fresh = kill = mark_dead(t);
	} else if (s->flags & TH_RST) {
		/* RFC 1337: a TIME-WAIT is not cut short; FIN-WAIT-2 is, at the exact place. */
		if (t->state == TCP_FIN_WAIT2 && s->seq == t->rcv_nxt)
			kill = mark_dead(t);
	} else if (t->state == TCP_FIN_WAIT2 && !paws && !(s->flags & TH_SYN)) {
		reset = half_closed(t, s, &ack);
		kill = reset && mark_dead(t);
	} else if (s->length || s->flags & (TH_SYN | TH_FIN) || s->seq != t->rcv_nxt) {
		ack = s->flags & TH_FIN || s->now - t->last_ack >= CHALLENGE_GAP;
		if (s->flags & TH_FIN && !paws)
			wait_from(t, s->now);
	}
	if (ack)
		t->last_ack = s->now;
	*iss = fresh ? t->snd_nxt + 65535 + 2 : 0;
	spin_unlock(&list_lock);
	if (reset)
		tcp_send_reset_for(s);
	if (ack)
		acknowledge(t, s);
	if (kill) {
		tcp_count(fresh ? SNMP_TWRecycled : SNMP_TcpEstabResets);
		dispose(t);
	}
	return fresh;
}

/* As Linux: on this machine, where nothing lingers in the network longer than a tick of the time stamps. */
bool tcp_timewait_reusable(const struct tcp_timewait *t)
{
	return t->state == TCP_TIME_WAIT && t->ts_ok && ip_is_loopback(&t->node.remote) &&
	       clock_now() - t->ts_recent_time >= NS_PER_SEC;
}
