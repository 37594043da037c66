/* Addresses as text. IPv6 as RFC 5952 wants it: lower case, no leading zeros, the first longest run of two or more zeros as "::". */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static int write_v4(const uint8_t *b, char *text, size_t size)
{
	return snprintf(text, size, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
}

/* Where the run of zero groups is that "::" stands for; *length 0: there is none. */
static int longest_zeros(const uint16_t *groups, int count, int *length)
{
	int best = 0;

	*length = 0;
	for (int i = 0; i < count; i++) {
		int n = 0;

		while (i + n < count && !groups[i + n])
			n++;
		if (n > 1 && n > *length) {
			best = i;
			*length = n;
		}
		i += n;
	}
	return best;
}

static void write_v6(const uint8_t *b, char *text, size_t size)
{
	uint16_t groups[8];
	int zeros, length, count;
	size_t used = 0;

	for (int i = 0; i < 8; i++)
		groups[i] = (uint16_t)(b[2 * i] << 8 | b[2 * i + 1]);
	zeros = longest_zeros(groups, 8, &length);
	/* ::ffff:a.b.c.d and ::a.b.c.d, but not ::1 or ::12 */
	count = zeros == 0 && ((length == 5 && groups[5] == 0xffff) || length == 6) ? 6 : 8;
	for (int i = 0; i < count; i++) {
		if (length && i == zeros) {
			used += (size_t)snprintf(text + used, size - used, "::");
			i += length - 1;
			continue;
		}
		used += (size_t)snprintf(text + used, size - used, "%s%x", used && text[used - 1] != ':' ? ":" : "", groups[i]);
	}
	if (count == 6) {
		if (text[used - 1] != ':')
			text[used++] = ':';
		write_v4(b + 12, text + used, size - used);
	}
}

const char *inet_ntop(int family, const void *restrict address, char *restrict text, socklen_t size)
{
	char full[INET6_ADDRSTRLEN];

	if (family == AF_INET) {
		write_v4(address, full, sizeof(full));
	} else if (family == AF_INET6) {
		write_v6(address, full, sizeof(full));
	} else {
		errno = EAFNOSUPPORT;
		return NULL;
	}
	if (strlcpy(text, full, size) >= size) {
		errno = ENOSPC;
		return NULL;
	}
	return text;
}

char *inet_ntoa(struct in_addr address)
{
	static _Thread_local char text[INET_ADDRSTRLEN];

	write_v4((const uint8_t *)&address, text, sizeof(text));
	return text;
}
