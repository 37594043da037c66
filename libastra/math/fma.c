/*
 * Multiplication and addition with one rounding. The product of two doubles is an exact sum of two extended numbers;
 * the sum with z is rounded to odd in 64 bits, from where rounding to a double is right. The long double form is exact
 * but for intermediate results beyond the format's range.
 */
#include "math_impl.h"

struct sum {
	long double high, low;
};

/* a + b exactly. */
static struct sum add(long double a, long double b)
{
	struct sum s = { .high = a + b };
	long double part = s.high - a;

	s.low = (a - (s.high - part)) + (b - part);
	return s;
}

static long double upper(long double x)
{
	long double scaled = x * 0x1.00000001p32L;

	return x - scaled + scaled;
}

/* x × y exactly, by halves of 32 bits. */
static struct sum multiply(long double x, long double y)
{
	long double xh = upper(x), yh = upper(y), xl = x - xh, yl = y - yh;
	struct sum p = { .high = x * y };

	p.low = xh * yh - p.high + xh * yl + xl * yh + xl * yl;
	return p;
}

/* high + low with the last bit set when it is not exact. */
static long double round_to_odd(struct sum s)
{
	union extended e = { .value = s.high };

	if (s.low != 0 && !(e.mantissa & 1)) {
		if ((s.low > 0) == (s.high > 0))
			e.mantissa++;
		else
			e.value = nexttowardl(s.high, s.low > 0 ? INFINITY : -INFINITY);
	}
	return e.value;
}

double fma(double x, double y, double z)
{
	struct sum product, total, rest;

	if (!isfinite(x) || !isfinite(y) || x == 0 || y == 0)
		return (double)((long double)x * y + z);
	if (!isfinite(z))
		return z;
	if (z == 0 && (long double)x * y != 0)
		return (double)round_to_odd(multiply(x, y));
	product = multiply(x, y);
	total = add(product.high, z);
	if (total.high == 0)
		return (double)(product.low + total.high);
	rest = add(total.low, product.low);
	total = add(total.high, rest.high);
	if (rest.low != 0)
		total.low = total.low != 0 ? total.low : rest.low;
	return (double)round_to_odd(total);
}

float fmaf(float x, float y, float z)
{
	struct sum total = add((long double)x * y, z);

	return isfinite(total.high) ? (float)round_to_odd(total) : (float)total.high;
}

long double fmal(long double x, long double y, long double z)
{
	struct sum product, total;

	if (!isfinite(x) || !isfinite(y) || !isfinite(z) || fabsl(x) > 0x1p8000L || fabsl(y) > 0x1p8000L)
		return x * y + z;
	product = multiply(x, y);
	total = add(product.high, z);
	return total.high + (total.low + product.low);
}
