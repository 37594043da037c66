/*
 * system. The dispositions of SIGINT and SIGQUIT are the process's: the first of the threads in here sets them aside and
 * ignores both, the last one puts them back; `lock` guards them and the count, and is not held while the command runs.
 */
#include <errno.h>
#include <paths.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock.h"

FORK_LOCK(lock);
static unsigned int users;				/* [l] lock */
static struct sigaction interrupt_action, quit_action;	/* [l] of the time before the first user; stable while there is one */

struct command {
	sigset_t mask;	/* the thread's before the call */
	pid_t pid;
};

static void ignore_signals(struct command *command)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &command->mask);
	lock_acquire(&lock);
	if (users++ == 0) {
		sigaction(SIGINT, &ignore, &interrupt_action);
		sigaction(SIGQUIT, &ignore, &quit_action);
	}
	lock_release(&lock);
}

static void restore_signals_of(const struct command *command)
{
	lock_acquire(&lock);
	if (--users == 0) {
		sigaction(SIGINT, &interrupt_action, NULL);
		sigaction(SIGQUIT, &quit_action, NULL);
	}
	lock_release(&lock);
	sigprocmask(SIG_SETMASK, &command->mask, NULL);
}

/* What the caller ignores stays ignored; its handlers are not for a child that is about to be another program. */
static void reset_signal(int sig, const struct sigaction *old)
{
	const struct sigaction standard = { .sa_handler = SIG_DFL };

	if (old->sa_handler != SIG_IGN)
		sigaction(sig, &standard, NULL);
}

static _Noreturn void run_command(const char *text, const struct command *command)
{
	reset_signal(SIGINT, &interrupt_action);
	reset_signal(SIGQUIT, &quit_action);
	sigprocmask(SIG_SETMASK, &command->mask, NULL);
	execl(_PATH_BSHELL, "sh", "-c", text, (char *)NULL);
	_exit(127);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return status;
}

/* The thread was cancelled while it waited: a shell that nobody would reap ends, and is reaped. */
static void abandon(void *argument)
{
	const struct command *command = argument;

	kill(command->pid, SIGKILL);
	wait_for(command->pid);
	restore_signals_of(command);
}

int system(const char *text)
{
	struct command command;
	int state, status = -1;

	if (!text)
		return access(_PATH_BSHELL, X_OK) == 0;
	pthread_testcancel();
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	ignore_signals(&command);
	command.pid = fork();
	if (command.pid == 0)
		run_command(text, &command);
	if (command.pid > 0) {
		pthread_cleanup_push(abandon, &command);
		pthread_setcancelstate(state, NULL);
		status = wait_for(command.pid);
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
		pthread_cleanup_pop(0);
	}
	restore_signals_of(&command);
	pthread_setcancelstate(state, NULL);
	return status;
}
