/*
 * grep [-EFcHhilLnoqrsvwx] [-e PATTERNS]... [-f FILE]... [PATTERNS] [FILE]...: the lines that match one of the patterns,
 * which newlines separate. Status 0 when some did, 1 when none, 2 after an error.
 */
#include <ctype.h>
#include <regex.h>
#include <strings.h>

#include "text.h"
#include "tree.h"

struct pattern {
	char *text;
	size_t length;
	regex_t regex;
};

static struct pattern *patterns;
static size_t pattern_count;
static bool extended, fixed, counts, names_only, names_without, ignore_case, numbers, only_matches, quiet, recursive, silent;
static bool inverted, whole_words, whole_lines, with_names, without_names;
static bool matched, failed;

/* ---- patterns */

static void add_pattern(const char *text, size_t n)
{
	patterns = get_memory(patterns, pattern_count + 1, sizeof(*patterns));
	patterns[pattern_count++] = (struct pattern){ .text = strndup(text, n), .length = n };
}

static void add_patterns(const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "\n");

		add_pattern(text, n);
		if (!text[n])
			return;
		text += n + 1;
	}
}

static void read_patterns(const char *name)
{
	FILE *file = open_text(name);
	struct line line = { 0 };

	if (!file)
		exit(2);
	while (read_line(file, &line))
		add_pattern(line.text, line.length);
	close_text(file, name);
	free(line.text);
}

static void compile_patterns(void)
{
	int flags = (extended ? REG_EXTENDED : 0) | (ignore_case ? REG_ICASE : 0);
	char message[128];

	for (size_t i = 0; !fixed && i < pattern_count; i++) {
		int error = regcomp(&patterns[i].regex, patterns[i].text, flags);

		if (error) {
			regerror(error, &patterns[i].regex, message, sizeof(message));
			tool_fail(2, "%s: %s", patterns[i].text, message);
		}
	}
}

/* ---- matching */

static bool is_word(const struct line *line, regoff_t at)
{
	return at >= 0 && at < (regoff_t)line->length && (isalnum((unsigned char)line->text[at]) || line->text[at] == '_');
}

static bool is_acceptable(const struct line *line, const regmatch_t *match)
{
	if (whole_lines && (match->rm_so != 0 || match->rm_eo != (regoff_t)line->length))
		return false;
	return !whole_words || (!is_word(line, match->rm_so - 1) && !is_word(line, match->rm_eo));
}

/* The first occurrence of a fixed text from `from` on. */
static bool find_text(const struct pattern *pattern, const struct line *line, size_t from, regmatch_t *match)
{
	for (; from + pattern->length <= line->length; from++) {
		const char *at = line->text + from;

		if (ignore_case ? strncasecmp(at, pattern->text, pattern->length) : memcmp(at, pattern->text, pattern->length))
			continue;
		*match = (regmatch_t){ (regoff_t)from, (regoff_t)(from + pattern->length) };
		return true;
	}
	return false;
}

static bool find_regex(const struct pattern *pattern, const struct line *line, size_t from, regmatch_t *match)
{
	*match = (regmatch_t){ (regoff_t)from, (regoff_t)line->length };
	return regexec(&pattern->regex, line->text, 1, match, REG_STARTEND | (from ? REG_NOTBOL : 0)) == 0;
}

/* The first acceptable match of one pattern from `from` on. */
static bool find_one(const struct pattern *pattern, const struct line *line, size_t from, regmatch_t *match)
{
	while (from <= line->length) {
		if (!(fixed ? find_text : find_regex)(pattern, line, from, match))
			return false;
		if (is_acceptable(line, match))
			return true;
		from = (size_t)match->rm_so + 1;
	}
	return false;
}

/* The leftmost match of all, the longest there. */
static bool find(const struct line *line, size_t from, regmatch_t *best)
{
	bool found = false;

	for (size_t i = 0; i < pattern_count; i++) {
		regmatch_t match;

		if (!find_one(&patterns[i], line, from, &match))
			continue;
		if (!found || match.rm_so < best->rm_so || (match.rm_so == best->rm_so && match.rm_eo > best->rm_eo))
			*best = match;
		found = true;
		if (!only_matches)
			break;
	}
	return found;
}

/* ---- output */

static void put_prefix(const char *name, unsigned long number)
{
	if (with_names)
		printf("%s:", name);
	if (numbers)
		printf("%lu:", number);
}

static void put_matches(const struct line *line, regmatch_t match, const char *name, unsigned long number)
{
	do {
		size_t next = (size_t)match.rm_eo;

		if (match.rm_eo > match.rm_so) {
			put_prefix(name, number);
			fwrite(line->text + match.rm_so, 1, (size_t)(match.rm_eo - match.rm_so), stdout);
			putchar('\n');
		} else {
			next++;
		}
		if (next > line->length || !find(line, next, &match))
			break;
	} while (true);
}

static void put_result(const char *name, unsigned long count)
{
	if (counts) {
		put_prefix(name, 0);
		printf("%lu\n", count);
	}
	if ((names_only && count) || (names_without && !count))
		puts(name);
}

static void search(FILE *file, const char *file_name)
{
	const char *name = strcmp(file_name, "-") ? file_name : "(standard input)";
	bool shows_lines = !counts && !names_only && !names_without && !quiet, had_numbers = numbers;
	unsigned long number = 0, count = 0;
	struct line line = { 0 };
	regmatch_t match;

	while (read_line(file, &line)) {
		number++;
		if (find(&line, 0, &match) == inverted)
			continue;
		count++;
		matched = true;
		if (quiet)
			exit(0);
		if (names_only || names_without)
			break;
		if (!shows_lines)
			continue;
		if (only_matches) {
			if (!inverted)
				put_matches(&line, match, name, number);
			continue;
		}
		put_prefix(name, number);
		fwrite(line.text, 1, line.length, stdout);
		putchar('\n');
	}
	numbers = false;
	put_result(name, count);
	numbers = had_numbers;
	free(line.text);
}

static void search_file(const char *name)
{
	FILE *file = strcmp(name, "-") ? fopen(name, "r") : stdin;
	struct stat status;

	if (file && fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
		fclose(file);
		file = NULL;
		errno = EISDIR;
	}
	if (!file) {
		if (!silent)
			tool_error(name);
		failed = true;
		return;
	}
	search(file, name);
	if (ferror(file)) {
		failed = true;
		if (!silent)
			tool_error(name);
	}
	if (file != stdin)
		fclose(file);
}

static bool visit(const char *path, const struct stat *status, int depth)
{
	if (S_ISREG(status->st_mode) || (!depth && !S_ISDIR(status->st_mode)))
		search_file(path);
	return true;
}

/* ---- options */

static bool set_option(int letter)
{
	switch (letter) {
	case 'E': extended = true; break;
	case 'F': fixed = true; break;
	case 'G': extended = fixed = false; break;
	case 'c': counts = true; break;
	case 'H': with_names = true; break;
	case 'h': without_names = true; break;
	case 'i':
	case 'y': ignore_case = true; break;
	case 'l': names_only = true; break;
	case 'L': names_without = true; break;
	case 'n': numbers = true; break;
	case 'o': only_matches = true; break;
	case 'q': quiet = true; break;
	case 'r':
	case 'R': recursive = true; break;
	case 's': silent = true; break;
	case 'v': inverted = true; break;
	case 'w': whole_words = true; break;
	case 'x': whole_lines = true; break;
	default: return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	static char *standard_input[] = { "-", NULL }, *here[] = { ".", NULL };
	bool given = false;
	int option;

	tool_name = "grep";
	while ((option = getopt(argc, argv, "EFGcHhiylLnoqrRsvwxe:f:")) >= 0) {
		if (option == 'e')
			add_patterns(optarg);
		else if (option == 'f')
			read_patterns(optarg);
		else if (!set_option(option))
			tool_usage("[-EFcHhilLnoqrsvwx] [-e PATTERNS]... [-f FILE]... [PATTERNS] [FILE]...");
		given |= option == 'e' || option == 'f';
	}
	if (!given && optind == argc)
		tool_usage("[-EFcHhilLnoqrsvwx] [-e PATTERNS]... [-f FILE]... [PATTERNS] [FILE]...");
	if (!given)
		add_patterns(argv[optind++]);
	compile_patterns();
	with_names = (with_names || argc - optind > 1 || recursive) && !without_names;
	argv = optind < argc ? argv + optind : recursive ? here : standard_input;
	for (; *argv; argv++) {
		if (recursive && strcmp(*argv, "-"))
			walk_tree(*argv, visit, WALK_FOLLOW);
		else
			search_file(*argv);
	}
	if (tool_end() || failed)
		return 2;
	return !matched;
}
