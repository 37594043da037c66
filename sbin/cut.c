/* cut -b LIST | -c LIST | -f LIST [-d C] [-s] [FILE]...: parts of lines, by bytes or by fields. */
#include <ctype.h>
#include <limits.h>

#include "text.h"

struct range {
	size_t from, to;	/* from 1, both included */
};

static struct range *ranges;
static size_t range_count;
static char delimiter = '\t';
static bool by_fields, only_delimited;

static bool is_wanted(size_t position)
{
	for (size_t i = 0; i < range_count; i++) {
		if (position >= ranges[i].from && position <= ranges[i].to)
			return true;
	}
	return false;
}

/* N, N-, N-M, -M. */
static const char *parse_range(const char *text, const char *list)
{
	struct range range = { 1, 0 };
	bool has_start = isdigit((unsigned char)*text);
	char *end = (char *)text;

	errno = 0;
	if (has_start)
		range.from = range.to = strtoul(text, &end, 10);
	if (*end == '-') {
		end++;
		range.to = SIZE_MAX;
		if (isdigit((unsigned char)*end))
			range.to = strtoul(end, &end, 10);
		else if (!has_start)
			tool_fail(1, "invalid list '%s'", list);
	}
	if (errno || (has_start && range.from == SIZE_MAX))
		tool_fail(1, "a number in '%s' is too large", list);
	if ((*end && *end != ',' && !isblank((unsigned char)*end)) || !range.from || range.to < range.from)
		tool_fail(1, "invalid list '%s'", list);
	ranges = get_memory(ranges, range_count + 1, sizeof(*ranges));
	ranges[range_count++] = range;
	return end;
}

static void parse_list(const char *list)
{
	const char *text = list;

	do
		text = parse_range(text, list);
	while (*text && *++text);
}

static void cut_bytes(const struct line *line)
{
	for (size_t i = 0; i < line->length; i++) {
		if (is_wanted(i + 1))
			putchar(line->text[i]);
	}
	putchar('\n');
}

static void cut_fields(const struct line *line)
{
	const char *at = line->text, *end = line->text + line->length;
	bool first = true;

	if (!memchr(at, delimiter, line->length)) {
		if (!only_delimited)
			puts(line->text);
		return;
	}
	for (size_t field = 1; at <= end; field++) {
		const char *next = memchr(at, delimiter, (size_t)(end - at));

		if (!next)
			next = end;
		if (is_wanted(field)) {
			if (!first)
				putchar(delimiter);
			first = false;
			fwrite(at, 1, (size_t)(next - at), stdout);
		}
		at = next + 1;
	}
	putchar('\n');
}

static void cut(FILE *file, const char *name)
{
	struct line line = { 0 };

	while (read_line(file, &line))
		by_fields ? cut_fields(&line) : cut_bytes(&line);
	free(line.text);
}

int main(int argc, char **argv)
{
	int option;

	tool_name = "cut";
	while ((option = getopt(argc, argv, "b:c:f:d:sn")) >= 0) {
		if (strchr("bcf", option) && range_count)
			tool_fail(1, "only one list may be specified");
		switch (option) {
		case 'f':
			by_fields = true;
			parse_list(optarg);
			break;
		case 'b':
		case 'c': parse_list(optarg); break;
		case 'd':
			if (*optarg && optarg[1])
				tool_fail(1, "the delimiter must be a single character");
			delimiter = *optarg;
			break;
		case 's': only_delimited = true; break;
		case '?': return 1;
		}
	}
	if (!range_count)
		tool_fail(1, "you must specify a list of bytes, characters, or fields");
	each_file(argv + optind, cut);
	return tool_end();
}
