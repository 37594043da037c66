/*
 * What a printf format asks for: conversions and their arguments, in order or by number ("%2$d"). Numbered arguments are all
 * fetched first, since a va_list can only be walked once in order and with the right types.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "format_impl.h"

static int decimal(const char **format)
{
	int n = 0;

	while (isdigit((unsigned char)**format)) {
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *(*format)++ - '0', &n))
			return -1;
	}
	return n;
}

/* The argument's number in "2$", else FROM_NEXT and nothing is consumed. */
static int argument_number(const char **format)
{
	const char *at = *format;
	int n = decimal(&at);

	if (n <= 0 || *at != '$')
		return FROM_NEXT;
	*format = at + 1;
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
		case '\'':	/* groups of thousands, which no locale here has */
			break;
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
		spec->length = (*format)[1] == 'l' ? 'L' : 'l';
		*format += spec->length == 'L' ? 2 : 1;
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

/* A width or precision: digits, or a star with where its value comes from. */
static bool parse_number(const char **format, int *value, int *from)
{
	if (**format == '*') {
		++*format;
		*from = argument_number(format);
		return true;
	}
	*value = decimal(format);
	return *value >= 0;
}

bool __parse_spec(const char **format, struct spec *spec)
{
	*spec = (struct spec){ .precision = -1, .width_from = FROM_NOWHERE, .precision_from = FROM_NOWHERE };
	spec->value_from = argument_number(format);
	parse_flags(format, spec);
	if (!parse_number(format, &spec->width, &spec->width_from))
		return false;
	if (**format == '.') {
		++*format;
		if (!parse_number(format, &spec->precision, &spec->precision_from))
			return false;
	}
	parse_length(format, spec);
	spec->conversion = **format;
	if (spec->conversion)
		++*format;
	return spec->conversion != 0;
}

enum argument_kind __argument_kind(const struct spec *spec)
{
	if (strchr("diouxX", spec->conversion))
		return spec->length == 'l' || spec->length == 'L' ? LONG_ARGUMENT : INT_ARGUMENT;
	if (strchr("cC", spec->conversion))
		return INT_ARGUMENT;
	if (strchr("aAeEfFgG", spec->conversion))
		return spec->length == 'L' ? REAL_ARGUMENT : DOUBLE_ARGUMENT;
	return strchr("sSpn", spec->conversion) ? POINTER_ARGUMENT : NO_ARGUMENT;
}

static union argument fetch(va_list *list, enum argument_kind kind)
{
	switch (kind) {
	case NO_ARGUMENT:      break;
	case INT_ARGUMENT:     return (union argument){ .i = va_arg(*list, int) };
	case LONG_ARGUMENT:    return (union argument){ .l = va_arg(*list, long) };
	case DOUBLE_ARGUMENT:  return (union argument){ .d = va_arg(*list, double) };
	case REAL_ARGUMENT:    return (union argument){ .real = va_arg(*list, long double) };
	case POINTER_ARGUMENT: return (union argument){ .pointer = va_arg(*list, void *) };
	}
	return (union argument){ 0 };
}

union argument __next_argument(struct arguments *args, enum argument_kind kind, int from)
{
	return args->numbered && from > 0 ? args->numbered[from - 1] : fetch(&args->list, kind);
}

/* Notes the kind of a numbered argument; false when the format mixes both ways or the number is too great. */
static bool note(enum argument_kind *kinds, int from, enum argument_kind kind)
{
	if (from == FROM_NOWHERE || kind == NO_ARGUMENT)
		return true;
	if (from == FROM_NEXT || from > NL_ARGMAX)
		return false;
	kinds[from - 1] = kind;
	return true;
}

bool __number_arguments(const char *format, va_list list, union argument *values)
{
	enum argument_kind kinds[NL_ARGMAX + 1] = { NO_ARGUMENT };
	struct arguments args;
	bool good = true;
	int count = 0;

	while (good && (format = strchr(format, '%'))) {
		struct spec spec;

		format++;
		good = __parse_spec(&format, &spec) && note(kinds, spec.width_from, INT_ARGUMENT) &&
		       note(kinds, spec.precision_from, INT_ARGUMENT) && note(kinds, spec.value_from, __argument_kind(&spec));
	}
	va_copy(args.list, list);
	for (; good && kinds[count] != NO_ARGUMENT; count++)
		values[count] = fetch(&args.list, kinds[count]);
	va_end(args.list);
	for (; good && count < NL_ARGMAX; count++)
		good = kinds[count] == NO_ARGUMENT;
	if (!good)
		errno = EINVAL;
	return good;
}
