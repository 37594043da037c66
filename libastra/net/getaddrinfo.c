/* getaddrinfo: what to connect to, or to bind, by names or numbers (RFC 3493, 6.1). */
#include <arpa/inet.h>
#include <ctype.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "resolver_impl.h"

#define ALL_FLAGS \
	(AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG | AI_NUMERICSERV)

/* The kinds of sockets, in the order of the answer. */
static const struct kind {
	int type, protocol;
	const char *name;	/* in /etc/services; NULL: has no ports */
} kinds[] = {
	{ SOCK_STREAM, IPPROTO_TCP, "tcp" }, { SOCK_DGRAM, IPPROTO_UDP, "udp" }, { SOCK_RAW, 0, NULL },
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

/* One entry of the answer, in one block. */
struct entry {
	struct addrinfo info;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address;
};

static int check_hints(const char *host, const char *service, const struct addrinfo *h)
{
	if (!host && !service)
		return EAI_NONAME;
	if (h->ai_flags & ~ALL_FLAGS || ((h->ai_flags & AI_CANONNAME) && !host))
		return EAI_BADFLAGS;
	if (h->ai_family != AF_UNSPEC && h->ai_family != AF_INET && h->ai_family != AF_INET6)
		return EAI_FAMILY;
	return 0;
}

static bool wanted(const struct kind *kind, const struct addrinfo *h)
{
	if (h->ai_socktype && h->ai_socktype != kind->type)
		return false;
	return !h->ai_protocol || !kind->protocol || h->ai_protocol == kind->protocol;
}

/* ports[i] of each kind that is wanted, -1 for the others; 0 or EAI_…. */
static int find_ports(const char *service, const struct addrinfo *h, int ports[KINDS])
{
	bool any = false, kind_known = false, number = service && isdigit((unsigned char)*service);
	char *end = NULL;
	long port = number ? strtol(service, &end, 10) : 0;

	number = number && !*end;
	if (number && port > 65535)
		return EAI_SERVICE;
	if (service && !number && (h->ai_flags & AI_NUMERICSERV))
		return EAI_NONAME;
	for (size_t i = 0; i < KINDS; i++) {
		ports[i] = -1;
		if (!wanted(&kinds[i], h))
			continue;
		kind_known = true;
		if (!kinds[i].name && service && (!number || h->ai_socktype))
			continue;
		if (!service || number)
			ports[i] = (int)port;
		else if (kinds[i].name)
			ports[i] = __service_port(service, kinds[i].name);
		any |= ports[i] >= 0;
	}
	return any ? 0 : kind_known ? EAI_SERVICE : EAI_SOCKTYPE;
}

/* Numbers; the scope of a link-local address stands behind "%", as a device's name or number. 1, 0: is none, or EAI_…. */
static int read_number(const char *host, struct host_list *list)
{
	char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE], *scope;
	struct in6_addr v6;
	struct in_addr v4;
	uint32_t index = 0;

	if (inet_aton(host, &v4) && !strchr(host, ' ')) {
		__host_add(list, AF_INET, &v4, 0);
		return 1;
	}
	if (strlcpy(text, host, sizeof(text)) >= sizeof(text))
		return 0;
	scope = strchr(text, '%');
	if (scope)
		*scope++ = '\0';
	if (inet_pton(AF_INET6, text, &v6) != 1)
		return 0;
	if (scope) {
		char *end;

		index = if_nametoindex(scope);
		if (!index)
			index = (uint32_t)strtoul(scope, &end, 10);
		if (!index)
			return EAI_NONAME;
	}
	__host_add(list, AF_INET6, &v6, index);
	return 1;
}

static void add_own(const struct addrinfo *h, struct host_list *list)
{
	bool passive = h->ai_flags & AI_PASSIVE;

	if (h->ai_family != AF_INET6)
		__host_add(list, AF_INET, &(struct in_addr){ htonl(passive ? INADDR_ANY : INADDR_LOOPBACK) }, 0);
	if (h->ai_family != AF_INET)
		__host_add(list, AF_INET6, passive ? &in6addr_any : &in6addr_loopback, 0);
}

/* AI_ADDRCONFIG: only the families of which this machine has an address besides the loopback's; all when it has none at all. */
static int configured_family(int family)
{
	bool has_v4 = false, has_v6 = false;
	struct ifaddrs *all;

	if (family != AF_UNSPEC || getifaddrs(&all) < 0)
		return family;
	for (struct ifaddrs *i = all; i; i = i->ifa_next) {
		if (!i->ifa_addr || (i->ifa_flags & IFF_LOOPBACK))
			continue;
		has_v4 |= i->ifa_addr->sa_family == AF_INET;
		has_v6 |= i->ifa_addr->sa_family == AF_INET6;
	}
	freeifaddrs(all);
	return has_v4 == has_v6 ? AF_UNSPEC : has_v4 ? AF_INET : AF_INET6;
}

/* AI_V4MAPPED: IPv4 addresses in the place, or (AI_ALL) beside, IPv6 ones that were wanted. */
static int look_up(const char *host, const struct addrinfo *h, struct host_list *list)
{
	bool mapped = h->ai_family == AF_INET6 && (h->ai_flags & AI_V4MAPPED);
	int family = h->ai_flags & AI_ADDRCONFIG ? configured_family(h->ai_family) : h->ai_family;
	int error = __host_lookup(host, mapped && (h->ai_flags & AI_ALL) ? AF_UNSPEC : family, list);

	if (mapped && error && !(h->ai_flags & AI_ALL))
		error = __host_lookup(host, AF_INET, list);
	for (unsigned i = 0; mapped && i < list->count; i++) {
		struct host_address *a = &list->all[i];

		if (a->family == AF_INET) {
			memmove(a->bytes + 12, a->bytes, 4);
			memset(a->bytes, 0, 10);
			memset(a->bytes + 10, 0xff, 2);
			a->family = AF_INET6;
		}
	}
	return error;
}

static int find_hosts(const char *host, const struct addrinfo *h, struct host_list *list)
{
	int error;

	list->count = 0;
	list->canonical[0] = '\0';
	if (!host) {
		add_own(h, list);
		return 0;
	}
	error = read_number(host, list);
	if (error > 0) {
		strlcpy(list->canonical, host, DNS_NAME);
		return h->ai_family == AF_UNSPEC || h->ai_family == list->all[0].family ? 0 : EAI_NONAME;
	}
	if (error == 0)
		error = h->ai_flags & AI_NUMERICHOST ? EAI_NONAME : look_up(host, h, list);
	if (!error)
		__host_order(list);
	return error;
}

static struct addrinfo *make_entry(const struct host_address *a, const struct kind *kind, int port, const struct addrinfo *h)
{
	struct entry *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->info = (struct addrinfo){
		.ai_flags = h->ai_flags, .ai_family = a->family, .ai_socktype = kind->type,
		.ai_protocol = kind->protocol ? kind->protocol : h->ai_protocol, .ai_addr = &e->address.any,
	};
	if (a->family == AF_INET) {
		e->info.ai_addrlen = sizeof(e->address.v4);
		e->address.v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
		memcpy(&e->address.v4.sin_addr, a->bytes, 4);
	} else {
		e->info.ai_addrlen = sizeof(e->address.v6);
		e->address.v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_scope_id = a->scope };
		memcpy(&e->address.v6.sin6_addr, a->bytes, 16);
	}
	return &e->info;
}

/* Every address with every kind of socket. NULL: memory is out. */
static struct addrinfo *make_list(const struct host_list *hosts, const int ports[KINDS], const struct addrinfo *h)
{
	struct addrinfo *first = NULL, **end = &first;

	for (unsigned i = 0; i < hosts->count; i++) {
		for (size_t k = 0; k < KINDS; k++) {
			if (ports[k] < 0)
				continue;
			*end = make_entry(&hosts->all[i], &kinds[k], ports[k], h);
			if (!*end) {
				freeaddrinfo(first);
				return NULL;
			}
			end = &(*end)->ai_next;
		}
	}
	if (first && (h->ai_flags & AI_CANONNAME)) {
		first->ai_canonname = strdup(hosts->canonical);
		if (!first->ai_canonname) {
			freeaddrinfo(first);
			return NULL;
		}
	}
	return first;
}

int getaddrinfo(const char *restrict host, const char *restrict service, const struct addrinfo *restrict hints,
		struct addrinfo **restrict list)
{
	const struct addrinfo none = { .ai_flags = AI_V4MAPPED | AI_ADDRCONFIG }, *h = hints ? hints : &none;
	struct host_list *hosts;
	int ports[KINDS], error;

	error = check_hints(host, service, h);
	if (!error)
		error = find_ports(service, h, ports);
	if (error)
		return error;
	hosts = malloc(sizeof(*hosts));
	if (!hosts)
		return EAI_MEMORY;
	error = find_hosts(host, h, hosts);
	if (!error) {
		*list = make_list(hosts, ports, h);
		error = *list ? 0 : EAI_MEMORY;
	}
	free(hosts);
	return error;
}

void freeaddrinfo(struct addrinfo *list)
{
	while (list) {
		struct addrinfo *next = list->ai_next;

		free(list->ai_canonname);
		free(list);
		list = next;
	}
}
