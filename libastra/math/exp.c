/*
 * Exponentials. The exponent is split into an integer n and a rest of at most half, whose power f2xm1 gives. Long double
 * results are within 2 ulp.
 */
#include "math_impl.h"

#define LN2_HIGH  0xb17217f7d1cfp-48L	/* times n exact */
#define LN2_LOW   0xf35793c7673007e6p-113L
#define LG2_HIGH  0x9a209a84fbd0p-49L	/* log10(2) */
#define LG2_LOW   -0x8677076a653f4837p-117L
#define LOG2_10   0xd49a784bcd1b8afep-62L
#define EXP_MAX   11400.0L		/* beyond it every format overflows */

long double exp2l(long double x)
{
	long double n;

	if (isnan(x))
		return x;
	if (x > 16500)
		return fscale(1, 20000);
	if (x < -16600)
		return fscale(1, -20000);
	n = frndint(x);
	return fscale(1 + f2xm1(x - n), n);
}

long double expl(long double x)
{
	long double n, rest;

	if (isnan(x))
		return x;
	if (x > EXP_MAX || x < -EXP_MAX - 100)
		return fscale(1, x > 0 ? 20000 : -20000);
	n = frndint(x * LOG2_E);
	rest = x - n * LN2_HIGH - n * LN2_LOW;
	return fscale(1 + f2xm1(rest * LOG2_E), n);
}

long double exp10l(long double x)
{
	long double n, rest;

	if (isnan(x))
		return x;
	if (x > 5000 || x < -5000)
		return fscale(1, x > 0 ? 20000 : -20000);
	n = frndint(x * LOG2_10);
	rest = x - n * LG2_HIGH - n * LG2_LOW;
	return fscale(1 + f2xm1(rest * LOG2_10), n);
}

/* 2^n (1 + p) - 1 = 2^n p + (2^n - 1), where both parts have one sign or the first is small. */
long double expm1l(long double x)
{
	long double n, power;

	if (isnan(x) || x == 0)
		return x;
	if (x > EXP_MAX)
		return fscale(1, 20000);
	if (x < -60)
		return -1 + 0x1p-70L;
	n = frndint(x * LOG2_E);
	power = f2xm1((x - n * LN2_HIGH - n * LN2_LOW) * LOG2_E);
	if (n == 0)
		return power;
	if (n > 70)
		return fscale(1 + power, n);
	return fscale(power, n) + (fscale(1, n) - 1);
}

FACES_1(exp)
FACES_1(exp2)
FACES_1(exp10)
FACES_1(expm1)
