/*
 * The printf engine: walks a format, resolves what each conversion takes from the arguments, and writes integers itself.
 * Conversions of C11 and POSIX, and %m. Floats and texts have files of their own. The stream's lock is the caller's.
 */
#include <errno.h>
#include <string.h>

#include "format_impl.h"
#include "utf8.h"

static uintmax_t unsigned_value(const struct spec *spec, union argument value)
{
	switch (spec->length) {
	case 'H': return (unsigned char)value.i;
	case 'h': return (unsigned short)value.i;
	case 'l':
	case 'L': return (unsigned long)value.l;
	}
	return (unsigned int)value.i;
}

static intmax_t signed_value(const struct spec *spec, union argument value)
{
	switch (spec->length) {
	case 'H': return (signed char)value.i;
	case 'h': return (short)value.i;
	case 'l':
	case 'L': return value.l;
	}
	return value.i;
}

/* The digits of a value in front of `end`; where they begin. */
static char *make_digits(char *end, uintmax_t value, char conversion)
{
	const char *letters = conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";

	if (conversion == 'x' || conversion == 'X') {
		for (; value; value >>= 4)
			*--end = letters[value & 15];
	} else if (conversion == 'o') {
		for (; value; value >>= 3)
			*--end = (char)('0' + (value & 7));
	} else {
		for (; value; value /= 10)
			*--end = (char)('0' + value % 10);
	}
	return end;
}

static void put_number(struct sink *sink, const struct spec *spec, uintmax_t value, const char *prefix)
{
	char digits[64], *at = make_digits(digits + sizeof(digits), value, spec->conversion);
	long count = digits + sizeof(digits) - at, zeros, pad, prefix_length = (long)strlen(prefix);

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
	__sink_write(sink, at, (size_t)count);
	if (spec->left)
		__sink_pad(sink, ' ', pad);
}

static void put_signed(struct sink *sink, const struct spec *spec, intmax_t value)
{
	const char *sign = value < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";

	put_number(sink, spec, value < 0 ? -(uintmax_t)value : (uintmax_t)value, sign);
}

static bool put_pointer(struct sink *sink, const struct spec *spec, const void *pointer)
{
	struct spec plain = *spec;

	if (!pointer) {
		plain.precision = -1;
		return __format_text(sink, &plain, "(nil)");
	}
	plain.conversion = 'x';
	put_number(sink, &plain, (uintptr_t)pointer, "0x");
	return true;
}

static void store_count(const struct spec *spec, size_t count, void *where)
{
	switch (spec->length) {
	case 'H': *(signed char *)where = (signed char)count; break;
	case 'h': *(short *)where = (short)count; break;
	case 'l':
	case 'L': *(long *)where = (long)count; break;
	default:  *(int *)where = (int)count; break;
	}
}

/* A value that is not a text; false with EINVAL for an unknown conversion. */
static bool put_value(struct sink *sink, const struct spec *spec, union argument value)
{
	uintmax_t n;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		put_signed(sink, spec, signed_value(spec, value));
		return true;
	case 'u':
	case 'o':
		put_number(sink, spec, unsigned_value(spec, value), "");
		return true;
	case 'x':
	case 'X':
		n = unsigned_value(spec, value);
		put_number(sink, spec, n, !spec->alternate || !n ? "" : spec->conversion == 'x' ? "0x" : "0X");
		return true;
	case 'p':
		return put_pointer(sink, spec, value.pointer);
	case 'n':
		store_count(spec, sink->used, (void *)value.pointer);
		return true;
	case '%':
		__sink_write(sink, "%", 1);
		return true;
	}
	if (strchr("aAeEfFgG", spec->conversion)) {
		__format_float(sink, spec, spec->length == 'L' ? value.real : (long double)value.d);
		return true;
	}
	errno = EINVAL;
	return false;
}

static bool put_conversion(struct sink *sink, const struct spec *spec, union argument value, int error)
{
	bool wide = spec->length == 'l';

	switch (spec->conversion) {
	case 'C':
		return __format_wide_character(sink, spec, (wint_t)value.i);
	case 'c':
		return wide ? __format_wide_character(sink, spec, (wint_t)value.i) : __format_character(sink, spec, value.i);
	case 'S':
		return __format_wide_text(sink, spec, value.pointer);
	case 's':
		return wide ? __format_wide_text(sink, spec, value.pointer) : __format_text(sink, spec, value.pointer);
	case 'm':
		return __format_text(sink, spec, strerror(error));
	}
	return put_value(sink, spec, value);
}

/* Width and precision that are arguments; a negative width means left, a negative precision none. */
static void resolve(struct spec *spec, struct arguments *args)
{
	if (spec->width_from != FROM_NOWHERE) {
		spec->width = __next_argument(args, INT_ARGUMENT, spec->width_from).i;
		if (spec->width < 0) {
			spec->left = true;
			spec->width = spec->width == INT_MIN ? INT_MAX : -spec->width;
		}
	}
	if (spec->precision_from != FROM_NOWHERE) {
		spec->precision = __next_argument(args, INT_ARGUMENT, spec->precision_from).i;
		if (spec->precision < 0)
			spec->precision = -1;
	}
}

static void put_literal(struct sink *sink, const char *text, size_t n)
{
	const char *end = text + n;

	if (!sink->wide) {
		__sink_write(sink, text, n);
		return;
	}
	while (text < end)
		__sink_wide(sink, &(wchar_t){ (wchar_t)utf8_get(&text) }, 1);
}

static bool put_all(struct sink *sink, const char *format, struct arguments *args)
{
	int error = errno;

	while (*format && !sink->failed) {
		size_t literal = strcspn(format, "%");
		struct spec spec;

		if (literal)
			put_literal(sink, format, literal);
		format += literal;
		if (!*format)
			break;
		format++;
		if (!__parse_spec(&format, &spec)) {
			errno = EINVAL;
			return false;
		}
		resolve(&spec, args);
		if (!put_conversion(sink, &spec, __next_argument(args, __argument_kind(&spec), spec.value_from), error))
			return false;
	}
	return !sink->failed;
}

static bool put_numbered(struct sink *sink, const char *format, struct arguments *args)
{
	union argument values[NL_ARGMAX];

	args->numbered = values;
	return __number_arguments(format, args->list, values) && put_all(sink, format, args);
}

/* Whether the first conversion that takes an argument names it by number. */
static bool is_numbered(const char *format)
{
	while ((format = strchr(format, '%'))) {
		size_t digits = strspn(++format, "0123456789");

		if (*format != '%' && *format != 'm')
			return digits && format[digits] == '$';
		format++;
	}
	return false;
}

int __format(struct sink *sink, const char *format, va_list list)
{
	struct arguments args = { .numbered = NULL };
	bool good, error = false;

	if (sink->stream) {
		if (!__begin_write_unlocked(sink->stream))
			return -1;
		error = sink->stream->error;
		sink->stream->error = false;
	}
	va_copy(args.list, list);
	good = strchr(format, '$') && is_numbered(format) ? put_numbered(sink, format, &args) : put_all(sink, format, &args);
	va_end(args.list);
	if (sink->stream) {
		good &= !sink->stream->error;
		sink->stream->error |= error;
	}
	if (good && sink->used > INT_MAX) {
		errno = EOVERFLOW;
		return -1;
	}
	return good ? (int)sink->used : -1;
}
