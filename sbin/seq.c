/* seq [-w] [-s SEPARATOR] [FIRST [STEP]] LAST: whole numbers, one a line; -w makes them equally wide. */
#include "tool.h"

static int width_of(long n)
{
	return snprintf(NULL, 0, "%ld", n);
}

int main(int argc, char **argv)
{
	const char *separator = "\n", *before = "";
	long first = 1, step = 1, last;
	bool wide = false;
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
	last = tool_number(argv[argc - 1]);
	if (argc > 1)
		first = tool_number(argv[0]);
	if (argc > 2)
		step = tool_number(argv[1]);
	if (!step)
		tool_fail(1, "the step must not be zero");
	if (wide)
		width = width_of(first) > width_of(last) ? width_of(first) : width_of(last);
	for (long n = first; step > 0 ? n <= last : n >= last; before = separator) {
		printf("%s%0*ld", before, width, n);
		if (__builtin_add_overflow(n, step, &n))
			break;
	}
	if (*before)
		putchar('\n');
	return tool_end();
}
