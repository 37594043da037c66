/* netlink(7), rtnetlink(7): links, addresses and routes are listed, changed and announced; errors quote the request; queues are bounded. */
#include "test.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/socket.h>

static unsigned sequence = 100;

static struct {
	struct nlmsghdr h;
	char body[512];
} request;

static char answer[32768];
static int answer_length;

static int open_route(unsigned groups)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int s = CHECK_OK(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));

	CHECK_OK(bind(s, (void *)&a, sizeof(a)));
	return s;
}

static void begin(int type, int flags, const void *header, size_t n)
{
	memset(&request, 0, sizeof(request));
	request.h = (struct nlmsghdr) { NLMSG_LENGTH(n), type, NLM_F_REQUEST | flags, ++sequence, 0 };
	memcpy(request.body, header, n);
}

static void attribute(int type, const void *data, size_t n)
{
	struct rtattr *a = (void *)((char *)&request + NLMSG_ALIGN(request.h.nlmsg_len));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(n);
	memcpy(RTA_DATA(a), data, n);
	request.h.nlmsg_len = NLMSG_ALIGN(request.h.nlmsg_len) + RTA_ALIGN(a->rta_len);
}

/* Send the request with an ACK asked for: its error. */
static int perform(int s)
{
	struct nlmsghdr *h = (void *)answer;
	struct nlmsgerr *e = NLMSG_DATA(h);

	request.h.nlmsg_flags |= NLM_F_ACK;
	CHECK_EQ(send(s, &request, request.h.nlmsg_len, 0), request.h.nlmsg_len);
	answer_length = (int)CHECK_OK(recv(s, answer, sizeof(answer), 0));
	CHECK_EQ(h->nlmsg_type, NLMSG_ERROR);
	CHECK_EQ(h->nlmsg_seq, sequence);
	CHECK_EQ(e->msg.nlmsg_type, request.h.nlmsg_type);
	CHECK_EQ(e->msg.nlmsg_seq, sequence);
	if (e->error) {	/* all of the request comes back */
		CHECK_EQ(h->nlmsg_len, NLMSG_LENGTH(sizeof(int)) + NLMSG_ALIGN(request.h.nlmsg_len));
		CHECK(memcmp(&e->msg, &request, request.h.nlmsg_len) == 0);
	} else {
		CHECK_EQ(h->nlmsg_len, NLMSG_LENGTH(sizeof(*e)));
		CHECK_EQ(h->nlmsg_flags, NLM_F_CAPPED);
	}
	return e->error;
}

static const void *find(const struct nlmsghdr *h, size_t skip, int type, size_t *size)
{
	const struct rtattr *a = (void *)((char *)NLMSG_DATA(h) + NLMSG_ALIGN(skip));
	int left = (int)NLMSG_PAYLOAD(h, skip);

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if ((a->rta_type & 0x3fff) == type) {
			if (size)
				*size = RTA_PAYLOAD(a);
			return RTA_DATA(a);
		}
	return NULL;
}

/* Dump, and call fn for each message: how many it liked. */
static int dump(int s, int type, int answer_type, bool (*fn)(const struct nlmsghdr *h))
{
	struct rtgenmsg all = { AF_UNSPEC };
	struct sockaddr_nl me;
	socklen_t n = sizeof(me);
	int liked = 0;

	CHECK_OK(getsockname(s, (void *)&me, &n));
	begin(type, NLM_F_DUMP, &all, sizeof(all));
	CHECK_OK(send(s, &request, request.h.nlmsg_len, 0));
	for (;;) {
		struct sockaddr_nl from;
		socklen_t m = sizeof(from);
		int length = (int)CHECK_OK(recvfrom(s, answer, sizeof(answer), 0, (void *)&from, &m));

		CHECK_EQ(from.nl_pid, 0);
		for (struct nlmsghdr *h = (void *)answer; NLMSG_OK(h, length); h = NLMSG_NEXT(h, length)) {
			CHECK_EQ(h->nlmsg_seq, sequence);
			CHECK_EQ(h->nlmsg_pid, me.nl_pid);
			CHECK(h->nlmsg_flags & NLM_F_MULTI);
			if (h->nlmsg_type == NLMSG_DONE)
				return liked;
			CHECK_EQ(h->nlmsg_type, answer_type);
			liked += fn(h);
		}
	}
}

static bool is_loopback(const struct nlmsghdr *h)
{
	const struct ifinfomsg *i = NLMSG_DATA(h);
	const char *name = find(h, sizeof(*i), IFLA_IFNAME, NULL);
	const unsigned *mtu = find(h, sizeof(*i), IFLA_MTU, NULL);
	size_t size = 0;

	if (!name || strcmp(name, "lo"))
		return false;
	CHECK_EQ(i->ifi_index, 1);
	CHECK_EQ(i->ifi_type, ARPHRD_LOOPBACK);
	CHECK(i->ifi_flags & IFF_LOOPBACK);
	CHECK(mtu && *mtu >= 16384);
	CHECK(find(h, sizeof(*i), IFLA_ADDRESS, &size) && size == 6);
	CHECK(find(h, sizeof(*i), IFLA_STATS64, NULL));
	return true;
}

static bool is_local_address(const struct nlmsghdr *h)
{
	const struct ifaddrmsg *i = NLMSG_DATA(h);
	const unsigned *local = find(h, sizeof(*i), IFA_LOCAL, NULL);

	return i->ifa_family == AF_INET && i->ifa_prefixlen == 8 && i->ifa_index == 1 && i->ifa_scope == RT_SCOPE_HOST && local &&
	       *local == htonl(INADDR_LOOPBACK) && !strcmp(find(h, sizeof(*i), IFA_LABEL, NULL), "lo");
}

static bool is_ours(const struct nlmsghdr *h)
{
	const unsigned *local = find(h, sizeof(struct ifaddrmsg), IFA_LOCAL, NULL);

	return local && *local == inet_addr("10.77.0.1");
}

static bool is_our_route(const struct nlmsghdr *h)
{
	const struct rtmsg *r = NLMSG_DATA(h);
	const unsigned *to = find(h, sizeof(*r), RTA_DST, NULL), *device = find(h, sizeof(*r), RTA_OIF, NULL);

	return r->rtm_family == AF_INET && r->rtm_dst_len == 16 && to && *to == inet_addr("10.99.0.0") && device && *device == 1 &&
	       r->rtm_table == RT_TABLE_MAIN && r->rtm_protocol == RTPROT_STATIC;
}

static void links(int s)
{
	struct ifinfomsg up = { .ifi_index = 1, .ifi_flags = IFF_UP, .ifi_change = IFF_UP }, by_name = { 0 }, none = { .ifi_index = 4711 };

	CHECK_EQ(dump(s, RTM_GETLINK, RTM_NEWLINK, is_loopback), 1);
	begin(RTM_NEWLINK, 0, &up, sizeof(up));
	CHECK_EQ(perform(s), 0);
	begin(RTM_GETLINK, 0, &by_name, sizeof(by_name));
	attribute(IFLA_IFNAME, "lo", 3);
	CHECK_OK(send(s, &request, request.h.nlmsg_len, 0));
	answer_length = (int)CHECK_OK(recv(s, answer, sizeof(answer), 0));
	CHECK(is_loopback((void *)answer));
	CHECK(((struct ifinfomsg *)NLMSG_DATA((struct nlmsghdr *)answer))->ifi_flags & IFF_UP);
	begin(RTM_GETLINK, 0, &none, sizeof(none));
	CHECK_EQ(perform(s), -ENODEV);
	begin(RTM_GETLINK, 0, &by_name, 4);
	CHECK_EQ(perform(s), -EINVAL);
}

static int change_address(int s, int type, int flags, const char *text, int prefix)
{
	struct ifaddrmsg m = { AF_INET, prefix, 0, 0, 1 };
	unsigned be = inet_addr(text);

	begin(type, flags, &m, sizeof(m));
	attribute(IFA_LOCAL, &be, 4);
	attribute(IFA_ADDRESS, &be, 4);
	return perform(s);
}

/* The next message of a listener. */
static const struct nlmsghdr *heard(int listener, int type)
{
	static char bytes[8192];
	struct nlmsghdr *h = (void *)bytes;

	do
		CHECK_OK(recv(listener, bytes, sizeof(bytes), 0));
	while (h->nlmsg_type != type);
	return h;
}

static void addresses(int s)
{
	int listener = open_route(RTMGRP_IPV4_IFADDR);
	struct ifaddrmsg m = { AF_INET, 24, 0, 0, 1 };

	CHECK_EQ(dump(s, RTM_GETADDR, RTM_NEWADDR, is_local_address), 1);
	CHECK_EQ(change_address(s, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, "10.77.0.1", 24), 0);
	CHECK(is_ours(heard(listener, RTM_NEWADDR)));
	CHECK_EQ(dump(s, RTM_GETADDR, RTM_NEWADDR, is_ours), 1);
	CHECK_EQ(change_address(s, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, "10.77.0.1", 24), -EEXIST);
	CHECK_EQ(change_address(s, RTM_DELADDR, 0, "10.77.0.1", 16), -EADDRNOTAVAIL);
	CHECK_EQ(change_address(s, RTM_DELADDR, 0, "10.77.0.1", 24), 0);
	CHECK(is_ours(heard(listener, RTM_DELADDR)));
	CHECK_EQ(change_address(s, RTM_DELADDR, 0, "10.77.0.1", 24), -EADDRNOTAVAIL);
	CHECK_EQ(dump(s, RTM_GETADDR, RTM_NEWADDR, is_ours), 0);
	CHECK_EQ(change_address(s, RTM_NEWADDR, NLM_F_CREATE, "10.77.0.1", 33), -EINVAL);
	begin(RTM_NEWADDR, NLM_F_CREATE, &m, sizeof(m));
	CHECK_EQ(perform(s), -EINVAL);
	CHECK_OK(close(listener));
}

static int change_route(int s, int type, int flags, const char *text, int prefix)
{
	struct rtmsg m = {
		.rtm_family = AF_INET, .rtm_dst_len = prefix, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
		.rtm_scope = type == RTM_DELROUTE ? RT_SCOPE_NOWHERE : RT_SCOPE_LINK, .rtm_type = RTN_UNICAST,
	};
	unsigned be = inet_addr(text), device = 1;

	begin(type, flags, &m, sizeof(m));
	attribute(RTA_DST, &be, 4);
	attribute(RTA_OIF, &device, 4);
	return perform(s);
}

static void routes(int s)
{
	int listener = open_route(RTMGRP_IPV4_ROUTE);
	struct rtmsg way = { .rtm_family = AF_INET, .rtm_dst_len = 32 };
	unsigned be = htonl(INADDR_LOOPBACK);
	const struct nlmsghdr *h = (void *)answer;
	const struct rtmsg *r = NLMSG_DATA(h);

	CHECK_EQ(change_route(s, RTM_NEWROUTE, 0, "10.99.0.0", 16), -ENOENT);
	CHECK_EQ(change_route(s, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "10.99.0.0", 16), 0);
	CHECK(is_our_route(heard(listener, RTM_NEWROUTE)));
	CHECK_EQ(change_route(s, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "10.99.0.0", 16), -EEXIST);
	CHECK_EQ(change_route(s, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, "10.99.0.0", 16), 0);
	CHECK_EQ(change_route(s, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "10.98.1.0", 16), -EINVAL);
	CHECK_EQ(dump(s, RTM_GETROUTE, RTM_NEWROUTE, is_our_route), 1);
	CHECK_EQ(change_route(s, RTM_DELROUTE, 0, "10.99.0.0", 16), 0);
	CHECK(is_our_route(heard(listener, RTM_DELROUTE)));
	CHECK_EQ(change_route(s, RTM_DELROUTE, 0, "10.99.0.0", 16), -ESRCH);
	begin(RTM_GETROUTE, 0, &way, sizeof(way));
	attribute(RTA_DST, &be, 4);
	CHECK_OK(send(s, &request, request.h.nlmsg_len, 0));
	CHECK_OK(recv(s, answer, sizeof(answer), 0));
	CHECK_EQ(h->nlmsg_type, RTM_NEWROUTE);
	CHECK_EQ(r->rtm_type, RTN_LOCAL);
	CHECK_EQ(r->rtm_dst_len, 32);
	CHECK_EQ(*(unsigned *)find(h, sizeof(*r), RTA_OIF, NULL), 1);
	CHECK_EQ(*(unsigned *)find(h, sizeof(*r), RTA_PREFSRC, NULL), be);
	CHECK_OK(close(listener));
}

static void malformed(int s)
{
	struct ifaddrmsg m = { AF_INET, 24, 0, 0, 1 };
	unsigned char zeros[4] = { 0 };

	begin(RTM_NEWADDR, NLM_F_CREATE, &m, sizeof(m));
	attribute(IFA_LOCAL, zeros, 2);		/* shorter than its type is */
	CHECK_EQ(perform(s), -ERANGE);
	begin(RTM_NEWADDR, NLM_F_CREATE, &m, 4);
	CHECK_EQ(perform(s), -EINVAL);
	begin(119, 0, &m, sizeof(m));
	CHECK_EQ(perform(s), -EOPNOTSUPP);
	begin(4000, 0, &m, sizeof(m));
	CHECK_EQ(perform(s), -EOPNOTSUPP);
	/* A length that lies is passed over without an answer; what stands before it is answered. */
	begin(RTM_GETLINK, NLM_F_ACK, &m, sizeof(m));
	request.h.nlmsg_len = 4000;
	CHECK_OK(send(s, &request, 24, 0));
	request.h.nlmsg_len = 8;
	CHECK_OK(send(s, &request, 24, 0));
	CHECK_ERRNO(recv(s, answer, sizeof(answer), MSG_DONTWAIT), EAGAIN);
}

static void full_queue(int s)
{
	int listener = open_route(RTMGRP_IPV4_IFADDR), size = 1;
	bool more = true;
	int messages = 0;

	CHECK_OK(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)));
	for (int i = 0; i < 30; i++) {
		CHECK_EQ(change_address(s, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, "10.77.0.1", 24), 0);
		CHECK_EQ(change_address(s, RTM_DELADDR, 0, "10.77.0.1", 24), 0);
	}
	CHECK_ERRNO(recv(listener, answer, sizeof(answer), MSG_DONTWAIT), ENOBUFS);
	while (more) {
		more = recv(listener, answer, sizeof(answer), MSG_DONTWAIT) > 0;
		messages += more;
	}
	CHECK_EQ(errno, EAGAIN);
	CHECK(messages >= 1 && messages < 60);
	CHECK_OK(close(listener));
}

static void sockets(void)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_pid = 123456789 }, b = { 0 };
	int s = CHECK_OK(socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE)), t = CHECK_OK(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
	socklen_t n = sizeof(b);
	int one = 1;

	CHECK_ERRNO(socket(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE), ESOCKTNOSUPPORT);
	CHECK_ERRNO(socket(AF_NETLINK, SOCK_RAW, 31), EPROTONOSUPPORT);
	CHECK_ERRNO(bind(s, (void *)&a, 8), EINVAL);
	CHECK_OK(bind(s, (void *)&a, sizeof(a)));
	CHECK_ERRNO(bind(t, (void *)&a, sizeof(a)), EADDRINUSE);
	CHECK_OK(getsockname(s, (void *)&b, &n));
	CHECK_EQ(n, sizeof(b));
	CHECK_EQ(b.nl_pid, a.nl_pid);
	a.nl_pid++;
	CHECK_ERRNO(bind(s, (void *)&a, sizeof(a)), EINVAL);
	CHECK_OK(getpeername(s, (void *)&b, &n));
	CHECK_EQ(b.nl_pid, 0);
	CHECK_ERRNO(listen(s, 1), EOPNOTSUPP);
	CHECK_OK(setsockopt(s, SOL_NETLINK, NETLINK_PKTINFO, &one, sizeof(one)));
	one = 1000;
	CHECK_ERRNO(setsockopt(s, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &one, sizeof(one)), EINVAL);
	CHECK_OK(close(s));
	CHECK_OK(close(t));
}

/* Two dumps at once on one socket: the second is refused; a small buffer cuts a message and says so. */
static void busy(int s)
{
	struct rtgenmsg all = { AF_UNSPEC };
	char small[32];
	struct iovec v = { small, sizeof(small) };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	begin(RTM_GETLINK, NLM_F_DUMP, &all, sizeof(all));
	CHECK_OK(send(s, &request, request.h.nlmsg_len, 0));
	CHECK_EQ(recvmsg(s, &m, MSG_PEEK), sizeof(small));
	CHECK(m.msg_flags & MSG_TRUNC);
	CHECK(recv(s, small, sizeof(small), MSG_PEEK | MSG_TRUNC) > (ssize_t)sizeof(small));
	while (recv(s, answer, sizeof(answer), MSG_DONTWAIT) > 0)
		;
}

static void interfaces(void)
{
	struct ifaddrs *all, *i;
	int found = 0;

	CHECK_OK(getifaddrs(&all));
	for (i = all; i; i = i->ifa_next)
		if (i->ifa_addr && i->ifa_addr->sa_family == AF_INET && !strcmp(i->ifa_name, "lo")) {
			found++;
			CHECK_EQ(((struct sockaddr_in *)i->ifa_addr)->sin_addr.s_addr, htonl(INADDR_LOOPBACK));
			CHECK_EQ(((struct sockaddr_in *)i->ifa_netmask)->sin_addr.s_addr, htonl(0xff000000));
			CHECK(i->ifa_flags & IFF_UP);
		}
	CHECK_EQ(found, 1);
	freeifaddrs(all);
}

static void without_privilege(void)
{
	pid_t child = test_fork();

	if (child == 0) {
		int s;

		CHECK_OK(setresuid(NO_UID, NO_UID, NO_UID));
		s = open_route(0);
		CHECK_EQ(change_address(s, RTM_NEWADDR, NLM_F_CREATE, "10.77.0.1", 24), -EPERM);
		CHECK_EQ(change_route(s, RTM_NEWROUTE, NLM_F_CREATE, "10.99.0.0", 16), -EPERM);
		CHECK_EQ(dump(s, RTM_GETLINK, RTM_NEWLINK, is_loopback), 1);
		test_exit();
	}
	CHECK_CHILD(child);
}

static void test(void)
{
	bool own = test_on_astra() || unshare(CLONE_NEWNET) == 0;
	int s;

	sockets();
	if (!own && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		test_skip("no network namespace of one's own is to be had");
	s = open_route(0);
	links(s);
	addresses(s);
	routes(s);
	malformed(s);
	full_queue(s);
	busy(s);
	interfaces();
	if (own && getuid() == 0)
		without_privilege();
	CHECK_OK(close(s));
}
