/* Comparing blocks of memory, eight bytes at a time. */
#include <stdint.h>
#include <string.h>

typedef uint64_t word64 __attribute__((aligned(1), may_alias));

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;

	for (; n >= 8; n -= 8, p += 8, q += 8) {
		uint64_t x = *(const word64 *)p, y = *(const word64 *)q;

		if (x != y)
			return __builtin_bswap64(x) < __builtin_bswap64(y) ? -1 : 1;
	}
	for (; n; n--, p++, q++) {
		if (*p != *q)
			return *p - *q;
	}
	return 0;
}
