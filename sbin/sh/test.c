/* The builtins test and [. */
#include "condition.h"
#include "sh.h"

int builtin_test(int argc, char **argv)
{
	int status;

	if (*argv[0] == '[') {
		if (strcmp(argv[argc - 1], "]")) {
			warn("[: missing ]");
			return 2;
		}
		argc--;
	}
	status = condition_evaluate(argv + 1, argc - 1);
	if (status == 2)
		warn("%s: %s", argv[0], condition.error);
	return status;
}
