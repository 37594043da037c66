/* test EXPRESSION, [ EXPRESSION ]: status 0 when the expression is true, 1 when it is false, 2 when it is none. */
#include "condition.h"
#include "tool.h"

int main(int argc, char **argv)
{
	int status;

	tool_name = "test";
	if (argc && !strcmp(tool_base_name(argv[0]), "[")) {
		if (strcmp(argv[argc - 1], "]"))
			tool_fail(2, "missing ]");
		argc--;
	}
	status = condition_evaluate(argv + 1, argc - 1);
	if (status == 2)
		fprintf(stderr, "%s: %s\n", tool_name, condition.error);
	return status;
}
