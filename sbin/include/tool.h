/*
 * What the small programs share: messages in the usual form, copying of descriptors, numbers from arguments. Each
 * program sets tool_name once in main. Header-only: the two variables are weak so that those of a program's files are one.
 */
#ifndef TOOL_H
#define TOOL_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

__attribute__((weak)) const char *tool_name;
__attribute__((weak)) int tool_status;	/* what main returns: 1 once something failed */

/* "name: what: why" for errno; the program goes on and will return 1. */
static UNUSED void tool_error(const char *what)
{
	int error = errno;

	fflush(stdout);
	fprintf(stderr, "%s: %s: %s\n", tool_name, what, strerror(error));
	tool_status = 1;
}

/* "name: text", and the end with `status`. */
static UNUSED _Noreturn __attribute__((format(printf, 2, 3))) void tool_fail(int status, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s: ", tool_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(status);
}

static UNUSED _Noreturn void tool_usage(const char *operands)
{
	fprintf(stderr, "usage: %s %s\n", tool_name, operands);
	exit(2);
}

static UNUSED long tool_number(const char *text)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || *end || end == text)
		tool_fail(2, "%s: not a number", text);
	return n;
}

/* The last component of a path. */
static UNUSED const char *tool_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* Allocated "directory/name"; ends the program without memory. */
static UNUSED char *tool_join(const char *directory, const char *name)
{
	size_t n = strlen(directory);
	char *path;

	if (asprintf(&path, "%s%s%s", directory, n && directory[n - 1] == '/' ? "" : "/", name) < 0)
		tool_fail(1, "out of memory");
	return path;
}

/* Copies to the end of `in`; 0, or -1 with errno (and *reading telling which side failed). */
static UNUSED int tool_copy(int in, int out, bool *reading)
{
	static char buffer[65536];
	ssize_t n;

	*reading = true;
	while ((n = read(in, buffer, sizeof(buffer))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		for (ssize_t done = 0, k; done < n; done += k) {
			k = write(out, buffer + done, (size_t)(n - done));
			if (k < 0 && errno == EINTR)
				k = 0;
			if (k < 0) {
				*reading = false;
				return -1;
			}
		}
	}
	return 0;
}

/* The end of main: flushes standard output. That something could not be written, now or before, is an error, too. */
static UNUSED int tool_end(void)
{
	bool failed = ferror(stdout);

	if (fflush(stdout) < 0)
		tool_error("write error");
	else if (failed)
		fprintf(stderr, "%s: write error\n", tool_name);
	tool_status |= failed;
	return tool_status;
}

#endif
