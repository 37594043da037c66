/* Addresses of the Internet families as text, and back. */
#ifndef _ARPA_INET_H
#define _ARPA_INET_H

#include <features.h>
#include <netinet/in.h>

__ASTRA_BEGIN_DECLS

/* 1, 0 when `text` is no address of the family, or -1 (EAFNOSUPPORT). IPv4 has four decimal parts without leading zeros. */
int inet_pton(int family, const char *restrict text, void *restrict address);
/* `text`, or NULL (EAFNOSUPPORT, ENOSPC). IPv6 in the form of RFC 5952. */
const char *inet_ntop(int family, const void *restrict address, char *restrict text, socklen_t size);

/* One to four parts, decimal, octal or hexadecimal; blanks may follow. 1 or 0; INADDR_NONE. */
int inet_aton(const char *text, struct in_addr *address);
in_addr_t inet_addr(const char *text);
in_addr_t inet_network(const char *text);	/* host byte order */
/* In a buffer of the thread's. */
char *inet_ntoa(struct in_addr address);

struct in_addr inet_makeaddr(in_addr_t network, in_addr_t host);
in_addr_t inet_lnaof(struct in_addr address);
in_addr_t inet_netof(struct in_addr address);

__ASTRA_END_DECLS

#endif
