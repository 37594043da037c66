/* All addresses of all network devices: getifaddrs(3). */
#ifndef _IFADDRS_H
#define _IFADDRS_H

#include <features.h>
#include <sys/socket.h>

__ASTRA_BEGIN_DECLS

struct ifaddrs {
	struct ifaddrs *ifa_next;
	char *ifa_name;
	unsigned int ifa_flags;			/* IFF_… */
	struct sockaddr *ifa_addr, *ifa_netmask;	/* NULL where there is none */
	union {
		struct sockaddr *ifu_broadaddr, *ifu_dstaddr;
	} ifa_ifu;
	void *ifa_data;
};
#define ifa_broadaddr ifa_ifu.ifu_broadaddr
#define ifa_dstaddr   ifa_ifu.ifu_dstaddr

/* 0 with a list that freeifaddrs takes back, or -1 with errno. */
int getifaddrs(struct ifaddrs **list);
void freeifaddrs(struct ifaddrs *list);

__ASTRA_END_DECLS

#endif
