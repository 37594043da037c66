/*
 * The printf engine's text conversions, four ways: bytes or wide characters, into a sink of either. Widths and precisions
 * count what the sink counts; a precision in bytes never cuts a character that was wide.
 */
#include <string.h>

#include "format_impl.h"

static const wchar_t *no_wide_text = L"(null)";

static void put(struct sink *sink, const struct spec *spec, const char *text, size_t n)
{
	if (!spec->left)
		__sink_pad(sink, ' ', spec->width - (long)n);
	__sink_write(sink, text, n);
	if (spec->left)
		__sink_pad(sink, ' ', spec->width - (long)n);
}

static void put_wide(struct sink *sink, const struct spec *spec, const wchar_t *text, size_t n)
{
	if (!spec->left)
		__sink_pad(sink, ' ', spec->width - (long)n);
	__sink_wide(sink, text, n);
	if (spec->left)
		__sink_pad(sink, ' ', spec->width - (long)n);
}

/* Characters of a byte string, at most `most`; each goes to the sink, if there is one. (size_t)-1 with EILSEQ. */
static size_t widen(struct sink *sink, const char *text, size_t most)
{
	mbstate_t state = { 0 };
	size_t count = 0;
	wchar_t c;

	for (; count < most && *text; count++) {
		size_t n = mbrtowc(&c, text, MB_LEN_MAX, &state);

		if (n > MB_LEN_MAX)
			return (size_t)-1;
		if (sink)
			__sink_wide(sink, &c, 1);
		text += n;
	}
	return count;
}

static bool put_widened(struct sink *sink, const struct spec *spec, const char *text)
{
	size_t most = spec->precision < 0 ? (size_t)-1 : (size_t)spec->precision, count = widen(NULL, text, most);

	if (count == (size_t)-1)
		return false;
	if (!spec->left)
		__sink_pad(sink, ' ', spec->width - (long)count);
	widen(sink, text, count);
	if (spec->left)
		__sink_pad(sink, ' ', spec->width - (long)count);
	return true;
}

bool __format_text(struct sink *sink, const struct spec *spec, const char *text)
{
	if (!text)
		text = "(null)";
	if (sink->wide)
		return put_widened(sink, spec, text);
	put(sink, spec, text, spec->precision < 0 ? strlen(text) : strnlen(text, (size_t)spec->precision));
	return true;
}

/* Wide characters as bytes; only whole ones within `limit` bytes. False with EILSEQ. */
static bool put_narrowed(struct sink *sink, const struct spec *spec, const wchar_t *text, size_t most, size_t limit)
{
	char one[MB_LEN_MAX];
	size_t bytes = 0, count;

	for (count = 0; count < most && text[count]; count++) {
		size_t n = wcrtomb(one, text[count], NULL);

		if (n == (size_t)-1)
			return false;
		if (bytes + n > limit)
			break;
		bytes += n;
	}
	if (!spec->left)
		__sink_pad(sink, ' ', spec->width - (long)bytes);
	for (size_t i = 0; i < count; i++)
		__sink_write(sink, one, wcrtomb(one, text[i], NULL));
	if (spec->left)
		__sink_pad(sink, ' ', spec->width - (long)bytes);
	return true;
}

bool __format_wide_text(struct sink *sink, const struct spec *spec, const wchar_t *text)
{
	size_t limit = spec->precision < 0 ? (size_t)-1 : (size_t)spec->precision;

	if (!text)
		text = no_wide_text;
	if (!sink->wide)
		return put_narrowed(sink, spec, text, (size_t)-1, limit);
	put_wide(sink, spec, text, wcsnlen(text, limit));
	return true;
}

bool __format_character(struct sink *sink, const struct spec *spec, int c)
{
	char byte = (char)c;
	wint_t wide;

	if (!sink->wide) {
		put(sink, spec, &byte, 1);
		return true;
	}
	wide = btowc((unsigned char)c);
	if (wide == WEOF)
		return false;
	put_wide(sink, spec, &(wchar_t){ (wchar_t)wide }, 1);
	return true;
}

bool __format_wide_character(struct sink *sink, const struct spec *spec, wint_t c)
{
	wchar_t wide = (wchar_t)c;

	if (sink->wide) {
		put_wide(sink, spec, &wide, 1);
		return true;
	}
	if (wide)
		return put_narrowed(sink, spec, &wide, 1, (size_t)-1);
	put(sink, spec, "", 1);
	return true;
}
