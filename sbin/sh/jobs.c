/*
 * Jobs: what the shell has started and still has to hear of. A job is a pipeline's or an asynchronous list's processes;
 * with job control (set -m) they share a process group, and the terminal is handed to it while it is in the foreground.
 * The list is ordered: its first numbered job is the current one (%+), the second the previous one (%-).
 *
 * Only the shell's main loop touches the list; there is no SIGCHLD handler except while `wait` sleeps.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "jobs.h"
#include "sh.h"

#define TERMINAL_FROM 10	/* the terminal's descriptor is out of the way of redirections */

static struct job *jobs;
static int terminal = -1;		/* -1: no job control */
static pid_t first_group;		/* that had the terminal before us; gets it back */
static struct termios shell_modes;

/* ---- the list */

static int free_number(void)
{
	int number = 0;

	for (struct job *job = jobs; job; job = job->next) {
		if (job->number > number)
			number = job->number;
	}
	return number + 1;
}

static void unlink_job(struct job *job)
{
	struct job **link = &jobs;

	while (*link != job)
		link = &(*link)->next;
	*link = job->next;
}

static void free_job(struct job *job)
{
	unlink_job(job);
	free(job->command);
	free(job->processes);
	free(job);
}

struct job *job_new(const char *command)
{
	struct job *job;

	for (struct job *old = jobs, *next; old; old = next) {
		next = old->next;
		if (old->waited)
			free_job(old);
	}
	job = xmalloc(sizeof(*job));
	*job = (struct job){ .next = jobs, .command = xstrdup(command ? command : "") };
	jobs = job;
	return job;
}

/* Makes it the current job. */
static void to_front(struct job *job)
{
	unlink_job(job);
	job->next = jobs;
	jobs = job;
}

void forget_jobs(void)
{
	while (jobs)
		free_job(jobs);
}

static enum process_state job_state(const struct job *job)
{
	enum process_state state = PROCESS_DONE;

	for (size_t i = 0; i < job->count; i++) {
		if (job->processes[i].state == PROCESS_RUNNING)
			return PROCESS_RUNNING;
		if (job->processes[i].state == PROCESS_STOPPED)
			state = PROCESS_STOPPED;
	}
	return state;
}

/* The wait status that speaks for the job: the last process's, or under pipefail the last bad one's. */
static int job_wait_status(const struct job *job)
{
	int status = job->count ? job->processes[job->count - 1].status : 0;

	for (size_t i = job->count; i-- > 0;) {
		const struct process *process = &job->processes[i];

		if (process->state == PROCESS_STOPPED)
			return process->status;
		if (options.pipe_fail && process->status && !status)
			status = process->status;
	}
	return status;
}

static int exit_status(int status)
{
	if (WIFSTOPPED(status))
		return 128 + WSTOPSIG(status);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* A child's state changed. Children of no job, such as a here-document's writer, are only reaped. */
static void note_child(pid_t pid, int status)
{
	for (struct job *job = jobs; job; job = job->next) {
		for (size_t i = 0; i < job->count; i++) {
			struct process *process = &job->processes[i];

			if (process->pid != pid || process->state == PROCESS_DONE)
				continue;
			process->state = WIFCONTINUED(status) ? PROCESS_RUNNING : WIFSTOPPED(status) ? PROCESS_STOPPED : PROCESS_DONE;
			if (!WIFCONTINUED(status))
				process->status = status;
			job->told = false;
			return;
		}
	}
}

/* Takes what the kernel has to tell without waiting. */
static void poll_children(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED)) > 0)
		note_child(pid, status);
}

/* ---- the terminal */

/* Takes the terminal and a group of our own; false when there is no terminal to control. */
bool start_job_control(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC), high;
	pid_t group;

	if (fd < 0)
		fd = dup(2);
	high = fcntl(fd, F_DUPFD_CLOEXEC, TERMINAL_FROM);
	close(fd);
	if (high < 0)
		return false;
	while ((group = tcgetpgrp(high)) != getpgrp()) {
		if (group < 0) {
			close(high);
			return false;
		}
		kill(0, SIGTTIN);
	}
	terminal = high;
	first_group = group;
	signal(SIGTSTP, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	setpgid(0, 0);
	tcsetpgrp(terminal, getpgrp());
	tcgetattr(terminal, &shell_modes);
	return true;
}

void stop_job_control(void)
{
	if (terminal < 0)
		return;
	tcsetpgrp(terminal, first_group);
	if (first_group != getpgrp())
		setpgid(0, first_group);
	close(terminal);
	terminal = -1;
	signal(SIGTSTP, SIG_DFL);
	signal(SIGTTIN, SIG_DFL);
	signal(SIGTTOU, SIG_DFL);
}

/* ---- starting */

static void become_child(struct job *job, enum fork_mode mode)
{
	bool controlled = options.monitor && mode != FORK_INSIDE;

	if (controlled) {
		pid_t group = job->group ? job->group : getpid();

		setpgid(0, group);
		if (mode == FORK_FOREGROUND)
			tcsetpgrp(terminal, group);
	}
	reset_traps();
	drop_handlers();
	if (options.monitor) {
		signal(SIGTSTP, SIG_DFL);
		signal(SIGTTIN, SIG_DFL);
		signal(SIGTTOU, SIG_DFL);
		close(terminal);
		terminal = -1;
	}
	if (mode == FORK_BACKGROUND && !controlled)
		ignore_interrupts();
	forget_jobs();
	options.interactive = options.monitor = false;
}

pid_t fork_shell(struct job *job, enum fork_mode mode)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fail(2, "Cannot fork: %s", strerror(errno));
	if (pid == 0) {
		become_child(job, mode);
		return 0;
	}
	if (!job)
		return pid;
	if (options.monitor && mode != FORK_INSIDE) {
		if (!job->group)
			job->group = pid;
		setpgid(pid, job->group);
	}
	job->processes = xrealloc(job->processes, (job->count + 1) * sizeof(*job->processes));
	job->processes[job->count++] = (struct process){ .pid = pid, .state = PROCESS_RUNNING };
	return pid;
}

void job_in_background(struct job *job)
{
	job->number = free_number();
	if (options.interactive)
		fprintf(stderr, "[%d] %d\n", job->number, (int)job->processes[job->count - 1].pid);
}

/* ---- telling */

static void state_text(const struct job *job, char *text, size_t size)
{
	int status = job_wait_status(job);

	switch (job_state(job)) {
	case PROCESS_RUNNING:
		strlcpy(text, "Running", size);
		return;
	case PROCESS_STOPPED:
		strlcpy(text, "Stopped", size);
		return;
	case PROCESS_DONE:
		break;
	}
	if (WIFSIGNALED(status))
		snprintf(text, size, "%s%s", strsignal(WTERMSIG(status)), WCOREDUMP(status) ? " (core dumped)" : "");
	else if (WEXITSTATUS(status))
		snprintf(text, size, "Done(%d)", WEXITSTATUS(status));
	else
		strlcpy(text, "Done", size);
}

static struct job *numbered(struct job *job)
{
	while (job && (!job->number || job->waited))
		job = job->next;
	return job;
}

static void print_job(FILE *out, struct job *job, bool with_pids)
{
	struct job *current = numbered(jobs), *previous = current ? numbered(current->next) : NULL;
	char text[64];

	state_text(job, text, sizeof(text));
	fprintf(out, "[%d] %c ", job->number, job == current ? '+' : job == previous ? '-' : ' ');
	if (with_pids)
		fprintf(out, "%d ", (int)job->processes[0].pid);
	fprintf(out, "%-16s %s\n", text, job->command);
	job->told = true;
}

/* Lists jobs in the order of their numbers; those that are over leave the list once told. */
static void list_jobs(FILE *out, bool only_changed, bool with_pids)
{
	int last = free_number();

	for (int number = 1; number < last; number++) {
		for (struct job *job = jobs; job; job = job->next) {
			if (job->number != number || job->waited)
				continue;
			if (!only_changed || (!job->told && job_state(job) != PROCESS_RUNNING))
				print_job(out, job, with_pids);
			if (job_state(job) == PROCESS_DONE && job->told)
				free_job(job);
			break;
		}
	}
}

void tell_changes(void)
{
	poll_children();
	list_jobs(stderr, true, false);
}

/* ---- waiting */

/* Behind a foreground job: the terminal comes back, in our modes; those of a stopped job are kept for its return. */
static void take_terminal_back(struct job *job)
{
	if (terminal < 0 || !job->group)
		return;
	tcsetpgrp(terminal, getpgrp());
	if (job_state(job) == PROCESS_STOPPED)
		job->has_modes = tcgetattr(terminal, &job->modes) == 0;
	else if (!WIFSIGNALED(job_wait_status(job)))
		tcgetattr(terminal, &shell_modes);	/* a program like stty changed them on purpose */
	tcsetattr(terminal, TCSADRAIN, &shell_modes);
}

static void tell_death(int status)
{
	int sig = WTERMSIG(status);

	if (sig == SIGINT && options.interactive) {
		fputc('\n', stderr);
		interrupted = 1;
	} else if (sig != SIGINT && sig != SIGPIPE) {
		fprintf(stderr, "%s%s\n", strsignal(sig), WCOREDUMP(status) ? " (core dumped)" : "");
	}
}

int job_wait(struct job *job)
{
	int status;

	while (job_state(job) == PROCESS_RUNNING) {
		pid_t pid = waitpid(-1, &status, options.monitor ? WUNTRACED : 0);

		if (pid > 0) {
			note_child(pid, status);
		} else if (errno != EINTR) {
			free_job(job);
			return 127;
		}
	}
	take_terminal_back(job);
	status = job_wait_status(job);
	if (job_state(job) == PROCESS_STOPPED) {
		if (!job->number)
			job->number = free_number();
		to_front(job);
		fputc('\n', stderr);
		print_job(stderr, job, false);
		return exit_status(status);
	}
	if (WIFSIGNALED(status))
		tell_death(status);
	free_job(job);
	return exit_status(status);
}

static void on_child(int sig)
{
}

/*
 * Sleeps until the job ends (NULL: all jobs) or a trapped signal comes, and returns that signal or 0. All signals are
 * blocked between the look at the flags and sigsuspend, so none is missed.
 */
static int sleep_for(struct job *job)
{
	struct sigaction action = { .sa_handler = on_child }, old_action;
	sigset_t all, old;
	int sig = 0;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	sigaction(SIGCHLD, NULL, &old_action);
	if (old_action.sa_handler == SIG_DFL)
		sigaction(SIGCHLD, &action, NULL);
	for (;;) {
		struct job *running = job ? job : jobs;

		sig = interrupted && options.interactive ? SIGINT : first_pending_signal();
		if (sig)
			break;
		poll_children();
		while (!job && running && job_state(running) != PROCESS_RUNNING)
			running = running->next;
		if (!running || job_state(running) != PROCESS_RUNNING)
			break;
		sigsuspend(&old);
	}
	sigaction(SIGCHLD, &old_action, NULL);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return sig;
}

/* ---- naming a job */

static bool matches(const struct job *job, const char *text)
{
	if (*text == '?')
		return strstr(job->command, text + 1) != NULL;
	return !strncmp(job->command, text, strlen(text));
}

/* %n, %+, %-, %text, %?text, or a process's number; NULL, for a % with a message, when there is none. */
static struct job *find_job(const char *command, const char *spec)
{
	struct job *job = numbered(jobs);
	char *end;
	long number = strtol(spec + (*spec == '%'), &end, 10);

	if (*spec != '%' && (*end || end == spec))
		fail(2, "%s: Illegal number: %s", command, spec);
	if (*spec != '%') {
		for (job = jobs; job; job = job->next) {
			for (size_t i = 0; i < job->count; i++) {
				if (job->processes[i].pid == number)
					return job;
			}
		}
		return NULL;
	}
	if (!strcmp(spec, "%-") && job)
		job = numbered(job->next);
	else if (spec[1] && strcmp(spec, "%%") && strcmp(spec, "%+") && strcmp(spec, "%-"))
		while (job && (*end ? !matches(job, spec + 1) : job->number != number))
			job = numbered(job->next);
	if (!job)
		warn("%s: No such job: %s", command, spec);
	return job;
}

pid_t job_group(const char *command, const char *spec)
{
	struct job *job = find_job(command, spec);

	return !job ? 0 : job->group ? -job->group : job->processes[job->count - 1].pid;
}

/* ---- builtins */

int builtin_wait(int argc, char **argv)
{
	int status = 0, sig;

	if (argc > 1 && !strcmp(argv[1], "--")) {
		argc--;
		argv++;
	}
	if (argc == 1) {
		sig = sleep_for(NULL);
		while (!sig && numbered(jobs) && job_state(numbered(jobs)) == PROCESS_DONE)
			free_job(numbered(jobs));
		return sig ? 128 + sig : 0;
	}
	for (int i = 1; i < argc; i++) {
		struct job *job = find_job("wait", argv[i]);

		if (!job) {
			status = argv[i][0] == '%' ? 2 : 127;
			continue;
		}
		sig = sleep_for(job);
		if (sig)
			return 128 + sig;
		status = exit_status(job_wait_status(job));
		if (job_state(job) != PROCESS_DONE)
			continue;
		if (!job->waited && WIFSIGNALED(job_wait_status(job)))
			tell_death(job_wait_status(job));
		job->waited = true;
	}
	return status;
}

int builtin_jobs(int argc, char **argv)
{
	bool pids = false, long_form = false;
	int i = 1, status = 0;

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (strspn(argv[i] + 1, "lp") != strlen(argv[i] + 1))
			fail(2, "jobs: Illegal option %s", argv[i]);
		pids |= strchr(argv[i], 'p') != NULL;
		long_form |= strchr(argv[i], 'l') != NULL;
	}
	poll_children();
	if (pids) {
		for (struct job *job = numbered(jobs); job; job = numbered(job->next))
			printf("%d\n", (int)(job->group ? job->group : job->processes[0].pid));
		return 0;
	}
	if (i == argc)
		list_jobs(stdout, false, long_form);
	for (; i < argc; i++) {
		struct job *job = find_job("jobs", argv[i]);

		if (job)
			print_job(stdout, job, long_form);
		else
			status = 1;
	}
	return status;
}

/* Lets a stopped job go on, in the foreground or not. */
static int resume(struct job *job, bool foreground)
{
	if (foreground) {
		printf("%s\n", job->command);
		fflush(stdout);
		tcsetpgrp(terminal, job->group);
		if (job->has_modes)
			tcsetattr(terminal, TCSADRAIN, &job->modes);
	}
	for (size_t i = 0; i < job->count; i++) {
		if (job->processes[i].state == PROCESS_STOPPED)
			job->processes[i].state = PROCESS_RUNNING;
	}
	to_front(job);
	kill(-job->group, SIGCONT);
	if (foreground)
		return job_wait(job);
	printf("[%d] %s\n", job->number, job->command);
	return 0;
}

int builtin_fg(int argc, char **argv)
{
	bool foreground = argv[0][0] == 'f';
	int status = 0;

	if (!options.monitor) {
		warn("%s: No job control", argv[0]);
		return 2;
	}
	poll_children();
	for (int i = argc > 1 ? 1 : 0; i < argc; i++) {
		struct job *job = find_job(argv[0], argc > 1 ? argv[i] : "%+");

		if (!job)
			return 2;
		if (job_state(job) == PROCESS_DONE || !job->group) {
			warn("%s: job has terminated", argv[0]);
			return 1;
		}
		status = resume(job, foreground);
		if (argc == 1)
			break;
	}
	return status;
}

bool any_stopped_job(void)
{
	poll_children();
	for (struct job *job = numbered(jobs); job; job = numbered(job->next)) {
		if (job_state(job) == PROCESS_STOPPED)
			return true;
	}
	return false;
}
