/* printf FORMAT [ARGUMENT]...: formatted text. */
#include "format.h"
#include "tool.h"

static void format_warn(const char *what, const char *why)
{
	fflush(stdout);
	fprintf(stderr, "%s: %s: %s\n", tool_name, what, why);
}

int main(int argc, char **argv)
{
	int first = argc > 1 && !strcmp(argv[1], "--") ? 2 : 1, status;

	tool_name = "printf";
	if (first >= argc)
		tool_usage("FORMAT [ARGUMENT]...");
	status = format_print(argv[first], argv + first + 1);
	return tool_end() ? 1 : status;
}
