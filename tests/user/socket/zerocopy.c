/* MSG_ZEROCOPY with SO_ZEROCOPY: each send is reported once, in order, by the error queue; without the option the flag says nothing. */
#include "test.h"
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#ifndef SO_ZEROCOPY
#define SO_ZEROCOPY 60
#endif
#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY 0x4000000
#endif
#ifndef SO_EE_ORIGIN_ZEROCOPY
#define SO_EE_ORIGIN_ZEROCOPY 5
#endif

static void pair(int type, int fds[2])
{
	struct sockaddr_in a = { AF_INET, 0, { htonl(INADDR_LOOPBACK) }, { 0 } };
	int l = CHECK_OK(socket(AF_INET, type, 0));
	socklen_t n = sizeof(a);

	CHECK_OK(bind(l, (void *)&a, n));
	CHECK_OK(getsockname(l, (void *)&a, &n));
	if (type == SOCK_STREAM)
		CHECK_OK(listen(l, 1));
	fds[0] = CHECK_OK(socket(AF_INET, type, 0));
	CHECK_OK(connect(fds[0], (void *)&a, n));
	fds[1] = l;
	if (type == SOCK_STREAM) {
		fds[1] = CHECK_OK(accept(l, NULL, NULL));
		CHECK_OK(close(l));
	}
}

/* The numbers of finished sends that the queue holds: waits for the next ones, which begin with `first`. Returns the last's, plus one. */
static unsigned finished(int s, unsigned first)
{
	char control[200];
	struct msghdr m = { .msg_control = control, .msg_controllen = sizeof(control) };
	struct pollfd p = { s, 0, 0 };
	struct sock_extended_err *e;
	struct cmsghdr *c;

	CHECK_EQ(poll(&p, 1, -1), 1);
	CHECK_EQ(p.revents, POLLERR);
	CHECK_EQ(CHECK_OK(recvmsg(s, &m, MSG_ERRQUEUE)), 0);
	CHECK(m.msg_flags & MSG_ERRQUEUE);
	c = CMSG_FIRSTHDR(&m);
	if (!CHECK(c && c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR))
		test_exit();
	e = (void *)CMSG_DATA(c);
	CHECK_EQ(e->ee_errno, 0);
	CHECK_EQ(e->ee_origin, SO_EE_ORIGIN_ZEROCOPY);
	CHECK_EQ(e->ee_info, first);
	CHECK(e->ee_data >= first);
	return e->ee_data + 1;
}

static void reported(int type)
{
	static char data[20000], back[20000];
	int fds[2], on = 1;
	unsigned done = 0;

	pair(type, fds);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 3);
	CHECK_EQ(send(fds[0], data, 100, MSG_ZEROCOPY), 100);	/* a hint that nobody asked about */
	CHECK_EQ(recv(fds[1], back, 100, MSG_WAITALL), 100);
	CHECK_ERRNO(recv(fds[0], back, 1, MSG_ERRQUEUE), EAGAIN);
	CHECK_OK(setsockopt(fds[0], SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)));
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(send(fds[0], data, sizeof(data), MSG_ZEROCOPY), sizeof(data));
		CHECK_EQ(recv(fds[1], back, sizeof(back), MSG_WAITALL), sizeof(back));
		CHECK_BYTES(back, data, sizeof(data));
	}
	while (done < 3)
		done = finished(fds[0], done);
	CHECK_EQ(done, 3);
	CHECK_ERRNO(recv(fds[0], back, 1, MSG_ERRQUEUE), EAGAIN);
	CHECK_EQ(send(fds[0], data, 10, 0), 10);
	CHECK_ERRNO(recv(fds[0], back, 1, MSG_ERRQUEUE), EAGAIN);
	CHECK_EQ(send(fds[0], data, 10, MSG_ZEROCOPY), 10);
	CHECK_EQ(finished(fds[0], 3), 4);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void test(void)
{
	reported(SOCK_STREAM);
	reported(SOCK_DGRAM);
}
