/*
 * Messages, and the way out of an error. The innermost handler catches it: a regular builtin's (exec.c), or the top level's, which
 * ends a script and makes a terminal forget the line. A child that the shell forks has the top level's alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "sh.h"

struct handler *handler;

static void say(const char *format, va_list args)
{
	fflush(stdout);
	if (source && !options.interactive)
		fprintf(stderr, "%s: %zu: ", shell_name, command_line);
	else
		fprintf(stderr, "%s: ", shell_name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

void drop_handlers(void)
{
	while (handler->outer)
		handler = handler->outer;
}

/* The sources live in the frames that are left here, so they are closed before the jump. */
_Noreturn void leave_to_handler(int status)
{
	while (source != handler->source) {
		if (source->fd >= 0)
			close(source->fd);
		pop_source();
	}
	last_status = status;
	longjmp(handler->jump, 1);
}

_Noreturn void fail(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	leave_to_handler(status);
}
