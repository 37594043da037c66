/* time [-p] PROGRAM [ARGUMENT]...: runs a program and tells what it took. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "tool.h"

static void show(const char *label, double seconds, bool posix)
{
	if (posix)
		fprintf(stderr, "%s %.2f\n", label, seconds);
	else
		fprintf(stderr, "%s\t%dm%.3fs\n", label, (int)(seconds / 60), seconds - 60 * (int)(seconds / 60));
}

static double seconds_of(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct timespec start, end;
	struct rusage usage;
	bool posix = false;
	int status;
	pid_t pid;

	tool_name = "time";
	if (argc > 1 && !strcmp(argv[1], "-p")) {
		posix = true;
		argv++;
		argc--;
	}
	if (argc < 2)
		tool_usage("[-p] PROGRAM [ARGUMENT]...");
	clock_gettime(CLOCK_MONOTONIC, &start);
	pid = fork();
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		tool_error(argv[1]);
		_exit(errno == ENOENT ? 127 : 126);
	}
	if (pid < 0)
		tool_fail(125, "cannot fork: %s", strerror(errno));
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	while (wait4(pid, &status, 0, &usage) < 0) {
		if (errno != EINTR)
			tool_fail(125, "cannot wait: %s", strerror(errno));
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (!posix)
		fputc('\n', stderr);
	show("real", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9, posix);
	show("user", seconds_of(&usage.ru_utime), posix);
	show("sys", seconds_of(&usage.ru_stime), posix);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
