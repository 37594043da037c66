/* Complex hyperbolic and circular functions: the circular ones are the hyperbolic ones turned by a quarter. */
#include "complex_impl.h"

/* sinh and cosh where both overflow: half of e^|x| in two steps, times the factors. */
static extended_complex great(long double x, long double for_real, long double for_imaginary)
{
	long double half = expl(fabsl(x) / 2);

	return MAKE(half / 2 * for_real * half, half / 2 * for_imaginary * half);
}

extended_complex csinhl(extended_complex z)
{
	long double x = __real__ z, y = __imag__ z, sine, cosine;

	if (y == 0)
		return MAKE(sinhl(x), y);
	if (!isfinite(y)) {
		if (x == 0)
			return MAKE(x, y - y);
		return MAKE(isinf(x) ? x : y - y, y - y);
	}
	if (isnan(x))
		return MAKE(x, x);
	sincosl(y, &sine, &cosine);
	if (isinf(x))
		return MAKE(copysignl(INFINITY, cosine) * copysignl(1, x), copysignl(INFINITY, sine));
	if (fabsl(x) > 11000)
		return great(x, copysignl(1, x) * cosine, sine);
	return MAKE(sinhl(x) * cosine, coshl(x) * sine);
}

extended_complex ccoshl(extended_complex z)
{
	long double x = __real__ z, y = __imag__ z, sine, cosine;

	if (y == 0)
		return MAKE(coshl(x), isnan(x) ? y : copysignl(0, x) * y);
	if (!isfinite(y)) {
		if (x == 0)
			return MAKE(y - y, x);
		return MAKE(isinf(x) ? INFINITY : y - y, y - y);
	}
	if (isnan(x))
		return MAKE(x, x);
	sincosl(y, &sine, &cosine);
	if (isinf(x))
		return MAKE(copysignl(INFINITY, cosine), copysignl(INFINITY, sine) * copysignl(1, x));
	if (fabsl(x) > 11000)
		return great(x, cosine, copysignl(1, x) * sine);
	return MAKE(coshl(x) * cosine, sinhl(x) * sine);
}

/*
 * With t = tan y and s = sinh x: tanh z = (s cosh x (1 + t²) + i t) / (1 + s² (1 + t²)), which neither cancels nor, below
 * 40, overflows; beyond that the real part is one and the imaginary part 4 sin y cos y e^-2|x|.
 */
extended_complex ctanhl(extended_complex z)
{
	long double x = __real__ z, y = __imag__ z, s, t, square;

	if (isinf(x))
		return MAKE(copysignl(1, x), copysignl(0, isfinite(y) ? sinl(2 * y) : y));
	if (isnan(x))
		return MAKE(x, y == 0 ? y : x);
	if (!isfinite(y))
		return MAKE(x == 0 ? x : y - y, y - y);
	if (fabsl(x) > 40)
		return MAKE(copysignl(1, x), 4 * sinl(y) * cosl(y) * expl(-2 * fabsl(x)));
	s = sinhl(x);
	t = tanl(y);
	square = 1 + t * t;
	if (isinf(square))
		return MAKE(coshl(x) / s, 1 / t / (s * s));
	return MAKE(s * coshl(x) * square / (1 + s * s * square), t / (1 + s * s * square));
}

extended_complex csinl(extended_complex z)
{
	return times_minus_i(csinhl(times_i(z)));
}

extended_complex ccosl(extended_complex z)
{
	return ccoshl(times_i(z));
}

extended_complex ctanl(extended_complex z)
{
	return times_minus_i(ctanhl(times_i(z)));
}

COMPLEX_FACES(csinh)
COMPLEX_FACES(ccosh)
COMPLEX_FACES(ctanh)
COMPLEX_FACES(csin)
COMPLEX_FACES(ccos)
COMPLEX_FACES(ctan)
