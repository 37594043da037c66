/*
 * init, process 1: shared declarations. Two ways of life, chosen by argv[1]: the exec channel (exec.c) and the console
 * (console.c). Single-threaded.
 */
#ifndef INIT_H
#define INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* exec.c: serves programs over the exec channel until the host ends the machine. */
_Noreturn void exec_mode(void);

/* console.c: runs argv (NULL: /etc/rc and then shells) on the console; returns when the machine should go down. */
void console_mode(char **argv);

/* mounts.c: mounts what /etc/fstab names. */
void mount_file_systems(void);

/* network.c: brings up the devices and waits, not for long, for their addresses. */
void start_network(void);

/* power.c: writes what is buffered and ends the machine; as an ordinary process it exits with `status`. */
_Noreturn void power_off(int status);

/* child.c: what a program needs to start. */
struct program {
	const char *path;
	char **argv, **envp;
	const char *directory;	/* NULL: keep */
	int in, out, err;	/* become 0, 1, 2; -1: keep */
	bool new_session;	/* else a new process group */
	bool terminal;		/* the session is controlled by the terminal that standard input is */
};

/*
 * Starts a program in a group of its own with default signals. Returns its pid, or -1 with errno when fork failed or
 * execve did, which a close-on-exec pipe tells.
 */
pid_t start_program(const struct program *program);

#endif
