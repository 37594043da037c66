/*
 * Formatted text: a parser of conversion specifications and two writers, one for strings and one for integers, over
 * an output that counts what it cannot store. Reentrant; touches nothing but the caller's buffer and arguments.
 */
#include "lib/printf.h"

#include "lib/string.h"

struct output {
	char *buf;
	size_t size;		/* of buf */
	size_t length;		/* of the whole text so far, stored or not */
};

/* One conversion specification: %[flags][width][.precision][length]conversion. */
struct spec {
	bool left, zero, plus, space, alternate;
	int width;
	int precision;		/* -1: none given */
	unsigned bytes;		/* size of an integer argument */
	char conversion;
};

static void put_char(struct output *out, char c)
{
	if (out->length + 1 < out->size)
		out->buf[out->length] = c;
	out->length++;
}

static void put_text(struct output *out, const char *s, size_t n)
{
	if (out->length + 1 < out->size)
		memcpy(out->buf + out->length, s, MIN(n, out->size - 1 - out->length));
	out->length += n;
}

static void put_repeated(struct output *out, char c, int n)
{
	for (; n > 0; n--)
		put_char(out, c);
}

static void write_string(struct output *out, const struct spec *spec, const char *s)
{
	size_t n;

	if (!s)
		s = "(null)";
	n = spec->precision < 0 ? strlen(s) : strnlen(s, (size_t)spec->precision);
	if (!spec->left)
		put_repeated(out, ' ', spec->width - (int)n);
	put_text(out, s, n);
	if (spec->left)
		put_repeated(out, ' ', spec->width - (int)n);
}

/* The digits of v, the last at end[-1]; where they begin. No digit for 0. */
static char *convert_digits(char *end, u64 v, unsigned base, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	for (; v != 0; v /= base)
		*--end = digits[v % base];
	return end;
}

static unsigned base_of(char conversion)
{
	switch (conversion) {
	case 'x':
	case 'X':
	case 'p':
		return 16;
	case 'o':
		return 8;
	default:
		return 10;
	}
}

/* `prefix` is a sign, "0x" or nothing; it stands before the zeros and after the blanks. */
static void write_number(struct output *out, const struct spec *spec, const char *prefix, u64 v)
{
	char buf[24];
	char *end = buf + sizeof(buf);
	char *digits = convert_digits(end, v, base_of(spec->conversion), spec->conversion == 'X');
	int n = (int)(end - digits), prefix_length = (int)strlen(prefix);
	int zeros = (spec->precision < 0 ? 1 : spec->precision) - n;
	int blanks;

	if (spec->conversion == 'o' && spec->alternate && zeros <= 0)
		zeros = n > 0 || spec->precision == 0;
	zeros = MAX(zeros, 0);
	blanks = MAX(spec->width - prefix_length - zeros - n, 0);
	if (spec->zero && !spec->left && spec->precision < 0) {
		zeros += blanks;
		blanks = 0;
	}
	if (!spec->left)
		put_repeated(out, ' ', blanks);
	put_text(out, prefix, (size_t)prefix_length);
	put_repeated(out, '0', zeros);
	put_text(out, digits, (size_t)n);
	if (spec->left)
		put_repeated(out, ' ', blanks);
}

static void write_signed(struct output *out, const struct spec *spec, i64 v)
{
	const char *sign = v < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";

	write_number(out, spec, sign, v < 0 ? 0 - (u64)v : (u64)v);
}

static void write_unsigned(struct output *out, const struct spec *spec, u64 v)
{
	const char *prefix = "";

	if (spec->alternate && v != 0 && base_of(spec->conversion) == 16)
		prefix = spec->conversion == 'X' ? "0X" : "0x";
	write_number(out, spec, prefix, v);
}

static const char *parse_flags(const char *f, struct spec *spec)
{
	for (;; f++) {
		switch (*f) {
		case '-':
			spec->left = true;
			break;
		case '0':
			spec->zero = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '#':
			spec->alternate = true;
			break;
		default:
			return f;
		}
	}
}

static const char *parse_number(const char *f, int *value)
{
	int v = 0;

	for (; *f >= '0' && *f <= '9'; f++)
		if (v < 100000)
			v = v * 10 + (*f - '0');
	*value = v;
	return f;
}

static const char *parse_length(const char *f, struct spec *spec)
{
	spec->bytes = sizeof(int);
	switch (*f) {
	case 'h':
		spec->bytes = f[1] == 'h' ? 1 : 2;
		return f[1] == 'h' ? f + 2 : f + 1;
	case 'l':
		spec->bytes = 8;
		return f[1] == 'l' ? f + 2 : f + 1;
	case 'z':
	case 't':
	case 'j':
		spec->bytes = 8;
		return f + 1;
	default:
		return f;
	}
}

/* va_list behind a pointer, so that the functions below advance one and the same list. */
struct arguments {
	va_list ap;
};

/* From behind the '%' to behind the conversion character. */
static const char *parse_spec(const char *f, struct spec *spec, struct arguments *args)
{
	*spec = (struct spec){ .precision = -1 };
	f = parse_flags(f, spec);
	if (*f == '*') {
		spec->width = va_arg(args->ap, int);
		if (spec->width < 0) {
			spec->left = true;
			spec->width = -spec->width;
		}
		f++;
	} else {
		f = parse_number(f, &spec->width);
	}
	if (*f == '.') {
		f++;
		if (*f == '*') {
			spec->precision = va_arg(args->ap, int);
			f++;
		} else {
			f = parse_number(f, &spec->precision);
		}
	}
	f = parse_length(f, spec);
	spec->conversion = *f;
	return *f ? f + 1 : f;
}

static i64 signed_argument(const struct spec *spec, struct arguments *args)
{
	if (spec->bytes == 8)
		return va_arg(args->ap, i64);
	if (spec->bytes == 2)
		return (i16)va_arg(args->ap, int);
	if (spec->bytes == 1)
		return (i8)va_arg(args->ap, int);
	return va_arg(args->ap, int);
}

static u64 unsigned_argument(const struct spec *spec, struct arguments *args)
{
	if (spec->bytes == 8)
		return va_arg(args->ap, u64);
	if (spec->bytes == 2)
		return (u16)va_arg(args->ap, unsigned);
	if (spec->bytes == 1)
		return (u8)va_arg(args->ap, unsigned);
	return va_arg(args->ap, unsigned);
}

static void write_pointer(struct output *out, struct spec *spec, const void *p)
{
	if (!p) {
		spec->precision = -1;
		write_string(out, spec, "(nil)");
		return;
	}
	spec->alternate = true;
	write_unsigned(out, spec, (u64)p);
}

static void write_conversion(struct output *out, struct spec *spec, struct arguments *args)
{
	char c;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		write_signed(out, spec, signed_argument(spec, args));
		break;
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		write_unsigned(out, spec, unsigned_argument(spec, args));
		break;
	case 'p':
		write_pointer(out, spec, va_arg(args->ap, void *));
		break;
	case 's':
		write_string(out, spec, va_arg(args->ap, const char *));
		break;
	case 'c':
		c = (char)va_arg(args->ap, int);
		if (!spec->left)
			put_repeated(out, ' ', spec->width - 1);
		put_char(out, c);
		if (spec->left)
			put_repeated(out, ' ', spec->width - 1);
		break;
	case '%':
		put_char(out, '%');
		break;
	default:	/* unknown: shown, so that the mistake is seen; a format's end in the middle of one ends the text */
		put_char(out, '%');
		if (spec->conversion)
			put_char(out, spec->conversion);
	}
}

int vsnprintf(char *buf, size_t size, const char *format, va_list ap)
{
	struct output out = { buf, size, 0 };
	struct arguments args;
	struct spec spec;

	va_copy(args.ap, ap);
	while (*format) {
		size_t plain = 0;

		while (format[plain] != '\0' && format[plain] != '%')
			plain++;
		put_text(&out, format, plain);
		format += plain;
		if (*format == '%') {
			format = parse_spec(format + 1, &spec, &args);
			write_conversion(&out, &spec, &args);
		}
	}
	va_end(args.ap);
	if (size > 0)
		buf[MIN(out.length, size - 1)] = '\0';
	return (int)out.length;
}

int snprintf(char *buf, size_t size, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(buf, size, format, ap);
	va_end(ap);
	return n;
}

int scnprintf(char *buf, size_t size, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(buf, size, format, ap);
	va_end(ap);
	if (size == 0)
		return 0;
	return MIN(n, (int)size - 1);
}
