/* Searching blocks of memory for a byte or for a sequence. */
#include <stdint.h>
#include <string.h>

typedef char vec __attribute__((vector_size(16), may_alias));

/* Only aligned vectors are read: callers may pass an n that reaches behind the mapping when c comes before its end. */
void *memchr(const void *s, int c, size_t n)
{
	const char *p = s;

	for (; n && (uintptr_t)p % 16; n--, p++) {
		if (*p == (char)c)
			return (char *)p;
	}
	for (; n >= 16; n -= 16, p += 16) {
		vec pattern = (vec){} + (char)c;
		unsigned mask = (unsigned)__builtin_ia32_pmovmskb128(*(const vec *)p == pattern);

		if (mask)
			return (char *)p + __builtin_ctz(mask);
	}
	for (; n; n--, p++) {
		if (*p == (char)c)
			return (char *)p;
	}
	return NULL;
}

void *memrchr(const void *s, int c, size_t n)
{
	const char *p = s;

	while (n--) {
		if (p[n] == (char)c)
			return (char *)p + n;
	}
	return NULL;
}

void *memccpy(void *restrict dst, const void *restrict src, int c, size_t n)
{
	const char *found = memchr(src, c, n);

	if (found)
		return mempcpy(dst, src, (size_t)(found + 1 - (const char *)src));
	memcpy(dst, src, n);
	return NULL;
}

void *memmem(const void *haystack, size_t haystack_len, const void *needle, size_t needle_len)
{
	const char *h = haystack, *end = h + haystack_len;

	if (!needle_len)
		return (char *)h;
	while ((size_t)(end - h) >= needle_len) {
		h = memchr(h, *(const char *)needle, (size_t)(end - h) - needle_len + 1);
		if (!h)
			return NULL;
		if (!memcmp(h, needle, needle_len))
			return (char *)h;
		h++;
	}
	return NULL;
}
