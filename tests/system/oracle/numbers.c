/* Oracle: printf and strtod over random numbers (argument: how many). Prints everything; two C libraries must agree. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t seed = 88172645463325252ull;

static uint64_t next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static double number(int i)
{
	union { uint64_t bits; double value; } u = { next() };

	if (i % 3 == 1)
		u.value = (double)(next() % 1000000) / (double)(1 + next() % 1000);
	if (i % 7 == 3)
		u.bits &= 0x800fffffffffffff;	/* subnormal */
	return u.value;
}

static void back(const char *text)
{
	double d;
	float f;
	long double l;

	errno = 0;
	d = strtod(text, NULL);
	printf("%a %d ", d, errno);
	errno = 0;
	f = strtof(text, NULL);
	printf("%a %d ", (double)f, errno);
	errno = 0;
	l = strtold(text, NULL);
	printf("%La %d\n", l, errno);
}

static void random_text(char *p)
{
	int count = 1 + (int)(next() % 25), point = (int)(next() % 40);

	for (int i = 0; i < count; i++) {
		*p++ = (char)('0' + next() % 10);
		if (i == point)
			*p++ = '.';
	}
	sprintf(p, "e%d", (int)(next() % 700) - 350);
}

int main(int argc, char **argv)
{
	static const char *const formats[] = { "%.17g", "%g", "%e", "%.3f", "%a", "%20.10e", "%-+12.4g|", "%#.0f" };
	int count = argc > 1 ? atoi(argv[1]) : 2000;
	char text[1200];

	for (int i = 0; i < count; i++) {
		long x = (long)next();

		snprintf(text, sizeof(text), formats[i % 8], number(i));
		printf("%s ", text);
		back(text);
		random_text(text);
		printf("%s ", text);
		back(text);
		printf("%ld %lx %#o %+d %5d|%-8x|%08d %hhd %hd %.3d\n", x, x, (unsigned)x, (int)x, (int)x % 1000, (unsigned)x,
		       (int)x % 10000, (signed char)x, (short)x, (int)x % 100);
	}
	return 0;
}
