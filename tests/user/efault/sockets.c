/* Every socket call with a pointer argument, every pointer argument, every bad pointer: EFAULT, and the socket goes on working. */
#include "test.h"
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* Arguments are numbers, or one of these pointers: the one under test, good memory, a length of 16, headers that hold the bad one. */
enum { P = 0x50505050, V, LENGTH, HEADER_NAME, HEADER_VECTOR, HEADER_DATA, HEADER_CONTROL, MESSAGES };
#define NULL_OK 1	/* a null pointer is allowed */
#define FILL	2	/* a datagram lies in the queue */
#define CONNECT 4	/* a connection waits at the listener */

static int udp, listener;
static struct sockaddr_in udp_name, listener_name;

struct row {
	const char *name;
	long number, args[6];
	int flags;
};

static struct {
	long good[64];
	socklen_t length;
	struct iovec vector, bad_vector;
	struct mmsghdr headers[5];
} m;

static struct msghdr header(void *name, struct iovec *v, void *control)
{
	return (struct msghdr){ .msg_name = name, .msg_namelen = name ? 16 : 0, .msg_iov = v, .msg_iovlen = 1, .msg_control = control,
				.msg_controllen = control ? 64 : 0 };
}

static void prepare(void *bad)
{
	memset(&m, 0, sizeof(m));
	m.length = 16;
	m.vector = (struct iovec){ m.good, 8 };
	m.bad_vector = (struct iovec){ bad, 8 };
	m.headers[0].msg_hdr = header(bad, &m.vector, NULL);
	m.headers[1].msg_hdr = header(NULL, bad, NULL);
	m.headers[2].msg_hdr = header(NULL, &m.bad_vector, NULL);
	m.headers[3].msg_hdr = header(NULL, &m.vector, bad);
	m.headers[4].msg_hdr = header(NULL, &m.bad_vector, NULL);
}

static long argument(long a, void *bad)
{
	switch (a) {
	case P:
		return (long)bad;
	case V:
		return (long)m.good;
	case LENGTH:
		return (long)&m.length;
	case MESSAGES:
		return (long)&m.headers[4];
	case HEADER_NAME ... HEADER_CONTROL:
		return (long)&m.headers[a - HEADER_NAME];
	default:
		return a;
	}
}

static void check_row(const struct row *row, const struct test_bad_pointer *bad)
{
	int client = -1;
	char byte[64];
	long a[6];

	if (bad->address == NULL && row->flags & NULL_OK)
		return;
	prepare((void *)bad->address);
	if (row->flags & FILL)
		CHECK_EQ(send(udp, "datagram", 8, 0), 8);
	if (row->flags & CONNECT) {
		client = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
		CHECK_OK(connect(client, (void *)&listener_name, sizeof(listener_name)));
	}
	for (int i = 0; i < 6; i++)
		a[i] = argument(row->args[i], (void *)bad->address);
	long got = test_raw(row->number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (got != -EFAULT) {
		test_print("%s with %s (%p): got %ld, want %d\n", row->name, bad->name, bad->address, got, -EFAULT);
		test_count_failure();
	}
	while (recv(udp, byte, sizeof(byte), MSG_DONTWAIT) >= 0)
		;
	if (client >= 0)
		CHECK_OK(close(client));
}

static void all(const struct test_bad_pointer *bad)
{
	const struct row rows[] = {
		{ "socketpair", SYS_socketpair, { AF_UNIX, SOCK_DGRAM, 0, P }, 0 },
		{ "bind", SYS_bind, { udp, P, 16 }, 0 },
		{ "connect", SYS_connect, { udp, P, 16 }, 0 },
		{ "accept address", SYS_accept, { listener, P, LENGTH }, NULL_OK | CONNECT },
		{ "accept length", SYS_accept, { listener, V, P }, CONNECT },
		{ "accept4 address", SYS_accept4, { listener, P, LENGTH, SOCK_CLOEXEC }, NULL_OK | CONNECT },
		{ "getsockname", SYS_getsockname, { udp, P, LENGTH }, 0 },
		{ "getsockname length", SYS_getsockname, { udp, V, P }, 0 },
		{ "getpeername", SYS_getpeername, { udp, P, LENGTH }, 0 },
		{ "getpeername length", SYS_getpeername, { udp, V, P }, 0 },
		{ "sendto", SYS_sendto, { udp, P, 8, 0, 0, 0 }, 0 },
		{ "sendto address", SYS_sendto, { udp, V, 8, 0, P, 16 }, NULL_OK },
		{ "write", SYS_write, { udp, P, 8 }, 0 },
		{ "read", SYS_read, { udp, P, 8 }, FILL },
		{ "recvfrom", SYS_recvfrom, { udp, P, 8, MSG_DONTWAIT, 0, 0 }, FILL },
		{ "recvfrom peek", SYS_recvfrom, { udp, P, 8, MSG_DONTWAIT | MSG_PEEK, 0, 0 }, FILL },
		{ "recvfrom address", SYS_recvfrom, { udp, V, 8, MSG_DONTWAIT, P, LENGTH }, NULL_OK | FILL },
		{ "recvfrom length", SYS_recvfrom, { udp, V, 8, MSG_DONTWAIT, V, P }, FILL },
		{ "sendmsg", SYS_sendmsg, { udp, P, 0 }, 0 },
		{ "sendmsg name", SYS_sendmsg, { udp, HEADER_NAME, 0 }, NULL_OK },
		{ "sendmsg vector", SYS_sendmsg, { udp, HEADER_VECTOR, 0 }, 0 },
		{ "sendmsg data", SYS_sendmsg, { udp, HEADER_DATA, 0 }, 0 },
		{ "sendmsg control", SYS_sendmsg, { udp, HEADER_CONTROL, 0 }, NULL_OK },
		{ "recvmsg", SYS_recvmsg, { udp, P, MSG_DONTWAIT }, FILL },
		{ "recvmsg name", SYS_recvmsg, { udp, HEADER_NAME, MSG_DONTWAIT }, NULL_OK | FILL },
		{ "recvmsg vector", SYS_recvmsg, { udp, HEADER_VECTOR, MSG_DONTWAIT }, FILL },
		{ "recvmsg data", SYS_recvmsg, { udp, HEADER_DATA, MSG_DONTWAIT }, FILL },
		{ "sendmmsg", SYS_sendmmsg, { udp, P, 1, 0 }, 0 },
		{ "sendmmsg data", SYS_sendmmsg, { udp, MESSAGES, 1, 0 }, 0 },
		{ "recvmmsg", SYS_recvmmsg, { udp, P, 1, MSG_DONTWAIT, 0 }, FILL },
		{ "recvmmsg data", SYS_recvmmsg, { udp, MESSAGES, 1, MSG_DONTWAIT, 0 }, FILL },
		{ "recvmmsg timeout", SYS_recvmmsg, { udp, MESSAGES, 1, MSG_DONTWAIT, P }, NULL_OK | FILL },
		{ "setsockopt", SYS_setsockopt, { udp, SOL_SOCKET, SO_BROADCAST, P, 4 }, 0 },
		{ "setsockopt of IP", SYS_setsockopt, { udp, IPPROTO_IP, IP_RECVTTL, P, 4 }, NULL_OK },
		{ "setsockopt group", SYS_setsockopt, { udp, IPPROTO_IP, IP_ADD_MEMBERSHIP, P, 12 }, NULL_OK },
		{ "getsockopt", SYS_getsockopt, { udp, SOL_SOCKET, SO_TYPE, P, LENGTH }, 0 },
		{ "getsockopt length", SYS_getsockopt, { udp, SOL_SOCKET, SO_TYPE, V, P }, 0 },
		{ "getsockopt of IP", SYS_getsockopt, { udp, IPPROTO_IP, IP_TTL, P, LENGTH }, 0 },
		{ "FIONREAD", SYS_ioctl, { udp, FIONREAD, P }, 0 },
		{ "SIOCGIFCONF", SYS_ioctl, { udp, SIOCGIFCONF, P }, 0 },
		{ "SIOCGIFINDEX", SYS_ioctl, { udp, SIOCGIFINDEX, P }, 0 },
		{ "SIOCSPGRP", SYS_ioctl, { udp, SIOCSPGRP, P }, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(&rows[i], bad);
}

static int named(int type, struct sockaddr_in *name)
{
	int s = CHECK_OK(socket(AF_INET, type, 0));
	socklen_t n = sizeof(*name);

	*name = (struct sockaddr_in){ AF_INET, 0, { htonl(INADDR_LOOPBACK) }, { 0 } };
	CHECK_OK(bind(s, (void *)name, n));
	CHECK_OK(getsockname(s, (void *)name, &n));
	return s;
}

static void test(void)
{
	struct test_bad_pointer bad[TEST_BAD_POINTERS];
	char buf[16];

	udp = named(SOCK_DGRAM, &udp_name);
	CHECK_OK(connect(udp, (void *)&udp_name, sizeof(udp_name)));
	listener = named(SOCK_STREAM, &listener_name);
	CHECK_OK(listen(listener, 16));
	CHECK_OK(fcntl(listener, F_SETFL, O_NONBLOCK));
	test_bad_pointers(bad);
	for (size_t i = 0; i < TEST_BAD_POINTERS; i++)
		all(&bad[i]);
	CHECK_EQ(send(udp, "still", 5, 0), 5);
	CHECK_EQ(recv(udp, buf, sizeof(buf), 0), 5);
}
