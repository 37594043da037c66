/* Numbers in wide strings: the ASCII in front is copied and read by the functions of stdlib. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define ROOM 1024	/* bytes kept without allocating */

/* A copy of s up to the first character that no number has. NULL with ENOMEM. */
static char *narrow(const wchar_t *s, char small[ROOM], size_t *skipped)
{
	size_t n = 0;
	char *copy = small;

	*skipped = 0;
	while (iswspace((wint_t)s[*skipped]))
		++*skipped;
	s += *skipped;
	while (s[n] > 32 && s[n] < 127)
		n++;
	if (n >= ROOM)
		copy = malloc(n + 1);
	if (!copy)
		return NULL;
	for (size_t i = 0; i < n; i++)
		copy[i] = (char)s[i];
	copy[n] = 0;
	return copy;
}

#define CONVERT(type, call)                                                      \
	do {                                                                     \
		char small[ROOM], *rest;                                         \
		size_t skipped;                                                  \
		char *copy = narrow(s, small, &skipped);                         \
		type value = 0;                                                  \
		if (end)                                                         \
			*end = (wchar_t *)s;                                     \
		if (!copy)                                                       \
			return 0;                                                \
		value = call;                                                    \
		if (end && rest != copy)                                         \
			*end = (wchar_t *)s + skipped + (rest - copy);           \
		if (copy != small)                                               \
			free(copy);                                              \
		return value;                                                    \
	} while (0)

long wcstol(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
	CONVERT(long, strtol(copy, &rest, base));
}

unsigned long wcstoul(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
	CONVERT(unsigned long, strtoul(copy, &rest, base));
}

long long wcstoll(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
	CONVERT(long long, strtoll(copy, &rest, base));
}

unsigned long long wcstoull(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
	CONVERT(unsigned long long, strtoull(copy, &rest, base));
}

double wcstod(const wchar_t *restrict s, wchar_t **restrict end)
{
	CONVERT(double, strtod(copy, &rest));
}

float wcstof(const wchar_t *restrict s, wchar_t **restrict end)
{
	CONVERT(float, strtof(copy, &rest));
}

long double wcstold(const wchar_t *restrict s, wchar_t **restrict end)
{
	CONVERT(long double, strtold(copy, &rest));
}

intmax_t wcstoimax(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
	return wcstoll(s, end, base);
}

uintmax_t wcstoumax(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
	return wcstoull(s, end, base);
}
