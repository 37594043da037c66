/* icmp(7): ping sockets send echo requests under their own identifier and hear the answers alone; IPv4 and IPv6. */
#include "test.h"
#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

static void exchange(int family, void *to, socklen_t length, unsigned char request, unsigned char reply)
{
	int s = CHECK_OK(socket(family, SOCK_DGRAM, family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6));
	int t = CHECK_OK(socket(family, SOCK_DGRAM, family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6));
	unsigned char out[1000] = { 0 }, in[1100];
	struct sockaddr_storage name, from;
	socklen_t n = sizeof(name), m = sizeof(from);
	unsigned short id;

	for (size_t i = 8; i < sizeof(out); i++)
		out[i] = (unsigned char)(i * 5);
	out[0] = request;
	out[7] = 3;
	if (sendto(s, out, sizeof(out), 0, to, length) < 0 && family == AF_INET6) {
		CHECK(errno == EADDRNOTAVAIL || errno == ENETUNREACH);	/* a machine without IPv6 */
		CHECK_OK(close(s));
		CHECK_OK(close(t));
		return;
	}
	CHECK_OK(getsockname(s, (void *)&name, &n));
	id = family == AF_INET ? ((struct sockaddr_in *)&name)->sin_port : ((struct sockaddr_in6 *)&name)->sin6_port;
	CHECK(id != 0);
	CHECK_EQ(recvfrom(s, in, sizeof(in), 0, (void *)&from, &m), sizeof(out));
	CHECK_EQ(from.ss_family, family);
	CHECK_EQ(in[0], reply);
	CHECK(memcmp(in + 4, &id, 2) == 0);
	CHECK_EQ(in[7], 3);
	CHECK_BYTES(in + 8, out + 8, sizeof(out) - 8);
	CHECK_OK(connect(t, to, length));
	CHECK_EQ(send(t, out, 8, 0), 8);
	CHECK_EQ(recv(t, in, sizeof(in), 0), 8);
	CHECK_ERRNO(recv(s, in, sizeof(in), MSG_DONTWAIT), EAGAIN);	/* nobody else's answers */
	CHECK_ERRNO(send(t, out, 7, 0), EINVAL);
	out[0] = reply;
	CHECK_ERRNO(send(t, out, 8, 0), EINVAL);
	CHECK_ERRNO(bind(t, (void *)&name, n), EINVAL);
	CHECK_OK(close(t));
	t = CHECK_OK(socket(family, SOCK_DGRAM, family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6));
	CHECK_OK(close(s));
	CHECK_OK(bind(t, (void *)&name, n));
	CHECK_OK(close(t));
}

static void test(void)
{
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 local6 = { .sin6_family = AF_INET6, .sin6_addr = { { { [15] = 1 } } } };
	int s = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);

	if (s < 0 && errno == EACCES)
		test_skip("net.ipv4.ping_group_range does not let us");
	CHECK_OK(close(s));
	exchange(AF_INET, &local, sizeof(local), ICMP_ECHO, ICMP_ECHOREPLY);
	exchange(AF_INET6, &local6, sizeof(local6), ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY);
}
