/* tail [-n [+]LINES] [FILE]...: the last lines (10) of files, or with + everything from a line on. */
#include <ctype.h>

#include "tool.h"

static long lines = 10;
static bool from_start;

static void skip_then_copy(FILE *file)
{
	long line = 1;
	int c;

	while ((c = getc(file)) != EOF) {
		if (line >= lines)
			putchar(c);
		line += c == '\n';
	}
}

/* Keeps the last lines in a ring. */
static void tail(FILE *file, const char *name)
{
	size_t count = lines > 0 ? (size_t)lines : 0, next = 0;
	char **ring = calloc(count + 1, sizeof(*ring));
	size_t *sizes = calloc(count + 1, sizeof(*sizes)), *lengths = calloc(count + 1, sizeof(*lengths));
	ssize_t n;

	if (!ring || !sizes || !lengths)
		tool_fail(1, "out of memory");
	while ((n = getline(&ring[next], &sizes[next], file)) > 0) {
		lengths[next] = (size_t)n;
		next = (next + 1) % (count + 1);
	}
	if (ferror(file))
		tool_error(name);
	for (size_t i = 1; i <= count; i++) {
		size_t at = (next + i) % (count + 1);

		fwrite(ring[at], 1, lengths[at], stdout);
	}
	for (size_t i = 0; i <= count; i++)
		free(ring[i]);
	free(ring);
	free(sizes);
	free(lengths);
}

int main(int argc, char **argv)
{
	int option, files;

	tool_name = "tail";
	if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
		lines = tool_number(argv[1] + 1);
		optind = 2;
	}
	while ((option = getopt(argc, argv, "n:")) >= 0) {
		if (option != 'n')
			return 2;
		from_start = *optarg == '+';
		lines = tool_number(optarg);
		if (lines < 0)
			lines = -lines;
	}
	files = argc - optind;
	for (int i = optind; i < argc || (!files && i == optind); i++) {
		const char *name = files ? argv[i] : "-";
		FILE *file = strcmp(name, "-") ? fopen(name, "r") : stdin;

		if (!file) {
			tool_error(name);
			continue;
		}
		if (files > 1)
			printf("%s==> %s <==\n", i > optind ? "\n" : "", name);
		if (from_start)
			skip_then_copy(file);
		else
			tail(file, name);
		if (file != stdin)
			fclose(file);
	}
	return tool_end();
}
