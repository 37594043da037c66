/* Addresses as text (RFC 5952 for IPv6). Pure. */
#include "net/address.h"

#include "lib/printf.h"

/* The longest run of zero groups, of two or more: where it begins, or 8; its length in *length. */
static unsigned longest_zeros(const struct ip_address *a, unsigned *length)
{
	unsigned best = 8, run;

	*length = 1;
	for (unsigned i = 0; i < 8; i += run + 1) {
		for (run = 0; i + run < 8 && load_be16(a->b + 2 * (i + run)) == 0; run++)
			;
		if (run > *length) {
			best = i;
			*length = run;
		}
	}
	return best;
}

char *ip_text(const struct ip_address *a, char text[IP_TEXT_MAX])
{
	unsigned zeros, length;
	int n = 0;

	if (ip_is_v4(a)) {
		(void)snprintf(text, IP_TEXT_MAX, "%u.%u.%u.%u", a->b[12], a->b[13], a->b[14], a->b[15]);
		return text;
	}
	zeros = longest_zeros(a, &length);
	for (unsigned i = 0; i < 8; i++) {
		if (i == zeros) {
			n += scnprintf(text + n, (size_t)(IP_TEXT_MAX - n), "::");
			i += length - 1;
			continue;
		}
		n += scnprintf(text + n, (size_t)(IP_TEXT_MAX - n), "%s%x", i == 0 || (i == zeros + length && zeros < 8) ? "" : ":",
			       load_be16(a->b + 2 * i));
	}
	return text;
}
