/* Routes by ioctl(fd, SIOCADDRT or SIOCDELRT, &entry). */
#ifndef _NET_ROUTE_H
#define _NET_ROUTE_H

#include <sys/socket.h>

struct rtentry {
	unsigned long rt_pad1;
	struct sockaddr rt_dst, rt_gateway, rt_genmask;
	unsigned short rt_flags;
	short rt_pad2;
	unsigned long rt_pad3;
	void *rt_pad4;
	short rt_metric;		/* plus one; 0: not said */
	short rt_pad5[3];
	char *rt_dev;
	unsigned long rt_mtu, rt_window;
	unsigned short rt_irtt;
};

#define RTF_UP      0x0001
#define RTF_GATEWAY 0x0002
#define RTF_HOST    0x0004

#endif
