/*
 * nslookup [-p PORT] [-t TYPE] [-w SECONDS] NAME|ADDRESS [SERVER]: asks a DNS server (the first of /etc/resolv.conf) and prints what it
 * says, record by record: A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TXT. An address is asked for its name. Status 1: no answer, or the name
 * does not exist.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <poll.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "tool.h"

#define HEADER   12
#define NAME     1025		/* bytes of a name as text: 255 bytes of which each may need four characters */
#define MESSAGE  65536
#define TRIES    3
#define OPERANDS "[-p PORT] [-t TYPE] [-w SECONDS] NAME|ADDRESS [SERVER]"

static const struct type {
	const char *name;
	uint16_t number;
} types[] = {
	{ "A", 1 }, { "NS", 2 }, { "CNAME", 5 }, { "SOA", 6 }, { "PTR", 12 }, { "MX", 15 }, { "TXT", 16 }, { "AAAA", 28 }, { "SRV", 33 },
	{ "ANY", 255 },
};

static const char *const codes[] = {
	"no error", "the server does not understand the question", "the server failed", "the name does not exist",
	"the server cannot do that", "the server refuses",
};

struct message {
	uint8_t bytes[MESSAGE];
	size_t length;
};

static uint16_t get16(const uint8_t *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static const char *type_name(uint16_t number, char room[16])
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (types[i].number == number)
			return types[i].name;
	}
	snprintf(room, 16, "TYPE%u", number);
	return room;
}

static uint16_t type_number(const char *name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (!strcasecmp(types[i].name, name))
			return types[i].number;
	}
	tool_fail(2, "%s: not a type of record that is known here", name);
}

/* Appends bytes as printable text: others as \DDD (RFC 4343). */
static void add_text(char *out, size_t *used, size_t room, const uint8_t *data, size_t n)
{
	for (size_t i = 0; i < n && *used + 5 < room; i++) {
		if (isgraph(data[i]) && data[i] != '\\' && data[i] != '.')
			out[(*used)++] = (char)data[i];
		else
			*used += (size_t)snprintf(out + *used, 5, "\\%03u", data[i]);
	}
	out[*used] = '\0';
}

/* The name at `at`; where what follows it stands, or 0: malformed. Pointers lead backwards only, so this ends. */
static size_t get_name(const struct message *m, size_t at, char text[NAME])
{
	size_t end = 0, limit = at, used = 0;

	text[0] = '\0';
	while (at < m->length && m->bytes[at]) {
		uint8_t n = m->bytes[at];

		if ((n & 0xc0) == 0xc0) {
			if (m->length - at < 2)
				return 0;
			end = end ? end : at + 2;
			at = get16(m->bytes + at) & 0x3fff;
			if (at >= limit)
				return 0;
			limit = at;
			continue;
		}
		if (n > 63 || n >= m->length - at || used + 4u * n + 2 > NAME)
			return 0;
		add_text(text, &used, NAME, m->bytes + at + 1, n);
		text[used++] = '.';
		text[used] = '\0';
		at += n + 1u;
	}
	if (at >= m->length)
		return 0;
	if (!used)
		strcpy(text, ".");
	return end ? end : at + 1;
}

/* NS, CNAME, SOA, PTR, MX, SRV. */
static bool holds_name(uint16_t type)
{
	return type == 2 || type == 5 || type == 6 || type == 12 || type == 15 || type == 33;
}

static void print_strings(const uint8_t *data, uint16_t size)
{
	for (size_t i = 0; i < size && i + data[i] < size; i += data[i] + 1u) {
		putchar('"');
		for (size_t k = i + 1; k <= i + data[i]; k++) {
			if (isprint(data[k]))
				putchar(data[k]);
			else
				printf("\\%03u", data[k]);
		}
		printf("\" ");
	}
	putchar('\n');
}

/* The names and numbers of a record's data as one line. */
static void print_data(const struct message *m, uint16_t type, size_t at, uint16_t size)
{
	const uint8_t *data = m->bytes + at;
	size_t names = type == 15 ? 2 : type == 33 ? 6 : 0;
	char text[NAME], second[NAME];

	if ((type == 1 && size == 4) || (type == 28 && size == 16)) {
		puts(inet_ntop(type == 1 ? AF_INET : AF_INET6, data, text, sizeof(text)));
	} else if (type == 16) {
		print_strings(data, size);
	} else if (holds_name(type) && size > names && (at = get_name(m, at + names, text))) {
		for (size_t i = 0; i < names; i += 2)
			printf("%u ", get16(data + i));
		if (type == 6 && get_name(m, at, second))
			printf("%s %s\n", text, second);
		else
			puts(text);
	} else {
		printf("%u bytes\n", size);
	}
}

/* Prints the records of the answer; how many there are, or -1: malformed. */
static int print_answers(const struct message *m)
{
	size_t at = HEADER;
	char name[NAME], room[16];
	int count = get16(m->bytes + 6);

	for (int i = get16(m->bytes + 4); i > 0; i--) {
		at = get_name(m, at, name);
		if (!at || m->length - at < 4)
			return -1;
		at += 4;
	}
	for (int i = 0; i < count; i++) {
		uint16_t type, size;

		at = get_name(m, at, name);
		if (!at || m->length - at < 10)
			return -1;
		type = get16(m->bytes + at);
		size = get16(m->bytes + at + 8);
		at += 10;
		if (m->length - at < size)
			return -1;
		printf("%s %s ", name, type_name(type, room));
		print_data(m, type, at, size);
		at += size;
	}
	return count;
}

static size_t write_question(uint8_t *out, uint16_t id, const char *name, uint16_t type)
{
	uint8_t *at = out + HEADER;

	memset(out, 0, HEADER);
	out[0] = (uint8_t)(id >> 8);
	out[1] = (uint8_t)id;
	out[2] = out[5] = 1;		/* recursion desired; one question */
	while (*name && strcmp(name, ".")) {
		size_t n = strcspn(name, ".");

		if (!n || n > 63 || (size_t)(at - out) + n + 6 > HEADER + 255)
			tool_fail(2, "not a name");
		*at++ = (uint8_t)n;
		memcpy(at, name, n);
		at += n;
		name += n;
		name += *name == '.';
	}
	*at++ = 0;
	*at++ = (uint8_t)(type >> 8);
	*at++ = (uint8_t)type;
	*at++ = 0;
	*at++ = 1;
	return (size_t)(at - out);
}

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool read_all(int fd, uint8_t *out, size_t size)
{
	return recv(fd, out, size, MSG_WAITALL) == (ssize_t)size;
}

/* By UDP, a few times; the answer repeats the id and the question. */
static bool ask(const struct addrinfo *server, const uint8_t *question, size_t size, int seconds, struct message *m)
{
	int fd = socket(server->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (fd < 0 || connect(fd, server->ai_addr, server->ai_addrlen) < 0)
		tool_fail(1, "%s", strerror(errno));
	for (int i = 0; i < TRIES; i++) {
		long until = now() + seconds * 1000l, left;

		if (send(fd, question, size, 0) < 0)
			break;
		while ((left = until - now()) > 0 && poll(&p, 1, (int)left) > 0) {
			ssize_t n = recv(fd, m->bytes, sizeof(m->bytes), 0);

			if (n < 0)
				tool_fail(1, "no server there: %s", strerror(errno));
			m->length = (size_t)n;
			if (m->length >= size && !memcmp(m->bytes, question, 2) && (m->bytes[2] & 0x80) &&
			    !memcmp(m->bytes + HEADER, question + HEADER, size - HEADER)) {
				close(fd);
				return true;
			}
		}
	}
	close(fd);
	return false;
}

/* The same by TCP, for an answer that was cut. */
static bool ask_stream(const struct addrinfo *server, const uint8_t *question, size_t size, int seconds, struct message *m)
{
	int fd = socket(server->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval wait = { .tv_sec = seconds };
	uint8_t prefix[2] = { (uint8_t)(size >> 8), (uint8_t)size };
	bool good;

	if (fd < 0)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	good = connect(fd, server->ai_addr, server->ai_addrlen) == 0 && send(fd, prefix, 2, MSG_NOSIGNAL | MSG_MORE) == 2 &&
	       send(fd, question, size, MSG_NOSIGNAL) == (ssize_t)size && read_all(fd, prefix, 2);
	m->length = get16(prefix);
	good = good && m->length >= HEADER && read_all(fd, m->bytes, m->length) && !memcmp(m->bytes, question, 2);
	close(fd);
	return good;
}

static const char *first_server(void)
{
	static char line[512], server[64];
	FILE *file = fopen("/etc/resolv.conf", "re");

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "nameserver %63s", server) == 1)
			break;
	}
	if (file)
		fclose(file);
	return *server ? server : "127.0.0.1";
}

/* Addresses become the name below which their names are kept. */
static const char *reverse(const char *text, char out[NAME])
{
	uint8_t b[16];

	if (inet_pton(AF_INET, text, b) == 1) {
		snprintf(out, NAME, "%u.%u.%u.%u.in-addr.arpa", b[3], b[2], b[1], b[0]);
		return out;
	}
	if (inet_pton(AF_INET6, text, b) != 1)
		return NULL;
	for (int i = 0; i < 16; i++)
		snprintf(out + 4 * i, 5, "%x.%x.", b[15 - i] & 0xf, b[15 - i] >> 4);
	strcat(out, "ip6.arpa");
	return out;
}

/* One question; false: no answer, or a bad one. */
static bool look_up(const struct addrinfo *server, const char *name, uint16_t type, int seconds, int *count)
{
	static struct message m;
	uint8_t question[HEADER + 260];
	uint16_t id;
	size_t size;
	int n;

	getrandom(&id, sizeof(id), 0);
	size = write_question(question, id, name, type);
	if (!ask(server, question, size, seconds, &m))
		tool_fail(1, "no answer");
	if ((m.bytes[2] & 2) && !ask_stream(server, question, size, seconds, &m))
		tool_fail(1, "the answer is cut, and TCP does not work");
	n = m.bytes[3] & 0xf;
	if (n) {
		fflush(stdout);
		fprintf(stderr, "nslookup: %s: %s\n", name, n < 6 ? codes[n] : "an error of the server");
		return false;
	}
	n = print_answers(&m);
	if (n < 0)
		tool_fail(1, "the answer is malformed");
	*count += n;
	return true;
}

int main(int argc, char **argv)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV }, *server;
	const char *port = "53", *type = NULL, *name;
	int option, seconds = 2, count = 0, error;
	char room[NAME];

	tool_name = "nslookup";
	while ((option = getopt(argc, argv, "p:t:w:")) >= 0) {
		if (option == 'p')
			port = optarg;
		else if (option == 't')
			type = optarg;
		else if (option == 'w')
			seconds = (int)tool_number(optarg);
		else
			tool_usage(OPERANDS);
	}
	if (argc - optind < 1 || argc - optind > 2 || seconds < 1 || seconds > 3600)
		tool_usage(OPERANDS);
	error = getaddrinfo(argc - optind == 2 ? argv[optind + 1] : first_server(), port, &hints, &server);
	if (error)
		tool_fail(1, "the server: %s", gai_strerror(error));
	name = type ? NULL : reverse(argv[optind], room);
	if (name || type) {
		if (!look_up(server, name ? name : argv[optind], name ? 12 : type_number(type), seconds, &count))
			return 1;
	} else if (!look_up(server, argv[optind], 1, seconds, &count) || !look_up(server, argv[optind], 28, seconds, &count)) {
		return 1;
	}
	if (!count)
		tool_fail(1, "%s: no such record", argv[optind]);
	return tool_end();
}
