/* kill [-SIGNAL | -s SIGNAL] PID...: sends a signal; -l lists the names, or turns numbers (exit statuses too) and names around. */
#include <ctype.h>
#include <signal.h>
#include <strings.h>

#include "tool.h"

static const char *const names[] = {
	[SIGHUP] = "HUP", [SIGINT] = "INT", [SIGQUIT] = "QUIT", [SIGILL] = "ILL", [SIGTRAP] = "TRAP", [SIGABRT] = "ABRT",
	[SIGBUS] = "BUS", [SIGFPE] = "FPE", [SIGKILL] = "KILL", [SIGUSR1] = "USR1", [SIGSEGV] = "SEGV", [SIGUSR2] = "USR2",
	[SIGPIPE] = "PIPE", [SIGALRM] = "ALRM", [SIGTERM] = "TERM", [SIGSTKFLT] = "STKFLT", [SIGCHLD] = "CHLD",
	[SIGCONT] = "CONT", [SIGSTOP] = "STOP", [SIGTSTP] = "TSTP", [SIGTTIN] = "TTIN", [SIGTTOU] = "TTOU", [SIGURG] = "URG",
	[SIGXCPU] = "XCPU", [SIGXFSZ] = "XFSZ", [SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF", [SIGWINCH] = "WINCH",
	[SIGIO] = "IO", [SIGPWR] = "PWR", [SIGSYS] = "SYS",
};

static int number_of(const char *name)
{
	if (isdigit((unsigned char)*name))
		return (int)tool_number(name);
	if (!strncasecmp(name, "SIG", 3))
		name += 3;
	for (int sig = 1; sig <= SIGSYS; sig++) {
		if (!strcasecmp(names[sig], name))
			return sig;
	}
	tool_fail(2, "%s: unknown signal", name);
}

/* kill -l [NUMBER-OR-NAME]... */
static int list(char **arguments)
{
	if (!*arguments) {
		for (int n = 1; n <= SIGSYS; n++)
			puts(names[n]);
		return tool_end();
	}
	for (; *arguments; arguments++) {
		long n;

		if (!isdigit((unsigned char)**arguments)) {
			printf("%d\n", number_of(*arguments));
			continue;
		}
		n = tool_number(*arguments);
		n -= n > 128 ? 128 : 0;
		if (n < 1 || n > SIGSYS)
			tool_fail(1, "%s: unknown signal", *arguments);
		puts(names[n]);
	}
	return tool_end();
}

int main(int argc, char **argv)
{
	int sig = SIGTERM, i = 1;

	tool_name = "kill";
	if (argc > 1 && !strcmp(argv[1], "-l"))
		return list(argv + 2);
	if (argc > 2 && !strcmp(argv[1], "-s")) {
		sig = number_of(argv[2]);
		i = 3;
	} else if (argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "--")) {
		sig = number_of(argv[1] + 1);
		i = 2;
	}
	if (i < argc && !strcmp(argv[i], "--"))
		i++;
	if (i >= argc)
		tool_usage("[-SIGNAL] PID...");
	for (; i < argc; i++) {
		if (kill((pid_t)tool_number(argv[i]), sig) < 0)
			tool_error(argv[i]);
	}
	return tool_status;
}
