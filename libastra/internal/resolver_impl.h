/*
 * What getaddrinfo, getnameinfo and their kin share: addresses without ports, the sources of names. All of it may be called from
 * several threads; nothing is kept between calls. Nothing here is a cancellation point: the callers hold cancellation off.
 */
#ifndef INTERNAL_RESOLVER_IMPL_H
#define INTERNAL_RESOLVER_IMPL_H

#include <netinet/in.h>
#include <stdbool.h>

#include "dns_impl.h"

#define RESOLVER_SERVERS 3
#define RESOLVER_SEARCH  6
#define RESOLVER_FOUND   (2 * DNS_RECORDS)

/* An address of a host. */
struct host_address {
	int family;
	uint32_t scope;		/* index of the device, link-local IPv6 alone */
	uint8_t bytes[16];
};

/* The addresses of a name. */
struct host_list {
	unsigned count;
	struct host_address all[RESOLVER_FOUND];
	char canonical[DNS_NAME];
};

/* Adds an address when there is room. */
void __host_add(struct host_list *list, int family, const void *bytes, uint32_t scope);

/* /etc/resolv.conf (resolv.conf(5)): resolv_conf.c. */
struct resolver {
	unsigned servers, searches;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} server[RESOLVER_SERVERS];
	char search[RESOLVER_SEARCH][DNS_NAME];
	unsigned dots;		/* a name with at least so many is tried as it is first */
	unsigned timeout;	/* milliseconds for each try */
	unsigned attempts;
};

void __resolver_read(struct resolver *r);

/* What DNS is asked: the answers come into answers[i]; dns_query.c. */
struct dns_request {
	uint16_t type;
	struct dns_answer answer;
	bool done;		/* the answer is one */
	uint16_t id;
	size_t length;
	uint8_t question[DNS_QUESTION];
};

/* Asks the servers until each request is done or the last attempt is over. 0; EAI_NONAME: not a name; EAI_AGAIN; EAI_SYSTEM. */
int __dns_ask(const struct resolver *r, const char *name, struct dns_request *requests, unsigned count);
/* The same for one request by TCP; true when it is done. */
bool __dns_ask_stream(const struct sockaddr *server, socklen_t length, const char *name, struct dns_request *request,
		      unsigned timeout);

/* /etc/hosts: hosts.c. True when the name, or address, is there; "localhost" always is. */
bool __hosts_find(const char *name, int family, struct host_list *list);
bool __hosts_reverse(const struct host_address *address, char *name, size_t size);

/* Name to addresses and back, by hosts and DNS: lookup.c. 0 or EAI_…. */
int __host_lookup(const char *name, int family, struct host_list *list);
int __host_reverse(const struct host_address *address, char *name, size_t size);

/* Sorts by RFC 6724: address_order.c. */
void __host_order(struct host_list *list);

/* /etc/services: services.c. The port (host byte order) or -1; whether a name was found. */
int __service_port(const char *name, const char *protocol);
bool __service_name(int port, const char *protocol, char *name, size_t size);

#endif
