/* The old calls for hosts: one static result, one family. */
#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>

#include "resolver_impl.h"

static struct {
	struct hostent entry;
	char name[DNS_NAME];
	char *aliases[1];
	uint8_t addresses[RESOLVER_FOUND][16];
	char *list[RESOLVER_FOUND + 1];
} result;

static struct hostent *fail(int error)
{
	h_errno = error == EAI_AGAIN ? TRY_AGAIN : error == EAI_NONAME ? HOST_NOT_FOUND : error == EAI_NODATA ? NO_DATA : NO_RECOVERY;
	return NULL;
}

static struct hostent *give(int family, unsigned count)
{
	result.entry = (struct hostent){
		result.name, result.aliases, family, family == AF_INET ? 4 : 16, result.list,
	};
	for (unsigned i = 0; i < count; i++)
		result.list[i] = (char *)result.addresses[i];
	result.list[count] = NULL;
	return &result.entry;
}

struct hostent *gethostbyname2(const char *name, int family)
{
	static struct host_list hosts;
	struct in_addr v4;
	int error;

	if (family != AF_INET && family != AF_INET6)
		return fail(EAI_FAMILY);
	if (family == AF_INET && inet_aton(name, &v4)) {
		memcpy(result.addresses[0], &v4, 4);
	} else if (family != AF_INET6 || inet_pton(AF_INET6, name, result.addresses[0]) != 1) {
		error = __host_lookup(name, family, &hosts);
		if (error)
			return fail(error);
		__host_order(&hosts);
		for (unsigned i = 0; i < hosts.count; i++)
			memcpy(result.addresses[i], hosts.all[i].bytes, 16);
		strlcpy(result.name, hosts.canonical, sizeof(result.name));
		return give(family, hosts.count);
	}
	strlcpy(result.name, name, sizeof(result.name));
	return give(family, 1);
}

struct hostent *gethostbyname(const char *name)
{
	return gethostbyname2(name, AF_INET);
}

struct hostent *gethostbyaddr(const void *address, socklen_t length, int family)
{
	struct host_address a = { .family = family };
	int error;

	if ((family != AF_INET || length != 4) && (family != AF_INET6 || length != 16))
		return fail(EAI_FAMILY);
	memcpy(a.bytes, address, length);
	error = __host_reverse(&a, result.name, sizeof(result.name));
	if (error)
		return fail(error);
	memcpy(result.addresses[0], address, length);
	return give(family, 1);
}
