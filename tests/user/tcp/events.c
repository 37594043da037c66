/* Readiness of connections: poll and epoll (level, edge, one-shot) while connecting, with data, at half-close; SIGIO, FIONBIO. */
#include "test.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef SIOCINQ
#define SIOCINQ  0x541b
#define SIOCOUTQ 0x5411
#endif

static int listener(struct sockaddr_in *a)
{
	socklen_t n = sizeof(*a);
	int s = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));

	*a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	CHECK_OK(bind(s, (void *)a, n));
	CHECK_OK(listen(s, 8));
	CHECK_OK(getsockname(s, (void *)a, &n));
	return s;
}

static void make_pair(int fds[2])
{
	struct sockaddr_in a;
	int l = listener(&a);

	fds[0] = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	CHECK_OK(connect(fds[0], (void *)&a, sizeof(a)));
	fds[1] = CHECK_OK(accept(l, NULL, NULL));
	CHECK_OK(close(l));
}

static unsigned events_of(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP | POLLPRI | POLLRDNORM | POLLWRNORM };

	poll(&p, 1, 0);
	return (unsigned)p.revents;
}

static void wait_for(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	CHECK_EQ(poll(&p, 1, 3000), 1);
}

static void fresh(void)
{
	struct sockaddr_in a;
	int s = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0)), l = listener(&a), u = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));

	CHECK_EQ(events_of(s), POLLOUT | POLLWRNORM | POLLHUP);
	CHECK_EQ(events_of(l), 0);
	CHECK_EQ(events_of(u), POLLOUT | POLLWRNORM);
	CHECK_OK(close(s));
	CHECK_OK(close(l));
	CHECK_OK(close(u));
}

/* epoll says EPOLLOUT once when the handshake is over, and an error with EPOLLHUP when it failed. */
static void connecting(void)
{
	struct sockaddr_in a;
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLET };
	int l = listener(&a), ep = CHECK_OK(epoll_create1(0)), c = CHECK_OK(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)), error;
	socklen_t n = sizeof(error);

	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, c, &e));
	CHECK_EQ(epoll_wait(ep, &e, 1, 0), 1);
	CHECK_EQ(e.events, EPOLLOUT | EPOLLHUP);
	CHECK_ERRNO(connect(c, (void *)&a, sizeof(a)), EINPROGRESS);
	CHECK_EQ(epoll_wait(ep, &e, 1, 3000), 1);
	CHECK_EQ(e.events, EPOLLOUT);
	CHECK_EQ(epoll_wait(ep, &e, 1, 0), 0);
	CHECK_OK(close(c));
	CHECK_OK(close(l));

	c = CHECK_OK(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
	e.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP;
	if (connect(c, (void *)&a, sizeof(a)) < 0 && errno == EINPROGRESS) {
		CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, c, &e));
		CHECK_EQ(epoll_wait(ep, &e, 1, 3000), 1);
		CHECK_EQ(e.events, EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLRDHUP);
		CHECK_OK(getsockopt(c, SOL_SOCKET, SO_ERROR, &error, &n));
		CHECK_EQ(error, ECONNREFUSED);
	}
	CHECK_OK(close(c));
	CHECK_OK(close(ep));
}

static void edges(void)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET };
	int fds[2], ep = CHECK_OK(epoll_create1(0));
	char buf[16];

	make_pair(fds);
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, fds[1], &e));
	CHECK_EQ(write(fds[0], "12", 2), 2);
	CHECK_EQ(epoll_wait(ep, &e, 1, 3000), 1);
	CHECK_EQ(epoll_wait(ep, &e, 1, 20), 0);
	CHECK_EQ(read(fds[1], buf, 1), 1);
	CHECK_EQ(epoll_wait(ep, &e, 1, 20), 0);		/* what is left is no news */
	CHECK_EQ(write(fds[0], "3", 1), 1);
	CHECK_EQ(epoll_wait(ep, &e, 1, 3000), 1);	/* more is */
	CHECK_EQ(read(fds[1], buf, 16), 2);

	e.events = EPOLLIN | EPOLLONESHOT;
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_MOD, fds[1], &e));
	CHECK_EQ(write(fds[0], "4", 1), 1);
	CHECK_EQ(epoll_wait(ep, &e, 1, 3000), 1);
	CHECK_EQ(write(fds[0], "5", 1), 1);
	CHECK_EQ(epoll_wait(ep, &e, 1, 20), 0);
	e.events = EPOLLIN | EPOLLONESHOT;
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_MOD, fds[1], &e));
	CHECK_EQ(epoll_wait(ep, &e, 1, 3000), 1);
	CHECK_EQ(read(fds[1], buf, 16), 2);

	e.events = EPOLLIN;
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_MOD, fds[1], &e));
	CHECK_EQ(write(fds[0], "6", 1), 1);
	CHECK_EQ(epoll_wait(ep, &e, 1, 3000), 1);
	CHECK_EQ(epoll_wait(ep, &e, 1, 20), 1);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
	CHECK_EQ(epoll_wait(ep, &e, 1, 20), 0);		/* closed: out of the set */
	CHECK_OK(close(ep));
}

/* A full connection is no longer writable, and an edge says when it is again. */
static void room(void)
{
	static char block[65536];
	struct epoll_event e = { .events = EPOLLOUT | EPOLLET };
	int fds[2], ep = CHECK_OK(epoll_create1(0));
	size_t sent = 0, got = 0;
	ssize_t n;

	make_pair(fds);
	CHECK_OK(fcntl(fds[0], F_SETFL, O_NONBLOCK));
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, fds[0], &e));
	CHECK_EQ(epoll_wait(ep, &e, 1, 3000), 1);
	for (int quiet = 0; quiet < 4; quiet++) {
		while ((n = write(fds[0], block, sizeof(block))) > 0)
			sent += (size_t)n;
		test_sleep(5);
	}
	while (epoll_wait(ep, &e, 1, 0) > 0 && (n = write(fds[0], block, sizeof(block))) > 0)
		sent += (size_t)n;
	CHECK_EQ(events_of(fds[0]) & POLLOUT, 0);
	while (got < sent)
		got += (size_t)CHECK_OK(read(fds[1], block, sizeof(block)));
	CHECK_EQ(epoll_wait(ep, &e, 1, 3000), 1);
	CHECK_EQ(e.events, EPOLLOUT);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
	CHECK_OK(close(ep));
}

static void half_closed(void)
{
	int fds[2];
	char buf[4];

	make_pair(fds);
	CHECK_OK(shutdown(fds[0], SHUT_WR));
	wait_for(fds[1], POLLRDHUP);
	CHECK_EQ(events_of(fds[1]), POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM | POLLRDHUP);
	CHECK_EQ(events_of(fds[0]), POLLOUT | POLLWRNORM);
	CHECK_EQ(write(fds[1], "ok", 2), 2);
	CHECK_OK(shutdown(fds[1], SHUT_WR));
	wait_for(fds[0], POLLRDHUP);
	CHECK_EQ(events_of(fds[0]), POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM | POLLRDHUP | POLLHUP);
	CHECK_EQ(read(fds[0], buf, 4), 2);
	CHECK_EQ(read(fds[0], buf, 4), 0);
	CHECK_ERRNO(shutdown(fds[0], 3), EINVAL);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void asynchronous(void)
{
	int fds[2], on = 1;
	char byte;

	make_pair(fds);
	test_handle(SIGIO, test_count_signal, 0);
	CHECK_OK(fcntl(fds[1], F_SETOWN, getpid()));
	CHECK_EQ(fcntl(fds[1], F_GETOWN), getpid());
	CHECK_OK(ioctl(fds[1], FIOASYNC, &on));
	CHECK(fcntl(fds[1], F_GETFL) & O_ASYNC);
	test_signals_seen = 0;
	CHECK_EQ(write(fds[0], "x", 1), 1);
	for (int i = 0; i < 300 && !test_signals_seen; i++)
		test_sleep(10);
	CHECK(test_signals_seen > 0);
	CHECK_EQ(test_last_signal, SIGIO);
	CHECK_EQ(read(fds[1], &byte, 1), 1);
	on = 0;
	CHECK_OK(ioctl(fds[1], FIOASYNC, &on));

	on = 1;
	CHECK_OK(ioctl(fds[1], FIONBIO, &on));
	CHECK(fcntl(fds[1], F_GETFL) & O_NONBLOCK);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void queues(void)
{
	int fds[2], value = -1, l;
	struct sockaddr_in a;

	make_pair(fds);
	CHECK_OK(ioctl(fds[0], SIOCOUTQ, &value));
	CHECK_EQ(value, 0);
	CHECK_OK(ioctl(fds[1], SIOCINQ, &value));
	CHECK_EQ(value, 0);
	CHECK_OK(ioctl(fds[1], SIOCATMARK, &value));
	CHECK_EQ(value, 0);
	l = listener(&a);
	CHECK_ERRNO(ioctl(l, SIOCINQ, &value), EINVAL);
	CHECK_ERRNO(ioctl(l, SIOCOUTQ, &value), EINVAL);
	CHECK_ERRNO(ioctl(l, 0x7fff, &value), ENOTTY);
	CHECK_ERRNO(lseek(l, 0, SEEK_SET), ESPIPE);
	CHECK_ERRNO(pread(l, &value, 1, 0), ESPIPE);
	CHECK_OK(close(l));
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void test(void)
{
	fresh();
	connecting();
	edges();
	room();
	half_closed();
	asynchronous();
	queues();
}
