/* Starting a program and learning whether execve worked. Called from one thread; SIGCHLD may arrive at any time. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "init.h"

static void reset_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Puts fd at its standard number; the pipes' own numbers are above 2 and close on exec. */
static int place(int fd, int number)
{
	return fd < 0 ? 0 : dup2(fd, number);
}

static _Noreturn void become(const struct program *program, int report)
{
	int error;

	if (program->new_session)
		setsid();
	else
		setpgid(0, 0);
	if (program->terminal)
		ioctl(0, TIOCSCTTY, 0);		/* without one, the program still runs */
	reset_signals();
	if (place(program->in, 0) >= 0 && place(program->out, 1) >= 0 && place(program->err, 2) >= 0 &&
	    (!program->directory || !*program->directory || chdir(program->directory) == 0))
		execve(program->path, program->argv, program->envp);
	error = errno;
	write(report, &error, sizeof(error));
	_exit(127);
}

pid_t start_program(const struct program *program)
{
	int report[2], error = 0;
	ssize_t n;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		become(program, report[1]);
	if (pid < 0)
		error = errno;
	close(report[1]);
	if (pid > 0) {
		do
			n = read(report[0], &error, sizeof(error));
		while (n < 0 && errno == EINTR);
		if (n != sizeof(error))
			error = 0;
	}
	close(report[0]);
	if (!error)
		return pid;
	errno = error;
	return -1;
}
