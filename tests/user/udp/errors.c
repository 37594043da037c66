/*
 * ip(7), ipv6(7): IP_RECVERR, IPV6_RECVERR and MSG_ERRQUEUE. What comes back of a datagram that failed, what SO_ERROR and poll say
 * meanwhile; refused on this machine; several in a row; UDP, ping sockets and raw ones.
 */
#include "test.h"
#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

struct report {
	struct sock_extended_err error;
	struct sockaddr_storage offender;
	struct sockaddr_storage name;
	socklen_t name_length;
	char data[128];
	int length, flags, ttl, controls;
};

static union {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
} closed;

static socklen_t address(int family, unsigned short port)
{
	memset(&closed, 0, sizeof(closed));
	if (family == AF_INET) {
		closed.v4 = (struct sockaddr_in){ AF_INET, port, { htonl(INADDR_LOOPBACK) }, { 0 } };
		return sizeof(closed.v4);
	}
	closed.v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = port, .sin6_addr = { { { [15] = 1 } } } };
	return sizeof(closed.v6);
}

/* A port that nobody listens to, as long as `keeper` lives: it is connected elsewhere. */
static unsigned short closed_port(int family, int *keeper)
{
	union { struct sockaddr_in v4; struct sockaddr_in6 v6; } name;
	socklen_t n = address(family, 0);

	*keeper = (int)CHECK_OK(socket(family, SOCK_DGRAM, 0));
	CHECK_OK(bind(*keeper, &closed.any, n));
	n = sizeof(name);
	CHECK_OK(getsockname(*keeper, (void *)&name, &n));
	address(family, htons(9));
	CHECK_OK(connect(*keeper, &closed.any, n));
	return family == AF_INET ? name.v4.sin_port : name.v6.sin6_port;
}

static int take(int s, struct report *r)
{
	char control[512];
	struct iovec v = { r->data, sizeof(r->data) };
	struct msghdr m = { .msg_name = &r->name, .msg_namelen = sizeof(r->name), .msg_iov = &v, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };

	memset(r, 0, sizeof(*r));
	r->length = (int)recvmsg(s, &m, MSG_ERRQUEUE);
	if (r->length < 0)
		return -errno;
	r->flags = m.msg_flags;
	r->name_length = m.msg_namelen;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		r->controls++;
		if ((c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR) || (c->cmsg_level == SOL_IPV6 && c->cmsg_type == IPV6_RECVERR)) {
			memcpy(&r->error, CMSG_DATA(c), sizeof(r->error));
			memcpy(&r->offender, CMSG_DATA(c) + sizeof(r->error), c->cmsg_len - CMSG_LEN(sizeof(r->error)));
			CHECK_EQ(c->cmsg_len, CMSG_LEN(sizeof(r->error) + (c->cmsg_level == SOL_IP ? 16 : 28)));
		} else if (c->cmsg_type == (c->cmsg_level == SOL_IP ? IP_TTL : IPV6_HOPLIMIT)) {
			memcpy(&r->ttl, CMSG_DATA(c), sizeof(r->ttl));
		}
	}
	return 0;
}

static int pending(int s)
{
	int error = -1;
	socklen_t n = sizeof(error);

	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &n));
	return error;
}

static int events(int s)
{
	struct pollfd p = { s, POLLIN, 0 };

	CHECK_OK(poll(&p, 1, 0));
	return p.revents;
}

static void expect_unreachable(int family, const struct report *r, const char *data, int n)
{
	CHECK_EQ(r->error.ee_errno, ECONNREFUSED);
	CHECK_EQ(r->error.ee_origin, family == AF_INET ? SO_EE_ORIGIN_ICMP : SO_EE_ORIGIN_ICMP6);
	CHECK_EQ(r->error.ee_type, family == AF_INET ? ICMP_DEST_UNREACH : ICMP6_DST_UNREACH);
	CHECK_EQ(r->error.ee_code, family == AF_INET ? ICMP_PORT_UNREACH : ICMP6_DST_UNREACH_NOPORT);
	CHECK_EQ(r->error.ee_info, 0);
	CHECK_EQ(r->flags & ~MSG_CMSG_CLOEXEC, MSG_ERRQUEUE);
	CHECK_EQ(r->length, n);
	CHECK_BYTES(r->data, data, n);
	CHECK_EQ(r->offender.ss_family, family);
	CHECK_EQ(r->name.ss_family, family);
}

static void unreachable(int family)
{
	int keeper, on = 1, s = CHECK_OK(socket(family, SOCK_DGRAM, 0));
	unsigned short port = closed_port(family, &keeper);
	socklen_t n = address(family, port);
	struct report r;

	CHECK_EQ(take(s, &r), -EAGAIN);
	CHECK_OK(setsockopt(s, family == AF_INET ? SOL_IP : SOL_IPV6, family == AF_INET ? IP_RECVERR : IPV6_RECVERR, &on, sizeof(on)));
	CHECK_OK(setsockopt(s, family == AF_INET ? SOL_IP : SOL_IPV6, family == AF_INET ? IP_RECVTTL : IPV6_RECVHOPLIMIT, &on, sizeof(on)));
	CHECK_EQ(sendto(s, "first", 5, 0, &closed.any, n), 5);
	CHECK_EQ(events(s), POLLERR);
	CHECK_EQ(pending(s), ECONNREFUSED);
	CHECK_EQ(pending(s), 0);
	CHECK_EQ(events(s), POLLERR);		/* the queue is not empty */
	CHECK_ERRNO(recv(s, &r, sizeof(r), MSG_DONTWAIT), EAGAIN);
	CHECK_EQ(take(s, &r), 0);
	expect_unreachable(family, &r, "first", 5);
	CHECK_EQ(r.controls, 2);
	CHECK_EQ(r.ttl, 64);
	CHECK_EQ(r.name_length, n);
	CHECK_EQ(family == AF_INET ? ((struct sockaddr_in *)&r.name)->sin_port : ((struct sockaddr_in6 *)&r.name)->sin6_port, port);
	CHECK_EQ(events(s), 0);
	CHECK_EQ(take(s, &r), -EAGAIN);

	/* Two: taking the first leaves the second's number behind. */
	CHECK_EQ(sendto(s, "one", 3, 0, &closed.any, n), 3);
	CHECK_EQ(pending(s), ECONNREFUSED);
	CHECK_EQ(sendto(s, "two", 3, 0, &closed.any, n), 3);
	CHECK_EQ(pending(s), ECONNREFUSED);
	CHECK_EQ(take(s, &r), 0);
	expect_unreachable(family, &r, "one", 3);
	CHECK_ERRNO(send(s, "x", 1, 0), EDESTADDRREQ);
	CHECK_EQ(pending(s), ECONNREFUSED);
	CHECK_EQ(take(s, &r), 0);
	expect_unreachable(family, &r, "two", 3);
	CHECK_EQ(pending(s), 0);
	CHECK_OK(close(s));
	CHECK_OK(close(keeper));
}

/* A connected socket hears of it by its next call, before what lies in its queue; nothing is queued unless it asked. */
static void connected(void)
{
	int keeper, s = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));
	unsigned short port = closed_port(AF_INET, &keeper);
	socklen_t n = address(AF_INET, port);
	struct report r;

	CHECK_OK(connect(s, &closed.any, n));
	CHECK_EQ(send(s, "gone", 4, 0), 4);
	CHECK_EQ(take(s, &r), -EAGAIN);
	CHECK_ERRNO(recv(s, &r, sizeof(r), 0), ECONNREFUSED);
	CHECK_EQ(send(s, "gone", 4, 0), 4);
	CHECK_ERRNO(send(s, "gone", 4, 0), ECONNREFUSED);
	CHECK_OK(close(s));
	CHECK_OK(close(keeper));
}

/* Too long for a path that is not to be cut for: this machine says so itself, and how much would go. */
static void too_long(void)
{
	int s = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0)), on = 1, how = IP_PMTUDISC_DO, mtu = 0;
	socklen_t n = address(AF_INET, htons(9)), m = sizeof(mtu);
	static char big[65507];
	struct report r;

	CHECK_ERRNO(getsockopt(s, SOL_IP, IP_MTU, &mtu, &m), ENOTCONN);
	CHECK_OK(setsockopt(s, SOL_IP, IP_RECVERR, &on, sizeof(on)));
	CHECK_OK(setsockopt(s, SOL_IP, IP_MTU_DISCOVER, &how, sizeof(how)));
	CHECK_ERRNO(sendto(s, big, sizeof(big) + 1, 0, &closed.any, n), EMSGSIZE);
	CHECK_OK(connect(s, &closed.any, n));
	CHECK_OK(getsockopt(s, SOL_IP, IP_MTU, &mtu, &m));
	CHECK(mtu >= 65535);
	CHECK_EQ(m, sizeof(mtu));
	while (take(s, &r) == 0) {
		CHECK_EQ(r.error.ee_errno, EMSGSIZE);
		CHECK_EQ(r.error.ee_origin, SO_EE_ORIGIN_LOCAL);
		CHECK_EQ(r.error.ee_info, mtu);
		CHECK_EQ(r.length, 0);
	}
	CHECK_OK(close(s));
}

/* The packet as its sender gave it: a ping's ICMP header, a raw socket's payload. */
static void raw(void)
{
	int s = socket(AF_INET, SOCK_RAW, 253), on = 1;
	socklen_t n = address(AF_INET, 0);
	struct report r;

	if (s < 0)
		return;
	CHECK_OK(setsockopt(s, SOL_IP, IP_RECVERR, &on, sizeof(on)));
	CHECK_EQ(sendto(s, "raw bytes", 9, 0, &closed.any, n), 9);
	CHECK_EQ(take(s, &r), -EAGAIN);		/* it listens to the protocol itself, so nobody complains */
	CHECK_EQ(recv(s, r.data, sizeof(r.data), 0), 29);
	CHECK_OK(close(s));
}

/* The other datagrams: MSG_MORE and UDP_CORK put one together; a port that nobody chose is given back. */
static void pieces(int family)
{
	int a = CHECK_OK(socket(family, SOCK_DGRAM, 0)), b = CHECK_OK(socket(family, SOCK_DGRAM, 0)), on = 1, off = 0;
	socklen_t n = address(family, 0), m = sizeof(on);
	static char big[40000], back[70000];

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 7 + i / 256);
	CHECK_OK(bind(b, &closed.any, n));
	CHECK_OK(getsockname(b, &closed.any, &n));
	CHECK_OK(connect(a, &closed.any, n));
	CHECK_EQ(send(a, "one ", 4, MSG_MORE), 4);
	CHECK_ERRNO(recv(b, back, sizeof(back), MSG_DONTWAIT), EAGAIN);
	CHECK_EQ(send(a, "two ", 4, MSG_MORE), 4);
	CHECK_EQ(send(a, "three", 5, 0), 5);
	CHECK_EQ(recv(b, back, sizeof(back), 0), 13);
	CHECK_BYTES(back, "one two three", 13);
	CHECK_OK(setsockopt(a, IPPROTO_UDP, 1 /* UDP_CORK */, &on, sizeof(on)));
	on = 0;
	CHECK_OK(getsockopt(a, IPPROTO_UDP, 1, &on, &m));
	CHECK_EQ(on, 1);
	CHECK_EQ(send(a, big, 5000, 0), 5000);
	CHECK_EQ(send(a, big + 5000, 1, 0), 1);
	CHECK_EQ(send(a, big + 5001, 34999, 0), 34999);
	CHECK_ERRNO(recv(b, back, sizeof(back), MSG_DONTWAIT), EAGAIN);
	CHECK_OK(setsockopt(a, IPPROTO_UDP, 1, &off, sizeof(off)));
	CHECK_EQ(recv(b, back, sizeof(back), 0), 40000);
	CHECK_BYTES(back, big, sizeof(big));
	CHECK_EQ(send(a, big, 40000, MSG_MORE), 40000);
	CHECK_ERRNO(send(a, big, 40000, 0), EMSGSIZE);		/* and what was there is gone */
	CHECK_EQ(send(a, "after", 5, 0), 5);
	CHECK_EQ(recv(b, back, sizeof(back), 0), 5);
	CHECK_EQ(send(a, big, 10, MSG_MORE), 10);
	CHECK_OK(close(a));
	CHECK_ERRNO(recv(b, back, sizeof(back), MSG_DONTWAIT), EAGAIN);
	CHECK_OK(close(b));
}

static unsigned short port_of(int s)
{
	struct sockaddr_in name;
	socklen_t n = sizeof(name);

	CHECK_OK(getsockname(s, (void *)&name, &n));
	return name.sin_port;
}

static void disconnecting(void)
{
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	int s = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0)), t = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0)), bound = -1;
	socklen_t n = address(AF_INET, htons(9));

	for (int i = 0; i < 3; i++) {
		CHECK_OK(connect(s, &closed.any, n));
		CHECK(port_of(s) != 0);
		CHECK_OK(connect(s, &nowhere, sizeof(nowhere)));
		CHECK_EQ(port_of(s), 0);
	}
	for (int i = 0; i < 20 && bound < 0; i++) {	/* another program may be faster */
		address(AF_INET, htons(9));
		CHECK_OK(connect(s, &closed.any, n));
		closed.v4.sin_port = port_of(s);
		CHECK_ERRNO(bind(t, &closed.any, n), EADDRINUSE);
		CHECK_OK(connect(s, &nowhere, sizeof(nowhere)));
		bound = bind(t, &closed.any, n);
	}
	CHECK_OK(bound);	/* this one was asked for, so it stays */
	CHECK_OK(connect(t, &nowhere, sizeof(nowhere)));
	CHECK_EQ(port_of(t), closed.v4.sin_port);
	CHECK_OK(close(s));
	CHECK_OK(close(t));
}

static void test(void)
{
	int s6 = socket(AF_INET6, SOCK_DGRAM, 0);
	bool have6 = s6 >= 0 && (address(AF_INET6, 0), bind(s6, &closed.any, sizeof(closed.v6))) == 0;

	unreachable(AF_INET);
	pieces(AF_INET);
	if (have6) {
		unreachable(AF_INET6);
		pieces(AF_INET6);
	}
	connected();
	too_long();
	raw();
	disconnecting();
}
