/* Angles from their functions. Long double results are within 2 ulp. */
#include "math_impl.h"

long double atan2l(long double y, long double x)
{
	return fpatan(y, x);
}

long double atanl(long double x)
{
	return fpatan(x, 1);
}

/* Outside of -1 … 1 the root is of a negative number: NaN and the flag. */
long double asinl(long double x)
{
	return x == 0 ? x : fpatan(x, fsqrt((1 - x) * (1 + x)));
}

long double acosl(long double x)
{
	return fpatan(fsqrt((1 - x) * (1 + x)), x);
}

FACES_2(atan2)
FACES_1(atan)
FACES_1(asin)
FACES_1(acos)
