/* Background children: their pids, and the wait status once somebody reaped them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sh.h"

struct job {
	struct job *next;
	pid_t pid;
	bool done;
	int status;
};

static struct job *jobs;

void add_job(pid_t pid)
{
	struct job *job = xmalloc(sizeof(*job));

	*job = (struct job){ .next = jobs, .pid = pid };
	jobs = job;
}

static struct job *find_job(pid_t pid)
{
	struct job *job = jobs;

	while (job && job->pid != pid)
		job = job->next;
	return job;
}

/* A child was reaped on the way: a background job, or a part of a pipeline that will be asked for. */
void note_child(pid_t pid, int status)
{
	struct job *job = find_job(pid);

	if (!job) {
		add_job(pid);
		job = jobs;
	}
	job->done = true;
	job->status = status;
}

bool take_job_status(pid_t pid, int *status)
{
	for (struct job **link = &jobs; *link; link = &(*link)->next) {
		struct job *job = *link;

		if (job->pid != pid || !job->done)
			continue;
		*status = job->status;
		*link = job->next;
		free(job);
		return true;
	}
	return false;
}

void forget_jobs(void)
{
	while (jobs) {
		struct job *job = jobs;

		jobs = job->next;
		free(job);
	}
}

void wait_all_jobs(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, 0)) > 0)
		;
	if (errno == ECHILD)
		forget_jobs();
}

/* Waits for one child, but returns early, with 128 + signal, when a trapped signal comes. */
static int wait_job(pid_t pid)
{
	struct job *job = find_job(pid);
	int status;

	if (!job)
		return 127;
	while (!take_job_status(pid, &status)) {
		pid_t dead = waitpid(-1, &status, 0);

		if (dead > 0)
			note_child(dead, status);
		else if (errno == EINTR && pending_signals)
			return 128 + SIGINT;
		else if (errno != EINTR)
			return 127;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int builtin_wait(int argc, char **argv)
{
	int status = 0;

	if (argc == 1)
		wait_all_jobs();
	for (int i = 1; i < argc; i++)
		status = wait_job((pid_t)atol(argv[i]));
	return status;
}

static int list_signals(void)
{
	for (int sig = 1; sig <= SIGSYS; sig++) {
		if (signal_name(sig))
			printf("%s\n", signal_name(sig));
	}
	return 0;
}

int builtin_kill(int argc, char **argv)
{
	int sig = SIGTERM, at = 1, status = 0;

	if (argc > 1 && !strcmp(argv[1], "-l"))
		return argc == 2 ? list_signals() : puts(signal_name(atoi(argv[2]) & 127) ?: "unknown") < 0;
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
		warn("kill: usage: kill [-s sigspec | -signum | -sigspec] pid...");
		return 2;
	}
	for (; at < argc; at++) {
		char *end;
		long pid = strtol(argv[at], &end, 10);

		if (*end || end == argv[at]) {
			warn("kill: Illegal number: %s", argv[at]);
			status = 2;
		} else if (kill((pid_t)pid, sig) < 0) {
			warn("kill: %s", strerror(errno));
			status = 1;
		}
	}
	return status;
}
