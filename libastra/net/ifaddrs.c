/*
 * getifaddrs: the links and addresses that rtnetlink(7) lists, a link first as an entry of AF_PACKET, as on Linux. Each entry is one
 * block. Two dumps are not one moment: an address whose device has come between them is left out.
 */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWERS 32768		/* bytes: the most that the kernel puts into one datagram */

/* Of rtnetlink(7), named by what they are. */
struct message {
	uint32_t length;
	uint16_t type, flags;
	uint32_t sequence, port;
};

struct attribute {
	uint16_t length, type;
};

struct link_header { uint8_t family, pad; uint16_t type; int32_t index; uint32_t flags, change; };
struct address_header { uint8_t family, prefix, flags, scope; uint32_t index; };

enum { ERROR = 2, DONE = 3, NEW_LINK = 16, GET_LINK = 18, NEW_ADDRESS = 20, GET_ADDRESS = 22, REQUEST_DUMP = 0x301 };
enum { LINK_MAC = 1, LINK_BROADCAST = 2, LINK_NAME = 3, ADDRESS_FAR = 1, ADDRESS_LOCAL = 2, ADDRESS_BROADCAST = 4 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_ll link;
};

struct entry {
	struct ifaddrs list;		/* first: an entry is freed by it */
	unsigned index;
	char name[IF_NAMESIZE];
	union address address, mask, other;
};

/* A list that grows at its end. */
struct maker {
	int fd;
	struct ifaddrs *first, **end;
};

/* An attribute's data behind a header of `skip` bytes; NULL without one of at least `size` bytes. */
static const void *attribute_of(const struct message *m, size_t skip, int type, size_t size)
{
	const char *at = (const char *)(m + 1) + skip, *end = (const char *)m + m->length;

	while (end - at >= (ptrdiff_t)sizeof(struct attribute)) {
		const struct attribute *a = (const struct attribute *)at;

		if (a->length < sizeof(*a) || a->length > end - at)
			break;
		if (a->type == type)
			return a->length - sizeof(*a) >= size ? a + 1 : NULL;
		at += (a->length + 3u) & ~3u;
	}
	return NULL;
}

static struct entry *add(struct maker *m, unsigned index, const char *name, unsigned flags)
{
	struct entry *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->index = index;
	strlcpy(e->name, name, sizeof(e->name));
	e->list.ifa_name = e->name;
	e->list.ifa_flags = flags;
	*m->end = &e->list;
	m->end = &e->list.ifa_next;
	return e;
}

static struct sockaddr *set_link(union address *to, const struct link_header *h, const void *mac)
{
	to->link.sll_family = AF_PACKET;
	to->link.sll_ifindex = h->index;
	to->link.sll_hatype = h->type;
	if (mac) {
		to->link.sll_halen = 6;
		memcpy(to->link.sll_addr, mac, 6);
	}
	return &to->any;
}

static bool add_link(struct maker *maker, const struct message *m)
{
	const struct link_header *h = (const void *)(m + 1);
	const char *name = attribute_of(m, sizeof(*h), LINK_NAME, 2);
	struct entry *e = name ? add(maker, (unsigned)h->index, name, h->flags) : NULL;

	if (!name)
		return true;
	if (!e)
		return false;
	e->list.ifa_addr = set_link(&e->address, h, attribute_of(m, sizeof(*h), LINK_MAC, 6));
	e->list.ifa_broadaddr = set_link(&e->other, h, attribute_of(m, sizeof(*h), LINK_BROADCAST, 6));
	return true;
}

static struct sockaddr *set_address(union address *to, const struct address_header *h, const void *bytes)
{
	to->any.sa_family = h->family;
	if (h->family == AF_INET) {
		memcpy(&to->v4.sin_addr, bytes, 4);
	} else {
		memcpy(&to->v6.sin6_addr, bytes, 16);
		if (IN6_IS_ADDR_LINKLOCAL(&to->v6.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&to->v6.sin6_addr))
			to->v6.sin6_scope_id = h->index;
	}
	return &to->any;
}

static struct sockaddr *set_mask(union address *to, const struct address_header *h)
{
	uint8_t bytes[16] = { 0 };

	for (unsigned i = 0; i < h->prefix && i < 128; i++)
		bytes[i / 8] |= (uint8_t)(0x80 >> i % 8);
	to->any.sa_family = h->family;
	if (h->family == AF_INET)
		memcpy(&to->v4.sin_addr, bytes, 4);
	else
		memcpy(&to->v6.sin6_addr, bytes, 16);
	return &to->any;
}

/* The entry of AF_PACKET that stands for a device. */
static const struct entry *link_of(const struct maker *m, unsigned index)
{
	for (const struct ifaddrs *i = m->first; i && i->ifa_addr->sa_family == AF_PACKET; i = i->ifa_next) {
		if (((const struct entry *)i)->index == index)
			return (const struct entry *)i;
	}
	return NULL;
}

static bool add_address(struct maker *maker, const struct message *m)
{
	const struct address_header *h = (const void *)(m + 1);
	size_t size = h->family == AF_INET ? 4 : 16;
	const void *far = attribute_of(m, sizeof(*h), ADDRESS_FAR, size), *local = attribute_of(m, sizeof(*h), ADDRESS_LOCAL, size);
	const void *all = attribute_of(m, sizeof(*h), ADDRESS_BROADCAST, size);
	const struct entry *link = link_of(maker, h->index);
	struct entry *e;

	if ((h->family != AF_INET && h->family != AF_INET6) || !link || (!local && !far))
		return true;
	e = add(maker, h->index, link->name, link->list.ifa_flags);
	if (!e)
		return false;
	e->list.ifa_addr = set_address(&e->address, h, local ? local : far);
	e->list.ifa_netmask = set_mask(&e->mask, h);
	if (all)
		e->list.ifa_broadaddr = set_address(&e->other, h, all);
	else if (local && far && memcmp(local, far, size) && (e->list.ifa_flags & IFF_POINTOPOINT))
		e->list.ifa_dstaddr = set_address(&e->other, h, far);
	return true;
}

/* The messages of one datagram. 1: more will come; 0: that was all; -1 with errno. */
static int take(struct maker *maker, const char *at, size_t n)
{
	while (n >= sizeof(struct message)) {
		const struct message *m = (const struct message *)at;
		size_t size = (m->length + 3u) & ~3u;

		if (m->type == DONE)
			return 0;
		if (m->type == ERROR || m->length < sizeof(*m) + sizeof(struct address_header) || m->length > n) {
			errno = EIO;
			return -1;
		}
		if ((m->type == NEW_LINK && !add_link(maker, m)) || (m->type == NEW_ADDRESS && !add_address(maker, m)))
			return -1;
		at += size < n ? size : n;
		n -= size < n ? size : n;
	}
	return 1;
}

static bool dump(struct maker *m, int type, char *answers)
{
	struct {
		struct message h;
		struct link_header body;
	} question = { .h = { sizeof(question), (uint16_t)type, REQUEST_DUMP, (uint32_t)type, 0 } };
	int more = 1;

	if (send(m->fd, &question, sizeof(question), 0) < 0)
		return false;
	while (more > 0) {
		ssize_t n = recv(m->fd, answers, ANSWERS, 0);

		if (n < 0 && errno == EINTR)
			continue;
		more = n < 0 ? -1 : take(m, answers, (size_t)n);
	}
	return more == 0;
}

int getifaddrs(struct ifaddrs **list)
{
	struct maker m = { .fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0) };
	char *answers = malloc(ANSWERS);
	bool good;
	int error;

	m.end = &m.first;
	good = m.fd >= 0 && answers && dump(&m, GET_LINK, answers) && dump(&m, GET_ADDRESS, answers);
	error = errno;
	free(answers);
	if (m.fd >= 0)
		close(m.fd);
	if (good) {
		*list = m.first;
		return 0;
	}
	freeifaddrs(m.first);
	errno = error;
	return -1;
}

void freeifaddrs(struct ifaddrs *list)
{
	while (list) {
		struct ifaddrs *next = list->ifa_next;

		free(list);
		list = next;
	}
}
