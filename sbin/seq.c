/* seq [FIRST [STEP]] LAST: whole numbers, one a line. */
#include "tool.h"

int main(int argc, char **argv)
{
	long first = 1, step = 1, last;

	tool_name = "seq";
	if (argc < 2 || argc > 4)
		tool_usage("[FIRST [STEP]] LAST");
	last = tool_number(argv[argc - 1]);
	if (argc > 2)
		first = tool_number(argv[1]);
	if (argc > 3)
		step = tool_number(argv[2]);
	if (!step)
		tool_fail(1, "the step must not be zero");
	for (long n = first; step > 0 ? n <= last : n >= last;) {
		printf("%ld\n", n);
		if (__builtin_add_overflow(n, step, &n))
			break;
	}
	return tool_end();
}
