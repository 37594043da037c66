/* Addresses of AF_UNIX: unix(7). */
#ifndef _SYS_UN_H
#define _SYS_UN_H

#include <features.h>
#include <sys/socket.h>

struct sockaddr_un {
	sa_family_t sun_family;
	char sun_path[108];	/* a first byte of 0 makes an abstract name */
};

#define SUN_LEN(address) (sizeof(sa_family_t) + __builtin_strlen((address)->sun_path))

#endif
