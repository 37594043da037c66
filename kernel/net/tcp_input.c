/*
 * Where segments and ICMP errors come in: checked, taken apart, and given to the connection, request, TIME-WAIT or listener that they
 * are for; or answered with a reset (RFC 9293, 3.10.7.1). Task context; nothing here sleeps, so what the tables show stays (rcu).
 */
#include "net/tcp_internal.h"

static u32 device_of(const struct packet *p) { return p->device ? p->device->index : 0; }

static bool to_connection(struct tcp *c, struct tcp_segment *s)
{
	bool alive;

	spin_lock(&c->lock);
	alive = c->state != TCP_CLOSED && c->state != TCP_LISTEN;
	if (alive)
		tcp_arrives(c, s);
	spin_unlock(&c->lock);
	return alive;
}

static void to_listener(struct tcp_segment *s)
{
	const struct ip_packet *ip = &s->packet->ip;
	struct tcp *l = tcp_listen_find(&ip->destination, s->destination_port, device_of(s->packet),
					tcp_hash(&ip->destination, s->destination_port, &ip->source, s->source_port));

	if (l)
		tcp_listen_segment(l, s);
	else
		tcp_send_reset_for(s);
}

static struct tcp_node *find(const struct tcp_segment *s)
{
	const struct ip_packet *ip = &s->packet->ip;

	return tcp_hash_find(&ip->destination, s->destination_port, &ip->source, s->source_port, device_of(s->packet));
}

/* False: it is over. */
static bool to_node(struct tcp_node *n, struct tcp_segment *s)
{
	if (n->kind == TCP_NODE_REQUEST)
		return tcp_request_segment(container_of(n, struct tcp_request, node), s);
	return to_connection(container_of(n, struct tcp, node), s);
}

/*
 * What was found may be over once its lock is held, and something else answer for it:
 *
 *	CPU 0, the ACK of our FIN                 CPU 1, an update of the window
 *	                                          find: the connection
 *	lock; TIME-WAIT takes its place
 *	CLOSED; unlock                            lock: CLOSED
 *
 * A reset would tell the peer that the connection broke. It left the table under its lock, so another look finds its heir, or nobody;
 * the same holds of a request that became a connection.
 */
static void deliver(struct tcp_segment *s)
{
	struct tcp_node *n;

	while ((n = find(s)) != NULL && n->kind != TCP_NODE_TIMEWAIT)
		if (to_node(n, s))
			return;
	if (n && !tcp_timewait_segment(container_of(n, struct tcp_timewait, node), s, &s->iss))
		return;
	to_listener(s);
}

void tcp_input(struct packet *p)
{
	struct tcp_segment s;

	tcp_count(SNMP_TcpInSegs);
	if (p->broadcast || ip_is_multicast(&p->ip.destination) || p->length < TCP_HEADER) {
		tcp_count(SNMP_TcpInErrs);
		packet_free(p);
		return;
	}
	if (!packet_verify(p, checksum_pseudo(&p->ip.source, &p->ip.destination, IPPROTO_TCP, p->length))) {
		tcp_count(SNMP_TcpInCsumErrors);
		tcp_count(SNMP_TcpInErrs);
		packet_free(p);
		return;
	}
	if (!tcp_parse(p, &s)) {
		tcp_count(SNMP_TcpInErrs);
		packet_free(p);
		return;
	}
	s.now = clock_now();
	deliver(&s);
	packet_free(s.packet);
}

/* ---- ICMP ---- */

/* The path takes less than we send: cut smaller, and send again what is out (RFC 1191, 6.5). */
static void shrink(struct tcp *c, u32 mtu) REQUIRES(c->lock)
{
	u32 least = TCP_HEADER + IP6_HEADER + TCP_MSS_MIN;

	if (mtu >= c->pmtu || c->state == TCP_SYN_SENT)
		return;
	c->pmtu = MAX(mtu, least);
	tcp_set_mss(c);
	if (c->snd_una == c->snd_nxt)
		return;
	if (c->ca_state < TCP_CA_RECOVERY) {
		c->ca_state = TCP_CA_RECOVERY;	/* not for congestion: the window stays */
		c->ssthresh = MAX(c->snd_cwnd, 2 * c->mss);
		c->recover = c->snd_nxt;
		c->recover_flight = c->snd_nxt - c->snd_una;
		c->prr_delivered = c->prr_out = 0;
	}
	c->lost_edge = c->snd_nxt;
	c->high_rxt = c->snd_una;
	tcp_push(c, clock_now());
}

static void error_for(struct tcp *c, const struct ip_error *e, u32 seq) REQUIRES(c->lock)
{
	if (c->state == TCP_CLOSED || c->state == TCP_LISTEN)
		return;
	if (seq_before(seq, c->snd_una) || seq_after(seq, c->snd_nxt))
		return;		/* not about a segment that we have out: RFC 5927, 4.1 */
	if (e->error == EMSGSIZE)
		shrink(c, e->mtu);
	else if (c->state == TCP_SYN_SENT || c->state == TCP_SYN_RECEIVED)
		tcp_fail(c, e->error);
	else
		c->soft_error = e->error;	/* RFC 1122, 4.2.3.9; even hard ones: RFC 5927, 5.2 */
}

void tcp_error(const struct ip_error *e)
{
	u16 local_port = load_be16(e->transport), remote_port = load_be16(e->transport + 2);
	struct tcp_node *n = tcp_hash_find(&e->ip.source, local_port, &e->ip.destination, remote_port, 0);

	if (!n || n->kind == TCP_NODE_TIMEWAIT)
		return;
	if (n->kind == TCP_NODE_REQUEST) {
		tcp_request_error(container_of(n, struct tcp_request, node), e);
	} else {
		struct tcp *c = container_of(n, struct tcp, node);

		spin_lock(&c->lock);
		error_for(c, e, load_be32(e->transport + 4));
		spin_unlock(&c->lock);
	}
}
