/*
 * seq [-w] [-s SEPARATOR] [FIRST [STEP]] LAST: numbers, one a line, with as many digits behind the point as FIRST and STEP have;
 * -w makes them equally wide.
 */
#include <math.h>

#include "tool.h"

static int places;		/* digits behind the point */

/* Fixes what is shown; whole numbers are exact, as 64 bits of a long double are. */
static long double number_of(const char *text, bool counts)
{
	const char *point = strchr(text, '.');
	char *end;
	long double n = strtold(text, &end);

	if (*end || end == text || !isfinite(n))
		tool_fail(2, "%s: not a number", text);
	if (counts && point && !strpbrk(text, "eExX") && (int)strlen(point + 1) > places)
		places = (int)strlen(point + 1);
	return n;
}

static int width_of(long double n)
{
	return snprintf(NULL, 0, "%.*Lf", places, n);
}

int main(int argc, char **argv)
{
	const char *separator = "\n", *before = "";
	long double first = 1, step = 1, last, slack;
	bool wide = false, any = false;
	int option, width = 1;

	tool_name = "seq";
	while (optind < argc && argv[optind][0] == '-' && strchr("sw", argv[optind][1]) && argv[optind][1]) {
		option = getopt(argc, argv, "+s:w");
		if (option == '?')
			tool_usage("[-w] [-s SEPARATOR] [FIRST [STEP]] LAST");
		wide |= option == 'w';
		if (option == 's')
			separator = optarg;
	}
	argc -= optind;
	argv += optind;
	if (argc < 1 || argc > 3)
		tool_usage("[-w] [-s SEPARATOR] [FIRST [STEP]] LAST");
	last = number_of(argv[argc - 1], false);
	if (argc > 1)
		first = number_of(argv[0], true);
	if (argc > 2)
		step = number_of(argv[1], true);
	if (step == 0)
		tool_fail(1, "the step must not be zero");
	if (wide)
		width = width_of(first) > width_of(last) ? width_of(first) : width_of(last);
	slack = places ? step / 1e6L : 0;	/* steps that decimal fractions name are not exact */
	for (unsigned long i = 0; step > 0 ? first + i * step <= last + slack : first + i * step >= last + slack; i++) {
		printf("%s%0*.*Lf", before, width, places, first + i * step);
		before = separator;
		any = true;
	}
	if (any)
		putchar('\n');
	return tool_end();
}
