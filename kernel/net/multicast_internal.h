/* Between multicast.c (groups, when to report), igmp.c and mld.c (messages). */
#ifndef NET_MULTICAST_INTERNAL_H
#define NET_MULTICAST_INTERNAL_H

#include "net/multicast.h"

/* Types of records, the same in IGMPv3 (RFC 3376, 4.2.12) and MLDv2 (RFC 3810, 5.2.12). */
enum multicast_news {
	MULTICAST_IS_MEMBER = 2,	/* an answer to a query */
	MULTICAST_LEFT      = 3,	/* to include nothing */
	MULTICAST_JOINED    = 4,	/* to exclude nothing */
};

/* How old the oldest router on the link is. MLDv1 counts as MULTICAST_V2. */
enum multicast_version { MULTICAST_NEWEST, MULTICAST_V2, MULTICAST_V1 };

/* Tell routers; no lock is held. */
void igmp_report(struct netdev *d, const struct ip_address *group, enum multicast_news news, enum multicast_version version);
void mld_report(struct netdev *d, const struct ip_address *group, enum multicast_news news, enum multicast_version version);

/* A router asks about a group, any: about all of the family; answers are spread over `within` ns. */
void multicast_query(struct netdev *d, const struct ip_address *group, u64 within, enum multicast_version version);

/* Another member told an older router about the group: that is enough (RFC 2236, 3). */
void multicast_reported(struct netdev *d, const struct ip_address *group);

#endif
