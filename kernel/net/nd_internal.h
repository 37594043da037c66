/* Between nd.c and nd_config.c. */
#ifndef NET_ND_INTERNAL_H
#define NET_ND_INTERNAL_H

#include "net/netdev.h"

#define ND_ROUTER_SOLICIT 133
#define ND_ROUTER         134
#define ND_SOLICIT        135
#define ND_ADVERTISE      136

#define ND_SOURCE_LINK 1
#define ND_TARGET_LINK 2
#define ND_PREFIX      3
#define ND_MTU         5

const u8 *nd_option(const u8 *options, u32 length, u8 type);
bool nd_options_valid(const u8 *options, u32 length);
void nd_send(struct netdev *d, const struct ip_address *source, const struct ip_address *to, u8 type, u32 rest,
	     const struct ip_address *target, u8 option);

void nd_probe(struct netdev *d, const struct ip_address *address);	/* does anybody have it? (RFC 4862, 5.4.2) */
void nd_duplicate(struct netdev *d, const struct ip_address *address);	/* somebody does */

/* A router advertisement of `length` >= 16 bytes, options checked. */
void nd_receive_router(struct packet *p, const u8 *h, u32 length);

#endif
