/* raw(7) over loopback: ICMP heard with its header, filters, IP_HDRINCL, protocols of one's own, IPv6 checksums, privileges and errors. */
#include "test.h"
#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

#define PROTOCOL 253		/* for experiments: RFC 3692 */
#define FILTER   1		/* ICMP_FILTER */

static struct sockaddr_in local = { .sin_family = AF_INET };
static struct sockaddr_in6 local6 = { .sin6_family = AF_INET6, .sin6_addr = { { { [15] = 1 } } } };

static unsigned short sum_of(const void *data, size_t n)
{
	const unsigned char *b = data;
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += i & 1 ? b[i] : b[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (unsigned short)sum;
}

static void make_echo(unsigned char *m, size_t n, int id, int sequence)
{
	unsigned short sum;

	for (size_t i = 0; i < n; i++)
		m[i] = (unsigned char)i;
	m[0] = ICMP_ECHO;
	m[1] = m[2] = m[3] = 0;
	m[4] = (unsigned char)(id >> 8);
	m[5] = (unsigned char)id;
	m[6] = 0;
	m[7] = (unsigned char)sequence;
	sum = (unsigned short)~sum_of(m, n);
	m[2] = (unsigned char)(sum >> 8);
	m[3] = (unsigned char)sum;
}

/* The next message of a type with our identifier: its length with the header. */
static ssize_t hear(int s, unsigned char *buf, size_t n, int type, int id)
{
	for (;;) {
		struct sockaddr_in from;
		socklen_t m = sizeof(from);
		ssize_t got = CHECK_OK(recvfrom(s, buf, n, 0, (void *)&from, &m));

		CHECK(got >= 28);
		CHECK_EQ(from.sin_addr.s_addr, local.sin_addr.s_addr);
		CHECK_EQ(buf[0], 0x45);
		CHECK_EQ(buf[9], IPPROTO_ICMP);
		CHECK_EQ(buf[2] << 8 | buf[3], got);
		if (buf[20] == type && (buf[24] << 8 | buf[25]) == id)
			return got;
	}
}

static void echo(void)
{
	unsigned char out[4000], in[5000];
	int s = CHECK_OK(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)), id = getpid() & 0xffff, ttl = 77;
	unsigned filter = ~(1u << ICMP_ECHOREPLY), got = 0;
	socklen_t n = sizeof(got);

	CHECK_OK(setsockopt(s, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)));
	for (size_t size = 8; size <= sizeof(out); size = size * 3 + 1) {
		make_echo(out, size, id, (int)size & 0xff);
		CHECK_EQ(sendto(s, out, size, 0, (void *)&local, sizeof(local)), size);
		CHECK_EQ(hear(s, in, sizeof(in), ICMP_ECHO, id), size + 20);
		CHECK_EQ(in[8], 77);
		CHECK_BYTES(in + 20, out, size);
		CHECK_EQ(hear(s, in, sizeof(in), ICMP_ECHOREPLY, id), size + 20);
		CHECK_EQ(sum_of(in + 20, size), 0xffff);
		CHECK_BYTES(in + 28, out + 8, size - 8);
	}
	CHECK_OK(setsockopt(s, SOL_RAW, FILTER, &filter, sizeof(filter)));
	CHECK_OK(getsockopt(s, SOL_RAW, FILTER, &got, &n));
	CHECK_EQ(got, filter);
	make_echo(out, 64, id, 1);
	CHECK_OK(connect(s, (void *)&local, sizeof(local)));
	CHECK_EQ(send(s, out, 64, 0), 64);
	CHECK_EQ(recv(s, in, 30, MSG_PEEK | MSG_TRUNC), 84);	/* the request itself was filtered */
	CHECK_EQ(in[20], ICMP_ECHOREPLY);
	CHECK_EQ(recv(s, in, sizeof(in), 0), 84);
	CHECK_ERRNO(recv(s, in, sizeof(in), MSG_DONTWAIT), EAGAIN);
	CHECK_OK(close(s));
}

static void own_protocol(void)
{
	int s = CHECK_OK(socket(AF_INET, SOCK_RAW, PROTOCOL)), h = CHECK_OK(socket(AF_INET, SOCK_RAW, IPPROTO_RAW)), one = 0;
	struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 9, .protocol = PROTOCOL };
	unsigned char in[100], packet[25];
	socklen_t n = sizeof(one);

	CHECK_EQ(sendto(s, "abc", 3, 0, (void *)&local, sizeof(local)), 3);
	CHECK_EQ(recv(s, in, sizeof(in), 0), 23);
	CHECK_EQ(in[9], PROTOCOL);
	CHECK_BYTES(in + 20, "abc", 3);
	CHECK_OK(getsockopt(h, IPPROTO_IP, IP_HDRINCL, &one, &n));
	CHECK_EQ(one, 1);
	ip.daddr = local.sin_addr.s_addr;
	memcpy(packet, &ip, 20);
	memcpy(packet + 20, "hello", 5);
	CHECK_EQ(sendto(h, packet, 25, 0, (void *)&local, sizeof(local)), 25);
	CHECK_EQ(recv(s, in, sizeof(in), 0), 25);
	CHECK_EQ(in[8], 9);
	CHECK_EQ(sum_of(in, 20), 0xffff);
	CHECK_BYTES(in + 20, "hello", 5);
	CHECK(memcmp(in + 12, &local.sin_addr, 4) == 0);
	packet[0] = 0x4f;		/* longer than the packet */
	CHECK_ERRNO(sendto(h, packet, 25, 0, (void *)&local, sizeof(local)), EINVAL);
	CHECK_ERRNO(sendto(h, packet, 10, 0, (void *)&local, sizeof(local)), EINVAL);
	CHECK_ERRNO(send(s, "x", 1, 0), EDESTADDRREQ);
	CHECK_OK(close(s));
	CHECK_OK(close(h));
}

static void six(void)
{
	int s = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), t, offset = 4;
	unsigned char out[40] = { ICMP6_ECHO_REQUEST, [4] = 0x12, [5] = 0x34, [8] = 7 }, in[100];
	struct icmp6_filter only;
	struct sockaddr_in6 from;
	socklen_t n = sizeof(from);

	if (s < 0)
		return;
	ICMP6_FILTER_SETBLOCKALL(&only);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &only);
	CHECK_OK(setsockopt(s, IPPROTO_ICMPV6, ICMP6_FILTER, &only, sizeof(only)));
	if (sendto(s, out, sizeof(out), 0, (void *)&local6, sizeof(local6)) < 0) {
		CHECK(errno == EADDRNOTAVAIL || errno == ENETUNREACH);	/* a machine without IPv6 */
		CHECK_OK(close(s));
		return;
	}
	CHECK_EQ(recvfrom(s, in, sizeof(in), 0, (void *)&from, &n), sizeof(out));	/* no header of the network layer */
	CHECK_EQ(in[0], ICMP6_ECHO_REPLY);
	CHECK_BYTES(in + 4, out + 4, sizeof(out) - 4);
	CHECK(memcmp(&from.sin6_addr, &local6.sin6_addr, 16) == 0);
	CHECK_OK(close(s));
	t = CHECK_OK(socket(AF_INET6, SOCK_RAW, PROTOCOL));
	CHECK_OK(setsockopt(t, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, sizeof(offset)));
	CHECK_EQ(sendto(t, out, 8, 0, (void *)&local6, sizeof(local6)), 8);
	CHECK_EQ(recv(t, in, sizeof(in), 0), 8);
	CHECK(in[4] != out[4] || in[5] != out[5]);
	CHECK_ERRNO(sendto(t, out, 5, 0, (void *)&local6, sizeof(local6)), EINVAL);
	offset = 3;
	CHECK_ERRNO(setsockopt(t, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, sizeof(offset)), EINVAL);
	CHECK_OK(close(t));
}

static void names(void)
{
	struct sockaddr_in a = local, wrong = { .sin_family = AF_INET, .sin_addr.s_addr = inet_addr("192.0.2.1") };
	int s = CHECK_OK(socket(AF_INET, SOCK_RAW, PROTOCOL));
	struct pollfd p = { s, POLLIN | POLLOUT, 0 };
	socklen_t n = sizeof(a);
	char in[64];

	CHECK_ERRNO(bind(s, (void *)&wrong, sizeof(wrong)), EADDRNOTAVAIL);
	CHECK_OK(bind(s, (void *)&local, sizeof(local)));
	CHECK_OK(getsockname(s, (void *)&a, &n));
	CHECK_EQ(a.sin_addr.s_addr, local.sin_addr.s_addr);
	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK_EQ(p.revents, POLLOUT);
	CHECK_OK(sendto(s, "x", 1, 0, (void *)&local, sizeof(local)));
	CHECK_EQ(poll(&p, 1, -1), 1);
	CHECK_EQ(p.revents, POLLIN | POLLOUT);
	CHECK_EQ(recv(s, in, sizeof(in), 0), 21);
	CHECK_ERRNO(listen(s, 1), EOPNOTSUPP);
	CHECK_ERRNO(socket(AF_INET, SOCK_RAW, 0), EPROTONOSUPPORT);
	CHECK_OK(close(s));
}

static void test(void)
{
	pid_t child;

	if (getuid() != 0)
		test_skip("needs root");
	local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	echo();
	own_protocol();
	six();
	names();
	child = test_fork();
	if (child == 0) {
		CHECK_OK(setresuid(NO_UID, NO_UID, NO_UID));
		CHECK_ERRNO(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), EPERM);
		test_exit();
	}
	CHECK_CHILD(child);
}
