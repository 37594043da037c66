/*
 * Decimal to binary, correctly rounded (to nearest, ties to even). Most numbers have at most 19 digits: one or two
 * extended operations give them, and the bits below the result's last show whether the error could matter. Where it could,
 * the digits are kept as an exact number and multiplied or divided by powers of two until the integer part is the
 * mantissa; what is left decides. Digits beyond those that can matter are only remembered as "not zero". Any context.
 */
#include <string.h>

#include "strtod_impl.h"

#define SHIFT_MAX  56
#define GROWTH_MAX 17	/* digits that a shift by SHIFT_MAX adds */

static void trim(struct decimal *d)
{
	while (d->count && !d->digit[d->count - 1])
		d->count--;
	if (!d->count)
		d->point = 0;
}

/* d /= 2^by, by <= SHIFT_MAX */
static void shift_right(struct decimal *d, int by)
{
	uint64_t carry = 0;
	int in = 0, out = 0;
	bool sticky = false;

	while (in < d->count || carry) {
		uint64_t n = carry * 10 + (in < d->count ? d->digit[in] : 0);
		unsigned digit = (unsigned)(n >> by);

		carry = n & ((1ull << by) - 1);
		in++;
		if (!out && !digit) {
			d->point--;
			continue;
		}
		if (out < d->room)
			d->digit[out++] = (unsigned char)digit;
		else
			sticky |= digit != 0;
	}
	d->count = out;
	if (sticky)
		d->digit[d->room - 1] |= 1;
	trim(d);
}

/* d *= 2^by, by <= SHIFT_MAX. Goes from the last digit to the first, writing GROWTH_MAX places further on. */
static void shift_left(struct decimal *d, int by)
{
	int at = d->count + GROWTH_MAX, end = at;
	uint64_t carry = 0;
	bool sticky = false;

	for (int i = d->count; i > 0 || carry; carry /= 10) {
		if (i > 0)
			carry += (uint64_t)d->digit[--i] << by;
		d->digit[--at] = carry % 10;
	}
	d->point += end - at - d->count;
	d->count = end - at;
	memmove(d->digit, d->digit + at, (size_t)d->count);
	for (; d->count > d->room; d->count--)
		sticky |= d->digit[d->count - 1] != 0;
	if (sticky)
		d->digit[d->room - 1] |= 1;
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

/* Brings d into 1 <= d < 2; returns the exponent that it had. */
static int normalize(struct decimal *d)
{
	int exponent = 0;

	while (d->point > 1 || (d->point == 1 && d->digit[0] >= 2)) {
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
	return exponent;
}

/* The integer below d, which is less than 2^66, and in the last bit whether anything was left. */
static unsigned __int128 integer_part(const struct decimal *d)
{
	unsigned __int128 n = 0;

	for (int i = 0; i < d->point; i++)
		n = n * 10 + (i < d->count ? d->digit[i] : 0);
	return n << 1 | (d->point < d->count);
}

struct binary __exact_decimal(struct decimal *d, const struct format *format)
{
	int exponent, keep = format->bits + 1;

	trim(d);
	if (!d->count)
		return (struct binary){ 0 };
	if (d->point > format->point_max)
		return (struct binary){ .infinite = true, .inexact = true };
	if (d->point < format->point_min)
		return (struct binary){ .inexact = true };
	exponent = normalize(d);
	shift(d, keep - 1);
	return __round_binary(integer_part(d), exponent - keep, format);
}

long double __times_power_of_ten(long double value, int exponent)
{
	static const long double small[] = {
		1e0L, 1e1L, 1e2L, 1e3L, 1e4L, 1e5L, 1e6L, 1e7L, 1e8L, 1e9L, 1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L,
		1e17L, 1e18L, 1e19L, 1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L,
	};
	static const long double large[] = {
		1.0L,
		0x813f3978f8940984p30L,
		0x82818f1281ed44a0p123L,
		0x83c7088e1aab65dbp216L,
		0x850fadc09923329ep309L,
		0x865b86925b9bc5c2p402L,
		0x87aa9aff79042287p495L,
		0x88fcf317f22241e2p588L,
		0x8a5296ffe33cc930p681L,
		0x8bab8eefb6409c1ap774L,
		0x8d07e33455637eb3p867L,
		0x8e679c2f5e44ff8fp960L,
	};
	int size = exponent < 0 ? -exponent : exponent;

	value = exponent < 0 ? value / small[size % 28] : value * small[size % 28];
	if (size >= 28)
		value = exponent < 0 ? value / large[size / 28] : value * large[size / 28];
	return value;
}

bool __fast_decimal(uint64_t digits, int exponent, const struct format *format, struct binary *result)
{
	union {
		long double value;
		struct {
			uint64_t mantissa;
			uint16_t sign_exponent;
		};
	} u = { .value = (long double)digits };
	int size = exponent < 0 ? -exponent : exponent, drop = 64 - format->bits, slack;
	uint64_t low;

	if (!digits || size > 290 || (!drop && size > 27))
		return false;
	u.value = __times_power_of_ten(u.value, exponent);
	if (drop) {
		slack = size >= 28 ? 6 : 1;
		low = u.mantissa & ((1ull << drop) - 1);
		if (low + (uint64_t)slack >= 1ull << (drop - 1) && low <= (1ull << (drop - 1)) + (uint64_t)slack)
			return false;
		if (u.sign_exponent - 16383 <= format->min_exponent || u.sign_exponent - 16383 >= format->max_exponent)
			return false;
	}
	*result = __round_binary((unsigned __int128)u.mantissa << 1 | 1, u.sign_exponent - 16383 - 64, format);
	if (!drop)
		*result = (struct binary){ .mantissa = u.mantissa, .exponent = u.sign_exponent - 16383 };
	return true;
}
