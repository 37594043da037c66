/*
 * Addresses as text and back, getaddrinfo and getnameinfo of numbers, and the loopback device's names and addresses, at random and for
 * odd cases: one line for each answer.
 */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long state = 1;

static unsigned next(unsigned bound)
{
	state = state * 6364136223846793005ul + 1442695040888963407ul;
	return (unsigned)(state >> 33) % bound;
}

static void print_bytes(const unsigned char *b, int n)
{
	for (int i = 0; i < n; i++)
		printf("%02x", b[i]);
}

static void read_text(const char *text)
{
	unsigned char b[16];
	struct in_addr a = { 0 };
	int n = inet_pton(AF_INET, text, b);

	printf("%s: pton %d ", text, n);
	if (n == 1)
		print_bytes(b, 4);
	n = inet_pton(AF_INET6, text, b);
	printf(" pton6 %d ", n);
	if (n == 1)
		print_bytes(b, 16);
	n = inet_aton(text, &a);
	printf(" aton %d %08x\n", n, n ? a.s_addr : 0);
}

/* Groups of which many are zero, so that "::" is met in every place. */
static void write_random(void)
{
	unsigned char b[16] = { 0 };
	char text[64], small[8];

	for (int i = 0; i < 16; i += 2) {
		if (next(3))
			continue;
		b[i] = next(2) ? (unsigned char)next(256) : 0;
		b[i + 1] = (unsigned char)next(256);
	}
	if (!next(4)) {
		memset(b, 0, 12);
		if (next(2))
			b[10] = b[11] = 0xff;
	}
	printf("%s", inet_ntop(AF_INET6, b, text, sizeof(text)));
	printf(" %s", inet_ntop(AF_INET, b + 12, text, sizeof(text)));
	printf(" %s\n", inet_ntop(AF_INET6, b, small, sizeof(small)) ? small : "no room");
}

static void read_random(void)
{
	static const char letters[] = "0123456789abcdef::::....xG%";
	char text[24];
	unsigned n = next(20) + 1;

	for (unsigned i = 0; i < n; i++)
		text[i] = letters[next(sizeof(letters) - 1)];
	text[n] = '\0';
	read_text(text);
}

static void resolve(const char *host, const char *service, int family, int type, int flags)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = type, .ai_flags = flags }, *list;
	char name[100], port[20];
	int error = getaddrinfo(host, service, &hints, &list);

	printf("getaddrinfo %s %s %d %d %x: %d\n", host ? host : "-", service ? service : "-", family, type, flags, error);
	if (error)
		return;
	for (struct addrinfo *a = list; a; a = a->ai_next) {
		if (getnameinfo(a->ai_addr, a->ai_addrlen, name, sizeof(name), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV))
			strcpy(name, "?");
		printf("  %d %d %d %s %s %s\n", a->ai_family, a->ai_socktype, a->ai_protocol, name, port, a->ai_canonname ? a->ai_canonname : "-");
	}
	freeaddrinfo(list);
}

static void macros(void)
{
	unsigned char control[200] = { 0 };
	struct msghdr m = { .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	for (int n = 1; c; c = CMSG_NXTHDR(&m, c), n += 5) {
		c->cmsg_len = CMSG_LEN((size_t)n);
		printf("message at %ld, data at %ld, space %zu\n", (long)((unsigned char *)c - control), (long)(CMSG_DATA(c) - control),
		       (size_t)CMSG_SPACE((size_t)n));
	}
}

static void name_of(const void *address, socklen_t length, socklen_t host_room, socklen_t port_room, int flags)
{
	char host[64] = "", port[32] = "";
	int error = getnameinfo(address, length, host_room ? host : NULL, host_room, port_room ? port : NULL, port_room, flags);

	printf("getnameinfo %u %u %u %x: %d", length, host_room, port_room, flags, error);
	if (!error)
		printf(" %s %s", host, port);
	putchar('\n');
}

static void name_addresses(void)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(0xc0000201) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(65535), .sin6_addr = { { { 0xfe, 0x80, [15] = 1 } } } };
	const int numbers = NI_NUMERICHOST | NI_NUMERICSERV;

	name_of(&v4, sizeof(v4), 64, 32, numbers);
	for (socklen_t room = 0; room <= 12; room++)
		name_of(&v4, sizeof(v4), room, 32, numbers);
	for (socklen_t room = 0; room <= 4; room++)
		name_of(&v4, sizeof(v4), 64, room, numbers);
	name_of(&v4, sizeof(v4) - 1, 64, 32, numbers);
	name_of(&v4, 0, 64, 32, numbers);
	name_of(&v4, sizeof(v4), 64, 32, numbers | 0x40000);
	name_of(&v6, sizeof(v6), 64, 32, numbers);
	name_of(&v6, sizeof(v6) - 5, 64, 32, numbers);
	v6.sin6_scope_id = 1;
	name_of(&v6, sizeof(v6), 64, 32, numbers);
	v6.sin6_scope_id = 77777;
	name_of(&v6, sizeof(v6), 64, 32, numbers);
	v6.sin6_addr.s6_addr[0] = 0x20;
	name_of(&v6, sizeof(v6), 64, 32, numbers);
	v4.sin_family = 77;
	name_of(&v4, sizeof(v4), 64, 32, numbers);
}

static void name_devices(void)
{
	struct if_nameindex *all = if_nameindex();
	char name[IF_NAMESIZE];

	for (struct if_nameindex *i = all; i && i->if_index; i++) {
		if (!strcmp(i->if_name, "lo"))
			printf("lo is device %u\n", i->if_index);
	}
	if_freenameindex(all);
	printf("%u %s\n", if_nametoindex("lo"), if_indextoname(1, name));
	for (int i = 0; i < 3; i++) {
		const char *const none[] = { "", "no such", "a name that is longer than any" };

		errno = 0;
		printf("if_nametoindex %s: %u", none[i], if_nametoindex(none[i]));
		printf(" %d\n", errno);
	}
	errno = 0;
	printf("if_indextoname: %d", if_indextoname(77777, name) == NULL);
	printf(" %d\n", errno);
}

static void device_addresses(void)
{
	struct ifaddrs *all = NULL;
	char text[64], mask[64];

	printf("getifaddrs %d\n", getifaddrs(&all));
	for (struct ifaddrs *a = all; a; a = a->ifa_next) {
		if (strcmp(a->ifa_name, "lo") || !a->ifa_addr)
			continue;
		if (a->ifa_addr->sa_family != AF_INET) {
			if (a->ifa_addr->sa_family != AF_INET6)
				printf("lo: family %d flags %x\n", a->ifa_addr->sa_family, a->ifa_flags);
			continue;
		}
		inet_ntop(AF_INET, &((struct sockaddr_in *)a->ifa_addr)->sin_addr, text, sizeof(text));
		inet_ntop(AF_INET, &((struct sockaddr_in *)a->ifa_netmask)->sin_addr, mask, sizeof(mask));
		printf("lo: %s %s flags %x\n", text, mask, a->ifa_flags);
	}
	freeifaddrs(all);
}

int main(void)
{
	static const char *const texts[] = {
		"", "1.2.3.4", "1.2.3.4 ", "01.2.3.4", "1.2.3", "1.2", "1", "0x7f.1", "0377.1.1.1", "256.1.1.1", "1.2.3.256", "4294967295",
		"4294967296", "1.2.3.4.5", "1..2.3", ".1.2.3", "1.2.3.", "a.b.c.d", "::", "::1", "1::", "1::2", ":", ":::", "1:::2", "1::2::3",
		"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "12345::",
		"::1.2.3.4", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "::g", "1:",
		":1", "fe80::1%1", "ABCD::Ef", "::01234",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		read_text(texts[i]);
	for (int i = 0; i < 20000; i++) {
		write_random();
		read_random();
	}
	for (int type = 0; type <= 3; type++) {
		resolve("1.2.3.4", "80", AF_UNSPEC, type, AI_NUMERICHOST);
		resolve("::1", "80", AF_UNSPEC, type, AI_CANONNAME | AI_NUMERICHOST);
		resolve("1.2.3.4", NULL, AF_UNSPEC, type, AI_NUMERICHOST);
	}
	resolve(NULL, "80", AF_INET, SOCK_STREAM, AI_PASSIVE);
	resolve(NULL, "80", AF_INET6, SOCK_STREAM, AI_PASSIVE);
	resolve(NULL, "80", AF_INET, SOCK_DGRAM, 0);
	resolve(NULL, NULL, AF_INET, SOCK_STREAM, 0);
	resolve("x", NULL, AF_INET, SOCK_STREAM, AI_NUMERICHOST);
	resolve("1.2.3.4", "nonsense", AF_INET, SOCK_STREAM, AI_NUMERICSERV);
	resolve("1.2.3.4", "80", 99, SOCK_STREAM, 0);
	resolve("1.2.3.4", "80", AF_INET, 99, 0);
	resolve(NULL, "80", AF_INET, SOCK_STREAM, AI_CANONNAME);
	resolve("fe80::1%lo", "1", AF_INET6, SOCK_STREAM, 0);
	macros();
	name_addresses();
	name_devices();
	device_addresses();
	return 0;
}
