/*
 * The order in which a program should try a host's addresses: RFC 6724, section 6, as far as rules can differ here (no home
 * addresses, no deprecated ones, no tunnels). The source that would be used is asked from the kernel by connecting a datagram socket.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "resolver_impl.h"

#define SCOPE_LINK   2
#define SCOPE_SITE   5
#define SCOPE_GLOBAL 14

/* The default policy table (2.1), longest prefixes first. */
static const struct policy {
	uint8_t prefix[16], bits, precedence, label;
} policies[] = {
	{ { [15] = 1 }, 128, 50, 0 },			/* ::1 */
	{ { [10] = 0xff, 0xff }, 96, 35, 4 },		/* IPv4 */
	{ { 0 }, 96, 1, 3 },
	{ { 0x20, 0x01, 0, 0 }, 32, 5, 5 },		/* Teredo */
	{ { 0x20, 0x02 }, 16, 30, 2 },			/* 6to4 */
	{ { 0x3f, 0xfe }, 16, 1, 12 },
	{ { 0xfe, 0xc0 }, 10, 1, 11 },
	{ { 0xfc }, 7, 3, 13 },
	{ { 0 }, 0, 40, 1 },
};

struct candidate {
	struct host_address address;
	uint8_t bytes[16], source[16];	/* IPv4 is ::ffff:a.b.c.d */
	bool usable;
	int scope, source_scope, label, source_label, precedence, common;
	unsigned place;
};

static unsigned common_bits(const uint8_t *a, const uint8_t *b)
{
	unsigned n = 0;

	while (n < 128 && !((a[n / 8] ^ b[n / 8]) & 0x80 >> n % 8))
		n++;
	return n;
}

static const struct policy *policy_of(const uint8_t *bytes)
{
	const struct policy *p = policies;

	while (common_bits(p->prefix, bytes) < p->bits)
		p++;
	return p;
}

static bool is_v4(const uint8_t *b)
{
	return common_bits(b, policies[1].prefix) >= 96;
}

/* 3.1 and 3.2: loopback and 169.254/16 count as the link's. */
static int scope_of(const uint8_t *b)
{
	if (is_v4(b))
		return b[12] == 127 || (b[12] == 169 && b[13] == 254) ? SCOPE_LINK : SCOPE_GLOBAL;
	if (b[0] == 0xff)
		return b[1] & 0xf;
	if ((b[0] == 0xfe && (b[1] & 0xc0) == 0x80) || !memcmp(b, &in6addr_loopback, 16))
		return SCOPE_LINK;
	return b[0] == 0xfe && (b[1] & 0xc0) == 0xc0 ? SCOPE_SITE : SCOPE_GLOBAL;
}

static void map_v4(uint8_t *out, const void *v4)
{
	memcpy(out, policies[1].prefix, 12);
	memcpy(out + 12, v4, 4);
}

/* The address that this machine would send from; false: no way there. */
static bool find_source(const struct host_address *a, uint8_t *source)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(9), .sin6_scope_id = a->scope };
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(9) };
	struct sockaddr *any = a->family == AF_INET ? (void *)&v4 : (void *)&v6;
	socklen_t length = a->family == AF_INET ? sizeof(v4) : sizeof(v6);
	int fd = socket(a->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool good;

	if (fd < 0)
		return false;
	memcpy(a->family == AF_INET ? (void *)&v4.sin_addr : (void *)&v6.sin6_addr, a->bytes, a->family == AF_INET ? 4 : 16);
	good = connect(fd, any, length) == 0 && getsockname(fd, any, &length) == 0;
	close(fd);
	if (a->family == AF_INET)
		map_v4(source, &v4.sin_addr);
	else
		memcpy(source, &v6.sin6_addr, 16);
	return good;
}

static void judge(struct candidate *c, const struct host_address *a, unsigned place)
{
	const struct policy *policy;

	*c = (struct candidate){ .address = *a, .place = place };
	if (a->family == AF_INET)
		map_v4(c->bytes, a->bytes);
	else
		memcpy(c->bytes, a->bytes, 16);
	policy = policy_of(c->bytes);
	c->scope = scope_of(c->bytes);
	c->label = policy->label;
	c->precedence = policy->precedence;
	c->usable = find_source(a, c->source);
	if (!c->usable)
		return;
	c->source_scope = scope_of(c->source);
	c->source_label = policy_of(c->source)->label;
	c->common = a->family == AF_INET6 ? (int)common_bits(c->bytes, c->source) : 0;
	if (c->common > 64)
		c->common = 64;		/* beyond the prefix, nearness means nothing */
}

/* Whether `a` is to be tried before `b`: rules 1, 2, 5, 6, 8, 9, 10. */
static bool before(const struct candidate *a, const struct candidate *b)
{
	if (a->usable != b->usable)
		return a->usable;
	if (a->usable) {
		bool scope_a = a->scope == a->source_scope, scope_b = b->scope == b->source_scope;
		bool label_a = a->label == a->source_label, label_b = b->label == b->source_label;

		if (scope_a != scope_b)
			return scope_a;
		if (label_a != label_b)
			return label_a;
	}
	if (a->precedence != b->precedence)
		return a->precedence > b->precedence;
	if (a->scope != b->scope)
		return a->scope < b->scope;
	if (a->address.family == b->address.family && a->common != b->common)
		return a->common > b->common;
	return a->place < b->place;
}

void __host_order(struct host_list *list)
{
	struct candidate sorted[RESOLVER_FOUND], next;

	if (list->count < 2)
		return;
	for (unsigned i = 0; i < list->count; i++) {
		unsigned at = i;

		judge(&next, &list->all[i], i);
		for (; at > 0 && before(&next, &sorted[at - 1]); at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = next;
	}
	for (unsigned i = 0; i < list->count; i++)
		list->all[i] = sorted[i].address;
}
