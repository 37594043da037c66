/*
 * Floating-point numbers from strings, correctly rounded. The decimal digits are kept as an exact number d.ddd × 10^point
 * and multiplied or divided by powers of two until the integer part is the mantissa; what is left decides the
 * rounding. 800 digits are more than the 767 that can matter for a double; non-zero digits beyond set the last one.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIGITS_MAX 800
#define SHIFT_MAX  56

/* 0.d0 d1 d2 … × 10^point */
struct decimal {
	int count, point;
	unsigned char digit[DIGITS_MAX];
};

/* A binary format: bits of the mantissa with the hidden one, and the exponent range of value = m × 2^e, 1 ≤ m < 2. */
struct format {
	int mantissa_bits, min_exponent, max_exponent;
};

static void trim(struct decimal *d)
{
	while (d->count && !d->digit[d->count - 1])
		d->count--;
	if (!d->count)
		d->point = 0;
}

/* d /= 2^shift, shift <= SHIFT_MAX */
static void shift_right(struct decimal *d, int shift)
{
	uint64_t carry = 0;
	int in = 0, out = 0;
	bool sticky = false;

	while (in < d->count || carry) {
		uint64_t n = carry * 10 + (in < d->count ? d->digit[in] : 0);
		unsigned digit = (unsigned)(n >> shift);

		carry = n & ((1ull << shift) - 1);
		in++;
		if (!out && !digit) {
			d->point--;
			continue;
		}
		if (out < DIGITS_MAX)
			d->digit[out++] = (unsigned char)digit;
		else
			sticky |= digit != 0;
	}
	d->count = out;
	if (sticky)
		d->digit[DIGITS_MAX - 1] |= 1;
	trim(d);
}

/* d *= 2^shift, shift <= SHIFT_MAX */
static void shift_left(struct decimal *d, int shift)
{
	unsigned char digits[DIGITS_MAX + 20];
	int at = DIGITS_MAX + 20;
	uint64_t carry = 0;

	for (int i = d->count; i-- || carry;) {
		carry += i >= 0 ? (uint64_t)d->digit[i] << shift : 0;
		digits[--at] = carry % 10;
		carry /= 10;
		if (i < 0)
			i = 0;
	}
	d->point += DIGITS_MAX + 20 - at - d->count;
	d->count = DIGITS_MAX + 20 - at;
	if (d->count > DIGITS_MAX) {
		for (int i = DIGITS_MAX; i < d->count; i++)
			digits[at + DIGITS_MAX - 1] |= digits[at + i] != 0;
		d->count = DIGITS_MAX;
	}
	memcpy(d->digit, digits + at, (size_t)d->count);
	trim(d);
}

static void shift(struct decimal *d, int by)
{
	for (; by > SHIFT_MAX; by -= SHIFT_MAX)
		shift_left(d, SHIFT_MAX);
	for (; by < -SHIFT_MAX; by += SHIFT_MAX)
		shift_right(d, SHIFT_MAX);
	if (by > 0)
		shift_left(d, by);
	else if (by < 0)
		shift_right(d, -by);
}

/* The integer nearest to d, ties to even; d < 2^63. */
static uint64_t rounded(const struct decimal *d)
{
	uint64_t n = 0;
	int i;

	for (i = 0; i < d->point; i++)
		n = n * 10 + (i < d->count ? d->digit[i] : 0);
	if (d->point < 0 || d->point >= d->count)
		return n;
	if (d->digit[d->point] == 5 && d->point + 1 == d->count)
		return n + (n & 1);
	return n + (d->digit[d->point] >= 5);
}

/* The format's bits without the sign; sets errno where the value does not fit. */
static uint64_t encode(struct decimal *d, const struct format *format)
{
	uint64_t infinity = (uint64_t)(format->max_exponent - format->min_exponent + 2) << (format->mantissa_bits - 1);
	uint64_t mantissa;
	int exponent = 0;

	if (!d->count)
		return 0;
	if (d->point > 310 || d->point < -400) {
		errno = ERANGE;
		return d->point > 0 ? infinity : 0;
	}
	while (d->point > 1 || (d->point == 1 && d->digit[0] >= 2)) {	/* bring into [1, 2) */
		int by = d->point > 1 ? (d->point - 1) * 3 : 1;

		shift(d, -by);
		exponent += by;
	}
	while (d->point < 1) {
		int by = d->point < 0 ? -d->point * 3 : 1;

		shift(d, by);
		exponent -= by;
		if (d->point > 1 || (d->point == 1 && d->digit[0] >= 2)) {
			shift(d, -1);
			exponent++;
		}
	}
	if (exponent < format->min_exponent) {
		shift(d, exponent - format->min_exponent);
		exponent = format->min_exponent;
	}
	shift(d, format->mantissa_bits - 1);
	mantissa = rounded(d);
	if (mantissa >> format->mantissa_bits) {
		mantissa >>= 1;
		exponent++;
	}
	if (exponent > format->max_exponent) {
		errno = ERANGE;
		return infinity;
	}
	if (!(mantissa >> (format->mantissa_bits - 1))) {
		errno = ERANGE;
		return mantissa;
	}
	mantissa &= (1ull << (format->mantissa_bits - 1)) - 1;
	return mantissa | (uint64_t)(exponent - format->min_exponent + 1) << (format->mantissa_bits - 1);
}

static void add_digit(struct decimal *d, int digit, bool after_point)
{
	if (!d->count && !digit) {
		d->point -= after_point;
		return;
	}
	d->point += !after_point;
	if (d->count < DIGITS_MAX)
		d->digit[d->count++] = (unsigned char)digit;
	else if (digit)
		d->digit[DIGITS_MAX - 1] |= 1;
}

static const char *parse_exponent(const char *s, char letter, int *exponent)
{
	const char *p = s + 1;
	bool negative = *p == '-';
	int value = 0;

	if ((*s | 32) != letter)
		return s;
	if (*p == '-' || *p == '+')
		p++;
	if (!isdigit((unsigned char)*p))
		return s;
	for (; isdigit((unsigned char)*p); p++)
		value = value < 100000 ? value * 10 + *p - '0' : value;
	*exponent = negative ? -value : value;
	return p;
}

static const char *parse_decimal(const char *s, struct decimal *d)
{
	bool any = false, point = false;
	const char *p = s;
	int exponent = 0;

	for (; isdigit((unsigned char)*p) || (*p == '.' && !point); p++) {
		if (*p == '.') {
			point = true;
		} else {
			add_digit(d, *p - '0', point);
			any = true;
		}
	}
	if (!any)
		return s;
	p = parse_exponent(p, 'e', &exponent);
	d->point += exponent;
	trim(d);
	return p;
}

/* Hexadecimal: up to 15 digits count, later ones only as "not zero", which rounding needs. */
static const char *parse_hex(const char *s, struct decimal *d)
{
	bool any = false, point = false;
	const char *p = s + 2;
	uint64_t n = 0;
	int scale = 0, exponent = 0;

	for (; isxdigit((unsigned char)*p) || (*p == '.' && !point); p++) {
		unsigned digit = isdigit((unsigned char)*p) ? (unsigned)(*p - '0') : (unsigned)((*p | 32) - 'a' + 10);

		if (*p == '.') {
			point = true;
			continue;
		}
		any = true;
		if (n >> 59) {
			n |= digit != 0;
			scale += point ? 0 : 4;
		} else {
			n = n * 16 + digit;
			scale -= point ? 4 : 0;
		}
	}
	if (!any)
		return s + 1;
	p = parse_exponent(p, 'p', &exponent);
	for (uint64_t power = 10000000000000000000ull; power; power /= 10)
		add_digit(d, (int)(n / power % 10), false);
	trim(d);
	scale += exponent;
	shift(d, scale > 2000 ? 2000 : scale < -2000 ? -2000 : scale);
	return p;
}

static uint64_t parse(const char *s, char **end, const struct format *format, bool *negative)
{
	uint64_t infinity = (uint64_t)(format->max_exponent - format->min_exponent + 2) << (format->mantissa_bits - 1);
	struct decimal d = { 0 };
	const char *p = s, *after;

	*negative = false;
	while (isspace((unsigned char)*p))
		p++;
	if (*p == '-' || *p == '+')
		*negative = *p++ == '-';
	if (end)
		*end = (char *)s;
	if (!strncasecmp(p, "inf", 3)) {
		if (end)
			*end = (char *)p + (strncasecmp(p, "infinity", 8) ? 3 : 8);
		return infinity;
	}
	if (!strncasecmp(p, "nan", 3)) {
		if (end)
			*end = (char *)p + 3;
		return infinity | 1ull << (format->mantissa_bits - 2);
	}
	after = p[0] == '0' && (p[1] | 32) == 'x' ? parse_hex(p, &d) : parse_decimal(p, &d);
	if (after == p) {
		*negative = false;
		return 0;
	}
	if (end)
		*end = (char *)after;
	return encode(&d, format);
}

double strtod(const char *restrict s, char **restrict end)
{
	static const struct format binary64 = { 53, -1022, 1023 };
	union { uint64_t bits; double value; } u;
	bool negative;

	u.bits = parse(s, end, &binary64, &negative);
	u.bits |= (uint64_t)negative << 63;
	return u.value;
}

float strtof(const char *restrict s, char **restrict end)
{
	static const struct format binary32 = { 24, -126, 127 };
	union { uint32_t bits; float value; } u;
	bool negative;

	u.bits = (uint32_t)parse(s, end, &binary32, &negative);
	u.bits |= (uint32_t)negative << 31;
	return u.value;
}

double atof(const char *s)
{
	return strtod(s, NULL);
}
