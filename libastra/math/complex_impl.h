/*
 * Complex functions are computed in the extended format, as the real ones are; float and double are its faces. Special
 * values follow annex G of C11. Away from a branch point the error of each part is a few units in the last place of the
 * larger part; no promise is made for a part that nearly cancels in long double.
 */
#ifndef COMPLEX_IMPL_H
#define COMPLEX_IMPL_H

#include <complex.h>

#include <stdbool.h>

#include "math_impl.h"

typedef long double _Complex extended_complex;

#define MAKE(x, y) __builtin_complex((long double)(x), (long double)(y))

#define COMPLEX_FACES(name)                                  \
	float _Complex name##f(float _Complex z)             \
	{                                                    \
		return (float _Complex)name##l(z);           \
	}                                                    \
	double _Complex name(double _Complex z)              \
	{                                                    \
		return (double _Complex)name##l(z);          \
	}

/* i z and -i z, exactly, with the signs of zeros. */
static inline extended_complex times_i(extended_complex z)
{
	return MAKE(-__imag__ z, __real__ z);
}

static inline extended_complex times_minus_i(extended_complex z)
{
	return MAKE(__imag__ z, -__real__ z);
}

#endif
