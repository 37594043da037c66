/* Running a shell command: system, popen and pclose. popen's children are remembered in a list under its own lock. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock.h"

#define SHELL "/bin/sh"

static _Noreturn void run_shell(const char *command)
{
	execl(SHELL, "sh", "-c", command, (char *)NULL);
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

int system(const char *command)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old_int, old_quit;
	sigset_t child, old_mask;
	int status = -1;
	pid_t pid;

	if (!command)
		return access(SHELL, X_OK) == 0;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &old_mask);
	sigaction(SIGINT, &ignore, &old_int);
	sigaction(SIGQUIT, &ignore, &old_quit);
	pid = fork();
	if (pid == 0) {
		sigaction(SIGINT, &old_int, NULL);
		sigaction(SIGQUIT, &old_quit, NULL);
		sigprocmask(SIG_SETMASK, &old_mask, NULL);
		run_shell(command);
	}
	if (pid > 0)
		status = wait_for(pid);
	sigaction(SIGINT, &old_int, NULL);
	sigaction(SIGQUIT, &old_quit, NULL);
	sigprocmask(SIG_SETMASK, &old_mask, NULL);
	return status;
}

/* [l] lock */
struct child {
	struct child *next;	/* [l] */
	FILE *stream;		/* [l] */
	pid_t pid;		/* [l] */
};

FORK_LOCK(lock);
static struct child *children;

FILE *popen(const char *command, const char *mode)
{
	bool reading = *mode == 'r';
	struct child *child;
	int fds[2];

	if ((*mode != 'r' && *mode != 'w') || (mode[1] && strcmp(mode + 1, "e"))) {
		errno = EINVAL;
		return NULL;
	}
	child = malloc(sizeof(*child));
	if (!child || pipe2(fds, O_CLOEXEC) < 0)
		goto fail;
	child->stream = fdopen(fds[!reading], reading ? "r" : "w");
	child->pid = child->stream ? fork() : -1;
	if (child->pid == 0) {
		if (dup2(fds[reading], reading) == fds[reading])
			fcntl(reading, F_SETFD, 0);
		run_shell(command);
	}
	close(fds[reading]);
	if (child->pid < 0) {
		if (child->stream)
			fclose(child->stream);
		else
			close(fds[!reading]);
		goto fail;
	}
	lock_acquire(&lock);
	child->next = children;
	children = child;
	lock_release(&lock);
	return child->stream;
fail:
	free(child);
	return NULL;
}

int pclose(FILE *stream)
{
	struct child **link, *child;
	pid_t pid;

	lock_acquire(&lock);
	for (link = &children; *link && (*link)->stream != stream; link = &(*link)->next)
		;
	child = *link;
	if (child)
		*link = child->next;
	lock_release(&lock);
	if (!child) {
		errno = ECHILD;
		return -1;
	}
	pid = child->pid;
	free(child);
	fclose(stream);
	return wait_for(pid);
}
