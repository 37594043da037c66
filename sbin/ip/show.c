/*
 * ip: what there is, in iproute2's words. Addresses are remembered while links are shown, since the kernel lists them apart; routes until
 * they are in order.
 */
#include <arpa/inet.h>
#include <net/if.h>

#include "ip.h"

#define KEPT_MAX 4096		/* addresses or routes: as many as the kernel has */

static struct kept { char bytes[256]; } kept[KEPT_MAX];
static unsigned kept_count;
static const struct filter *current;
static bool with_addresses;

static const char *line_end(void) { return options.one_line ? "\\" : "\n"; }

static void print_mac(const unsigned char *mac)
{
	for (int i = 0; i < 6; i++)
		printf("%s%02x", i ? ":" : "", mac[i]);
}

static const char *text_of(const void *address, size_t size)
{
	static char text[INET6_ADDRSTRLEN];

	return inet_ntop(size == 4 ? AF_INET : AF_INET6, address, text, sizeof(text));
}

static void print_flags(unsigned flags)
{
	static const struct { unsigned bit; const char *name; } names[] = {
		{ 0x8, "LOOPBACK" }, { 0x2, "BROADCAST" }, { 0x1000, "MULTICAST" }, { 0x80, "NOARP" }, { 0x200, "ALLMULTI" },
		{ 0x100, "PROMISC" }, { 0x1, "UP" }, { 0x10000, "LOWER_UP" },
	};
	const char *separator = "";

	putchar('<');
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flags & names[i].bit) {
			printf("%s%s", separator, names[i].name);
			separator = ",";
		}
	putchar('>');
}

static const char *operation_name(const struct message *m)
{
	const uint8_t *state = attribute_of(m, sizeof(struct link_header), LINK_STATE, NULL);

	return !state || *state == 0 ? "UNKNOWN" : *state == 6 ? "UP" : "DOWN";
}

static void print_lifetime(const struct message *m)
{
	const uint32_t *cache = attribute_of(m, sizeof(struct address_header), ADDRESS_CACHE, NULL);

	if (!cache)
		return;
	printf("%s       valid_lft ", line_end());
	printf(cache[1] == UINT32_MAX ? "forever" : "%usec", cache[1]);
	printf(" preferred_lft ");
	printf(cache[0] == UINT32_MAX ? "forever" : "%usec", cache[0]);
}

static void print_address(const struct message *m)
{
	const struct address_header *h = body_of(m);
	size_t size;
	const void *local = attribute_of(m, sizeof(*h), ADDRESS_LOCAL, &size), *all = attribute_of(m, sizeof(*h), ADDRESS_BROADCAST, NULL);
	const char *label = attribute_of(m, sizeof(*h), ADDRESS_LABEL, NULL);

	if (!local)
		local = attribute_of(m, sizeof(*h), ADDRESS_FAR, &size);
	if (!local)
		return;
	if (options.brief) {
		printf("%s/%u ", text_of(local, size), h->prefix);
		return;
	}
	if (options.one_line)
		printf("%u: %s", h->index, device_name(h->index));
	printf("    inet%s %s/%u", h->family == AF_INET6 ? "6" : "", text_of(local, size), h->prefix);
	if (all)
		printf(" brd %s", text_of(all, 4));
	printf(" scope %s ", h->scope == 254 ? "host" : h->scope == 253 ? "link" : "global");
	if (h->flags & 0x40)
		printf("tentative ");
	if (h->flags & 0x20)
		printf("deprecated ");
	if (!(h->flags & 0x80))
		printf("dynamic ");
	if (label)
		printf("%s", label);
	print_lifetime(m);
	putchar('\n');
}

static void keep(const struct message *m)
{
	if (kept_count < KEPT_MAX && m->length <= sizeof(kept[0].bytes))
		memcpy(kept[kept_count++].bytes, m, m->length);
}

/* How many there are; they are printed if so wanted. */
static unsigned addresses_of(unsigned index, bool print)
{
	unsigned count = 0;

	for (unsigned i = 0; i < kept_count; i++) {
		const struct message *m = (const struct message *)kept[i].bytes;

		if (((const struct address_header *)body_of(m))->index != index)
			continue;
		count++;
		if (print)
			print_address(m);
	}
	return count;
}

static void print_brief(const struct message *m, const char *name)
{
	const struct link_header *h = body_of(m);
	const unsigned char *mac = attribute_of(m, sizeof(*h), LINK_MAC, NULL);

	printf("%-16s %-14s ", name, operation_name(m));
	if (with_addresses) {
		addresses_of((unsigned)h->index, true);
	} else {
		if (mac)
			print_mac(mac);
		putchar(' ');
		print_flags(h->flags);
		putchar(' ');
	}
	putchar('\n');
}

/* Of a device, its line and, if no family was chosen, its hardware's. */
static void print_heading(const struct message *m, const char *name)
{
	const struct link_header *h = body_of(m);
	const char *discipline = attribute_of(m, sizeof(*h), LINK_DISCIPLINE, NULL);
	const uint32_t *mtu = attribute_of(m, sizeof(*h), LINK_MTU, NULL), *queue = attribute_of(m, sizeof(*h), LINK_QUEUE, NULL);
	const unsigned char *mac = attribute_of(m, sizeof(*h), LINK_MAC, NULL), *all = attribute_of(m, sizeof(*h), LINK_BROADCAST, NULL);

	printf("%d: %s: ", h->index, name);
	print_flags(h->flags);
	printf(" mtu %u qdisc %s state %s %sgroup default qlen %u%s", mtu ? *mtu : 0, discipline ? discipline : "?", operation_name(m),
	       with_addresses ? "" : "mode DEFAULT ", queue ? *queue : 0, with_addresses ? "\n" : line_end());
	if (with_addresses && options.family)
		return;
	printf("    link/%s ", h->type == 772 ? "loopback" : "ether");
	if (mac)
		print_mac(mac);
	printf(" brd ");
	if (all)
		print_mac(all);
	putchar('\n');
}

/* With a family, devices that have none of its addresses are left out; on one line stand addresses alone. */
static void print_link(const struct message *m)
{
	const struct link_header *h = body_of(m);
	const char *name = attribute_of(m, sizeof(*h), LINK_NAME, NULL);

	if (current->device && current->device != (unsigned)h->index)
		return;
	if (with_addresses && options.family && !addresses_of((unsigned)h->index, false))
		return;
	if (options.brief) {
		print_brief(m, name);
		return;
	}
	if (!with_addresses || !options.one_line)
		print_heading(m, name);
	if (with_addresses)
		addresses_of((unsigned)h->index, true);
}

void show_links(const struct filter *f)
{
	current = f;
	with_addresses = false;
	answers_of_dump(GET_LINK, AF_UNSPEC, print_link);
}

void show_addresses(const struct filter *f)
{
	current = f;
	with_addresses = true;
	kept_count = 0;
	answers_of_dump(GET_ADDRESS, options.family, keep);
	answers_of_dump(GET_LINK, AF_UNSPEC, print_link);
}

static const char *protocol_name(unsigned protocol)
{
	return protocol == 2 ? "kernel" : protocol == 4 ? "static" : protocol == 9 ? "ra" : protocol == 16 ? "dhcp" : NULL;
}

void show_route(const struct message *m)
{
	const struct route_header *h = body_of(m);
	size_t size = 0;
	const void *to = attribute_of(m, sizeof(*h), ROUTE_TO, &size), *via = attribute_of(m, sizeof(*h), ROUTE_VIA, NULL);
	const void *source = attribute_of(m, sizeof(*h), ROUTE_SOURCE, NULL);
	const uint32_t *device = attribute_of(m, sizeof(*h), ROUTE_DEVICE, NULL), *metric = attribute_of(m, sizeof(*h), ROUTE_METRIC, NULL);
	unsigned whole = h->family == AF_INET ? 32 : 128;
	static const char *const types[] = { [2] = "local ", [3] = "broadcast ", [5] = "multicast ", [6] = "blackhole ", [7] = "unreachable ", [8] = "prohibit " };

	size = h->family == AF_INET ? 4 : 16;
	if (h->type < sizeof(types) / sizeof(types[0]) && types[h->type])
		printf("%s", types[h->type]);
	if (!to)
		printf("default ");
	else if (h->to_bits == whole)
		printf("%s ", text_of(to, size));
	else
		printf("%s/%u ", text_of(to, size), h->to_bits);
	if (via)
		printf("via %s ", text_of(via, size));
	if (device && !(current && current->device))
		printf("dev %s ", device_name(*device));
	if (protocol_name(h->protocol))
		printf("proto %s ", protocol_name(h->protocol));
	if (h->scope == 253)
		printf("scope link ");
	if (source)
		printf("src %s ", text_of(source, size));
	if (metric)
		printf("metric %u ", *metric);
	putchar('\n');
}

static void keep_main_route(const struct message *m)
{
	const struct route_header *h = body_of(m);
	const uint32_t *device = attribute_of(m, sizeof(*h), ROUTE_DEVICE, NULL);

	if (h->table == MAIN_TABLE && (!current->device || (device && *device == current->device)))
		keep(m);
}

/* By destination, the default first; the kernel's order is that in which they are tried. */
static int by_destination(const void *a, const void *b)
{
	static const unsigned char none[16];
	const struct message *m[2] = { a, b };
	const unsigned char *to[2];
	uint32_t metric[2];
	int difference;

	for (int i = 0; i < 2; i++) {
		const unsigned char *address = attribute_of(m[i], sizeof(struct route_header), ROUTE_TO, NULL);
		const uint32_t *number = attribute_of(m[i], sizeof(struct route_header), ROUTE_METRIC, NULL);

		to[i] = address ? address : none;
		metric[i] = number ? *number : 0;
	}
	difference = memcmp(to[0], to[1], ((const struct route_header *)body_of(a))->family == AF_INET ? 4 : 16);
	if (!difference)
		difference = ((const struct route_header *)body_of(a))->to_bits - ((const struct route_header *)body_of(b))->to_bits;
	return difference ? difference : metric[0] < metric[1] ? -1 : metric[0] > metric[1];
}

void show_routes(const struct filter *f)
{
	current = f;
	kept_count = 0;
	answers_of_dump(GET_ROUTE, options.family == AF_UNSPEC ? AF_INET : options.family, keep_main_route);
	qsort(kept, kept_count, sizeof(kept[0]), by_destination);
	for (unsigned i = 0; i < kept_count; i++)
		show_route((const struct message *)kept[i].bytes);
}

const char *state_name(unsigned state)
{
	return state & 0x80 ? "PERMANENT" : state & 0x01 ? "INCOMPLETE" : state & 0x02 ? "REACHABLE" : state & 0x04 ? "STALE" :
	       state & 0x08 ? "DELAY" : state & 0x10 ? "PROBE" : "FAILED";
}

static void print_neighbour(const struct message *m)
{
	const struct neighbour_header *h = body_of(m);
	const void *address = attribute_of(m, sizeof(*h), NEIGHBOUR_ADDRESS, NULL);
	const unsigned char *mac = attribute_of(m, sizeof(*h), NEIGHBOUR_MAC, NULL);

	if (!address || (current->device && current->device != (unsigned)h->index))
		return;
	printf("%s ", text_of(address, h->family == AF_INET ? 4 : 16));
	if (!current->device)
		printf("dev %s ", device_name((unsigned)h->index));
	if (mac) {
		printf("lladdr ");
		print_mac(mac);
		putchar(' ');
	}
	printf("%s%s \n", h->flags & 0x80 ? "router " : "", state_name(h->state));
}

void show_neighbours(const struct filter *f)
{
	current = f;
	answers_of_dump(GET_NEIGHBOUR, options.family, print_neighbour);
}
