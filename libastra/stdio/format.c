/*
 * The printf engine for everything but floating point: decodes a conversion, fetches its argument, writes to a sink.
 * Conversions of C11, and %m, %C and %S. The stream's lock is the caller's.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "stdio_impl.h"

void __sink_write(struct sink *sink, const char *data, size_t n)
{
	if (sink->stream) {
		__write_unlocked(sink->stream, data, n);
	} else if (sink->used < sink->size) {
		size_t room = sink->size - sink->used;

		memcpy(sink->buffer + sink->used, data, n < room ? n : room);
	}
	sink->used += n;
}

void __sink_pad(struct sink *sink, char c, long n)
{
	char block[32];

	if (n <= 0)
		return;
	memset(block, c, sizeof(block));
	for (; n > (long)sizeof(block); n -= (long)sizeof(block))
		__sink_write(sink, block, sizeof(block));
	__sink_write(sink, block, (size_t)n);
}

static int decimal(const char **format)
{
	int n = 0;

	while (isdigit((unsigned char)**format))
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *(*format)++ - '0', &n))
			return -1;
	return n;
}

static void parse_flags(const char **format, struct spec *spec)
{
	for (;; ++*format) {
		switch (**format) {
		case '-': spec->left = true; break;
		case '+': spec->plus = true; break;
		case ' ': spec->space = true; break;
		case '#': spec->alternate = true; break;
		case '0': spec->zero = true; break;
		default:
			return;
		}
	}
}

static void parse_length(const char **format, struct spec *spec)
{
	switch (**format) {
	case 'h':
		spec->length = (*format)[1] == 'h' ? 'H' : 'h';
		*format += spec->length == 'H' ? 2 : 1;
		break;
	case 'l':
		spec->length = 'l';
		*format += (*format)[1] == 'l' ? 2 : 1;
		break;
	case 'j':
	case 'z':
	case 't':
		spec->length = 'l';
		++*format;
		break;
	case 'L':
		spec->length = 'L';
		++*format;
		break;
	}
}

/* Decodes what follows '%'; false when it is malformed. A va_list in a structure can be handed on by pointer. */
struct arguments {
	va_list list;
};

static bool parse_spec(const char **format, struct spec *spec, struct arguments *args)
{
	*spec = (struct spec){ .precision = -1 };
	parse_flags(format, spec);
	if (**format == '*') {
		++*format;
		spec->width = va_arg(args->list, int);
		if (spec->width < 0) {
			spec->left = true;
			spec->width = -spec->width;
		}
	} else if ((spec->width = decimal(format)) < 0) {
		return false;
	}
	if (**format == '.') {
		++*format;
		if (**format == '*') {
			++*format;
			spec->precision = va_arg(args->list, int);
			if (spec->precision < 0)
				spec->precision = -1;
		} else if ((spec->precision = decimal(format)) < 0) {
			return false;
		}
	}
	parse_length(format, spec);
	spec->conversion = **format;
	if (spec->conversion)
		++*format;
	return spec->conversion != 0;
}

static uintmax_t fetch_unsigned(const struct spec *spec, struct arguments *args)
{
	switch (spec->length) {
	case 'H': return (unsigned char)va_arg(args->list, unsigned int);
	case 'h': return (unsigned short)va_arg(args->list, unsigned int);
	case 'l':
	case 'L': return va_arg(args->list, unsigned long);
	}
	return va_arg(args->list, unsigned int);
}

static intmax_t fetch_signed(const struct spec *spec, struct arguments *args)
{
	switch (spec->length) {
	case 'H': return (signed char)va_arg(args->list, int);
	case 'h': return (short)va_arg(args->list, int);
	case 'l':
	case 'L': return va_arg(args->list, long);
	}
	return va_arg(args->list, int);
}

static void put_number(struct sink *sink, const struct spec *spec, uintmax_t value, unsigned base, const char *prefix)
{
	static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
	const char *letters = spec->conversion == 'X' ? upper : lower;
	char digits[64];
	long at = sizeof(digits), count, zeros, pad, prefix_length = (long)strlen(prefix);

	for (; value; value /= base)
		digits[--at] = letters[value % base];
	count = (long)sizeof(digits) - at;
	zeros = (spec->precision < 0 ? 1 : spec->precision) - count;
	if (zeros < 0)
		zeros = 0;
	if (spec->conversion == 'o' && spec->alternate && !zeros)
		zeros = 1;
	pad = spec->width - prefix_length - zeros - count;
	if (pad > 0 && spec->zero && !spec->left && spec->precision < 0) {
		zeros += pad;
		pad = 0;
	}
	if (!spec->left)
		__sink_pad(sink, ' ', pad);
	__sink_write(sink, prefix, (size_t)prefix_length);
	__sink_pad(sink, '0', zeros);
	__sink_write(sink, digits + at, (size_t)count);
	if (spec->left)
		__sink_pad(sink, ' ', pad);
}

static void put_signed(struct sink *sink, const struct spec *spec, intmax_t value)
{
	const char *sign = value < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";

	put_number(sink, spec, value < 0 ? -(uintmax_t)value : (uintmax_t)value, 10, sign);
}

static void put_text(struct sink *sink, const struct spec *spec, const char *text, size_t n)
{
	long pad = spec->width - (long)n;

	if (!spec->left)
		__sink_pad(sink, ' ', pad);
	__sink_write(sink, text, n);
	if (spec->left)
		__sink_pad(sink, ' ', pad);
}

static void put_string(struct sink *sink, const struct spec *spec, const char *text)
{
	if (!text)
		text = "(null)";
	put_text(sink, spec, text, spec->precision < 0 ? strlen(text) : strnlen(text, (size_t)spec->precision));
}

/* A wide string as its multibyte form; only whole characters within the precision. False with EILSEQ. */
static bool put_wide_string(struct sink *sink, const struct spec *spec, const wchar_t *text, size_t most)
{
	size_t limit = spec->precision < 0 ? (size_t)-1 : (size_t)spec->precision, bytes = 0, count;
	char one[4];

	if (!text) {
		put_string(sink, spec, NULL);
		return true;
	}
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

static bool put_wide_character(struct sink *sink, const struct spec *spec, wchar_t c)
{
	struct spec plain = *spec;

	plain.precision = -1;
	if (c)
		return put_wide_string(sink, &plain, &c, 1);
	put_text(sink, spec, "", 1);
	return true;
}

static void put_pointer(struct sink *sink, const struct spec *spec, const void *pointer)
{
	struct spec hex = *spec;

	hex.conversion = 'x';
	if (pointer)
		put_number(sink, &hex, (uintptr_t)pointer, 16, "0x");
	else
		put_text(sink, spec, "(nil)", 5);
}

static void store_count(const struct spec *spec, size_t count, void *where)
{
	switch (spec->length) {
	case 'H': *(signed char *)where = (signed char)count; break;
	case 'h': *(short *)where = (short)count; break;
	case 'l': *(long *)where = (long)count; break;
	default:  *(int *)where = (int)count; break;
	}
}

static bool put_integer(struct sink *sink, const struct spec *spec, struct arguments *args)
{
	uintmax_t value;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		put_signed(sink, spec, fetch_signed(spec, args));
		return true;
	case 'u':
		put_number(sink, spec, fetch_unsigned(spec, args), 10, "");
		return true;
	case 'o':
		put_number(sink, spec, fetch_unsigned(spec, args), 8, "");
		return true;
	case 'x':
	case 'X':
		value = fetch_unsigned(spec, args);
		put_number(sink, spec, value, 16, !spec->alternate || !value ? "" : spec->conversion == 'x' ? "0x" : "0X");
		return true;
	}
	errno = EINVAL;
	return false;
}

static bool put_conversion(struct sink *sink, const struct spec *spec, struct arguments *args, int error)
{
	char c;

	switch (spec->conversion) {
	case '%':
		__sink_write(sink, "%", 1);
		return true;
	case 'C':
		return put_wide_character(sink, spec, (wchar_t)va_arg(args->list, wint_t));
	case 'S':
		return put_wide_string(sink, spec, va_arg(args->list, const wchar_t *), (size_t)-1);
	case 'c':
		if (spec->length == 'l')
			return put_wide_character(sink, spec, (wchar_t)va_arg(args->list, wint_t));
		c = (char)va_arg(args->list, int);
		put_text(sink, spec, &c, 1);
		return true;
	case 's':
		if (spec->length == 'l')
			return put_wide_string(sink, spec, va_arg(args->list, const wchar_t *), (size_t)-1);
		put_string(sink, spec, va_arg(args->list, const char *));
		return true;
	case 'p':
		put_pointer(sink, spec, va_arg(args->list, const void *));
		return true;
	case 'm':
		put_string(sink, spec, strerror(error));
		return true;
	case 'n':
		store_count(spec, sink->used, va_arg(args->list, void *));
		return true;
	}
	if (strchr("aAeEfFgG", spec->conversion)) {
		__format_float(sink, spec, spec->length == 'L' ? va_arg(args->list, long double) :
				(long double)va_arg(args->list, double));
		return true;
	}
	return put_integer(sink, spec, args);
}

int __format(struct sink *sink, const char *format, va_list list)
{
	struct arguments args;
	int error = errno;
	bool good = true;

	if (sink->stream && !__begin_write_unlocked(sink->stream))
		return -1;
	va_copy(args.list, list);
	while (*format && good) {
		size_t literal = strcspn(format, "%");
		struct spec spec;

		if (literal)
			__sink_write(sink, format, literal);
		format += literal;
		if (!*format)
			break;
		format++;
		good = parse_spec(&format, &spec, &args);
		if (!good)
			errno = EINVAL;
		else
			good = put_conversion(sink, &spec, &args, error);
	}
	va_end(args.list);
	if (!good)
		return -1;
	if (sink->used > INT_MAX) {
		errno = EOVERFLOW;
		return -1;
	}
	return sink->stream && sink->stream->error ? -1 : (int)sink->used;
}
