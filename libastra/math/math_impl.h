/*
 * How libastra computes: every elementary function is one routine in the x87 extended format (64 bits of mantissa,
 * 15 of exponent), which float, double and long double share. Its own error is a few units of 2^-64 relative, so that a
 * double result is within 0.51 ulp of the exact value and a float within 0.5001; a long double result is within the
 * few ulp that the routine states. Special values and exception flags are IEEE 754's; errno is not touched
 * (math_errhandling is MATH_ERREXCEPT). Nothing here keeps state; all is safe in any context.
 */
#ifndef MATH_IMPL_H
#define MATH_IMPL_H

#include <math.h>
#include <stdint.h>

/* The parts of an extended number, for reading and writing. */
union extended {
	long double value;
	struct {
		uint64_t mantissa;	/* with the integer bit */
		uint16_t sign_exponent;
	};
};

/* Defines the float and double faces of a function of one argument whose long double form is there. */
#define FACES_1(name)                  \
	float name##f(float x)         \
	{                              \
		return (float)name##l(x);  \
	}                              \
	double name(double x)          \
	{                              \
		return (double)name##l(x); \
	}

/* The same for two arguments. */
#define FACES_2(name)                     \
	float name##f(float x, float y)   \
	{                                 \
		return (float)name##l(x, y);  \
	}                                 \
	double name(double x, double y)   \
	{                                 \
		return (double)name##l(x, y); \
	}

/* y × log2(x), within 1 ulp for every x > 0. */
static inline long double fyl2x(long double x, long double y)
{
	long double result;

	__asm__("fyl2x" : "=t"(result) : "0"(x), "u"(y) : "st(1)");
	return result;
}

/* y × log2(1 + x) for |x| < 0.29, within 1 ulp. */
static inline long double fyl2xp1(long double x, long double y)
{
	long double result;

	__asm__("fyl2xp1" : "=t"(result) : "0"(x), "u"(y) : "st(1)");
	return result;
}

/* 2^x - 1 for |x| <= 1, within 1 ulp. */
static inline long double f2xm1(long double x)
{
	long double result;

	__asm__("f2xm1" : "=t"(result) : "0"(x));
	return result;
}

/* x × 2^n for an integral n; out of range it overflows and underflows as arithmetic does. */
static inline long double fscale(long double x, long double n)
{
	long double result;

	__asm__("fscale" : "=t"(result) : "0"(x), "u"(n));
	return result;
}

/* The angle of the point (x, y), within 1 ulp, with C's special cases. */
static inline long double fpatan(long double y, long double x)
{
	long double result;

	__asm__("fpatan" : "=t"(result) : "0"(x), "u"(y) : "st(1)");
	return result;
}

static inline long double fsqrt(long double x)
{
	__asm__("fsqrt" : "+t"(x));
	return x;
}

/* The nearest integer in the current rounding mode. */
static inline long double frndint(long double x)
{
	__asm__("frndint" : "+t"(x));
	return x;
}

#define LOG2_E  1.44269504088896340735992468100189214L
#define LN2     0.693147180559945309417232121458176568L
#define PI      3.14159265358979323846264338327950288L
#define PI_2    1.57079632679489661923132169163975144L

/* sin and cos of π x, for the gamma functions: x is reduced exactly. */
long double __sin_pi(long double x) __attribute__((visibility("hidden")));
/* ln Γ(2 + z), |z| <= 1/2. */
long double __lgamma_near_2(long double z) __attribute__((visibility("hidden")));

#endif
