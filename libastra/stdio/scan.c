/*
 * The scanf engine. Input comes from a stream whose lock the caller holds; at most one byte is put back after a
 * directive, as C says, except that a number's longest prefix is found with up to four bytes of look-ahead ("0x", "1e+"),
 * which are consumed when the number does not go on. Numbers are collected as text and converted by the strto family, so
 * both agree. A wide source is read character by character, in which then widths are counted; what it yields is kept in the
 * encoding of utf8.h until it is stored, and the format and its sets are in that encoding, too.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "stdio_impl.h"
#include "utf8.h"

enum outcome { MATCHED, MISMATCH, INPUT_ENDED };

struct scan {
	FILE *stream;
	const wchar_t *text;	/* NULL: the stream */
	bool wide;
	size_t consumed;	/* bytes or wide characters taken */
};

/* One conversion of scanf, decoded. */
struct directive {
	bool suppress, allocate;
	int from;		/* the number of its argument; 0: the next one */
	size_t width;		/* SIZE_MAX: not given */
	char length;		/* 'H' hh, 'h', 'l' (also ll, j, z, t), 'L', 'q' for ll in front of a float, or 0 */
	char conversion;
	const char *set, *set_end;	/* of %[, behind ^ */
	bool negated;
};

/* Bytes of a number or a string as they come in; grows on the heap when they do not fit. */
struct token {
	char *text, *heap;
	size_t length, room;
	bool failed;
	char small[128];
};

/* The next byte, or the next wide character, whose code point an int holds; EOF. */
static int next(struct scan *scan)
{
	int c;

	if (scan->text)
		c = *scan->text ? (int)*scan->text++ : EOF;
	else if (scan->wide)
		c = (int)fgetwc(scan->stream);
	else
		c = __getc_unlocked(scan->stream);
	scan->consumed += c != EOF;
	return c;
}

static void back(struct scan *scan, int c)
{
	if (c == EOF)
		return;
	if (scan->text)
		scan->text--;
	else if (scan->wide)
		ungetwc((wint_t)c, scan->stream);
	else
		ungetc(c, scan->stream);
	scan->consumed--;
}

static bool is_space(const struct scan *scan, int c)
{
	return scan->wide ? iswspace((wint_t)c) : isspace(c);
}

static void skip_space(struct scan *scan)
{
	int c;

	do
		c = next(scan);
	while (c != EOF && is_space(scan, c));
	back(scan, c);
}

static void token_init(struct token *token)
{
	token->text = token->small;
	token->heap = NULL;
	token->length = 0;
	token->room = sizeof(token->small);
	token->failed = false;
	token->small[0] = 0;
}

static void token_add_byte(struct token *token, char c)
{
	if (token->length + 1 >= token->room) {
		char *grown = realloc(token->heap, token->room * 2);

		if (!grown) {
			token->failed = true;
			return;
		}
		if (!token->heap)
			memcpy(grown, token->small, token->length);
		token->text = token->heap = grown;
		token->room *= 2;
	}
	token->text[token->length++] = c;
	token->text[token->length] = 0;
}

static void token_add(struct scan *scan, struct token *token, int c)
{
	char bytes[UTF8_MAX];
	size_t n = 1;

	if (scan->wide)
		n = utf8_put(bytes, (uint32_t)c);
	else
		bytes[0] = (char)c;
	for (size_t i = 0; i < n; i++)
		token_add_byte(token, bytes[i]);
}

/* Takes the next byte into the token when `accept` says so and the width allows it. */
static bool take_if(struct scan *scan, struct token *token, size_t *width, bool (*accept)(int, int), int argument)
{
	int c;

	if (!*width)
		return false;
	c = next(scan);
	if (c == EOF || !accept(c, argument)) {
		back(scan, c);
		return false;
	}
	token_add(scan, token, c);
	--*width;
	return true;
}

static bool is_sign(int c, int unused)
{
	return c == '+' || c == '-';
}

static bool is_digit(int c, int base)
{
	int letter = c | 32, value = c >= '0' && c <= '9' ? c - '0' : letter >= 'a' && letter <= 'z' ? letter - 'a' + 10 : INT_MAX;

	return value < base;
}

static bool is_letter(int c, int letter)
{
	return (c | 32) == letter;
}

static bool is_byte(int c, int byte)
{
	return c == byte;
}

/* The text of an integer; false when there is none. */
static bool collect_integer(struct scan *scan, struct token *token, size_t width, int *base)
{
	bool any = false;

	take_if(scan, token, &width, is_sign, 0);
	if ((*base == 0 || *base == 16) && take_if(scan, token, &width, is_byte, '0')) {
		any = true;
		if (take_if(scan, token, &width, is_letter, 'x')) {
			*base = 16;
			any = false;
		} else if (*base == 0) {
			*base = 8;
		}
	}
	if (*base == 0)
		*base = 10;
	while (take_if(scan, token, &width, is_digit, *base))
		any = true;
	return any;
}

static bool collect_word(struct scan *scan, struct token *token, size_t *width, const char *word)
{
	for (; *word; word++) {
		if (!take_if(scan, token, width, is_letter, *word))
			return false;
	}
	return true;
}

/* nan or nan(…) behind its n, inf or infinity behind its i. */
static bool collect_special(struct scan *scan, struct token *token, size_t *width, bool nan)
{
	if (!nan) {
		size_t length;

		if (!collect_word(scan, token, width, "nf"))
			return false;
		length = token->length;
		return collect_word(scan, token, width, "inity") || token->length == length;
	}
	if (!collect_word(scan, token, width, "an"))
		return false;
	if (!take_if(scan, token, width, is_byte, '('))
		return true;
	while (take_if(scan, token, width, is_digit, 36) || take_if(scan, token, width, is_byte, '_'))
		;
	return take_if(scan, token, width, is_byte, ')');
}

static bool collect_float(struct scan *scan, struct token *token, size_t width)
{
	bool any = false, hex = false;

	take_if(scan, token, &width, is_sign, 0);
	if (take_if(scan, token, &width, is_letter, 'n'))
		return collect_special(scan, token, &width, true);
	if (take_if(scan, token, &width, is_letter, 'i'))
		return collect_special(scan, token, &width, false);
	if (take_if(scan, token, &width, is_byte, '0')) {
		any = true;
		if (take_if(scan, token, &width, is_letter, 'x')) {
			hex = true;
			any = false;
		}
	}
	while (take_if(scan, token, &width, is_digit, hex ? 16 : 10))
		any = true;
	if (take_if(scan, token, &width, is_byte, '.')) {
		while (take_if(scan, token, &width, is_digit, hex ? 16 : 10))
			any = true;
	}
	if (any && take_if(scan, token, &width, is_letter, hex ? 'p' : 'e')) {
		take_if(scan, token, &width, is_sign, 0);
		any = false;
		while (take_if(scan, token, &width, is_digit, 10))
			any = true;
	}
	return any;
}

static void store_integer(char length, void *where, uintmax_t value)
{
	switch (length) {
	case 'H': *(unsigned char *)where = (unsigned char)value; break;
	case 'h': *(unsigned short *)where = (unsigned short)value; break;
	case 'l':
	case 'L': *(unsigned long *)where = value; break;
	default:  *(unsigned int *)where = (unsigned int)value; break;
	}
}

static enum outcome scan_integer(struct scan *scan, const struct directive *d, void *where)
{
	int base = d->conversion == 'i' ? 0 : d->conversion == 'o' ? 8 : strchr("xXp", d->conversion) ? 16 : 10;
	char length = d->conversion == 'p' ? 'l' : d->length;
	int error = errno;
	struct token token;
	uintmax_t value;
	bool good;

	token_init(&token);
	good = collect_integer(scan, &token, d->width, &base) && !token.failed;
	if (good && !d->suppress) {
		value = d->conversion == 'd' || d->conversion == 'i' ? (uintmax_t)strtoll(token.text, NULL, base) :
			strtoull(token.text, NULL, base);
		store_integer(length, where, value);
		errno = error;
	}
	free(token.heap);
	return good ? MATCHED : MISMATCH;
}

static enum outcome scan_float(struct scan *scan, const struct directive *d, void *where)
{
	int error = errno;
	struct token token;
	bool good;

	token_init(&token);
	good = collect_float(scan, &token, d->width) && !token.failed;
	if (good && !d->suppress) {
		if (d->length == 'L')
			*(long double *)where = strtold(token.text, NULL);
		else if (d->length == 'l')
			*(double *)where = strtod(token.text, NULL);
		else
			*(float *)where = strtof(token.text, NULL);
		errno = error;
	}
	free(token.heap);
	return good ? MATCHED : MISMATCH;
}

/* The next member of a set, which is in bytes or in the encoding of wide formats. */
static int set_member(bool wide, const char **at)
{
	return wide ? (int)utf8_get(at) : (unsigned char)*(*at)++;
}

static bool in_set(const struct scan *scan, const struct directive *d, int c)
{
	const char *p = d->set;

	while (p < d->set_end) {
		int low = set_member(scan->wide, &p), high = low;

		if (p + 1 < d->set_end && *p == '-') {
			p++;
			high = set_member(scan->wide, &p);
		}
		if (c >= low && c <= high)
			return !d->negated;
	}
	return d->negated;
}

static bool belongs(const struct scan *scan, const struct directive *d, int c)
{
	return d->conversion == 'c' || (d->conversion == 's' ? !is_space(scan, c) : in_set(scan, d, c));
}

/* Wide characters out of a token of the locale's bytes, or of a wide source's encoding; (size_t)-1 when it has bad bytes. */
static size_t decode_token(const struct scan *scan, const struct token *token, wchar_t *out)
{
	const char *at = token->text, *end = at + token->length;
	mbstate_t state = { 0 };
	size_t count = 0;

	while (at < end) {
		if (scan->wide) {
			out[count++] = (wchar_t)utf8_get(&at);
			continue;
		}
		size_t n = mbrtowc(out + count, at, (size_t)(end - at), &state);

		if (n > (size_t)(end - at))
			return (size_t)-1;
		at += n ? n : 1;
		count++;
	}
	return count;
}

/* Hands a token to the caller as wide characters in a buffer that is the caller's or new. */
static bool store_wide(const struct scan *scan, const struct directive *d, const struct token *token, void *where)
{
	wchar_t *wide = d->allocate ? malloc((token->length + 1) * sizeof(wchar_t)) : where;
	size_t count = wide ? decode_token(scan, token, wide) : (size_t)-1;

	if (count == (size_t)-1) {
		if (d->allocate)
			free(wide);
		return false;
	}
	if (d->conversion != 'c')
		wide[count] = 0;
	if (d->allocate)
		*(wchar_t **)where = wide;
	return true;
}

/* A wide source's token becomes the locale's bytes, which are never more; false with EILSEQ. */
static bool narrow_token(struct token *token)
{
	const char *at = token->text, *end = at + token->length;
	char bytes[MB_LEN_MAX];

	token->length = 0;
	while (at < end) {
		size_t n = wcrtomb(bytes, (wchar_t)utf8_get(&at), NULL);

		if (n == (size_t)-1)
			return false;
		memcpy(token->text + token->length, bytes, n);
		token->length += n;
	}
	token->text[token->length] = 0;
	return true;
}

static bool store_text(const struct scan *scan, const struct directive *d, struct token *token, void *where)
{
	size_t size;

	if (d->length == 'l')
		return store_wide(scan, d, token, where);
	if (scan->wide && !narrow_token(token))
		return false;
	size = token->length + (d->conversion != 'c');
	if (d->allocate) {
		char *copy = malloc(size ? size : 1);

		if (!copy)
			return false;
		*(char **)where = memcpy(copy, token->text, size);
		return true;
	}
	memcpy(where, token->text, size);
	return true;
}

/* Stores what comes in at once into a caller's bytes, and collects it in a token for everything else. */
static size_t take_text(struct scan *scan, const struct directive *d, struct token *token, char *direct, size_t width, int *last)
{
	size_t count = 0;

	for (; count < width; count++) {
		int c = *last = next(scan);

		if (c == EOF || !belongs(scan, d, c)) {
			back(scan, c);
			break;
		}
		if (direct)
			*direct++ = (char)c;
		else if (!d->suppress)
			token_add(scan, token, c);
	}
	if (direct && d->conversion != 'c')
		*direct = 0;
	return count;
}

static enum outcome scan_text(struct scan *scan, const struct directive *d, void *where)
{
	size_t width = d->width != SIZE_MAX ? d->width : d->conversion == 'c' ? 1 : SIZE_MAX, count;
	bool direct = !d->allocate && d->length != 'l' && !scan->wide && !d->suppress, good = true;
	struct token token;
	int last = 0;

	token_init(&token);
	count = take_text(scan, d, &token, direct ? where : NULL, width, &last);
	if (!count || (d->conversion == 'c' && count < width)) {
		free(token.heap);
		return last == EOF && !count ? INPUT_ENDED : MISMATCH;
	}
	if (!direct && !d->suppress)
		good = !token.failed && store_text(scan, d, &token, where);
	free(token.heap);
	return good ? MATCHED : MISMATCH;
}

static const char *parse_set(const char *p, struct directive *d)
{
	d->negated = *p == '^';
	p += d->negated;
	d->set = p;
	if (*p == ']')
		p++;
	while (*p && *p != ']')
		p++;
	d->set_end = p;
	return *p ? p + 1 : NULL;
}

static const char *parse_length(const char *p, struct directive *d)
{
	switch (*p) {
	case 'h':
		d->length = p[1] == 'h' ? 'H' : 'h';
		return p + (p[1] == 'h' ? 2 : 1);
	case 'l':
		d->length = p[1] == 'l' ? 'L' : 'l';
		return p + (p[1] == 'l' ? 2 : 1);
	case 'j':
	case 'z':
	case 't':
		d->length = 'l';
		return p + 1;
	case 'L':
		d->length = 'L';
		return p + 1;
	}
	return p;
}

/* Decodes what follows '%'; the rest of the format, or NULL when it is malformed. */
static const char *parse(const char *p, struct directive *d)
{
	*d = (struct directive){ .width = SIZE_MAX };
	if (strspn(p, "0123456789") && p[strspn(p, "0123456789")] == '$') {
		d->from = atoi(p);
		p = strchr(p, '$') + 1;
	}
	if (*p == '*') {
		d->suppress = true;
		p++;
	}
	if (isdigit((unsigned char)*p)) {
		d->width = 0;
		for (; isdigit((unsigned char)*p); p++)
			d->width = d->width < SIZE_MAX / 20 ? d->width * 10 + (size_t)(*p - '0') : d->width;
		if (!d->width)
			return NULL;
	}
	if (*p == 'm') {
		d->allocate = true;
		p++;
	}
	p = parse_length(p, d);
	d->conversion = *p;
	if (!*p)
		return NULL;
	p++;
	if (d->conversion == 'C' || d->conversion == 'S') {
		d->length = 'l';
		d->conversion = d->conversion == 'C' ? 'c' : 's';
	}
	return d->conversion == '[' ? parse_set(p, d) : p;
}

static enum outcome convert(struct scan *scan, const struct directive *d, void *where)
{
	int c;

	if (!strchr("c[n", d->conversion))
		skip_space(scan);
	if (d->conversion == 'n') {
		if (!d->suppress)
			store_integer(d->length, where, scan->consumed);
		return MATCHED;
	}
	c = next(scan);
	back(scan, c);
	if (c == EOF)
		return INPUT_ENDED;
	if (strchr("diouxXp", d->conversion))
		return scan_integer(scan, d, where);
	if (strchr("aAeEfFgG", d->conversion))
		return scan_float(scan, d, where);
	if (strchr("cs[", d->conversion))
		return scan_text(scan, d, where);
	return MISMATCH;
}

/* A character of the format that stands for itself; the format moves behind it. */
static enum outcome literal(struct scan *scan, const char **format)
{
	int wanted = set_member(scan->wide, format), c = next(scan);

	if (c == wanted)
		return MATCHED;
	back(scan, c);
	return c == EOF ? INPUT_ENDED : MISMATCH;
}

/* Where a conversion goes: the argument of its number, or the next one. Every argument is a pointer. */
static void *destination(va_list *next_argument, va_list all, int from)
{
	void *where = NULL;
	va_list copy;

	if (!from)
		return va_arg(*next_argument, void *);
	va_copy(copy, all);
	while (from--)
		where = va_arg(copy, void *);
	va_end(copy);
	return where;
}

static enum outcome scan_directive(struct scan *scan, const char **format, va_list *next_argument, va_list all, int *assigned,
				   bool *converted)
{
	enum outcome outcome;
	struct directive d;

	*format = parse(*format + 1, &d);
	if (!*format)
		return MISMATCH;
	outcome = convert(scan, &d, d.suppress ? NULL : destination(next_argument, all, d.from));
	if (outcome == MATCHED && d.conversion != 'n') {
		*converted = true;
		*assigned += !d.suppress;
	}
	return outcome;
}

int __scan(const struct scan_source *source, const char *format, va_list args)
{
	struct scan scan = { .stream = source->stream, .text = source->text, .wide = source->wide };
	enum outcome outcome = MATCHED;
	bool converted = false;
	int assigned = 0;
	va_list following;

	va_copy(following, args);
	while (outcome == MATCHED && format && *format) {
		if (isspace((unsigned char)*format)) {
			skip_space(&scan);
			format++;
		} else if (*format != '%' || format[1] == '%') {
			if (*format == '%') {
				skip_space(&scan);
				format++;
			}
			outcome = literal(&scan, &format);
		} else {
			outcome = scan_directive(&scan, &format, &following, args, &assigned, &converted);
		}
	}
	va_end(following);
	return outcome == INPUT_ENDED && !converted ? EOF : assigned;
}
