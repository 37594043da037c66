/* /etc/hosts (hosts(5)), read anew each time. "localhost" and names below it are this machine's without a line as well (RFC 6761). */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "resolver_impl.h"

#define SEPARATORS " \t\r\n"

void __host_add(struct host_list *list, int family, const void *bytes, uint32_t scope)
{
	struct host_address *a = &list->all[list->count];

	if (list->count == RESOLVER_FOUND)
		return;
	*a = (struct host_address){ .family = family, .scope = scope };
	memcpy(a->bytes, bytes, family == AF_INET ? 4 : 16);
	list->count++;
}

/* Splits a line: its address, and *names at what follows. False: there is no address. */
static bool read_line(char *line, struct host_address *address, char **names)
{
	char *text;

	line[strcspn(line, "#")] = '\0';
	text = strtok_r(line, SEPARATORS, names);
	*address = (struct host_address){ .family = AF_INET };
	if (!text)
		return false;
	if (inet_pton(AF_INET, text, address->bytes) == 1)
		return true;
	address->family = AF_INET6;
	return inet_pton(AF_INET6, text, address->bytes) == 1;
}

static bool is_localhost(const char *name)
{
	size_t n = strlen(name);

	n -= n && name[n - 1] == '.';
	return n >= 9 && !strncasecmp(name + n - 9, "localhost", 9) && (n == 9 || name[n - 10] == '.');
}

static void add_localhost(int family, struct host_list *list)
{
	if (family != AF_INET)
		__host_add(list, AF_INET6, &in6addr_loopback, 0);
	if (family != AF_INET6)
		__host_add(list, AF_INET, &(struct in_addr){ htonl(INADDR_LOOPBACK) }, 0);
	strlcpy(list->canonical, "localhost", DNS_NAME);
}

/* Adds the line's address if `name` is among its names, of which the first is the canonical one. */
static bool take_line(char *line, const char *name, int family, struct host_list *list)
{
	char *names, *first = NULL, *word;
	struct host_address address;

	if (!read_line(line, &address, &names))
		return false;
	while ((word = strtok_r(NULL, SEPARATORS, &names))) {
		if (!first)
			first = word;
		if (!__dns_same_name(word, name))
			continue;
		if (!list->canonical[0])
			strlcpy(list->canonical, first, DNS_NAME);
		if (family == AF_UNSPEC || family == address.family)
			__host_add(list, address.family, address.bytes, 0);
		return true;
	}
	return false;
}

bool __hosts_find(const char *name, int family, struct host_list *list)
{
	FILE *file = fopen("/etc/hosts", "re");
	bool found = false;
	char line[1024];

	while (file && fgets(line, sizeof(line), file))
		found |= take_line(line, name, family, list);
	if (file)
		fclose(file);
	if (!list->count && is_localhost(name)) {
		add_localhost(family, list);
		found = true;
	}
	return found;
}

bool __hosts_reverse(const struct host_address *address, char *name, size_t size)
{
	FILE *file = fopen("/etc/hosts", "re");
	char line[1024], *names, *word;
	struct host_address found;
	bool good = false;

	while (!good && file && fgets(line, sizeof(line), file)) {
		if (!read_line(line, &found, &names) || found.family != address->family || memcmp(found.bytes, address->bytes, 16))
			continue;
		word = strtok_r(NULL, SEPARATORS, &names);
		good = word && strlcpy(name, word, size) < size;
	}
	if (file)
		fclose(file);
	return good;
}
