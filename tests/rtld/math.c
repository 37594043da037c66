/* Mathematics: values within an ulp of the host's, special cases, exact functions. */
#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "check.h"

static const struct {
	const char *name;
	double (*function)(double);
	double x, expected;
} values[] = {
	{ "exp", exp, 1.0, 2.718281828459045 },
	{ "exp", exp, -0.5, 0.6065306597126334 },
	{ "exp", exp, 700.25, 1.3022997366991783e+304 },
	{ "log", log, 2.0, 0.6931471805599453 },
	{ "log", log, 0.999, -0.0010005003335835344 },
	{ "log", log, 1e+300, 690.7755278982137 },
	{ "sin", sin, 1.0, 0.8414709848078965 },
	{ "sin", sin, 1e+22, -0.8522008497671888 },
	{ "sin", sin, 3.0, 0.1411200080598672 },
	{ "cos", cos, 1.0, 0.5403023058681398 },
	{ "cos", cos, 1e+22, 0.523214785395139 },
	{ "tan", tan, 1.5, 14.101419947171719 },
	{ "tan", tan, 100000.0, -0.035771662952898776 },
	{ "atan", atan, 0.75, 0.6435011087932844 },
	{ "asin", asin, 0.3, 0.3046926540153975 },
	{ "acos", acos, -0.9, 2.6905658417935308 },
	{ "sinh", sinh, 2.5, 6.0502044810397875 },
	{ "tanh", tanh, 0.1, 0.09966799462495582 },
	{ "log1p", log1p, 1e-09, 9.999999995e-10 },
	{ "expm1", expm1, 1e-09, 1.0000000005000001e-09 },
	{ "cbrt", cbrt, 27.0, 3.0 },
	{ "erf", erf, 0.5, 0.5204998778130465 },
	{ "erfc", erfc, 5.0, 1.5374597944280351e-12 },
	{ "tgamma", tgamma, 0.5, 1.7724538509055159 },
	{ "tgamma", tgamma, 20.5, 5.406242982335075e+17 },
	{ "lgamma", lgamma, 100.0, 359.1342053695754 },
};

static int64_t bits(double x)
{
	int64_t b;

	memcpy(&b, &x, sizeof(b));
	return b;
}

static void near_values(void)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		double y = values[i].function(values[i].x);
		int64_t apart = bits(y) - bits(values[i].expected);

		if (apart < -1 || apart > 1)
			printf("%s(%g) = %.17g, not %.17g\n", values[i].name, values[i].x, y, values[i].expected);
		CHECK(apart >= -1 && apart <= 1);
	}
}

static void special_values(void)
{
	volatile double zero = 0;

	CHECK(pow(0, 0) == 1 && pow(1, NAN) == 1 && pow(-8, 3) == -512 && isnan(pow(-8, 0.5)) && pow(-0.0, -3) == -INFINITY);
	CHECK(isnan(log(-1)) && log(0) == -INFINITY && isnan(sqrt(-1)) && exp(-INFINITY) == 0 && exp(710) == INFINITY);
	CHECK(atan2(0.0, -0.0) == M_PI && signbit(atan2(-0.0, 1)) && hypot(INFINITY, NAN) == INFINITY);
	CHECK(fmod(5.5, 2) == 1.5 && remainder(5.5, 2) == -0.5 && fmod(1e308, 3) == 2.0);
	CHECK(isnan(tgamma(-1)) && tgamma(0) == INFINITY && lgamma(-2) == INFINITY);
	feclearexcept(FE_ALL_EXCEPT);
	CHECK(isinf(1 / fabs(sin(zero))) && fetestexcept(FE_DIVBYZERO));
}

static void exact_functions(void)
{
	int exponent;
	double whole;

	CHECK(floor(-1.5) == -2 && ceil(-1.5) == -1 && trunc(-1.5) == -1 && round(-2.5) == -3 && rint(2.5) == 2);
	CHECK(lround(2.5) == 3 && llrint(-2.5) == -2 && frexp(12, &exponent) == 0.75 && exponent == 4 && ldexp(0.75, 4) == 12);
	CHECK(modf(-3.25, &whole) == -0.25 && whole == -3 && ilogb(0x1p-1074) == -1074 && nextafter(1, 2) == 1 + 0x1p-52);
	CHECK(fma(0x1.0000001p0, 0x1.0000001p0, -0x1.0000002p0) == 0x1p-56 && copysign(1, -0.0) == -1 && fmax(NAN, 2) == 2);
}

int main(void)
{
	near_values();
	special_values();
	exact_functions();
	CHECK_END();
}
