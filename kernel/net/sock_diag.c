/*
 * NETLINK_SOCK_DIAG (sock_diag(7)): TCP, UDP and AF_UNIX sockets as ss and its like ask for them, in dumps that states and ports
 * may narrow, and TCP and UDP ones by their names. A snapshot without a lock; task context.
 */
#include "lib/error.h"
#include "lib/string.h"
#include "net/netlink_internal.h"
#include "net/socket_abi.h"
#include "net/tcp.h"
#include "net/udp.h"
#include "net/unix.h"

#define SOCK_DIAG_BY_FAMILY 20

#define INET_DIAG_REQ_BYTECODE 1
#define INET_DIAG_INFO 2
#define INET_DIAG_CONG 4
#define UNIX_DIAG_NAME 0
#define UNIX_SHOW_NAME 1

struct inet_id {
	u16 source_port_be, destination_port_be;
	u8 source[16], destination[16];
	u32 index, cookie[2];
};

struct inet_request {
	u8 family, protocol, extensions, pad;
	u32 states;
	struct inet_id id;
};
_Static_assert(sizeof(struct inet_request) == 56, "struct inet_diag_req_v2");

struct inet_message {
	u8 family, state, timer, retransmits;
	struct inet_id id;
	u32 expires_ms, receive_queue, send_queue, uid, inode;
};
_Static_assert(sizeof(struct inet_message) == 72, "struct inet_diag_msg");

struct unix_request {
	u8 family, protocol;
	u16 pad;
	u32 states, inode, show, cookie[2];
};
_Static_assert(sizeof(struct unix_request) == 24, "struct unix_diag_req");

struct unix_message_head {
	u8 family, type, state, pad;
	u32 inode, cookie[2];
};
_Static_assert(sizeof(struct unix_message_head) == 16, "struct unix_diag_msg");

/* A request, kept in nl_dump.filter. */
union kept {
	struct inet_request inet;
	struct unix_request local;
};
_Static_assert(sizeof(union kept) <= sizeof(((struct nl_dump *)NULL)->filter), "a request in a dump");

/* One walk of a table. */
struct walk {
	struct nl_writer *writer;
	struct nl_dump *dump;		/* NULL: one socket is asked for */
	union kept request;
	u32 port, sequence;
	bool found, full;
};

static void put_address(u8 to[16], const struct ip_address *a, bool v6)
{
	memset(to, 0, 16);
	if (v6)
		memcpy(to, a->b, 16);
	else
		memcpy(to, a->b + 12, 4);
}

static struct inet_id make_id(const struct endpoint *local, const struct endpoint *remote, bool v6, u64 cookie)
{
	struct inet_id id = {
		.source_port_be = be16(local->port), .destination_port_be = be16(remote->port),
		.cookie = { (u32)cookie, (u32)(cookie >> 32) },
	};

	put_address(id.source, &local->address, v6);
	put_address(id.destination, &remote->address, v6);
	return id;
}

/* Is the socket asked for? A dump by family, states and ports; else by all of its name. */
static bool wanted(const struct walk *w, const struct inet_message *m)
{
	const struct inet_request *r = &w->request.inet;

	if (m->family != r->family)
		return false;
	if (!w->dump)
		return memcmp(&m->id, &r->id, offsetof(struct inet_id, index)) == 0;
	if (!(r->states >> m->state & 1))
		return false;
	return (!r->id.source_port_be || r->id.source_port_be == m->id.source_port_be) &&
	       (!r->id.destination_port_be || r->id.destination_port_be == m->id.destination_port_be);
}

static void begin(struct walk *w, const void *head, u32 n)
{
	nl_begin(w->writer, w->port, w->sequence, SOCK_DIAG_BY_FAMILY, w->dump ? NLM_F_MULTI : 0, head, n);
}

/* The walk goes on while there is room, and more is asked for. */
static bool end(struct walk *w)
{
	w->full = !nl_end(w->writer);
	w->found = true;
	return w->dump && !w->full;
}

static bool put_tcp(const struct tcp_row *row, void *arg)
{
	struct walk *w = arg;
	u8 extensions = w->request.inet.extensions;
	struct inet_message m = {
		.family = row->v6 ? AF_INET6 : AF_INET, .state = (u8)row->state, .timer = row->timer,
		.retransmits = (u8)row->retransmits,
		.id = make_id(&row->local, &row->remote, row->v6, row->cookie), .expires_ms = (u32)(row->timer_ns / 1000000),
		.receive_queue = row->receive_queue, .send_queue = row->send_queue, .uid = row->uid,
		.inode = row->tcp ? (u32)tcp_inode(row->tcp) : 0,
	};
	struct tcp_info info;
	char name[16] = { 0 };
	u32 n = sizeof(name);

	if (row->state == TCP_CLOSED || !wanted(w, &m))
		return true;
	begin(w, &m, sizeof(m));
	if (row->tcp && (extensions >> (INET_DIAG_INFO - 1) & 1)) {
		tcp_get_info(row->tcp, &info);
		nl_put(w->writer, INET_DIAG_INFO, &info, sizeof(info));
	}
	if (row->tcp && (extensions >> (INET_DIAG_CONG - 1) & 1) && tcp_getsockopt(row->tcp, TCP_CONGESTION, name, &n) == 0)
		nl_put(w->writer, INET_DIAG_CONG, name, (u32)strlen(name) + 1);
	return end(w);
}

static bool put_udp(const struct udp_row *row, void *arg)
{
	struct walk *w = arg;
	struct inet_message m = {
		.family = row->v6 ? AF_INET6 : AF_INET, .state = row->remote.port ? TCP_ESTABLISHED : TCP_CLOSED,
		.id = make_id(&row->local, &row->remote, row->v6, row->cookie), .receive_queue = row->receive_queue,
		.send_queue = row->send_queue, .uid = row->uid, .inode = (u32)row->inode,
	};

	if (!wanted(w, &m) || (w->dump && !nl_dump_due(w->dump)))
		return true;
	begin(w, &m, sizeof(m));
	return end(w);
}

static bool put_unix(const struct unix_row *row, void *arg)
{
	struct walk *w = arg;
	const struct unix_request *r = &w->request.local;
	struct unix_message_head m = {
		.family = AF_UNIX, .type = (u8)row->type, .inode = (u32)row->inode, .cookie = { (u32)row->inode, 0 },
		.state = row->listening ? TCP_LISTEN : row->connected ? TCP_ESTABLISHED : TCP_CLOSED,
	};

	if (!(r->states >> m.state & 1) || !nl_dump_due(w->dump))
		return true;
	begin(w, &m, sizeof(m));
	if (r->show & UNIX_SHOW_NAME && row->name_length)
		nl_put(w->writer, UNIX_DIAG_NAME, row->name, row->name_length);
	return end(w);
}

static struct walk start(struct nl_dump *d, struct nl_writer *writer)
{
	struct walk w = { .writer = writer, .dump = d, .port = d->port, .sequence = d->sequence };

	memcpy(&w.request, d->filter, sizeof(w.request));
	return w;
}

/* TCP's table is walked from where the last frame ended: a node that did not fit is met again. */
static bool fill_tcp(struct nl_dump *d, struct nl_writer *writer)
{
	struct walk w = start(d, writer);

	tcp_walk(&d->position, put_tcp, &w);
	if (w.full)
		d->position--;
	return !w.full;
}

/* What a walk that stopped had counted last did not fit. */
static bool counted(struct nl_dump *d, const struct walk *w)
{
	d->given = d->seen - w->full;
	return !w->full;
}

static bool fill_udp(struct nl_dump *d, struct nl_writer *writer)
{
	struct walk w = start(d, writer);

	udp_walk(put_udp, &w);
	return counted(d, &w);
}

static bool fill_unix(struct nl_dump *d, struct nl_writer *writer)
{
	struct walk w = start(d, writer);

	unix_walk(put_unix, &w);
	return counted(d, &w);
}

static int inet_request(const struct nl_request *r, struct nl_dump *dump)
{
	static const u8 least[INET_DIAG_REQ_BYTECODE + 1];
	const struct nlattr *a[INET_DIAG_REQ_BYTECODE + 1];
	struct walk w = { .writer = r->reply, .port = r->port, .sequence = r->header->sequence };
	int error = nl_parse(r, sizeof(w.request.inet), a, INET_DIAG_REQ_BYTECODE, least);
	bool tcp;
	u64 position = 0;

	if (error)
		return error;
	memcpy(&w.request, r->body, sizeof(w.request.inet));
	tcp = w.request.inet.protocol == 6;
	if (!tcp && w.request.inet.protocol != 17)
		return -ENOENT;
	if (a[INET_DIAG_REQ_BYTECODE])
		return -EOPNOTSUPP;
	if (r->header->flags & NLM_F_DUMP) {
		memcpy(dump->filter, &w.request, sizeof(w.request));
		dump->fill = tcp ? fill_tcp : fill_udp;
		return 1;
	}
	if (tcp)
		tcp_walk(&position, put_tcp, &w);
	else
		udp_walk(put_udp, &w);
	return !w.found ? -ENOENT : w.full ? -EMSGSIZE : 0;
}

static int unix_request(const struct nl_request *r, struct nl_dump *dump)
{
	struct unix_request request;

	if (r->length < sizeof(request))
		return -EINVAL;
	if (!(r->header->flags & NLM_F_DUMP))
		return -EOPNOTSUPP;
	memcpy(&request, r->body, sizeof(request));
	memcpy(dump->filter, &request, sizeof(request));
	dump->fill = fill_unix;
	return 1;
}

int sock_diag_request(const struct nl_request *r, struct nl_dump *dump)
{
	if (r->header->type != SOCK_DIAG_BY_FAMILY)
		return r->header->type < SOCK_DIAG_BY_FAMILY ? -EOPNOTSUPP : -EINVAL;
	if (r->length < 2)
		return -EINVAL;
	switch (r->body[0]) {
	case AF_INET:
	case AF_INET6:
		return inet_request(r, dump);
	case AF_UNIX:
		return unix_request(r, dump);
	default:
		return r->body[0] < AF_MAX ? -ENOENT : -EINVAL;
	}
}
