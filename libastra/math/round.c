/* Rounding to integers. All exact. What is 2^63 or more, infinite or NaN is an integer already, or stays as it is. */
#include "math_impl.h"

#define LARGE 0x1p63

#define ROUNDING(type, suffix, absolute)                                     \
	type trunc##suffix(type x)                                           \
	{                                                                    \
		return absolute(x) < LARGE ? __builtin_copysign##suffix((type)(long)x, x) : x + 0; \
	}                                                                    \
	type floor##suffix(type x)                                           \
	{                                                                    \
		type whole = trunc##suffix(x);                               \
		return whole > x ? whole - 1 : whole;                        \
	}                                                                    \
	type ceil##suffix(type x)                                            \
	{                                                                    \
		type whole = trunc##suffix(x);                               \
		return whole < x ? __builtin_copysign##suffix(whole + 1, x) : whole; \
	}                                                                    \
	type round##suffix(type x)                                           \
	{                                                                    \
		type whole = trunc##suffix(x);                               \
		return absolute(x - whole) >= 0.5f ? whole + __builtin_copysign##suffix(1, x) : whole; \
	}                                                                    \
	type rint##suffix(type x)                                            \
	{                                                                    \
		return (type)frndint(x);                                     \
	}                                                                    \
	type nearbyint##suffix(type x)                                       \
	{                                                                    \
		return (type)frndint(x);                                     \
	}                                                                    \
	long lrint##suffix(type x)                                           \
	{                                                                    \
		return (long)frndint(x);                                     \
	}                                                                    \
	long long llrint##suffix(type x)                                     \
	{                                                                    \
		return (long)frndint(x);                                     \
	}                                                                    \
	long lround##suffix(type x)                                          \
	{                                                                    \
		return (long)round##suffix(x);                               \
	}                                                                    \
	long long llround##suffix(type x)                                    \
	{                                                                    \
		return (long)round##suffix(x);                               \
	}                                                                    \
	type modf##suffix(type x, type *whole)                               \
	{                                                                    \
		*whole = trunc##suffix(x);                                   \
		return __builtin_copysign##suffix(__builtin_isinf(x) ? 0 : x - *whole, x); \
	}

ROUNDING(float, f, __builtin_fabsf)
ROUNDING(double, , __builtin_fabs)
ROUNDING(long double, l, __builtin_fabsl)
