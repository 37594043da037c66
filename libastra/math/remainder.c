/* Remainders, exact. The instructions reduce the exponents' difference by up to 63 at a time and say when they are done. */
#include "math_impl.h"

#define C0 0x0100u
#define C1 0x0200u
#define C2 0x0400u
#define C3 0x4000u

long double fmodl(long double x, long double y)
{
	unsigned short status;

	do
		__asm__("fprem\n\tfnstsw %%ax" : "+t"(x), "=a"(status) : "u"(y));
	while (status & C2);
	return x;
}

/* The low three bits of the quotient are in C0, C3 and C1. */
long double remquol(long double x, long double y, int *quotient)
{
	int negative = (signbit(x) != 0) != (signbit(y) != 0), low;
	unsigned short status;

	do
		__asm__("fprem1\n\tfnstsw %%ax" : "+t"(x), "=a"(status) : "u"(y));
	while (status & C2);
	low = (status & C0 ? 4 : 0) | (status & C3 ? 2 : 0) | (status & C1 ? 1 : 0);
	*quotient = negative ? -low : low;
	return x;
}

long double remainderl(long double x, long double y)
{
	int quotient;

	return remquol(x, y, &quotient);
}

double remquo(double x, double y, int *quotient)
{
	return (double)remquol(x, y, quotient);
}

float remquof(float x, float y, int *quotient)
{
	return (float)remquol(x, y, quotient);
}

double drem(double x, double y)
{
	return remainder(x, y);
}

FACES_2(fmod)
FACES_2(remainder)
