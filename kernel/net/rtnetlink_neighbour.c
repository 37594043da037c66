/* NETLINK_ROUTE: the neighbour cache (RTM_*NEIGH). No lock of its own; task context. */
#include "net/netlink.h"

#include "lib/error.h"
#include "lib/string.h"
#include "net/netlink_internal.h"
#include "net/socket_abi.h"
#include "sched/clock.h"

#define NEIGHBOUR_MESSAGE_MAX 256
#define UNICAST 1
#define NTF_PROXY 0x08

struct target {
	struct nl_writer *w;
	struct nl_dump *dump;
	bool full;
};

static u32 hundredths_ago(u64 when, u64 now) { return when && when < now ? (u32)((now - when) / (NS_PER_SEC / 100)) : 0; }

static bool put_neighbour(struct nl_writer *w, const struct neighbour *n, u16 type, const struct nl_dump *d)
{
	u8 state = __atomic_load_n(&n->state, __ATOMIC_ACQUIRE);
	u64 mac = __atomic_load_n(&n->mac, __ATOMIC_RELAXED), now = clock_now();
	struct ndmsg m = {
		.family = ip_is_v4(&n->address) ? AF_INET : AF_INET6, .index = (i32)n->device->index, .state = state,
		.flags = n->router ? NTF_ROUTER : 0, .type = UNICAST,
	};
	struct nda_cacheinfo cache = {
		.confirmed = hundredths_ago(n->confirmed, now), .used = hundredths_ago(n->used, now), .updated = hundredths_ago(n->confirmed, now),
	};

	nl_begin(w, d ? d->port : 0, d ? d->sequence : 0, type, d ? NLM_F_MULTI : 0, &m, sizeof(m));
	nl_put_address(w, NDA_DST, &n->address);
	if (!(state & (NUD_INCOMPLETE | NUD_FAILED)))
		nl_put(w, NDA_LLADDR, &mac, ETHERNET_ALEN);
	nl_put_u32(w, NDA_PROBES, n->probes);
	nl_put(w, NDA_CACHEINFO, &cache, sizeof(cache));
	return nl_end(w);
}

static bool dump_one(const struct neighbour *n, void *arg)
{
	struct target *t = arg;
	struct nl_dump *d = t->dump;
	u8 family = ip_is_v4(&n->address) ? AF_INET : AF_INET6;

	if (!nl_dump_due(d))
		return true;
	if ((!d->family || d->family == family) && (!d->index || d->index == n->device->index))
		t->full = !put_neighbour(t->w, n, RTM_NEWNEIGH, d);
	if (!t->full)
		d->given++;
	return !t->full;
}

static bool fill_neighbours(struct nl_dump *d, struct nl_writer *w)
{
	struct target t = { .w = w, .dump = d };

	neighbour_walk(dump_one, &t);
	return !t.full;
}

static bool fill_nothing(struct nl_dump *d, struct nl_writer *w) { return true; }

void netlink_neighbour_changed(const struct neighbour *n, bool gone)
{
	u8 bytes[NEIGHBOUR_MESSAGE_MAX];
	struct nl_writer w = { .data = bytes, .size = sizeof(bytes) };

	if (netlink_has_listeners(RTNLGRP_NEIGH) && put_neighbour(&w, n, gone ? RTM_DELNEIGH : RTM_NEWNEIGH, NULL))
		netlink_broadcast(RTNLGRP_NEIGH, &w);
}

struct sought {
	struct netdev *device;
	struct ip_address address;
	u8 state;			/* 0: not found */
	struct nl_writer *reply;
	struct nl_dump as;		/* port and sequence for the reply */
};

static bool seek(const struct neighbour *n, void *arg)
{
	struct sought *s = arg;

	if (n->device != s->device || !ip_equal(&n->address, &s->address))
		return true;
	s->state = n->state;
	if (s->reply)
		(void)put_neighbour(s->reply, n, RTM_NEWNEIGH, &s->as);
	return false;
}

static int add(const struct nl_request *r, const struct ndmsg *m, const struct nlattr *mac, struct sought *s)
{
	unsigned news = NEIGHBOUR_CREATE | NEIGHBOUR_OVERRIDE;
	u16 flags = r->header->flags;

	if (!mac || (s->device->features & NETDEV_NO_ARP))
		return -EINVAL;
	if (m->state == NUD_PERMANENT)
		news |= NEIGHBOUR_PERMANENT;
	else if (m->state == NUD_REACHABLE)
		news |= NEIGHBOUR_SOLICITED;
	else if (m->state != NUD_STALE)
		return -EOPNOTSUPP;
	neighbour_walk(seek, s);
	if (s->state ? flags & NLM_F_EXCL : !(flags & NLM_F_CREATE))
		return s->state ? -EEXIST : -ENOENT;
	if (s->state == NUD_PERMANENT && m->state != NUD_PERMANENT)
		(void)neighbour_remove(s->device, &s->address);
	return neighbour_learn(s->device, &s->address, nl_data(mac), news);
}

int rtnetlink_neighbour(const struct nl_request *r, struct nl_dump *dump)
{
	static const u8 least[NDA_MAX + 1] = { [NDA_DST] = 4, [NDA_LLADDR] = ETHERNET_ALEN };
	const struct nlattr *a[NDA_MAX + 1];
	struct sought s = { .as = { .port = r->port, .sequence = r->header->sequence } };
	struct ndmsg m = { 0 };
	int error;

	if (r->header->type == RTM_GETNEIGH && (r->header->flags & NLM_F_DUMP)) {
		if (r->length >= sizeof(m)) {
			memcpy(&m, r->body, sizeof(m));
			dump->index = (u32)m.index;
		}
		dump->fill = m.flags & NTF_PROXY ? fill_nothing : fill_neighbours;
		return 1;
	}
	error = nl_parse(r, sizeof(m), a, NDA_MAX, least);
	if (error)
		return error;
	memcpy(&m, r->body, sizeof(m));
	if (m.family != AF_INET && m.family != AF_INET6)
		return -EOPNOTSUPP;
	if (!a[NDA_DST] || !nl_address(a[NDA_DST], m.family, &s.address) || m.index <= 0 || m.flags & NTF_PROXY)
		return -EINVAL;
	s.device = netdev_by_index((unsigned)m.index);
	if (!s.device)
		return -ENODEV;
	switch (r->header->type) {
	case RTM_NEWNEIGH:
		return add(r, &m, a[NDA_LLADDR], &s);
	case RTM_DELNEIGH:
		return neighbour_remove(s.device, &s.address);
	default:
		s.reply = r->reply;
		neighbour_walk(seek, &s);
		return s.state ? 0 : -ENOENT;
	}
}
