/* Signals and traps. Handlers only raise flags; actions run between commands. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "sh.h"

static char *actions[NSIG];		/* NULL: default; "": ignored; 0 is EXIT */
static bool ignored_at_start[NSIG];
static volatile sig_atomic_t arrived[NSIG];
volatile sig_atomic_t pending_signals, interrupted;

static const struct {
	const char *name;
	int number;
} names[] = {
	{ "EXIT", 0 }, { "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT }, { "ILL", SIGILL }, { "TRAP", SIGTRAP },
	{ "ABRT", SIGABRT }, { "BUS", SIGBUS }, { "FPE", SIGFPE }, { "KILL", SIGKILL }, { "USR1", SIGUSR1 },
	{ "SEGV", SIGSEGV }, { "USR2", SIGUSR2 }, { "PIPE", SIGPIPE }, { "ALRM", SIGALRM }, { "TERM", SIGTERM },
	{ "CHLD", SIGCHLD }, { "CONT", SIGCONT }, { "STOP", SIGSTOP }, { "TSTP", SIGTSTP }, { "TTIN", SIGTTIN },
	{ "TTOU", SIGTTOU }, { "URG", SIGURG }, { "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ }, { "VTALRM", SIGVTALRM },
	{ "PROF", SIGPROF }, { "WINCH", SIGWINCH }, { "IO", SIGIO }, { "PWR", SIGPWR }, { "SYS", SIGSYS },
};

int signal_number(const char *name)
{
	char *end;
	long number = strtol(name, &end, 10);

	if (*name && !*end)
		return number >= 0 && number < NSIG ? (int)number : -1;
	if (!strncasecmp(name, "SIG", 3))
		name += 3;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcasecmp(name, names[i].name))
			return names[i].number;
	}
	return -1;
}

const char *signal_name(int sig)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].number == sig)
			return names[i].name;
	}
	return NULL;
}

static void on_signal(int sig)
{
	arrived[sig] = 1;
	pending_signals = 1;
	if (sig == SIGINT)
		interrupted = 1;
}

/* What the kernel shall do with a signal, from the trap and the shell's own needs. */
static void install(int sig)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	if (actions[sig])
		action.sa_handler = *actions[sig] ? on_signal : SIG_IGN;
	else if (options.interactive && sig == SIGINT)
		action.sa_handler = on_signal;
	else if (options.interactive && (sig == SIGTERM || sig == SIGQUIT))
		action.sa_handler = SIG_IGN;
	sigaction(sig, &action, NULL);
}

void setup_signals(void)
{
	for (int sig = 1; sig < NSIG; sig++) {
		struct sigaction old;

		if (sigaction(sig, NULL, &old) == 0)
			ignored_at_start[sig] = old.sa_handler == SIG_IGN;
	}
	if (options.interactive) {
		install(SIGINT);
		install(SIGTERM);
		install(SIGQUIT);
	}
}

/* In a subshell: traps that run something are gone, ignored signals stay ignored. */
void reset_traps(void)
{
	bool was_interactive = options.interactive;

	options.interactive = false;
	for (int sig = 0; sig < NSIG; sig++) {
		bool ours = actions[sig] && *actions[sig];

		if (ours) {
			free(actions[sig]);
			actions[sig] = NULL;
		}
		arrived[sig] = 0;
		if (sig && (ours || (was_interactive && (sig == SIGINT || sig == SIGTERM || sig == SIGQUIT))))
			install(sig);
	}
	pending_signals = 0;
	options.interactive = was_interactive;
}

void ignore_interrupts(void)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
}

bool is_trapped(int sig)
{
	return actions[sig] != NULL;
}

int first_pending_signal(void)
{
	for (int sig = 1; sig < NSIG; sig++) {
		if (arrived[sig] && actions[sig] && *actions[sig])
			return sig;
	}
	return 0;
}

bool has_traps(void)
{
	for (int sig = 0; sig < NSIG; sig++) {
		if (actions[sig] && *actions[sig])
			return true;
	}
	return false;
}

bool run_traps(void)
{
	bool was_returning = returning;

	pending_signals = 0;
	for (int sig = 1; sig < NSIG; sig++) {
		int status = last_status;

		if (!arrived[sig])
			continue;
		arrived[sig] = 0;
		if (actions[sig] && *actions[sig]) {
			char *action = xstrdup(actions[sig]);

			run_string(action, 0);
			free(action);
			if (returning && !was_returning)
				return true;
			last_status = status;
		}
	}
	return false;
}

void run_exit_trap(void)
{
	char *action = actions[0];

	actions[0] = NULL;
	if (action && *action) {
		returning = false;
		skip_loops = 0;
		run_string(action, 0);
	}
	free(action);
}

static void list_traps(void)
{
	for (int sig = 0; sig < NSIG; sig++) {
		if (!actions[sig])
			continue;
		printf("trap -- ");
		print_quoted(actions[sig]);
		if (signal_name(sig))
			printf(" %s\n", signal_name(sig));
		else
			printf(" %d\n", sig);
	}
}

static bool set_trap(const char *name, const char *action)
{
	int sig = signal_number(name);

	if (sig < 0) {
		warn("trap: %s: bad trap", name);
		return false;
	}
	free(actions[sig]);
	actions[sig] = action ? xstrdup(action) : NULL;
	if (sig && (!ignored_at_start[sig] || options.interactive))
		install(sig);
	return true;
}

int builtin_trap(int argc, char **argv)
{
	const char *action;
	char *end;
	int at = 1, status = 0;

	if (argc > 1 && !strcmp(argv[1], "--"))
		at++;
	if (at >= argc) {
		list_traps();
		return 0;
	}
	if (at + 1 == argc && signal_number(argv[at]) >= 0)
		return !set_trap(argv[at], NULL);
	action = argv[at];
	(void)strtol(action, &end, 10);
	if (!strcmp(action, "-") || (*action && !*end)) {
		at += *action == '-';
		action = NULL;
	} else {
		at++;
	}
	for (; at < argc; at++)
		status |= !set_trap(argv[at], action);
	return status;
}
