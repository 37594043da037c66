/*
 * getifaddrs: IPv4 by the ioctls of netdevice(7), which know one address of each device, IPv6 from /proc/net/if_inet6. Each entry is
 * one block. A device that goes away meanwhile is left out.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

struct entry {
	struct ifaddrs list;
	char name[IF_NAMESIZE];
	union address address, mask, broadcast;
};

/* A list that grows at its end. */
struct maker {
	int fd;
	struct ifaddrs *first, **end;
};

static struct entry *add(struct maker *m, const char *name)
{
	struct entry *e = calloc(1, sizeof(*e));
	struct ifreq r = { 0 };

	if (!e)
		return NULL;
	strlcpy(e->name, name, sizeof(e->name));
	strlcpy(r.ifr_name, name, sizeof(r.ifr_name));
	e->list.ifa_name = e->name;
	if (ioctl(m->fd, SIOCGIFFLAGS, &r) == 0)
		e->list.ifa_flags = (unsigned short)r.ifr_flags;
	*m->end = &e->list;
	m->end = &e->list.ifa_next;
	return e;
}

/* One address of the device; false: it has none. */
static bool ask(const struct maker *m, const char *name, unsigned long request, union address *out)
{
	struct ifreq r = { 0 };

	strlcpy(r.ifr_name, name, sizeof(r.ifr_name));
	if (ioctl(m->fd, request, &r) < 0)
		return false;
	out->any = r.ifr_addr;
	return true;
}

static bool add_v4(struct maker *m, const char *name)
{
	struct entry *e = add(m, name);

	if (!e)
		return false;
	if (ask(m, name, SIOCGIFADDR, &e->address))
		e->list.ifa_addr = &e->address.any;
	if (ask(m, name, SIOCGIFNETMASK, &e->mask))
		e->list.ifa_netmask = &e->mask.any;
	if ((e->list.ifa_flags & IFF_BROADCAST) && ask(m, name, SIOCGIFBRDADDR, &e->broadcast))
		e->list.ifa_broadaddr = &e->broadcast.any;
	return true;
}

static bool add_all_v4(struct maker *m)
{
	struct ifconf c = { 0 };
	bool good = true;

	if (ioctl(m->fd, SIOCGIFCONF, &c) < 0)
		return false;
	c.ifc_buf = malloc((size_t)c.ifc_len + 1);
	if (!c.ifc_buf)
		return false;
	if (ioctl(m->fd, SIOCGIFCONF, &c) < 0)
		good = false;
	for (int i = 0; good && i < c.ifc_len / (int)sizeof(struct ifreq); i++)
		good = add_v4(m, c.ifc_req[i].ifr_name);
	free(c.ifc_buf);
	return good;
}

/* A line of if_inet6: address, index, prefix, scope and flags in hexadecimal, name. */
static bool add_v6(struct maker *m, const char *line)
{
	unsigned index, prefix, scope, flags;
	char name[IF_NAMESIZE], hex[33];
	struct entry *e;

	if (sscanf(line, "%32[0-9a-f] %x %x %x %x %15s", hex, &index, &prefix, &scope, &flags, name) != 6 || strlen(hex) != 32 ||
	    prefix > 128)
		return true;
	e = add(m, name);
	if (!e)
		return false;
	e->address.v6.sin6_family = e->mask.v6.sin6_family = AF_INET6;
	for (int i = 0; i < 16; i++) {
		unsigned byte;

		sscanf(hex + 2 * i, "%2x", &byte);
		e->address.v6.sin6_addr.s6_addr[i] = (uint8_t)byte;
	}
	for (unsigned i = 0; i < prefix; i++)
		e->mask.v6.sin6_addr.s6_addr[i / 8] |= (uint8_t)(0x80 >> i % 8);
	if (IN6_IS_ADDR_LINKLOCAL(&e->address.v6.sin6_addr))
		e->address.v6.sin6_scope_id = index;
	e->list.ifa_addr = &e->address.any;
	e->list.ifa_netmask = &e->mask.any;
	return true;
}

static bool add_all_v6(struct maker *m)
{
	FILE *file = fopen("/proc/net/if_inet6", "re");
	bool good = true;
	char line[256];

	while (good && file && fgets(line, sizeof(line), file))
		good = add_v6(m, line);
	if (file)
		fclose(file);
	return good;
}

int getifaddrs(struct ifaddrs **list)
{
	struct maker m = { .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) };
	bool good;

	if (m.fd < 0)
		return -1;
	m.end = &m.first;
	good = add_all_v4(&m) && add_all_v6(&m);
	close(m.fd);
	if (!good) {
		freeifaddrs(m.first);
		errno = ENOMEM;
		return -1;
	}
	*list = m.first;
	return 0;
}

void freeifaddrs(struct ifaddrs *list)
{
	while (list) {
		struct ifaddrs *next = list->ifa_next;

		free(list);
		list = next;
	}
}
