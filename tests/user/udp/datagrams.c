/* udp(7) over loopback: ports, sending and receiving, truncation, peeking, connected sockets and their errors, poll, time-outs. */
#include "test.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in) { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* A bound socket and its address. */
static int make(struct sockaddr_in *a)
{
	socklen_t n = sizeof(*a);
	int s = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));

	*a = loopback(0);
	CHECK_OK(bind(s, (void *)a, sizeof(*a)));
	CHECK_OK(getsockname(s, (void *)a, &n));
	CHECK_EQ(n, sizeof(*a));
	CHECK(a->sin_port != 0);
	return s;
}

static void exchange(void)
{
	struct sockaddr_in a, b, from;
	int s = make(&a), t = make(&b);
	socklen_t n = sizeof(from);
	char buf[64];

	CHECK_EQ(sendto(s, "hello", 5, 0, (void *)&b, sizeof(b)), 5);
	CHECK_EQ(sendto(s, "", 0, 0, (void *)&b, sizeof(b)), 0);
	CHECK_EQ(sendto(s, "abc", 3, 0, (void *)&b, sizeof(b)), 3);
	CHECK_EQ(recvfrom(t, buf, sizeof(buf), MSG_PEEK, (void *)&from, &n), 5);
	CHECK_EQ(recvfrom(t, buf, sizeof(buf), 0, (void *)&from, &n), 5);
	CHECK(memcmp(buf, "hello", 5) == 0);
	CHECK_EQ(n, sizeof(from));
	CHECK_EQ(from.sin_port, a.sin_port);
	CHECK_EQ(from.sin_addr.s_addr, a.sin_addr.s_addr);
	CHECK_EQ(recv(t, buf, sizeof(buf), 0), 0);
	int size = -1;
	CHECK_OK(ioctl(t, FIONREAD, &size));
	CHECK_EQ(size, 3);
	CHECK_EQ(recv(t, buf, 1, MSG_TRUNC), 3);
	CHECK_ERRNO(recv(t, buf, sizeof(buf), MSG_DONTWAIT), EAGAIN);
	CHECK_ERRNO(send(s, "x", 1, 0), EDESTADDRREQ);
	CHECK_OK(close(s));
	CHECK_OK(close(t));
}

static void sizes(void)
{
	static char out[70000], in[70000];
	struct sockaddr_in a, b;
	int s = make(&a), t = make(&b);

	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 7 + i / 256);
	for (size_t size = 1; size <= 65507; size = size * 3 + 1) {
		CHECK_EQ(sendto(s, out, size, 0, (void *)&b, sizeof(b)), size);
		CHECK_EQ(recv(t, in, sizeof(in), 0), size);
		CHECK(memcmp(in, out, size) == 0);
	}
	CHECK_EQ(sendto(s, out, 65507, 0, (void *)&b, sizeof(b)), 65507);
	CHECK_EQ(recv(t, in, sizeof(in), 0), 65507);
	CHECK(memcmp(in, out, 65507) == 0);
	CHECK_ERRNO(sendto(s, out, 65508, 0, (void *)&b, sizeof(b)), EMSGSIZE);
	CHECK_EQ(RAW(SYS_sendto, s, test_unmapped(), 10, 0, &b, sizeof(b)), -EFAULT);
	CHECK_OK(close(s));
	CHECK_OK(close(t));
}

/* Long datagrams out of many pieces and into many: by vectors, and by sends that are put together. */
static void scattered(void)
{
	enum { SIZE = 60001, PIECES = 500 };
	static char out[SIZE], in[SIZE];
	struct iovec v[PIECES];
	struct sockaddr_in a, b;
	int s = make(&a), t = make(&b);
	struct msghdr to = { .msg_name = &b, .msg_namelen = sizeof(b), .msg_iov = v, .msg_iovlen = PIECES };
	struct msghdr from = { .msg_iov = v, .msg_iovlen = PIECES };

	for (size_t i = 0; i < SIZE; i++)
		out[i] = (char)(i * 13 + i / 251);
	for (size_t i = 0, at = 0; i < PIECES; at += v[i++].iov_len)
		v[i] = (struct iovec) { out + at, i + 1 < PIECES ? i * 241 % 233 : SIZE - at };
	CHECK_EQ(sendmsg(s, &to, 0), SIZE);
	for (size_t i = 0, at = 0; i < PIECES; at += v[i++].iov_len)
		v[i] = (struct iovec) { in + at, i + 1 < PIECES ? i * 239 % 227 : SIZE - at };
	CHECK_EQ(recv(t, in, 40000, MSG_PEEK), 40000);
	CHECK_BYTES(in, out, 40000);
	memset(in, 0, sizeof(in));
	CHECK_EQ(recvmsg(t, &from, 0), SIZE);
	CHECK_BYTES(in, out, SIZE);

	CHECK_OK(connect(s, (void *)&b, sizeof(b)));
	for (size_t at = 0, n = 1; at < SIZE; at += n, n = n * 2 + 1) {
		n = n < SIZE - at ? n : SIZE - at;
		CHECK_EQ(send(s, out + at, n, at + n < SIZE ? MSG_MORE : 0), n);
	}
	memset(in, 0, sizeof(in));
	CHECK_EQ(recvmsg(t, &from, 0), SIZE);
	CHECK_BYTES(in, out, SIZE);
	CHECK_OK(close(s));
	CHECK_OK(close(t));
}

static void connected(void)
{
	struct sockaddr_in a, b, c, none = { .sin_family = AF_UNSPEC };
	int s = make(&a), t = make(&b), other = make(&c);
	socklen_t n = sizeof(a);
	char buf[8];

	CHECK_ERRNO(getpeername(s, (void *)&a, &n), ENOTCONN);
	CHECK_OK(connect(s, (void *)&b, sizeof(b)));
	CHECK_OK(getpeername(s, (void *)&c, &n));
	CHECK_EQ(c.sin_port, b.sin_port);
	n = sizeof(c);
	CHECK_OK(getsockname(other, (void *)&c, &n));
	CHECK_EQ(sendto(other, "no", 2, 0, (void *)&a, sizeof(a)), 2);	/* not from its peer: dropped, and refused */
	CHECK_EQ(sendto(t, "yes", 3, 0, (void *)&a, sizeof(a)), 3);
	CHECK_EQ(recv(s, buf, sizeof(buf), 0), 3);
	CHECK_ERRNO(recv(s, buf, sizeof(buf), MSG_DONTWAIT), EAGAIN);
	CHECK_EQ(write(s, "w", 1), 1);
	CHECK_EQ(read(t, buf, sizeof(buf)), 1);

	CHECK_OK(close(t));
	CHECK_EQ(send(s, "x", 1, 0), 1);
	struct pollfd p = { .fd = s, .events = POLLIN };
	CHECK_EQ(poll(&p, 1, 1000), 1);
	CHECK(p.revents & POLLERR);
	CHECK_ERRNO(recv(s, buf, sizeof(buf), 0), ECONNREFUSED);
	CHECK_EQ(send(s, "x", 1, 0), 1);
	CHECK_ERRNO(send(s, "x", 1, 0), ECONNREFUSED);
	CHECK_EQ(send(s, "x", 1, 0), 1);
	int error = -1;
	n = sizeof(error);
	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &n));
	CHECK_EQ(error, ECONNREFUSED);
	CHECK_OK(connect(s, (void *)&none, sizeof(none)));
	CHECK_ERRNO(send(s, "x", 1, 0), EDESTADDRREQ);
	CHECK_OK(close(s));
	CHECK_OK(close(other));
}

static void ports(void)
{
	struct sockaddr_in a, far = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc6336401) };
	int s = make(&a), t = CHECK_OK(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)), one = 1;

	CHECK_ERRNO(bind(t, (void *)&a, sizeof(a)), EADDRINUSE);
	CHECK_OK(setsockopt(t, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	CHECK_ERRNO(bind(t, (void *)&a, sizeof(a)), EADDRINUSE);
	CHECK_OK(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	CHECK_OK(bind(t, (void *)&a, sizeof(a)));
	CHECK_ERRNO(bind(t, (void *)&a, sizeof(a)), EINVAL);
	CHECK_OK(close(t));
	t = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));
	CHECK_ERRNO(bind(t, (void *)&far, sizeof(far)), EADDRNOTAVAIL);
	CHECK_ERRNO(bind(t, (void *)&a, 4), EINVAL);
	a.sin_family = AF_UNIX;
	CHECK_ERRNO(bind(t, (void *)&a, sizeof(a)), EAFNOSUPPORT);
	CHECK_OK(close(s));
	CHECK_OK(close(t));
	CHECK_ERRNO(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), EPROTONOSUPPORT);
	CHECK_ERRNO(socket(-1, SOCK_DGRAM, 0), EAFNOSUPPORT);
	CHECK_ERRNO(socket(AF_INET, 77, 0), EINVAL);
	CHECK_ERRNO(bind(0x7fff, (void *)&a, sizeof(a)), EBADF);
	t = CHECK_OK(open("/dev/null", O_RDWR));
	CHECK_ERRNO(bind(t, (void *)&a, sizeof(a)), ENOTSOCK);
	CHECK_OK(close(t));
}

static void waiting(void)
{
	struct sockaddr_in a, b;
	int s = make(&a), t = make(&b);
	struct timeval tv = { .tv_usec = 20000 };
	char buf[8];

	CHECK_OK(setsockopt(t, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	CHECK_ERRNO(recv(t, buf, sizeof(buf), 0), EAGAIN);
	tv = (struct timeval) { 0 };
	CHECK_OK(setsockopt(t, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	pid_t pid = test_fork();
	if (pid == 0) {
		test_sleep(20);
		CHECK_EQ(sendto(s, "late", 4, 0, (void *)&b, sizeof(b)), 4);
		test_exit();
	}
	CHECK_EQ(recv(t, buf, sizeof(buf), 0), 4);
	CHECK_CHILD(pid);
	CHECK_OK(close(s));
	CHECK_OK(close(t));
}

static void families(void)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT }, from;
	struct sockaddr_in a;
	socklen_t n = sizeof(a6);
	int six = CHECK_OK(socket(AF_INET6, SOCK_DGRAM, 0)), four = make(&a);
	char buf[8];

	CHECK_OK(bind(six, (void *)&a6, sizeof(a6)));
	CHECK_OK(getsockname(six, (void *)&a6, &n));
	CHECK_EQ(n, sizeof(a6));
	struct sockaddr_in to = loopback(ntohs(a6.sin6_port));
	CHECK_EQ(sendto(four, "46", 2, 0, (void *)&to, sizeof(to)), 2);
	n = sizeof(from);
	CHECK_EQ(recvfrom(six, buf, sizeof(buf), 0, (void *)&from, &n), 2);
	CHECK(IN6_IS_ADDR_V4MAPPED(&from.sin6_addr));
	CHECK_EQ(sendto(six, "reply", 5, 0, (void *)&from, sizeof(from)), 5);
	CHECK_EQ(recv(four, buf, sizeof(buf), 0), 5);
	a6.sin6_addr = in6addr_loopback;
	int other = CHECK_OK(socket(AF_INET6, SOCK_DGRAM, 0));
	CHECK_EQ(sendto(other, "6", 1, 0, (void *)&a6, sizeof(a6)), 1);
	n = sizeof(from);
	CHECK_EQ(recvfrom(six, buf, sizeof(buf), 0, (void *)&from, &n), 1);
	CHECK(IN6_IS_ADDR_LOOPBACK(&from.sin6_addr));
	CHECK_OK(close(six));
	CHECK_OK(close(four));
	CHECK_OK(close(other));
}

static void many(void)
{
	struct sockaddr_in a, b;
	int s = make(&a), t = make(&b);
	struct mmsghdr m[8];
	struct iovec v[8][2];
	char in[8][8];

	for (int i = 0; i < 8; i++) {
		v[i][0] = (struct iovec) { (char *)"abc", 3 };
		v[i][1] = (struct iovec) { (char *)"defgh", (size_t)i % 5 };
		m[i] = (struct mmsghdr) { .msg_hdr = { .msg_iov = v[i], .msg_iovlen = 2, .msg_name = &b, .msg_namelen = sizeof(b) } };
	}
	CHECK_EQ(sendmmsg(s, m, 8, 0), 8);
	CHECK_EQ(m[4].msg_len, 7);
	for (int i = 0; i < 8; i++) {
		v[i][0] = (struct iovec) { in[i], 5 };
		m[i] = (struct mmsghdr) { .msg_hdr = { .msg_iov = v[i], .msg_iovlen = 1 } };
	}
	CHECK_EQ(recvmmsg(t, m, 8, MSG_DONTWAIT, NULL), 8);
	CHECK_EQ(m[0].msg_len, 3);
	CHECK_EQ(m[4].msg_len, 5);
	CHECK_EQ(m[4].msg_hdr.msg_flags & MSG_TRUNC, MSG_TRUNC);
	CHECK_EQ(m[1].msg_hdr.msg_flags & MSG_TRUNC, 0);
	CHECK_OK(close(s));
	CHECK_OK(close(t));
}

static void test(void)
{
	exchange();
	sizes();
	scattered();
	connected();
	ports();
	waiting();
	families();
	many();
}
