/*
 * ldd FILE...: the libraries that each program or library would be loaded with, a line each, as the dynamic linker finds
 * them; it asks ld-astra, which runs nothing of them. Status 1 when one is missing or a file is not dynamic.
 */
#include <sys/wait.h>

#include "tool.h"

#define LINKER "/lib/ld-astra.so.1"

static int list(char *file)
{
	int status = 1;
	pid_t child = fork();

	if (!child) {
		execl(LINKER, LINKER, "--list", file, (char *)NULL);
		tool_error(LINKER);
		_exit(126);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0) {
		tool_error(file);
		return 1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	int failed = 0;

	tool_name = "ldd";
	if (argc < 2) {
		fprintf(stderr, "usage: ldd FILE...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		if (argc > 2)
			printf("%s:\n", argv[i]);
		fflush(stdout);
		failed |= list(argv[i]) != 0;
	}
	return failed ? 1 : 0;
}
