/* Oracle: regular expressions and fnmatch over random patterns (argument: how many). Whole matches must agree. */
#include <fnmatch.h>
#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t seed = 88172645463325252ull;

static unsigned next(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 20) % below;
}

/* A random pattern: atoms, each with at most one repetition. */
static char *pattern(char *p, int depth, int extended)
{
	for (unsigned n = 1 + next(3); n; n--) {
		unsigned kind = next(depth ? 8 : 5);

		if (kind < 2) {
			*p++ = (char)('a' + next(3));
		} else if (kind == 2) {
			*p++ = '.';
		} else if (kind < 5) {
			p += sprintf(p, "%s", next(2) ? "[ab]" : "[^a]");
		} else {
			p += sprintf(p, extended ? "(" : "\\(");
			p = pattern(p, depth - 1, extended);
			if (kind == 7) {
				p += sprintf(p, extended ? "|" : "\\|");
				p = pattern(p, depth - 1, extended);
			}
			p += sprintf(p, extended ? ")" : "\\)");
		}
		switch (next(8)) {
		case 0: *p++ = '*'; break;
		case 1: p += sprintf(p, extended ? "+" : "\\+"); break;
		case 2: p += sprintf(p, extended ? "?" : "\\?"); break;
		case 3: p += sprintf(p, extended ? "{1,2}" : "\\{1,2\\}"); break;
		}
	}
	*p = 0;
	return p;
}

static void text(char *t)
{
	unsigned n = next(12);

	while (n--)
		*t++ = (char)('a' + next(4));
	*t = 0;
}

static void expression(void)
{
	int extended = next(2) != 0, error;
	char p[4000], t[64], *end = p;
	regmatch_t match[1] = { { -1, -1 } };
	regex_t regex;

	if (!next(10))
		*end++ = '^';
	end = pattern(end, 2, extended);
	if (!next(10)) {
		*end++ = '$';
		*end = 0;
	}
	text(t);
	error = regcomp(&regex, p, extended ? REG_EXTENDED : 0);
	printf("%d %s '%s' %d", extended, p, t, error != 0);
	if (!error) {
		printf(" %d", regexec(&regex, t, 1, match, 0) != 0);
		regfree(&regex);
	}
	printf(" %d %d\n", (int)match[0].rm_so, (int)match[0].rm_eo);
}

static void file_name(void)
{
	static const char *const parts[] = { "*", "?", "a", "b", "[ab]", "[!a]", "[a-c]", "\\*", ".", "/" };
	static const char letters[] = "abc./*";
	char p[64], t[16], *end = p;
	unsigned n;

	for (n = next(6); n; n--)
		end += sprintf(end, "%s", parts[next(10)]);
	*end = 0;
	for (n = 0; n < next(7); n++)
		t[n] = letters[next(6)];
	t[n] = 0;
	printf("%s %s %d %d %d\n", p, t, fnmatch(p, t, 0), fnmatch(p, t, FNM_PATHNAME), fnmatch(p, t, FNM_PERIOD));
}

int main(int argc, char **argv)
{
	for (int i = argc > 1 ? atoi(argv[1]) : 2000; i; i--) {
		expression();
		file_name();
	}
	return 0;
}
