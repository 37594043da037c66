/*
 * The guest's side of packet scripts: configures eth0, goes into the background, and serves
 *
 *	TCP 7   echoes               TCP 9   never reads           TCP 11  sends a megabyte when it is connected
 *	TCP 13  keep-alive in 1 s    TCP 15  closes at once        UDP 7   echoes
 *	UDP 1000: "PORT" connects to the script's TCP port and answers "ERRNO BYTES" to the sender once that connection has ended
 *
 * The first argument "leave" configures and exits: for tests that bring programs of their own.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEER "10.0.2.2"

static void must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
}

static void set_address(void *to, const char *text)
{
	struct sockaddr_in *a = to;

	a->sin_family = AF_INET;
	a->sin_addr.s_addr = inet_addr(text);
}

static void configure(const char *address)
{
	struct rtentry route = { .rt_flags = RTF_UP | RTF_GATEWAY };
	struct ifreq r = { 0 };
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	must(s, "socket");
	strcpy(r.ifr_name, "eth0");
	set_address(&r.ifr_addr, address);
	must(ioctl(s, SIOCSIFADDR, &r), "SIOCSIFADDR");
	set_address(&r.ifr_addr, "255.255.255.0");
	must(ioctl(s, SIOCSIFNETMASK, &r), "SIOCSIFNETMASK");
	r.ifr_flags = IFF_UP;
	must(ioctl(s, SIOCSIFFLAGS, &r), "SIOCSIFFLAGS");
	set_address(&route.rt_dst, "0.0.0.0");
	set_address(&route.rt_genmask, "0.0.0.0");
	set_address(&route.rt_gateway, PEER);
	must(ioctl(s, SIOCADDRT, &route), "SIOCADDRT");
	close(s);
}

static int bound(int type, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
	int s = socket(AF_INET, type, 0), one = 1;

	must(s, "socket");
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	must(bind(s, (void *)&a, sizeof(a)), "bind");
	return s;
}

struct service {
	int port;
	int fd;			/* of the listener, or of the connection that a thread serves */
};

static void echo_back(int fd)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t done = 0, w; done < n; done += w)
			if ((w = write(fd, buf + done, (size_t)(n - done))) <= 0)
				return;
}

static void pour(int fd)
{
	static char block[1 << 20];

	for (size_t done = 0; done < sizeof(block);) {
		ssize_t n = write(fd, block, sizeof(block) - done);

		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

static void wait_for_end(int fd)
{
	struct pollfd p = { .fd = fd, .events = 0 };

	poll(&p, 1, -1);
}

static void keep_alive(int fd)
{
	int one = 1, three = 3;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &three, sizeof(three));
	wait_for_end(fd);
}

static void *serve_one(void *arg)
{
	struct service *s = arg;

	switch (s->port) {
	case 7:
		echo_back(s->fd);
		break;
	case 9:
		wait_for_end(s->fd);
		break;
	case 11:
		pour(s->fd);
		break;
	case 13:
		keep_alive(s->fd);
		break;
	default:
		break;
	}
	close(s->fd);
	free(s);
	return NULL;
}

static void start(void *(*fn)(void *), void *arg)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, 160 * 1024);
	if (pthread_create(&thread, &attr, fn, arg) != 0)
		fn(arg);
}

static void *serve(void *arg)
{
	struct service *listener = arg;

	for (;;) {
		struct service *s = malloc(sizeof(*s));
		int fd = accept(listener->fd, NULL, NULL);

		if (fd < 0 || !s) {
			free(s);
			continue;
		}
		*s = (struct service){ listener->port, fd };
		start(serve_one, s);
	}
	return NULL;
}

/* A datagram may ask to join a group, or to leave it. */
static void change_group(int s, const char *text, ssize_t n)
{
	struct ip_mreqn r = { { inet_addr("239.77.3.9") }, { 0 }, (int)if_nametoindex("eth0") };
	bool join = n == 4 && memcmp(text, "join", 4) == 0;

	if (join || (n == 5 && memcmp(text, "leave", 5) == 0))
		must(setsockopt(s, IPPROTO_IP, join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &r, sizeof(r)), "group");
}

static void *echo_datagrams(void *unused)
{
	static char buf[65536];
	int s = bound(SOCK_DGRAM, 7);

	for (;;) {
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(s, buf, sizeof(buf), 0, (void *)&from, &size);

		change_group(s, buf, n);
		if (n >= 0)
			sendto(s, buf, (size_t)n, 0, (void *)&from, size);
	}
	return unused;
}

struct order {
	struct sockaddr_in from;
	int socket, port;
};

static void *connect_out(void *arg)
{
	struct order *o = arg;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((unsigned short)o->port) };
	char buf[4096], text[64];
	int s = socket(AF_INET, SOCK_STREAM, 0), error = 0;
	long bytes = 0;
	ssize_t n = -1;

	a.sin_addr.s_addr = inet_addr(PEER);
	if (connect(s, (void *)&a, sizeof(a)) == 0) {
		while ((n = read(s, buf, sizeof(buf))) > 0)
			bytes += n;
	}
	error = n < 0 ? errno : 0;
	close(s);
	n = snprintf(text, sizeof(text), "%d %ld", error, bytes);
	sendto(o->socket, text, (size_t)n, 0, (void *)&o->from, sizeof(o->from));
	free(o);
	return NULL;
}

static void take_orders(void)
{
	int s = bound(SOCK_DGRAM, 1000);
	char buf[64];

	for (;;) {
		struct order *o = calloc(1, sizeof(*o));
		socklen_t size = sizeof(o->from);
		ssize_t n = recvfrom(s, buf, sizeof(buf) - 1, 0, (void *)&o->from, &size);

		if (n <= 0) {
			free(o);
			continue;
		}
		buf[n] = 0;
		o->socket = s;
		o->port = atoi(buf);
		start(connect_out, o);
	}
}

int main(int argc, char **argv)
{
	static struct service services[] = { { 7, 0 }, { 9, 0 }, { 11, 0 }, { 13, 0 }, { 15, 0 } };

	configure(argc > 2 ? argv[2] : "10.0.2.15");
	if (argc > 1 && strcmp(argv[1], "leave") == 0)
		return 0;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		services[i].fd = bound(SOCK_STREAM, services[i].port);
		must(listen(services[i].fd, 128), "listen");
	}
	if (fork())
		return 0;
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		start(serve, &services[i]);
	start(echo_datagrams, NULL);
	take_orders();
	return 0;
}
