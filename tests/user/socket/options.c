/* setsockopt(2) and getsockopt(2): what each option of socket(7), tcp(7), ip(7) and ipv6(7) is at first, and what it is once set. */
#include "test.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#define ANY -12345

struct row {
	const char *name;
	int level, option, first, set, then;	/* first, then: ANY is not looked at; then < 0: -errno of setting it */
};
#define ROW(level, option, first, set, then) { #option, level, option, first, set, then }

static const struct row both[] = {
	ROW(SOL_SOCKET, SO_REUSEADDR, 0, 7, 1),
	ROW(SOL_SOCKET, SO_REUSEPORT, 0, 1, 1),
	ROW(SOL_SOCKET, SO_KEEPALIVE, 0, 1, 1),
	ROW(SOL_SOCKET, SO_BROADCAST, 0, 1, 1),
	ROW(SOL_SOCKET, SO_OOBINLINE, 0, 1, 1),
	ROW(SOL_SOCKET, SO_DONTROUTE, 0, 1, 1),
	ROW(SOL_SOCKET, SO_TIMESTAMP, 0, 1, 1),
	ROW(SOL_SOCKET, SO_PRIORITY, 0, 4, 4),
	ROW(SOL_SOCKET, SO_RCVLOWAT, 1, 0, 1),
	ROW(SOL_SOCKET, SO_RCVLOWAT, 1, 500, 500),
	ROW(SOL_SOCKET, SO_SNDLOWAT, 1, 1, -ENOPROTOOPT),
	ROW(SOL_SOCKET, SO_SNDBUF, ANY, 10000, 20000),
	ROW(SOL_SOCKET, SO_SNDBUF, ANY, 1, 4608),
	ROW(SOL_SOCKET, SO_RCVBUF, ANY, 10000, 20000),
	ROW(SOL_SOCKET, SO_RCVBUF, ANY, 1, 2304),
	ROW(SOL_SOCKET, SO_ERROR, 0, 1, -ENOPROTOOPT),
	ROW(SOL_SOCKET, SO_TYPE, ANY, 1, -ENOPROTOOPT),
	ROW(SOL_SOCKET, SO_DOMAIN, ANY, 1, -ENOPROTOOPT),
	ROW(SOL_SOCKET, SO_PROTOCOL, ANY, 1, -ENOPROTOOPT),
	ROW(SOL_SOCKET, SO_ACCEPTCONN, 0, 1, -ENOPROTOOPT),
	ROW(IPPROTO_IP, IP_TTL, 64, 33, 33),
	ROW(IPPROTO_IP, IP_TTL, 64, -1, 64),
	ROW(IPPROTO_IP, IP_TTL, 64, 0, -EINVAL),
	ROW(IPPROTO_IP, IP_TTL, 64, 256, -EINVAL),
	ROW(IPPROTO_IP, IP_TOS, 0, 0x10, 0x10),
	ROW(IPPROTO_IP, IP_RECVTTL, 0, 1, 1),
	ROW(IPPROTO_IP, IP_RECVTOS, 0, 1, 1),
	ROW(IPPROTO_IP, IP_RECVERR, 0, 1, 1),
	ROW(IPPROTO_IP, IP_PKTINFO, 0, 1, 1),
	ROW(IPPROTO_IP, IP_FREEBIND, 0, 1, 1),
	ROW(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 0, 1, 1),
	ROW(IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_WANT, IP_PMTUDISC_DO, IP_PMTUDISC_DO),
	ROW(IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_WANT, 6, -EINVAL),
	ROW(IPPROTO_IP, IP_MULTICAST_LOOP, 1, 0, 0),
	ROW(IPPROTO_IP, IP_MULTICAST_ALL, ANY, 0, 0),
	ROW(IPPROTO_IP, IP_MULTICAST_ALL, ANY, 2, -EINVAL),
	ROW(IPPROTO_IP, IP_HDRINCL, 0, 1, -ENOPROTOOPT),
	ROW(IPPROTO_IP, IP_UNICAST_IF, 0, 1, -EADDRNOTAVAIL),
	ROW(IPPROTO_IP, 199, ANY, 0, -ENOPROTOOPT),
	ROW(SOL_SOCKET, SO_BSDCOMPAT, 0, 1, 0),
	ROW(SOL_SOCKET, SO_ZEROCOPY, 0, 1, 1),
	ROW(SOL_SOCKET, SO_ZEROCOPY, 0, 2, -EINVAL),
};

static const struct row stream[] = {
	ROW(IPPROTO_TCP, TCP_NODELAY, 0, 1, 1),
	ROW(IPPROTO_TCP, TCP_CORK, 0, 1, 1),
	ROW(IPPROTO_TCP, TCP_MAXSEG, 536, 1000, 1000),
	ROW(IPPROTO_TCP, TCP_MAXSEG, 536, 10, -EINVAL),
	ROW(IPPROTO_TCP, TCP_KEEPIDLE, 7200, 60, 60),
	ROW(IPPROTO_TCP, TCP_KEEPIDLE, 7200, 32768, -EINVAL),
	ROW(IPPROTO_TCP, TCP_KEEPINTVL, 75, 10, 10),
	ROW(IPPROTO_TCP, TCP_KEEPINTVL, 75, 0, -EINVAL),
	ROW(IPPROTO_TCP, TCP_KEEPCNT, 9, 4, 4),
	ROW(IPPROTO_TCP, TCP_KEEPCNT, 9, 128, -EINVAL),
	ROW(IPPROTO_TCP, TCP_SYNCNT, 6, 3, 3),
	ROW(IPPROTO_TCP, TCP_LINGER2, 60, 20, 20),
	ROW(IPPROTO_TCP, TCP_LINGER2, 60, -1, -1),
	ROW(IPPROTO_TCP, TCP_DEFER_ACCEPT, 0, 5, 7),
	ROW(IPPROTO_TCP, TCP_QUICKACK, 1, 0, 0),
	ROW(IPPROTO_TCP, TCP_USER_TIMEOUT, 0, 30000, 30000),
	ROW(IPPROTO_TCP, TCP_USER_TIMEOUT, 0, -1, -EINVAL),
	ROW(IPPROTO_TCP, TCP_NOTSENT_LOWAT, ANY, 16384, 16384),
	ROW(IPPROTO_TCP, TCP_WINDOW_CLAMP, 0, 65536, 65536),
	ROW(IPPROTO_TCP, 250, ANY, 1, -ENOPROTOOPT),
	ROW(IPPROTO_UDP, UDP_CORK, ANY, 1, -ENOPROTOOPT),
	ROW(IPPROTO_IP, IP_TOS, 0, 0xff, 0xfc),
	ROW(IPPROTO_IP, IP_MULTICAST_TTL, 1, 5, -EINVAL),
};

static const struct row datagram[] = {
	ROW(IPPROTO_UDP, UDP_CORK, 0, 7, 1),
	ROW(IPPROTO_UDP, 2, ANY, 1, -ENOPROTOOPT),
	ROW(IPPROTO_IP, IP_TOS, 0, 0xff, 0xff),
	ROW(IPPROTO_IP, IP_MULTICAST_TTL, 1, 0, 0),
	ROW(IPPROTO_IP, IP_MULTICAST_TTL, 1, -1, 1),
	ROW(IPPROTO_IP, IP_MULTICAST_TTL, 1, 256, -EINVAL),
	ROW(IPPROTO_IP, IP_MTU, ANY, 1500, -ENOPROTOOPT),
};

static const struct row v6[] = {
	ROW(IPPROTO_IPV6, IPV6_V6ONLY, 0, 1, 1),
	ROW(IPPROTO_IPV6, IPV6_UNICAST_HOPS, 64, 12, 12),
	ROW(IPPROTO_IPV6, IPV6_UNICAST_HOPS, 64, 256, -EINVAL),
	ROW(IPPROTO_IPV6, IPV6_UNICAST_HOPS, 64, -1, 64),
	ROW(IPPROTO_IPV6, IPV6_TCLASS, 0, 0x20, 0x20),
	ROW(IPPROTO_IPV6, IPV6_TCLASS, 0, 256, -EINVAL),
	ROW(IPPROTO_IPV6, IPV6_RECVPKTINFO, 0, 1, 1),
	ROW(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 0, 1, 1),
	ROW(IPPROTO_IPV6, IPV6_RECVTCLASS, 0, 1, 1),
	ROW(IPPROTO_IPV6, IPV6_RECVERR, 0, 1, 1),
	ROW(IPPROTO_IPV6, IPV6_MTU_DISCOVER, IP_PMTUDISC_WANT, IP_PMTUDISC_DO, IP_PMTUDISC_DO),
	ROW(IPPROTO_IPV6, IPV6_DONTFRAG, 0, 1, 1),
	ROW(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1, 0, 0),
	ROW(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1, 2, -EINVAL),
	ROW(IPPROTO_IPV6, 29 /* IPV6_MULTICAST_ALL */, 1, 0, 0),
	ROW(IPPROTO_IPV6, 250, ANY, 1, -ENOPROTOOPT),
};

static void check(int family, int type, const struct row *r)
{
	int s = CHECK_OK(socket(family, type, 0)), value = -777;
	socklen_t n = sizeof(value);
	char what[96];

	snprintf(what, sizeof(what), "%s of family %d, type %d, set to %d", r->name, family, type, r->set);
	if (r->first != ANY) {
		test_equal(getsockopt(s, r->level, r->option, &value, &n), 0, __FILE__, __LINE__, what);
		test_equal(value, r->first, __FILE__, __LINE__, what);
	}
	int got = setsockopt(s, r->level, r->option, &r->set, sizeof(r->set));
	if (r->then < -1) {
		test_errno(got, errno, -r->then, __FILE__, __LINE__, what);
	} else {
		test_equal(got, 0, __FILE__, __LINE__, what);
		n = sizeof(value);
		value = -777;
		test_equal(getsockopt(s, r->level, r->option, &value, &n), 0, __FILE__, __LINE__, what);
		test_equal(value, r->then, __FILE__, __LINE__, what);
	}
	CHECK_OK(close(s));
}

static void sizes(int type)
{
	int s = CHECK_OK(socket(AF_INET, type, 0)), value[4] = { 1, 2, 3, 4 };
	struct linger l = { 0 };
	struct timeval t = { 5, 500000 };
	socklen_t n = 1;
	unsigned char byte = 9;

	CHECK_ERRNO(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, value, 3), EINVAL);
	CHECK_ERRNO(setsockopt(s, SOL_SOCKET, SO_LINGER, value, 4), EINVAL);
	CHECK_ERRNO(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, value, 8), EINVAL);
	CHECK_ERRNO(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, value, (socklen_t)-1), EINVAL);
	CHECK_OK(setsockopt(s, IPPROTO_IP, IP_TTL, &byte, 1));
	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_TYPE, value, &n));
	CHECK_EQ(n, 1);
	CHECK_EQ(*(char *)value, type);
	n = (socklen_t)-1;
	CHECK_ERRNO(getsockopt(s, SOL_SOCKET, SO_TYPE, value, &n), EINVAL);
	n = 0;
	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_TYPE, value, &n));
	n = 1;
	CHECK_OK(getsockopt(s, IPPROTO_IP, IP_TTL, &byte, &n));
	CHECK_EQ(byte, 9);
	n = sizeof(value);
	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_DOMAIN, value, &n));
	CHECK_EQ(n, 4);
	CHECK_EQ(value[0], AF_INET);

	l = (struct linger){ 1, 12 };
	CHECK_OK(setsockopt(s, SOL_SOCKET, SO_LINGER, &l, sizeof(l)));
	l = (struct linger){ 0, 0 };
	n = sizeof(l);
	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_LINGER, &l, &n));
	CHECK_EQ(l.l_onoff, 1);
	CHECK_EQ(l.l_linger, 12);
	CHECK_OK(setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)));
	t = (struct timeval){ 0, 0 };
	n = sizeof(t);
	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &t, &n));
	CHECK_EQ(t.tv_sec, 5);
	CHECK_EQ(t.tv_usec, 500000);
	CHECK_OK(close(s));
}

/* Lengths that are not an int's, and levels that a family does not have. */
static void lengths(void)
{
	int s = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0)), t = CHECK_OK(socket(AF_INET6, SOCK_DGRAM, 0)), value = 1;
	socklen_t n = sizeof(value);

	CHECK_OK(setsockopt(s, IPPROTO_IP, IP_RECVTTL, &value, sizeof(value)));
	CHECK_OK(setsockopt(s, IPPROTO_IP, IP_RECVTTL, &value, 0));	/* nothing is 0 */
	CHECK_OK(getsockopt(s, IPPROTO_IP, IP_RECVTTL, &value, &n));
	CHECK_EQ(value, 0);
	CHECK_ERRNO(setsockopt(s, IPPROTO_IP, IP_TTL, &value, 0), EINVAL);
	CHECK_ERRNO(setsockopt(s, IPPROTO_IP, IP_MULTICAST_TTL, &value, 0), EINVAL);
	CHECK_ERRNO(setsockopt(t, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &value, 3), EINVAL);
	CHECK_ERRNO(setsockopt(t, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &value, 1), EINVAL);
	CHECK_ERRNO(getsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &value, &n), EOPNOTSUPP);
	CHECK_ERRNO(getsockopt(s, 199, 1, &value, &n), EOPNOTSUPP);
	CHECK_ERRNO(getsockopt(t, 199, 1, &value, &n), ENOPROTOOPT);
	CHECK_ERRNO(setsockopt(s, 199, 1, &value, sizeof(value)), ENOPROTOOPT);
	CHECK_OK(close(s));
	CHECK_OK(close(t));
}

static void congestion(void)
{
	int s = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	char name[16] = "";
	socklen_t n = sizeof(name);

	CHECK_OK(setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, "reno", 4));
	CHECK_OK(getsockopt(s, IPPROTO_TCP, TCP_CONGESTION, name, &n));
	CHECK_EQ(strcmp(name, "reno"), 0);
	CHECK_ERRNO(setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, "nonesuch", 8), ENOENT);
	CHECK_OK(setsockopt(s, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5));
	CHECK_OK(close(s));
}

static void test(void)
{
	for (int family = AF_INET; family; family = family == AF_INET ? AF_INET6 : 0) {
		for (size_t i = 0; i < ARRAY_LEN(both); i++) {
			check(family, SOCK_STREAM, &both[i]);
			check(family, SOCK_DGRAM, &both[i]);
		}
		for (size_t i = 0; i < ARRAY_LEN(stream); i++)
			check(family, SOCK_STREAM, &stream[i]);
		for (size_t i = 0; i < ARRAY_LEN(datagram); i++)
			check(family, SOCK_DGRAM, &datagram[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(v6); i++) {
		check(AF_INET6, SOCK_STREAM, &v6[i]);
		check(AF_INET6, SOCK_DGRAM, &v6[i]);
	}
	sizes(SOCK_STREAM);
	sizes(SOCK_DGRAM);
	lengths();
	congestion();
}
