/* Wide strings. Any context, but wcsdup, which allocates. */
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

size_t wcslen(const wchar_t *s)
{
	const wchar_t *start = s;

	while (*s)
		s++;
	return (size_t)(s - start);
}

size_t wcsnlen(const wchar_t *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

wchar_t *wmemcpy(wchar_t *restrict dst, const wchar_t *restrict src, size_t n)
{
	return memcpy(dst, src, n * sizeof(*dst));
}

wchar_t *wmemmove(wchar_t *dst, const wchar_t *src, size_t n)
{
	return memmove(dst, src, n * sizeof(*dst));
}

wchar_t *wmemset(wchar_t *dst, wchar_t c, size_t n)
{
	while (n--)
		dst[n] = c;
	return dst;
}

int wmemcmp(const wchar_t *a, const wchar_t *b, size_t n)
{
	for (; n; n--, a++, b++) {
		if (*a != *b)
			return *a < *b ? -1 : 1;
	}
	return 0;
}

wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n)
{
	for (; n; n--, s++) {
		if (*s == c)
			return (wchar_t *)s;
	}
	return NULL;
}

wchar_t *wcscpy(wchar_t *restrict dst, const wchar_t *restrict src)
{
	return wmemcpy(dst, src, wcslen(src) + 1);
}

wchar_t *wcsncpy(wchar_t *restrict dst, const wchar_t *restrict src, size_t n)
{
	size_t length = wcsnlen(src, n);

	wmemcpy(dst, src, length);
	wmemset(dst + length, 0, n - length);
	return dst;
}

wchar_t *wcscat(wchar_t *restrict dst, const wchar_t *restrict src)
{
	wcscpy(dst + wcslen(dst), src);
	return dst;
}

wchar_t *wcsncat(wchar_t *restrict dst, const wchar_t *restrict src, size_t n)
{
	size_t at = wcslen(dst), length = wcsnlen(src, n);

	wmemcpy(dst + at, src, length);
	dst[at + length] = 0;
	return dst;
}

int wcsncmp(const wchar_t *a, const wchar_t *b, size_t n)
{
	for (; n && *a && *a == *b; n--, a++, b++)
		;
	return !n || *a == *b ? 0 : *a < *b ? -1 : 1;
}

int wcscmp(const wchar_t *a, const wchar_t *b)
{
	return wcsncmp(a, b, (size_t)-1);
}

int wcscasecmp(const wchar_t *a, const wchar_t *b)
{
	for (; *a && towlower((wint_t)*a) == towlower((wint_t)*b); a++, b++)
		;
	return (int)towlower((wint_t)*a) - (int)towlower((wint_t)*b);
}

int wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t n)
{
	for (; n && *a && towlower((wint_t)*a) == towlower((wint_t)*b); n--, a++, b++)
		;
	return n ? (int)towlower((wint_t)*a) - (int)towlower((wint_t)*b) : 0;
}

/* Both answer where the copy's terminator is, or for wcpncpy would be. */
wchar_t *wcpcpy(wchar_t *restrict dst, const wchar_t *restrict src)
{
	return wcscpy(dst, src) + wcslen(src);
}

wchar_t *wcpncpy(wchar_t *restrict dst, const wchar_t *restrict src, size_t n)
{
	return wcsncpy(dst, src, n) + wcsnlen(src, n);
}

int wcscoll(const wchar_t *a, const wchar_t *b)
{
	return wcscmp(a, b);
}

size_t wcsxfrm(wchar_t *restrict dst, const wchar_t *restrict src, size_t n)
{
	size_t length = wcslen(src);

	if (length < n)
		wmemcpy(dst, src, length + 1);
	return length;
}

wchar_t *wcschr(const wchar_t *s, wchar_t c)
{
	return wmemchr(s, c, wcslen(s) + 1);
}

wchar_t *wcsrchr(const wchar_t *s, wchar_t c)
{
	for (size_t i = wcslen(s) + 1; i--;) {
		if (s[i] == c)
			return (wchar_t *)s + i;
	}
	return NULL;
}

wchar_t *wcsstr(const wchar_t *haystack, const wchar_t *needle)
{
	size_t n = wcslen(needle);

	for (; wcsncmp(haystack, needle, n); haystack++) {
		if (!*haystack)
			return NULL;
	}
	return (wchar_t *)haystack;
}

size_t wcsspn(const wchar_t *s, const wchar_t *accept)
{
	size_t n = 0;

	while (s[n] && wcschr(accept, s[n]))
		n++;
	return n;
}

size_t wcscspn(const wchar_t *s, const wchar_t *reject)
{
	size_t n = 0;

	while (s[n] && !wcschr(reject, s[n]))
		n++;
	return n;
}

wchar_t *wcspbrk(const wchar_t *s, const wchar_t *accept)
{
	s += wcscspn(s, accept);
	return *s ? (wchar_t *)s : NULL;
}

wchar_t *wcstok(wchar_t *restrict s, const wchar_t *restrict separators, wchar_t **restrict state)
{
	if (!s)
		s = *state;
	if (!s)
		return NULL;
	s += wcsspn(s, separators);
	if (!*s)
		return *state = NULL;
	*state = wcspbrk(s, separators);
	if (*state)
		*(*state)++ = 0;
	return s;
}

wchar_t *wcsdup(const wchar_t *s)
{
	size_t n = wcslen(s) + 1;
	wchar_t *copy = malloc(n * sizeof(*s));

	return copy ? wmemcpy(copy, s, n) : NULL;
}
