/*
 * Counters of the network layers: the rows of /proc/net/snmp, /proc/net/snmp6 and /proc/net/netstat, named as there (RFC 4293, 4022,
 * 4113). Each CPU counts for itself; readers add up. Counting is allowed in task context.
 */
#ifndef NET_SNMP_H
#define NET_SNMP_H

#include "arch/arch.h"
#include "lib/types.h"

#define SNMP_IP(X) \
	X(IpInReceives) X(IpInHdrErrors) X(IpInAddrErrors) X(IpInUnknownProtos) X(IpInDiscards) X(IpInDelivers) X(IpOutRequests) \
	X(IpOutDiscards) X(IpOutNoRoutes) X(IpReasmTimeout) X(IpReasmReqds) X(IpReasmOKs) X(IpReasmFails) X(IpFragOKs) \
	X(IpFragFails) X(IpFragCreates)
#define SNMP_IP6(X) \
	X(Ip6InReceives) X(Ip6InHdrErrors) X(Ip6InAddrErrors) X(Ip6InUnknownProtos) X(Ip6InTruncatedPkts) X(Ip6InDiscards) \
	X(Ip6InDelivers) X(Ip6OutRequests) X(Ip6OutDiscards) X(Ip6OutNoRoutes) X(Ip6ReasmTimeout) X(Ip6ReasmReqds) \
	X(Ip6ReasmOKs) X(Ip6ReasmFails) X(Ip6FragOKs) X(Ip6FragFails) X(Ip6FragCreates)
#define SNMP_ICMP(X) \
	X(IcmpInMsgs) X(IcmpInErrors) X(IcmpInCsumErrors) X(IcmpInDestUnreachs) X(IcmpInTimeExcds) X(IcmpInEchos) \
	X(IcmpInEchoReps) X(IcmpOutMsgs) X(IcmpOutErrors) X(IcmpOutRateLimitHost) X(IcmpOutDestUnreachs) X(IcmpOutTimeExcds) \
	X(IcmpOutEchos) X(IcmpOutEchoReps)
#define SNMP_ICMP6(X) \
	X(Icmp6InMsgs) X(Icmp6InErrors) X(Icmp6InCsumErrors) X(Icmp6InDestUnreachs) X(Icmp6InPktTooBigs) X(Icmp6InTimeExcds) \
	X(Icmp6InEchos) X(Icmp6InEchoReplies) X(Icmp6InRouterAdvertisements) X(Icmp6InNeighborSolicits) \
	X(Icmp6InNeighborAdvertisements) X(Icmp6OutMsgs) X(Icmp6OutErrors) X(Icmp6OutDestUnreachs) X(Icmp6OutEchoReplies) \
	X(Icmp6OutRouterSolicits) X(Icmp6OutNeighborSolicits) X(Icmp6OutNeighborAdvertisements)
#define SNMP_UDP(X) \
	X(UdpInDatagrams) X(UdpNoPorts) X(UdpInErrors) X(UdpOutDatagrams) X(UdpRcvbufErrors) X(UdpSndbufErrors) \
	X(UdpInCsumErrors) X(UdpIgnoredMulti) X(UdpMemErrors)
#define SNMP_TCP(X) \
	X(TcpActiveOpens) X(TcpPassiveOpens) X(TcpAttemptFails) X(TcpEstabResets) X(TcpInSegs) X(TcpOutSegs) \
	X(TcpRetransSegs) X(TcpInErrs) X(TcpOutRsts) X(TcpInCsumErrors)
#define SNMP_TCP_EXT(X) \
	X(SyncookiesSent) X(SyncookiesRecv) X(SyncookiesFailed) X(EmbryonicRsts) X(TW) X(TWRecycled) X(PAWSEstab) X(DelayedACKs) \
	X(ListenOverflows) X(ListenDrops) X(TCPHPHits) X(TCPPureAcks) X(TCPHPAcks) X(TCPSackRecovery) X(TCPRenoRecovery) \
	X(TCPLostRetransmit) X(TCPFastRetrans) X(TCPSlowStartRetrans) X(TCPTimeouts) X(TCPLossProbes) X(TCPLossProbeRecovery) \
	X(TCPRcvCollapsed) X(TCPRcvQDrop) X(TCPDSACKRecv) X(TCPAbortOnData) X(TCPAbortOnClose) X(TCPAbortOnMemory) \
	X(TCPAbortOnTimeout) X(TCPAbortOnLinger) X(TCPMemoryPressures) X(TCPBacklogDrop) X(TCPTimeWaitOverflow) \
	X(TCPReqQFullDoCookies) X(TCPReqQFullDrop) X(TCPOFOQueue) X(TCPOFODrop) X(TCPOFOMerge) X(TCPChallengeACK) \
	X(TCPSYNChallenge) X(TCPACKSkippedChallenge) X(TCPKeepAlive) X(TCPDelivered) X(OfoPruned) X(TCPDSACKOldSent) X(TCPOrigDataSent) \
	X(TCPRcvCoalesce) X(TCPSACKDiscard) X(TCPWinProbe) X(TCPZeroWindowDrop)
#define SNMP_ALL(X) \
	SNMP_IP(X) SNMP_IP6(X) SNMP_ICMP(X) SNMP_ICMP6(X) SNMP_UDP(X) SNMP_TCP(X) SNMP_TCP_EXT(X)

#define SNMP_ENUM(name) SNMP_##name,
enum snmp_counter { SNMP_ALL(SNMP_ENUM) SNMP_COUNT };

struct snmp_cpu {
	u64 counters[SNMP_COUNT];
} __aligned(64);
extern struct snmp_cpu *snmp_cpus;	/* [I after net_init] one for each CPU */

/* snmp_add(IpInReceives, 1) */
#define snmp_add(name, n) (snmp_cpus[arch_cpu_id()].counters[SNMP_##name] += (u64)(n))
#define snmp_inc(name)    snmp_add(name, 1)

void snmp_init(void);
u64 snmp_read(enum snmp_counter c);	/* over all CPUs */

#endif
