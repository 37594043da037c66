/*
 * Sine, cosine and tangent for any argument. An argument beyond π/4 is multiplied by 2/π in integers, with the 256 bits
 * of 2/π that matter for it, so the rest is exact to 2^-190. Then Taylor series to 2^-80. Long double results are
 * within 1 ulp, tangents within 3.
 */
#include "math_impl.h"
#include "two_over_pi.h"

#define PI_4      0.785398163397448309615660845819875721L
#define PI_2_HIGH 0xc90fdaa2p-31L	/* 32 bits of π/2 */
#define PI_2_LOW  0x85a308d313198a2ep-97L

typedef unsigned __int128 u128;

/* An angle = quadrant × π/2 + high + low, the rest within ±π/4. */
struct angle {
	int quadrant;
	long double high, low;
};

/* The 64 bits of the stream 2/π that start at a bit. */
static uint64_t window(int bit)
{
	int word = bit / 64, shift = bit % 64;
	uint64_t bits = two_over_pi[word] << shift;

	return shift ? bits | two_over_pi[word + 1] >> (64 - shift) : bits;
}

/* m 2^e × 2/π modulo 4, as 256 bits behind two integer bits: product[3] is the highest word. */
static void multiply(uint64_t product[4], uint64_t m, int e)
{
	int start = e - 2 + 128;	/* the stream begins with 128 zeros */
	u128 carry = 0;

	for (int i = 0; i < 4; i++) {
		carry += (u128)m * window(start + 64 * (3 - i));
		product[i] = (uint64_t)carry;
		carry >>= 64;
	}
}

/* high + low = fraction × π/2, where the fraction is the product's rest without its integer bits. */
static void scale_fraction(struct angle *angle, const uint64_t product[4], long double sign)
{
	long double f[4], top, rest;

	for (int i = 0; i < 4; i++)
		f[i] = (long double)product[i];
	rest = f[2] * 0x1p-126L + (f[1] * 0x1p-190L + f[0] * 0x1p-254L);
	top = (f[3] * 0x1p-62L) + rest;
	rest = rest - (top - f[3] * 0x1p-62L);
	{
		union extended high = { .value = top };
		long double product_high, low;

		high.mantissa &= 0xffffffff00000000u;
		low = top - high.value + rest;
		product_high = high.value * PI_2_HIGH;
		rest = high.value * PI_2_LOW + low * PI_2;
		angle->high = sign * (product_high + rest);
		angle->low = sign * (rest - (product_high + rest - product_high));
	}
}

static struct angle reduce(long double x)
{
	struct angle angle = { 0, x, 0 };
	union extended parts = { .value = x };
	uint64_t product[4];
	int negative = parts.sign_exponent >> 15;
	long double sign = 1;

	if (fabsl(x) <= PI_4)
		return angle;
	multiply(product, parts.mantissa, (parts.sign_exponent & 0x7fff) - 16383 - 63);
	angle.quadrant = (int)(product[3] >> 62);
	product[3] &= ~(3ull << 62);
	if (product[3] >> 61) {		/* beyond a half: count from the next quadrant back */
		u128 carry = 1;

		for (int i = 0; i < 4; i++) {
			carry += ~product[i];
			product[i] = (uint64_t)carry;
			carry >>= 64;
		}
		product[3] &= ~(3ull << 62);
		angle.quadrant++;
		sign = -1;
	}
	scale_fraction(&angle, product, negative ? -sign : sign);
	if (negative)
		angle.quadrant = -angle.quadrant;
	angle.quadrant &= 3;
	return angle;
}

static long double series(const long double *coefficients, int count, long double square)
{
	long double sum = 0;

	while (count--)
		sum = coefficients[count] + square * sum;
	return sum;
}

static long double sine_near_0(long double x, long double low)
{
	static const long double coefficients[] = {
		-0xaaaaaaaaaaaaaaabp-66L, 0x8888888888888889p-70L, -0xd00d00d00d00d00dp-76L, 0xb8ef1d2ab6399c7dp-82L,
		-0xd7322b3faa271c7fp-89L, 0xb092309d43684be5p-96L, -0xd73f9f399dc0f88fp-104L, 0xca963b81856a5359p-112L,
		-0x97a4da340a0ab926p-120L, 0xb8dc77b6e7ab8c5fp-129L,
	};
	long double square = x * x;

	return x + (x * square * series(coefficients, 10, square) + low * (1 - square / 2));
}

static long double cosine_near_0(long double x, long double low)
{
	static const long double coefficients[] = {
		0xaaaaaaaaaaaaaaabp-68L, -0xb60b60b60b60b60bp-73L, 0xd00d00d00d00d00dp-79L, -0x93f27dbbc4fae397p-85L,
		0x8f76c77fc6c4bdaap-92L, -0xc9cba54603e4e906p-100L, 0xd73f9f399dc0f88fp-108L, -0xb413c31dcbecbbdep-116L,
		0xf2a15d201011283dp-125L,
	};
	long double square = x * x, half = square / 2, head = 1 - half;

	return head + ((1 - head - half) + (square * square * series(coefficients, 9, square) - x * low));
}

void sincosl(long double x, long double *sine, long double *cosine)
{
	struct angle angle;
	long double s, c;

	if (!isfinite(x)) {
		*sine = *cosine = x - x;
		return;
	}
	angle = reduce(x);
	s = sine_near_0(angle.high, angle.low);
	c = cosine_near_0(angle.high, angle.low);
	*sine = angle.quadrant == 0 ? s : angle.quadrant == 1 ? c : angle.quadrant == 2 ? -s : -c;
	*cosine = angle.quadrant == 0 ? c : angle.quadrant == 1 ? -s : angle.quadrant == 2 ? -c : s;
}

long double sinl(long double x)
{
	struct angle angle;
	long double result;

	if (!isfinite(x))
		return x - x;
	if (x == 0)
		return x;
	angle = reduce(x);
	result = angle.quadrant & 1 ? cosine_near_0(angle.high, angle.low) : sine_near_0(angle.high, angle.low);
	return angle.quadrant & 2 ? -result : result;
}

long double cosl(long double x)
{
	struct angle angle;
	long double result;

	if (!isfinite(x))
		return x - x;
	angle = reduce(x);
	result = angle.quadrant & 1 ? sine_near_0(angle.high, angle.low) : cosine_near_0(angle.high, angle.low);
	return (angle.quadrant + 1) & 2 ? -result : result;
}

long double tanl(long double x)
{
	struct angle angle;
	long double s, c;

	if (!isfinite(x))
		return x - x;
	if (x == 0)
		return x;
	angle = reduce(x);
	s = sine_near_0(angle.high, angle.low);
	c = cosine_near_0(angle.high, angle.low);
	return angle.quadrant & 1 ? -c / s : s / c;
}

FACES_1(sin)
FACES_1(cos)
FACES_1(tan)

void sincos(double x, double *sine, double *cosine)
{
	long double s, c;

	sincosl(x, &s, &c);
	*sine = (double)s;
	*cosine = (double)c;
}

void sincosf(float x, float *sine, float *cosine)
{
	long double s, c;

	sincosl(x, &s, &c);
	*sine = (float)s;
	*cosine = (float)c;
}

long double __sin_pi(long double x)
{
	long double rest = fmodl(fabsl(x), 2), sign = signbit(x) ? -1 : 1;

	if (rest >= 1) {
		sign = -sign;
		rest -= 1;
	}
	if (rest > 0.5L)
		rest = 1 - rest;
	return sign * (rest <= 0.25L ? sine_near_0(rest * PI, 0) : cosine_near_0((0.5L - rest) * PI, 0));
}
