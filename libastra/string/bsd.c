/* The names that <strings.h> keeps from before C89; compilers generate calls of bcmp. Any context. */
#include <string.h>
#include <strings.h>

int bcmp(const void *a, const void *b, size_t n)
{
	return memcmp(a, b, n);
}

void bzero(void *dst, size_t n)
{
	memset(dst, 0, n);
}

void bcopy(const void *src, void *dst, size_t n)
{
	memmove(dst, src, n);
}

char *index(const char *s, int c)
{
	return strchr(s, c);
}

char *rindex(const char *s, int c)
{
	return strrchr(s, c);
}

int ffsl(long value)
{
	return value ? __builtin_ctzl((unsigned long)value) + 1 : 0;
}

int ffsll(long long value)
{
	return ffsl((long)value);
}
