/*
 * Output lines. A call's line begins when the call does and ends when it returns; when another thread has something to say in between,
 * it is closed as unfinished and taken up again later.
 */
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>

#include "strace.h"

FILE *line_output;
bool line_show_pid;

static struct tracee *open_line;	/* whose call is being shown, or NULL */

static void close_line(void)
{
	if (open_line)
		fputs(" <unfinished ...>\n", line_output);
	open_line = NULL;
}

static void begin(struct tracee *t)
{
	close_line();
	if (line_show_pid)
		fprintf(line_output, "[pid %5d] ", t->pid);
}

static void put_name(const struct tracee *t)
{
	const struct call *call = call_of(t->number);

	if (call->name)
		fputs(call->name, line_output);
	else
		fprintf(line_output, "syscall_%ld", t->number);
}

static void put_arguments(struct tracee *t, const struct call *call, bool returned, long result, bool error)
{
	for (; t->printed < call->count; t->printed++) {
		if (!returned && !argument_is_input(call->arguments[t->printed]))
			return;
		fputs(t->printed ? ", " : "", line_output);
		argument_print(line_output, t, t->printed, result, error);
	}
}

void line_begin_call(struct tracee *t)
{
	begin(t);
	put_name(t);
	fputc('(', line_output);
	t->printed = 0;
	put_arguments(t, call_of(t->number), false, 0, false);
	open_line = t;
	fflush(line_output);
}

/* Errors that only a tracer sees: the call is made again. */
static const char *restart_name(long error)
{
	switch (error) {
	case 512:
		return "ERESTARTSYS";
	case 513:
		return "ERESTARTNOINTR";
	case 514:
		return "ERESTARTNOHAND";
	case 516:
		return "ERESTART_RESTARTBLOCK";
	default:
		return NULL;
	}
}

static void put_result(const struct call *call, long result, bool error)
{
	const char *name = error ? words_error((int)-result) : NULL;

	if (error && restart_name(-result))
		fprintf(line_output, "? %s (To be restarted)\n", restart_name(-result));
	else if (name)
		fprintf(line_output, "-1 %s (%s)\n", name, strerror((int)-result));
	else if (result_is_address(call))
		fprintf(line_output, "%#lx\n", (unsigned long)result);
	else
		fprintf(line_output, "%ld\n", result);
}

void line_end_call(struct tracee *t, long result, bool error)
{
	const struct call *call = call_of(t->number);

	if (open_line != t) {
		begin(t);
		fputs("<... ", line_output);
		put_name(t);
		fputs(" resumed>", line_output);
	}
	put_arguments(t, call, true, result, error);
	fputs(") = ", line_output);
	put_result(call, result, error);
	open_line = NULL;
	fflush(line_output);
}

void line_note(struct tracee *t, const char *format, ...)
{
	va_list args;

	begin(t);
	va_start(args, format);
	vfprintf(line_output, format, args);
	va_end(args);
	fputc('\n', line_output);
	fflush(line_output);
}

void line_signal(struct tracee *t, int sig)
{
	siginfo_t info;

	if (ptrace(PTRACE_GETSIGINFO, t->pid, NULL, &info) < 0)
		line_note(t, "--- stopped by %s ---", words_signal(sig));
	else if (info.si_code > 0 && sig != SIGCHLD && sig != SIGTRAP)
		line_note(t, "--- %s {si_code=%d, si_addr=%#lx} ---", words_signal(sig), info.si_code, (unsigned long)info.si_addr);
	else
		line_note(t, "--- %s {si_code=%d, si_pid=%d, si_uid=%d} ---", words_signal(sig), info.si_code, info.si_pid,
			  (int)info.si_uid);
}

/* exit and exit_group never return. */
void line_forget(struct tracee *t)
{
	if (open_line != t)
		return;
	fputs(") = ?\n", line_output);
	open_line = NULL;
}
