/*
 * Inverse complex functions, after W. Kahan, "Branch cuts for complex elementary functions": roots of 1 - z and 1 + z
 * apart keep the branch cuts and the signs of zeros right, and the real and imaginary parts each come from a real function.
 */
#include "complex_impl.h"

#define GREAT 0x1p8000L		/* beyond, 1 does not count beside z, and squares overflow */

extended_complex cacosl(extended_complex z)
{
	long double x = __real__ z, y = __imag__ z;
	extended_complex minus, plus;

	if (isnan(x) || isnan(y)) {
		if (isinf(x) || isinf(y))
			return isinf(x) ? MAKE(NAN, INFINITY) : MAKE(NAN, -y);
		return x == 0 ? MAKE(PI_2, NAN) : MAKE(NAN, NAN);
	}
	if (isinf(x) || isinf(y) || fabsl(x) > GREAT || fabsl(y) > GREAT)
		return MAKE(atan2l(fabsl(y), x), copysignl(__real__ clogl(z) + LN2, -y));
	minus = csqrtl(MAKE(1 - x, -y));
	plus = csqrtl(MAKE(1 + x, y));
	return MAKE(2 * atan2l(__real__ minus, __real__ plus),
		    asinhl(__real__ plus * __imag__ minus - __imag__ plus * __real__ minus));
}

extended_complex casinhl(extended_complex z)
{
	long double x = __real__ z, y = __imag__ z;
	extended_complex minus, plus;

	if (isnan(x) || isnan(y)) {
		if (isinf(x))
			return MAKE(x, NAN);
		if (isinf(y))
			return MAKE(INFINITY, NAN);
		return MAKE(NAN, y == 0 ? y : NAN);
	}
	if (isinf(x) || isinf(y) || fabsl(x) > GREAT || fabsl(y) > GREAT)
		return MAKE(copysignl(__real__ clogl(z) + LN2, x), atan2l(y, fabsl(x)));
	minus = csqrtl(MAKE(1 + y, -x));	/* √(1 - i z) and √(1 + i z) */
	plus = csqrtl(MAKE(1 - y, x));
	return MAKE(asinhl(__real__ plus * -__imag__ minus + __imag__ plus * __real__ minus),
		    atan2l(y, __real__ minus * __real__ plus - __imag__ minus * __imag__ plus));
}

extended_complex casinl(extended_complex z)
{
	return times_minus_i(casinhl(times_i(z)));
}

/* cacos turned so that the real part is not negative. */
extended_complex cacoshl(extended_complex z)
{
	extended_complex w = cacosl(z);
	bool nan = isnan(__real__ w) && isnan(__imag__ w);

	if (nan)
		return w;
	return signbit(__imag__ z) ? MAKE(fabsl(__imag__ w), -__real__ w) : MAKE(fabsl(__imag__ w), __real__ w);
}

/* A quarter of log1p(4x / ((1-x)² + y²)), and half the angle of (1-x)(1+x) - y² and 2y. */
extended_complex catanhl(extended_complex z)
{
	long double x = __real__ z, y = __imag__ z, magnitude = fabsl(x), real;

	if (isnan(x) || isnan(y)) {
		if (isinf(x))
			return MAKE(copysignl(0, x), NAN);
		if (isinf(y))
			return MAKE(copysignl(0, x), copysignl(PI_2, y));
		return MAKE(x == 0 ? x : NAN, NAN);
	}
	if (isinf(x) || isinf(y))
		return MAKE(copysignl(0, x), copysignl(PI_2, y));
	if (magnitude == 1 && y == 0)
		return MAKE(copysignl(INFINITY, x), y);
	if (magnitude > 0x1p60L || fabsl(y) > 0x1p60L) {
		long double size = hypotl(x, y);

		return MAKE(x / size / size, copysignl(PI_2, y));
	}
	real = log1pl(4 * magnitude / ((1 - magnitude) * (1 - magnitude) + y * y)) / 4;
	return MAKE(copysignl(real, x), atan2l(2 * y, (1 - magnitude) * (1 + magnitude) - y * y) / 2);
}

extended_complex catanl(extended_complex z)
{
	return times_minus_i(catanhl(times_i(z)));
}

COMPLEX_FACES(cacos)
COMPLEX_FACES(casin)
COMPLEX_FACES(cacosh)
COMPLEX_FACES(casinh)
COMPLEX_FACES(catan)
COMPLEX_FACES(catanh)
