/*
 * The error function: a series of positive terms for small arguments, a continued fraction for the complement of large
 * ones. Double results are within 0.6 ulp; long double results lose up to seven bits.
 */
#include "math_impl.h"

#define ONE_OVER_ROOT_PI 0x906eba8214db688dp-64L

/* exp(-x²): the square is split, because its rounding error would be multiplied by its size. */
static long double gauss(long double x)
{
	union extended high = { .value = x };

	high.mantissa &= 0xffffffff00000000u;
	return expl(-high.value * high.value) * expl(-(x - high.value) * (x + high.value));
}

static long double erf_series(long double x)
{
	long double term = x, sum = x, square = x * x;

	for (int n = 1; term > sum * 0x1p-67L; n++) {
		term *= 2 * square / (2 * n + 1);
		sum += term;
	}
	return 2 * ONE_OVER_ROOT_PI * gauss(x) * sum;
}

/* x >= 1.5 */
static long double erfc_fraction(long double x)
{
	long double f = x;

	for (int n = 12 + (int)(280 / (x * x)); n; n--)
		f = x + n / 2.0L / f;
	return gauss(x) * ONE_OVER_ROOT_PI / f;
}

long double erfl(long double x)
{
	long double magnitude = fabsl(x);

	if (x == 0 || isnan(x))
		return x;
	if (magnitude > 8)
		return copysignl(1 - 0x1p-70L, x);
	return copysignl(magnitude < 1.5L ? erf_series(magnitude) : 1 - erfc_fraction(magnitude), x);
}

long double erfcl(long double x)
{
	if (isnan(x))
		return x;
	if (x > 200)
		return fscale(1, -20000);
	if (x >= 1.5L)
		return erfc_fraction(x);
	return x >= 0.5L ? 1 - erf_series(x) : 1 - erfl(x);
}

FACES_1(erf)
FACES_1(erfc)
