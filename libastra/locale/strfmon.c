/* Amounts of money, in locales without a currency: what is left are signs, fill characters, widths and precisions. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <monetary.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct amount {
	char fill;
	bool parentheses, left;
	int width, digits, precision;
};

static int number(const char **format)
{
	int n = 0;

	while (isdigit((unsigned char)**format) && n < 10000)
		n = n * 10 + *(*format)++ - '0';
	return n;
}

/* Decodes what follows '%'; false for an unknown conversion. */
static bool parse(const char **format, struct amount *amount)
{
	*amount = (struct amount){ .fill = ' ', .precision = 2 };
	for (; **format && strchr("=^+(!-", **format); ++*format) {
		if (**format == '(')
			amount->parentheses = true;
		else if (**format == '-')
			amount->left = true;
		else if (**format == '=' && (*format)[1])
			amount->fill = *++*format;
	}
	amount->width = number(format);
	if (**format == '#') {
		++*format;
		amount->digits = number(format);
	}
	if (**format == '.') {
		++*format;
		amount->precision = number(format);
	}
	return **format == 'n' || **format == 'i';
}

/* One amount at buf; its length, or -1 when it does not fit. */
static ssize_t put(char *buf, size_t size, const struct amount *amount, double value)
{
	char digits[400], text[600];
	int length = snprintf(digits, sizeof(digits), "%.*f", amount->precision > 20 ? 20 : amount->precision, fabs(value));
	int whole = (int)strcspn(digits, "."), fill = amount->digits > whole ? amount->digits - whole : 0, used = 0, pad;
	bool negative = value < 0;

	if (length < 0 || fill + length + 3 > (int)sizeof(text))
		return -1;
	if (negative)
		text[used++] = amount->parentheses ? '(' : '-';
	else if (amount->digits)
		text[used++] = ' ';
	memset(text + used, amount->fill, (size_t)fill);
	used += fill;
	memcpy(text + used, digits, (size_t)length);
	used += length;
	if (negative && amount->parentheses)
		text[used++] = ')';
	pad = amount->width > used ? amount->width - used : 0;
	if ((size_t)(used + pad) >= size)
		return -1;
	memset(buf + (amount->left ? used : 0), ' ', (size_t)pad);
	memcpy(buf + (amount->left ? 0 : pad), text, (size_t)used);
	return used + pad;
}

static ssize_t format_all(char *buf, size_t size, const char *format, va_list args)
{
	size_t used = 0;

	for (; *format; format++) {
		struct amount amount;
		ssize_t n = 1;

		if (used + 1 >= size)
			goto full;
		if (*format != '%' || format[1] == '%') {
			format += *format == '%';
			buf[used++] = *format;
			continue;
		}
		format++;
		if (!parse(&format, &amount)) {
			errno = EINVAL;
			return -1;
		}
		n = put(buf + used, size - used, &amount, va_arg(args, double));
		if (n < 0)
			goto full;
		used += (size_t)n;
	}
	if (used >= size)
		goto full;
	buf[used] = 0;
	return (ssize_t)used;
full:
	errno = E2BIG;
	return -1;
}

ssize_t strfmon(char *restrict buf, size_t size, const char *restrict format, ...)
{
	va_list args;
	ssize_t n;

	va_start(args, format);
	n = format_all(buf, size, format, args);
	va_end(args);
	return n;
}

ssize_t strfmon_l(char *restrict buf, size_t size, locale_t locale, const char *restrict format, ...)
{
	va_list args;
	ssize_t n;

	va_start(args, format);
	n = format_all(buf, size, format, args);
	va_end(args);
	return n;
}
