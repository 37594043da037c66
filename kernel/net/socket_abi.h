/* Numbers and structures of Linux's socket interface: socket(2), socket(7), ip(7), ipv6(7), cmsg(3). */
#ifndef NET_SOCKET_ABI_H
#define NET_SOCKET_ABI_H

#include "lib/types.h"

#define AF_UNSPEC  0
#define AF_UNIX    1
#define AF_INET    2
#define AF_INET6   10
#define AF_NETLINK 16
#define AF_PACKET  17
#define AF_MAX     46

#define SOCK_STREAM    1
#define SOCK_DGRAM     2
#define SOCK_RAW       3
#define SOCK_SEQPACKET 5
#define SOCK_TYPE_MASK 0xf
#define SOCK_NONBLOCK  04000
#define SOCK_CLOEXEC   02000000

#define SHUT_RD   0
#define SHUT_WR   1
#define SHUT_RDWR 2
#define SOMAXCONN 4096

#define MSG_OOB          0x1
#define MSG_PEEK         0x2
#define MSG_DONTROUTE    0x4
#define MSG_CTRUNC       0x8
#define MSG_TRUNC        0x20
#define MSG_DONTWAIT     0x40
#define MSG_EOR          0x80
#define MSG_WAITALL      0x100
#define MSG_CONFIRM      0x800
#define MSG_ERRQUEUE     0x2000
#define MSG_NOSIGNAL     0x4000
#define MSG_MORE         0x8000
#define MSG_WAITFORONE   0x10000
#define MSG_ZEROCOPY     0x4000000
#define MSG_CMSG_CLOEXEC 0x40000000

#define SOL_IP     0
#define SOL_SOCKET 1
#define SOL_TCP    6
#define SOL_UDP    17
#define SOL_IPV6   41
#define SOL_RAW    255
#define SOL_PACKET 263
#define SOL_NETLINK 270

#define SO_DEBUG         1
#define SO_REUSEADDR     2
#define SO_TYPE          3
#define SO_ERROR         4
#define SO_DONTROUTE     5
#define SO_BROADCAST     6
#define SO_SNDBUF        7
#define SO_RCVBUF        8
#define SO_KEEPALIVE     9
#define SO_OOBINLINE     10
#define SO_NO_CHECK      11
#define SO_PRIORITY      12
#define SO_LINGER        13
#define SO_BSDCOMPAT     14
#define SO_REUSEPORT     15
#define SO_PASSCRED      16
#define SO_PEERCRED      17
#define SO_RCVLOWAT      18
#define SO_SNDLOWAT      19
#define SO_RCVTIMEO      20
#define SO_SNDTIMEO      21
#define SO_BINDTODEVICE  25
#define SO_ATTACH_FILTER 26
#define SO_DETACH_FILTER 27
#define SO_TIMESTAMP     29
#define SO_ACCEPTCONN    30
#define SO_PEERSEC       31
#define SO_SNDBUFFORCE   32
#define SO_RCVBUFFORCE   33
#define SO_TIMESTAMPNS   35
#define SO_MARK          36
#define SO_PROTOCOL      38
#define SO_DOMAIN        39
#define SO_RXQ_OVFL      40
#define SO_PEEK_OFF      42
#define SO_NOFCS         43
#define SO_BUSY_POLL     46
#define SO_MAX_PACING_RATE 47
#define SO_INCOMING_CPU  49
#define SO_COOKIE        57
#define SO_PEERGROUPS    59
#define SO_ZEROCOPY      60
#define SO_BINDTOIFINDEX 62

#define SCM_RIGHTS      1
#define SCM_CREDENTIALS 2

/* struct sockaddr_storage: any address that a call takes or gives. */
struct socket_address {
	u16 family;
	u8 bytes[126];
};
_Static_assert(sizeof(struct socket_address) == 128, "sockaddr_storage");

struct sockaddr_in {
	u16 family;
	u16 port_be;
	u32 address_be;
	u8 zero[8];
};
_Static_assert(sizeof(struct sockaddr_in) == 16, "ip(7)");

struct sockaddr_in6 {
	u16 family;
	u16 port_be;
	u32 flow_be;
	u8 address[16];
	u32 scope;
};
_Static_assert(sizeof(struct sockaddr_in6) == 28, "ipv6(7)");

struct msghdr {
	uaddr name;
	u32 name_length;
	u32 pad0;
	uaddr iov;
	u64 iov_count;
	uaddr control;
	u64 control_length;
	u32 flags;
	u32 pad1;
};
_Static_assert(sizeof(struct msghdr) == 56, "struct msghdr");

struct mmsghdr {
	struct msghdr header;
	u32 length;
	u32 pad;
};
_Static_assert(sizeof(struct mmsghdr) == 64, "struct mmsghdr");

struct cmsghdr {
	u64 length;			/* this header included */
	i32 level, type;
};
_Static_assert(sizeof(struct cmsghdr) == 16, "cmsg(3)");
#define CMSG_ALIGN(n) ALIGN_UP((u64)(n), 8ul)

struct ucred {
	i32 pid;
	u32 uid, gid;
};

struct linger {
	i32 onoff, seconds;
};

#endif
