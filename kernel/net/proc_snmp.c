/* /proc/net: the counters of net/snmp.h. What Linux counts and this stack has no event for is 0 in snmp, and absent elsewhere. Task context. */
#include "net/proc_net.h"

#include "net/snmp.h"
#include "net/tcp.h"

/* A column: a counter, or a number that never changes. */
struct column {
	const char *name;
	int counter;			/* enum snmp_counter, or FIXED */
	int number;
};
#define FIXED (-1)
#define ZERO(name) { #name, FIXED, 0 }
#define IP(name)   { #name, SNMP_Ip##name, 0 }
#define ICMP(name) { #name, SNMP_Icmp##name, 0 }
#define TCP(name)  { #name, SNMP_Tcp##name, 0 }
#define UDP(name)  { #name, SNMP_Udp##name, 0 }

static const struct column ip[] = {
	{ "Forwarding", FIXED, 2 }, { "DefaultTTL", FIXED, 64 }, IP(InReceives), IP(InHdrErrors), IP(InAddrErrors), ZERO(ForwDatagrams),
	IP(InUnknownProtos), IP(InDiscards), IP(InDelivers), IP(OutRequests), IP(OutDiscards), IP(OutNoRoutes), IP(ReasmTimeout),
	IP(ReasmReqds), IP(ReasmOKs), IP(ReasmFails), IP(FragOKs), IP(FragFails), IP(FragCreates), { 0 },
};
static const struct column icmp[] = {
	ICMP(InMsgs), ICMP(InErrors), ICMP(InCsumErrors), ICMP(InDestUnreachs), ICMP(InTimeExcds), ZERO(InParmProbs), ZERO(InSrcQuenchs),
	ZERO(InRedirects), ICMP(InEchos), ICMP(InEchoReps), ZERO(InTimestamps), ZERO(InTimestampReps), ZERO(InAddrMasks),
	ZERO(InAddrMaskReps), ICMP(OutMsgs), ICMP(OutErrors), ZERO(OutRateLimitGlobal), ICMP(OutRateLimitHost), ICMP(OutDestUnreachs),
	ICMP(OutTimeExcds), ZERO(OutParmProbs), ZERO(OutSrcQuenchs), ZERO(OutRedirects), ICMP(OutEchos), ICMP(OutEchoReps),
	ZERO(OutTimestamps), ZERO(OutTimestampReps), ZERO(OutAddrMasks), ZERO(OutAddrMaskReps), { 0 },
};
static const struct column tcp_before[] = {
	{ "RtoAlgorithm", FIXED, 1 }, { "RtoMin", FIXED, 200 }, { "RtoMax", FIXED, 120000 }, { "MaxConn", FIXED, -1 }, TCP(ActiveOpens),
	TCP(PassiveOpens), TCP(AttemptFails), TCP(EstabResets), { 0 },
};
static const struct column tcp_after[] = {
	TCP(InSegs), TCP(OutSegs), TCP(RetransSegs), TCP(InErrs), TCP(OutRsts), TCP(InCsumErrors), { 0 },
};
static const struct column udp[] = {
	UDP(InDatagrams), UDP(NoPorts), UDP(InErrors), UDP(OutDatagrams), UDP(RcvbufErrors), UDP(SndbufErrors), UDP(InCsumErrors),
	UDP(IgnoredMulti), UDP(MemErrors), { 0 },
};
static const struct column udplite[] = {
	ZERO(InDatagrams), ZERO(NoPorts), ZERO(InErrors), ZERO(OutDatagrams), ZERO(RcvbufErrors), ZERO(SndbufErrors), ZERO(InCsumErrors),
	ZERO(IgnoredMulti), ZERO(MemErrors), { 0 },
};
static const struct column tcp_ext[] = {
#define EXT(name) { #name, SNMP_##name, 0 },
	SNMP_TCP_EXT(EXT)
	{ 0 },
};
static const struct column six[] = {
	SNMP_IP6(EXT)
	SNMP_ICMP6(EXT)
	{ 0 },
};

static long long value_of(const struct column *c) { return c->counter == FIXED ? c->number : (long long)snmp_read((enum snmp_counter)c->counter); }

static void put_names(struct text *t, const struct column *c)
{
	for (; c->name; c++)
		text_printf(t, " %s", c->name);
}

static void put_values(struct text *t, const struct column *c)
{
	for (; c->name; c++)
		text_printf(t, " %lld", value_of(c));
}

static void put_pair(struct text *t, const char *label, const struct column *c)
{
	text_printf(t, "%s:", label);
	put_names(t, c);
	text_printf(t, "\n%s:", label);
	put_values(t, c);
	text_char(t, '\n');
}

static int show_snmp(struct text *t, const struct proc_node *n)
{
	put_pair(t, "Ip", ip);
	put_pair(t, "Icmp", icmp);
	text_printf(t, "Tcp:");
	put_names(t, tcp_before);
	text_printf(t, " CurrEstab");
	put_names(t, tcp_after);
	text_printf(t, "\nTcp:");
	put_values(t, tcp_before);
	text_printf(t, " %u", tcp_established());
	put_values(t, tcp_after);
	text_char(t, '\n');
	put_pair(t, "Udp", udp);
	put_pair(t, "UdpLite", udplite);
	return 0;
}

static int show_snmp6(struct text *t, const struct proc_node *n)
{
	for (const struct column *c = six; c->name; c++)
		text_printf(t, "%-32s\t%lld\n", c->name, value_of(c));
	return 0;
}

static int show_netstat(struct text *t, const struct proc_node *n)
{
	put_pair(t, "TcpExt", tcp_ext);
	return 0;
}

void proc_snmp_init(void)
{
	proc_net_add("snmp", show_snmp);
	proc_net_add("snmp6", show_snmp6);
	proc_net_add("netstat", show_netstat);
}
