/* Between icmp.c, icmp6.c and nd.c. */
#ifndef NET_ICMP_INTERNAL_H
#define NET_ICMP_INTERNAL_H

#include "net/packet.h"

#define ICMP_HEADER 8u		/* type, code, checksum, four bytes by type: both versions */

#define ICMP6_UNREACHABLE   1
#define ICMP6_TOO_BIG       2
#define ICMP6_TIME_EXCEEDED 3
#define ICMP6_PARAMETER     4
#define ICMP6_ECHO          128
#define ICMP6_ECHO_REPLY    129
#define ND_FIRST            133	/* between them and these: MLD */

bool icmp_may_send_error(void);
struct packet *icmp_make_error(const struct packet *about, u8 type, u8 code, u32 rest, u32 quote);

/* Complete the checksum's preparation and send; takes the packet. `source` NULL: the route's. `index`: by that device, or 0. */
void icmp_reply(struct packet *p, const struct ip_address *source, const struct ip_address *destination, unsigned index);

void icmp6_error(const struct packet *about, u8 type, u8 code, u32 rest);

#endif
