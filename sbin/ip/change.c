/* ip: changes, and the question for one route. Each reads the words behind its verb; a word that it does not know ends the program. */
#include <arpa/inet.h>
#include <net/if.h>

#include "ip.h"

struct prefix {
	unsigned char bytes[16];
	size_t size;			/* 4 or 16 */
	unsigned bits;
};

static const char *next_word(char ***words)
{
	if (!**words)
		tool_fail(255, "a word is missing at the end of the command");
	return *(*words)++;
}

static _Noreturn void unknown(const char *word) { tool_fail(255, "either \"%s\" is a garbage, or it is not known here", word); }

static _Noreturn void invalid_prefix(const char *text)
{
	fprintf(stderr, "Error: any valid prefix is expected rather than \"%s\".\n", text);
	exit(1);
}

/* "10.0.0.1/24", "fe80::1", "default". */
static struct prefix read_prefix(const char *text)
{
	struct prefix p = { .size = options.family == AF_INET6 ? 16 : 4 };
	char copy[64], *slash;

	if (!strcmp(text, "default"))
		return p;
	snprintf(copy, sizeof(copy), "%s", text);
	slash = strchr(copy, '/');
	if (slash)
		*slash++ = '\0';
	p.size = strchr(copy, ':') ? 16 : 4;
	if (inet_pton(p.size == 4 ? AF_INET : AF_INET6, copy, p.bytes) != 1)
		invalid_prefix(text);
	p.bits = slash ? (unsigned)tool_number(slash) : (unsigned)p.size * 8;
	if (p.bits > p.size * 8)
		invalid_prefix(text);
	return p;
}

static uint8_t family_of(const struct prefix *p) { return p->size == 4 ? AF_INET : AF_INET6; }

static void read_mac(const char *text, unsigned char mac[6])
{
	unsigned b[6];

	if (sscanf(text, "%x:%x:%x:%x:%x:%x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) != 6)
		tool_fail(1, "\"%s\" is invalid lladdr.", text);
	for (int i = 0; i < 6; i++)
		mac[i] = (unsigned char)b[i];
}

static int flags_of(const char *verb)
{
	return !strcmp(verb, "add") ? FLAG_CREATE | FLAG_EXCLUSIVE : !strcmp(verb, "replace") ? FLAG_CREATE | FLAG_REPLACE :
	       !strcmp(verb, "change") ? FLAG_REPLACE : 0;
}

void change_link(char **words)
{
	struct link_header h = { 0 };
	const char *name = NULL;
	uint32_t mtu = 0;
	unsigned char mac[6];
	bool has_mac = false;

	while (*words) {
		const char *word = next_word(&words);

		if (!strcmp(word, "up") || !strcmp(word, "down")) {
			h.change |= IFF_UP;
			h.flags = !strcmp(word, "up") ? h.flags | IFF_UP : h.flags & ~(uint32_t)IFF_UP;
		} else if (!strcmp(word, "mtu")) {
			mtu = (uint32_t)tool_number(next_word(&words));
		} else if (!strcmp(word, "address")) {
			read_mac(next_word(&words), mac);
			has_mac = true;
		} else if (!strcmp(word, "promisc") || !strcmp(word, "allmulticast")) {
			unsigned bit = !strcmp(word, "promisc") ? IFF_PROMISC : IFF_ALLMULTI;

			h.change |= bit;
			h.flags |= !strcmp(next_word(&words), "on") ? bit : 0;
		} else if (!name) {
			name = !strcmp(word, "dev") ? next_word(&words) : word;
		} else {
			unknown(word);
		}
	}
	if (!name)
		tool_fail(255, "not enough information: \"dev\" argument is required.");
	h.index = (int32_t)device_index(name);
	request_begin(NEW_LINK, 0, &h, sizeof(h));
	if (mtu)
		request_add(LINK_MTU, &mtu, sizeof(mtu));
	if (has_mac)
		request_add(LINK_MAC, mac, sizeof(mac));
	request_perform();
}

void change_address(const char *verb, char **words)
{
	bool removal = !strcmp(verb, "del");
	struct address_header h = { 0 };
	struct prefix p = { .size = 0 };

	while (*words) {
		const char *word = next_word(&words);

		if (!strcmp(word, "dev"))
			h.index = device_index(next_word(&words));
		else if (!p.size)
			p = read_prefix(!strcmp(word, "local") ? next_word(&words) : word);
		else
			unknown(word);
	}
	if (!p.size || !h.index)
		tool_fail(255, "not enough information: an address and \"dev\" are required.");
	h.family = family_of(&p);
	h.prefix = (uint8_t)p.bits;
	request_begin(removal ? DELETE_ADDRESS : NEW_ADDRESS, removal ? 0 : flags_of(verb), &h, sizeof(h));
	request_add(ADDRESS_LOCAL, p.bytes, p.size);
	request_add(ADDRESS_FAR, p.bytes, p.size);
	request_perform();
}

struct route_words {
	struct route_header h;
	struct prefix to, via, source;
	uint32_t device, metric;
};

static void read_route(char **words, struct route_words *r)
{
	while (*words) {
		const char *word = next_word(&words);

		if (!strcmp(word, "dev"))
			r->device = device_index(next_word(&words));
		else if (!strcmp(word, "via"))
			r->via = read_prefix(next_word(&words));
		else if (!strcmp(word, "src"))
			r->source = read_prefix(next_word(&words));
		else if (!strcmp(word, "metric"))
			r->metric = (uint32_t)tool_number(next_word(&words));
		else if (!strcmp(word, "blackhole") || !strcmp(word, "unreachable") || !strcmp(word, "prohibit"))
			r->h.type = *word == 'b' ? 6 : *word == 'u' ? 7 : 8;
		else if (!r->to.size)
			r->to = read_prefix(!strcmp(word, "to") ? next_word(&words) : word);
		else
			unknown(word);
	}
	if (!r->to.size)
		tool_fail(255, "not enough information: a prefix is required.");
	if (r->to.bits == 0 && r->via.size)
		r->to.size = r->via.size;
	r->h.family = family_of(&r->to);
	r->h.to_bits = (uint8_t)r->to.bits;
}

static void add_route_words(const struct route_words *r)
{
	if (r->to.bits)
		request_add(ROUTE_TO, r->to.bytes, r->to.size);
	if (r->via.size)
		request_add(ROUTE_VIA, r->via.bytes, r->via.size);
	if (r->source.size)
		request_add(ROUTE_SOURCE, r->source.bytes, r->source.size);
	if (r->device)
		request_add(ROUTE_DEVICE, &r->device, sizeof(r->device));
	if (r->metric)
		request_add(ROUTE_METRIC, &r->metric, sizeof(r->metric));
}

void change_route(const char *verb, char **words)
{
	bool removal = !strcmp(verb, "del");
	struct route_words r = { .h = { .table = MAIN_TABLE, .protocol = 3, .type = 1 } };

	read_route(words, &r);
	r.h.scope = removal ? 255 : r.via.size || r.h.type != 1 || r.to.size == 16 ? 0 : 253;
	request_begin(removal ? DELETE_ROUTE : NEW_ROUTE, removal ? 0 : flags_of(verb), &r.h, sizeof(r.h));
	add_route_words(&r);
	request_perform();
}

void find_route(char **words)
{
	struct route_words r = { 0 };

	read_route(words, &r);
	request_begin(GET_ROUTE, 0, &r.h, sizeof(r.h));
	add_route_words(&r);
	answers_of_request(show_route);
}

void change_neighbour(const char *verb, char **words)
{
	bool removal = !strcmp(verb, "del");
	struct neighbour_header h = { .state = 0x80 };
	struct prefix p = { .size = 0 };
	unsigned char mac[6];
	bool has_mac = false;

	while (*words) {
		const char *word = next_word(&words);

		if (!strcmp(word, "dev"))
			h.index = (int32_t)device_index(next_word(&words));
		else if (!strcmp(word, "lladdr")) {
			read_mac(next_word(&words), mac);
			has_mac = true;
		} else if (!strcmp(word, "nud")) {
			word = next_word(&words);
			h.state = !strcmp(word, "permanent") ? 0x80 : !strcmp(word, "reachable") ? 0x02 : !strcmp(word, "stale") ? 0x04 : 0;
			if (!h.state)
				unknown(word);
		} else if (!p.size) {
			p = read_prefix(!strcmp(word, "to") ? next_word(&words) : word);
		} else {
			unknown(word);
		}
	}
	if (!p.size || !h.index)
		tool_fail(255, "not enough information: an address and \"dev\" are required.");
	h.family = family_of(&p);
	request_begin(removal ? DELETE_NEIGHBOUR : NEW_NEIGHBOUR, removal ? 0 : flags_of(verb), &h, sizeof(h));
	request_add(NEIGHBOUR_ADDRESS, p.bytes, p.size);
	if (has_mac)
		request_add(NEIGHBOUR_MAC, mac, sizeof(mac));
	request_perform();
}
