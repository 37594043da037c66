/* DHCP messages (RFC 2131, 2; options of RFC 2132). Whatever a server sends: no read beyond the message, no odd character in a name. */
#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "dhcp.h"

#define COOKIE       0x63825363u
#define BOOT_REQUEST 1
#define BOOT_REPLY   2
#define ETHERNET     1
#define BROADCAST    0x8000	/* flags: answer to 255.255.255.255, we have no address yet */
#define LEAST_SIZE   300	/* bytes: what old relays let through */

enum dhcp_option {
	PAD = 0, MASK = 1, ROUTER = 3, DNS = 6, HOST = 12, DOMAIN = 15, MTU = 26, WANTED = 50, TIME = 51, OVERLOAD = 52, TYPE = 53,
	SERVER = 54, PARAMETERS = 55, MAX_SIZE = 57, RENEW = 58, REBIND = 59, CLIENT = 61, ROUTES = 121, END = 255,
};

/* The fixed part. */
struct header {
	uint8_t op, hardware, hardware_length, hops;
	uint32_t id;
	uint16_t seconds, flags;
	struct in_addr own, yours, next, relay;
	uint8_t mac[16];
	char server_name[64], file[128];
	uint32_t cookie;
};
_Static_assert(sizeof(struct header) == 240, "RFC 2131, figure 1");

static uint8_t *put(uint8_t *at, enum dhcp_option option, const void *data, uint8_t size)
{
	*at++ = (uint8_t)option;
	*at++ = size;
	memcpy(at, data, size);
	return at + size;
}

size_t write_question(const struct question *q, uint8_t message[MESSAGE_MAX])
{
	static const uint8_t parameters[] = { MASK, ROUTES, ROUTER, DNS, HOST, DOMAIN, MTU, TIME, SERVER, RENEW, REBIND };
	struct header header = {
		.op = BOOT_REQUEST, .hardware = ETHERNET, .hardware_length = 6, .id = q->id, .seconds = htons(q->seconds),
		.flags = q->own.s_addr ? 0 : htons(BROADCAST), .own = q->own, .cookie = htonl(COOKIE),
	};
	uint8_t type = (uint8_t)q->type, client[7] = { ETHERNET }, *at = message + sizeof(header);
	uint16_t most = htons(MESSAGE_MAX);
	char host[HOST_MAX];

	memset(message, 0, MESSAGE_MAX);
	memcpy(header.mac, q->mac, 6);
	memcpy(client + 1, q->mac, 6);
	memcpy(message, &header, sizeof(header));
	at = put(at, TYPE, &type, 1);
	at = put(at, CLIENT, client, sizeof(client));
	at = put(at, MAX_SIZE, &most, sizeof(most));
	at = put(at, PARAMETERS, parameters, sizeof(parameters));
	if (q->wanted.s_addr)
		at = put(at, WANTED, &q->wanted, 4);
	if (q->server.s_addr)
		at = put(at, SERVER, &q->server, 4);
	if (gethostname(host, sizeof(host)) == 0 && *host)
		at = put(at, HOST, host, (uint8_t)strnlen(host, sizeof(host) - 1));
	*at++ = END;
	return at - message < LEAST_SIZE ? LEAST_SIZE : (size_t)(at - message);
}

/* Letters, digits, "-" and "." alone: the text goes into files. */
static void take_text(const uint8_t *data, size_t size, char *out, size_t room)
{
	while (size && !data[size - 1])
		size--;
	if (size >= room)
		return;
	for (size_t i = 0; i < size; i++) {
		if (!isalnum(data[i]) && data[i] != '-' && data[i] != '.')
			return;
	}
	memcpy(out, data, size);
	out[size] = '\0';
}

static struct in_addr mask_of(unsigned prefix)
{
	return (struct in_addr){ prefix ? htonl(0xffffffffu << (32 - prefix)) : 0 };
}

/* RFC 3442: prefix, its significant bytes, gateway. They replace what the router option said. */
static void take_routes(const uint8_t *data, size_t size, struct lease *lease)
{
	const uint8_t *end = data + size;

	lease->routes = 0;
	while (data < end && lease->routes < ROUTES_MAX) {
		struct dhcp_route route = { { 0 }, mask_of(*data <= 32 ? *data : 0), { 0 } };
		size_t n = (*data + 7u) / 8;

		if (*data++ > 32 || (size_t)(end - data) < n + 4)
			return;
		memcpy(&route.network, data, n);
		memcpy(&route.gateway, data + n, 4);
		route.network.s_addr &= route.mask.s_addr;
		lease->route[lease->routes++] = route;
		data += n + 4;
	}
}

static void take_dns(const uint8_t *data, size_t size, struct lease *lease)
{
	for (lease->servers = 0; size >= 4 && lease->servers < SERVERS_MAX; data += 4, size -= 4)
		memcpy(&lease->dns[lease->servers++], data, 4);
}

static uint32_t number(const uint8_t *data, size_t size)
{
	uint32_t value = 0;

	while (size--)
		value = value << 8 | *data++;
	return value;
}

struct context {
	struct lease *lease;
	struct in_addr router;
	bool classless;		/* ROUTES came */
	uint8_t overload;	/* 1: options in file too; 2: in server_name; 3: both */
};

static void take_option(struct context *c, uint8_t option, const uint8_t *data, size_t size)
{
	struct lease *l = c->lease;
	struct { uint8_t option; struct in_addr *to; } addresses[] = {
		{ MASK, &l->mask }, { ROUTER, &c->router }, { SERVER, &l->server },
	};
	struct { uint8_t option; uint32_t *to; } times[] = { { TIME, &l->time }, { RENEW, &l->renew }, { REBIND, &l->rebind } };

	for (size_t i = 0; i < 3; i++) {
		if (option == addresses[i].option && size >= 4)
			memcpy(addresses[i].to, data, 4);
		if (option == times[i].option && size == 4)
			*times[i].to = number(data, size);
	}
	if (option == TYPE && size == 1)
		l->type = *data;
	else if (option == OVERLOAD && size == 1)
		c->overload = *data;
	else if (option == MTU && size == 2)
		l->mtu = (uint16_t)number(data, size);
	else if (option == DNS)
		take_dns(data, size, l);
	else if (option == HOST)
		take_text(data, size, l->host, sizeof(l->host));
	else if (option == DOMAIN)
		take_text(data, size, l->domain, sizeof(l->domain));
	else if (option == ROUTES) {
		c->classless = true;
		take_routes(data, size, l);
	}
}

static void take_options(struct context *c, const uint8_t *at, const uint8_t *end)
{
	while (at < end && *at != END) {
		if (*at == PAD) {
			at++;
			continue;
		}
		if (end - at < 2 || end - at - 2 < at[1])
			return;
		take_option(c, at[0], at + 2, at[1]);
		at += 2 + at[1];
	}
}

/*
 * Times that were not said, or make no sense, are the usual fractions (RFC 2131, 4.4.5). A lease is renewed once a second at most,
 * however short it is.
 */
static void settle_times(struct lease *l)
{
	if (!l->time)
		l->time = 3600;
	if (!l->rebind || l->rebind >= l->time)
		l->rebind = (uint32_t)((uint64_t)l->time * 7 / 8);
	if (!l->renew || l->renew >= l->rebind)
		l->renew = l->time / 2 < l->rebind ? l->time / 2 : l->rebind;
	if (!l->renew)
		l->renew = 1;
}

bool read_answer(const uint8_t *message, size_t length, const struct question *q, struct lease *lease)
{
	struct context c = { .lease = lease };
	struct header header;

	if (length < sizeof(header))
		return false;
	memcpy(&header, message, sizeof(header));
	if (header.op != BOOT_REPLY || header.id != q->id || header.cookie != htonl(COOKIE) || memcmp(header.mac, q->mac, 6))
		return false;
	memset(lease, 0, sizeof(*lease));
	lease->address = header.yours;
	take_options(&c, message + sizeof(header), message + length);
	if (c.overload & 1)
		take_options(&c, (uint8_t *)header.file, (uint8_t *)header.file + sizeof(header.file));
	if (c.overload & 2)
		take_options(&c, (uint8_t *)header.server_name, (uint8_t *)header.server_name + sizeof(header.server_name));
	if (!c.classless && c.router.s_addr)
		lease->route[lease->routes++] = (struct dhcp_route){ .gateway = c.router };
	settle_times(lease);
	return lease->type == NAK || (lease->address.s_addr && lease->server.s_addr);
}
