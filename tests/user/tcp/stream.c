/* tcp(7) over loopback: connections, data both ways, ends and resets, errors, poll, non-blocking calls, options. */
#include "test.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

static int listener(struct sockaddr_in *a)
{
	socklen_t n = sizeof(*a);
	int s = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));

	*a = (struct sockaddr_in) { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	CHECK_OK(bind(s, (void *)a, sizeof(*a)));
	CHECK_OK(listen(s, 16));
	CHECK_OK(getsockname(s, (void *)a, &n));
	return s;
}

/* Both ends of a connection. */
static void make_pair(int fds[2])
{
	struct sockaddr_in a;
	int l = listener(&a);

	fds[0] = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	CHECK_OK(connect(fds[0], (void *)&a, sizeof(a)));
	fds[1] = CHECK_OK(accept(l, NULL, NULL));
	CHECK_OK(close(l));
}

static short events_of(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP | POLLPRI };

	poll(&p, 1, 0);
	return p.revents;
}

static short wait_for(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	CHECK_EQ(poll(&p, 1, 2000), 1);
	return p.revents;
}

static void names(void)
{
	struct sockaddr_in a, b, from;
	socklen_t n = sizeof(b);
	int l = listener(&a), c = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0)), s, value;

	CHECK_ERRNO(getpeername(c, (void *)&b, &n), ENOTCONN);
	CHECK_OK(connect(c, (void *)&a, sizeof(a)));
	CHECK_ERRNO(connect(c, (void *)&a, sizeof(a)), EISCONN);
	CHECK_OK(getsockname(c, (void *)&b, &n));
	n = sizeof(from);
	s = CHECK_OK(accept4(l, (void *)&from, &n, SOCK_CLOEXEC | SOCK_NONBLOCK));
	CHECK_EQ(n, sizeof(from));
	CHECK_EQ(from.sin_port, b.sin_port);
	CHECK_EQ(fcntl(s, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(fcntl(s, F_GETFL), O_RDWR | O_NONBLOCK);
	n = sizeof(from);
	CHECK_OK(getpeername(c, (void *)&from, &n));
	CHECK_EQ(from.sin_port, a.sin_port);
	n = sizeof(value);
	CHECK_OK(getsockopt(l, SOL_SOCKET, SO_ACCEPTCONN, &value, &n));
	CHECK_EQ(value, 1);
	CHECK_OK(getsockopt(c, SOL_SOCKET, SO_ACCEPTCONN, &value, &n));
	CHECK_EQ(value, 0);
	CHECK_OK(getsockopt(c, SOL_SOCKET, SO_TYPE, &value, &n));
	CHECK_EQ(value, SOCK_STREAM);
	CHECK_OK(getsockopt(c, SOL_SOCKET, SO_PROTOCOL, &value, &n));
	CHECK_EQ(value, IPPROTO_TCP);
	CHECK_ERRNO(accept(c, NULL, NULL), EINVAL);
	CHECK_OK(fcntl(l, F_SETFL, O_NONBLOCK));
	CHECK_ERRNO(accept(l, NULL, NULL), EAGAIN);
	CHECK_OK(close(s));
	CHECK_OK(close(c));
	CHECK_OK(close(l));
}

static void data(void)
{
	static char out[300000], in[300000];
	int fds[2], n, have;
	size_t got = 0;

	make_pair(fds);
	CHECK_EQ(events_of(fds[0]), POLLOUT);
	CHECK_ERRNO(recv(fds[0], in, 1, MSG_DONTWAIT), EAGAIN);
	CHECK_EQ(write(fds[0], "hello", 5), 5);
	CHECK_EQ(wait_for(fds[1], POLLIN), POLLIN);
	CHECK_OK(ioctl(fds[1], FIONREAD, &have));
	CHECK_EQ(have, 5);
	CHECK_EQ(recv(fds[1], in, 3, MSG_PEEK), 3);
	CHECK_EQ(recv(fds[1], in, 3, 0), 3);
	CHECK_EQ(read(fds[1], in + 3, 10), 2);
	CHECK(memcmp(in, "hello", 5) == 0);

	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 13 + i / 1000);
	pid_t pid = test_fork();
	if (pid == 0) {
		for (size_t done = 0; done < sizeof(out); done += (size_t)n)
			n = (int)CHECK_OK(write(fds[0], out + done, sizeof(out) - done));
		CHECK_OK(shutdown(fds[0], SHUT_WR));
		CHECK_EQ(recv(fds[0], in, 100, MSG_WAITALL), 100);
		test_exit();
	}
	CHECK_OK(close(fds[0]));
	while ((n = (int)CHECK_OK(read(fds[1], in + got, sizeof(in) - got))) > 0)
		got += (size_t)n;
	CHECK_EQ(got, sizeof(out));
	CHECK(memcmp(in, out, sizeof(out)) == 0);
	CHECK_EQ(write(fds[1], out, 40), 40);
	test_sleep(10);
	CHECK_EQ(write(fds[1], out, 60), 60);
	CHECK_CHILD(pid);
	CHECK_OK(close(fds[1]));
}

static void ends(void)
{
	int fds[2], error;
	char buf[16];
	socklen_t n = sizeof(error);

	make_pair(fds);
	CHECK_OK(shutdown(fds[0], SHUT_WR));
	CHECK_EQ(wait_for(fds[1], POLLIN | POLLRDHUP) & (POLLIN | POLLRDHUP | POLLHUP), POLLIN | POLLRDHUP);
	CHECK_EQ(read(fds[1], buf, sizeof(buf)), 0);
	CHECK_EQ(read(fds[1], buf, sizeof(buf)), 0);
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERRNO(write(fds[0], "x", 1), EPIPE);
	CHECK_EQ(write(fds[1], "back", 4), 4);
	CHECK_EQ(read(fds[0], buf, sizeof(buf)), 4);
	CHECK_OK(close(fds[1]));
	CHECK_EQ(wait_for(fds[0], POLLIN) & (POLLIN | POLLHUP), POLLIN | POLLHUP);
	CHECK_EQ(read(fds[0], buf, sizeof(buf)), 0);
	CHECK_OK(close(fds[0]));

	/* Unread data at close resets. */
	make_pair(fds);
	CHECK_EQ(write(fds[0], "unread", 6), 6);
	wait_for(fds[1], POLLIN);
	CHECK_OK(close(fds[1]));
	CHECK(wait_for(fds[0], POLLIN) & (POLLERR | POLLHUP));
	CHECK_ERRNO(read(fds[0], buf, sizeof(buf)), ECONNRESET);
	CHECK_EQ(read(fds[0], buf, sizeof(buf)), 0);
	CHECK_ERRNO(send(fds[0], "x", 1, MSG_NOSIGNAL), EPIPE);
	CHECK_OK(close(fds[0]));

	/* So does a linger time of zero; the error is told once. */
	make_pair(fds);
	struct linger l = { .l_onoff = 1 };
	CHECK_OK(setsockopt(fds[1], SOL_SOCKET, SO_LINGER, &l, sizeof(l)));
	CHECK_OK(close(fds[1]));
	wait_for(fds[0], POLLIN);
	CHECK_OK(getsockopt(fds[0], SOL_SOCKET, SO_ERROR, &error, &n));
	CHECK_EQ(error, ECONNRESET);
	CHECK_OK(getsockopt(fds[0], SOL_SOCKET, SO_ERROR, &error, &n));
	CHECK_EQ(error, 0);
	CHECK_OK(close(fds[0]));
}

static void refused(void)
{
	struct sockaddr_in a;
	int l = listener(&a), c = CHECK_OK(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)), error;
	socklen_t n = sizeof(error);

	CHECK_OK(close(l));
	if (connect(c, (void *)&a, sizeof(a)) < 0 && errno == EINPROGRESS) {
		CHECK(wait_for(c, POLLOUT) & (POLLERR | POLLHUP));
		CHECK_OK(getsockopt(c, SOL_SOCKET, SO_ERROR, &error, &n));
		CHECK_EQ(error, ECONNREFUSED);
	}
	CHECK_OK(close(c));
	c = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	CHECK_ERRNO(connect(c, (void *)&a, sizeof(a)), ECONNREFUSED);
	CHECK_ERRNO(send(c, "x", 1, MSG_NOSIGNAL), EPIPE);
	CHECK_ERRNO(recv(c, &error, 1, 0), ENOTCONN);
	CHECK_ERRNO(shutdown(c, SHUT_RD), ENOTCONN);
	CHECK_OK(close(c));

	l = listener(&a);
	c = CHECK_OK(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
	CHECK_ERRNO(connect(c, (void *)&a, sizeof(a)), EINPROGRESS);
	CHECK(wait_for(c, POLLOUT) & POLLOUT);
	CHECK_OK(getsockopt(c, SOL_SOCKET, SO_ERROR, &error, &n));
	CHECK_EQ(error, 0);
	CHECK_OK(connect(c, (void *)&a, sizeof(a)));
	CHECK_ERRNO(connect(c, (void *)&a, sizeof(a)), EISCONN);
	CHECK_OK(close(c));
	CHECK_OK(close(l));
}

static void full(void)
{
	static char block[65536];
	int fds[2];
	size_t sent = 0, got = 0;
	ssize_t n;

	make_pair(fds);
	CHECK_OK(fcntl(fds[0], F_SETFL, O_NONBLOCK));
	while ((n = write(fds[0], block, sizeof(block))) > 0)
		sent += (size_t)n;
	CHECK_EQ(errno, EAGAIN);
	CHECK(sent > 65536);
	CHECK_EQ(events_of(fds[0]) & POLLOUT, 0);
	while (got < sent) {
		n = CHECK_OK(read(fds[1], block, sizeof(block)));
		got += (size_t)n;
	}
	CHECK_EQ(got, sent);
	CHECK(wait_for(fds[0], POLLOUT) & POLLOUT);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void options(void)
{
	struct tcp_info info;
	int fds[2], one = 1, value = 0;
	socklen_t n = sizeof(value);

	make_pair(fds);
	CHECK_OK(setsockopt(fds[0], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)));
	CHECK_OK(getsockopt(fds[0], IPPROTO_TCP, TCP_NODELAY, &value, &n));
	CHECK_EQ(value, 1);
	CHECK_ERRNO(setsockopt(fds[0], IPPROTO_TCP, 9999, &one, sizeof(one)), ENOPROTOOPT);
	CHECK_ERRNO(setsockopt(fds[0], IPPROTO_TCP, TCP_NODELAY, &one, 1), EINVAL);
	n = sizeof(info);
	CHECK_OK(getsockopt(fds[0], IPPROTO_TCP, TCP_INFO, &info, &n));
	CHECK_EQ(info.tcpi_state, TCP_ESTABLISHED);
	CHECK(info.tcpi_snd_mss > 500);
	value = 8192;
	CHECK_OK(setsockopt(fds[0], SOL_SOCKET, SO_RCVBUF, &value, sizeof(value)));
	n = sizeof(value);
	CHECK_OK(getsockopt(fds[0], SOL_SOCKET, SO_RCVBUF, &value, &n));
	CHECK_EQ(value, 16384);
	CHECK_OK(setsockopt(fds[0], SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one)));
	value = 30;
	CHECK_OK(setsockopt(fds[0], IPPROTO_TCP, TCP_KEEPIDLE, &value, sizeof(value)));
	CHECK_ERRNO(setsockopt(fds[0], SOL_SOCKET, 9999, &one, sizeof(one)), ENOPROTOOPT);
	CHECK_ERRNO(getsockopt(fds[0], 1234, 1, &value, &n), EOPNOTSUPP);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void urgent(void)
{
	int fds[2], mark = 0;
	char buf[8];

	make_pair(fds);
	CHECK_EQ(send(fds[0], "ab", 2, 0), 2);
	CHECK_EQ(send(fds[0], "!", 1, MSG_OOB), 1);
	CHECK_EQ(send(fds[0], "cd", 2, 0), 2);
	CHECK(wait_for(fds[1], POLLPRI) & POLLPRI);
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), 0), 2);
	CHECK_OK(ioctl(fds[1], SIOCATMARK, &mark));
	CHECK_EQ(mark, 1);
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), MSG_OOB), 1);
	CHECK_EQ(buf[0], '!');
	CHECK_ERRNO(recv(fds[1], buf, sizeof(buf), MSG_OOB), EINVAL);
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), 0), 2);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void files(void)
{
	static char out[100000], in[100000];
	char name[] = "/tmp/tcp.XXXXXX";
	int fds[2], f = CHECK_OK(mkstemp(name));
	size_t sent = 0;
	ssize_t n;

	unlink(name);
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 3 + i / 777);
	CHECK_EQ(write(f, out, sizeof(out)), sizeof(out));
	make_pair(fds);
	off_t at = 0;
	while (sent < sizeof(out)) {
		n = CHECK_OK(sendfile(fds[0], f, &at, sizeof(out) - sent));
		CHECK_EQ(recv(fds[1], in + sent, (size_t)n, MSG_WAITALL), n);
		sent += (size_t)n;
	}
	CHECK_EQ(at, sizeof(out));
	CHECK(memcmp(in, out, sizeof(out)) == 0);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
	CHECK_OK(close(f));
}

static void watched(void)
{
	struct sockaddr_in a;
	struct epoll_event e = { .events = EPOLLIN | EPOLLET | EPOLLRDHUP };
	int l = listener(&a), ep = CHECK_OK(epoll_create1(0)), c, s;
	char buf[8];

	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, l, &e));
	CHECK_EQ(epoll_wait(ep, &e, 1, 0), 0);
	c = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	CHECK_OK(connect(c, (void *)&a, sizeof(a)));
	CHECK_EQ(epoll_wait(ep, &e, 1, 2000), 1);
	CHECK_EQ(e.events, EPOLLIN);
	s = CHECK_OK(accept(l, NULL, NULL));
	e.events = EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP;
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, s, &e));
	CHECK_EQ(epoll_wait(ep, &e, 1, 2000), 1);
	CHECK_EQ(e.events, EPOLLOUT);
	CHECK_EQ(epoll_wait(ep, &e, 1, 0), 0);
	CHECK_EQ(write(c, "x", 1), 1);
	CHECK_EQ(epoll_wait(ep, &e, 1, 2000), 1);
	CHECK(e.events & EPOLLIN);
	CHECK_EQ(read(s, buf, 8), 1);
	CHECK_OK(close(c));
	CHECK_EQ(epoll_wait(ep, &e, 1, 2000), 1);
	CHECK((e.events & (EPOLLIN | EPOLLRDHUP)) == (EPOLLIN | EPOLLRDHUP));
	CHECK_OK(close(s));
	CHECK_OK(close(l));
	CHECK_OK(close(ep));
}

static void test(void)
{
	names();
	data();
	ends();
	refused();
	full();
	options();
	urgent();
	files();
	watched();
}
