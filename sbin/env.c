/* env [-i] [NAME=VALUE]... [PROGRAM [ARGUMENT]...]: runs a program in a changed environment, or prints it. */
#include "tool.h"

int main(int argc, char **argv)
{
	int option;

	tool_name = "env";
	while ((option = getopt(argc, argv, "iu:")) >= 0) {
		if (option == 'i')
			clearenv();
		else if (option == 'u')
			unsetenv(optarg);
		else
			return 125;
	}
	if (optind < argc && !strcmp(argv[optind], "-")) {
		clearenv();
		optind++;
	}
	for (; optind < argc && strchr(argv[optind], '='); optind++)
		putenv(argv[optind]);
	if (optind < argc) {
		execvp(argv[optind], argv + optind);
		tool_error(argv[optind]);
		return errno == ENOENT ? 127 : 126;
	}
	for (char **entry = environ; entry && *entry; entry++)
		puts(*entry);
	return tool_end();
}
