/*
 * unix(7) under load: processes that connect, pass descriptors (of the sockets themselves too), close in the middle and die; on ASTRA
 * nothing of it may be left.
 */
#include "test.h"
#include <sys/socket.h>
#include <sys/un.h>

#define SERVERS 2
#define CLIENTS 4
#define ROUNDS 150

static struct sockaddr_un address = { .sun_family = AF_UNIX };
static socklen_t address_length;

static unsigned chance(unsigned *state, unsigned below)
{
	*state = *state * 1664525 + 1013904223;
	return (*state >> 16) % below;
}

static ssize_t send_fds(int s, const int *fds, unsigned count, const char *text, size_t length)
{
	_Alignas(8) char control[CMSG_SPACE(sizeof(int) * 8)] = { 0 };
	struct iovec v = { (void *)text, length };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(sizeof(int) * count) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int) * count);
	memcpy(CMSG_DATA(c), fds, sizeof(int) * count);
	return sendmsg(s, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* A message, whose descriptors are closed again; its length. */
static ssize_t receive(int s, char *buf, size_t size, int flags)
{
	_Alignas(8) char control[CMSG_SPACE(sizeof(int) * 8)];
	struct iovec v = { buf, size };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(s, &m, flags);

	if (n < 0)
		return n;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		int fds[8], count = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));

		memcpy(fds, CMSG_DATA(c), (size_t)count * sizeof(int));
		for (int i = 0; i < count; i++)
			close(fds[i]);
	}
	return n;
}

/* Takes connections and echoes until each ends. */
static void serve(int listener, unsigned seed)
{
	static char buf[20000];
	int c;

	while ((c = accept(listener, NULL, NULL)) >= 0) {
		ssize_t n;

		if (chance(&seed, 8) == 0) {
			close(c);
			continue;
		}
		while ((n = receive(c, buf, sizeof(buf), chance(&seed, 4) ? 0 : MSG_PEEK)) > 0)
			if (send(c, buf, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 || chance(&seed, 10) == 0)
				break;
		close(c);
	}
}

static void tangle(unsigned *seed)
{
	int a[2], b[2];

	CHECK_OK(socketpair(AF_UNIX, chance(seed, 2) ? SOCK_STREAM : SOCK_DGRAM, 0, a));
	CHECK_OK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, b));
	int load[4] = { a[0], b[0], b[1], a[1] };
	send_fds(a[chance(seed, 2)], load + chance(seed, 3), 2, "t", 1);
	send_fds(b[chance(seed, 2)], load + chance(seed, 4), 1, "t", 1);
	if (chance(seed, 3) == 0) {
		char c;

		receive(a[1], &c, 1, MSG_DONTWAIT);
	}
	for (int i = 0; i < 4; i++)
		CHECK_OK(close(load[i]));
}

static void client(unsigned seed)
{
	static char buf[20000];

	for (int round = 0; round < ROUNDS; round++) {
		int c = (int)CHECK_OK(socket(AF_UNIX, SOCK_STREAM, 0));

		if (connect(c, (void *)&address, address_length) == 0) {
			for (unsigned i = chance(&seed, 4); i > 0; i--) {
				int fds[2] = { c, 0 };

				if (chance(&seed, 2))
					send_fds(c, fds, 1 + chance(&seed, 2), buf, 1 + chance(&seed, sizeof(buf)));
				else
					send(c, buf, 1 + chance(&seed, sizeof(buf)), MSG_NOSIGNAL | MSG_DONTWAIT);
				receive(c, buf, sizeof(buf), chance(&seed, 2) ? MSG_DONTWAIT : 0);
				if (chance(&seed, 6) == 0)
					shutdown(c, SHUT_RDWR);
			}
		}
		tangle(&seed);
		CHECK_OK(close(c));
	}
}

static unsigned sockets_in_being(void)
{
	static char text[1 << 20];
	int f = (int)CHECK_OK(open("/proc/net/unix", O_RDONLY));
	ssize_t n = CHECK_OK(read(f, text, sizeof(text) - 1));
	unsigned lines = 0;

	for (ssize_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	CHECK_OK(close(f));
	return lines;
}

static void test(void)
{
	unsigned before = sockets_in_being();
	pid_t servers[SERVERS], clients[CLIENTS];

	address_length = (socklen_t)(3 + snprintf(address.sun_path + 1, 100, "stress-%d", getpid()));
	int listener = (int)CHECK_OK(socket(AF_UNIX, SOCK_STREAM, 0));
	CHECK_OK(bind(listener, (void *)&address, address_length));
	CHECK_OK(listen(listener, 3));
	for (unsigned i = 0; i < SERVERS; i++)
		if ((servers[i] = test_fork()) == 0) {
			serve(listener, i);
			test_exit();
		}
	for (unsigned i = 0; i < CLIENTS; i++)
		if ((clients[i] = test_fork()) == 0) {
			close(listener);
			client(100 + i);
			test_exit();
		}
	for (unsigned i = 0; i < CLIENTS; i++)
		CHECK_CHILD(clients[i]);
	CHECK_OK(shutdown(listener, SHUT_RD));
	for (unsigned i = 0; i < SERVERS; i++)
		CHECK_CHILD(servers[i]);
	CHECK_OK(close(listener));
	/* The last tangle is found when one more socket ends. */
	CHECK_OK(close(CHECK_OK(socket(AF_UNIX, SOCK_STREAM, 0))));
	if (test_on_astra())
		CHECK_EQ(sockets_in_being(), before);
}
