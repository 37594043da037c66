/* The builtin kill: like the program, but it knows jobs (%n), and the signal behind an exit status. */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "sh.h"

/* Without operands every name; else the name of a number or of an exit status, or the number of a name. */
static int list_signals(char **operands)
{
	int status = 0;

	for (int sig = 1; !*operands && sig <= SIGSYS; sig++) {
		if (signal_name(sig))
			printf("%s\n", signal_name(sig));
	}
	for (; *operands; operands++) {
		int sig = signal_number(*operands);

		if (sig < 0 && isdigit((unsigned char)**operands))
			sig = signal_number(*operands) < 0 ? atoi(*operands) - 128 : sig;
		else if (sig > 128)
			sig -= 128;
		if (sig < 0 || !signal_name(sig)) {
			warn("kill: invalid signal number or exit status: %s", *operands);
			status = 2;
		} else if (isdigit((unsigned char)**operands)) {
			printf("%s\n", signal_name(sig));
		} else {
			printf("%d\n", sig);
		}
	}
	return status;
}

static int send(const char *target, int sig)
{
	char *end;
	long pid = strtol(target, &end, 10);

	if (*target == '%') {
		pid = job_group("kill", target);
		if (!pid)
			return 2;
		if (pid < 0 && sig != SIGCONT && sig != SIGSTOP && sig != SIGKILL && kill((pid_t)pid, sig) == 0)
			return kill((pid_t)pid, SIGCONT) < 0;	/* a stopped job shall notice */
	} else if (*end || end == target) {
		warn("kill: Illegal number: %s", target);
		return 2;
	}
	if (kill((pid_t)pid, sig) == 0)
		return 0;
	warn("kill: %s", strerror(errno));
	return 1;
}

int builtin_kill(int argc, char **argv)
{
	int sig = SIGTERM, at = 1, status = 0;

	if (argc > 1 && !strcmp(argv[1], "-l"))
		return list_signals(argv + 2);
	if (argc > 2 && !strcmp(argv[1], "-s")) {
		sig = signal_number(argv[2]);
		at = 3;
	} else if (argc > 1 && argv[1][0] == '-' && argv[1][1] && strcmp(argv[1], "--")) {
		sig = signal_number(argv[1] + 1);
		at = 2;
	}
	if (sig < 0) {
		warn("kill: invalid signal");
		return 2;
	}
	if (at < argc && !strcmp(argv[at], "--"))
		at++;
	if (at >= argc) {
		warn("kill: usage: kill [-s sigspec | -signum | -sigspec] [pid | job]...");
		return 2;
	}
	for (; at < argc; at++) {
		int one = send(argv[at], sig);

		if (one > status)
			status = one;
	}
	return status;
}
