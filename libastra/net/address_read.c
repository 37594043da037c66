/* Text to addresses: strictly (inet_pton: RFC 4291, 2.2) and in the old ways of inet_aton. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Exactly four decimal parts below 256 that use up the text. */
static bool read_v4(const char *text, uint8_t *out)
{
	for (int i = 0; i < 4; i++) {
		unsigned value = 0;
		int digits = 0;

		for (; isdigit((unsigned char)*text) && digits < 4; digits++)
			value = value * 10 + (unsigned)(*text++ - '0');
		if (!digits || value > 255 || (digits > 1 && text[-digits] == '0') || *text != (i < 3 ? '.' : '\0'))
			return false;
		out[i] = (uint8_t)value;
		text++;
	}
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One to four hexadecimal digits; NULL when there are others. */
static const char *read_group(const char *text, uint8_t *out)
{
	unsigned value = 0;
	int digits = 0;

	for (; hex_digit(*text) >= 0; digits++, text++)
		value = value << 4 | (unsigned)hex_digit(*text);
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
	return digits >= 1 && digits <= 4 ? text : NULL;
}

/* Groups from the front; where "::" stood, the rest moves to the back. */
static bool read_v6(const char *text, uint8_t *out)
{
	uint8_t bytes[16] = { 0 };
	int used = 0, gap = -1;

	if (text[0] == ':' && *++text != ':')
		return false;
	while (*text) {
		const char *start = text;

		if (*text == ':') {
			if (gap >= 0)
				return false;
			gap = used;
			if (!*++text)
				break;
			continue;
		}
		if (used > 14)
			return false;
		text = read_group(text, bytes + used);
		if (text && *text == '.') {
			if (used > 12 || !read_v4(start, bytes + used))
				return false;
			used += 4;
			break;
		}
		if (!text)
			return false;
		used += 2;
		if (*text == ':' && !*++text)
			return false;
		else if (*text && text[-1] != ':')
			return false;
	}
	if (gap >= 0 ? used > 14 : used != 16)
		return false;
	memset(out, 0, 16);
	if (gap < 0)
		gap = used;
	memcpy(out, bytes, (size_t)gap);
	memcpy(out + 16 - (used - gap), bytes + gap, (size_t)(used - gap));
	return true;
}

int inet_pton(int family, const char *restrict text, void *restrict address)
{
	uint8_t bytes[16];

	if (family == AF_INET) {
		if (!read_v4(text, bytes))
			return 0;
		memcpy(address, bytes, 4);
		return 1;
	}
	if (family == AF_INET6) {
		if (!read_v6(text, bytes))
			return 0;
		memcpy(address, bytes, 16);
		return 1;
	}
	errno = EAFNOSUPPORT;
	return -1;
}

/* a, a.b, a.b.c or a.b.c.d: the last part fills what is left. */
int inet_aton(const char *text, struct in_addr *address)
{
	unsigned long parts[4];
	uint32_t value = 0;
	int count = 0;
	char *end;

	do {
		if (!isdigit((unsigned char)*text) || count == 4)
			return 0;
		parts[count++] = strtoul(text, &end, 0);
		text = end + 1;
	} while (*end == '.');
	if (*end && !isspace((unsigned char)*end))
		return 0;
	for (int i = 0; i < count - 1; i++) {
		if (parts[i] > 255)
			return 0;
		value |= (uint32_t)parts[i] << (24 - 8 * i);
	}
	if (parts[count - 1] > 0xfffffffful >> (8 * (count - 1)))
		return 0;
	address->s_addr = htonl(value | (uint32_t)parts[count - 1]);
	return 1;
}

in_addr_t inet_addr(const char *text)
{
	struct in_addr address;

	return inet_aton(text, &address) ? address.s_addr : INADDR_NONE;
}

in_addr_t inet_network(const char *text)
{
	return ntohl(inet_addr(text));
}

/* The bits of the host in an address of the old classes. */
static unsigned host_bits(in_addr_t address)
{
	return IN_CLASSA(address) ? 24 : IN_CLASSB(address) ? 16 : 8;
}

struct in_addr inet_makeaddr(in_addr_t network, in_addr_t host)
{
	unsigned bits = network < 128 ? 24 : network < 65536 ? 16 : 8;

	return (struct in_addr){ htonl(network << bits | (host & ((1u << bits) - 1))) };
}

in_addr_t inet_lnaof(struct in_addr address)
{
	in_addr_t host = ntohl(address.s_addr);

	return host & ((1u << host_bits(host)) - 1);
}

in_addr_t inet_netof(struct in_addr address)
{
	in_addr_t host = ntohl(address.s_addr);

	return host >> host_bits(host);
}
