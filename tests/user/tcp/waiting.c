/* Calls that wait: time-outs and signals, MSG_WAITALL, MSG_PEEK, SO_RCVLOWAT, other threads that close and shut down, SO_LINGER. */
#include "test.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

static void make_pair(int fds[2])
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int l = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0)), one = 1;

	CHECK_OK(bind(l, (void *)&a, n));
	CHECK_OK(listen(l, 1));
	CHECK_OK(getsockname(l, (void *)&a, &n));
	fds[0] = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	CHECK_OK(connect(fds[0], (void *)&a, n));
	fds[1] = CHECK_OK(accept(l, NULL, NULL));
	CHECK_OK(setsockopt(fds[0], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)));
	CHECK_OK(close(l));
}

static void close_pair(int fds[2])
{
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void set_timeout(int fd, int option, int ms)
{
	struct timeval t = { ms / 1000, ms % 1000 * 1000 };

	CHECK_OK(setsockopt(fd, SOL_SOCKET, option, &t, sizeof(t)));
}

static void fill(int fd)
{
	static char block[65536];
	int flags = fcntl(fd, F_GETFL);

	CHECK_OK(fcntl(fd, F_SETFL, flags | O_NONBLOCK));
	for (int quiet = 0; quiet < 3; quiet++) {
		while (write(fd, block, sizeof(block)) > 0)
			;
		test_sleep(5);
	}
	CHECK_OK(fcntl(fd, F_SETFL, flags));
}

static void timeouts(void)
{
	struct timeval t = { .tv_sec = 1, .tv_usec = 1000000 };
	int fds[2];
	char buf[4];
	int64_t start;

	make_pair(fds);
	set_timeout(fds[1], SO_RCVTIMEO, 60);
	start = test_now();
	CHECK_ERRNO(read(fds[1], buf, 4), EAGAIN);
	CHECK(test_now() - start >= 55 * 1000000ll);
	CHECK_EQ(write(fds[0], "ab", 2), 2);
	CHECK_EQ(recv(fds[1], buf, 4, MSG_WAITALL), 2);
	fill(fds[0]);
	set_timeout(fds[0], SO_SNDTIMEO, 60);
	CHECK_ERRNO(write(fds[0], buf, 4), EAGAIN);
	CHECK_ERRNO(setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)), EDOM);
	close_pair(fds);

	/* accept and connect know them too. */
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int l = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	CHECK_OK(bind(l, (void *)&a, sizeof(a)));
	CHECK_OK(listen(l, 1));
	set_timeout(l, SO_RCVTIMEO, 30);
	CHECK_ERRNO(accept(l, NULL, NULL), EAGAIN);
	CHECK_OK(close(l));
}

static void no_action(int sig) { (void)sig; }

/* Without a time-out SA_RESTART restarts; with one the call is EINTR always. */
static void signals(void)
{
	int fds[2];
	char buf[4];
	pid_t child;

	make_pair(fds);
	test_handle(SIGUSR1, no_action, 0);
	child = test_pester(SIGUSR1);
	CHECK_ERRNO(read(fds[1], buf, 4), EINTR);
	CHECK_ERRNO(recv(fds[1], buf, 4, MSG_WAITALL), EINTR);
	test_stop(child);

	test_handle(SIGUSR1, no_action, SA_RESTART);
	set_timeout(fds[1], SO_RCVTIMEO, 10000);
	child = test_pester(SIGUSR1);
	CHECK_ERRNO(read(fds[1], buf, 4), EINTR);
	test_stop(child);
	set_timeout(fds[1], SO_RCVTIMEO, 0);

	child = test_pester(SIGUSR1);
	pid_t writer = test_fork();
	if (writer == 0) {
		test_sleep(100);
		CHECK_EQ(write(fds[0], "late", 4), 4);
		test_exit();
	}
	CHECK_EQ(read(fds[1], buf, 4), 4);
	CHECK_CHILD(writer);
	test_stop(child);

	test_handle(SIGUSR1, no_action, 0);
	fill(fds[0]);
	child = test_pester(SIGUSR1);
	CHECK_ERRNO(write(fds[0], buf, 4), EINTR);
	test_stop(child);
	close_pair(fds);
}

static void reading(void)
{
	static char out[40000], in[40000];
	int fds[2], low = 100, have;
	struct pollfd p;

	make_pair(fds);
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 7 + i / 251);
	/* A peek shows everything that is there, however many segments it came in. */
	for (int i = 0; i < 40; i++)
		CHECK_EQ(write(fds[0], out + i * 1000, 1000), 1000);
	for (int i = 0; i < 400; i++) {
		CHECK_OK(ioctl(fds[1], FIONREAD, &have));
		if (have == 40000)
			break;
		test_sleep(5);
	}
	CHECK_EQ(have, 40000);
	CHECK_EQ(recv(fds[1], in, sizeof(in), MSG_PEEK), 40000);
	CHECK_BYTES(in, out, 40000);
	CHECK_EQ(recv(fds[1], in, 20000, MSG_PEEK | MSG_WAITALL), 20000);
	CHECK_EQ(recv(fds[1], NULL, 1000, MSG_TRUNC), 1000);
	CHECK_EQ(recv(fds[1], in, 39000, 0), 39000);
	CHECK_BYTES(in, out + 1000, 39000);

	/* MSG_PEEK with MSG_WAITALL waits for all of it, too. */
	pid_t writer = test_fork();
	if (writer == 0) {
		for (int i = 0; i < 4; i++) {
			test_sleep(10);
			CHECK_EQ(write(fds[0], out + i * 10, 10), 10);
		}
		test_exit();
	}
	CHECK_EQ(recv(fds[1], in, 40, MSG_PEEK | MSG_WAITALL), 40);
	CHECK_BYTES(in, out, 40);
	CHECK_EQ(recv(fds[1], in, 40, MSG_WAITALL), 40);
	CHECK_CHILD(writer);

	CHECK_OK(setsockopt(fds[1], SOL_SOCKET, SO_RCVLOWAT, &low, sizeof(low)));
	CHECK_EQ(write(fds[0], out, 99), 99);
	p = (struct pollfd){ .fd = fds[1], .events = POLLIN };
	CHECK_EQ(poll(&p, 1, 50), 0);
	CHECK_EQ(recv(fds[1], in, 99, MSG_DONTWAIT), 99);
	CHECK_EQ(write(fds[0], out, 100), 100);
	CHECK_EQ(poll(&p, 1, 2000), 1);
	CHECK_EQ(read(fds[1], in, 200), 100);
	CHECK_EQ(write(fds[0], out, 10), 10);
	CHECK_OK(shutdown(fds[0], SHUT_WR));
	CHECK_EQ(read(fds[1], in, 200), 10);
	CHECK_EQ(read(fds[1], in, 0), 0);
	close_pair(fds);
}

struct reader {
	int fd;
	ssize_t result;
	int error;
};

static void *read_one(void *arg)
{
	struct reader *r = arg;
	char byte;

	r->result = read(r->fd, &byte, 1);
	r->error = errno;
	return NULL;
}

static void other_threads(void)
{
	struct reader r[4];
	pthread_t t[4];
	int fds[2];

	make_pair(fds);
	for (int i = 0; i < 4; i++) {
		r[i] = (struct reader){ .fd = fds[1] };
		CHECK_EQ(pthread_create(&t[i], NULL, read_one, &r[i]), 0);
	}
	test_sleep(20);
	CHECK_EQ(write(fds[0], "12", 2), 2);
	test_sleep(20);
	CHECK_OK(shutdown(fds[1], SHUT_RD));
	int got = 0;
	for (int i = 0; i < 4; i++) {
		CHECK_EQ(pthread_join(t[i], NULL), 0);
		CHECK(r[i].result == 0 || r[i].result == 1);
		got += (int)r[i].result;
	}
	CHECK_EQ(got, 2);
	close_pair(fds);

	/* close() does not end another thread's read; data still does. */
	make_pair(fds);
	r[0] = (struct reader){ .fd = fds[1] };
	CHECK_EQ(pthread_create(&t[0], NULL, read_one, &r[0]), 0);
	test_sleep(30);
	CHECK_OK(close(fds[1]));
	CHECK_EQ(write(fds[0], "x", 1), 1);
	CHECK_EQ(pthread_join(t[0], NULL), 0);
	CHECK_EQ(r[0].result, 1);
	CHECK_OK(close(fds[0]));

	/* A connection lives as long as one process has it. */
	make_pair(fds);
	pid_t child = test_fork();
	if (child == 0) {
		CHECK_OK(close(fds[0]));
		test_sleep(30);
		CHECK_EQ(write(fds[1], "child", 5), 5);
		test_exit();
	}
	char buf[8];
	CHECK_OK(close(fds[1]));
	CHECK_EQ(recv(fds[0], buf, 5, MSG_WAITALL), 5);
	CHECK_EQ(read(fds[0], buf, 1), 0);
	CHECK_CHILD(child);
	CHECK_OK(close(fds[0]));
}

static void lingering(void)
{
	struct linger l = { .l_onoff = 1, .l_linger = 1 };
	int fds[2];
	int64_t start;

	/* Everything is acknowledged: close() waits for the peer's FIN ACK alone, which comes at once. */
	make_pair(fds);
	CHECK_OK(setsockopt(fds[0], SOL_SOCKET, SO_LINGER, &l, sizeof(l)));
	CHECK_EQ(write(fds[0], "bye", 3), 3);
	start = test_now();
	CHECK_OK(close(fds[0]));
	CHECK(test_now() - start < 900 * 1000000ll);
	CHECK_OK(close(fds[1]));

	/* The peer does not read: the whole time passes. */
	make_pair(fds);
	CHECK_OK(setsockopt(fds[0], SOL_SOCKET, SO_LINGER, &l, sizeof(l)));
	fill(fds[0]);
	start = test_now();
	CHECK_OK(close(fds[0]));
	CHECK(test_now() - start >= 900 * 1000000ll);
	CHECK_OK(close(fds[1]));
}

static void test(void)
{
	timeouts();
	signals();
	reading();
	other_threads();
	lingering();
}
