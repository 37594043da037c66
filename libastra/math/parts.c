/* Taking numbers apart and putting them together; signs, neighbours, maxima. All exact. */
#include <limits.h>

#include "math_impl.h"

long double frexpl(long double x, int *exponent)
{
	union extended e = { .value = x };
	int biased = e.sign_exponent & 0x7fff;

	*exponent = 0;
	if (x == 0 || biased == 0x7fff)
		return x;
	if (!biased) {
		e.value = x * 0x1p100L;
		*exponent = -100;
		biased = e.sign_exponent & 0x7fff;
	}
	*exponent += biased - 16382;
	e.sign_exponent = (uint16_t)((e.sign_exponent & 0x8000) | 16382);
	return e.value;
}

double frexp(double x, int *exponent)
{
	return (double)frexpl(x, exponent);
}

float frexpf(float x, int *exponent)
{
	return (float)frexpl(x, exponent);
}

int ilogbl(long double x)
{
	int exponent;

	if (x == 0)
		return FP_ILOGB0;
	if (isnan(x))
		return FP_ILOGBNAN;
	if (isinf(x))
		return INT_MAX;
	frexpl(x, &exponent);
	return exponent - 1;
}

int ilogb(double x)
{
	return ilogbl(x);
}

int ilogbf(float x)
{
	return ilogbl(x);
}

long double logbl(long double x)
{
	if (x == 0)
		return -1 / fabsl(x);
	return isfinite(x) ? ilogbl(x) : x * x;
}

#define SCALING(type, suffix)                                                        \
	type scalbln##suffix(type x, long n)                                         \
	{                                                                            \
		return (type)fscale(x, n > 40000 ? 40000 : n < -40000 ? -40000 : n); \
	}                                                                            \
	type scalbn##suffix(type x, int n)                                           \
	{                                                                            \
		return scalbln##suffix(x, n);                                        \
	}                                                                            \
	type ldexp##suffix(type x, int n)                                            \
	{                                                                            \
		return scalbln##suffix(x, n);                                        \
	}

SCALING(float, f)
SCALING(double, )
SCALING(long double, l)

#define SMALL(type, suffix)                                                                  \
	type fabs##suffix(type x)                                                            \
	{                                                                                    \
		return __builtin_fabs##suffix(x);                                            \
	}                                                                                    \
	type copysign##suffix(type x, type y)                                                \
	{                                                                                    \
		return __builtin_copysign##suffix(x, y);                                     \
	}                                                                                    \
	type nan##suffix(const char *text)                                                   \
	{                                                                                    \
		return __builtin_nan##suffix("");                                            \
	}                                                                                    \
	type fdim##suffix(type x, type y)                                                    \
	{                                                                                    \
		return isnan(x) || isnan(y) ? x + y : x > y ? x - y : 0;                     \
	}                                                                                    \
	type fmax##suffix(type x, type y)                                                    \
	{                                                                                    \
		if (isnan(x) || isnan(y))                                                    \
			return isnan(x) ? y : x;                                             \
		return x == y ? (signbit(x) ? y : x) : x > y ? x : y;                        \
	}                                                                                    \
	type fmin##suffix(type x, type y)                                                    \
	{                                                                                    \
		if (isnan(x) || isnan(y))                                                    \
			return isnan(x) ? y : x;                                             \
		return x == y ? (signbit(x) ? x : y) : x < y ? x : y;                        \
	}

SMALL(float, f)
SMALL(double, )
SMALL(long double, l)
FACES_1(logb)
