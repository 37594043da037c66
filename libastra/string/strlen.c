/*
 * Lengths of strings and the search for a character in one. Aligned 16-byte loads may read behind the terminator but
 * never into another page, so they cannot fault where the string does not.
 */
#include <stdint.h>
#include <string.h>

typedef char vec __attribute__((vector_size(16), may_alias));

static inline unsigned match(const char *block, char c)
{
	return (unsigned)__builtin_ia32_pmovmskb128(*(const vec *)block == (vec){} + c);
}

size_t strlen(const char *s)
{
	const char *block = (const char *)((uintptr_t)s & ~15ul);
	unsigned mask = match(block, 0) >> (s - block);

	if (mask)
		return (size_t)__builtin_ctz(mask);
	do {
		block += 16;
		mask = match(block, 0);
	} while (!mask);
	return (size_t)(block + __builtin_ctz(mask) - s);
}

size_t strnlen(const char *s, size_t max)
{
	const char *end = memchr(s, 0, max);

	return end ? (size_t)(end - s) : max;
}

char *strchrnul(const char *s, int c)
{
	const char *block = (const char *)((uintptr_t)s & ~15ul);
	unsigned mask = (match(block, 0) | match(block, (char)c)) >> (s - block);

	if (mask)
		return (char *)s + __builtin_ctz(mask);
	do {
		block += 16;
		mask = match(block, 0) | match(block, (char)c);
	} while (!mask);
	return (char *)block + __builtin_ctz(mask);
}

char *strchr(const char *s, int c)
{
	char *found = strchrnul(s, c);

	return *found == (char)c ? found : NULL;
}

char *strrchr(const char *s, int c)
{
	return memrchr(s, c, strlen(s) + 1);
}
