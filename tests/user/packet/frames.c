/* packet(7) over loopback: frames out and in, cooked and raw, protocols, filters and their verifier, memberships, statistics, sending. */
#include "test.h"
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define ALL 3
#define IP4 0x0800
#define LOOPBACK 1

static struct sockaddr_in to;

static int open_packet(int type, int protocol)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol), .sll_ifindex = LOOPBACK };
	int s = CHECK_OK(socket(AF_PACKET, type, 0));

	CHECK_OK(bind(s, (void *)&a, sizeof(a)));
	return s;
}

/* A datagram to ourselves, whose destination port the filters look for. */
static int make_receiver(void)
{
	int u = CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));
	socklen_t n = sizeof(to);

	to = (struct sockaddr_in) { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	CHECK_OK(bind(u, (void *)&to, sizeof(to)));
	CHECK_OK(getsockname(u, (void *)&to, &n));
	return u;
}

/* The next frame with our port: its length. */
static ssize_t next(int s, unsigned char *buf, size_t n, size_t header, struct sockaddr_ll *from)
{
	for (;;) {
		socklen_t m = sizeof(*from);
		ssize_t got = CHECK_OK(recvfrom(s, buf, n, 0, (void *)from, &m));

		CHECK_EQ(from->sll_family, AF_PACKET);
		CHECK_EQ(from->sll_ifindex, LOOPBACK);
		if (got >= (ssize_t)header + 28 && buf[header] == 0x45 && !memcmp(buf + header + 22, &to.sin_port, 2))
			return got;
	}
}

static void hear(int u)
{
	static const unsigned char zeros[12];
	int raw = open_packet(SOCK_RAW, ALL), cooked = open_packet(SOCK_DGRAM, IP4);
	struct sockaddr_ll from;
	unsigned char buf[2000];

	CHECK_EQ(sendto(u, "hello", 5, 0, (void *)&to, sizeof(to)), 5);
	CHECK_EQ(next(raw, buf, sizeof(buf), 14, &from), 47);
	CHECK_EQ(from.sll_pkttype, PACKET_OUTGOING);
	CHECK_EQ(next(raw, buf, sizeof(buf), 14, &from), 47);
	CHECK_EQ(from.sll_pkttype, PACKET_HOST);
	CHECK_EQ(from.sll_protocol, htons(IP4));
	CHECK_EQ(from.sll_hatype, 772);
	CHECK_EQ(from.sll_halen, 6);
	CHECK_BYTES(buf, zeros, 12);
	CHECK_EQ(buf[12] << 8 | buf[13], IP4);
	CHECK_BYTES(buf + 42, "hello", 5);
	CHECK_EQ(next(cooked, buf, sizeof(buf), 0, &from), 33);	/* one protocol's sockets do not hear what leaves */
	CHECK_EQ(from.sll_pkttype, PACKET_HOST);
	CHECK_BYTES(buf + 28, "hello", 5);
	CHECK_ERRNO(recv(cooked, buf, sizeof(buf), MSG_DONTWAIT), EAGAIN);
	CHECK_OK(close(raw));
	CHECK_OK(close(cooked));
}

/* A long datagram, all of it. */
static void hear_long(int u)
{
	static unsigned char out[60001], buf[70000];
	int s = open_packet(SOCK_RAW, ALL);
	struct sockaddr_ll from;

	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)(i * 11 + i / 249);
	CHECK_EQ(sendto(u, out, sizeof(out), 0, (void *)&to, sizeof(to)), sizeof(out));
	CHECK_EQ(next(s, buf, sizeof(buf), 14, &from), 42 + sizeof(out));
	CHECK_BYTES(buf + 42, out, sizeof(out));
	CHECK_OK(close(s));
}

static int attach(int s, struct sock_filter *f, unsigned n)
{
	struct sock_fprog p = { n, f };

	return setsockopt(s, SOL_SOCKET, SO_ATTACH_FILTER, &p, sizeof(p));
}

static void filters(int u)
{
	/* UDP over IPv4 to our port: its first 30 bytes. */
	struct sock_filter ours[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IP4, 0, 6),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 4),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14), BPF_STMT(BPF_LD | BPF_H | BPF_IND, 16),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohs(to.sin_port), 0, 1), BPF_STMT(BPF_RET | BPF_K, 30), BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_filter incoming[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (unsigned)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 1), BPF_STMT(BPF_RET | BPF_K, 0), BPF_STMT(BPF_LD | BPF_LEN, 0),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_filter endless[] = { BPF_STMT(BPF_JMP | BPF_JA, (unsigned)-1), BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_filter open_end[] = { BPF_STMT(BPF_LD | BPF_IMM, 1) };
	struct sock_filter outside[] = { BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_filter by_zero[] = { BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), BPF_STMT(BPF_RET | BPF_A, 0) };
	struct sock_filter memory[] = { BPF_STMT(BPF_ST, 16), BPF_STMT(BPF_RET | BPF_A, 0) };
	struct sock_filter unknown[] = { BPF_STMT(0xffff, 16), BPF_STMT(BPF_RET | BPF_A, 0) };
	int s = open_packet(SOCK_RAW, ALL);
	struct sockaddr_ll from;
	socklen_t n = sizeof(from);
	unsigned char buf[2000];

	CHECK_ERRNO(attach(s, endless, 2), EINVAL);
	CHECK_ERRNO(attach(s, open_end, 1), EINVAL);
	CHECK_ERRNO(attach(s, outside, 2), EINVAL);
	CHECK_ERRNO(attach(s, by_zero, 2), EINVAL);
	CHECK_ERRNO(attach(s, memory, 2), EINVAL);
	CHECK_ERRNO(attach(s, unknown, 2), EINVAL);
	CHECK_ERRNO(attach(s, ours, 0), EINVAL);
	CHECK_ERRNO(attach(s, test_unmapped(), 3), EFAULT);
	CHECK_ERRNO(setsockopt(s, SOL_SOCKET, SO_DETACH_FILTER, &n, sizeof(n)), ENOENT);
	CHECK_OK(attach(s, ours, ARRAY_LEN(ours)));
	while (recv(s, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
	CHECK_EQ(sendto(u, "0123456789", 10, 0, (void *)&to, sizeof(to)), 10);
	CHECK_EQ(recv(s, buf, sizeof(buf), MSG_TRUNC), 30);
	CHECK_EQ(recv(s, buf, sizeof(buf), 0), 30);
	CHECK_OK(attach(s, incoming, ARRAY_LEN(incoming)));
	CHECK_EQ(sendto(u, "x", 1, 0, (void *)&to, sizeof(to)), 1);
	CHECK_EQ(next(s, buf, sizeof(buf), 14, &from), 43);
	CHECK_EQ(from.sll_pkttype, PACKET_HOST);
	CHECK_OK(setsockopt(s, SOL_SOCKET, SO_DETACH_FILTER, &n, sizeof(n)));
	CHECK_OK(close(s));
}

static void speak(int u)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET, .sll_protocol = htons(IP4), .sll_ifindex = LOOPBACK, .sll_halen = 6 };
	int heard = open_packet(SOCK_RAW, ALL), s = CHECK_OK(socket(AF_PACKET, SOCK_DGRAM, 0)), r = CHECK_OK(socket(AF_PACKET, SOCK_RAW, 0));
	unsigned char frame[100], buf[200];
	struct sockaddr_ll from;
	ssize_t n;

	CHECK_EQ(sendto(u, "again", 5, 0, (void *)&to, sizeof(to)), 5);
	n = next(heard, frame, sizeof(frame), 14, &from);
	CHECK_EQ(n, 47);
	while (recv(heard, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
	frame[42] = 'A';		/* what is sent here need not be delivered further: loopback sources come from routes */
	CHECK_EQ(sendto(s, frame + 14, 33, 0, (void *)&a, sizeof(a)), 33);
	CHECK_EQ(next(heard, buf, sizeof(buf), 14, &from), 47);
	CHECK_EQ(from.sll_pkttype, PACKET_OUTGOING);
	CHECK_BYTES(buf, frame, 47);
	CHECK_EQ(next(heard, buf, sizeof(buf), 14, &from), 47);
	CHECK_EQ(from.sll_pkttype, PACKET_HOST);
	CHECK_EQ(sendto(r, frame, 47, 0, (void *)&a, sizeof(a)), 47);
	CHECK_EQ(next(heard, buf, sizeof(buf), 14, &from), 47);
	CHECK_BYTES(buf, frame, 47);
	CHECK_ERRNO(send(s, frame, 33, 0), ENXIO);
	a.sll_ifindex = 4711;
	CHECK_ERRNO(sendto(s, frame, 33, 0, (void *)&a, sizeof(a)), ENXIO);
	CHECK_ERRNO(bind(s, (void *)&a, sizeof(a)), ENODEV);
	CHECK_ERRNO(bind(s, (void *)&a, 10), EINVAL);
	CHECK_OK(close(heard));
	CHECK_OK(close(s));
	CHECK_OK(close(r));
}

static void options(int u)
{
	int s = open_packet(SOCK_RAW, ALL), one = 1;
	struct packet_mreq m = { .mr_ifindex = LOOPBACK, .mr_type = PACKET_MR_PROMISC };
	struct tpacket_stats stats;
	socklen_t n = sizeof(stats);
	union { struct cmsghdr h; char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))]; } control;
	char small[20];
	struct iovec v = { small, sizeof(small) };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	struct tpacket_auxdata *aux = (void *)CMSG_DATA(&control.h);

	CHECK_OK(setsockopt(s, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof(m)));
	CHECK_OK(setsockopt(s, SOL_PACKET, PACKET_DROP_MEMBERSHIP, &m, sizeof(m)));
	CHECK_OK(setsockopt(s, SOL_PACKET, PACKET_DROP_MEMBERSHIP, &m, sizeof(m)));
	m.mr_ifindex = 4711;
	CHECK_ERRNO(setsockopt(s, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof(m)), ENODEV);
	CHECK_OK(setsockopt(s, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)));
	CHECK_OK(getsockopt(s, SOL_PACKET, PACKET_STATISTICS, &stats, &n));
	CHECK_EQ(n, sizeof(stats));
	CHECK_EQ(sendto(u, "twenty bytes and some", 21, 0, (void *)&to, sizeof(to)), 21);
	CHECK_EQ(recvmsg(s, &h, 0), sizeof(small));
	CHECK(h.msg_flags & MSG_TRUNC);
	CHECK_EQ(control.h.cmsg_level, SOL_PACKET);
	CHECK_EQ(control.h.cmsg_type, PACKET_AUXDATA);
	CHECK(aux->tp_status & TP_STATUS_USER);
	CHECK_EQ(aux->tp_len, aux->tp_snaplen);
	CHECK_EQ(aux->tp_net, 14);
	CHECK_OK(getsockopt(s, SOL_PACKET, PACKET_STATISTICS, &stats, &n));
	CHECK(stats.tp_packets >= 2);
	CHECK_EQ(stats.tp_drops, 0);
	CHECK_OK(close(s));
}

static void test(void)
{
	int u;
	pid_t child;

	if (getuid() != 0)
		test_skip("needs root");
	u = make_receiver();
	hear(u);
	hear_long(u);
	filters(u);
	speak(u);
	options(u);
	CHECK_ERRNO(socket(AF_PACKET, SOCK_STREAM, 0), ESOCKTNOSUPPORT);
	child = test_fork();
	if (child == 0) {
		CHECK_OK(setresuid(NO_UID, NO_UID, NO_UID));
		CHECK_ERRNO(socket(AF_PACKET, SOCK_RAW, 0), EPERM);
		test_exit();
	}
	CHECK_CHILD(child);
	CHECK_OK(close(u));
}
