/* printf and strtod: exact digits, rounding to even, and the way back. */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static int is(const char *expected, const char *format, double value)
{
	char text[1200];

	snprintf(text, sizeof(text), format, value);
	if (!strcmp(text, expected))
		return 1;
	printf("%s: got %s, expected %s\n", format, text, expected);
	return 0;
}

static void round_trip(void)
{
	unsigned long seed = 88172645463325252ul;

	for (int i = 0; i < 20000; i++) {
		union { unsigned long bits; double value; } u;
		char text[64];
		double back;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		u.bits = seed;
		if ((u.bits >> 52 & 0x7ff) == 0x7ff)
			continue;
		snprintf(text, sizeof(text), i & 1 ? "%.17g" : "%a", u.value);
		back = strtod(text, NULL);
		CHECK(!memcmp(&back, &u.value, sizeof(back)));
	}
}

int main(void)
{
	CHECK(is("0.1000000000000000055511151231257827", "%.34f", 0.1));
	CHECK(is("2", "%.0f", 2.5) && is("4", "%.0f", 3.5) && is("0", "%.0f", 0.5));
	CHECK(is("1e+100", "%g", 1e100) && is("1.000000e-05", "%e", 1e-5) && is("100000", "%g", 1e5));
	CHECK(is("4.9406564584124654e-324", "%.17g", DBL_TRUE_MIN) && is("1.7976931348623157e+308", "%.17g", DBL_MAX));
	CHECK(is("inf", "%f", 1 / 0.0) && is("-INF", "%E", -1 / 0.0) && is("-0.0", "%.1f", -0.0));
	CHECK(is("  +3.14|", "%+7.2f|", 3.14159) && is("3.14   |", "%-7.2f|", 3.14159) && is("0003.14", "%07.2f", 3.14159));
	CHECK(strtod("2.2250738585072011e-308", NULL) == 2.2250738585072011e-308);
	CHECK(strtod("9007199254740993", NULL) == 9007199254740992.0);
	CHECK(strtod("0x1.fffffffffffff8p0", NULL) == 2.0);
	CHECK(strtof("16777217", NULL) == 16777216.0f);
	round_trip();
	CHECK_END();
}
