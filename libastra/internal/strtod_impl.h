/*
 * What the readers of floating-point numbers share. A number goes through these steps: text to decimal or hexadecimal
 * digits, digits to a struct binary rounded for its format, and that to the format's bits.
 */
#ifndef INTERNAL_STRTOD_IMPL_H
#define INTERNAL_STRTOD_IMPL_H

#include <stdbool.h>
#include <stdint.h>

/* A binary format. */
struct format {
	int bits;			/* of the mantissa, with the leading one */
	int min_exponent, max_exponent;	/* of value = m × 2^e, 1 <= m < 2 */
	int digits;			/* decimal digits that can matter */
	int point_min, point_max;	/* numbers outside are zero or infinite */
};

/* 0.d0 d1 d2 … × 10^point */
struct decimal {
	int count, point, room;		/* room: digits kept */
	unsigned char *digit;		/* room + 20 bytes */
};

/* mantissa × 2^(exponent - bits + 1); a mantissa without its leading bit is subnormal. */
struct binary {
	uint64_t mantissa;
	int exponent;
	bool infinite, inexact;
};

/* value × 10^exponent for |exponent| <= POWER_OF_TEN_MAX, within 1.5 units of the last of 64 bits, and no over- or underflow. */
#define POWER_OF_TEN_MAX 335
long double __times_power_of_ten(long double value, int exponent) __attribute__((visibility("hidden")));
/* The nearest number to digits × 10^exponent by fast means; false when these cannot tell. */
bool __fast_decimal(uint64_t digits, int exponent, const struct format *format, struct binary *result)
	__attribute__((visibility("hidden")));
/* The same for any number; destroys d. */
struct binary __exact_decimal(struct decimal *d, const struct format *format) __attribute__((visibility("hidden")));
/* Rounds m × 2^exponent, where the last bit of m may stand for all that follows it. */
struct binary __round_binary(unsigned __int128 m, int exponent, const struct format *format)
	__attribute__((visibility("hidden")));

#endif
