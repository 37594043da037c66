/* /proc/net: the sockets of each protocol. A snapshot without a lock of its own; task context. */
#include "net/proc_net.h"

#include "lib/string.h"
#include "net/netlink.h"
#include "net/packet_socket.h"
#include "net/raw.h"
#include "net/socket.h"
#include "net/tcp.h"
#include "net/udp.h"

#define TCP_WIDTH 149
#define UDP_WIDTH 127
#define HZ_NS     10000000ull		/* of a tick of times(2) */

struct list_of {
	struct text *text;
	bool v6, ping;
	unsigned count;
};

static void put_name(struct text *t, bool v6, const struct endpoint *e)
{
	if (v6)
		text_printf(t, "%08X%08X%08X", e->address.be[0], e->address.be[1], e->address.be[2]);
	text_printf(t, "%08X:%04X ", e->address.be[3], e->port);
}

/* Numbers behind the addresses that all protocols have: state, queues, timer, retransmissions, owner, probes, inode. */
static void put_state(struct text *t, unsigned state, u32 tx, u32 rx, unsigned timer, u64 when, u32 retransmits, u32 uid, u32 probes, u64 inode)
{
	text_printf(t, "%02X %08X:%08X %02X:%08llX %08X %5u %8d %llu", state, tx, rx, timer, (unsigned long long)when, retransmits, uid,
		    (int)probes, (unsigned long long)inode);
}

static bool put_tcp(const struct tcp_row *row, void *arg)
{
	struct list_of *l = arg;
	struct text *t = l->text;
	size_t start = t->size;
	struct tcp_info i = { 0 };

	if (row->v6 != l->v6 || (row->state == TCP_CLOSED))
		return true;
	text_printf(t, "%4u: ", l->count++);
	put_name(t, l->v6, &row->local);
	put_name(t, l->v6, &row->remote);
	put_state(t, row->state, row->state == TCP_LISTEN ? 0 : row->send_queue, row->receive_queue, row->timer, row->timer_ns / HZ_NS,
		  row->retransmits, row->uid, row->probes, row->tcp ? tcp_inode(row->tcp) : 0);
	text_printf(t, " %d %016x", row->tcp ? 1 : 3, 0);
	if (row->tcp) {
		tcp_get_info(row->tcp, &i);
		text_printf(t, " %u %u %u %u %d", i.rto / 10000, i.ato / 10000, 0, i.snd_cwnd,
			    i.snd_ssthresh >= 0x7fffffff ? -1 : (int)i.snd_ssthresh);
	}
	if (l->v6)
		text_char(t, '\n');
	else
		proc_net_pad(t, start, TCP_WIDTH);
	return !t->failed;
}

static int show_tcp(struct text *t, const struct proc_node *n)
{
	struct list_of l = { .text = t };
	u64 position = 0;

	text_printf(t, "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode");
	proc_net_pad(t, 0, TCP_WIDTH);
	tcp_walk(&position, put_tcp, &l);
	return 0;
}

static int show_tcp6(struct text *t, const struct proc_node *n)
{
	struct list_of l = { .text = t, .v6 = true };
	u64 position = 0;

	text_printf(t, "  sl  local_address                         remote_address                        "
		       "st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n");
	tcp_walk(&position, put_tcp, &l);
	return 0;
}

static bool put_udp(const struct udp_row *row, void *arg)
{
	struct list_of *l = arg;
	struct text *t = l->text;
	size_t start = t->size;

	if (row->v6 != l->v6)
		return true;
	text_printf(t, "%5u: ", l->count++);
	put_name(t, l->v6, &row->local);
	put_name(t, l->v6, &row->remote);
	put_state(t, row->remote.port ? TCP_ESTABLISHED : TCP_CLOSED, row->send_queue, row->receive_queue, 0, 0, 0, row->uid, 0, row->inode);
	text_printf(t, " %d %016x %llu", 2, 0, (unsigned long long)row->drops);
	if (l->v6)
		text_char(t, '\n');
	else
		proc_net_pad(t, start, UDP_WIDTH);
	return !t->failed;
}

#define TAIL "st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops"

static int show_udp(struct text *t, const struct proc_node *n)
{
	struct list_of l = { .text = t };

	text_printf(t, "   sl  local_address rem_address   " TAIL);
	proc_net_pad(t, 0, UDP_WIDTH);
	udp_walk(put_udp, &l);
	return 0;
}

static int show_udp6(struct text *t, const struct proc_node *n)
{
	struct list_of l = { .text = t, .v6 = true };

	text_printf(t, "  sl  local_address                         remote_address                        " TAIL "\n");
	udp_walk(put_udp, &l);
	return 0;
}

static void put_raw(const struct raw_row *row, void *arg)
{
	struct list_of *l = arg;
	struct text *t = l->text;
	size_t start = t->size;
	bool connected = !ip_is_any(&row->remote.address);

	if (row->v6 != l->v6 || row->ping != l->ping)
		return;
	text_printf(t, l->ping || l->v6 ? "%5u: " : "%4u: ", l->count++);
	put_name(t, l->v6, &row->local);
	put_name(t, l->v6, &row->remote);
	put_state(t, connected ? TCP_ESTABLISHED : TCP_CLOSED, 0, row->receive_queue, 0, 0, 0, row->uid, 0, row->inode);
	text_printf(t, " %d %016x %llu", 2, 0, (unsigned long long)row->drops);
	if (l->ping && !l->v6)
		proc_net_pad(t, start, UDP_WIDTH);
	else
		text_char(t, '\n');
}

static int show_raw(struct text *t, const struct proc_node *n)
{
	struct list_of l = { .text = t };

	text_printf(t, "  sl  local_address rem_address   " TAIL "\n");
	raw_walk(put_raw, &l);
	return 0;
}

static int show_raw6(struct text *t, const struct proc_node *n)
{
	struct list_of l = { .text = t, .v6 = true };

	text_printf(t, "  sl  local_address                         remote_address                        " TAIL "\n");
	raw_walk(put_raw, &l);
	return 0;
}

static int show_icmp(struct text *t, const struct proc_node *n)
{
	struct list_of l = { .text = t, .ping = true };

	text_printf(t, "   sl  local_address rem_address   " TAIL);
	proc_net_pad(t, 0, UDP_WIDTH);
	raw_walk(put_raw, &l);
	return 0;
}

static int show_icmp6(struct text *t, const struct proc_node *n)
{
	struct list_of l = { .text = t, .v6 = true, .ping = true };

	text_printf(t, "  sl  local_address                         remote_address                        " TAIL "\n");
	raw_walk(put_raw, &l);
	return 0;
}

static void put_netlink(const struct netlink_row *row, void *arg)
{
	text_printf(arg, "%016x %-3u %-10u %08x %-8u %-8u %-5d %-8d %-8u %-8llu\n", 0, row->protocol, row->port, row->groups, row->queued, 0,
		    row->dumping, 2, row->drops, (unsigned long long)row->inode);
}

static int show_netlink(struct text *t, const struct proc_node *n)
{
	text_printf(t, "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n");
	netlink_walk(put_netlink, t);
	return 0;
}

static void put_packet(const struct packet_row *row, void *arg)
{
	text_printf(arg, "%016x %-6d %-4d %04x   %-5d %1d %-6u %-6u %-6llu\n", 0, 3, row->type, row->protocol, (int)row->index, 1, row->queued,
		    row->uid, (unsigned long long)row->inode);
}

static int show_packet(struct text *t, const struct proc_node *n)
{
	text_printf(t, "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n");
	packet_socket_walk(put_packet, t);
	return 0;
}

struct counts {
	unsigned udp[2], raw[2], tcp[2];
};

static bool count_tcp(const struct tcp_row *row, void *arg)
{
	if (row->tcp)
		((struct counts *)arg)->tcp[row->v6]++;
	return true;
}

static bool count_udp(const struct udp_row *row, void *arg)
{
	((struct counts *)arg)->udp[row->v6]++;
	return true;
}

static void count_raw(const struct raw_row *row, void *arg)
{
	if (!row->ping)
		((struct counts *)arg)->raw[row->v6]++;
}

static struct counts count_all(void)
{
	struct counts c = { 0 };
	u64 position = 0;

	tcp_walk(&position, count_tcp, &c);
	udp_walk(count_udp, &c);
	raw_walk(count_raw, &c);
	return c;
}

static int show_sockstat(struct text *t, const struct proc_node *n)
{
	struct counts c = count_all();
	struct tcp_usage u;

	tcp_usage(&u);
	text_printf(t, "sockets: used %u\nTCP: inuse %u orphan %u tw %u alloc %u mem %llu\nUDP: inuse %u mem 0\nUDPLITE: inuse 0\nRAW: inuse %u\n",
		    socket_count(), c.tcp[0], u.orphans, u.time_waits, u.endpoints, (unsigned long long)(u.memory / PAGE_SIZE), c.udp[0], c.raw[0]);
	return 0;
}

static int show_sockstat6(struct text *t, const struct proc_node *n)
{
	struct counts c = count_all();

	text_printf(t, "TCP6: inuse %u\nUDP6: inuse %u\nUDPLITE6: inuse 0\nRAW6: inuse %u\n", c.tcp[1], c.udp[1], c.raw[1]);
	return 0;
}

void proc_sockets_init(void)
{
	proc_net_add("tcp", show_tcp);
	proc_net_add("tcp6", show_tcp6);
	proc_net_add("udp", show_udp);
	proc_net_add("udp6", show_udp6);
	proc_net_add("raw", show_raw);
	proc_net_add("raw6", show_raw6);
	proc_net_add("icmp", show_icmp);
	proc_net_add("icmp6", show_icmp6);
	proc_net_add("netlink", show_netlink);
	proc_net_add("packet", show_packet);
	proc_net_add("sockstat", show_sockstat);
	proc_net_add("sockstat6", show_sockstat6);
}
