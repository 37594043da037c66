/*
 * Names of hosts and services: getaddrinfo(3), over /etc/hosts, numeric forms and DNS (/etc/resolv.conf). getaddrinfo, getnameinfo
 * and the functions whose names end in _r may be called from several threads; the others keep one static result.
 */
#ifndef _NETDB_H
#define _NETDB_H

#include <features.h>
#include <netinet/in.h>
#include <sys/socket.h>

__ASTRA_BEGIN_DECLS

struct addrinfo {
	int ai_flags, ai_family, ai_socktype, ai_protocol;
	socklen_t ai_addrlen;
	struct sockaddr *ai_addr;
	char *ai_canonname;		/* of the first entry, with AI_CANONNAME */
	struct addrinfo *ai_next;
};

#define AI_PASSIVE     0x0001
#define AI_CANONNAME   0x0002
#define AI_NUMERICHOST 0x0004
#define AI_V4MAPPED    0x0008
#define AI_ALL         0x0010
#define AI_ADDRCONFIG  0x0020
#define AI_NUMERICSERV 0x0400

#define NI_NUMERICHOST 1
#define NI_NUMERICSERV 2
#define NI_NOFQDN      4
#define NI_NAMEREQD    8
#define NI_DGRAM       16
#define NI_MAXHOST     1025
#define NI_MAXSERV     32

#define EAI_BADFLAGS   -1
#define EAI_NONAME     -2
#define EAI_AGAIN      -3
#define EAI_FAIL       -4
#define EAI_NODATA     -5
#define EAI_FAMILY     -6
#define EAI_SOCKTYPE   -7
#define EAI_SERVICE    -8
#define EAI_MEMORY     -10
#define EAI_SYSTEM     -11
#define EAI_OVERFLOW   -12

/* 0 with a list, in the order in which to try them (RFC 6724), that freeaddrinfo takes back; or EAI_…. */
int getaddrinfo(const char *restrict host, const char *restrict service, const struct addrinfo *restrict hints,
		struct addrinfo **restrict list);
void freeaddrinfo(struct addrinfo *list);
/* 0 or EAI_…; EAI_OVERFLOW: a buffer is too small. */
int getnameinfo(const struct sockaddr *restrict address, socklen_t length, char *restrict host, socklen_t host_size,
		char *restrict service, socklen_t service_size, int flags);
const char *gai_strerror(int error);

struct hostent {
	char *h_name, **h_aliases;
	int h_addrtype, h_length;
	char **h_addr_list;
};
#define h_addr h_addr_list[0]

#define HOST_NOT_FOUND 1
#define TRY_AGAIN      2
#define NO_RECOVERY    3
#define NO_DATA        4
#define NO_ADDRESS     NO_DATA

int *__h_errno_location(void);
#define h_errno (*__h_errno_location())

/* NULL with h_errno. */
struct hostent *gethostbyname(const char *name);
struct hostent *gethostbyname2(const char *name, int family);
struct hostent *gethostbyaddr(const void *address, socklen_t length, int family);
const char *hstrerror(int error);
void herror(const char *text);

struct servent {
	char *s_name, **s_aliases;
	int s_port;			/* network byte order */
	char *s_proto;
};

/* From /etc/services; NULL when there is none. protocol "tcp", "udp", or NULL for any. */
struct servent *getservbyname(const char *name, const char *protocol);
struct servent *getservbyport(int port, const char *protocol);

struct protoent {
	char *p_name, **p_aliases;
	int p_proto;
};

/* ip, icmp, tcp, udp, ipv6, ipv6-icmp. */
struct protoent *getprotobyname(const char *name);
struct protoent *getprotobynumber(int number);

__ASTRA_END_DECLS

#endif
