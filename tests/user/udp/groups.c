/*
 * ip(7), ipv6(7): groups. Who hears what is sent to one: members, others on the same port as IP_MULTICAST_ALL says, nobody when no socket
 * is a member; joining twice, leaving, and what is refused. Over loopback.
 */
#include "test.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>

#define GROUP	"239.77.3.9"
#define OTHER	"239.77.3.10"
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif
#define GROUP_6 "ff05::7703:9"
#define OTHER_6 "ff05::7703:a"

static unsigned lo;

static struct sockaddr_storage at(int family, const char *text, unsigned short port, socklen_t *n)
{
	struct sockaddr_storage s = { 0 };

	s.ss_family = (sa_family_t)family;
	if (family == AF_INET) {
		((struct sockaddr_in *)&s)->sin_port = port;
		CHECK_EQ(inet_pton(family, text, &((struct sockaddr_in *)&s)->sin_addr), 1);
		*n = sizeof(struct sockaddr_in);
	} else {
		((struct sockaddr_in6 *)&s)->sin6_port = port;
		CHECK_EQ(inet_pton(family, text, &((struct sockaddr_in6 *)&s)->sin6_addr), 1);
		*n = sizeof(struct sockaddr_in6);
	}
	return s;
}

/* Join or leave by the family's own option: device by number, or none. */
static int change(int s, int family, const char *group, unsigned index, bool join)
{
	if (family == AF_INET) {
		struct ip_mreqn r = { .imr_ifindex = (int)index };

		inet_pton(family, group, &r.imr_multiaddr);
		return setsockopt(s, IPPROTO_IP, join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &r, sizeof(r));
	}
	struct ipv6_mreq r = { .ipv6mr_interface = index };

	inet_pton(family, group, &r.ipv6mr_multiaddr);
	return setsockopt(s, IPPROTO_IPV6, join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, &r, sizeof(r));
}

static int change_generic(int s, int family, const char *group, bool join)
{
	struct group_req r = { .gr_interface = lo };
	socklen_t n;

	r.gr_group = at(family, group, 0, &n);
	return setsockopt(s, family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, join ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP, &r, sizeof(r));
}

static int receiver(int family, unsigned short *port)
{
	int s = CHECK_OK(socket(family, SOCK_DGRAM, 0)), on = 1;
	socklen_t n;
	struct sockaddr_storage a = at(family, family == AF_INET ? "0.0.0.0" : "::", *port, &n);

	CHECK_OK(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	if (family == AF_INET6)
		CHECK_OK(setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)));
	CHECK_OK(bind(s, (void *)&a, n));
	CHECK_OK(getsockname(s, (void *)&a, &n));
	*port = family == AF_INET ? ((struct sockaddr_in *)&a)->sin_port : ((struct sockaddr_in6 *)&a)->sin6_port;
	return s;
}

static int sender(int family)
{
	int s = CHECK_OK(socket(family, SOCK_DGRAM, 0)), index = (int)lo;
	struct ip_mreqn r = { .imr_ifindex = index };

	if (family == AF_INET)
		CHECK_OK(setsockopt(s, IPPROTO_IP, IP_MULTICAST_IF, &r, sizeof(r)));
	else
		CHECK_OK(setsockopt(s, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof(index)));
	return s;
}

static void hears(int s, bool yes)
{
	char buf[16];

	if (yes)
		CHECK_EQ(recv(s, buf, sizeof(buf), MSG_DONTWAIT), 2);
	CHECK_ERRNO(recv(s, buf, sizeof(buf), MSG_DONTWAIT), EAGAIN);
}

static void members(int family, const char *group, const char *other)
{
	unsigned short port = 0;
	int a = receiver(family, &port), b = receiver(family, &port), from = sender(family), off = 0;
	socklen_t n;
	struct sockaddr_storage to = at(family, group, port, &n);

	if (sendto(from, "0", 2, 0, (void *)&to, n) != 2) {
		CHECK_EQ(errno, ENETUNREACH);	/* Linux's loopback device has no route to IPv6 groups */
		CHECK_EQ(family, AF_INET6);
		return;
	}
	hears(a, false);	/* nobody is a member */
	CHECK_OK(change(a, family, group, lo, true));
	CHECK_ERRNO(change(a, family, group, lo, true), EADDRINUSE);
	CHECK_ERRNO(change_generic(a, family, group, true), EADDRINUSE);
	CHECK_EQ(sendto(from, "1", 2, 0, (void *)&to, n), 2);
	hears(a, true);
	hears(b, true);		/* it did not join, but the machine did */
	CHECK_OK(setsockopt(b, family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, family == AF_INET ? IP_MULTICAST_ALL : IPV6_MULTICAST_ALL, &off,
			    sizeof(off)));
	CHECK_EQ(sendto(from, "2", 2, 0, (void *)&to, n), 2);
	hears(a, true);
	hears(b, false);
	CHECK_OK(change_generic(b, family, group, true));
	CHECK_OK(change(a, family, group, lo, false));
	CHECK_EQ(sendto(from, "3", 2, 0, (void *)&to, n), 2);
	hears(a, true);
	hears(b, true);
	CHECK_ERRNO(change(a, family, group, lo, false), EADDRNOTAVAIL);
	CHECK_ERRNO(change(b, family, other, lo, false), EADDRNOTAVAIL);
	CHECK_OK(change_generic(b, family, group, false));
	CHECK_EQ(sendto(from, "4", 2, 0, (void *)&to, n), 2);
	hears(b, false);
	CHECK_OK(change(b, family, group, lo, true));
	CHECK_OK(close(b));	/* and with it its membership */
	CHECK_EQ(sendto(from, "5", 2, 0, (void *)&to, n), 2);
	hears(a, false);
	CHECK_OK(close(a));
	CHECK_OK(close(from));
}

static void refused(int family, const char *group)
{
	int s = CHECK_OK(socket(family, SOCK_DGRAM, 0)), t = CHECK_OK(socket(family, SOCK_STREAM, 0));
	int level = family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	struct group_req r = { .gr_interface = lo };
	socklen_t n;

	CHECK_ERRNO(change(s, family, family == AF_INET ? "10.1.2.3" : "2001:db8::1", lo, true), EINVAL);
	CHECK_ERRNO(change(s, family, group, 12345, true), ENODEV);
	CHECK_ERRNO(change(t, family, group, lo, true), EPROTO);
	CHECK_ERRNO(setsockopt(s, level, family == AF_INET ? IP_ADD_MEMBERSHIP : IPV6_JOIN_GROUP, &r, 7), EINVAL);
	CHECK_ERRNO(setsockopt(s, level, MCAST_JOIN_GROUP, &r, sizeof(r) - 1), EINVAL);
	r.gr_group = at(family, group, 0, &n);
	r.gr_group.ss_family = AF_UNIX;
	CHECK_ERRNO(setsockopt(s, level, MCAST_JOIN_GROUP, &r, sizeof(r)), family == AF_INET ? EINVAL : EADDRNOTAVAIL);
	CHECK_OK(close(s));
	CHECK_OK(close(t));
}

/* Twenty for one socket of IPv4; and a membership by the device's address. */
static void many(void)
{
	int s = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));
	struct ip_mreq r = { .imr_interface = { htonl(INADDR_LOOPBACK) } };

	for (unsigned i = 0; i < 20; i++) {
		r.imr_multiaddr.s_addr = htonl(0xef4d0400u + i);
		CHECK_OK(setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof(r)));
	}
	r.imr_multiaddr.s_addr = htonl(0xef4d0500u);
	CHECK_ERRNO(setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof(r)), ENOBUFS);
	r.imr_multiaddr.s_addr = htonl(0xef4d0400u);
	CHECK_OK(setsockopt(s, IPPROTO_IP, IP_DROP_MEMBERSHIP, &r, sizeof(r)));
	CHECK_ERRNO(setsockopt(s, IPPROTO_IP, IP_DROP_MEMBERSHIP, &r, sizeof(r)), EADDRNOTAVAIL);
	CHECK_OK(setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof(r)));
	CHECK_OK(close(s));
}

static void test(void)
{
	int s6 = socket(AF_INET6, SOCK_DGRAM, 0);
	socklen_t n;
	struct sockaddr_storage here = at(AF_INET6, "::1", 0, &n);

	lo = if_nametoindex("lo");
	CHECK(lo != 0);
	members(AF_INET, GROUP, OTHER);
	refused(AF_INET, GROUP);
	many();
	if (s6 >= 0 && bind(s6, (void *)&here, n) == 0) {
		members(AF_INET6, GROUP_6, OTHER_6);
		refused(AF_INET6, GROUP_6);
	}
}
