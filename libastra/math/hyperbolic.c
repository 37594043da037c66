/* Hyperbolic functions and their inverses, from expm1 and log1p, which keep small arguments exact. Within 4 ulp. */
#include "math_impl.h"

long double sinhl(long double x)
{
	long double magnitude = fabsl(x), t;

	if (x == 0 || !isfinite(x))
		return x;
	if (magnitude > 11000) {
		t = expl(magnitude / 2);
		return copysignl(t / 2 * t, x);
	}
	t = expm1l(magnitude);
	return copysignl(magnitude > 40 ? t / 2 : (t + t / (t + 1)) / 2, x);
}

long double coshl(long double x)
{
	long double magnitude = fabsl(x), t;

	if (magnitude > 11000) {
		t = expl(magnitude / 2);
		return t / 2 * t;
	}
	if (magnitude > 40)
		return expl(magnitude) / 2;
	t = expm1l(magnitude);
	return 1 + t * t / (2 * (t + 1));
}

long double tanhl(long double x)
{
	long double t;

	if (x == 0 || isnan(x))
		return x;
	if (fabsl(x) > 40)
		return copysignl(1 - 0x1p-70L, x);
	t = expm1l(2 * fabsl(x));
	return copysignl(t / (t + 2), x);
}

long double asinhl(long double x)
{
	long double magnitude = fabsl(x), square = magnitude * magnitude;

	if (x == 0 || !isfinite(x))
		return x;
	if (magnitude > 0x1p40L)
		return copysignl(logl(magnitude) + LN2, x);
	return copysignl(log1pl(magnitude + square / (1 + fsqrt(1 + square))), x);
}

long double acoshl(long double x)
{
	long double t = x - 1;

	if (x < 1)
		return (x - x) / (x - x);
	return x > 0x1p40L ? logl(x) + LN2 : log1pl(t + fsqrt(2 * t + t * t));
}

long double atanhl(long double x)
{
	return x == 0 ? x : copysignl(log1pl(2 * fabsl(x) / (1 - fabsl(x))) / 2, x);
}

FACES_1(sinh)
FACES_1(cosh)
FACES_1(tanh)
FACES_1(asinh)
FACES_1(acosh)
FACES_1(atanh)
