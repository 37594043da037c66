/*
 * Γ and its logarithm. Near 2 a series in ζ; further up products and Stirling's formula; below zero the reflection
 * formula. Double results are within 0.6 ulp, but for lgamma near its zeros below -2, where the error is 2^-60
 * absolute.
 */
#include "math_impl.h"
#include "zeta_table.h"

#define ONE_MINUS_GAMMA 0xd8773039049e70b6p-65L
#define HALF_LN_2PI_1   0xd67f1c864beb4a69p-65L		/* (ln 2π - 1) / 2 */
#define ZETA_COUNT      ((int)(sizeof(zeta_table) / sizeof(zeta_table[0])))

int signgam;

long double __lgamma_near_2(long double z)
{
	long double sum = 0;

	for (int k = ZETA_COUNT; k--;)
		sum = zeta_table[k] + z * sum;
	return z * (ONE_MINUS_GAMMA + z * sum);
}

/* x >= 32 */
static long double stirling(long double x)
{
	static const long double bernoulli[] = {
		1 / 12.0L, -1 / 360.0L, 1 / 1260.0L, -1 / 1680.0L, 1 / 1188.0L, -691 / 360360.0L, 1 / 156.0L,
	};
	long double square = 1 / (x * x), sum = 0;

	for (int k = 7; k--;)
		sum = bernoulli[k] + square * sum;
	return (x - 0.5L) * (logl(x) - 1) + HALF_LN_2PI_1 + sum / x;
}

/* x > 0 */
static long double lgamma_positive(long double x)
{
	long double product = 1;

	if (x >= 32)
		return isinf(x) ? x : stirling(x);
	if (x < 0.5L)
		return __lgamma_near_2(x) - log1pl(x) - logl(x);
	if (x < 1.5L)
		return __lgamma_near_2(x - 1) - log1pl(x - 1);
	while (x > 2.5L) {
		x -= 1;
		product *= x;
	}
	return product == 1 ? __lgamma_near_2(x - 2) : logl(product) + __lgamma_near_2(x - 2);
}

long double lgammal_r(long double x, int *sign)
{
	long double sine;

	*sign = 1;
	if (isnan(x))
		return x;
	if (x > 0)
		return lgamma_positive(x);
	if (isinf(x))
		return INFINITY;
	if (x == 0)
		*sign = signbit(x) ? -1 : 1;
	sine = x == 0 ? 0 : __sin_pi(x);
	if (sine == 0)
		return 1 / fabsl(sine);
	*sign = sine < 0 ? -1 : 1;
	if (x > -0x1p-60L)
		return -logl(-x);
	return logl(PI / fabsl(x * sine)) - lgamma_positive(-x);
}

/* 0.5 <= x: down to 1.5 … 2.5 by factors */
static long double gamma_positive(long double x)
{
	long double product = 1;

	if (x > 1756)
		return fscale(1, 20000);
	if (x < 1.5L)
		return expl(__lgamma_near_2(x - 1)) / x;
	while (x > 2.5L) {
		x -= 1;
		product *= x;
	}
	return product * expl(__lgamma_near_2(x - 2));
}

long double tgammal(long double x)
{
	if (isnan(x) || x == 0)
		return x == 0 ? 1 / x : x;
	if (x == -INFINITY || (x < 0 && frndint(x) == x))
		return (x - x) / (x - x);
	if (x >= 0.5L)
		return gamma_positive(x);
	if (fabsl(x) < 0x1p-40L)
		return 1 / (x * (1 + 0.57721566490153286061L * x));
	if (x < -1756)
		return fscale(__sin_pi(x) < 0 ? -1 : 1, -20000);
	return PI / (__sin_pi(x) * gamma_positive(1 - x));
}

long double lgammal(long double x)
{
	return lgammal_r(x, &signgam);
}

double lgamma_r(double x, int *sign)
{
	return (double)lgammal_r(x, sign);
}

float lgammaf_r(float x, int *sign)
{
	return (float)lgammal_r(x, sign);
}

FACES_1(lgamma)
FACES_1(tgamma)
