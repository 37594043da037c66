/*
 * The scanf engine. Input comes from a stream whose lock the caller holds; at most one byte is put back after a
 * directive, as C says, except that a number's longest prefix is found with up to four bytes of look-ahead ("0x", "1e+"),
 * which are consumed when the number does not go on. Numbers are collected as text and converted by the strto family, so
 * both agree.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "stdio_impl.h"

enum outcome { MATCHED, MISMATCH, INPUT_ENDED };

struct scan {
	FILE *stream;
	size_t consumed;	/* bytes taken from the stream */
};

/* One conversion of scanf, decoded. */
struct directive {
	bool suppress, allocate;
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

static int next(struct scan *scan)
{
	int c = __getc_unlocked(scan->stream);

	scan->consumed += c != EOF;
	return c;
}

static void back(struct scan *scan, int c)
{
	if (c == EOF)
		return;
	ungetc(c, scan->stream);
	scan->consumed--;
}

static void skip_space(struct scan *scan)
{
	int c;

	do
		c = next(scan);
	while (isspace(c));
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

static void token_add(struct token *token, int c)
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
	token->text[token->length++] = (char)c;
	token->text[token->length] = 0;
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
	token_add(token, c);
	--*width;
	return true;
}

static bool is_sign(int c, int unused)
{
	return c == '+' || c == '-';
}

static bool is_digit(int c, int base)
{
	int value = isdigit(c) ? c - '0' : isalpha(c) ? (c | 32) - 'a' + 10 : INT_MAX;

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

static bool in_set(const struct directive *d, unsigned char c)
{
	for (const char *p = d->set; p < d->set_end; p++) {
		if (p + 2 < d->set_end && p[1] == '-') {
			if (c >= (unsigned char)p[0] && c <= (unsigned char)p[2])
				return !d->negated;
			p += 2;
		} else if (c == (unsigned char)*p) {
			return !d->negated;
		}
	}
	return d->negated;
}

static bool belongs(const struct directive *d, int c)
{
	return d->conversion == 'c' || (d->conversion == 's' ? !isspace(c) : in_set(d, (unsigned char)c));
}

/* Hands a token to the caller as wide characters in a buffer that is the caller's or new. */
static bool store_wide(const struct directive *d, const struct token *token, void *where)
{
	mbstate_t state = { 0 };
	wchar_t *wide = d->allocate ? malloc((token->length + 1) * sizeof(wchar_t)) : where;
	const char *at = token->text, *end = at + token->length;
	size_t count = 0;

	if (!wide)
		return false;
	while (at < end) {
		size_t n = mbrtowc(wide + count, at, (size_t)(end - at), &state);

		if (n > (size_t)(end - at)) {
			if (d->allocate)
				free(wide);
			return false;
		}
		at += n ? n : 1;
		count++;
	}
	if (d->conversion != 'c')
		wide[count] = 0;
	if (d->allocate)
		*(wchar_t **)where = wide;
	return true;
}

static bool store_text(const struct directive *d, struct token *token, void *where)
{
	size_t size = token->length + (d->conversion != 'c');

	if (d->length == 'l')
		return store_wide(d, token, where);
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

/* The bytes that fit into the caller's buffer are stored at once, whatever their number; others go through a token. */
static enum outcome scan_text(struct scan *scan, const struct directive *d, void *where)
{
	size_t width = d->width != SIZE_MAX ? d->width : d->conversion == 'c' ? 1 : SIZE_MAX, count = 0;
	bool direct = !d->allocate && d->length != 'l', good = true;
	char *out = where;
	struct token token;
	int c = 0;

	token_init(&token);
	for (; count < width; count++) {
		c = next(scan);
		if (c == EOF || !belongs(d, c)) {
			back(scan, c);
			break;
		}
		if (d->suppress)
			continue;
		if (direct)
			*out++ = (char)c;
		else
			token_add(&token, c);
	}
	if (!count || (d->conversion == 'c' && count < width)) {
		free(token.heap);
		return c == EOF && !count ? INPUT_ENDED : MISMATCH;
	}
	if (direct && !d->suppress && d->conversion != 'c')
		*out = 0;
	else if (!direct && !d->suppress)
		good = !token.failed && store_text(d, &token, where);
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

/* A byte of the format that stands for itself. */
static enum outcome literal(struct scan *scan, char wanted)
{
	int c = next(scan);

	if (c == (unsigned char)wanted)
		return MATCHED;
	back(scan, c);
	return c == EOF ? INPUT_ENDED : MISMATCH;
}

int __scan(FILE *stream, const char *format, va_list args)
{
	struct scan scan = { .stream = stream };
	enum outcome outcome = MATCHED;
	int assigned = 0;
	bool converted = false;

	while (*format && outcome == MATCHED) {
		struct directive d;

		if (isspace((unsigned char)*format)) {
			skip_space(&scan);
			format++;
		} else if (*format != '%' || format[1] == '%') {
			if (*format == '%') {
				skip_space(&scan);
				format++;
			}
			outcome = literal(&scan, *format++);
		} else {
			format = parse(format + 1, &d);
			if (!format)
				break;
			outcome = convert(&scan, &d, d.suppress ? NULL : va_arg(args, void *));
			if (outcome == MATCHED && d.conversion != 'n') {
				converted = true;
				assigned += !d.suppress;
			}
		}
	}
	return outcome == INPUT_ENDED && !converted ? EOF : assigned;
}
