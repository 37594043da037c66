/* For lazy.c: functions whose results tell whether each argument arrived. */
#include <stdarg.h>

#include "../lazy.h"

int callee_integers(int a, int b, int c, int d, int e, int f, int g, int h)
{
	return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}

double callee_doubles(double a, double b, double c, double d, double e, double f, double g, double h, double i)
{
	return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i;
}

int callee_variadic(int count, ...)
{
	va_list args;
	double sum = 0;

	va_start(args, count);
	while (count--)
		sum += va_arg(args, double);
	va_end(args);
	return (int)(sum * 10);
}

long double callee_long_double(long double a, long double b)
{
	return a * b;
}

struct pair callee_struct(struct pair p, struct big b)
{
	return (struct pair){ p.number * 2, p.integer + b.values[0] + b.values[4] };
}

__attribute__((target("avx"))) vector4 callee_avx(vector4 a, vector4 b)
{
	return a + b;
}
