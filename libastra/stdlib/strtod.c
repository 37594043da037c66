/* Floating-point numbers from strings: the grammar, and the three formats. Any context. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "strtod_impl.h"

#define DIGITS_MAX 11600	/* the most that a format can need */

static const struct format binary32 = { 24, -126, 127, 160, -60, 40 };
static const struct format binary64 = { 53, -1022, 1023, 800, -340, 310 };
static const struct format extended = { 64, -16382, 16383, DIGITS_MAX, -4980, 4940 };

struct binary __round_binary(unsigned __int128 m, int exponent, const struct format *format)
{
	int length = 128 - (m >> 64 ? __builtin_clzll((uint64_t)(m >> 64)) : 64 + __builtin_clzll((uint64_t)m | 1));
	int drop = length - format->bits, least = format->min_exponent - format->bits + 1;
	struct binary result = { 0 };
	unsigned __int128 rest, half;

	if (!m)
		return result;
	if (exponent + drop < least)
		drop = least - exponent;
	if (drop > 126) {
		result.inexact = true;
		return result;
	}
	if (drop > 0) {
		half = (unsigned __int128)1 << (drop - 1);
		rest = m & (half * 2 - 1);
		m >>= drop;
		result.inexact = rest != 0;
		m += rest > half || (rest == half && (m & 1));
		if (m >> format->bits) {
			m >>= 1;
			exponent++;
		}
	} else {
		m <<= -drop;
	}
	result.mantissa = (uint64_t)m;
	result.exponent = exponent + drop + format->bits - 1;
	if (result.exponent > format->max_exponent)
		result.infinite = result.inexact = true;
	return result;
}

static const char *parse_exponent(const char *s, char letter, int *exponent)
{
	const char *p = s + 1;
	bool negative;
	int value = 0;

	if ((*s | 32) != letter)
		return s;
	negative = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	if (!isdigit((unsigned char)*p))
		return s;
	for (; isdigit((unsigned char)*p); p++)
		value = value < 10000000 ? value * 10 + *p - '0' : value;
	*exponent = negative ? -value : value;
	return p;
}

/* Where the digits of a decimal number start and end, and what they say in 64 bits when there are at most 19. */
struct digits {
	const char *first, *end;	/* the first that is not zero; behind the last */
	int point;			/* places from the first to the decimal point */
	int count;			/* from the first to the last that is not zero */
	uint64_t head;
};

static const char *scan_digits(const char *s, struct digits *digits)
{
	bool any = false, point = false, started = false;
	int places = 0, position = 0;
	const char *p = s;

	for (; isdigit((unsigned char)*p) || (*p == '.' && !point); p++) {
		if (*p == '.') {
			point = true;
			continue;
		}
		any = true;
		if (!started && *p != '0') {
			started = true;
			digits->first = p;
		}
		if (started) {
			position++;
			if (position <= 19)
				digits->head = digits->head * 10 + (uint64_t)(*p - '0');
			if (*p != '0')
				digits->count = position;
		}
		places += started ? !point : -(int)point;
	}
	digits->end = p;
	digits->point = places;
	if (position < 19 || digits->count <= 19) {	/* the head's last digits may be zeros that count */
		for (int extra = (position < 19 ? position : 19) - digits->count; extra > 0; extra--)
			digits->head /= 10;
	}
	return any ? p : NULL;
}

/*
 * What the fast way makes of a number whose first digit stands `point` places in front of the point. Digits behind the 19th
 * only say that it lies between two neighbours of 19 digits: where both become the same, so does the number.
 */
static bool try_fast(const struct digits *digits, int point, const struct format *format, struct binary *result)
{
	struct binary above;

	if (digits->count <= 19)
		return __fast_decimal(digits->head, point - digits->count, format, result);
	return format->bits < 64 && __fast_decimal(digits->head, point - 19, format, result) &&
	       __fast_decimal(digits->head + 1, point - 19, format, &above) && result->mantissa == above.mantissa &&
	       result->exponent == above.exponent && result->infinite == above.infinite;
}

/* A decimal number; NULL when there is none. */
static const char *parse_decimal(const char *s, const struct format *format, struct binary *result)
{
	unsigned char room[DIGITS_MAX + 20];
	struct decimal d = { .room = format->digits, .digit = room };
	struct digits digits = { 0 };
	const char *p = scan_digits(s, &digits);
	int exponent = 0;

	if (!p)
		return NULL;
	p = parse_exponent(p, 'e', &exponent);
	if (!digits.count)
		return p;
	d.point = digits.point + exponent;
	if (try_fast(&digits, d.point, format, result))
		return p;
	for (const char *c = digits.first; c < digits.end; c++) {
		if (*c == '.')
			continue;
		if (d.count < d.room)
			d.digit[d.count++] = (unsigned char)(*c - '0');
		else if (*c != '0')
			d.digit[d.room - 1] |= 1;
	}
	*result = __exact_decimal(&d, format);
	return p;
}

/* Hexadecimal, behind 0x; NULL when there are no digits. What does not fit 128 bits is kept as "not zero". */
static const char *parse_hex(const char *s, const struct format *format, struct binary *result)
{
	bool any = false, point = false;
	unsigned __int128 n = 0;
	const char *p = s;
	int scale = 0, exponent = 0;

	for (; isxdigit((unsigned char)*p) || (*p == '.' && !point); p++) {
		unsigned digit = isdigit((unsigned char)*p) ? (unsigned)(*p - '0') : (unsigned)((*p | 32) - 'a' + 10);

		if (*p == '.') {
			point = true;
			continue;
		}
		any = true;
		if (n >> 120) {
			n |= digit != 0;
			scale += point ? 0 : 4;
		} else {
			n = n * 16 + digit;
			scale -= point ? 4 : 0;
		}
	}
	if (!any)
		return NULL;
	p = parse_exponent(p, 'p', &exponent);
	*result = __round_binary(n, scale + exponent, format);
	return p;
}

static const char *parse_nan(const char *p)
{
	const char *end = p + 3;

	if (*end != '(')
		return end;
	for (end++; isalnum((unsigned char)*end) || *end == '_'; end++)
		;
	return *end == ')' ? end + 1 : p + 3;
}

/* What was read: a number, infinity, or NaN. */
struct reading {
	struct binary value;
	bool negative, nan;
};

static struct reading parse(const char *s, char **end, const struct format *format)
{
	struct reading reading = { 0 };
	const char *p = s, *after;

	while (isspace((unsigned char)*p))
		p++;
	if (*p == '-' || *p == '+')
		reading.negative = *p++ == '-';
	if (!strncasecmp(p, "inf", 3)) {
		reading.value.infinite = true;
		after = p + (strncasecmp(p, "infinity", 8) ? 3 : 8);
	} else if (!strncasecmp(p, "nan", 3)) {
		reading.nan = true;
		after = parse_nan(p);
	} else if (p[0] == '0' && (p[1] | 32) == 'x') {
		after = parse_hex(p + 2, format, &reading.value);
		if (!after)
			after = p + 1;
	} else {
		after = parse_decimal(p, format, &reading.value);
	}
	if (!after)
		reading.negative = false;
	if (end)
		*end = (char *)(after ? after : s);
	if (reading.value.inexact && (reading.value.infinite || !(reading.value.mantissa >> (format->bits - 1))))
		errno = ERANGE;
	return reading;
}

/* The bits of an IEEE format with a hidden leading bit, without the sign. */
static uint64_t encode(const struct reading *reading, const struct format *format)
{
	uint64_t infinity = (uint64_t)(format->max_exponent - format->min_exponent + 2) << (format->bits - 1);
	uint64_t hidden = 1ull << (format->bits - 1), mantissa = reading->value.mantissa;

	if (reading->nan)
		return infinity | hidden >> 1;
	if (reading->value.infinite)
		return infinity;
	if (!(mantissa & hidden))
		return mantissa;
	return (mantissa ^ hidden) | (uint64_t)(reading->value.exponent - format->min_exponent + 1) << (format->bits - 1);
}

double strtod(const char *restrict s, char **restrict end)
{
	struct reading reading = parse(s, end, &binary64);
	union { uint64_t bits; double value; } u = { encode(&reading, &binary64) };

	u.bits |= (uint64_t)reading.negative << 63;
	return u.value;
}

float strtof(const char *restrict s, char **restrict end)
{
	struct reading reading = parse(s, end, &binary32);
	union { uint32_t bits; float value; } u = { (uint32_t)encode(&reading, &binary32) };

	u.bits |= (uint32_t)reading.negative << 31;
	return u.value;
}

/* The leading bit is explicit. */
long double strtold(const char *restrict s, char **restrict end)
{
	struct reading reading = parse(s, end, &extended);
	union {
		long double value;
		struct {
			uint64_t mantissa;
			uint16_t sign_exponent;
		};
	} u = { 0 };

	u.mantissa = reading.value.mantissa;
	u.sign_exponent = u.mantissa >> 63 ? (uint16_t)(reading.value.exponent + 16383) : 0;
	if (reading.value.infinite || reading.nan) {
		u.mantissa = reading.nan ? 3ull << 62 : 1ull << 63;
		u.sign_exponent = 0x7fff;
	}
	u.sign_exponent |= (uint16_t)(reading.negative << 15);
	return u.value;
}

double atof(const char *s)
{
	return strtod(s, NULL);
}
