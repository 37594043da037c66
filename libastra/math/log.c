/* Logarithms. Long double results are within 2 ulp. */
#include "math_impl.h"

#define LOG10_2 0.301029995663981195213738894724493027L

long double logl(long double x)
{
	return fyl2x(x, LN2);
}

long double log2l(long double x)
{
	return fyl2x(x, 1);
}

long double log10l(long double x)
{
	return fyl2x(x, LOG10_2);
}

/* Beyond the instruction's range 1 + x is rounded where the logarithm is at least a quarter, so the error stays small. */
long double log1pl(long double x)
{
	if (x == 0)
		return x;
	return fabsl(x) < 0.29L ? fyl2xp1(x, LN2) : fyl2x(1 + x, LN2);
}

FACES_1(log)
FACES_1(log2)
FACES_1(log10)
FACES_1(log1p)
