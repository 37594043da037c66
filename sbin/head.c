/*
 * head [-qv] [-n LINES | -c BYTES] [FILE]...: the first lines (10) of files; a negative number is how many at the end are left
 * out. -q leaves the headings out, -v always has them.
 */
#include <ctype.h>
#include <limits.h>

#include "text.h"

static const char usage[] = "[-qv] [-n LINES | -c BYTES] [FILE]...";
static long count = 10;
static bool bytes;

static void head(FILE *file)
{
	long left = count;
	int c;

	while (left > 0 && (c = getc(file)) != EOF) {
		putchar(c);
		left -= bytes || c == '\n';
	}
}

/* All but the last -count lines or bytes: what has been read and may still be among these waits in memory. */
static void all_but(FILE *file)
{
	size_t length = 0, size = 0, start = 0, kept = 0;
	char *text = NULL;
	int c;

	while ((c = getc(file)) != EOF) {
		if (length == size) {
			memmove(text, text + start, length - start);
			length -= start;
			start = 0;
			if (length * 2 >= size) {
				size = size * 2 + 4096;
				text = get_memory(text, size, 1);
			}
		}
		/* A line is complete when the byte behind it comes: the last one may lack its newline. */
		if ((bytes || !length || length == start || text[length - 1] == '\n') && (long)kept++ == -count) {
			kept--;
			do
				putchar(text[start]);
			while (text[start++] != '\n' && !bytes);
		}
		text[length++] = (char)c;
	}
	free(text);
}

/* "-5" and "-c5" of old: a number of lines as an option. */
static int old_number(int argc, char **argv)
{
	if (argc < 2 || argv[1][0] != '-' || !isdigit((unsigned char)argv[1][1]))
		return 1;
	count = tool_number(argv[1] + 1);
	return 2;
}

int main(int argc, char **argv)
{
	bool quiet = false, headed = false, first = true;
	int option;

	tool_name = "head";
	optind = old_number(argc, argv);
	while ((option = getopt(argc, argv, "n:c:qv")) >= 0) {
		if (option == '?')
			tool_usage(usage);
		quiet |= option == 'q';
		headed |= option == 'v';
		if (option == 'n' || option == 'c') {
			bytes = option == 'c';
			count = tool_number(optarg);
			if (!count && *optarg == '-')
				count = LONG_MAX;
		}
	}
	headed |= argc - optind > 1 && !quiet;
	for (int i = optind; i < argc || i == optind; i++) {
		const char *name = i < argc ? argv[i] : "-";
		FILE *file = open_text(name);

		if (!file)
			continue;
		if (headed)
			printf("%s==> %s <==\n", first ? "" : "\n", file == stdin ? "standard input" : name);
		first = false;
		if (count < 0)
			all_but(file);
		else
			head(file);
		close_text(file, name);
	}
	return tool_end();
}
