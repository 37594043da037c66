/* uniq [-c|-d|-u] [-i] [-f FIELDS] [-s CHARS] [INPUT [OUTPUT]]: adjacent lines that are equal, once; -i with case ignored. */
#include <ctype.h>
#include <strings.h>

#include "text.h"

static bool counted, only_repeated, only_unique;
static int (*compare)(const char *a, const char *b) = strcmp;
static long skip_fields, skip_chars;

static const char *compared_part(const char *text)
{
	for (long i = 0; i < skip_fields; i++) {
		while (isblank((unsigned char)*text))
			text++;
		while (*text && !isblank((unsigned char)*text))
			text++;
	}
	for (long i = 0; i < skip_chars && *text; i++)
		text++;
	return text;
}

static void show(const struct line *line, unsigned long count)
{
	if ((only_repeated && count == 1) || (only_unique && count > 1))
		return;
	if (counted)
		printf("%7lu ", count);
	fwrite(line->text, 1, line->length, stdout);
	putchar('\n');
}

static void filter(FILE *file)
{
	struct line lines[2] = { 0 };
	unsigned long count = 0;
	int now = 0;

	while (read_line(file, &lines[now])) {
		if (count && !compare(compared_part(lines[0].text), compared_part(lines[1].text))) {
			count++;
			continue;
		}
		if (count)
			show(&lines[!now], count);
		count = 1;
		now = !now;
	}
	if (count)
		show(&lines[!now], count);
	free(lines[0].text);
	free(lines[1].text);
}

int main(int argc, char **argv)
{
	FILE *file = stdin;
	int option;

	tool_name = "uniq";
	while ((option = getopt(argc, argv, "cduif:s:")) >= 0) {
		switch (option) {
		case 'c': counted = true; break;
		case 'd': only_repeated = true; break;
		case 'u': only_unique = true; break;
		case 'i': compare = strcasecmp; break;
		case 'f': skip_fields = tool_number(optarg); break;
		case 's': skip_chars = tool_number(optarg); break;
		default: tool_usage("[-c|-d|-u] [-i] [-f FIELDS] [-s CHARS] [INPUT [OUTPUT]]");
		}
	}
	if (optind < argc)
		file = open_text(argv[optind]);
	if (optind + 1 < argc && !freopen(argv[optind + 1], "w", stdout))
		tool_error(argv[optind + 1]);
	if (tool_status)
		return 1;
	filter(file);
	close_text(file, optind < argc ? argv[optind] : "-");
	return tool_end();
}
