/* What lazy.c and its two libraries share. */
#ifndef LAZY_H
#define LAZY_H

typedef double vector4 __attribute__((vector_size(32)));

struct pair {
	double number;
	long integer;
};

struct big {
	long values[5];
};

int callee_integers(int a, int b, int c, int d, int e, int f, int g, int h);
double callee_doubles(double a, double b, double c, double d, double e, double f, double g, double h, double i);
int callee_variadic(int count, ...);
long double callee_long_double(long double a, long double b);
struct pair callee_struct(struct pair p, struct big b);
__attribute__((target("avx"))) vector4 callee_avx(vector4 a, vector4 b);

int lazy_integers(void);
double lazy_doubles(void);
int lazy_variadic(void);
long double lazy_long_double(void);
struct pair lazy_struct(void);
double lazy_avx(void);
int lazy_missing(int really);

#endif
