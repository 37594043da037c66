/*
 * UTF-16 and UTF-32 characters. A wide character is UTF-32 already. Of a pair in UTF-16 one half waits in the state, whose
 * fields nothing else uses between characters: __length PAIR, and the half in __value.
 */
#include <errno.h>
#include <string.h>
#include <uchar.h>

#define PAIR 0xffff

size_t mbrtoc32(char32_t *restrict c, const char *restrict s, size_t n, mbstate_t *restrict state)
{
	static mbstate_t own;
	wchar_t wide;
	size_t used;

	if (!s)
		return mbrtoc32(NULL, "", 1, state);
	used = mbrtowc(&wide, s, n, state ? state : &own);
	if (used <= n && c)
		*c = (char32_t)wide;
	return used;
}

size_t mbrtoc16(char16_t *restrict c, const char *restrict s, size_t n, mbstate_t *restrict state)
{
	static mbstate_t own;
	wchar_t wide;
	size_t used;

	if (!state)
		state = &own;
	if (!s)
		return mbrtoc16(NULL, "", 1, state);
	if (state->__length == PAIR) {
		if (c)
			*c = (char16_t)state->__value;
		memset(state, 0, sizeof(*state));
		return (size_t)-3;
	}
	used = mbrtowc(&wide, s, n, state);
	if (used > n)
		return used;
	if (wide >= 0x10000) {
		state->__length = PAIR;
		state->__value = 0xdc00 + ((unsigned)wide & 0x3ff);
		wide = 0xd7c0 + (wide >> 10);
	}
	if (c)
		*c = (char16_t)wide;
	return used;
}

size_t c32rtomb(char *restrict s, char32_t c, mbstate_t *restrict state)
{
	return wcrtomb(s, (wchar_t)c, state);
}

size_t c16rtomb(char *restrict s, char16_t c, mbstate_t *restrict state)
{
	static mbstate_t own;
	wchar_t wide = c;

	if (!state)
		state = &own;
	if (!s)
		return c16rtomb((char[8]){ 0 }, 0, state);
	if (state->__length == PAIR) {
		wide = (wchar_t)((state->__value - 0xd7c0) << 10 | (c & 0x3ff));
		memset(state, 0, sizeof(*state));
		if (c < 0xdc00 || c > 0xdfff) {
			errno = EILSEQ;
			return (size_t)-1;
		}
	} else if (c >= 0xd800 && c < 0xdc00) {
		state->__length = PAIR;
		state->__value = c;
		return 0;
	}
	return wcrtomb(s, wide, NULL);
}
