/*
 * grep [-abEFcHhilLnoqrsvwx] [-A|-B|-C COUNT] [-m COUNT] [-e PATTERNS]... [-f FILE]... [PATTERNS] [FILE]...: the lines that
 * match one of the patterns, which newlines separate, with -A, -B or -C those behind, before or around them. Lines of a file
 * that holds a NUL are not shown unless -a. Status 0 when some did, 1 when none, 2 after an error.
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
static bool matched, failed, as_text, offsets;
static long after_lines, before_lines, max_count = -1;

static const char usage[] = "[-abEFcHhilLnoqrsvwx] [-A|-B|-C COUNT] [-m COUNT] [-e PATTERNS]... [-f FILE]... [PATTERNS] [FILE]...";

/* What is known while one file is searched. */
static struct {
	const char *name;
	bool binary;			/* lines are not shown */
	unsigned long number, shown;	/* of the line read, and of the last one written */
	unsigned long offset;		/* where that line begins */
	long after;			/* lines to come that are shown as what follows a match */
	struct line *before;		/* a ring of before_lines lines, the newest at number % before_lines */
	unsigned long *before_offsets;
} now;

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

static void put_prefix(char mark, unsigned long number, unsigned long offset)
{
	if (with_names)
		printf("%s%c", now.name, mark);
	if (numbers)
		printf("%lu%c", number, mark);
	if (offsets)
		printf("%lu%c", offset, mark);
}

static void put_line(const struct line *line, char mark, unsigned long number, unsigned long offset)
{
	put_prefix(mark, number, offset);
	fwrite(line->text, 1, line->length, stdout);
	putchar('\n');
	now.shown = number;
}

/* The lines of the ring that were not written yet, behind "--" when something between them and the last one is left out. */
static void put_before(void)
{
	static bool any;
	unsigned long first = now.number > (unsigned long)before_lines ? now.number - (unsigned long)before_lines : 1;

	if (first <= now.shown)
		first = now.shown + 1;
	if ((after_lines || before_lines) && any && (first > now.shown + 1 || !now.shown))
		puts("--");
	any = true;
	for (; first < now.number; first++) {
		size_t place = first % (unsigned long)before_lines;

		put_line(&now.before[place], '-', first, now.before_offsets[place]);
	}
}

/* Keeps a line that did not match: shown as what follows a match, or kept in the ring. */
static void pass_line(struct line *line)
{
	struct line *kept;

	if (now.after > 0) {
		now.after--;
		put_line(line, '-', now.number, now.offset);
	} else if (before_lines) {
		struct line old;

		kept = &now.before[now.number % (unsigned long)before_lines];
		now.before_offsets[now.number % (unsigned long)before_lines] = now.offset;
		old = *kept;
		*kept = *line;
		*line = old;
	}
}

static void put_matches(const struct line *line, regmatch_t match)
{
	do {
		size_t next = (size_t)match.rm_eo;

		if (match.rm_eo > match.rm_so) {
			put_prefix(':', now.number, now.offset + (unsigned long)match.rm_so);
			fwrite(line->text + match.rm_so, 1, (size_t)(match.rm_eo - match.rm_so), stdout);
			putchar('\n');
		} else {
			next++;
		}
		if (next > line->length || !find(line, next, &match))
			break;
	} while (true);
}

static void put_result(unsigned long count)
{
	if (counts && with_names)
		printf("%s:", now.name);
	if (counts)
		printf("%lu\n", count);
	if ((names_only && count) || (names_without && !count))
		puts(now.name);
}

/* True when that is all there is to say about the file. */
static bool put_match(const struct line *line, const regmatch_t *match)
{
	if (now.binary) {
		fflush(stdout);
		fprintf(stderr, "grep: %s: binary file matches\n", now.name);
		return true;
	}
	if (only_matches) {
		if (!inverted)
			put_matches(line, *match);
		return false;
	}
	put_before();
	put_line(line, ':', now.number, now.offset);
	now.after = after_lines;
	return false;
}

/* Text has no NUL among its first bytes; a pipe's are looked at line by line. */
static bool is_binary(FILE *file)
{
	char bytes[4096];
	ssize_t n = as_text ? 0 : pread(fileno(file), bytes, sizeof(bytes), 0);

	return n > 0 && memchr(bytes, 0, (size_t)n);
}

static void begin(FILE *file, const char *file_name)
{
	struct line *before = now.before;
	unsigned long *before_offsets = now.before_offsets;

	if (before_lines && !before) {
		before = get_memory(NULL, (size_t)before_lines, sizeof(*before));
		memset(before, 0, (size_t)before_lines * sizeof(*before));
		before_offsets = get_memory(NULL, (size_t)before_lines, sizeof(*before_offsets));
	}
	memset(&now, 0, sizeof(now));
	now.before = before;
	now.before_offsets = before_offsets;
	now.name = strcmp(file_name, "-") ? file_name : "(standard input)";
	now.binary = is_binary(file);
}

static void search(FILE *file, const char *file_name)
{
	bool shows_lines = !counts && !names_only && !names_without && !quiet;
	struct line line = { 0 };
	unsigned long count = 0;
	regmatch_t match;

	begin(file, file_name);
	while ((max_count < 0 || (long)count < max_count || now.after > 0) && read_line(file, &line)) {
		size_t length = line.length + 1;

		now.number++;
		now.binary |= !as_text && memchr(line.text, 0, line.length);
		if ((max_count >= 0 && (long)count == max_count) || find(&line, 0, &match) == inverted) {
			if (shows_lines)
				pass_line(&line);
			now.offset += length;
			continue;
		}
		count++;
		matched = true;
		if (quiet)
			exit(0);
		if (names_only || names_without || (shows_lines && put_match(&line, &match)))
			break;
		now.offset += length;
	}
	put_result(count);
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
	case 'a': as_text = true; break;
	case 'b': offsets = true; break;
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

/* The options with an argument; false: none of them. */
static bool set_argument(int letter, char *argument)
{
	switch (letter) {
	case 'A': after_lines = tool_number(argument); break;
	case 'B': before_lines = tool_number(argument); break;
	case 'C': after_lines = before_lines = tool_number(argument); break;
	case 'm': max_count = tool_number(argument); break;
	case 'e': add_patterns(argument); break;
	case 'f': read_patterns(argument); break;
	default: return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	static char *standard_input[] = { "-", NULL }, *here[] = { ".", NULL };
	bool given = false;
	long context = 0;
	int option;

	tool_name = "grep";
	while ((option = getopt(argc, argv, "EFGaA:bB:cC:HhiylLm:noqrRsvwxe:f:0123456789")) >= 0) {
		if (isdigit(option))
			after_lines = before_lines = context = context * 10 + option - '0';
		else if (!set_argument(option, optarg) && !set_option(option))
			tool_usage(usage);
		given |= option == 'e' || option == 'f';
	}
	if (!given && optind == argc)
		tool_usage(usage);
	if (after_lines < 0 || before_lines < 0)
		tool_fail(2, "invalid context length argument");
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
