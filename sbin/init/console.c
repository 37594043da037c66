/*
 * Life on the console: /dev/console as standard streams and controlling terminal, then either one program or /etc/rc
 * and a shell that is started again when it ends, however that came; halt and reboot end the machine. Orphans are reaped
 * on the way.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

#define CONSOLE      "/dev/console"
#define SHELL        "/sbin/sh"
#define STARTUP      "/etc/rc"
#define QUICK_DEATH  2	/* a shell that lived for less seconds ended quickly */
#define QUICK_DEATHS 5	/* so many in a row end the machine */
#define GRACE        20	/* tenths of a second that processes have to end by themselves */

static char *environment[] = {
	"PATH=/sbin:/bin:/usr/sbin:/usr/bin", "HOME=/", "TERM=vt100", "USER=root", "SHELL=" SHELL, NULL,
};

static void open_console(void)
{
	int fd = open(CONSOLE, O_RDWR | O_NOCTTY);

	if (fd < 0)
		return;
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

/* Runs argv in a session of its own whose terminal is the console; its wait status, or -1 when it did not start. */
static int run(char **argv)
{
	struct program program = {
		.path = argv[0], .argv = argv, .envp = environment, .in = -1, .out = -1, .err = -1, .new_session = true,
		.terminal = true,
	};
	pid_t pid = start_program(&program), dead;
	int status;

	if (pid < 0) {
		fprintf(stderr, "init: %s: %s\n", argv[0], strerror(errno));
		return -1;
	}
	while ((dead = wait(&status)) != pid) {
		if (dead < 0 && errno != EINTR)
			return -1;
	}
	return status;
}

static void say_death(const char *what, int status)
{
	if (WIFSIGNALED(status))
		fprintf(stderr, "init: %s: %s\n", what, strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		fprintf(stderr, "init: %s: exit status %d\n", what, WEXITSTATUS(status));
}

/* Shells, until they cannot stay alive: the console is gone, or they do not even start. */
static void run_shells(void)
{
	char *shell[] = { SHELL, "-l", NULL };
	int quick = 0;

	while (quick < QUICK_DEATHS) {
		time_t start = time(NULL);
		int status = run(shell);

		if (status >= 0)
			say_death(SHELL, status);
		quick = time(NULL) - start < QUICK_DEATH ? quick + 1 : 0;
	}
	fprintf(stderr, "init: %s ended %d times at once, giving up\n", SHELL, QUICK_DEATHS);
}

/* Asks every process to end, and after at most GRACE tenths of a second makes it. */
static void end_processes(void)
{
	const struct timespec tenth = { .tv_nsec = 100000000 };

	kill(-1, SIGTERM);
	kill(-1, SIGHUP);
	kill(-1, SIGCONT);
	for (int i = 0; i < GRACE; i++) {
		pid_t pid;

		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0 && errno == ECHILD)
			return;
		nanosleep(&tenth, NULL);
	}
	kill(-1, SIGKILL);
}

void console_mode(char **argv)
{
	char *startup[] = { SHELL, STARTUP, NULL };
	int status;

	open_console();
	if (argv) {
		status = run(argv);
		if (status >= 0)
			say_death(argv[0], status);
		end_processes();
		return;
	}
	printf("ASTRA.OS: init is process %d\n", (int)getpid());
	fflush(stdout);
	if (access(STARTUP, R_OK) == 0)
		run(startup);
	run_shells();
	end_processes();
}
