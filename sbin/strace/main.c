/*
 * strace [-cf] [-e [trace=][!]CALL,...] [-o FILE] [-s SIZE] {-p PID | PROGRAM [ARGUMENT]...}: shows the system calls of a program.
 *
 * Threads are seized, so that stops by job control work as without a tracer; new ones are followed with -f by the kernel's fork
 * events. The loop waits for any stop, looks at what it is and lets the thread go on.
 */
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

#include "strace.h"
#include "tool.h"

#define CALLS   512
#define ANY     0x40000000		/* __WALL */
#define OPERANDS "[-cf] [-e [trace=][!]CALL,...] [-o FILE] [-s SIZE] {-p PID | PROGRAM [ARGUMENT]...}"

#define DECODE(number, name, count, ...) [number] = { name, count, { __VA_ARGS__ } },
static const struct call calls[CALLS] = {
#include <syscalls_decode.inc>
};
#undef DECODE

/* What -c counts for each call. */
struct count {
	unsigned long calls, errors;
	double seconds;
};

static struct tracee *tracees;
static bool wanted[CALLS], follow, summary;
static struct count counts[CALLS];
static pid_t child;			/* the program that this started, 0 with -p */
static int child_status;
static volatile sig_atomic_t interrupted;

const struct call *call_of(long number)
{
	static const struct call unknown;

	return number >= 0 && number < CALLS ? &calls[number] : &unknown;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- Options ---- */

static bool select_call(const char *name, size_t length, bool on)
{
	for (unsigned i = 0; i < CALLS; i++)
		if (calls[i].name && strlen(calls[i].name) == length && !strncmp(calls[i].name, name, length)) {
			wanted[i] = on;
			return true;
		}
	return false;
}

static void select_calls(const char *list)
{
	bool on;

	if (!strncmp(list, "trace=", 6))
		list += 6;
	on = *list != '!';
	list += !on;
	memset(wanted, on ? 0 : 1, sizeof(wanted));
	if (!strcmp(list, "all") || !strcmp(list, "none")) {
		memset(wanted, (*list == 'a') == on, sizeof(wanted));
		return;
	}
	while (*list) {
		size_t length = strcspn(list, ",");

		if (!select_call(list, length, on))
			tool_fail(2, "%.*s: no such system call", (int)length, list);
		list += length + (list[length] == ',');
	}
}

/* ---- Traced threads ---- */

static struct tracee *find(pid_t pid)
{
	struct tracee *t;

	for (t = tracees; t; t = t->next)
		if (t->pid == pid)
			return t;
	t = calloc(1, sizeof(*t));
	if (!t)
		tool_fail(1, "out of memory");
	t->pid = pid;
	t->begun = pid != child;
	t->next = tracees;
	line_show_pid |= tracees != NULL;
	tracees = t;
	return t;
}

static void forget(struct tracee *t)
{
	struct tracee **link = &tracees;

	while (*link != t)
		link = &(*link)->next;
	*link = t->next;
	free(t);
}

static void seize(pid_t pid)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | (child ? PTRACE_O_EXITKILL : 0);

	if (follow)
		options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
	if (ptrace(PTRACE_SEIZE, pid, NULL, options) < 0 || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		tool_fail(1, "cannot trace process %d: %s", pid, strerror(errno));
	find(pid);
}

/* The program waits until it is traced; what it does before execve is not shown. */
static void start(char **argv)
{
	int gate[2];
	char byte;

	if (pipe(gate) < 0 || (child = fork()) < 0)
		tool_fail(1, "cannot start: %s", strerror(errno));
	if (child == 0) {
		close(gate[1]);
		if (read(gate[0], &byte, 1) < 0)
			_exit(1);
		close(gate[0]);
		execvp(argv[0], argv);
		tool_error(argv[0]);
		_exit(errno == ENOENT ? 127 : 126);
	}
	seize(child);
	close(gate[0]);
	close(gate[1]);
}

/* ---- Stops ---- */

static void call_begins(struct tracee *t, const struct ptrace_syscall_info *info)
{
	t->number = (long)info->entry.nr;
	memcpy(t->args, info->entry.args, sizeof(t->args));
	t->in_call = true;
	t->start = now();
	if (!strcmp(call_of(t->number)->name ? call_of(t->number)->name : "", "execve"))
		t->begun = true;
	t->shown = t->begun && (t->number < 0 || t->number >= CALLS || wanted[t->number]);
	if (t->shown && !summary)
		line_begin_call(t);
}

static void call_ends(struct tracee *t, const struct ptrace_syscall_info *info)
{
	long result = info->exit.rval;
	bool error = info->exit.is_error;

	if (t->in_call && t->shown && !summary)
		line_end_call(t, result, error);
	if (t->in_call && t->shown && t->number >= 0 && t->number < CALLS) {
		counts[t->number].calls++;
		counts[t->number].errors += error;
		counts[t->number].seconds += now() - t->start;
	}
	t->in_call = false;
}

static void call_stop(struct tracee *t)
{
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, (void *)sizeof(info), &info) < 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		call_begins(t, &info);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		call_ends(t, &info);
}

static bool is_stop_signal(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

static void handle_stop(struct tracee *t, int status)
{
	int sig = WSTOPSIG(status), event = status >> 16 & 0xff, deliver = 0;
	long request = PTRACE_SYSCALL;

	if (sig == (SIGTRAP | 0x80)) {
		call_stop(t);
	} else if (event == PTRACE_EVENT_STOP) {
		if (is_stop_signal(sig)) {
			if (!summary)
				line_note(t, "--- stopped by %s ---", words_signal(sig));
			request = PTRACE_LISTEN;
		}
	} else if (event == 0) {
		deliver = sig;
		if (t->begun && !summary)
			line_signal(t, sig);
	}
	ptrace((int)request, t->pid, NULL, (long)deliver);	/* it may have been killed meanwhile: its end comes next */
}

static void handle_end(struct tracee *t, int status)
{
	if (t->pid == child)
		child_status = status;
	line_forget(t);
	if (!summary && WIFSIGNALED(status))
		line_note(t, "+++ killed by %s +++", words_signal(WTERMSIG(status)));
	else if (!summary)
		line_note(t, "+++ exited with %d +++", WEXITSTATUS(status));
	forget(t);
}

static void interrupt(int sig)
{
	interrupted = sig;
}

/* Programs that this attached to go on without it; that takes a stop. */
static void detach_all(void)
{
	int status;

	for (struct tracee *t = tracees; t; t = t->next) {
		if (ptrace(PTRACE_INTERRUPT, t->pid, NULL, NULL) == 0 && waitpid(t->pid, &status, ANY) == t->pid)
			ptrace(PTRACE_DETACH, t->pid, NULL, NULL);
	}
}

static void trace(void)
{
	int status;

	while (tracees && !interrupted) {
		pid_t pid = waitpid(-1, &status, ANY);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			break;
		if (WIFSTOPPED(status))
			handle_stop(find(pid), status);
		else
			handle_end(find(pid), status);
	}
	detach_all();
}

/* ---- -c ---- */

static int by_time(const void *a, const void *b)
{
	double left = counts[*(const int *)a].seconds, right = counts[*(const int *)b].seconds;

	return left < right ? 1 : left > right ? -1 : *(const int *)a - *(const int *)b;
}

static void show_summary(void)
{
	int order[CALLS], used = 0;
	struct count all = { 0, 0, 0 };

	for (int i = 0; i < CALLS; i++) {
		if (counts[i].calls == 0)
			continue;
		order[used++] = i;
		all.calls += counts[i].calls;
		all.errors += counts[i].errors;
		all.seconds += counts[i].seconds;
	}
	qsort(order, (size_t)used, sizeof(order[0]), by_time);
	fputs("% time     seconds  usecs/call     calls    errors syscall\n", line_output);
	for (int i = 0; i < used; i++) {
		const struct count *c = &counts[order[i]];

		fprintf(line_output, "%6.2f %11.6f %11.0f %9lu %9lu %s\n", all.seconds > 0 ? 100 * c->seconds / all.seconds : 0, c->seconds,
			c->seconds * 1e6 / (double)c->calls, c->calls, c->errors, calls[order[i]].name);
	}
	fprintf(line_output, "100.00 %11.6f             %9lu %9lu total\n", all.seconds, all.calls, all.errors);
}

int main(int argc, char **argv)
{
	pid_t pids[64];
	int option, count = 0;

	tool_name = "strace";
	line_output = stderr;
	memset(wanted, 1, sizeof(wanted));
	while ((option = getopt(argc, argv, "+ce:fo:p:s:")) != -1) {
		switch (option) {
		case 'c':
			summary = true;
			break;
		case 'e':
			select_calls(optarg);
			break;
		case 'f':
			follow = true;
			break;
		case 'o':
			line_output = fopen(optarg, "we");
			if (!line_output)
				tool_fail(1, "%s: %s", optarg, strerror(errno));
			break;
		case 'p':
			if (count == 64)
				tool_fail(2, "too many processes");
			pids[count++] = (pid_t)tool_number(optarg);
			break;
		case 's':
			argument_string_limit = (size_t)tool_number(optarg);
			if (argument_string_limit > 65536)
				tool_fail(2, "%s: too long", optarg);
			break;
		default:
			tool_usage(OPERANDS);
		}
	}
	if ((count == 0) == (optind == argc))
		tool_usage(OPERANDS);
	for (int i = 0; i < count; i++)
		seize(pids[i]);
	if (optind < argc)
		start(argv + optind);
	sigaction(SIGINT, &(struct sigaction){ .sa_handler = child ? SIG_IGN : interrupt }, NULL);
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = interrupt }, NULL);
	trace();
	if (summary)
		show_summary();
	fflush(line_output);
	if (WIFSIGNALED(child_status)) {
		signal(WTERMSIG(child_status), SIG_DFL);
		raise(WTERMSIG(child_status));
		return 128 + WTERMSIG(child_status);
	}
	return WEXITSTATUS(child_status);
}
