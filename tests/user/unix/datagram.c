/* unix(7), datagrams and seqpacket: borders of messages, truncation, whom a connected socket hears, full queues and what poll says. */
#include "test.h"
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static socklen_t name(struct sockaddr_un *a, const char *text)
{
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	return (socklen_t)(3 + snprintf(a->sun_path + 1, sizeof(a->sun_path) - 1, "%s-%d", text, getpid()));
}

static int bound(struct sockaddr_un *a, socklen_t *length, const char *text)
{
	int s = (int)CHECK_OK(socket(AF_UNIX, SOCK_DGRAM, 0));

	*length = name(a, text);
	CHECK_OK(bind(s, (void *)a, *length));
	return s;
}

static short events_of(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP };

	CHECK_OK(poll(&p, 1, 0));
	return p.revents;
}

static void exchange(void)
{
	struct sockaddr_un a, b, from;
	socklen_t la, lb, n = sizeof(from);
	int s = bound(&a, &la, "a"), t = bound(&b, &lb, "b"), u = (int)CHECK_OK(socket(AF_UNIX, SOCK_DGRAM, 0)), size = -1;
	char buf[64];

	CHECK_EQ(events_of(s), POLLOUT);
	CHECK_EQ(sendto(s, "hello", 5, 0, (void *)&b, lb), 5);
	CHECK_EQ(sendto(s, "", 0, 0, (void *)&b, lb), 0);
	CHECK_EQ(sendto(u, "nameless", 8, 0, (void *)&b, lb), 8);
	CHECK_EQ(events_of(t), POLLIN | POLLOUT);
	CHECK_OK(ioctl(t, FIONREAD, &size));
	CHECK_EQ(size, 5);
	CHECK_EQ(recv(t, buf, 2, MSG_PEEK), 2);
	CHECK_EQ(recvfrom(t, buf, 2, MSG_PEEK | MSG_TRUNC, (void *)&from, &n), 5);
	CHECK_EQ(recvfrom(t, buf, sizeof(buf), 0, (void *)&from, &n), 5);
	CHECK_EQ(n, la);
	CHECK_BYTES(from.sun_path, a.sun_path, la - 2);
	CHECK_EQ(recv(t, buf, sizeof(buf), 0), 0);
	n = sizeof(from);
	struct iovec v = { buf, 4 };
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &v, .msg_iovlen = 1 };
	CHECK_EQ(recvmsg(t, &m, 0), 4);
	CHECK_EQ(m.msg_flags, MSG_TRUNC);
	CHECK_EQ(m.msg_namelen, 0);
	CHECK_ERRNO(recv(t, buf, 4, MSG_DONTWAIT), EAGAIN);
	CHECK_ERRNO(write(u, "x", 1), ENOTCONN);
	CHECK_ERRNO(sendto(u, "x", 1, 0, (void *)&b, 2), EINVAL);
	CHECK_ERRNO(listen(s, 1), EOPNOTSUPP);
	CHECK_ERRNO(accept(s, NULL, NULL), EOPNOTSUPP);
	CHECK_ERRNO(send(s, "x", 1, MSG_OOB), EOPNOTSUPP);
	CHECK_ERRNO(recv(s, buf, 1, MSG_OOB), EOPNOTSUPP);
	CHECK_OK(close(t));
	CHECK_ERRNO(sendto(u, "x", 1, 0, (void *)&b, lb), ECONNREFUSED);
	CHECK_OK(close(u));
	CHECK_OK(close(s));
}

static void sizes(void)
{
	static char out[300000], in[300000];
	int fds[2];
	socklen_t n = sizeof(int);

	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 7 + i / 256);
	CHECK_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
	for (size_t size = 1; size <= 200000; size = size * 3 + 1) {
		CHECK_EQ(write(fds[0], out, size), size);
		CHECK_EQ(read(fds[1], in, sizeof(in)), size);
		CHECK(memcmp(in, out, size) == 0);
	}
	int room = 0;
	CHECK_OK(getsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &room, &n));
	CHECK_EQ(room, 212992);
	CHECK_ERRNO(send(fds[0], out, 212992 - 31, 0), EMSGSIZE);
	CHECK_EQ(send(fds[0], out, 212992 - 32, 0), 212992 - 32);
	CHECK_EQ(recv(fds[1], in, 100, MSG_TRUNC), 212992 - 32);
	CHECK_EQ(RAW(SYS_sendto, fds[0], test_unmapped(), 10, 0, 0, 0), -EFAULT);
	CHECK_EQ(write(fds[0], "abc", 3), 3);
	CHECK_EQ(RAW(SYS_recvfrom, fds[1], test_unmapped(), 10, 0, 0, 0), -EFAULT);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void connected(void)
{
	struct sockaddr_un a, b, c, none = { .sun_family = AF_UNSPEC }, peer;
	socklen_t la, lb, lc, n = sizeof(peer);
	int s = bound(&a, &la, "a"), t = bound(&b, &lb, "b"), other = bound(&c, &lc, "c");
	char buf[16];

	CHECK_OK(connect(s, (void *)&b, lb));
	CHECK_OK(getpeername(s, (void *)&peer, &n));
	CHECK_EQ(n, lb);
	CHECK_ERRNO(sendto(other, "x", 1, 0, (void *)&a, la), EPERM);
	CHECK_ERRNO(connect(other, (void *)&a, la), EPERM);
	CHECK_EQ(sendto(t, "x", 1, 0, (void *)&a, la), 1);
	CHECK_EQ(write(s, "to b", 4), 4);
	CHECK_EQ(sendto(s, "to c", 4, 0, (void *)&c, lc), 4);
	CHECK_EQ(read(t, buf, 16), 4);
	CHECK_EQ(read(other, buf, 16), 4);
	CHECK_EQ(read(s, buf, 16), 1);
	/* Another peer: what the old one sent is gone, and it hears of it when it is connected. */
	CHECK_OK(connect(t, (void *)&a, la));
	CHECK_EQ(write(t, "lost", 4), 4);
	CHECK_OK(connect(s, (void *)&c, lc));
	CHECK_ERRNO(recv(s, buf, 16, MSG_DONTWAIT), EAGAIN);
	CHECK_EQ(events_of(t), POLLOUT | POLLERR);
	CHECK_ERRNO(recv(t, buf, 16, MSG_DONTWAIT), ECONNRESET);
	CHECK_ERRNO(write(t, "x", 1), EPERM);
	CHECK_OK(connect(s, (void *)&none, sizeof(none)));
	n = sizeof(peer);
	CHECK_ERRNO(getpeername(s, (void *)&peer, &n), ENOTCONN);
	CHECK_EQ(write(t, "x", 1), 1);
	CHECK_OK(close(s));
	CHECK_ERRNO(write(t, "x", 1), ECONNREFUSED);
	CHECK_ERRNO(write(t, "x", 1), ENOTCONN);
	CHECK_OK(close(t));
	CHECK_OK(close(other));
	int fds[2];
	CHECK_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
	CHECK_OK(close(fds[1]));
	CHECK_EQ(events_of(fds[0]), POLLOUT);
	CHECK_ERRNO(recv(fds[0], buf, 1, MSG_DONTWAIT), EAGAIN);
	CHECK_ERRNO(write(fds[0], "x", 1), ECONNREFUSED);
	CHECK_OK(close(fds[0]));
	CHECK_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
	CHECK_EQ(write(fds[0], "x", 1), 1);
	CHECK_OK(shutdown(fds[1], SHUT_RD));
	CHECK_ERRNO(send(fds[0], "x", 1, MSG_NOSIGNAL), EPIPE);
	CHECK_EQ(read(fds[1], buf, 4), 1);
	CHECK_EQ(read(fds[1], buf, 4), 0);
	CHECK_ERRNO(recv(fds[1], buf, 4, MSG_DONTWAIT), EAGAIN);
	CHECK_OK(shutdown(fds[0], SHUT_WR));
	CHECK_EQ(events_of(fds[0]), POLLOUT);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void full_queue(void)
{
	struct sockaddr_un a;
	socklen_t la;
	int t = bound(&a, &la, "full"), s = (int)CHECK_OK(socket(AF_UNIX, SOCK_DGRAM, 0)), sent = 0;
	int ep = (int)CHECK_OK(epoll_create1(0));
	struct epoll_event e = { .events = EPOLLOUT | EPOLLET };
	char buf[4];

	CHECK_OK(connect(s, (void *)&a, la));
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, s, &e));
	CHECK_EQ(epoll_wait(ep, &e, 1, 0), 1);
	while (send(s, "x", 1, MSG_DONTWAIT) == 1)
		sent++;
	CHECK_EQ(errno, EAGAIN);
	CHECK(sent >= 11 && sent < 10000);
	CHECK_EQ(events_of(s), 0);
	CHECK_EQ(epoll_wait(ep, &e, 1, 0), 0);
	pid_t child = test_fork();
	if (child == 0) {
		CHECK_EQ(send(s, "y", 1, 0), 1);
		test_exit();
	}
	CHECK_EQ(recv(t, buf, 1, 0), 1);
	CHECK_CHILD(child);
	CHECK_EQ(recv(t, buf, 1, 0), 1);
	CHECK_EQ(epoll_wait(ep, &e, 1, 5000), 1);
	CHECK_EQ(events_of(s), POLLOUT);
	for (int i = 1; i < sent; i++)
		CHECK_EQ(recv(t, buf, 1, MSG_DONTWAIT), 1);
	CHECK_ERRNO(recv(t, buf, 1, MSG_DONTWAIT), EAGAIN);
	struct timeval time = { 0, 10000 };
	CHECK_OK(setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)));
	while (send(s, "x", 1, 0) == 1)
		;
	CHECK_EQ(errno, EAGAIN);
	CHECK_OK(close(t));
	CHECK_EQ(events_of(s), POLLOUT);
	CHECK_OK(close(s));
	CHECK_OK(close(ep));
}

static void seqpacket(void)
{
	struct sockaddr_un a;
	socklen_t la = name(&a, "seq");
	int fds[2], s = (int)CHECK_OK(socket(AF_UNIX, SOCK_SEQPACKET, 0)), c = (int)CHECK_OK(socket(AF_UNIX, SOCK_SEQPACKET, 0));
	char buf[16];

	CHECK_EQ(events_of(c), POLLOUT | POLLHUP);
	CHECK_ERRNO(write(c, "x", 1), ENOTCONN);
	CHECK_ERRNO(read(c, buf, 1), ENOTCONN);
	CHECK_OK(bind(s, (void *)&a, la));
	CHECK_OK(listen(s, 1));
	CHECK_OK(connect(c, (void *)&a, la));
	CHECK_EQ(sendto(c, "abc", 3, 0, (void *)&a, la), 3);
	int e = (int)CHECK_OK(accept(s, NULL, NULL));
	CHECK_EQ(write(c, "defg", 4), 4);
	CHECK_EQ(write(c, "", 0), 0);
	CHECK_EQ(read(e, buf, 2), 2);
	int n = 0;
	CHECK_OK(ioctl(e, FIONREAD, &n));
	CHECK_EQ(n, 4);
	CHECK_EQ(read(e, buf, 16), 4);
	CHECK_EQ(read(e, buf, 16), 0);
	CHECK_ERRNO(recv(e, buf, 16, MSG_DONTWAIT), EAGAIN);
	for (int i = 0; i < 50; i++)
		CHECK_EQ(send(c, "q", 1, MSG_DONTWAIT), 1);
	CHECK_OK(shutdown(c, SHUT_WR));
	for (int i = 0; i < 50; i++)
		CHECK_EQ(recv(e, buf, 16, MSG_DONTWAIT), 1);
	CHECK_EQ(recv(e, buf, 16, MSG_DONTWAIT), 0);
	CHECK_EQ(read(e, buf, 16), 0);
	CHECK_OK(close(c));
	CHECK_OK(close(e));
	CHECK_OK(close(s));
	CHECK_OK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds));
	CHECK_EQ(write(fds[0], "unread", 6), 6);
	CHECK_EQ(write(fds[1], "unread", 6), 6);
	CHECK_OK(close(fds[1]));
	CHECK_ERRNO(recv(fds[0], buf, 16, 0), ECONNRESET);
	CHECK_EQ(recv(fds[0], buf, 16, 0), 6);
	CHECK_EQ(recv(fds[0], buf, 16, 0), 0);
	CHECK_ERRNO(send(fds[0], "x", 1, 0), EPIPE);
	CHECK_EQ(events_of(fds[0]), POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
	CHECK_OK(close(fds[0]));
}

static void test(void)
{
	exchange();
	sizes();
	connected();
	full_queue();
	seqpacket();
}
