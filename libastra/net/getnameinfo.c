/* getnameinfo: a socket's address in words or numbers (RFC 3493, 6.2). */
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "resolver_impl.h"

#define ALL_FLAGS (NI_NUMERICHOST | NI_NUMERICSERV | NI_NOFQDN | NI_NAMEREQD | NI_DGRAM)

/* Takes the address apart; EAI_FAMILY when it is of another family, or too short. */
static int read_address(const struct sockaddr *any, socklen_t length, struct host_address *a, int *port)
{
	const struct sockaddr_in *v4 = (const void *)any;
	const struct sockaddr_in6 *v6 = (const void *)any;

	*a = (struct host_address){ 0 };
	if (length >= sizeof(*v4) && any->sa_family == AF_INET) {
		memcpy(a->bytes, &v4->sin_addr, 4);
		*port = ntohs(v4->sin_port);
	} else if (length >= sizeof(*v6) && any->sa_family == AF_INET6) {
		memcpy(a->bytes, &v6->sin6_addr, 16);
		a->scope = v6->sin6_scope_id;
		*port = ntohs(v6->sin6_port);
	} else {
		return EAI_FAMILY;
	}
	a->family = any->sa_family;
	return 0;
}

static int write_number(const struct host_address *a, char *host, socklen_t size)
{
	char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE], name[IF_NAMESIZE];
	size_t n;

	inet_ntop(a->family, a->bytes, text, sizeof(text));
	n = strlen(text);
	if (a->scope && IN6_IS_ADDR_LINKLOCAL(a->bytes) && if_indextoname(a->scope, name))
		snprintf(text + n, sizeof(text) - n, "%%%s", name);
	else if (a->scope)
		snprintf(text + n, sizeof(text) - n, "%%%u", a->scope);
	return strlcpy(host, text, size) < size ? 0 : EAI_OVERFLOW;
}

/* NI_NOFQDN: without the domain that is also this machine's. */
static void cut_domain(char *host)
{
	char own[256], *dot, *own_dot;

	if (gethostname(own, sizeof(own)) < 0)
		return;
	dot = strchr(host, '.');
	own_dot = strchr(own, '.');
	if (dot && own_dot && __dns_same_name(dot, own_dot))
		*dot = '\0';
}

static int write_host(const struct host_address *a, char *host, socklen_t size, int flags)
{
	int error = EAI_NONAME;

	if (!(flags & NI_NUMERICHOST))
		error = __host_reverse(a, host, size);
	if (error == 0 && (flags & NI_NOFQDN))
		cut_domain(host);
	if (error == 0 || error == EAI_OVERFLOW || error == EAI_MEMORY)
		return error;
	return flags & NI_NAMEREQD ? EAI_NONAME : write_number(a, host, size);
}

int getnameinfo(const struct sockaddr *restrict address, socklen_t length, char *restrict host, socklen_t host_size,
		char *restrict service, socklen_t service_size, int flags)
{
	struct host_address a;
	int port = 0, error;

	if (flags & ~ALL_FLAGS)
		return EAI_BADFLAGS;
	error = read_address(address, length, &a, &port);
	if (error)
		return error;
	if ((!host || !host_size) && (!service || !service_size))
		return EAI_NONAME;
	if (host && host_size)
		error = write_host(&a, host, host_size, flags);
	if (error || !service || !service_size)
		return error;
	if (!(flags & NI_NUMERICSERV) && __service_name(port, flags & NI_DGRAM ? "udp" : "tcp", service, service_size))
		return 0;
	return snprintf(service, service_size, "%d", port) < (int)service_size ? 0 : EAI_OVERFLOW;
}
