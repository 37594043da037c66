/* A host's name to its addresses and back: /etc/hosts first, then DNS along the search list. */
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resolver_impl.h"

/* What a DNS lookup needs, too large for a small thread's stack. */
struct query {
	struct resolver resolver;
	struct dns_request requests[2];
	unsigned count;
	char name[DNS_NAME];
};

static void add_answers(const struct dns_request *request, struct host_list *list)
{
	for (unsigned i = 0; i < request->answer.count; i++)
		__host_add(list, request->type == DNS_A ? AF_INET : AF_INET6, request->answer.addresses[i], 0);
	if (request->answer.count && !list->canonical[0])
		strlcpy(list->canonical, request->answer.canonical, DNS_NAME);
}

/* One name exactly. EAI_NONAME: there is none; EAI_NODATA: it has no such address. */
static int ask_name(struct query *q, struct host_list *list)
{
	int error = __dns_ask(&q->resolver, q->name, q->requests, q->count);
	bool exists = false;

	for (unsigned i = 0; i < q->count; i++) {
		if (!q->requests[i].done)
			continue;
		add_answers(&q->requests[i], list);
		exists |= q->requests[i].answer.code == DNS_OK;
	}
	if (list->count)
		return 0;
	return error ? error : exists ? EAI_NODATA : EAI_NONAME;
}

/* "name.suffix"; a name that is too long does not exist. */
static int ask_below(struct query *q, const char *name, const char *suffix, struct host_list *list)
{
	if (snprintf(q->name, sizeof(q->name), "%s%s%s", name, *suffix ? "." : "", suffix) >= (int)sizeof(q->name))
		return EAI_NONAME;
	return ask_name(q, list);
}

static unsigned dots_in(const char *name)
{
	unsigned n = 0;

	for (; *name; name++)
		n += *name == '.';
	return n;
}

/* The order of resolv.conf(5): a name with enough dots as it is first, otherwise below the search list first. */
static int ask_all(struct query *q, const char *name, struct host_list *list)
{
	size_t length = strlen(name);
	bool first = dots_in(name) >= q->resolver.dots, absolute = length && name[length - 1] == '.';
	int error = EAI_NONAME, other;

	if (absolute || first)
		error = ask_below(q, name, "", list);
	for (unsigned i = 0; !absolute && error && error != EAI_AGAIN && i < q->resolver.searches; i++) {
		other = ask_below(q, name, q->resolver.search[i], list);
		if (other != EAI_NONAME)
			error = other;
	}
	if (error && error != EAI_AGAIN && !absolute && !first) {
		other = ask_below(q, name, "", list);
		if (other != EAI_NONAME)
			error = other;
	}
	return error;
}

static int ask_dns(const char *name, int family, struct host_list *list)
{
	struct query *q = malloc(sizeof(*q));
	int error;

	if (!q)
		return EAI_MEMORY;
	q->count = 0;
	if (family != AF_INET6)
		q->requests[q->count++].type = DNS_A;
	if (family != AF_INET)
		q->requests[q->count++].type = DNS_AAAA;
	__resolver_read(&q->resolver);
	error = ask_all(q, name, list);
	free(q);
	return error;
}

/* Printable, without blanks: the rest DNS says. */
static bool may_be_name(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++) {
		if (name[i] <= ' ' || name[i] == 0x7f)
			return false;
	}
	return n > 0 && n < DNS_NAME;
}

int __host_lookup(const char *name, int family, struct host_list *list)
{
	int state, error;

	list->count = 0;
	list->canonical[0] = '\0';
	if (!may_be_name(name))
		return EAI_NONAME;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	if (__hosts_find(name, family, list))
		error = list->count ? 0 : EAI_NODATA;
	else
		error = ask_dns(name, family, list);
	pthread_setcancelstate(state, NULL);
	return error;
}

/* RFC 1035, 3.5 and RFC 3596, 2.5: the bytes, or half-bytes, backwards. */
static void reverse_name(const struct host_address *a, char *name)
{
	if (a->family == AF_INET) {
		snprintf(name, DNS_NAME, "%u.%u.%u.%u.in-addr.arpa", a->bytes[3], a->bytes[2], a->bytes[1], a->bytes[0]);
		return;
	}
	for (int i = 15; i >= 0; i--, name += 4)
		snprintf(name, 5, "%x.%x.", a->bytes[i] & 0xf, a->bytes[i] >> 4);
	strcpy(name, "ip6.arpa");
}

static int ask_reverse(const struct host_address *address, char *name, size_t size)
{
	struct query *q = malloc(sizeof(*q));
	int error;

	if (!q)
		return EAI_MEMORY;
	q->requests[0].type = DNS_PTR;
	reverse_name(address, q->name);
	__resolver_read(&q->resolver);
	error = __dns_ask(&q->resolver, q->name, q->requests, 1);
	if (!error && !q->requests[0].answer.count)
		error = EAI_NONAME;
	if (!error && strlcpy(name, q->requests[0].answer.name, size) >= size)
		error = EAI_OVERFLOW;
	free(q);
	return error;
}

int __host_reverse(const struct host_address *address, char *name, size_t size)
{
	int state, error = 0;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	if (!__hosts_reverse(address, name, size))
		error = ask_reverse(address, name, size);
	pthread_setcancelstate(state, NULL);
	return error;
}
