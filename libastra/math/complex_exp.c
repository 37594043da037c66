/* Complex exponential, logarithm, power and square root. */
#include "complex_impl.h"

extended_complex cexpl(extended_complex z)
{
	long double x = __real__ z, y = __imag__ z, size, sine, cosine;

	if (y == 0)
		return MAKE(expl(x), y);
	if (isinf(x) && x < 0)
		return isfinite(y) ? MAKE(copysignl(0, cosl(y)), copysignl(0, sinl(y))) : MAKE(0, copysignl(0, y));
	if (isinf(x) && !isfinite(y))
		return MAKE(INFINITY, y - y);
	if (!isfinite(y))
		return MAKE(y - y, y - y);
	sincosl(y, &sine, &cosine);
	if (x > 11356 && isfinite(x)) {		/* e^x may overflow where its products do not: in two steps */
		size = expl(x / 2);
		return MAKE(size * cosine * size, size * sine * size);
	}
	size = expl(x);
	return MAKE(size * cosine, size * sine);
}

/* ln |z| for a point near the unit circle: the logarithm of 1 + ((large - 1)(large + 1) + small²), which loses nothing. */
static long double log_near_one(long double large, long double small)
{
	return log1pl((large - 1) * (large + 1) + small * small) / 2;
}

/* ln |z|; the scaling keeps hypot away from both ends of the format. */
static long double log_of_size(long double large, long double small)
{
	int exponent;

	if (!isfinite(large) || !isfinite(small) || large == 0)
		return logl(hypotl(large, small));
	if (large > 0.5L && large < 2)
		return log_near_one(large, small);
	exponent = ilogbl(large);
	return logl(hypotl(scalbnl(large, -exponent), scalbnl(small, -exponent))) + exponent * LN2;
}

extended_complex clogl(extended_complex z)
{
	long double x = fabsl(__real__ z), y = fabsl(__imag__ z);

	return MAKE(x > y ? log_of_size(x, y) : log_of_size(y, x), atan2l(__imag__ z, __real__ z));
}

/* The product is the plain one: its special values do not matter in front of cexp. */
extended_complex cpowl(extended_complex base, extended_complex exponent)
{
	extended_complex log = clogl(base);
	long double a = __real__ exponent, b = __imag__ exponent;

	if (a == 0 && b == 0)
		return MAKE(1, 0);
	if (__real__ base == 0 && __imag__ base == 0 && a > 0)
		return MAKE(0, 0);
	return cexpl(MAKE(a * __real__ log - b * __imag__ log, a * __imag__ log + b * __real__ log));
}

float _Complex cpowf(float _Complex base, float _Complex exponent)
{
	return (float _Complex)cpowl(base, exponent);
}

double _Complex cpow(double _Complex base, double _Complex exponent)
{
	return (double _Complex)cpowl(base, exponent);
}

/* The root in the right half plane; the larger part is a root of a sum, the other follows from it by division. */
extended_complex csqrtl(extended_complex z)
{
	long double x = __real__ z, y = __imag__ z, root, scale = 1;

	if (x == 0 && y == 0)
		return MAKE(0, y);
	if (isinf(y))
		return MAKE(INFINITY, y);
	if (isnan(x))
		return MAKE(x, isnan(y) ? y : (y - y) / (y - y));
	if (isinf(x) && x > 0)
		return MAKE(x, isnan(y) ? y : copysignl(0, y));
	if (isinf(x))
		return isnan(y) ? MAKE(y, INFINITY) : MAKE(0, copysignl(INFINITY, y));
	if (isnan(y))
		return MAKE(y, y);
	if (fabsl(x) > 0x1p16380L || fabsl(y) > 0x1p16380L) {
		x /= 16;
		y /= 16;
		scale = 4;
	} else if (fabsl(x) < 0x1p-16000L && fabsl(y) < 0x1p-16000L) {
		x *= 0x1p200L;
		y *= 0x1p200L;
		scale = 0x1p-100L;
	}
	root = fsqrt((fabsl(x) + hypotl(x, y)) / 2);
	if (x >= 0)
		return MAKE(root * scale, y / (2 * root) * scale);
	return MAKE(fabsl(y) / (2 * root) * scale, copysignl(root, y) * scale);
}

COMPLEX_FACES(cexp)
COMPLEX_FACES(clog)
COMPLEX_FACES(csqrt)
