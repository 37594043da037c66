/* The network's start: see docs/READING.md for the order to read it in. */
#ifndef NET_NET_H
#define NET_NET_H

/* Boot task, before drivers are probed: work tasks, loopback, protocols. */
void net_init(void);

#endif
