/* Numbers and structures of netlink(7), rtnetlink(7) and sock_diag(7), named as in Linux's headers. */
#ifndef NET_NETLINK_ABI_H
#define NET_NETLINK_ABI_H

#include "lib/types.h"

#define NETLINK_ROUTE     0
#define NETLINK_SOCK_DIAG 4

struct sockaddr_nl {
	u16 family, pad;
	u32 port, groups;
};
_Static_assert(sizeof(struct sockaddr_nl) == 12, "netlink(7)");

struct nlmsghdr {
	u32 length;			/* this header included */
	u16 type, flags;
	u32 sequence, port;
};
_Static_assert(sizeof(struct nlmsghdr) == 16, "netlink(7)");

struct nlattr {
	u16 length, type;		/* length: this header included */
};

struct nlmsgerr {
	i32 error;
	struct nlmsghdr header;
};

#define NL_ALIGN(n) ALIGN_UP((n), 4u)
#define NLA_TYPE    0x3fffu

#define NLM_F_REQUEST 0x1
#define NLM_F_MULTI   0x2
#define NLM_F_ACK     0x4
#define NLM_F_ECHO    0x8
#define NLM_F_ROOT    0x100		/* of GET */
#define NLM_F_MATCH   0x200
#define NLM_F_DUMP    (NLM_F_ROOT | NLM_F_MATCH)
#define NLM_F_REPLACE 0x100		/* of NEW */
#define NLM_F_EXCL    0x200
#define NLM_F_CREATE  0x400
#define NLM_F_APPEND  0x800
#define NLM_F_CAPPED  0x100		/* of an ACK */

#define NLMSG_ERROR    2
#define NLMSG_DONE     3
#define NLMSG_MIN_TYPE 16

#define NETLINK_ADD_MEMBERSHIP   1
#define NETLINK_DROP_MEMBERSHIP  2
#define NETLINK_PKTINFO          3
#define NETLINK_NO_ENOBUFS       5
#define NETLINK_LIST_MEMBERSHIPS 9
#define NETLINK_CAP_ACK          10
#define NETLINK_EXT_ACK          11

#define RTM_NEWLINK  16
#define RTM_DELLINK  17
#define RTM_GETLINK  18
#define RTM_SETLINK  19
#define RTM_NEWADDR  20
#define RTM_DELADDR  21
#define RTM_GETADDR  22
#define RTM_NEWROUTE 24
#define RTM_DELROUTE 25
#define RTM_GETROUTE 26
#define RTM_NEWNEIGH 28
#define RTM_DELNEIGH 29
#define RTM_GETNEIGH 30
#define RTM_MAX      123		/* what Linux's table has room for */

#define RTNLGRP_LINK        1
#define RTNLGRP_NEIGH       3
#define RTNLGRP_IPV4_IFADDR 5
#define RTNLGRP_IPV4_ROUTE  7
#define RTNLGRP_IPV6_IFADDR 9
#define RTNLGRP_IPV6_ROUTE  11
#define NETLINK_GROUPS      36u

struct rtgenmsg {
	u8 family;
};

struct ifinfomsg {
	u8 family, pad;
	u16 type;
	i32 index;
	u32 flags, change;
};
_Static_assert(sizeof(struct ifinfomsg) == 16, "rtnetlink(7)");

struct ifaddrmsg {
	u8 family, prefix, flags, scope;
	u32 index;
};
_Static_assert(sizeof(struct ifaddrmsg) == 8, "rtnetlink(7)");

struct rtmsg {
	u8 family, destination_bits, source_bits, tos, table, protocol, scope, type;
	u32 flags;
};
_Static_assert(sizeof(struct rtmsg) == 12, "rtnetlink(7)");

struct ndmsg {
	u8 family, pad1;
	u16 pad2;
	i32 index;
	u16 state;
	u8 flags, type;
};
_Static_assert(sizeof(struct ndmsg) == 12, "rtnetlink(7)");

#define IFLA_ADDRESS   1
#define IFLA_BROADCAST 2
#define IFLA_IFNAME    3
#define IFLA_MTU       4
#define IFLA_QDISC     6
#define IFLA_STATS     7
#define IFLA_TXQLEN    13
#define IFLA_OPERSTATE 16
#define IFLA_LINKMODE  17
#define IFLA_STATS64   23
#define IFLA_GROUP     27
#define IFLA_PROMISCUITY 30
#define IFLA_NUM_TX_QUEUES 31
#define IFLA_NUM_RX_QUEUES 32
#define IFLA_CARRIER   33
#define IFLA_MIN_MTU   50
#define IFLA_MAX_MTU   51
#define IFLA_MAX       IFLA_MAX_MTU

#define IFA_ADDRESS   1
#define IFA_LOCAL     2
#define IFA_LABEL     3
#define IFA_BROADCAST 4
#define IFA_CACHEINFO 6
#define IFA_FLAGS     8
#define IFA_MAX       IFA_FLAGS

struct ifa_cacheinfo {
	u32 preferred, valid;		/* seconds left; UINT32_MAX: for ever */
	u32 created, updated;		/* hundredths of a second since boot */
};

#define RTA_DST      1
#define RTA_OIF      4
#define RTA_GATEWAY  5
#define RTA_PRIORITY 6
#define RTA_PREFSRC  7
#define RTA_METRICS  8
#define RTA_CACHEINFO 12
#define RTA_TABLE    15
#define RTA_PREF     20
#define RTA_EXPIRES  23
#define RTA_MAX      RTA_EXPIRES
#define RTA_SRC      2

#define RT_TABLE_UNSPEC 0
#define RT_TABLE_MAIN   254
#define RT_TABLE_LOCAL  255
#define RT_SCOPE_UNIVERSE 0
#define RT_SCOPE_LINK   253
#define RT_SCOPE_HOST   254
#define RT_SCOPE_NOWHERE 255
#define RTN_LOCAL       2
#define RTN_BROADCAST   3
#define RTN_MULTICAST   5
#define RTM_F_CLONED    0x200
#define RTNH_F_LINKDOWN 16

struct rta_cacheinfo {
	u32 references, last_use;
	i32 expires;			/* hundredths of a second */
	u32 error, used, id, timestamp, age;
};

#define NDA_DST       1
#define NDA_LLADDR    2
#define NDA_CACHEINFO 3
#define NDA_PROBES    4
#define NDA_MAX       NDA_PROBES
#define NTF_ROUTER    0x80

struct nda_cacheinfo {
	u32 confirmed, used, updated, references;	/* hundredths of a second ago */
};

#endif
