/* Roots: sqrt is correctly rounded, cbrt and hypot are within 0.51 ulp (long double: 2). */
#include "math_impl.h"

float sqrtf(float x)
{
	__asm__("sqrtss %0, %0" : "+x"(x));
	return x;
}

double sqrt(double x)
{
	__asm__("sqrtsd %0, %0" : "+x"(x));
	return x;
}

long double sqrtl(long double x)
{
	return fsqrt(x);
}

/* One step of Newton's method polishes the power. */
long double cbrtl(long double x)
{
	long double magnitude = fabsl(x), root;

	if (x == 0 || !isfinite(x))
		return x;
	root = exp2l(log2l(magnitude) / 3);
	root -= (root - magnitude / (root * root)) / 3;
	return copysignl(root, x);
}

long double hypotl(long double x, long double y)
{
	long double large = fabsl(x) > fabsl(y) ? fabsl(x) : fabsl(y), small = fabsl(x) > fabsl(y) ? fabsl(y) : fabsl(x);
	int exponent;

	if (isinf(x) || isinf(y))
		return INFINITY;
	if (isnan(x) || isnan(y))
		return x + y;
	if (large == 0)
		return 0;
	exponent = ilogbl(large);
	large = scalbnl(large, -exponent);
	small = scalbnl(small, -exponent);
	return scalbnl(fsqrt(large * large + small * small), exponent);
}

FACES_1(cbrt)
FACES_2(hypot)
