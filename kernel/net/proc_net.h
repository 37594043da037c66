/* The files of /proc/net that are about networks over IP; each writes one (fs/proc.h). In Linux's formats, byte for byte (proc(5)). */
#ifndef NET_PROC_NET_H
#define NET_PROC_NET_H

#include "fs/proc.h"

void proc_inet_init(void);		/* boot: dev, route, ipv6_route, if_inet6, arp, igmp, igmp6 */
void proc_sockets_init(void);		/* tcp, tcp6, udp, udp6, raw, raw6, icmp, icmp6, packet, netlink, sockstat, sockstat6 */
void proc_snmp_init(void);		/* snmp, snmp6, netstat */

/* Fill the line that began at `start` up with spaces to `width`, and end it. */
void proc_net_pad(struct text *t, size_t start, size_t width);

#endif
