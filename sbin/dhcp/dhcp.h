/*
 * dhcp: a client of DHCPv4 (RFC 2131, 2132, 3442) for one Ethernet device. message.c writes and reads messages and trusts none of
 * them, device.c sets what a lease says, main.c is the client's states. One thread, one socket.
 */
#ifndef DHCP_H
#define DHCP_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVER_PORT  67
#define CLIENT_PORT  68
#define MESSAGE_MAX  1472	/* bytes: what an Ethernet frame carries */
#define SERVERS_MAX  3
#define ROUTES_MAX   16
#define HOST_MAX     64
#define DOMAIN_MAX   254

enum message_type {
	DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK,
};

struct dhcp_route {
	struct in_addr network, mask, gateway;	/* gateway 0: on the link */
};

/* What a server offers or has given. Addresses in network byte order, 0: not said; times in seconds. */
struct lease {
	enum message_type type;
	struct in_addr address, mask, server;
	unsigned servers, routes;
	struct in_addr dns[SERVERS_MAX];
	struct dhcp_route route[ROUTES_MAX];
	uint32_t time, renew, rebind;
	uint16_t mtu;
	char host[HOST_MAX], domain[DOMAIN_MAX];
};

/* A message to be sent. */
struct question {
	enum message_type type;
	uint32_t id;
	uint16_t seconds;			/* since the client began */
	uint8_t mac[6];
	struct in_addr own;			/* the address in use, for renewals */
	struct in_addr wanted, server;		/* options, 0: leave them out */
};

/* message.c: its length; whether `message` answers the question (its kind is in lease->type). */
size_t write_question(const struct question *question, uint8_t message[MESSAGE_MAX]);
bool read_answer(const uint8_t *message, size_t length, const struct question *question, struct lease *lease);

/* device.c: each returns 0, or -1 with errno. */
int device_up(const char *name, uint8_t mac[6]);
int open_client(const char *name);		/* the socket, whose port is ours on that device alone */
int set_lease(const char *name, const struct lease *lease);
void drop_lease(const char *name, const struct lease *lease);

#endif
