/* Neighbouring numbers: the bits of a format, counted as integers, are in the numbers' order. */
#include "math_impl.h"

double nexttoward(double x, long double y)
{
	union { double value; uint64_t bits; } u = { .value = x };

	if (isnan(x) || isnan(y))
		return (double)(x + y);
	if (x == y)
		return (double)y;
	if (x == 0) {
		u.bits = 1;
		return copysign(u.value, signbit(y) ? -1 : 1);
	}
	u.bits += (x < y) == (x > 0) ? 1 : -1ull;
	return u.value;
}

float nexttowardf(float x, long double y)
{
	union { float value; uint32_t bits; } u = { .value = x };

	if (isnan(x) || isnan(y))
		return (float)(x + y);
	if (x == y)
		return (float)y;
	if (x == 0) {
		u.bits = 1;
		return copysignf(u.value, signbit(y) ? -1 : 1);
	}
	u.bits += (x < y) == (x > 0) ? 1 : -1u;
	return u.value;
}

/* The integer bit is explicit: a carry out of the mantissa goes to the exponent, and the bit stays set. */
long double nexttowardl(long double x, long double y)
{
	union extended u = { .value = x };

	if (isnan(x) || isnan(y))
		return x + y;
	if (x == y)
		return y;
	if (x == 0) {
		u.mantissa = 1;
		return copysignl(u.value, y);
	}
	if ((x < y) == (x > 0)) {
		u.mantissa++;
		if (u.mantissa << 1 == 0) {
			u.mantissa = 1ull << 63;
			u.sign_exponent++;
		}
	} else {
		if (u.mantissa << 1 == 0)
			u.sign_exponent--;
		u.mantissa--;
		if (u.sign_exponent & 0x7fff)
			u.mantissa |= 1ull << 63;
	}
	return u.value;
}

double nextafter(double x, double y)
{
	return nexttoward(x, y);
}

float nextafterf(float x, float y)
{
	return nexttowardf(x, y);
}

long double nextafterl(long double x, long double y)
{
	return nexttowardl(x, y);
}
