/*
 * getaddrinfo against a name server of its own at 127.0.0.1: lost, forged, cut and refusing answers, chains, the search list. Writes
 * /etc/resolv.conf and /etc/hosts, so it is for a machine of its own. Prints "names: ok", or where it failed.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 53

static void check(int good, const char *what)
{
	if (!good) {
		fprintf(stderr, "names: %s\n", what);
		exit(1);
	}
}

/* The question's name as text; where its type stands. */
static size_t read_name(const uint8_t *m, char *name)
{
	size_t at = 12;

	*name = '\0';
	while (m[at]) {
		strncat(name, (const char *)m + at + 1, m[at]);
		strcat(name, ".");
		at += m[at] + 1u;
	}
	return at + 1;
}

static size_t add_record(uint8_t *m, size_t at, unsigned owner, unsigned type, const void *data, size_t size)
{
	const uint8_t head[] = { 0xc0, (uint8_t)owner, 0, (uint8_t)type, 0, 1, 0, 0, 0, 9, 0, (uint8_t)size };

	memcpy(m + at, head, sizeof(head));
	memcpy(m + at + sizeof(head), data, size);
	m[7]++;
	return at + sizeof(head) + size;
}

/* Makes the answer out of the question; its length, 0: silence. */
static size_t answer(uint8_t *m, int stream)
{
	static int lost;
	char name[256];
	size_t at = read_name(m, name), end = at + 4;
	unsigned type = m[at + 1];

	m[2] |= 0x80;
	m[3] = 0;
	m[11] = 0;
	if (!strcmp(name, "lost.example.") && lost++ < 2)
		return 0;
	if (!strcmp(name, "refused.example."))
		m[3] = 5;
	else if (!strcmp(name, "chain.example.")) {
		size_t alias = add_record(m, end, 12, 5, "\3end\xc0\x12", 6);	/* end.example */

		end = type == 1 ? add_record(m, alias, (unsigned)alias - 6, 1, "\12\0\0\5", 4) : alias;
	} else if (!strcmp(name, "cut.example.") && !stream)
		m[2] |= 2;
	else if (!strcmp(name, "cut.example."))
		for (int i = 0; i < 40 && type == 1; i++)
			end = add_record(m, end, 12, 1, (uint8_t[]) { 10, 0, 1, (uint8_t)i }, 4);
	else if (!strcmp(name, "both.example.") || !strcmp(name, "lost.example.") || !strcmp(name, "short.search.test."))
		end = type == 1 ? add_record(m, end, 12, 1, "\12\0\0\1", 4) : add_record(m, end, 12, 28, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	else if (!strcmp(name, "1.0.0.10.in-addr.arpa."))
		end = add_record(m, end, 12, 12, "\4both\7example", 14);
	else if (strcmp(name, "empty.example."))
		m[3] = 3;
	return end;
}

static void serve_datagrams(int fd)
{
	uint8_t m[2048], forged[2048];
	struct sockaddr_in peer;
	ssize_t n;

	for (;;) {
		socklen_t length = sizeof(peer);
		size_t size;

		n = recvfrom(fd, m, 512, 0, (struct sockaddr *)&peer, &length);
		if (n < 17)
			continue;
		memset(m + n, 0, sizeof(m) - (size_t)n);
		memcpy(forged, m, sizeof(m));
		forged[0] ^= 0x55;		/* another id, and another address */
		forged[2] |= 0x80;
		sendto(fd, forged, add_record(forged, (size_t)n, 12, 1, "\x63\x63\x63\x63", 4), 0, (struct sockaddr *)&peer, length);
		size = answer(m, 0);
		if (size)
			sendto(fd, m, size, 0, (struct sockaddr *)&peer, length);
	}
}

static void serve_streams(int fd)
{
	for (;;) {
		uint8_t m[4096] = { 0 }, prefix[2];
		int peer = accept(fd, NULL, NULL);
		size_t size;

		if (recv(peer, prefix, 2, MSG_WAITALL) == 2 && recv(peer, m, (size_t)(prefix[0] << 8 | prefix[1]), MSG_WAITALL) > 0) {
			size = answer(m, 1);
			prefix[0] = (uint8_t)(size >> 8);
			prefix[1] = (uint8_t)size;
			send(peer, prefix, 2, MSG_MORE);
			send(peer, m, size, 0);
		}
		close(peer);
	}
}

static void start(int type, void (*serve)(int))
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, type, 0);

	check(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "bind");
	check(type == SOCK_DGRAM || listen(fd, 5) == 0, "listen");
	if (fork() == 0)
		serve(fd);
	close(fd);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	check(file && fputs(text, file) >= 0 && fclose(file) == 0, path);
}

/* What getaddrinfo says of a name: the addresses in a line, or the error. */
static void expect(const char *name, int family, const char *want)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME }, *list;
	int error = getaddrinfo(name, "80", &hints, &list), count = 0;
	char text[4096] = "", one[64];

	if (error) {
		snprintf(text, sizeof(text), "%s", gai_strerror(error));
	} else {
		for (struct addrinfo *a = list; a; a = a->ai_next, count++) {
			getnameinfo(a->ai_addr, a->ai_addrlen, one, sizeof(one), NULL, 0, NI_NUMERICHOST);
			if (count < 3)
				snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", one);
		}
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%d %s", count, list->ai_canonname);
		freeaddrinfo(list);
	}
	if (strcmp(text, want)) {
		fprintf(stderr, "names: %s: %s, not %s\n", name, text, want);
		exit(1);
	}
}

static void expect_reverse(const char *address, int flags, const char *want)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80) };
	char name[256] = "", service[32] = "";

	inet_pton(AF_INET, address, &in.sin_addr);
	getnameinfo((struct sockaddr *)&in, sizeof(in), name, sizeof(name), service, sizeof(service), flags);
	check(!strcmp(name, want) && !strcmp(service, "http"), want);
}

int main(void)
{
	start(SOCK_DGRAM, serve_datagrams);
	start(SOCK_STREAM, serve_streams);
	write_file("/etc/resolv.conf", "search search.test\nnameserver 127.0.0.1\noptions timeout:1 attempts:3\n");
	write_file("/etc/hosts", "10.9.8.7 known.example known # a comment\n");
	expect("known", AF_INET, "10.9.8.7 1 known.example");
	expect("LOCALHOST", AF_INET, "127.0.0.1 1 localhost");
	expect("both.example", AF_INET6, "2001:db8::1 1 both.example");
	expect("both.example.", AF_INET, "10.0.0.1 1 both.example");
	expect("lost.example", AF_INET, "10.0.0.1 1 lost.example");
	expect("chain.example", AF_UNSPEC, "10.0.0.5 1 end.example");
	expect("cut.example", AF_INET, "10.0.1.0 10.0.1.1 10.0.1.2 40 cut.example");
	expect("short", AF_INET, "10.0.0.1 1 short.search.test");
	expect("none.example", AF_UNSPEC, gai_strerror(EAI_NONAME));
	expect("empty.example", AF_UNSPEC, "No address associated with hostname");
	expect("refused.example", AF_INET, gai_strerror(EAI_AGAIN));
	expect_reverse("10.0.0.1", 0, "both.example");
	expect_reverse("10.9.8.7", NI_NAMEREQD, "known.example");
	expect_reverse("10.0.0.2", 0, "10.0.0.2");
	check(gethostbyname("known") && !memcmp(gethostbyname("known")->h_addr, "\12\11\10\7", 4), "gethostbyname");
	puts("names: ok");
	return 0;
}
