/* Order, case and messages with a locale, in which they do not differ. */
#include <string.h>
#include <time.h>

int strcoll_l(const char *a, const char *b, locale_t locale)
{
	return strcoll(a, b);
}

size_t strxfrm_l(char *restrict dst, const char *restrict src, size_t n, locale_t locale)
{
	return strxfrm(dst, src, n);
}

int strcasecmp_l(const char *a, const char *b, locale_t locale)
{
	return strcasecmp(a, b);
}

int strncasecmp_l(const char *a, const char *b, size_t n, locale_t locale)
{
	return strncasecmp(a, b, n);
}

char *strerror_l(int error, locale_t locale)
{
	return strerror(error);
}

size_t strftime_l(char *restrict buf, size_t size, const char *restrict format, const struct tm *restrict tm, locale_t locale)
{
	return strftime(buf, size, format, tm);
}
