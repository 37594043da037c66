/* The families' creators, for socket.c's table; each sets ops and data. */
#ifndef NET_FAMILIES_H
#define NET_FAMILIES_H

struct socket;

int unix_create(struct socket *s);	/* AF_UNIX: unix.c */
int inet_create(struct socket *s);	/* AF_INET, AF_INET6: inet.c */
int packet_create(struct socket *s);	/* AF_PACKET: packet_socket.c */
int netlink_create(struct socket *s);	/* AF_NETLINK: netlink.c */

#endif
