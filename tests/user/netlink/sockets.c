/* sock_diag(7): TCP, UDP and AF_UNIX sockets as ss asks for them: dumps by state and port, one by its name, and what is refused. */
#include "test.h"
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

static int diag;

/* What a dump says, until `each` or its end. */
static int ask(const void *request, unsigned size, int flags, void (*each)(const struct nlmsghdr *h, void *arg), void *arg)
{
	static char bytes[65536] __attribute__((aligned(8)));
	struct nlmsghdr head = { .nlmsg_len = (unsigned)sizeof(head) + size, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | flags,
				 .nlmsg_seq = 77 };

	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head), request, size);
	CHECK_EQ(send(diag, bytes, head.nlmsg_len, 0), head.nlmsg_len);
	for (;;) {
		ssize_t n = CHECK_OK(recv(diag, bytes, sizeof(bytes), 0));

		for (struct nlmsghdr *h = (void *)bytes; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
			CHECK_EQ(h->nlmsg_seq, 77);
			if (h->nlmsg_type == NLMSG_DONE)
				return 0;
			if (h->nlmsg_type == NLMSG_ERROR)
				return ((struct nlmsgerr *)NLMSG_DATA(h))->error;
			CHECK_EQ(h->nlmsg_type, SOCK_DIAG_BY_FAMILY);
			each(h, arg);
			if (!(flags & NLM_F_DUMP))
				return 0;
		}
	}
}

struct seen {
	unsigned short port;	/* be */
	int count, states, info, congestion;
	struct inet_diag_msg last;
};

static void see(const struct nlmsghdr *h, void *arg)
{
	const struct inet_diag_msg *m = NLMSG_DATA(h);
	const struct rtattr { unsigned short length, type; } *a = (const void *)(m + 1);
	int left = (int)h->nlmsg_len - NLMSG_LENGTH(sizeof(*m));
	struct seen *s = arg;

	if (m->id.idiag_sport != s->port)
		return;
	s->count++;
	s->states |= 1 << m->idiag_state;
	s->last = *m;
	for (; left >= 4 && a->length >= 4; left -= (a->length + 3) & ~3, a = (const void *)((const char *)a + ((a->length + 3) & ~3))) {
		if (a->type == INET_DIAG_INFO && a->length >= 4 + 100)
			s->info += ((const struct tcp_info *)(a + 1))->tcpi_state == m->idiag_state;
		if (a->type == INET_DIAG_CONG)
			s->congestion++;
	}
}

static struct seen dump(int family, int protocol, unsigned states, unsigned short port, unsigned short filter)
{
	struct inet_diag_req_v2 r = { .sdiag_family = (unsigned char)family, .sdiag_protocol = (unsigned char)protocol, .idiag_states = states,
				      .idiag_ext = 1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_CONG - 1), .id.idiag_sport = filter };
	struct seen s = { .port = port };

	CHECK_EQ(ask(&r, sizeof(r), NLM_F_DUMP, see, &s), 0);
	return s;
}

static unsigned short local(int s, int family)
{
	struct sockaddr_in6 a = { .sin6_family = (unsigned short)family };
	socklen_t n = family == AF_INET ? 16 : 28;

	CHECK_OK(bind(s, (void *)&a, n));
	CHECK_OK(getsockname(s, (void *)&a, &n));
	return a.sin6_port;
}

static void tcp(int family)
{
	int l = CHECK_OK(socket(family, SOCK_STREAM, 0)), c = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0)), a;
	unsigned short port = local(l, family), other;
	struct sockaddr_in to = { AF_INET, port, { htonl(INADDR_LOOPBACK) }, { 0 } };
	struct inet_diag_req_v2 r = { .sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP };
	socklen_t n = sizeof(to);
	struct stat st;
	struct seen s;

	CHECK_OK(listen(l, 5));
	CHECK_OK(connect(c, (void *)&to, sizeof(to)));
	s = dump(family, IPPROTO_TCP, 1 << TCP_LISTEN, port, port);
	CHECK_EQ(s.count, 1);
	CHECK_EQ(s.states, 1 << TCP_LISTEN);
	CHECK_EQ(s.last.idiag_rqueue, 1);	/* waiting, */
	CHECK_EQ(s.last.idiag_wqueue, 5);	/* of at most */
	CHECK_EQ(s.info, 1);
	CHECK_EQ(s.congestion, 1);
	CHECK_OK(fstat(l, &st));
	CHECK_EQ(s.last.idiag_inode, st.st_ino);
	a = CHECK_OK(accept(l, NULL, NULL));
	CHECK_EQ(send(a, "12345", 5, 0), 5);
	s = dump(family, IPPROTO_TCP, ~0u, port, 0);
	CHECK_EQ(s.count, 2);
	CHECK_EQ(s.states, 1 << TCP_LISTEN | 1 << TCP_ESTABLISHED);
	CHECK_OK(getsockname(c, (void *)&to, &n));
	other = to.sin_port;
	s = dump(AF_INET, IPPROTO_TCP, 1 << TCP_ESTABLISHED, other, 0);
	CHECK_EQ(s.count, 1);
	CHECK_EQ(s.last.idiag_rqueue, 5);
	CHECK_EQ(s.last.id.idiag_dport, port);
	CHECK_EQ(s.last.id.idiag_src[0], htonl(INADDR_LOOPBACK));

	/* One, by its whole name. */
	r.id = s.last.id;
	s = (struct seen){ .port = other };
	CHECK_EQ(ask(&r, sizeof(r), 0, see, &s), 0);
	CHECK_EQ(s.count, 1);
	r.id.idiag_dport ^= 0x0101;
	r.id.idiag_cookie[0] = r.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	CHECK_EQ(ask(&r, sizeof(r), 0, see, &s), -ENOENT);
	CHECK_OK(close(a));
	CHECK_OK(close(c));
	CHECK_OK(close(l));
}

static void udp(int family)
{
	int u = CHECK_OK(socket(family, SOCK_DGRAM, 0));
	unsigned short port = local(u, family);
	struct seen s = dump(family, IPPROTO_UDP, ~0u, port, 0);

	CHECK_EQ(s.count, 1);
	CHECK_EQ(s.last.idiag_family, family);
	CHECK_EQ(s.states, 1 << TCP_CLOSE);
	CHECK_EQ(dump(family, IPPROTO_UDP, 1 << TCP_ESTABLISHED, port, 0).count, 0);
	CHECK_OK(close(u));
}

/* More of them than one message holds. */
static void many(void)
{
	int fds[150];
	unsigned short ports[150];

	for (int i = 0; i < 150; i++) {
		fds[i] = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));
		ports[i] = local(fds[i], AF_INET);
	}
	for (int i = 0; i < 150; i += 37)
		CHECK_EQ(dump(AF_INET, IPPROTO_UDP, ~0u, ports[i], 0).count, 1);
	for (int i = 0; i < 150; i++)
		CHECK_OK(close(fds[i]));
}

static char name[] = "\0astra-diag";

static void see_name(const struct nlmsghdr *h, void *arg)
{
	const struct unix_diag_msg *m = NLMSG_DATA(h);
	const unsigned short *a = (const void *)(m + 1);

	CHECK_EQ(m->udiag_family, AF_UNIX);
	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)) + 4 + sizeof(name) - 1 || a[1] != UNIX_DIAG_NAME || a[0] != 4 + sizeof(name) - 1 ||
	    memcmp(a + 2, name, sizeof(name) - 1) != 0)
		return;
	CHECK_EQ(m->udiag_type, SOCK_STREAM);
	CHECK_EQ(m->udiag_state, TCP_LISTEN);
	++*(int *)arg;
}

static void local_names(void)
{
	struct unix_diag_req r = { .sdiag_family = AF_UNIX, .udiag_states = ~0u, .udiag_show = UDIAG_SHOW_NAME };
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int s = CHECK_OK(socket(AF_UNIX, SOCK_STREAM, 0)), count = 0;

	memcpy(a.sun_path, name, sizeof(name) - 1);
	CHECK_OK(bind(s, (void *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + sizeof(name) - 1)));
	CHECK_OK(listen(s, 1));
	CHECK_EQ(ask(&r, sizeof(r), NLM_F_DUMP, see_name, &count), 0);
	CHECK_EQ(count, 1);
	CHECK_OK(close(s));
}

static void test(void)
{
	struct inet_diag_req_v2 r = { .sdiag_family = 45, .sdiag_protocol = IPPROTO_TCP };
	struct seen s = { .port = 0 };
	int s6 = socket(AF_INET6, SOCK_DGRAM, 0);

	diag = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	if (diag < 0 && (errno == EPROTONOSUPPORT || errno == EPERM))
		test_skip("no NETLINK_SOCK_DIAG here");
	CHECK_EQ(ask(&r, sizeof(r), NLM_F_DUMP, see, &s), -ENOENT);
	CHECK_EQ(ask(&r, 1, NLM_F_DUMP, see, &s), -EINVAL);
	r.sdiag_family = AF_INET;
	if (ask(&r, sizeof(r), NLM_F_DUMP, see, &s) == -ENOENT)
		test_skip("this Linux has no inet_diag");
	tcp(AF_INET);
	udp(AF_INET);
	if (s6 >= 0) {
		tcp(AF_INET6);
		udp(AF_INET6);
	}
	many();
	local_names();
}
