/* /etc/services: names of ports; and the few protocols that this system speaks. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resolver_impl.h"

#define SEPARATORS  " \t\r\n"
#define MAX_ALIASES 8

struct service {
	char line[256];			/* the strings stand in it */
	struct servent entry;
	char *aliases[MAX_ALIASES + 1];
};

/* "name port/protocol alias…"; false for anything else. */
static bool read_line(struct service *s)
{
	char *rest, *slash, *number;
	int n = 0;

	s->line[strcspn(s->line, "#")] = '\0';
	s->entry.s_name = strtok_r(s->line, SEPARATORS, &rest);
	number = s->entry.s_name ? strtok_r(NULL, SEPARATORS, &rest) : NULL;
	slash = number ? strchr(number, '/') : NULL;
	if (!slash)
		return false;
	s->entry.s_port = htons((uint16_t)strtoul(number, NULL, 10));
	s->entry.s_proto = slash + 1;
	while (n < MAX_ALIASES && (s->aliases[n] = strtok_r(NULL, SEPARATORS, &rest)))
		n++;
	s->aliases[n] = NULL;
	s->entry.s_aliases = s->aliases;
	return true;
}

static bool has_name(const struct service *s, const char *name)
{
	if (!strcmp(s->entry.s_name, name))
		return true;
	for (char *const *alias = s->aliases; *alias; alias++) {
		if (!strcmp(*alias, name))
			return true;
	}
	return false;
}

/* The first line with this name (or, NULL, this port) and protocol (NULL: any). */
static bool find(struct service *s, const char *name, int port_be, const char *protocol)
{
	FILE *file = fopen("/etc/services", "re");
	bool found = false;

	while (!found && file && fgets(s->line, sizeof(s->line), file))
		found = read_line(s) && (name ? has_name(s, name) : s->entry.s_port == port_be) &&
			(!protocol || !strcmp(s->entry.s_proto, protocol));
	if (file)
		fclose(file);
	return found;
}

int __service_port(const char *name, const char *protocol)
{
	struct service s;

	return find(&s, name, 0, protocol) ? ntohs((uint16_t)s.entry.s_port) : -1;
}

bool __service_name(int port, const char *protocol, char *name, size_t size)
{
	struct service s;

	return find(&s, NULL, htons((uint16_t)port), protocol) && strlcpy(name, s.entry.s_name, size) < size;
}

static struct service result;

struct servent *getservbyname(const char *name, const char *protocol)
{
	return find(&result, name, 0, protocol) ? &result.entry : NULL;
}

struct servent *getservbyport(int port, const char *protocol)
{
	return find(&result, NULL, port, protocol) ? &result.entry : NULL;
}

static char *no_aliases[] = { NULL };
static struct protoent protocols[] = {
	{ "ip", no_aliases, IPPROTO_IP }, { "icmp", no_aliases, IPPROTO_ICMP }, { "tcp", no_aliases, IPPROTO_TCP },
	{ "udp", no_aliases, IPPROTO_UDP }, { "ipv6", no_aliases, IPPROTO_IPV6 }, { "ipv6-icmp", no_aliases, IPPROTO_ICMPV6 },
};

struct protoent *getprotobyname(const char *name)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
		if (!strcmp(protocols[i].p_name, name))
			return &protocols[i];
	}
	return NULL;
}

struct protoent *getprotobynumber(int number)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
		if (protocols[i].p_proto == number)
			return &protocols[i];
	}
	return NULL;
}
