/*
 * ICMP (RFC 792, RFC 1122 3.2.2) and ICMPv6 (RFC 4443): answers to echoes, errors out and errors in. Errors are rate-limited, and never
 * sent about errors, groups, or fragments behind the first. Task context.
 */
#ifndef NET_ICMP_H
#define NET_ICMP_H

#include "net/packet.h"

void icmp_receive(struct packet *p);	/* protocols of ip_input.c: each takes its packet */
void icmp6_receive(struct packet *p);

/* About a packet that came in, whose network header is marked. It stays the caller's. */
void icmp_protocol_unreachable(const struct packet *p);
void icmp_reassembly_timeout(const struct packet *p);
void icmp6_parameter_problem(const struct packet *p, u8 code, u32 pointer);

#endif
