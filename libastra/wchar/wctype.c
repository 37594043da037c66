/* Classes and case of wide characters, from tables. Any context. */
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "unicode_tables.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int among(const struct range *table, size_t count, wint_t c)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = (low + count) / 2;

		if (c > table[middle].last)
			low = middle + 1;
		else if (c < table[middle].first)
			count = middle;
		else
			return 1;
	}
	return 0;
}

static wint_t mapped(const struct mapping *table, size_t count, wint_t c)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = (low + count) / 2;

		if (c > table[middle].last)
			low = middle + 1;
		else if (c < table[middle].first)
			count = middle;
		else
			return (c - table[middle].first) % (wint_t)table[middle].step ? c : c + (wint_t)table[middle].delta;
	}
	return c;
}

wint_t towupper(wint_t c)
{
	return mapped(to_upper, COUNT(to_upper), c);
}

wint_t towlower(wint_t c)
{
	return mapped(to_lower, COUNT(to_lower), c);
}

int iswalpha(wint_t c)
{
	return among(alphabetic, COUNT(alphabetic), c);
}

int iswdigit(wint_t c)
{
	return c - '0' < 10;
}

int iswxdigit(wint_t c)
{
	return c - '0' < 10 || (c | 32) - 'a' < 6;
}

int iswalnum(wint_t c)
{
	return iswdigit(c) || iswalpha(c);
}

int iswblank(wint_t c)
{
	return c == '\t' || (iswspace(c) && c >= ' ' && c != 0x2028 && c != 0x2029 && c != 0x85);
}

int iswcntrl(wint_t c)
{
	return c < 32 || (c >= 127 && c < 160) || c == 0x2028 || c == 0x2029;
}

/* The spaces that do not forbid a line break. */
int iswspace(wint_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x1680 || (c >= 0x2000 && c <= 0x200a && c != 0x2007) ||
	       c == 0x2028 || c == 0x2029 || c == 0x205f || c == 0x3000;
}

int iswprint(wint_t c)
{
	return among(printable, COUNT(printable), c);
}

int iswgraph(wint_t c)
{
	return iswprint(c) && !iswspace(c);
}

int iswpunct(wint_t c)
{
	return iswgraph(c) && !iswalnum(c);
}

int iswupper(wint_t c)
{
	return towlower(c) != c;
}

int iswlower(wint_t c)
{
	return towupper(c) != c || c == 0xdf;
}

static const struct {
	const char *name;
	int (*member)(wint_t);
} classes[] = {
	{ "alnum", iswalnum }, { "alpha", iswalpha }, { "blank", iswblank }, { "cntrl", iswcntrl }, { "digit", iswdigit },
	{ "graph", iswgraph }, { "lower", iswlower }, { "print", iswprint }, { "punct", iswpunct }, { "space", iswspace },
	{ "upper", iswupper }, { "xdigit", iswxdigit },
};

wctype_t wctype(const char *name)
{
	for (size_t i = 0; i < COUNT(classes); i++) {
		if (!strcmp(name, classes[i].name))
			return i + 1;
	}
	return 0;
}

int iswctype(wint_t c, wctype_t type)
{
	return type && type <= COUNT(classes) ? classes[type - 1].member(c) : 0;
}

static const int mappings[2];	/* their addresses are the names */

wctrans_t wctrans(const char *name)
{
	return !strcmp(name, "toupper") ? &mappings[0] : !strcmp(name, "tolower") ? &mappings[1] : NULL;
}

wint_t towctrans(wint_t c, wctrans_t mapping)
{
	return mapping == &mappings[0] ? towupper(c) : mapping == &mappings[1] ? towlower(c) : c;
}

int wcwidth(wchar_t c)
{
	if (!c)
		return 0;
	if (!iswprint((wint_t)c))
		return -1;
	if (among(combining, COUNT(combining), (wint_t)c))
		return 0;
	return among(wide, COUNT(wide), (wint_t)c) ? 2 : 1;
}

int wcswidth(const wchar_t *s, size_t n)
{
	int columns = 0;

	for (; n-- && *s; s++) {
		int width = wcwidth(*s);

		if (width < 0)
			return -1;
		columns += width;
	}
	return columns;
}
