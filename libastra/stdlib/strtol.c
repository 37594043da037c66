/* Integers from strings. One parser for all widths; each function clamps to its type. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

/* A parsed number: its magnitude, or overflow when it does not fit 64 bits. */
struct number {
	unsigned long magnitude;
	bool negative, overflow;
};

static int digit_of(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	if (isalpha((unsigned char)c))
		return (c | 32) - 'a' + 10;
	return INT_MAX;
}

static struct number parse(const char *s, char **end, int base)
{
	struct number number = { 0, false, false };
	const char *start = s;
	bool any = false;

	if (end)
		*end = (char *)start;
	if (base < 0 || base == 1 || base > 36) {
		errno = EINVAL;
		return number;
	}
	while (isspace((unsigned char)*s))
		s++;
	if (*s == '-' || *s == '+')
		number.negative = *s++ == '-';
	if ((base == 0 || base == 16) && s[0] == '0' && (s[1] | 32) == 'x' && digit_of(s[2]) < 16) {
		s += 2;
		base = 16;
	}
	if (base == 0)
		base = *s == '0' ? 8 : 10;
	for (; digit_of(*s) < base; s++, any = true) {
		number.overflow |= __builtin_mul_overflow(number.magnitude, (unsigned long)base, &number.magnitude);
		number.overflow |= __builtin_add_overflow(number.magnitude, (unsigned long)digit_of(*s), &number.magnitude);
	}
	if (end && any)
		*end = (char *)s;
	return number;
}

long strtol(const char *restrict s, char **restrict end, int base)
{
	struct number n = parse(s, end, base);
	unsigned long limit = n.negative ? (unsigned long)LONG_MAX + 1 : LONG_MAX;

	if (n.overflow || n.magnitude > limit) {
		errno = ERANGE;
		return n.negative ? LONG_MIN : LONG_MAX;
	}
	return (long)(n.negative ? -n.magnitude : n.magnitude);
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
	struct number n = parse(s, end, base);

	if (n.overflow) {
		errno = ERANGE;
		return ULONG_MAX;
	}
	return n.negative ? -n.magnitude : n.magnitude;
}

long long strtoll(const char *restrict s, char **restrict end, int base)
{
	return strtol(s, end, base);
}

unsigned long long strtoull(const char *restrict s, char **restrict end, int base)
{
	return strtoul(s, end, base);
}

int atoi(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

long atol(const char *s)
{
	return strtol(s, NULL, 10);
}

long long atoll(const char *s)
{
	return strtol(s, NULL, 10);
}
