/* What is mounted beside the kernel's own file systems: the lines of /etc/fstab, by mount -a. Called once, at the start. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"

void mount_file_systems(void)
{
	static char *argv[] = { "/sbin/mount", "-a", NULL }, *environment[] = { NULL };
	const struct program program = {
		.path = argv[0], .argv = argv, .envp = environment, .in = -1, .out = -1, .err = -1,
	};
	pid_t pid;

	if (access("/etc/fstab", R_OK) < 0)
		return;
	pid = start_program(&program);
	if (pid < 0)
		fprintf(stderr, "init: %s: %s\n", argv[0], strerror(errno));
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}
