/* Many connections: 9,900 idle ones and what they hold on ASTRA, 1,000 that all speak at once under one epoll, 5,000 that come and go. */
#include "test.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define IDLE  9900
#define BUSY  1000
#define PASS  5000

static int clients[IDLE], servers[IDLE];

static int listener(struct sockaddr_in *a)
{
	socklen_t n = sizeof(*a);
	int s = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));

	*a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	CHECK_OK(bind(s, (void *)a, n));
	CHECK_OK(listen(s, 128));
	CHECK_OK(getsockname(s, (void *)a, &n));
	return s;
}

static long free_kib(void)
{
	char text[4096];
	long n = test_read_file("/proc/meminfo", text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = 0;
	const char *at = strstr(text, "MemFree:");
	return at ? atol(at + 8) : 0;
}

static bool connect_one(int l, const struct sockaddr_in *a, int i)
{
	clients[i] = socket(AF_INET, SOCK_STREAM, 0);
	if (clients[i] < 0 || connect(clients[i], (const void *)a, sizeof(*a)) != 0)
		return false;
	servers[i] = accept(l, NULL, NULL);
	return servers[i] >= 0;
}

static void close_all(int n)
{
	for (int i = 0; i < n; i++) {
		struct linger hard = { .l_onoff = 1 };

		CHECK_OK(setsockopt(clients[i], SOL_SOCKET, SO_LINGER, &hard, sizeof(hard)));
		CHECK_OK(close(clients[i]));
		CHECK_OK(close(servers[i]));
	}
}

/* Both ends are here, so this is twice what a server holds. */
static void idle(void)
{
	struct sockaddr_in a;
	int l = listener(&a), n = 0;
	long before = free_kib(), held;
	char byte = 1;

	while (n < IDLE && connect_one(l, &a, n)) {
		if (write(clients[n], &byte, 1) != 1 || read(servers[n], &byte, 1) != 1)
			break;
		n++;
	}
	CHECK_EQ(n, IDLE);
	held = before - free_kib();
	if (test_on_astra()) {
		dprintf(1, "%d connections, both ends: %ld KiB\n", n, held);
		CHECK(held < 2 * 40 * 1024);
	}
	CHECK_EQ(write(servers[n / 2], &byte, 1), 1);
	CHECK_EQ(read(clients[n / 2], &byte, 1), 1);
	close_all(n);
	CHECK_OK(close(l));
}

/* Every connection asks, the server answers whom epoll names, until all have had their answers. */
static void busy(void)
{
	struct sockaddr_in a;
	struct epoll_event events[64];
	int l = listener(&a), ep = CHECK_OK(epoll_create1(0)), answered = 0;

	for (int i = 0; i < BUSY; i++) {
		struct epoll_event e = { .events = EPOLLIN | EPOLLET, .data.u32 = (unsigned)i };

		CHECK(connect_one(l, &a, i));
		CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, servers[i], &e));
	}
	pid_t pid = test_fork();
	if (pid == 0) {
		for (int round = 0; round < 3; round++) {
			for (int i = 0; i < BUSY; i++)
				CHECK_EQ(write(clients[i], &i, sizeof(i)), sizeof(i));
			for (int i = 0; i < BUSY; i++) {
				int answer = -1;
				CHECK_EQ(recv(clients[i], &answer, sizeof(answer), MSG_WAITALL), sizeof(answer));
				CHECK_EQ(answer, i + 1);
			}
		}
		test_exit();
	}
	while (answered < 3 * BUSY) {
		int n = epoll_wait(ep, events, 64, 10000);

		if (n <= 0)
			break;
		for (int k = 0; k < n; k++) {
			int s = servers[events[k].data.u32], value;

			while (recv(s, &value, sizeof(value), MSG_DONTWAIT) == sizeof(value)) {
				value++;
				CHECK_EQ(write(s, &value, sizeof(value)), sizeof(value));
				answered++;
			}
		}
	}
	CHECK_EQ(answered, 3 * BUSY);
	CHECK_CHILD(pid);
	close_all(BUSY);
	CHECK_OK(close(l));
	CHECK_OK(close(ep));
}

/* Connections that come and go leave nothing but what TIME-WAIT remembers of them. */
static void passing(void)
{
	struct sockaddr_in a;
	int l = listener(&a), n = 0;
	long before = free_kib(), held;

	for (; n < PASS; n++) {
		char byte = 2;

		if (!connect_one(l, &a, 0) || write(clients[0], &byte, 1) != 1 || read(servers[0], &byte, 1) != 1)
			break;
		CHECK_OK(close(clients[0]));
		CHECK_EQ(read(servers[0], &byte, 1), 0);
		CHECK_OK(close(servers[0]));
	}
	CHECK_EQ(n, PASS);
	held = before - free_kib();
	if (test_on_astra()) {
		dprintf(1, "%d connections gone: %ld KiB\n", n, held);
		CHECK(held < 6 * 1024);
	}
	CHECK_OK(close(l));
}

static void test(void)
{
	struct rlimit limit = { 2 * IDLE + 100, 2 * IDLE + 100 };

	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		exit(TEST_SKIP);
	idle();
	busy();
	passing();
}
