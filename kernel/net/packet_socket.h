/* AF_PACKET sockets (packet(7)): for the table of families, and /proc/net/packet. */
#ifndef NET_PACKET_SOCKET_H
#define NET_PACKET_SOCKET_H

#include "lib/types.h"

struct packet_row {
	u16 type, protocol;
	u32 index, queued, uid;
	u64 inode;
};
/* fn for each, under a spinlock: it must not sleep. */
void packet_socket_walk(void (*fn)(const struct packet_row *row, void *arg), void *arg);

/* PACKET_MR_PROMISC and _ALLMULTI: devices count those who want it. 0, -ENODEV, -EINVAL. packet_member.c; task context, may sleep. */
int packet_member(u32 index, u16 type, bool join);

#endif
