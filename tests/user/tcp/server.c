/* Listeners over loopback: who may share a port, both families, full queues, resets before accept(2), shutdown, deferred accepts. */
#include "test.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static struct sockaddr_in v4(in_addr_t address, in_port_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(address), .sin_port = port };
}

static struct sockaddr_in6 v6(struct in6_addr address, in_port_t port)
{
	return (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_addr = address, .sin6_port = port };
}

static int stream(int family, int option)
{
	int one = 1, s = CHECK_OK(socket(family, SOCK_STREAM, 0));

	if (option)
		CHECK_OK(setsockopt(s, SOL_SOCKET, option, &one, sizeof(one)));
	return s;
}

static int listen_at(int family, const void *a, socklen_t n, int option, int backlog)
{
	int s = stream(family, option);

	CHECK_OK(bind(s, a, n));
	CHECK_OK(listen(s, backlog));
	return s;
}

static in_port_t port_of(int s)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof(a);

	CHECK_OK(getsockname(s, (void *)&a, &n));
	return ((struct sockaddr_in *)&a)->sin_port;
}

static void wait_for(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	CHECK_EQ(poll(&p, 1, 3000), 1);
}

/* A second socket on a port: 0 or errno. */
static int second(int option, const struct sockaddr_in *a, bool also_listen)
{
	int s = stream(AF_INET, option), r = bind(s, (const void *)a, sizeof(*a));

	if (r == 0 && also_listen)
		r = listen(s, 1);
	r = r == 0 ? 0 : errno;
	CHECK_OK(close(s));
	return r;
}

static void sharing(void)
{
	struct sockaddr_in any = v4(INADDR_ANY, 0), local = v4(INADDR_LOOPBACK, 0), other = v4(INADDR_LOOPBACK + 1, 0);
	int s = listen_at(AF_INET, &local, sizeof(local), SO_REUSEADDR, 1), t;

	any.sin_port = local.sin_port = other.sin_port = port_of(s);
	CHECK_EQ(second(0, &local, false), EADDRINUSE);
	CHECK_EQ(second(SO_REUSEADDR, &local, false), EADDRINUSE);
	CHECK_EQ(second(SO_REUSEPORT, &local, false), EADDRINUSE);
	CHECK_EQ(second(0, &any, false), EADDRINUSE);
	CHECK_EQ(second(0, &other, true), 0);
	CHECK_OK(close(s));

	/* Bound ones that do not listen share by SO_REUSEADDR; then only one listens. */
	s = stream(AF_INET, SO_REUSEADDR);
	CHECK_OK(bind(s, (void *)&local, sizeof(local)));
	CHECK_EQ(second(0, &local, false), EADDRINUSE);
	t = stream(AF_INET, SO_REUSEADDR);
	CHECK_OK(bind(t, (void *)&local, sizeof(local)));
	CHECK_OK(listen(s, 1));
	CHECK_ERRNO(listen(t, 1), EADDRINUSE);
	CHECK_OK(close(s));
	CHECK_OK(listen(t, 1));
	CHECK_OK(close(t));

	s = listen_at(AF_INET, &local, sizeof(local), SO_REUSEPORT, 1);
	CHECK_EQ(second(SO_REUSEPORT, &local, true), 0);
	CHECK_EQ(second(SO_REUSEADDR, &local, true), EADDRINUSE);
	CHECK_ERRNO(bind(s, (void *)&local, sizeof(local)), EINVAL);
	CHECK_OK(close(s));
}

/* Connections are spread over the sockets of a SO_REUSEPORT group, and none is lost. */
static void reuseport_spreads(void)
{
	struct sockaddr_in a = v4(INADDR_LOOPBACK, 0);
	int l[2], got[2] = { 0, 0 }, c[64];

	l[0] = listen_at(AF_INET, &a, sizeof(a), SO_REUSEPORT, 64);
	a.sin_port = port_of(l[0]);
	l[1] = listen_at(AF_INET, &a, sizeof(a), SO_REUSEPORT, 64);
	for (int i = 0; i < 64; i++) {
		c[i] = stream(AF_INET, 0);
		CHECK_OK(connect(c[i], (void *)&a, sizeof(a)));
	}
	for (int i = 0; i < 64; i++) {
		struct pollfd p[2] = { { .fd = l[0], .events = POLLIN }, { .fd = l[1], .events = POLLIN } };
		CHECK(poll(p, 2, 2000) > 0);
		int k = p[0].revents ? 0 : 1, s = CHECK_OK(accept(l[k], NULL, NULL));
		got[k]++;
		CHECK_OK(close(s));
	}
	CHECK(got[0] > 0 && got[1] > 0);
	for (int i = 0; i < 64; i++)
		CHECK_OK(close(c[i]));
	CHECK_OK(close(l[0]));
	CHECK_OK(close(l[1]));
}

static void both_families(void)
{
	struct sockaddr_in6 any = v6(in6addr_any, 0), from;
	struct sockaddr_in a = v4(INADDR_LOOPBACK, 0);
	struct sockaddr_in6 b = v6(in6addr_loopback, 0);
	socklen_t n = sizeof(from);
	int zero = 0, one = 1, l = stream(AF_INET6, 0), c, s;

	CHECK_OK(setsockopt(l, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero)));
	CHECK_OK(bind(l, (void *)&any, sizeof(any)));
	CHECK_OK(listen(l, 8));
	CHECK_ERRNO(setsockopt(l, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)), EINVAL);
	a.sin_port = b.sin6_port = port_of(l);
	CHECK_EQ(second(0, &a, false), EADDRINUSE);

	c = stream(AF_INET, 0);
	CHECK_OK(connect(c, (void *)&a, sizeof(a)));
	s = CHECK_OK(accept(l, (void *)&from, &n));
	CHECK_EQ(n, sizeof(from));
	CHECK_EQ(from.sin6_family, AF_INET6);
	CHECK(IN6_IS_ADDR_V4MAPPED(&from.sin6_addr));
	CHECK_EQ(from.sin6_port, port_of(c));
	CHECK_EQ(write(s, "4", 1), 1);
	CHECK_OK(close(s));
	CHECK_OK(close(c));

	c = stream(AF_INET6, 0);
	CHECK_OK(connect(c, (void *)&b, sizeof(b)));
	n = sizeof(from);
	s = CHECK_OK(accept(l, (void *)&from, &n));
	CHECK(IN6_IS_ADDR_LOOPBACK(&from.sin6_addr));
	CHECK_OK(close(s));
	CHECK_OK(close(c));
	CHECK_OK(close(l));

	/* With V6ONLY an IPv4 socket may have the same port. */
	l = stream(AF_INET6, 0);
	CHECK_OK(setsockopt(l, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)));
	CHECK_OK(bind(l, (void *)&any, sizeof(any)));
	CHECK_OK(listen(l, 8));
	a.sin_port = port_of(l);
	c = stream(AF_INET, 0);
	CHECK_ERRNO(connect(c, (void *)&a, sizeof(a)), ECONNREFUSED);
	CHECK_OK(close(c));
	CHECK_EQ(second(0, &a, true), 0);
	CHECK_OK(close(l));

	/* A mapped address on an AF_INET6 socket speaks IPv4. */
	a = v4(INADDR_LOOPBACK, 0);
	l = listen_at(AF_INET, &a, sizeof(a), 0, 8);
	struct sockaddr_in6 mapped = v6(in6addr_any, port_of(l));
	inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr);
	c = stream(AF_INET6, 0);
	CHECK_OK(connect(c, (void *)&mapped, sizeof(mapped)));
	CHECK_OK(close(c));
	c = stream(AF_INET6, 0);
	CHECK_OK(setsockopt(c, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)));
	CHECK_ERRNO(connect(c, (void *)&mapped, sizeof(mapped)), ENETUNREACH);
	CHECK_ERRNO(connect(c, (void *)&a, sizeof(a)), EINVAL);
	CHECK_OK(close(c));
	CHECK_OK(close(l));
}

/* A client that resets before it is accepted is accepted all the same, with its name. */
static void reset_before_accept(void)
{
	struct sockaddr_in a = v4(INADDR_LOOPBACK, 0), from = { 0 };
	struct linger hard = { .l_onoff = 1 };
	int l = listen_at(AF_INET, &a, sizeof(a), 0, 8), c = stream(AF_INET, 0), s, error = 0;
	socklen_t n = sizeof(from);
	in_port_t port;
	char byte;

	a.sin_port = port_of(l);
	CHECK_OK(connect(c, (void *)&a, sizeof(a)));
	port = port_of(c);
	CHECK_OK(setsockopt(c, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard)));
	CHECK_OK(close(c));
	test_sleep(20);
	s = CHECK_OK(accept(l, (void *)&from, &n));
	CHECK_EQ(n, sizeof(from));
	CHECK_EQ(from.sin_port, port);
	CHECK_ERRNO(read(s, &byte, 1), ECONNRESET);
	CHECK_ERRNO(getpeername(s, (void *)&from, &n), ENOTCONN);
	CHECK_OK(close(s));

	/* One that closes in order leaves its data. */
	c = stream(AF_INET, 0);
	CHECK_OK(connect(c, (void *)&a, sizeof(a)));
	CHECK_EQ(write(c, "z", 1), 1);
	CHECK_OK(close(c));
	s = CHECK_OK(accept(l, NULL, NULL));
	CHECK_EQ(read(s, &byte, 1), 1);
	CHECK_EQ(read(s, &byte, 1), 0);
	n = sizeof(error);
	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &n));
	CHECK_EQ(error, 0);
	CHECK_OK(close(s));

	/* Closing the listener resets who was not accepted. */
	c = stream(AF_INET, 0);
	CHECK_OK(connect(c, (void *)&a, sizeof(a)));
	CHECK_OK(close(l));
	wait_for(c, POLLIN);
	CHECK_ERRNO(read(c, &byte, 1), ECONNRESET);
	CHECK_OK(close(c));
}

static void *accept_until_shut(void *arg)
{
	int r = accept(*(int *)arg, NULL, NULL);

	return (void *)(long)(r < 0 ? errno : 0);
}

static void shutdown_of_listener(void)
{
	struct sockaddr_in a = v4(INADDR_LOOPBACK, 0);
	int l = listen_at(AF_INET, &a, sizeof(a), 0, 8), c, value;
	socklen_t n = sizeof(value);
	pthread_t thread;
	void *result;

	a.sin_port = port_of(l);
	CHECK_OK(shutdown(l, SHUT_WR));
	c = stream(AF_INET, 0);
	CHECK_OK(connect(c, (void *)&a, sizeof(a)));
	CHECK_OK(close(CHECK_OK(accept(l, NULL, NULL))));
	CHECK_OK(close(c));
	CHECK_EQ(pthread_create(&thread, NULL, accept_until_shut, &l), 0);
	test_sleep(30);
	CHECK_OK(shutdown(l, SHUT_RD));
	CHECK_EQ(pthread_join(thread, &result), 0);
	CHECK_EQ(result, EINVAL);
	CHECK_ERRNO(accept(l, NULL, NULL), EINVAL);
	CHECK_OK(getsockopt(l, SOL_SOCKET, SO_ACCEPTCONN, &value, &n));
	CHECK_EQ(value, 0);
	CHECK_EQ(port_of(l), a.sin_port);
	c = stream(AF_INET, 0);
	CHECK_ERRNO(connect(c, (void *)&a, sizeof(a)), ECONNREFUSED);
	CHECK_OK(close(c));
	CHECK_OK(listen(l, 8));		/* its port was not asked for: it may be another now */
	a.sin_port = port_of(l);
	c = stream(AF_INET, 0);
	CHECK_OK(connect(c, (void *)&a, sizeof(a)));
	CHECK_OK(close(c));
	CHECK_OK(close(l));
}

/* A full queue keeps further clients waiting; they get in when there is room again. */
static void overflow(void)
{
	struct sockaddr_in a = v4(INADDR_LOOPBACK, 0);
	int l = listen_at(AF_INET, &a, sizeof(a), 0, 1), c[8], in = 0;

	a.sin_port = port_of(l);
	for (int i = 0; i < 8; i++) {
		c[i] = stream(AF_INET, 0);
		CHECK_OK(fcntl(c[i], F_SETFL, O_NONBLOCK));
		CHECK(connect(c[i], (void *)&a, sizeof(a)) == 0 || errno == EINPROGRESS);
	}
	test_sleep(50);
	for (int i = 0; i < 8; i++) {
		struct pollfd p = { .fd = c[i], .events = POLLOUT };
		in += poll(&p, 1, 0);
	}
	CHECK_EQ(in, 2);		/* backlog + 1 */
	for (int i = 0; i < 8; i++) {
		wait_for(l, POLLIN);
		CHECK_OK(close(CHECK_OK(accept(l, NULL, NULL))));
		if (i == 1)
			break;
	}
	/* The rest come by their retransmitted SYNs, after a second. */
	wait_for(l, POLLIN);
	for (int i = 0; i < 8; i++)
		CHECK_OK(close(c[i]));
	CHECK_OK(close(l));
}

static void deferred(void)
{
	struct sockaddr_in a = v4(INADDR_LOOPBACK, 0);
	int l = listen_at(AF_INET, &a, sizeof(a), 0, 8), c = stream(AF_INET, 0), s, seconds = 5;
	struct pollfd p = { .fd = l, .events = POLLIN };
	char byte;

	a.sin_port = port_of(l);
	CHECK_OK(setsockopt(l, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds)));
	CHECK_OK(connect(c, (void *)&a, sizeof(a)));
	CHECK_EQ(poll(&p, 1, 50), 0);
	CHECK_EQ(write(c, "d", 1), 1);
	CHECK_EQ(poll(&p, 1, 3000), 1);
	s = CHECK_OK(accept(l, NULL, NULL));
	CHECK_EQ(recv(s, &byte, 1, MSG_DONTWAIT), 1);
	CHECK_OK(close(s));
	CHECK_OK(close(c));
	CHECK_OK(close(l));
}

/* What a connection takes from its listener. */
static void inherited(void)
{
	struct sockaddr_in a = v4(INADDR_LOOPBACK, 0);
	int l = listen_at(AF_INET, &a, sizeof(a), 0, 8), c = stream(AF_INET, 0), s, one = 1, value, idle = 77;
	struct linger linger = { .l_onoff = 1, .l_linger = 3 };
	struct timeval t = { .tv_sec = 9 };
	socklen_t n = sizeof(value);

	a.sin_port = port_of(l);
	CHECK_OK(setsockopt(l, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one)));
	CHECK_OK(setsockopt(l, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)));
	CHECK_OK(setsockopt(l, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle)));
	CHECK_OK(setsockopt(l, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	CHECK_OK(setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)));
	CHECK_OK(fcntl(l, F_SETFL, O_NONBLOCK));
	CHECK_OK(connect(c, (void *)&a, sizeof(a)));
	wait_for(l, POLLIN);
	s = CHECK_OK(accept(l, NULL, NULL));
	CHECK_EQ(fcntl(s, F_GETFL) & O_NONBLOCK, 0);
	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &value, &n));
	CHECK_EQ(value, 1);
	CHECK_OK(getsockopt(s, IPPROTO_TCP, TCP_NODELAY, &value, &n));
	CHECK_EQ(value, 1);
	CHECK_OK(getsockopt(s, IPPROTO_TCP, TCP_KEEPIDLE, &value, &n));
	CHECK_EQ(value, 77);
	memset(&linger, 0, sizeof(linger));
	n = sizeof(linger);
	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_LINGER, &linger, &n));
	CHECK_EQ(linger.l_linger, 3);
	CHECK_OK(close(s));
	CHECK_OK(close(c));
	CHECK_OK(close(l));
}

/* A socket whose connect failed, or whose connection was dissolved, listens where bind said, not at its connection's address. */
static void after_connect(void)
{
	struct sockaddr_in any = v4(INADDR_ANY, 0), closed = v4(INADDR_LOOPBACK, 0), a;
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int nobody = stream(AF_INET, 0);

	CHECK_OK(bind(nobody, (void *)&closed, sizeof(closed)));
	closed.sin_port = port_of(nobody);
	for (unsigned i = 0; i < 4; i++) {
		int l = stream(AF_INET, 0), c = stream(AF_INET, 0);
		socklen_t n = sizeof(a);

		if (i & 1)
			CHECK_OK(bind(l, (void *)&any, sizeof(any)));
		if (i == 2)
			CHECK_OK(listen(nobody, 8));
		if (i < 2) {
			CHECK_ERRNO(connect(l, (void *)&closed, sizeof(closed)), ECONNREFUSED);
		} else {
			CHECK_OK(connect(l, (void *)&closed, sizeof(closed)));
			CHECK_OK(connect(l, &none, sizeof(none)));
		}
		CHECK_OK(listen(l, 8));
		CHECK_OK(getsockname(l, (void *)&a, &n));
		CHECK_EQ(a.sin_addr.s_addr, htonl(INADDR_ANY));
		a.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
		CHECK_OK(connect(c, (void *)&a, sizeof(a)));
		CHECK_OK(close(c));
		CHECK_OK(close(l));
	}
	CHECK_OK(close(nobody));
}

static void test(void)
{
	sharing();
	reuseport_spreads();
	both_families();
	reset_before_accept();
	shutdown_of_listener();
	overflow();
	deferred();
	inherited();
	after_connect();
}
