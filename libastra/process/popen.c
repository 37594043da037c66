/*
 * Streams to and from a shell command. The children are remembered in a list under its own lock, so any thread may pclose what
 * another has opened. The program's ends of all pipes are closed by exec: no command holds another's pipe open, also when
 * two threads call popen at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock.h"

/* [l] lock; [I] immutable once in the list */
struct child {
	struct child *next;	/* [l] */
	FILE *stream;		/* [I] */
	pid_t pid;		/* [I] */
};

FORK_LOCK(lock);
static struct child *children;

/* The command's end of the pipe becomes its descriptor `target`. */
static _Noreturn void run_command(const char *command, int end, int target)
{
	if (dup2(end, target) == end)
		fcntl(target, F_SETFD, 0);
	execl(_PATH_BSHELL, "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static bool start(struct child *child, const char *command, bool reading)
{
	int fds[2], error;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return false;
	child->stream = fdopen(fds[!reading], reading ? "r" : "w");
	child->pid = child->stream ? fork() : -1;
	if (child->pid == 0)
		run_command(command, fds[reading], reading);
	error = errno;
	close(fds[reading]);
	if (child->pid < 0) {
		if (child->stream)
			fclose(child->stream);
		else
			close(fds[!reading]);
	}
	errno = error;
	return child->pid > 0;
}

FILE *popen(const char *command, const char *mode)
{
	struct child *child;
	bool started;
	int state;

	if ((*mode != 'r' && *mode != 'w') || (mode[1] && strcmp(mode + 1, "e"))) {
		errno = EINVAL;
		return NULL;
	}
	child = malloc(sizeof(*child));
	if (!child)
		return NULL;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	started = start(child, command, *mode == 'r');
	pthread_setcancelstate(state, NULL);
	if (!started) {
		free(child);
		return NULL;
	}
	lock_acquire(&lock);
	child->next = children;
	children = child;
	lock_release(&lock);
	return child->stream;
}

static struct child *take_child(const FILE *stream)
{
	struct child **link, *child;

	lock_acquire(&lock);
	for (link = &children; *link && (*link)->stream != stream; link = &(*link)->next)
		;
	child = *link;
	if (child)
		*link = child->next;
	lock_release(&lock);
	return child;
}

/*
 * A cancellation point before anything has happened: the stream is then still the program's to close. From there on the
 * child must be waited for, for nobody else knows it.
 */
int pclose(FILE *stream)
{
	struct child *child;
	int state, status;
	pid_t pid;

	pthread_testcancel();
	child = take_child(stream);
	if (!child) {
		errno = ECHILD;
		return -1;
	}
	pid = child->pid;
	free(child);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	fclose(stream);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			status = -1;
			break;
		}
	}
	pthread_setcancelstate(state, NULL);
	return status;
}
