/* ip: what its files share. main.c reads the command line, netlink.c speaks to the kernel, show.c prints, change.c
 * asks for changes, flush.c for the end of many things. */
#ifndef IP_H
#define IP_H

#include <stdint.h>
#include <sys/socket.h>

#include "tool.h"

/* Of rtnetlink(7), named by what they are. */
struct message {
	uint32_t length;
	uint16_t type, flags;
	uint32_t sequence, port;
};

struct attribute {
	uint16_t length, type;
};

struct link_header { uint8_t family, pad; uint16_t type; int32_t index; uint32_t flags, change; };
struct address_header { uint8_t family, prefix, flags, scope; uint32_t index; };
struct route_header { uint8_t family, to_bits, from_bits, tos, table, protocol, scope, type; uint32_t flags; };
struct neighbour_header { uint8_t family, pad1; uint16_t pad2; int32_t index; uint16_t state; uint8_t flags, type; };

enum message_type {
	NEW_LINK = 16, GET_LINK = 18, NEW_ADDRESS = 20, DELETE_ADDRESS, GET_ADDRESS, NEW_ROUTE = 24, DELETE_ROUTE, GET_ROUTE,
	NEW_NEIGHBOUR = 28, DELETE_NEIGHBOUR, GET_NEIGHBOUR,
};
enum { FLAG_REQUEST = 1, FLAG_ACK = 4, FLAG_DUMP = 0x300, FLAG_REPLACE = 0x100, FLAG_EXCLUSIVE = 0x200, FLAG_CREATE = 0x400 };

enum { ADDRESS_FAR = 1, ADDRESS_LOCAL, ADDRESS_LABEL, ADDRESS_BROADCAST, ADDRESS_CACHE = 6 };
enum { LINK_MAC = 1, LINK_BROADCAST, LINK_NAME, LINK_MTU, LINK_DISCIPLINE = 6, LINK_QUEUE = 13, LINK_STATE = 16 };
enum { ROUTE_TO = 1, ROUTE_DEVICE = 4, ROUTE_VIA, ROUTE_METRIC, ROUTE_SOURCE };
enum { NEIGHBOUR_ADDRESS = 1, NEIGHBOUR_MAC };
enum { STATE_NOARP = 0x40, STATE_PERMANENT = 0x80 };
enum { MAIN_TABLE = 254 };

extern struct options {
	int family;			/* AF_UNSPEC: both */
	bool brief, one_line;
} options;

/* ---- netlink.c ---- */

/* Begin a request, add to it, have it carried out: the program ends when the kernel refuses, saying why as iproute2 does. */
void request_begin(int type, int flags, const void *header, size_t size);
void request_add(int type, const void *data, size_t size);
void request_perform(void);

/* Every answer to a dump, or to the request that was begun. */
void answers_of_dump(int type, int family, void (*fn)(const struct message *m));
void answers_of_request(void (*fn)(const struct message *m));

/* An attribute behind a header of `skip` bytes: its data, NULL without one. */
const void *attribute_of(const struct message *m, size_t skip, int type, size_t *size);
static inline const void *body_of(const struct message *m) { return m + 1; }

unsigned device_index(const char *name);		/* ends the program when there is none */
const char *device_name(unsigned index);

/* ---- show.c ---- */
struct filter {
	unsigned device;		/* 0: all */
};
void show_links(const struct filter *f);
void show_addresses(const struct filter *f);
void show_routes(const struct filter *f);
void show_neighbours(const struct filter *f);
void show_route(const struct message *m);
const char *state_name(unsigned state);			/* of a neighbour */

/* ---- change.c: the words behind the verb ---- */
void change_link(char **words);
void change_address(const char *verb, char **words);
void change_route(const char *verb, char **words);
void change_neighbour(const char *verb, char **words);
void find_route(char **words);

/* ---- flush.c: object is 'a', 'r' or 'n' ---- */
void flush_object(char object, char **words);

#endif
