/*
 * tr [-cCds] SET1 [SET2]: replaces, deletes or squeezes bytes. Sets know ranges, [:classes:], [=c=], [c*n] and the
 * escapes of printf.
 */
#include <ctype.h>

#include "tool.h"

/* The bytes of a set in order; a byte may come more than once. */
struct set {
	unsigned char at[4096];
	size_t count;
	size_t fill;		/* where [c*] stands: that byte is repeated as often as needed; SIZE_MAX: nowhere */
	bool has_class;		/* one other than [:lower:] and [:upper:], of whose order nobody knows */
};

static const struct {
	const char *name;
	int (*test)(int);
} classes[] = {
	{ "alnum", isalnum }, { "alpha", isalpha }, { "blank", isblank }, { "cntrl", iscntrl }, { "digit", isdigit },
	{ "graph", isgraph }, { "lower", islower }, { "print", isprint }, { "punct", ispunct }, { "space", isspace },
	{ "upper", isupper }, { "xdigit", isxdigit },
};

static void add(struct set *set, int byte)
{
	if (set->count == sizeof(set->at))
		tool_fail(1, "a set is too long");
	set->at[set->count++] = (unsigned char)byte;
}

static int take_byte(const char **p)
{
	static const char letters[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
	int byte = (unsigned char)*(*p)++;
	const char *found;

	if (byte != '\\' || !**p)
		return byte;
	if (**p >= '0' && **p <= '7') {
		byte = 0;
		for (int i = 0; i < 3 && **p >= '0' && **p <= '7'; i++)
			byte = byte * 8 + *(*p)++ - '0';
		return byte & 255;
	}
	byte = (unsigned char)*(*p)++;
	found = strchr(letters, byte);
	return found ? values[found - letters] : byte;
}

/* [:class:] at p; false when there is none. */
static bool take_class(const char **p, struct set *set)
{
	const char *end = strstr(*p + 2, ":]");

	if ((*p)[1] != ':' || !end)
		return false;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		size_t n = strlen(classes[i].name);

		if (n != (size_t)(end - *p) - 2 || memcmp(classes[i].name, *p + 2, n))
			continue;
		for (int c = 0; c < 256; c++) {
			if (classes[i].test(c))
				add(set, c);
		}
		set->has_class |= classes[i].test != islower && classes[i].test != isupper;
		*p = end + 2;
		return true;
	}
	tool_fail(1, "invalid character class '%.*s'", (int)(end - *p) - 2, *p + 2);
}

/* [=c=] and [c*n] at p; false when there is none. */
static bool take_bracket(const char **p, struct set *set)
{
	const char *at = *p + 1;
	unsigned long count;
	char *end;
	int byte;

	if (at[0] == '=' && at[1] && at[2] == '=' && at[3] == ']') {
		add(set, (unsigned char)at[1]);
		*p += 5;
		return true;
	}
	if (!*at)
		return false;
	byte = take_byte(&at);
	if (*at != '*')
		return false;
	count = strtoul(at + 1, &end, at[1] == '0' ? 8 : 10);
	if (*end != ']')
		return false;
	if (!count)
		set->fill = set->count;
	for (unsigned long i = 0; i < (count ? count : 1); i++)
		add(set, byte);
	*p = end + 1;
	return true;
}

static void parse_set(const char *text, struct set *set)
{
	set->fill = SIZE_MAX;
	while (*text) {
		int byte, last;

		if (*text == '[' && (take_class(&text, set) || take_bracket(&text, set)))
			continue;
		byte = take_byte(&text);
		last = byte;
		if (*text == '-' && text[1]) {
			text++;
			last = take_byte(&text);
			if (last < byte)
				tool_fail(1, "range-endpoints of '%c-%c' are in reverse collating sequence order", byte, last);
		}
		for (; byte <= last; byte++)
			add(set, byte);
	}
}

static void complement(struct set *set)
{
	struct set old = *set;

	set->count = 0;
	for (int c = 0; c < 256; c++) {
		if (!memchr(old.at, c, old.count))
			add(set, c);
	}
}

/* Makes the second set as long as the first, by [c*] or by its last byte. */
static void stretch(struct set *set, size_t count)
{
	size_t at = set->fill != SIZE_MAX ? set->fill : set->count - 1;
	unsigned char byte;

	if (!set->count)
		tool_fail(1, "when not truncating set1, string2 must be non-empty");
	byte = set->at[at];
	while (set->count < count) {
		add(set, 0);
		memmove(set->at + at + 1, set->at + at, set->count - at - 1);
		set->at[at] = byte;
	}
}

int main(int argc, char **argv)
{
	static struct set one, two;
	bool deletes = false, squeezes = false, inverts = false, gone[256] = { false }, squeezed[256] = { false };
	unsigned char map[256];
	int option, c, last = -1, sets;

	tool_name = "tr";
	while ((option = getopt(argc, argv, "cCds")) >= 0) {
		deletes |= option == 'd';
		squeezes |= option == 's';
		inverts |= option == 'c' || option == 'C';
		if (option == '?')
			return 1;
	}
	sets = argc - optind;
	if (sets < 1 || sets > 2 || (sets == 1 && !deletes && !squeezes) || (sets == 2 && deletes && !squeezes))
		tool_usage("[-cds] SET1 [SET2]");
	parse_set(argv[optind], &one);
	if (one.fill != SIZE_MAX)
		tool_fail(1, "[c*] may not appear in the first set");
	if (inverts)
		complement(&one);
	if (sets == 2)
		parse_set(argv[optind + 1], &two);
	if (two.has_class && !deletes)
		tool_fail(1, "of classes, only [:upper:] and [:lower:] may appear in the second set");
	if (sets == 2 && !deletes)
		stretch(&two, one.count);
	for (int i = 0; i < 256; i++)
		map[i] = (unsigned char)i;
	for (size_t i = 0; i < one.count; i++) {
		gone[one.at[i]] = deletes;
		if (sets == 2 && !deletes)
			map[one.at[i]] = two.at[i];
	}
	for (size_t i = 0; squeezes && i < (sets == 2 ? two.count : one.count); i++)
		squeezed[sets == 2 ? two.at[i] : one.at[i]] = true;
	while ((c = getchar()) != EOF) {
		if (gone[c])
			continue;
		c = map[c];
		if (c != last || !squeezed[c])
			putchar(c);
		last = c;
	}
	if (ferror(stdin))
		tool_error("read error");
	return tool_end();
}
