/*
 * Sockets: socket(2), socket(7). Calls return -1 with errno on failure. Those that may wait (accept, connect, send and receive)
 * are cancellation points, and end with EINTR when a handler ran (unless SA_RESTART), with EAGAIN on a non-blocking socket or
 * after SO_RCVTIMEO or SO_SNDTIMEO.
 */
#ifndef _SYS_SOCKET_H
#define _SYS_SOCKET_H

#include <features.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

__ASTRA_BEGIN_DECLS

typedef unsigned int socklen_t;
typedef unsigned short sa_family_t;

#define AF_UNSPEC  0
#define AF_UNIX    1
#define AF_LOCAL   1
#define AF_INET    2
#define AF_INET6   10
#define AF_NETLINK 16
#define AF_PACKET  17
#define AF_VSOCK   40
#define AF_MAX     46
#define PF_UNSPEC  AF_UNSPEC
#define PF_UNIX    AF_UNIX
#define PF_LOCAL   AF_LOCAL
#define PF_INET    AF_INET
#define PF_INET6   AF_INET6
#define PF_NETLINK AF_NETLINK
#define PF_PACKET  AF_PACKET

#define SOCK_STREAM    1
#define SOCK_DGRAM     2
#define SOCK_RAW       3
#define SOCK_SEQPACKET 5
#define SOCK_NONBLOCK  04000		/* or-ed to the type, as the next */
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
#define MSG_FASTOPEN     0x20000000
#define MSG_CMSG_CLOEXEC 0x40000000

#define SOL_SOCKET  1
#define SOL_PACKET  263
#define SOL_NETLINK 270

#define SO_DEBUG             1
#define SO_REUSEADDR         2
#define SO_TYPE              3
#define SO_ERROR             4
#define SO_DONTROUTE         5
#define SO_BROADCAST         6
#define SO_SNDBUF            7
#define SO_RCVBUF            8
#define SO_KEEPALIVE         9
#define SO_OOBINLINE         10
#define SO_NO_CHECK          11
#define SO_PRIORITY          12
#define SO_LINGER            13
#define SO_REUSEPORT         15
#define SO_PASSCRED          16
#define SO_PEERCRED          17
#define SO_RCVLOWAT          18
#define SO_SNDLOWAT          19
#define SO_RCVTIMEO          20
#define SO_SNDTIMEO          21
#define SO_BINDTODEVICE      25
#define SO_ATTACH_FILTER     26
#define SO_DETACH_FILTER     27
#define SO_TIMESTAMP         29
#define SO_ACCEPTCONN        30
#define SO_PEERSEC           31
#define SO_SNDBUFFORCE       32
#define SO_RCVBUFFORCE       33
#define SO_TIMESTAMPNS       35
#define SO_MARK              36
#define SO_PROTOCOL          38
#define SO_DOMAIN            39
#define SO_RXQ_OVFL          40
#define SO_PEEK_OFF          42
#define SO_BUSY_POLL         46
#define SO_MAX_PACING_RATE   47
#define SO_INCOMING_CPU      49
#define SO_COOKIE            57
#define SO_ZEROCOPY          60
#define SO_BINDTOIFINDEX     62

#define SCM_RIGHTS      1
#define SCM_CREDENTIALS 2
#define SCM_TIMESTAMP   SO_TIMESTAMP
#define SCM_TIMESTAMPNS SO_TIMESTAMPNS

struct sockaddr {
	sa_family_t sa_family;
	char sa_data[14];
};

/* Room for an address of any family. */
struct sockaddr_storage {
	sa_family_t ss_family;
	char __ss_padding[118];
	unsigned long __ss_align;
};

struct linger {
	int l_onoff, l_linger;		/* seconds */
};

struct ucred {
	pid_t pid;
	uid_t uid;
	gid_t gid;
};

/* The kernel's layout: Linux counts iov_len and controllen in 64 bits. */
struct msghdr {
	void *msg_name;
	socklen_t msg_namelen;
	struct iovec *msg_iov;
	size_t msg_iovlen;
	void *msg_control;
	size_t msg_controllen;
	int msg_flags;			/* out of recvmsg: MSG_TRUNC, MSG_CTRUNC, MSG_EOR, MSG_OOB, MSG_ERRQUEUE */
};

struct mmsghdr {
	struct msghdr msg_hdr;
	unsigned int msg_len;		/* out: bytes of this message */
};

struct cmsghdr {
	size_t cmsg_len;		/* this header included */
	int cmsg_level, cmsg_type;
};

#define CMSG_ALIGN(n)       (((n) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define CMSG_LEN(n)         (CMSG_ALIGN(sizeof(struct cmsghdr)) + (n))
#define CMSG_SPACE(n)       (CMSG_ALIGN(sizeof(struct cmsghdr)) + CMSG_ALIGN(n))
#define CMSG_DATA(cmsg)     ((unsigned char *)((struct cmsghdr *)(cmsg) + 1))
#define CMSG_FIRSTHDR(msg)  ((msg)->msg_controllen >= sizeof(struct cmsghdr) ? (struct cmsghdr *)(msg)->msg_control : \
			     (struct cmsghdr *)0)
#define CMSG_NXTHDR(msg, c) __cmsg_next(msg, c)

/* The control message behind `cmsg`; NULL when none fits, or `cmsg` says a length that cannot be. */
struct cmsghdr *__cmsg_next(struct msghdr *message, struct cmsghdr *cmsg);

/* A new descriptor (two for socketpair). EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPERM, EMFILE. */
int socket(int family, int type, int protocol);
int socketpair(int family, int type, int protocol, int fds[2]);
/*
 * EADDRINUSE, EADDRNOTAVAIL, EACCES (ports below 1024), EINVAL. backlog: connections that wait, at most SOMAXCONN. bind(2),
 * listen(2)
 */
int bind(int fd, const struct sockaddr *address, socklen_t length);
int listen(int fd, int backlog);
/*
 * The connection's descriptor; *length is the room for the address (NULL: none) and then its size. flags: SOCK_NONBLOCK,
 * SOCK_CLOEXEC. connect: ECONNREFUSED, ETIMEDOUT, ENETUNREACH; EINPROGRESS on a non-blocking socket, SO_ERROR then has the
 * result.
 */
int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length);
int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags);
int connect(int fd, const struct sockaddr *address, socklen_t length);
/* Names and options; *length is the room and then the size. ENOTCONN, ENOPROTOOPT, EINVAL. socket(7) has the options. */
int shutdown(int fd, int how);
int getsockname(int fd, struct sockaddr *restrict address, socklen_t *restrict length);
int getpeername(int fd, struct sockaddr *restrict address, socklen_t *restrict length);
int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict length);
int setsockopt(int fd, int level, int option, const void *value, socklen_t length);

/* Bytes taken or given; 0 from a receive is the end of the stream (or an empty datagram). */
ssize_t send(int fd, const void *data, size_t size, int flags);
ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *address, socklen_t length);
ssize_t sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t recv(int fd, void *data, size_t size, int flags);
ssize_t recvfrom(int fd, void *restrict data, size_t size, int flags, struct sockaddr *restrict address,
		 socklen_t *restrict length);
ssize_t recvmsg(int fd, struct msghdr *message, int flags);

/* Several messages in one call: how many went or came; the timeout (NULL: none) is looked at after each message. */
int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags);
int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout);

/* 1 when the out-of-band byte is the next to be read, 0 when not. */
int sockatmark(int fd);

__ASTRA_END_DECLS

#endif
