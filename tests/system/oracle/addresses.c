/* Addresses as text and back, and getaddrinfo and getnameinfo of numbers, at random and for odd cases: one line for each answer. */
#include <arpa/inet.h>
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
	return 0;
}
