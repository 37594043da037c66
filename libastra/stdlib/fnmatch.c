/* Shell patterns. Backtracks only to the last star, so the time is at most length × length. */
#include <ctype.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

static bool in_class(const char *name, size_t length, unsigned char c)
{
	static const struct {
		const char *name;
		int (*test)(int);
	} classes[] = {
		{ "alnum", isalnum }, { "alpha", isalpha }, { "blank", isblank }, { "cntrl", iscntrl }, { "digit", isdigit },
		{ "graph", isgraph }, { "lower", islower }, { "print", isprint }, { "punct", ispunct }, { "space", isspace },
		{ "upper", isupper }, { "xdigit", isxdigit },
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (strlen(classes[i].name) == length && !memcmp(classes[i].name, name, length))
			return classes[i].test(c);
	}
	return false;
}

/*
 * A bracket expression that starts behind '['. Sets *matched; returns the pattern behind ']', or NULL when there is no
 * end, and then '[' stands for itself.
 */
static const char *bracket(const char *p, unsigned char c, int flags, bool *matched)
{
	bool negated = *p == '!' || *p == '^', found = false, first = true;

	for (p += negated; first || *p != ']'; first = false) {
		unsigned char low, high;

		if (p[0] == '[' && p[1] == ':') {
			const char *end = strstr(p + 2, ":]");

			if (end) {
				found |= in_class(p + 2, (size_t)(end - p - 2), c);
				p = end + 2;
				continue;
			}
		}
		if (*p == '\\' && !(flags & FNM_NOESCAPE) && p[1])
			p++;
		if (!*p)
			return NULL;
		low = high = (unsigned char)*p++;
		if (p[0] == '-' && p[1] && p[1] != ']') {
			p++;
			if (*p == '\\' && !(flags & FNM_NOESCAPE) && p[1])
				p++;
			high = (unsigned char)*p++;
		}
		found |= c >= low && c <= high;
	}
	*matched = found != negated;
	return p + 1;
}

/* Matches one character; the pattern behind it, or NULL. */
static const char *match_one(const char *p, char c, int flags)
{
	const char *after;
	bool matched;

	if (!c || (c == '/' && flags & FNM_PATHNAME && *p != '/'))
		return NULL;
	if (*p == '?')
		return p + 1;
	if (*p == '[' && (after = bracket(p + 1, (unsigned char)c, flags, &matched)))
		return matched ? after : NULL;
	if (*p == '\\' && !(flags & FNM_NOESCAPE) && p[1])
		p++;
	return *p == c ? p + 1 : NULL;
}

int fnmatch(const char *pattern, const char *string, int flags)
{
	const char *star = NULL, *star_string = NULL, *start = string;

	for (;;) {
		bool leading = string == start || (flags & FNM_PATHNAME && string[-1] == '/');
		bool hidden = flags & FNM_PERIOD && *string == '.' && leading && *pattern != '.' && *pattern != '\\';
		const char *after;

		if (*pattern == '*' && !hidden) {
			star = ++pattern;
			star_string = string;
			continue;
		}
		if (!*pattern && !*string)
			return 0;
		after = *pattern && !hidden ? match_one(pattern, *string, flags) : NULL;
		if (after) {
			pattern = after;
			string++;
			continue;
		}
		if (!star || !*star_string || (*star_string == '/' && flags & FNM_PATHNAME))
			return FNM_NOMATCH;
		pattern = star;
		string = ++star_string;
	}
}
