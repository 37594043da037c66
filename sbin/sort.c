/*
 * sort [-cCmsu] [-bdfghinr] [-t C] [-k KEY]... [-o FILE] [FILE]...: lines in order, all of them in memory. Keys are
 * F[.C][flags][,F[.C][flags]]. Bytes compare as numbers (the C locale); lines whose keys are equal compare as a whole,
 * but not with -u or -s.
 */
#include <ctype.h>

#include "text.h"

struct order {
	bool blanks, dictionary, fold, printable, numeric, real, human, reverse;
};

struct key {
	size_t first_field, first_char;		/* from 1 */
	size_t last_field, last_char;		/* field 0: to the end of the line; char 0: to the end of the field */
	bool skip_first, skip_last;		/* b: blanks before the characters do not count */
	struct order order;
	bool own_order;				/* letters stood at the key: the global ones do not apply */
};

struct span {
	const char *at, *end;
};

static struct order global;
static struct key *keys;
static size_t key_count;
static int separator = -1;
static bool unique, stable, checks, quiet;
static struct line *lines;
static size_t line_count, line_room;

/* ---- keys */

static const char *field_end(const char *at, const char *end)
{
	if (separator >= 0) {
		const char *found = memchr(at, separator, (size_t)(end - at));

		return found ? found : end;
	}
	while (at < end && isblank((unsigned char)*at))
		at++;
	while (at < end && !isblank((unsigned char)*at))
		at++;
	return at;
}

static const char *field_start(const char *at, const char *end, size_t field)
{
	for (; field > 1 && at < end; field--) {
		at = field_end(at, end);
		if (separator >= 0 && at < end)
			at++;
	}
	return at;
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && isblank((unsigned char)*at))
		at++;
	return at;
}

static struct span key_of(const struct key *key, const struct line *line)
{
	const char *all = line->text, *end = line->text + line->length;
	struct span span = { field_start(all, end, key->first_field), end };

	if (key->skip_first)
		span.at = skip_blanks(span.at, end);
	span.at = (size_t)(end - span.at) < key->first_char - 1 ? end : span.at + key->first_char - 1;
	if (key->last_field) {
		const char *last = field_start(all, end, key->last_field);

		if (!key->last_char) {
			span.end = field_end(last, end);
		} else {
			if (key->skip_last)
				last = skip_blanks(last, end);
			span.end = (size_t)(end - last) < key->last_char ? end : last + key->last_char;
		}
	}
	if (span.end < span.at)
		span.end = span.at;
	return span;
}

/* ---- comparing */

/* The digits of a number: whole without leading zeros, and fraction. */
struct number {
	bool negative;
	struct span whole, fraction;
};

static struct number number_of(struct span span)
{
	struct number n = { 0 };

	span.at = skip_blanks(span.at, span.end);
	n.negative = span.at < span.end && *span.at == '-';
	span.at += n.negative;
	while (span.at < span.end && *span.at == '0')
		span.at++;
	n.whole.at = span.at;
	while (span.at < span.end && isdigit((unsigned char)*span.at))
		span.at++;
	n.whole.end = n.fraction.at = n.fraction.end = span.at;
	if (span.at < span.end && *span.at == '.') {
		n.fraction.at = ++span.at;
		while (span.at < span.end && isdigit((unsigned char)*span.at))
			span.at++;
		n.fraction.end = span.at;
		while (n.fraction.end > n.fraction.at && n.fraction.end[-1] == '0')
			n.fraction.end--;
	}
	if (n.whole.at == n.whole.end && n.fraction.at == n.fraction.end)
		n.negative = false;
	return n;
}

static int compare_bytes(struct span a, struct span b)
{
	size_t x = (size_t)(a.end - a.at), y = (size_t)(b.end - b.at);
	int order = memcmp(a.at, b.at, x < y ? x : y);

	return order ? order : x < y ? -1 : x > y;
}

static int compare_numbers(struct span a, struct span b)
{
	struct number x = number_of(a), y = number_of(b);
	long longer = (x.whole.end - x.whole.at) - (y.whole.end - y.whole.at);
	int order;

	if (x.negative != y.negative)
		return x.negative ? -1 : 1;
	order = longer ? (longer < 0 ? -1 : 1) : compare_bytes(x.whole, y.whole);
	if (!order)
		order = compare_bytes(x.fraction, y.fraction);
	return x.negative ? -order : order;
}

/* The rank of the letter behind a number of -h: none, K, M and so on; numbers of nothing have none. */
static int unit_of(struct span span)
{
	static const char letters[] = "KMGTPEZY";
	const char *at = skip_blanks(span.at, span.end), *found;
	bool some = false;

	at += at < span.end && *at == '-';
	for (; at < span.end && (isdigit((unsigned char)*at) || *at == '.'); at++)
		some |= *at > '0';
	if (!some || at == span.end)
		return 0;
	found = strchr(letters, *at == 'k' ? 'K' : *at);
	return *at && found ? (int)(found - letters) + 1 : 0;
}

static int compare_human(struct span a, struct span b)
{
	bool x = number_of(a).negative, y = number_of(b).negative;
	int order = unit_of(a) - unit_of(b);

	if (x != y || !order)
		return compare_numbers(a, b);
	return x ? -order : order;
}

/* What is no number comes first, as -g has it. */
static int compare_reals(struct span a, struct span b)
{
	char *x_end, *y_end;
	double x = strtod(a.at, &x_end), y = strtod(b.at, &y_end);

	if (x_end == a.at || y_end == b.at)
		return (x_end != a.at) - (y_end != b.at);
	return x < y ? -1 : x > y;
}

static bool counts(const struct order *order, int c)
{
	return !(order->dictionary && !isalnum(c) && !isblank(c)) && !(order->printable && !isprint(c));
}

/* The next byte that counts; -1 at the end. */
static int next_byte(const struct order *order, struct span *span)
{
	while (span->at < span->end) {
		int c = (unsigned char)*span->at++;

		if (counts(order, c))
			return order->fold ? toupper(c) : c;
	}
	return -1;
}

static int compare_spans(const struct order *order, struct span a, struct span b)
{
	int x, y;

	if (order->blanks) {
		a.at = skip_blanks(a.at, a.end);
		b.at = skip_blanks(b.at, b.end);
	}
	if (order->human)
		return compare_human(a, b);
	if (order->real)
		return compare_reals(a, b);
	if (order->numeric)
		return compare_numbers(a, b);
	if (!order->dictionary && !order->fold && !order->printable)
		return compare_bytes(a, b);
	do {
		x = next_byte(order, &a);
		y = next_byte(order, &b);
	} while (x == y && x >= 0);
	return x - y;
}

static int compare_keys(const struct line *a, const struct line *b)
{
	struct span x = { a->text, a->text + a->length }, y = { b->text, b->text + b->length };
	int result;

	if (!key_count) {
		result = compare_spans(&global, x, y);
		return global.reverse ? -result : result;
	}
	for (size_t i = 0; i < key_count; i++) {
		result = compare_spans(&keys[i].order, key_of(&keys[i], a), key_of(&keys[i], b));
		if (result)
			return keys[i].order.reverse ? -result : result;
	}
	return 0;
}

static int compare(const void *p, const void *q)
{
	const struct line *a = p, *b = q;
	int result = compare_keys(a, b);

	if (result || unique || stable)
		return result;
	result = compare_bytes((struct span){ a->text, a->text + a->length }, (struct span){ b->text, b->text + b->length });
	return global.reverse ? -result : result;
}

/* ---- sorting: merges, so that equal lines keep their order */

static void merge_sort(struct line *at, struct line *scratch, size_t n)
{
	size_t half = n / 2, left = 0, right = half;

	if (n < 2)
		return;
	merge_sort(at, scratch, half);
	merge_sort(at + half, scratch, n - half);
	if (compare(&at[half - 1], &at[half]) <= 0)
		return;
	memcpy(scratch, at, n * sizeof(*at));
	for (size_t i = 0; i < n; i++) {
		bool from_left = left < half && (right == n || compare(&scratch[left], &scratch[right]) <= 0);

		at[i] = from_left ? scratch[left++] : scratch[right++];
	}
}

static void read_lines(FILE *file, const char *name)
{
	struct line line = { 0 };

	while (read_line(file, &line)) {
		if (line_count == line_room) {
			line_room = line_room ? line_room * 2 : 1024;
			lines = get_memory(lines, line_room, sizeof(*lines));
		}
		lines[line_count++] = line;
		line = (struct line){ 0 };
	}
	free(line.text);
}

/* -c: are they in order already? */
static int check(const char *name)
{
	for (size_t i = 1; i < line_count; i++) {
		int order = compare(&lines[i - 1], &lines[i]);

		if (order < 0 || (order == 0 && !unique))
			continue;
		if (!quiet)
			fprintf(stderr, "sort: %s:%zu: disorder: %s\n", name, i + 1, lines[i].text);
		return 1;
	}
	return 0;
}

static void write_lines(void)
{
	for (size_t i = 0; i < line_count; i++) {
		if (unique && i && compare_keys(&lines[i - 1], &lines[i]) == 0) {
			lines[i] = lines[i - 1];	/* the first of them stays the one to compare with */
			continue;
		}
		fwrite(lines[i].text, 1, lines[i].length, stdout);
		putchar('\n');
	}
}

/* ---- options */

static bool set_order(struct order *order, int letter)
{
	switch (letter) {
	case 'b': order->blanks = true; return true;
	case 'd': order->dictionary = true; return true;
	case 'f': order->fold = true; return true;
	case 'g': order->real = true; return true;
	case 'h': order->human = true; return true;
	case 'i': order->printable = true; return true;
	case 'n': order->numeric = true; return true;
	case 'r': order->reverse = true; return true;
	}
	return false;
}

static const char *parse_position(const char *text, struct key *key, size_t *field, size_t *character, bool *skip)
{
	char *end;

	*field = strtoul(text, &end, 10);
	if (end == text || !*field)
		tool_fail(2, "invalid number at field start: invalid count at start of '%s'", text);
	if (*end == '.')
		*character = strtoul(end + 1, &end, 10);
	for (; *end && *end != ','; end++) {
		if (*end == 'b')
			*skip = true;
		else if (!set_order(&key->order, *end))
			tool_fail(2, "stray character in field spec: invalid field specification '%s'", text);
		key->own_order = true;
	}
	return end;
}

static void parse_key(const char *text)
{
	struct key key = { .first_char = 1 };

	text = parse_position(text, &key, &key.first_field, &key.first_char, &key.skip_first);
	if (!key.first_char)
		tool_fail(2, "character offset is zero: invalid field specification");
	if (*text == ',')
		parse_position(text + 1, &key, &key.last_field, &key.last_char, &key.skip_last);
	keys = get_memory(keys, key_count + 1, sizeof(*keys));
	keys[key_count++] = key;
}

/* Keys without letters of their own take the global ones. */
static void finish_keys(void)
{
	for (size_t i = 0; i < key_count; i++) {
		if (keys[i].own_order)
			continue;
		keys[i].order = global;
		keys[i].skip_first = keys[i].skip_last = global.blanks;
	}
}

static int parse_separator(const char *text)
{
	if (!strcmp(text, "\\0"))
		return 0;
	if (!*text || text[1])
		tool_fail(2, *text ? "multi-character tab '%s'" : "empty tab%s", text);
	return (unsigned char)*text;
}

int main(int argc, char **argv)
{
	const char *output = NULL;
	struct line *scratch;
	int option;

	tool_name = "sort";
	while ((option = getopt(argc, argv, "bdfghinrcCmusk:t:o:")) >= 0) {
		switch (option) {
		case 'c': checks = true; break;
		case 'C': checks = quiet = true; break;
		case 'u': unique = true; break;
		case 's': stable = true; break;
		case 'm': break;	/* merging sorted files is sorting them, and what is not sorted may come in any order */
		case 'k': parse_key(optarg); break;
		case 't': separator = parse_separator(optarg); break;
		case 'o': output = optarg; break;
		default:
			if (!set_order(&global, option))
				tool_usage("[-cCmsu] [-bdfghinr] [-t C] [-k KEY]... [-o FILE] [FILE]...");
		}
	}
	finish_keys();
	each_file(argv + optind, read_lines);
	if (tool_status)
		return 2;
	if (checks)
		return check(optind < argc ? argv[optind] : "-");
	scratch = get_memory(NULL, line_count, sizeof(*scratch));
	merge_sort(lines, scratch, line_count);
	if (output && !freopen(output, "w", stdout))
		tool_fail(2, "open failed: %s: %s", output, strerror(errno));
	write_lines();
	return tool_end() ? 2 : 0;
}
