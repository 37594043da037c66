/* Parts of complex numbers, their size and angle: exact, or as accurate as hypot and atan2. */
#include <complex.h>

#include "math_impl.h"

#define PARTS(suffix, type)                                                               \
	type creal##suffix(type _Complex z)                                               \
	{                                                                                 \
		return __real__ z;                                                        \
	}                                                                                 \
	type cimag##suffix(type _Complex z)                                               \
	{                                                                                 \
		return __imag__ z;                                                        \
	}                                                                                 \
	type _Complex conj##suffix(type _Complex z)                                       \
	{                                                                                 \
		return __builtin_complex(__real__ z, -__imag__ z);                        \
	}                                                                                 \
	type cabs##suffix(type _Complex z)                                                \
	{                                                                                 \
		return hypot##suffix(__real__ z, __imag__ z);                             \
	}                                                                                 \
	type carg##suffix(type _Complex z)                                                \
	{                                                                                 \
		return atan2##suffix(__imag__ z, __real__ z);                             \
	}                                                                                 \
	/* The Riemann sphere has one infinity. */                                        \
	type _Complex cproj##suffix(type _Complex z)                                      \
	{                                                                                 \
		if (!isinf(__real__ z) && !isinf(__imag__ z))                             \
			return z;                                                         \
		return __builtin_complex((type)INFINITY, copysign##suffix(0, __imag__ z)); \
	}

PARTS(f, float)
PARTS(, double)
PARTS(l, long double)
