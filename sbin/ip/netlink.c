/* ip: requests to NETLINK_ROUTE and their answers. One socket for the program. */
#include <net/if.h>

#include "ip.h"

struct sockaddr_netlink {
	uint16_t family, pad;
	uint32_t port, groups;
};

static struct {
	struct message h;
	char body[1024];
} request;
static char answers[65536];
static int netlink_socket = -1;

void request_begin(int type, int flags, const void *header, size_t size)
{
	static uint32_t sequence;

	memset(&request, 0, sizeof(request));
	request.h = (struct message) { (uint32_t)(sizeof(request.h) + size), (uint16_t)type, (uint16_t)(FLAG_REQUEST | flags), ++sequence, 0 };
	memcpy(request.body, header, size);
}

void request_add(int type, const void *data, size_t size)
{
	struct attribute a = { (uint16_t)(sizeof(a) + size), (uint16_t)type };
	char *at = (char *)&request + request.h.length;

	memcpy(at, &a, sizeof(a));
	memcpy(at + sizeof(a), data, size);
	request.h.length += (a.length + 3u) & ~3u;
}

static void send_request(void)
{
	struct sockaddr_netlink kernel = { .family = AF_NETLINK };

	if (netlink_socket < 0)
		netlink_socket = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (netlink_socket < 0 || sendto(netlink_socket, &request, request.h.length, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		tool_fail(1, "cannot talk to rtnetlink: %s", strerror(errno));
}

/* fn for each answer until the request is done. */
static void read_answers(void (*fn)(const struct message *m), bool dump)
{
	for (;;) {
		ssize_t n = recv(netlink_socket, answers, sizeof(answers), 0);

		if (n < 0)
			tool_fail(1, "netlink: %s", strerror(errno));
		for (char *at = answers; n >= (ssize_t)sizeof(struct message);) {
			const struct message *m = (const struct message *)at;
			int error;

			memcpy(&error, body_of(m), sizeof(error));
			if (m->type == 3)
				return;
			if (m->type == 2 && error) {
				fflush(stdout);
				fprintf(stderr, "RTNETLINK answers: %s\n", strerror(-error));
				exit(2);
			}
			if (m->type == 2)
				return;
			if (fn)
				fn(m);
			if (!dump && fn)
				return;
			at += (m->length + 3u) & ~3u;
			n -= (ssize_t)((m->length + 3u) & ~3u);
		}
	}
}

void request_perform(void)
{
	request.h.flags |= FLAG_ACK;
	send_request();
	read_answers(NULL, false);
}

void answers_of_request(void (*fn)(const struct message *m))
{
	send_request();
	read_answers(fn, false);
}

void answers_of_dump(int type, int family, void (*fn)(const struct message *m))
{
	struct link_header all = { .family = (uint8_t)family };

	request_begin(type, FLAG_DUMP, &all, sizeof(all));
	send_request();
	read_answers(fn, true);
}

const void *attribute_of(const struct message *m, size_t skip, int type, size_t *size)
{
	const char *at = (const char *)body_of(m) + skip, *end = (const char *)m + m->length;

	while (end - at >= (ptrdiff_t)sizeof(struct attribute)) {
		const struct attribute *a = (const struct attribute *)at;

		if (a->length < sizeof(*a) || a->length > end - at)
			break;
		if (a->type == type) {
			if (size)
				*size = a->length - sizeof(*a);
			return a + 1;
		}
		at += (a->length + 3u) & ~3u;
	}
	return NULL;
}

unsigned device_index(const char *name)
{
	unsigned index = if_nametoindex(name);

	if (!index) {
		fprintf(stderr, "Cannot find device \"%s\"\n", name);
		exit(1);
	}
	return index;
}

const char *device_name(unsigned index)
{
	static char name[IF_NAMESIZE];

	return if_indextoname(index, name) ? name : "?";
}
