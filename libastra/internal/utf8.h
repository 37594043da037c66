/*
 * The library's own encoding of wide characters as bytes, whatever the locale: UTF-8 in its first form, up to six bytes for
 * 31 bits. The engines of formatted input and output read wide formats in it. No state, no errors.
 */
#ifndef INTERNAL_UTF8_H
#define INTERNAL_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_MAX 6

/* Bytes written to `out`, 1 to UTF8_MAX. With `more` bytes behind the first, 5 * more + 6 bits fit. */
static inline size_t utf8_put(char *out, uint32_t c)
{
	size_t more = 1;

	if (c < 0x80) {
		*out = (char)c;
		return 1;
	}
	c &= 0x7fffffff;
	while (more < UTF8_MAX - 1 && c >> (5 * more + 6))
		more++;
	for (size_t i = more; i; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)((0xffu << (7 - more)) | c);
	return more + 1;
}

/* The character at *in, which moves behind it. What utf8_put did not write comes as single bytes. */
static inline uint32_t utf8_get(const char **in)
{
	const unsigned char *p = (const unsigned char *)*in;
	size_t more = p[0] < 0xc0 ? 0 : (size_t)__builtin_clz(~((uint32_t)p[0] << 24)) - 1;
	uint32_t c = more ? p[0] & (0x3fu >> more) : p[0];

	for (size_t i = 1; i <= more; i++)
		c = c << 6 | (p[i] & 0x3f);
	*in += more + 1;
	return c;
}

#endif
