/* readlink [-fn] LINK...: what symbolic links hold; -f is the absolute path of what they lead to. -n leaves the newline out. */
#include <limits.h>
#include <stdio.h>

#include "tool.h"

int main(int argc, char **argv)
{
	bool resolve = false, newline = true;
	int option;

	tool_name = "readlink";
	while ((option = getopt(argc, argv, "fn")) >= 0) {
		if (option == '?')
			tool_usage("[-fn] LINK...");
		resolve |= option == 'f';
		newline &= option != 'n';
	}
	if (optind == argc)
		tool_usage("[-fn] LINK...");
	for (; optind < argc; optind++) {
		char text[PATH_MAX];
		ssize_t n = resolve ? 0 : readlink(argv[optind], text, sizeof(text) - 1);

		/* Like the program of the same name elsewhere, it fails without a word. */
		if (n < 0 || (resolve && !realpath(argv[optind], text))) {
			tool_status = 1;
			continue;
		}
		if (!resolve)
			text[n] = 0;
		fputs(text, stdout);
		if (newline)
			putchar('\n');
	}
	return tool_end();
}
