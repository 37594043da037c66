/*
 * Fragments of IPv4 (RFC 791, RFC 815) and IPv6 (RFC 8200, 4.5) packets, put together again. Bounded in memory and in time; fragments
 * that overlap end the whole packet (RFC 5722; RFC 1858's attacks). Task context.
 */
#ifndef NET_REASSEMBLE_H
#define NET_REASSEMBLE_H

#include "net/packet.h"

struct fragment_key {
	struct ip_address source, destination;
	u32 id;
	u8 protocol;			/* IPv4; for IPv6 0 */
};

void reassemble_init(void);

/*
 * A fragment whose payload begins at data, `offset` bytes into the whole, `more` to come. Takes it. The whole packet, payload at data and
 * network header of the first fragment kept before it, when this was the last that was missing; else NULL.
 */
struct packet *reassemble(struct packet *p, const struct fragment_key *key, u32 offset, bool more);

#endif
