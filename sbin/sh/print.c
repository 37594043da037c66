/* The builtins echo and printf. */
#include "format.h"
#include "sh.h"

static void format_warn(const char *what, const char *why)
{
	warn("printf: %s: %s", what, why);
}

int builtin_echo(int argc, char **argv)
{
	format_echo(argv + 1);
	if (fflush(stdout) < 0) {
		warn("echo: I/O error");
		return 1;
	}
	return 0;
}

int builtin_printf(int argc, char **argv)
{
	int status;

	if (argc > 1 && !strcmp(argv[1], "--")) {
		argv++;
		argc--;
	}
	if (argc < 2) {
		warn("printf: usage: printf format [arg ...]");
		return 2;
	}
	status = format_print(argv[1], argv + 2);
	if (fflush(stdout) < 0) {
		warn("printf: I/O error");
		return 1;
	}
	return status;
}
