/*
 * The escapes of echo and the formats of printf, for the programs and for sh's builtins. Not reentrant. The includer
 * defines format_warn(), which tells what is wrong with an argument.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void format_warn(const char *what, const char *why);

static bool format_stopped;	/* \c was met, or a bad directive: nothing more is written */
static int format_status;
static char **format_arguments;

static int format_octal(const char **p, int digits)
{
	int value = 0;

	while (digits-- && **p >= '0' && **p <= '7')
		value = value * 8 + *(*p)++ - '0';
	return value & 255;
}

/*
 * The byte that the escape behind a backslash stands for; *p moves behind it. In %b and echo octal numbers may have a
 * zero more; \c ends everything (-1). An unknown escape is the backslash itself.
 */
static int format_escape(const char **p, bool leading_zero)
{
	static const char letters[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
	const char *found = **p ? strchr(letters, **p) : NULL;

	if (found) {
		++*p;
		return values[found - letters];
	}
	if (**p == 'c') {
		format_stopped = true;
		return -1;
	}
	if (!(**p >= '0' && **p <= '7'))
		return '\\';
	if (**p == '0' && leading_zero)
		++*p;
	return format_octal(p, 3);
}

/* Undoes the escapes in a copy that the caller frees; *n is its length without the NUL at its end. */
static char *format_unescape(const char *text, size_t *n)
{
	char *out = malloc(strlen(text) + 1);

	*n = 0;
	while (out && *text && !format_stopped) {
		int c = (unsigned char)*text++;

		if (c == '\\')
			c = format_escape(&text, true);
		if (c >= 0)
			out[(*n)++] = (char)c;
	}
	if (out)
		out[*n] = 0;
	return out;
}

/* echo's work: the arguments with their escapes undone, blanks between them, a newline at the end unless -n or \c. */
static __attribute__((unused)) void format_echo(char **arguments)
{
	bool newline = true;

	format_stopped = false;
	if (*arguments && !strcmp(*arguments, "-n")) {
		newline = false;
		arguments++;
	}
	for (char **first = arguments; *arguments && !format_stopped; arguments++) {
		size_t n;
		char *text = format_unescape(*arguments, &n);

		if (arguments > first)
			putchar(' ');
		if (text)
			fwrite(text, 1, n, stdout);
		free(text);
	}
	if (newline && !format_stopped)
		putchar('\n');
}

static const char *format_argument(void)
{
	return *format_arguments ? *format_arguments++ : NULL;
}

static void format_check(const char *text, const char *end)
{
	if (end != text && !*end && !errno)
		return;
	format_warn(text, errno ? strerror(errno) : end == text ? "expected numeric value" : "not completely converted");
	format_status = 1;
}

static long format_integer(bool is_unsigned)
{
	const char *text = format_argument();
	char *end;
	long n;

	if (!text)
		return 0;
	if (*text == '\'' || *text == '"')
		return (unsigned char)text[1];
	errno = 0;
	n = is_unsigned ? (long)strtoul(text, &end, 0) : strtol(text, &end, 0);
	format_check(text, end);
	return n;
}

static double format_real(void)
{
	const char *text = format_argument();
	char *end;
	double value;

	if (!text)
		return 0;
	if (*text == '\'' || *text == '"')
		return (unsigned char)text[1];
	errno = 0;
	value = strtod(text, &end);
	if (errno == ERANGE)
		errno = 0;	/* zero and infinity are the best answers */
	format_check(text, end);
	return value;
}

/* %b: like %s, but the argument's escapes count; without a width they may make NUL bytes. */
static void format_b(const char *format)
{
	const char *argument = format_argument();
	size_t n;
	char *text = format_unescape(argument ? argument : "", &n);

	if (!text)
		return;
	if (!strcmp(format, "%s"))
		fwrite(text, 1, n, stdout);
	else
		printf(format, text);
	free(text);
}

/* Flags, width and precision at p go into the format; returns what follows. */
static const char *format_flags(const char *p, char *format, size_t *n)
{
	while (*p && strchr("-+ #0123456789.*", *p) && *n < 32) {
		if (*p == '*')
			*n += (size_t)snprintf(format + *n, 16, "%d", (int)format_integer(false));
		else
			format[(*n)++] = *p;
		p++;
	}
	return p;
}

/* The conversion at p (behind '%'); returns what follows it. */
static const char *format_convert(const char *p)
{
	char format[64] = "%";
	const char *text;
	size_t n = 1;

	p = format_flags(p, format, &n);
	format[n] = *p;
	switch (*p) {
	case 'd':
	case 'i':
		strcpy(format + n, "ld");
		printf(format, format_integer(false));
		break;
	case 'u': case 'o': case 'x': case 'X':
		format[n] = 'l';
		format[n + 1] = *p;
		printf(format, format_integer(true));
		break;
	case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'a': case 'A':
		printf(format, format_real());
		break;
	case 'c':
		text = format_argument();
		format[n] = 'c';
		printf(format, text ? *text : 0);
		break;
	case 's':
		text = format_argument();
		printf(format, text ? text : "");
		break;
	case 'b':
		format[n] = 's';
		format_b(format);
		break;
	default:
		format_warn(format, "invalid directive");
		format_status = 2;
		format_stopped = true;
		return p;
	}
	return p + 1;
}

static void format_once(const char *p)
{
	while (*p && !format_stopped) {
		if (*p == '\\') {
			int c;

			p++;
			c = format_escape(&p, false);
			if (c >= 0)
				putchar(c);
		} else if (*p == '%' && p[1] == '%') {
			putchar('%');
			p += 2;
		} else if (*p == '%') {
			p = format_convert(p + 1);
		} else {
			putchar(*p++);
		}
	}
}

/* printf's work: the format is used again for as long as it takes arguments and there are some. Returns the status. */
static __attribute__((unused)) int format_print(const char *format, char **arguments)
{
	char **before;

	format_arguments = arguments;
	format_status = 0;
	format_stopped = false;
	do {
		before = format_arguments;
		format_once(format);
	} while (*format_arguments && format_arguments != before && !format_stopped);
	return format_status;
}

#endif
