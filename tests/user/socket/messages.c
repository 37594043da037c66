/* sendmsg(2) and its kin over UDP and TCP: vectors, flags, control messages, sendmmsg and recvmmsg with time-outs. */
#include "test.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

static int datagrams(struct sockaddr_in *a)
{
	socklen_t n = sizeof(*a);
	int s = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));

	*a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	CHECK_OK(bind(s, (void *)a, n));
	CHECK_OK(getsockname(s, (void *)a, &n));
	return s;
}

static void vectors(void)
{
	struct sockaddr_in a, from;
	int r = datagrams(&a), s = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));
	char one[3], two[4], none;
	struct iovec out[3] = { { "ab", 2 }, { &none, 0 }, { "cdef", 4 } }, in[2] = { { one, 3 }, { two, 4 } };
	struct msghdr h = { .msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = out, .msg_iovlen = 3 };

	CHECK_EQ(sendmsg(s, &h, 0), 6);
	h = (struct msghdr){ .msg_name = &from, .msg_namelen = 64, .msg_iov = in, .msg_iovlen = 2, .msg_flags = 77 };
	CHECK_EQ(recvmsg(r, &h, 0), 6);
	CHECK_EQ(h.msg_namelen, sizeof(from));
	CHECK_EQ(h.msg_flags, 0);
	CHECK_EQ(h.msg_controllen, 0);
	CHECK_BYTES(one, "abc", 3);
	CHECK_BYTES(two, "def", 3);

	CHECK_EQ(sendto(s, "longer than that", 16, 0, (void *)&a, sizeof(a)), 16);
	h.msg_iovlen = 1;
	CHECK_EQ(recvmsg(r, &h, MSG_PEEK), 3);
	CHECK_EQ(h.msg_flags, MSG_TRUNC);
	CHECK_EQ(recvmsg(r, &h, MSG_TRUNC), 16);
	CHECK_EQ(h.msg_flags, MSG_TRUNC);
	CHECK_ERRNO(recvmsg(r, &h, MSG_DONTWAIT), EAGAIN);

	h = (struct msghdr){ .msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = out, .msg_iovlen = 1025 };
	CHECK_ERRNO(sendmsg(s, &h, 0), EMSGSIZE);
	h = (struct msghdr){ .msg_iov = out, .msg_iovlen = 1 };
	CHECK_ERRNO(sendmsg(s, &h, 0), EDESTADDRREQ);
	h = (struct msghdr){ .msg_name = &a, .msg_namelen = 4, .msg_iov = out, .msg_iovlen = 1 };
	CHECK_ERRNO(sendmsg(s, &h, 0), EINVAL);
	CHECK_ERRNO(sendto(s, "x", 1, MSG_OOB, (void *)&a, sizeof(a)), EOPNOTSUPP);
	/* An empty datagram is one. */
	CHECK_EQ(sendto(s, "", 0, 0, (void *)&a, sizeof(a)), 0);
	CHECK_EQ(read(r, one, 0), 0);
	CHECK_EQ(recv(r, one, 3, 0), 0);
	CHECK_ERRNO(recv(r, one, 3, MSG_DONTWAIT), EAGAIN);
	CHECK_OK(close(s));
	CHECK_OK(close(r));
}

union control {
	char space[256];
	struct cmsghdr align;
};

/* What arrives with a datagram when it was asked for, and what a sender may say with one. */
static void control(void)
{
	struct sockaddr_in a;
	int r = datagrams(&a), s = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0)), one = 1, ttl = 17, tos = 0x28, seen = 0;
	union control c = { { 0 } };
	char byte;
	struct iovec v = { "q", 1 }, in = { &byte, 1 };
	struct msghdr h = { .msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = &v, .msg_iovlen = 1, .msg_control = &c };
	struct cmsghdr *m;

	CHECK_OK(setsockopt(r, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one)));
	CHECK_OK(setsockopt(r, IPPROTO_IP, IP_RECVTTL, &one, sizeof(one)));
	CHECK_OK(setsockopt(r, IPPROTO_IP, IP_RECVTOS, &one, sizeof(one)));
	CHECK_OK(setsockopt(r, SOL_SOCKET, SO_TIMESTAMP, &one, sizeof(one)));

	h.msg_controllen = 2 * CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct in_pktinfo));
	m = CMSG_FIRSTHDR(&h);
	*m = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = IPPROTO_IP, .cmsg_type = IP_TTL };
	memcpy(CMSG_DATA(m), &ttl, sizeof(ttl));
	m = CMSG_NXTHDR(&h, m);
	*m = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = IPPROTO_IP, .cmsg_type = IP_TOS };
	memcpy(CMSG_DATA(m), &tos, sizeof(tos));
	m = CMSG_NXTHDR(&h, m);
	*m = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo)), .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO };
	struct in_pktinfo info = { .ipi_spec_dst.s_addr = htonl(INADDR_LOOPBACK + 4) };
	memcpy(CMSG_DATA(m), &info, sizeof(info));
	CHECK_EQ(sendmsg(s, &h, 0), 1);

	struct sockaddr_in from;
	memset(&c, 0, sizeof(c));
	h = (struct msghdr){ .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &in, .msg_iovlen = 1, .msg_control = &c,
			     .msg_controllen = sizeof(c) };
	CHECK_EQ(recvmsg(r, &h, 0), 1);
	CHECK_EQ(h.msg_flags, 0);
	CHECK_EQ(ntohl(from.sin_addr.s_addr), INADDR_LOOPBACK + 4);
	for (m = CMSG_FIRSTHDR(&h); m; m = CMSG_NXTHDR(&h, m)) {
		if (m->cmsg_level == SOL_SOCKET && m->cmsg_type == SO_TIMESTAMP) {
			seen |= 1;
			CHECK_EQ(m->cmsg_len, CMSG_LEN(16));
		} else if (m->cmsg_level == IPPROTO_IP && m->cmsg_type == IP_TTL) {
			seen |= 2;
			CHECK_EQ(*(int *)CMSG_DATA(m), 17);
		} else if (m->cmsg_level == IPPROTO_IP && m->cmsg_type == IP_TOS) {
			seen |= 4;
			CHECK_EQ(*CMSG_DATA(m), 0x28);
		} else if (m->cmsg_level == IPPROTO_IP && m->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo *got = (void *)CMSG_DATA(m);
			seen |= 8;
			CHECK(got->ipi_ifindex > 0);
			CHECK_EQ(ntohl(got->ipi_addr.s_addr), INADDR_LOOPBACK);
		}
	}
	CHECK_EQ(seen, 15);

	/* Too little room cuts the messages and says so. */
	CHECK_EQ(sendto(s, "q", 1, 0, (void *)&a, sizeof(a)), 1);
	h = (struct msghdr){ .msg_iov = &in, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = CMSG_SPACE(16) };
	CHECK_EQ(recvmsg(r, &h, 0), 1);
	CHECK_EQ(h.msg_flags, MSG_CTRUNC);
	CHECK_EQ(h.msg_controllen, CMSG_SPACE(16));

	/* Lies about lengths. */
	h = (struct msghdr){ .msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = &v, .msg_iovlen = 1, .msg_control = &c,
			     .msg_controllen = 64 };
	c.align = (struct cmsghdr){ .cmsg_len = 3, .cmsg_level = IPPROTO_IP, .cmsg_type = IP_TTL };
	CHECK_ERRNO(sendmsg(s, &h, 0), EINVAL);
	c.align.cmsg_len = 400;
	CHECK_ERRNO(sendmsg(s, &h, 0), EINVAL);
	c.align.cmsg_len = CMSG_LEN(2);
	CHECK_ERRNO(sendmsg(s, &h, 0), EINVAL);
	CHECK_ERRNO(recv(r, &byte, 1, MSG_DONTWAIT), EAGAIN);
	CHECK_OK(close(s));
	CHECK_OK(close(r));
}

static void control6(void)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback }, from;
	socklen_t n = sizeof(a);
	int r = CHECK_OK(socket(AF_INET6, SOCK_DGRAM, 0)), s = CHECK_OK(socket(AF_INET6, SOCK_DGRAM, 0)), one = 1, hops = 9, seen = 0;
	union control c = { { 0 } };
	char byte;
	struct iovec v = { "6", 1 }, in = { &byte, 1 };
	struct cmsghdr *m;

	CHECK_OK(bind(r, (void *)&a, n));
	CHECK_OK(getsockname(r, (void *)&a, &n));
	CHECK_OK(setsockopt(r, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one)));
	CHECK_OK(setsockopt(r, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &one, sizeof(one)));
	struct msghdr h = { .msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = &v, .msg_iovlen = 1, .msg_control = &c,
			    .msg_controllen = CMSG_SPACE(sizeof(int)) };
	m = CMSG_FIRSTHDR(&h);
	*m = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_HOPLIMIT };
	memcpy(CMSG_DATA(m), &hops, sizeof(hops));
	CHECK_EQ(sendmsg(s, &h, 0), 1);
	h = (struct msghdr){ .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &in, .msg_iovlen = 1, .msg_control = &c,
			     .msg_controllen = sizeof(c) };
	CHECK_EQ(recvmsg(r, &h, 0), 1);
	CHECK(IN6_IS_ADDR_LOOPBACK(&from.sin6_addr));
	for (m = CMSG_FIRSTHDR(&h); m; m = CMSG_NXTHDR(&h, m)) {
		if (m->cmsg_type == IPV6_HOPLIMIT) {
			seen |= 1;
			CHECK_EQ(*(int *)CMSG_DATA(m), 9);
		} else if (m->cmsg_type == IPV6_PKTINFO) {
			seen |= 2;
			CHECK(IN6_IS_ADDR_LOOPBACK(&((struct in6_pktinfo *)CMSG_DATA(m))->ipi6_addr));
		}
	}
	CHECK_EQ(seen, 3);
	CHECK_OK(close(s));
	CHECK_OK(close(r));
}

static void several(void)
{
	struct sockaddr_in a;
	int r = datagrams(&a), s = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));
	char buffer[5][8];
	struct iovec out[3] = { { "1", 1 }, { "22", 2 }, { "333", 3 } }, in[5];
	struct mmsghdr m[5];
	struct timespec t = { 0, 50000000 }, bad = { 0, 1000000000 };

	memset(m, 0, sizeof(m));
	for (int i = 0; i < 3; i++)
		m[i].msg_hdr = (struct msghdr){ .msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = &out[i], .msg_iovlen = 1 };
	CHECK_EQ(sendmmsg(s, m, 3, 0), 3);
	CHECK_EQ(m[2].msg_len, 3);
	m[1].msg_hdr.msg_namelen = 3;
	CHECK_EQ(sendmmsg(s, m, 3, 0), 1);		/* an error behind the first ends it */
	m[0].msg_hdr.msg_namelen = 3;
	CHECK_ERRNO(sendmmsg(s, m, 3, 0), EINVAL);

	for (int i = 0; i < 5; i++) {
		in[i] = (struct iovec){ buffer[i], 8 };
		m[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &in[i], .msg_iovlen = 1 } };
	}
	CHECK_ERRNO(recvmmsg(r, m, 5, 0, &bad), EINVAL);
	CHECK_EQ(recvmmsg(r, m, 2, 0, NULL), 2);
	CHECK_EQ(m[0].msg_len, 1);
	CHECK_EQ(m[1].msg_len, 2);
	CHECK_EQ(recvmmsg(r, m, 5, MSG_WAITFORONE, &t), 2);
	CHECK_EQ(m[0].msg_len, 3);
	CHECK_ERRNO(recvmmsg(r, m, 5, MSG_DONTWAIT, NULL), EAGAIN);
	CHECK_EQ(recvmmsg(r, m, 0, 0, NULL), 0);
	CHECK_OK(close(s));
	CHECK_OK(close(r));
}

static void test(void)
{
	vectors();
	control();
	control6();
	several();
}
