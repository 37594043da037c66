/* head [-n LINES | -c BYTES] [FILE]...: the first lines (10) of files. */
#include <ctype.h>

#include "tool.h"

static long lines = 10, bytes = -1;

static void head(FILE *file, const char *name)
{
	long left = bytes >= 0 ? bytes : lines;
	int c;

	while (left > 0 && (c = getc(file)) != EOF) {
		putchar(c);
		left -= bytes >= 0 || c == '\n';
	}
	if (ferror(file))
		tool_error(name);
}

int main(int argc, char **argv)
{
	int option, files;

	tool_name = "head";
	if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
		lines = tool_number(argv[1] + 1);
		optind = 2;
	}
	while ((option = getopt(argc, argv, "n:c:")) >= 0) {
		if (option == 'n')
			lines = tool_number(optarg);
		else if (option == 'c')
			bytes = tool_number(optarg);
		else
			return 2;
	}
	files = argc - optind;
	if (!files)
		head(stdin, "standard input");
	for (int i = optind; i < argc; i++) {
		FILE *file = strcmp(argv[i], "-") ? fopen(argv[i], "r") : stdin;

		if (!file) {
			tool_error(argv[i]);
			continue;
		}
		if (files > 1)
			printf("%s==> %s <==\n", i > optind ? "\n" : "", argv[i]);
		head(file, argv[i]);
		if (file != stdin)
			fclose(file);
	}
	return tool_end();
}
