/*
 * strace in four files: main.c takes options and runs the loop of stops, line.c composes output lines, arguments.c shows what calls
 * carry, words.c knows the names of flags and constants. One thread; everything is a static of its file.
 */
#ifndef STRACE_H
#define STRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* A call's row of abi/syscalls.def: each argument as "KIND NAME" or "DIRECTION TYPE NAME[COUNT]". */
struct call {
	const char *name;	/* NULL: no such number */
	unsigned count;
	const char *arguments[6];
};

/* A traced thread. */
struct tracee {
	struct tracee *next;
	pid_t pid;
	bool in_call;
	bool shown;		/* the call in progress is one that is to be shown */
	bool begun;		/* has executed the program that was asked for */
	long number;
	unsigned long args[6];
	unsigned printed;	/* arguments of the call in progress that are on its line */
	double start;		/* seconds: when the call began */
};

const struct call *call_of(long number);	/* never NULL; for unknown numbers a call without arguments */

/* ---- line.c ---- */

extern FILE *line_output;
extern bool line_show_pid;	/* more than one thread was seen */

void line_begin_call(struct tracee *t);
void line_end_call(struct tracee *t, long result, bool error);
void line_note(struct tracee *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void line_signal(struct tracee *t, int sig);
void line_forget(struct tracee *t);	/* it ends: an unfinished line of it is closed */

/* ---- arguments.c ---- */

extern size_t argument_string_limit;	/* -s */

/* Can it be shown before the call has returned? */
bool argument_is_input(const char *text);

/* Show argument `index` of the call that t is in; `result` counts for what the kernel filled. */
void argument_print(FILE *out, const struct tracee *t, unsigned index, long result, bool error);

/* Does the call return an address? */
bool result_is_address(const struct call *call);

/* ---- words.c ---- */

/* Show a value by the names that the argument `name` of `call` has for it; false when there are none for it. */
bool words_print(FILE *out, const char *call, const char *name, unsigned long value);
const char *words_signal(int sig);	/* "SIGINT"; "SIG?" for a number without a name */
const char *words_error(int error);	/* "ENOENT", or NULL */
void words_mode(FILE *out, unsigned mode);	/* "S_IFREG|0644" */

#endif
