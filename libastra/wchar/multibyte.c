/* Between bytes and wide characters: UTF-8, or ASCII in the locale "C". The states without an owner are per function. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "locale_impl.h"

#define INVALID    ((size_t)-1)
#define INCOMPLETE ((size_t)-2)

static size_t invalid(mbstate_t *state)
{
	memset(state, 0, sizeof(*state));
	errno = EILSEQ;
	return INVALID;
}

/* The first byte of a character: how many follow, and its bits; false when no character begins so. */
static int begin(mbstate_t *state, unsigned char byte)
{
	if (byte < 0xc2 || byte > 0xf4)
		return 0;
	state->__missing = state->__length = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
	state->__value = byte & (0x3fu >> state->__missing);
	return 1;
}

/* The second byte rules out overlong forms, surrogates and what is beyond U+10FFFF. */
static int second_is_good(const mbstate_t *state, unsigned char byte)
{
	if (state->__missing != state->__length)
		return 1;
	if (state->__length == 2)
		return state->__value == 0 ? byte >= 0xa0 : state->__value == 0xd ? byte < 0xa0 : 1;
	if (state->__length == 3)
		return state->__value == 0 ? byte >= 0x90 : state->__value == 4 ? byte < 0x90 : 1;
	return 1;
}

size_t mbrtowc(wchar_t *restrict c, const char *restrict s, size_t n, mbstate_t *restrict state)
{
	static mbstate_t own;
	size_t used = 0;

	if (!state)
		state = &own;
	if (!s)
		return mbrtowc(NULL, "", 1, state);
	if (!n)
		return INCOMPLETE;
	if (!state->__missing) {
		unsigned char byte = (unsigned char)s[used++];

		if (byte < 128) {
			if (c)
				*c = byte;
			return byte != 0;
		}
		if (!is_utf8() || !begin(state, byte))
			return invalid(state);
	}
	for (; state->__missing; state->__missing--) {
		unsigned char byte;

		if (used == n)
			return INCOMPLETE;
		byte = (unsigned char)s[used++];
		if ((byte & 0xc0) != 0x80 || !second_is_good(state, byte))
			return invalid(state);
		state->__value = state->__value << 6 | (byte & 0x3f);
	}
	if (c)
		*c = (wchar_t)state->__value;
	memset(state, 0, sizeof(*state));
	return used;
}

size_t mbrlen(const char *restrict s, size_t n, mbstate_t *restrict state)
{
	static mbstate_t own;

	return mbrtowc(NULL, s, n, state ? state : &own);
}

size_t wcrtomb(char *restrict s, wchar_t c, mbstate_t *restrict state)
{
	unsigned int value = (unsigned int)c, more;

	if (!s)
		return 1;
	if (value < 128) {
		*s = (char)value;
		return 1;
	}
	if (!is_utf8() || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) {
		errno = EILSEQ;
		return INVALID;
	}
	more = value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
	*s++ = (char)((0xff00u >> (more + 1) & 0xff) | value >> (6 * more));
	for (unsigned int left = more; left--;)
		*s++ = (char)(0x80 | (value >> (6 * left) & 0x3f));
	return more + 1;
}

int mbsinit(const mbstate_t *state)
{
	return !state || !state->__missing;
}

size_t mbsnrtowcs(wchar_t *restrict dst, const char **restrict src, size_t bytes, size_t n, mbstate_t *restrict state)
{
	static mbstate_t own;
	const char *s = *src;
	size_t count = 0;

	if (!state)
		state = &own;
	for (; !dst || count < n; count++) {
		size_t used = bytes ? mbrtowc(dst ? dst + count : NULL, s, bytes, state) : INCOMPLETE;

		if (used == INVALID) {
			if (dst)
				*src = s;
			return INVALID;
		}
		if (used == INCOMPLETE) {
			s += bytes;
			break;
		}
		if (!used) {
			s = NULL;
			break;
		}
		s += used;
		bytes -= used;
	}
	if (dst)
		*src = s;
	return count;
}

size_t mbsrtowcs(wchar_t *restrict dst, const char **restrict src, size_t n, mbstate_t *restrict state)
{
	return mbsnrtowcs(dst, src, (size_t)-3, n, state);
}

/* At most `wide` characters of the source and n bytes of the destination, only whole characters. */
size_t wcsnrtombs(char *restrict dst, const wchar_t **restrict src, size_t wide, size_t n, mbstate_t *restrict state)
{
	const wchar_t *s = *src;
	size_t total = 0;

	for (; wide--; s++) {
		char bytes[4];
		size_t used = wcrtomb(bytes, *s, NULL);

		if (used == INVALID) {
			if (dst)
				*src = s;
			return INVALID;
		}
		if (dst && total + used > n)
			break;
		if (dst)
			memcpy(dst + total, bytes, used);
		if (!*s) {
			s = NULL;
			break;
		}
		total += used;
	}
	if (dst)
		*src = s;
	return total;
}

size_t wcsrtombs(char *restrict dst, const wchar_t **restrict src, size_t n, mbstate_t *restrict state)
{
	return wcsnrtombs(dst, src, (size_t)-1, n, state);
}

size_t mbstowcs(wchar_t *restrict dst, const char *restrict src, size_t n)
{
	mbstate_t state = { 0 };
	const char *at = src;

	return mbsrtowcs(dst, &at, n, &state);
}

size_t wcstombs(char *restrict dst, const wchar_t *restrict src, size_t n)
{
	const wchar_t *at = src;

	return wcsrtombs(dst, &at, n, NULL);
}

int mbtowc(wchar_t *restrict c, const char *restrict s, size_t n)
{
	mbstate_t state = { 0 };
	size_t used;

	if (!s)
		return 0;
	used = mbrtowc(c, s, n, &state);
	if (used == INCOMPLETE)
		errno = EILSEQ;
	return used >= INCOMPLETE ? -1 : (int)used;
}

int mblen(const char *s, size_t n)
{
	return mbtowc(NULL, s, n);
}

int wctomb(char *s, wchar_t c)
{
	return s ? (int)wcrtomb(s, c, NULL) : 0;
}

wint_t btowc(int c)
{
	return c >= 0 && c < 128 ? (wint_t)c : WEOF;
}

int wctob(wint_t c)
{
	return c < 128 ? (int)c : EOF;
}
