/* echo and printf, with the escapes of POSIX. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

static bool stopped;	/* \c was met: nothing more is written */

static int octal(const char **p, int digits)
{
	int value = 0;

	while (digits-- && **p >= '0' && **p <= '7')
		value = value * 8 + *(*p)++ - '0';
	return value & 255;
}

/* Writes the escape behind a backslash; returns what follows it. In %b and echo octal numbers start with a zero. */
static const char *put_escape(const char *p, bool leading_zero)
{
	static const char letters[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
	const char *found = *p ? strchr(letters, *p) : NULL;

	if (found) {
		putchar(values[found - letters]);
		return p + 1;
	}
	if (*p == 'c' && leading_zero) {
		stopped = true;
		return p + strlen(p);
	}
	if (*p == '0' && leading_zero) {
		p++;
		putchar(octal(&p, 3));
		return p;
	}
	if (*p >= '0' && *p <= '7' && !leading_zero) {
		putchar(octal(&p, 3));
		return p;
	}
	putchar('\\');
	return p;
}

static void put_escaped(const char *p)
{
	while (*p && !stopped) {
		if (*p == '\\')
			p = put_escape(p + 1, true);
		else
			putchar(*p++);
	}
}

int builtin_echo(int argc, char **argv)
{
	int i = 1;
	bool newline = true;

	stopped = false;
	if (argc > 1 && !strcmp(argv[1], "-n")) {
		newline = false;
		i++;
	}
	for (int first = i; i < argc && !stopped; i++) {
		if (i > first)
			putchar(' ');
		put_escaped(argv[i]);
	}
	if (newline && !stopped)
		putchar('\n');
	if (fflush(stdout) < 0) {
		warn("echo: I/O error");
		return 1;
	}
	return 0;
}

static char **arguments;
static int status;

static const char *argument(void)
{
	return *arguments ? *arguments++ : NULL;
}

static long integer(bool is_unsigned)
{
	const char *text = argument();
	char *end;
	long n;

	if (!text)
		return 0;
	if (*text == '\'' || *text == '"')
		return (unsigned char)text[1];
	errno = 0;
	n = is_unsigned ? (long)strtoul(text, &end, 0) : strtol(text, &end, 0);
	if (end == text || *end) {
		warn("printf: %s: %s", text, end == text ? "expected numeric value" : "not completely converted");
		status = 1;
	} else if (errno) {
		warn("printf: %s: %s", text, strerror(errno));
		status = 1;
	}
	return n;
}

static double real(void)
{
	const char *text = argument();
	char *end;
	double value;

	if (!text)
		return 0;
	if (*text == '\'' || *text == '"')
		return (unsigned char)text[1];
	value = strtod(text, &end);
	if (end == text || *end) {
		warn("printf: %s: %s", text, end == text ? "expected numeric value" : "not completely converted");
		status = 1;
	}
	return value;
}

/* %b: like %s, but its argument's escapes count. */
static void put_b(void)
{
	const char *text = argument();

	if (text)
		put_escaped(text);
}

/* The conversion at p (behind '%'); returns what follows it. */
static const char *convert(const char *p)
{
	char format[64] = "%";
	size_t n = 1;

	while (*p && strchr("-+ #0123456789.*", *p) && n < 32) {
		if (*p == '*')
			n += (size_t)snprintf(format + n, 16, "%d", (int)integer(false));
		else
			format[n++] = *p;
		p++;
	}
	format[n] = 0;
	switch (*p) {
	case 'd':
	case 'i':
		strcpy(format + n, "ld");
		printf(format, integer(false));
		break;
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		format[n] = 'l';
		format[n + 1] = *p;
		format[n + 2] = 0;
		printf(format, integer(true));
		break;
	case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'a': case 'A':
		format[n] = *p;
		format[n + 1] = 0;
		printf(format, real());
		break;
	case 'c': {
		const char *text = argument();

		if (text && *text)
			putchar(*text);
		break;
	}
	case 's':
		strcpy(format + n, "s");
		printf(format, argument() ?: "");
		break;
	case 'b':
		put_b();
		break;
	default:
		fail(2, "printf: %s: invalid directive", format);
	}
	return p + 1;
}

static void put_format(const char *p)
{
	while (*p && !stopped) {
		if (*p == '\\') {
			p = put_escape(p + 1, false);
		} else if (*p == '%' && p[1] == '%') {
			putchar('%');
			p += 2;
		} else if (*p == '%') {
			p = convert(p + 1);
		} else {
			putchar(*p++);
		}
	}
}

int builtin_printf(int argc, char **argv)
{
	char **before;

	if (argc > 1 && !strcmp(argv[1], "--")) {
		argv++;
		argc--;
	}
	if (argc < 2) {
		warn("printf: usage: printf format [arg ...]");
		return 2;
	}
	arguments = argv + 2;
	status = 0;
	stopped = false;
	do {
		before = arguments;
		put_format(argv[1]);
	} while (*arguments && arguments != before && !stopped);
	return status;
}
