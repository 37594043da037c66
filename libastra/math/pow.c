/*
 * Powers. log2(x) is made as an unevaluated sum of two extended numbers: the exponent, a table's value for the
 * leading seven bits, and the logarithm of 1 + u for what is left, |u| < 1/128. Its error, at most 2^-78 or 2^-72
 * relative, times an exponent of up to 2^10 keeps double results within 0.51 ulp; long double results lose up to six
 * bits at the ends of their range.
 */
#include <stdbool.h>

#include "math_impl.h"
#include "pow_table.h"

#define INV_LN2_HIGH 0xb8aa3b29p-31L	/* 32 bits of 1/ln 2 */
#define INV_LN2_LOW  0xb82fe1777d0ffda1p-96L

struct sum {
	long double high, low;
};

/* a + b exactly, |a| >= |b| or a = 0. */
static struct sum add(long double a, long double b)
{
	struct sum sum = { .high = a + b };

	sum.low = b - (sum.high - a);
	return sum;
}

/* The upper 32 bits of the mantissa. */
static long double upper(long double x)
{
	union extended e = { .value = x };

	e.mantissa &= 0xffffffff00000000u;
	return e.value;
}

/* (1/ln 2) (ln(1 + u) - u), for |u| < 1/128 */
static long double tail_of_log(long double u)
{
	long double series = 0;

	for (int k = 11; k >= 2; k--)
		series = (k & 1 ? 1.0L : -1.0L) / k + u * series;
	return series * u * u * LOG2_E;
}

static struct sum binary_log(long double x)
{
	union extended m = { .value = x };
	int exponent = m.sign_exponent - 16383, index;
	long double reciprocal, high, uh, ul, head;
	struct sum u, sum;

	if (!(m.mantissa >> 63)) {	/* subnormal */
		m.value *= 0x1p64L;
		exponent = m.sign_exponent - 16383 - 64;
	}
	m.sign_exponent = 16383;
	index = (int)((m.mantissa - (1ull << 63) + (1ull << 55)) >> 56);
	reciprocal = pow_table[index].reciprocal / 512.0L;
	high = upper(m.value);
	u = add(high * reciprocal - 1, (m.value - high) * reciprocal);
	uh = upper(u.high);
	ul = u.high - uh + u.low;
	head = uh * INV_LN2_HIGH;
	sum = add(exponent + pow_table[index].high, head);
	sum.low += pow_table[index].low + uh * INV_LN2_LOW + ul * LOG2_E + tail_of_log(u.high);
	return add(sum.high, sum.low);
}

/* x^y for finite x > 0 and finite y. */
static long double positive_power(long double x, long double y)
{
	struct sum log = binary_log(x);
	long double y_high, log_high, product, rest, n;

	if (fabsl(y) > 0x1p80L || fabsl(y * log.high) > 17000)
		return log.high == 0 ? 1 : fscale(1, (log.high > 0) == (y > 0) ? 20000 : -20000);
	y_high = upper(y);
	log_high = upper(log.high);
	product = y_high * log_high;
	rest = y_high * (log.high - log_high) + (y - y_high) * log.high + y * log.low;
	n = frndint(product + rest);
	return fscale(1 + f2xm1(product - n + rest), n);
}

static bool is_odd(long double y)
{
	return fabsl(y) < 0x1p64L && fmodl(fabsl(y), 2) == 1;
}

/* Zero, infinity or NaN as base, or infinity as exponent. */
static long double special_power(long double x, long double y)
{
	bool negative = signbit(x) && is_odd(y);
	long double magnitude = fabsl(x);

	if (isnan(x) || isnan(y))
		return x + y;
	if (isinf(y)) {
		if (magnitude == 1)
			return 1;
		return (magnitude > 1) == (y > 0) ? INFINITY : 0;
	}
	if ((magnitude == 0) == (y > 0))
		return negative ? -0.0L : 0;
	if (magnitude == 0)
		return (negative ? -1 : 1) / fabsl(x);
	return negative ? -INFINITY : INFINITY;
}

long double powl(long double x, long double y)
{
	if (y == 0 || x == 1)
		return 1;
	if (x == 0 || !isfinite(x) || !isfinite(y))
		return special_power(x, y);
	if (x > 0)
		return positive_power(x, y);
	if (frndint(y) != y)
		return (x - x) / (x - x);
	return is_odd(y) ? -positive_power(-x, y) : positive_power(-x, y);
}

FACES_2(pow)
