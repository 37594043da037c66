/* libraries: lazy_callee */
/* link: -z lazy -rpath=$ORIGIN */
/* For lazy.c: calls through its PLT for the first time with every kind of argument, and a function that nobody has. */
#include "../lazy.h"

extern int nobody_has_this(int);

int lazy_integers(void)
{
	return callee_integers(1, 2, 3, 4, 5, 6, 7, 8);
}

double lazy_doubles(void)
{
	return callee_doubles(1, 2, 3, 4, 5, 6, 7, 8, 9);
}

int lazy_variadic(void)
{
	return callee_variadic(3, 1.5, 2.5, 3.0);
}

long double lazy_long_double(void)
{
	return callee_long_double(1.25L, 2.5L);
}

struct pair lazy_struct(void)
{
	return callee_struct((struct pair){ 1.5, 9 }, (struct big){ { 1, 2, 3, 4, 5 } });
}

__attribute__((target("avx"))) double lazy_avx(void)
{
	vector4 a = { 1, 2, 3, 4 }, b = { 10, 20, 30, 40 }, sum = callee_avx(a, b);

	return sum[0] + 2 * sum[1] + 3 * sum[2] + 4 * sum[3];
}

int lazy_missing(int really)
{
	return really ? nobody_has_this(really) : 5;
}
