/* Oracle: scanf, calendar and time zones, random numbers, sorting and searching, wide characters. */
#define _GNU_SOURCE
#include <locale.h>
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

static void scanning(void)
{
	static const char *const inputs[] = {
		"12 0x1f 077 -5", "  7,8", "1e5 2.5", "nan inf", "abc def", "0x", "-", "", "1.5 3", "%7",
	};

	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++) {
		int a = -1, b = -1, c = -1, used = -1;
		char word[32] = "-", rest[32] = "-";
		double x = -1;

		int n = sscanf(inputs[i], "%d %i %o%n", &a, &b, (unsigned *)&c, &used);

		printf("%d %d %d %d %d;", n, a, b, c, used);
		n = sscanf(inputs[i], "%lf", &x);
		printf("%d %g;", n, x);
		n = sscanf(inputs[i], "%3s%[a-f0-9 ]", word, rest);
		printf("%d %s %s;", n, word, rest);
		n = sscanf(inputs[i], "%*d,%2d", &a);
		printf("%d %d;", n, a);
		n = sscanf(inputs[i], "%%%d", &a);
		printf("%d %d\n", n, a);
	}
}

static void calendar(const char *zone, time_t start)
{
	static const char format[] = "%a %A %b %B %c %C %d %D %e %F %g %G %H %I %j %m %M"
				     " %p %r %R %S %T %u %U %V %w %W %x %X %y %Y %z %Z";
	char text[512];

	setenv("TZ", zone, 1);
	tzset();
	for (time_t t = start; t < 9000000000; t += 12345679) {
		struct tm tm = *localtime(&t), copy = tm, parsed = { 0 };

		strftime(text, sizeof(text), format, &tm);
		printf("%ld %s", (long)t, text);
		printf(" %ld", (long)mktime(&copy));
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
		printf(" %d", strptime(text, "%Y-%m-%d %H:%M:%S", &parsed) != NULL);
		printf(" %d %d\n", parsed.tm_yday, parsed.tm_wday);
	}
}

static int compare(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return x < y ? -1 : x > y;
}

static void tables(void)
{
	long numbers[1000], key;
	void *root = NULL;

	srandom(7);
	srand48(7);
	for (int i = 0; i < 1000; i++)
		numbers[i] = random();
	printf("%ld %ld", numbers[0], numbers[999]);
	printf(" %.17g", drand48());
	printf(" %ld", lrand48());
	printf(" %ld\n", mrand48());
	qsort(numbers, 1000, sizeof(long), compare);
	for (int i = 0; i < 1000; i++)
		tsearch(&numbers[i], &root, compare);
	for (int i = 0; i < 1000; i += 2)
		tdelete(&numbers[i], &root, compare);
	for (int i = 0; i < 1000; i++) {
		key = numbers[i];
		printf("%ld %d %td\n", key, tfind(&key, &root, compare) != NULL,
		       (long *)bsearch(&key, numbers, 1000, sizeof(long), compare) - numbers);
	}
}

static void wide(void)
{
	static const char *const texts[] = { "gr\303\274n", "\342\202\254\360\237\230\200", "\377", "\340\200\200", "\355\240\200", "\303" };
	wchar_t out[16];

	setlocale(LC_ALL, "C.UTF-8");
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		size_t n = mbstowcs(out, texts[i], 16);

		printf("%zd", n);
		for (size_t k = 0; n != (size_t)-1 && k < n; k++)
			printf(" %x %x %x %d", (unsigned)out[k], towupper((wint_t)out[k]), towlower((wint_t)out[k]),
			       !!iswalpha((wint_t)out[k]));
		printf("\n");
	}
	printf("[%8ls] [%.4ls] [%lc]\n", L"gr\xfcn", L"a\xfc\x20ac", L'\x20ac');
}

int main(void)
{
	scanning();
	calendar("UTC0", -5000000000);
	calendar("CET-1CEST,M3.5.0,M10.5.0/3", 0);
	calendar("EST5EDT,M3.2.0,M11.1.0", 0);
	calendar("NZST-12NZDT,M9.5.0,M4.1.0/3", 0);
	calendar("<+0330>-3:30", 0);
	tables();
	wide();
	return 0;
}
