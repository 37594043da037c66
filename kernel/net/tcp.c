/*
 * TCP's common ground: making and freeing endpoints, the end of a connection, the limit of all queues' memory. Task
 * context. What a connection does is in the other files: tcp_internal.h names their order.
 */
#include "net/tcp_internal.h"

#include "mm/frame.h"

#define CHARGE_STEP  4096u	/* bytes by which an endpoint draws on the common limit */
#define CHARGE_SLACK KIB(64)	/* kept for the next packets */

struct tcp_limits tcp_limits;
atomic64 tcp_memory;
atomic32 tcp_endpoint_count, tcp_orphan_count, tcp_timewait_count, tcp_request_count, tcp_established_count;

static struct slab_cache *tcp_cache;

void tcp_init(void)
{
	u64 memory = frame_total() * PAGE_SIZE;

	tcp_limits.memory = memory / 8;
	tcp_limits.orphans = (u32)MIN(MAX(memory / MIB(1) * 16, 512u), 65536u);
	tcp_limits.time_waits = (u32)MIN(MAX(memory / MIB(1) * 64, 4096u), 262144u);
	tcp_cache = slab_cache_create("tcp", sizeof(struct tcp), CACHE_LINE);
	ASSERT(tcp_cache);
	tcp_hash_init(memory);
	tcp_port_init();
	tcp_timewait_init();
}

u32 tcp_established(void) { return (u32)atomic_read(&tcp_established_count); }

void tcp_usage(struct tcp_usage *u)
{
	*u = (struct tcp_usage){
		.endpoints = (u32)atomic_read(&tcp_endpoint_count), .orphans = (u32)atomic_read(&tcp_orphan_count),
		.time_waits = (u32)atomic_read(&tcp_timewait_count), .requests = (u32)atomic_read(&tcp_request_count),
		.memory = (u64)atomic_read(&tcp_memory), .memory_limit = tcp_limits.memory,
	};
}

/* ---- Life ---- */

struct tcp *tcp_create(void)
{
	struct tcp *c = slab_zalloc(tcp_cache);

	if (!c)
		return NULL;
	atomic_set(&c->node.refs, 1);
	c->node.kind = TCP_NODE_CONNECTION;
	list_init(&c->node.port_link);
	spin_init(&c->lock, "tcp", RANK_SOCKET);
	c->state = TCP_CLOSED;
	c->cc = &tcp_cubic;
	c->snd_buf = TCP_BUFFER_START;
	c->rcv_buf = TCP_BUFFER_START;
	c->rcv_limit = c->rcv_buf / 2;
	c->notsent_lowat = UINT32_MAX;
	c->rcv_lowat = 1;
	c->window_clamp = UINT32_MAX;
	c->keep_idle = 7200 * 1000;
	c->keep_interval = 75 * 1000;
	c->keep_count = 9;
	c->mss = TCP_MSS_DEFAULT;
	list_init(&c->rcv_queue);
	list_init(&c->accept_link);
	waitq_init(&c->wait);
	tcp_timer_init(c);
	atomic_inc(&tcp_endpoint_count);
	return c;
}

void tcp_get_ref(struct tcp *c) { atomic_inc(&c->node.refs); }

static void free_endpoint(struct rcu_head *h)
{
	struct tcp *c = container_of(h, struct tcp, node.rcu);

	slab_free(tcp_cache, c);
}

void tcp_put(struct tcp *c)
{
	if (!atomic_dec_and_test(&c->node.refs))
		return;
	ASSERT(c->state == TCP_CLOSED && !c->timer_held && !c->listener);
	tcp_port_release(&c->node);
	tcp_buffer_free(c);
	tcp_sack_clear(c);
	tcp_free_receive(c);
	(void)tcp_charge(c, 0);
	atomic_sub(&tcp_memory, (i64)c->charged);
	c->charged = 0;
	atomic_dec(&tcp_endpoint_count);
	rcu_call(&c->node.rcu, free_endpoint);
}

bool tcp_charge(struct tcp *c, u32 used)
{
	u32 want = ALIGN_UP(used, CHARGE_STEP), least = CHARGE_STEP;

	/* With half of it drawn nobody keeps a step for later: thousands of idle endpoints would leave nothing to those that speak. */
	if ((u64)atomic_read(&tcp_memory) > tcp_limits.memory / 2)
		least = 0;
	if (want > c->charged) {
		if ((u64)atomic_add(&tcp_memory, (i64)(want - c->charged)) > tcp_limits.memory) {
			atomic_sub(&tcp_memory, (i64)(want - c->charged));
			tcp_count(SNMP_TCPMemoryPressures);
			return false;
		}
		c->charged = want;
	} else if (c->charged - want > CHARGE_SLACK || (used == 0 && c->charged > least)) {
		want = MAX(want, least);
		atomic_sub(&tcp_memory, (i64)(c->charged - want));
		c->charged = want;
	}
	return true;
}

/* ---- States ---- */

static bool counts_as_established(enum tcp_state s) { return s == TCP_ESTABLISHED || s == TCP_CLOSE_WAIT; }

void tcp_set_state(struct tcp *c, enum tcp_state state)
{
	bool before = counts_as_established(c->state), after = counts_as_established(state);

	if (before != after)
		atomic_add(&tcp_established_count, after ? 1 : -1);
	WRITE_ONCE(c->state, (u8)state);
}

void tcp_wake(struct tcp *c, unsigned events)
{
	if (waitq_active(&c->wait))
		wait_wake(&c->wait, events);
}

void tcp_done(struct tcp *c)
{
	bool listed;

	if (c->state == TCP_CLOSED && !c->node.hashed)
		return;
	if (c->state == TCP_SYN_SENT || c->state == TCP_SYN_RECEIVED)
		tcp_count(SNMP_TcpAttemptFails);
	tcp_set_state(c, TCP_CLOSED);
	c->shutdown = TCP_SHUT_RECEIVE | TCP_SHUT_SEND;
	tcp_timer_stop(c);
	tcp_buffer_free(c);
	tcp_sack_clear(c);
	c->snd_una = c->snd_nxt = c->write_seq;
	c->fin_queued = c->fin_sent = false;
	listed = tcp_hash_remove(&c->node);
	if (!c->node.bound)
		tcp_port_release(&c->node);
	if (c->orphan) {
		atomic_dec(&tcp_orphan_count);
		c->orphan = false;
	}
	tcp_wake(c, POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM | POLLHUP | POLLRDHUP | (c->error ? POLLERR : 0));
	if (listed)
		tcp_put(c);
}

void tcp_fail(struct tcp *c, int error)
{
	c->error = error;
	tcp_done(c);
}
