/* unix(7), streams: socketpair, names, connections, the end of one, partial and peeking reads, what poll says. */
#include "test.h"
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static void pair(int fds[2], int type) { CHECK_OK(socketpair(AF_UNIX, type, 0, fds)); }

static short events_of(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP };

	CHECK_OK(poll(&p, 1, 0));
	return p.revents;
}

static void pairs(void)
{
	int fds[2];
	char buf[16];

	pair(fds, SOCK_STREAM);
	CHECK_EQ(events_of(fds[0]), POLLOUT);
	CHECK_EQ(write(fds[0], "hello", 5), 5);
	CHECK_EQ(write(fds[0], " you", 4), 4);
	CHECK_EQ(events_of(fds[1]), POLLIN | POLLOUT);
	CHECK_EQ(read(fds[1], buf, 2), 2);
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), MSG_PEEK), 7);
	CHECK_BYTES(buf, "llo you", 7);
	CHECK_EQ(read(fds[1], buf, sizeof(buf)), 7);
	CHECK_BYTES(buf, "llo you", 7);
	CHECK_ERRNO(recv(fds[1], buf, sizeof(buf), MSG_DONTWAIT), EAGAIN);
	CHECK_ERRNO(recv(fds[1], buf, 0, MSG_DONTWAIT), EAGAIN);
	CHECK_EQ(write(fds[0], "", 0), 0);
	CHECK_ERRNO(recv(fds[1], buf, 1, MSG_DONTWAIT), EAGAIN);
	CHECK_EQ(RAW(SYS_write, fds[0], test_unmapped(), 10), -EFAULT);
	CHECK_EQ(write(fds[0], "abc", 3), 3);
	CHECK_EQ(recv(fds[1], buf, 0, MSG_DONTWAIT), 0);
	CHECK_EQ(read(fds[1], buf, 0), 0);
	CHECK_EQ(RAW(SYS_read, fds[1], test_unmapped(), 10), -EFAULT);
	CHECK_EQ(read(fds[1], buf, 10), 3);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void wrong_kinds(void)
{
	int fds[2];

	CHECK_ERRNO(socket(AF_UNIX, SOCK_STREAM, 99), EPROTONOSUPPORT);
	CHECK_ERRNO(socket(AF_UNIX, SOCK_RDM, 0), ESOCKTNOSUPPORT);
	CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 99, fds), EPROTONOSUPPORT);
	CHECK_EQ(RAW(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, test_unmapped()), -EFAULT);
	pair(fds, SOCK_RAW);
	int type = 0;
	socklen_t n = sizeof(type);
	CHECK_OK(getsockopt(fds[0], SOL_SOCKET, SO_TYPE, &type, &n));
	CHECK_EQ(type, SOCK_DGRAM);
	CHECK_OK(getsockopt(fds[0], SOL_SOCKET, SO_DOMAIN, &type, &n));
	CHECK_EQ(type, AF_UNIX);
	CHECK_OK(getsockopt(fds[0], SOL_SOCKET, SO_PROTOCOL, &type, &n));
	CHECK_EQ(type, 0);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void ends(void)
{
	int fds[2], error = -1;
	socklen_t n = sizeof(error);
	char buf[16];

	/* Everything read: the end, then EPIPE. */
	pair(fds, SOCK_STREAM);
	CHECK_EQ(write(fds[0], "ab", 2), 2);
	CHECK_OK(close(fds[0]));
	CHECK_EQ(events_of(fds[1]), POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
	CHECK_EQ(read(fds[1], buf, 16), 2);
	CHECK_EQ(read(fds[1], buf, 16), 0);
	CHECK_ERRNO(send(fds[1], "x", 1, MSG_NOSIGNAL), EPIPE);
	CHECK_OK(close(fds[1]));

	/* Bytes that nobody read are a reset, once. */
	pair(fds, SOCK_STREAM);
	CHECK_EQ(write(fds[0], "ab", 2), 2);
	CHECK_EQ(write(fds[1], "cd", 2), 2);
	CHECK_OK(close(fds[1]));
	CHECK_EQ(events_of(fds[0]), POLLIN | POLLOUT | POLLHUP | POLLRDHUP | POLLERR);
	CHECK_ERRNO(send(fds[0], "x", 1, MSG_NOSIGNAL), EPIPE);
	CHECK_EQ(read(fds[0], buf, 16), 2);
	CHECK_ERRNO(read(fds[0], buf, 16), ECONNRESET);
	CHECK_EQ(read(fds[0], buf, 16), 0);
	CHECK_OK(close(fds[0]));

	pair(fds, SOCK_STREAM);
	CHECK_EQ(write(fds[0], "ab", 2), 2);
	CHECK_OK(close(fds[1]));
	CHECK_OK(getsockopt(fds[0], SOL_SOCKET, SO_ERROR, &error, &n));
	CHECK_EQ(error, ECONNRESET);
	CHECK_OK(getsockopt(fds[0], SOL_SOCKET, SO_ERROR, &error, &n));
	CHECK_EQ(error, 0);
	CHECK_OK(close(fds[0]));

	pid_t child = test_fork();
	if (child == 0) {
		pair(fds, SOCK_STREAM);
		close(fds[1]);
		if (write(fds[0], "x", 1) == 1)
			test_exit();
		test_exit();
	}
	CHECK_DIES(child, SIGPIPE);
}

static void shutdowns(void)
{
	int fds[2];
	char buf[16];

	pair(fds, SOCK_STREAM);
	CHECK_EQ(write(fds[0], "ab", 2), 2);
	CHECK_OK(shutdown(fds[0], SHUT_WR));
	CHECK_EQ(events_of(fds[0]), POLLOUT);
	CHECK_EQ(events_of(fds[1]), POLLIN | POLLOUT | POLLRDHUP);
	CHECK_ERRNO(send(fds[0], "x", 1, MSG_NOSIGNAL), EPIPE);
	CHECK_EQ(read(fds[1], buf, 16), 2);
	CHECK_EQ(read(fds[1], buf, 16), 0);
	CHECK_EQ(write(fds[1], "back", 4), 4);
	CHECK_EQ(read(fds[0], buf, 16), 4);
	CHECK_OK(shutdown(fds[0], SHUT_RD));
	CHECK_EQ(events_of(fds[0]), POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
	CHECK_EQ(read(fds[0], buf, 16), 0);
	CHECK_ERRNO(send(fds[1], "x", 1, MSG_NOSIGNAL), EPIPE);
	CHECK_ERRNO(shutdown(fds[0], 3), EINVAL);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
	int s = CHECK_OK(socket(AF_UNIX, SOCK_STREAM, 0));
	CHECK_OK(shutdown(s, SHUT_RDWR));
	CHECK_OK(close(s));
}

static void unconnected(void)
{
	int s = CHECK_OK(socket(AF_UNIX, SOCK_STREAM, 0));
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "nowhere" };
	socklen_t n = sizeof(a);
	char buf[4];

	CHECK_EQ(events_of(s), POLLOUT | POLLHUP);
	CHECK_ERRNO(read(s, buf, 4), EINVAL);
	CHECK_ERRNO(send(s, "x", 1, MSG_NOSIGNAL), ENOTCONN);
	CHECK_ERRNO(sendto(s, "x", 1, MSG_NOSIGNAL, (void *)&a, sizeof(a)), EOPNOTSUPP);
	CHECK_ERRNO(getpeername(s, (void *)&a, &n), ENOTCONN);
	CHECK_ERRNO(listen(s, 1), EINVAL);
	CHECK_ERRNO(accept(s, NULL, NULL), EINVAL);
	a.sun_family = AF_INET;
	CHECK_ERRNO(connect(s, (void *)&a, sizeof(a)), EINVAL);
	a.sun_family = AF_UNIX;
	CHECK_ERRNO(connect(s, (void *)&a, 2), EINVAL);
	CHECK_ERRNO(connect(s, (void *)&a, sizeof(a)), ENOENT);
	n = sizeof(a);
	CHECK_OK(getsockname(s, (void *)&a, &n));
	CHECK_EQ(n, 2);
	CHECK_EQ(a.sun_family, AF_UNIX);
	CHECK_OK(close(s));
	int fds[2];
	pair(fds, SOCK_STREAM);
	strcpy(a.sun_path, "nowhere");
	CHECK_ERRNO(sendto(fds[0], "x", 1, MSG_NOSIGNAL, (void *)&a, sizeof(a)), EISCONN);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void counts(void)
{
	int fds[2], n = -1;
	char buf[4096];

	memset(buf, 'x', sizeof(buf));
	pair(fds, SOCK_STREAM);
	CHECK_OK(ioctl(fds[1], FIONREAD, &n));
	CHECK_EQ(n, 0);
	CHECK_EQ(write(fds[0], buf, 100), 100);
	CHECK_EQ(write(fds[0], buf, 23), 23);
	CHECK_OK(ioctl(fds[1], FIONREAD, &n));
	CHECK_EQ(n, 123);
	CHECK_EQ(read(fds[1], buf, 50), 50);
	CHECK_OK(ioctl(fds[1], FIONREAD, &n));
	CHECK_EQ(n, 73);
	CHECK_OK(ioctl(fds[0], TIOCOUTQ, &n));
	CHECK(n > 0);
	CHECK_EQ(read(fds[1], buf, sizeof(buf)), 73);
	CHECK_OK(ioctl(fds[0], TIOCOUTQ, &n));
	CHECK_EQ(n, 0);
	CHECK_ERRNO(ioctl(fds[0], TCGETS, buf), ENOTTY);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void full(void)
{
	static char buf[65536];
	int fds[2], small = 1;
	size_t sent = 0, got = 0;
	ssize_t n;

	pair(fds, SOCK_STREAM);
	CHECK_OK(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)));
	while ((n = send(fds[0], buf, 1000, MSG_DONTWAIT)) > 0)
		sent += (size_t)n;
	CHECK_EQ(n, -1);
	CHECK(sent >= 1000);
	CHECK_EQ(events_of(fds[0]), 0);
	while ((n = recv(fds[1], buf, sizeof(buf), MSG_DONTWAIT)) > 0)
		got += (size_t)n;
	CHECK_EQ(got, sent);
	CHECK_EQ(events_of(fds[0]), POLLOUT);
	/* A blocking writer and a slow reader. */
	pid_t child = test_fork();
	if (child == 0) {
		for (size_t i = 0; i < sizeof(buf); i++)
			buf[i] = (char)(i * 7 + i / 256);
		for (int i = 0; i < 8; i++)
			CHECK_EQ(write(fds[0], buf, sizeof(buf)), sizeof(buf));
		test_exit();
	}
	CHECK_OK(close(fds[0]));
	size_t at = 0;
	while ((n = read(fds[1], buf, 3001)) > 0)
		for (ssize_t i = 0; i < n; i++, at++) {
			size_t j = at % sizeof(buf);

			if (buf[i] != (char)(j * 7 + j / 256)) {
				CHECK_EQ(at, -1);
				return;
			}
		}
	CHECK_EQ(n, 0);
	CHECK_EQ(at, 8 * sizeof(buf));
	CHECK_CHILD(child);
	CHECK_OK(close(fds[1]));
}

static void waiting(void)
{
	struct timeval t = { 0, 20000 };
	int fds[2], low = 6;
	char buf[16];

	pair(fds, SOCK_STREAM);
	CHECK_OK(setsockopt(fds[1], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)));
	CHECK_ERRNO(read(fds[1], buf, 1), EAGAIN);
	CHECK_EQ(write(fds[0], "abc", 3), 3);
	CHECK_EQ(recv(fds[1], buf, 8, MSG_WAITALL), 3);
	CHECK_OK(setsockopt(fds[1], SOL_SOCKET, SO_RCVLOWAT, &low, sizeof(low)));
	CHECK_EQ(write(fds[0], "abc", 3), 3);
	CHECK_EQ(recv(fds[1], buf, 8, 0), 3);
	pid_t child = test_fork();
	if (child == 0) {
		for (int i = 0; i < 10; i++) {
			usleep(2000);
			CHECK_EQ(write(fds[0], "z", 1), 1);
		}
		test_exit();
	}
	t.tv_sec = 100;
	CHECK_OK(setsockopt(fds[1], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)));
	CHECK_EQ(recv(fds[1], buf, 10, MSG_WAITALL), 10);
	CHECK_CHILD(child);
	int off = 2;
	socklen_t n = sizeof(off);
	CHECK_OK(setsockopt(fds[1], SOL_SOCKET, SO_PEEK_OFF, &off, sizeof(off)));
	CHECK_EQ(write(fds[0], "abcd", 4), 4);
	CHECK_EQ(write(fds[0], "efgh", 4), 4);
	CHECK_EQ(recv(fds[1], buf, 1, MSG_PEEK), 1);
	CHECK_BYTES(buf, "c", 1);
	CHECK_EQ(recv(fds[1], buf, 3, MSG_PEEK | MSG_DONTWAIT), 3);
	CHECK_BYTES(buf, "def", 3);
	CHECK_OK(getsockopt(fds[1], SOL_SOCKET, SO_PEEK_OFF, &off, &n));
	CHECK_EQ(off, 6);
	CHECK_EQ(recv(fds[1], buf, 5, MSG_DONTWAIT), 5);
	CHECK_OK(getsockopt(fds[1], SOL_SOCKET, SO_PEEK_OFF, &off, &n));
	CHECK_EQ(off, 1);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void on_alarm(int sig) { (void)sig; }

static void signals(void)
{
	struct sigaction a = { .sa_handler = on_alarm };
	int fds[2];
	char buf[4];

	pair(fds, SOCK_STREAM);
	CHECK_OK(sigaction(SIGUSR1, &a, NULL));
	pid_t me = getpid(), child = test_fork();
	if (child == 0) {
		for (;;) {
			kill(me, SIGUSR1);
			usleep(2000);
		}
	}
	CHECK_ERRNO(read(fds[0], buf, 4), EINTR);
	CHECK_OK(kill(child, SIGKILL));
	CHECK_OK(waitpid(child, NULL, 0));
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void test(void)
{
	pairs();
	wrong_kinds();
	ends();
	shutdowns();
	unconnected();
	counts();
	full();
	waiting();
	signals();
}
