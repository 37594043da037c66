/*
 * Oracle: complex functions over special values and random numbers. Prints a few digits less than a double has, because no
 * library rounds all of them correctly; a NaN has no sign, and a special value that annex G leaves open is not printed.
 */
#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

static uint64_t seed = 88172645463325252ull;

static uint64_t next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static const struct {
	const char *name;
	double _Complex (*function)(double _Complex);
} functions[] = {
	{ "cexp", cexp }, { "clog", clog }, { "csqrt", csqrt }, { "csin", csin }, { "ccos", ccos }, { "ctan", ctan },
	{ "casin", casin }, { "cacos", cacos }, { "catan", catan }, { "csinh", csinh }, { "ccosh", ccosh }, { "ctanh", ctanh },
	{ "casinh", casinh }, { "cacosh", cacosh }, { "catanh", catanh }, { "conj", conj }, { "cproj", cproj },
};

static void print_part(double x, int digits)
{
	if (isnan(x))
		printf(" nan");
	else
		printf(" %.*g", digits, x);
}

static void show(const char *name, double x, double y, double _Complex w, int digits)
{
	printf("%s(%.17g %.17g)", name, x, y);
	print_part(creal(w), digits);
	print_part(cimag(w), digits);
	printf("\n");
}

static double random_part(int wide)
{
	double x = (double)(int64_t)next() / 9.3e18;

	return wide ? scalbn(x, (int)(next() % 12) - 6) : x * 3;
}

/* Annex G says nothing about the sign of a zero or an infinity there. */
static int is_open(double x, double y)
{
	return !isfinite(x) || !isfinite(y);
}

static int near(float single, double exact)
{
	return fabs((double)single - exact) <= 1e-6 * fabs(exact);
}

int main(void)
{
	static const double special[] = { 0.0, -0.0, 1, -1, 0.5, -2, 1e300, -1e300, 1e-310, 700 };
	const int count = sizeof(special) / sizeof(*special);

	for (unsigned f = 0; f < sizeof(functions) / sizeof(*functions); f++) {
		for (int i = 0; i < count * count; i++) {
			double x = special[i / count], y = special[i % count];
			double _Complex w = functions[f].function(CMPLX(x, y));

			if (!is_open(creal(w), cimag(w)))
				show(functions[f].name, x, y, w, 9);
		}
		for (int i = 0; i < 300; i++) {
			double x = random_part(i & 1), y = random_part(i & 1);

			show(functions[f].name, x, y, functions[f].function(CMPLX(x, y)), 11);
		}
	}
	for (int i = 0; i < 300; i++) {
		double x = random_part(0), y = random_part(0);

		show("cpow", x, y, cpow(CMPLX(x, y), CMPLX(random_part(0), random_part(0))), 11);
		printf("%.12g %.12g %d %d\n", cabs(CMPLX(x, y)), carg(CMPLX(x, y)), near(cabsf(CMPLXF(x, y)), cabs(CMPLX(x, y))),
		       near(crealf(csinf(CMPLXF(x, y))), creal(csin(CMPLX((float)x, (float)y)))));
		printf("%.15Lg\n", creall(csqrtl(CMPLXL(x, y))));
	}
	return 0;
}
