/* For the tests of the linker: paths beside the test program, and running the program itself once more. */
#ifndef SELF_H
#define SELF_H

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/* DIRECTORY-OF-THE-PROGRAM/tail; the text is never freed. */
static inline char *beside(const char *tail)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *result;

	if (n < 0)
		n = 0;
	path[n] = 0;
	result = malloc((size_t)n + strlen(tail) + 2);
	strcpy(result, path);
	strcpy(strrchr(result, '/') ? strrchr(result, '/') + 1 : result, tail);
	return result;
}

/*
 * Runs this program with one argument and one more environment string (or NULL); what it wrote to stdout and stderr goes
 * to `output`, and its wait status is returned.
 */
static inline int run_self(const char *argument, const char *setting, char *output, size_t size)
{
	int ends[2], status = -1;
	size_t used = 0;
	ssize_t n;
	pid_t child;

	if (pipe(ends) || (child = fork()) < 0)
		return -1;
	if (!child) {
		char *name = setting ? strdup(setting) : NULL;

		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		if (name) {
			*strchr(name, '=') = 0;
			setenv(name, strchr(setting, '=') + 1, 1);
		}
		execl("/proc/self/exe", "self", argument, (char *)NULL);
		_exit(126);
	}
	close(ends[1]);
	while (used + 1 < size && (n = read(ends[0], output + used, size - 1 - used)) > 0)
		used += (size_t)n;
	output[used] = 0;
	close(ends[0]);
	waitpid(child, &status, 0);
	return status;
}

#endif
