/* Processes: fork, exec, spawn, the shell, and how long a dynamic program takes from exec to main. */
#define _GNU_SOURCE
#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static char *const no_environment[] = { NULL };

static void fork_wait(unsigned long count)
{
	while (count--) {
		int child = fork_child();

		if (child == 0)
			_exit(0);
		reap(child);
	}
}

static void execute(char *const *argv)
{
	int child = fork_child();

	if (child == 0) {
		execve(argv[0], argv, no_environment);
		give_up(errno);
	}
	reap(child);
}

static void exec_static(unsigned long count)
{
	while (count--)
		execute((char *[]){ "/bench/true", NULL });
}

static void exec_dynamic(unsigned long count)
{
	while (count--)
		execute((char *[]){ "/bench/true-musl", NULL });
}

static void shell(unsigned long count)
{
	while (count--)
		execute((char *[]){ "/bin/busybox", "sh", "-c", "true", NULL });
}

static void spawn(unsigned long count)
{
	char *const argv[] = { "/bench/true", NULL };

	while (count--) {
		pid_t child;

		must_zero(posix_spawn(&child, argv[0], NULL, NULL, argv, no_environment));
		reap(child);
	}
}

/* Nanoseconds from before execve to main of PROGRAM, which writes the time that it sees to its standard output. */
static uint64_t start_of(char *program)
{
	uint64_t before, reached;
	int pipes[2], child;

	must(pipe(pipes));
	child = fork_child();
	if (child == 0) {
		must(dup2(pipes[1], 1));
		before = now();
		write_fully(1, &before, sizeof(before));	/* its own cost, a pipe's write, is in the figure everywhere */
		execve(program, (char *[]){ program, NULL }, no_environment);
		_exit(1);
	}
	read_fully(pipes[0], &before, sizeof(before));
	close(pipes[1]);
	if (read(pipes[0], &reached, sizeof(reached)) != sizeof(reached))
		give_up(ENOENT);
	close(pipes[0]);
	reap(child);
	return reached - before;
}

static double best_start(char *program)
{
	uint64_t best = UINT64_MAX;

	if (access(program, X_OK) != 0)
		give_up(ENOENT);
	for (unsigned i = 0; i < options.batches; i++) {
		uint64_t taken = start_of(program);

		if (taken < best)
			best = taken;
	}
	return best;
}

#define START(name, program) static double name(void) { return best_start(program); }
START(start_static, "/bench/start")
START(start_musl_0, "/bench/start-musl-0")
START(start_musl_1, "/bench/start-musl-1")
START(start_musl_10, "/bench/start-musl-10")
START(start_astra_0, "/bench/start-astra-0")
START(start_astra_1, "/bench/start-astra-1")
START(start_astra_10, "/bench/start-astra-10")

const struct row process_rows[] = {
	{ .name = "process.fork", .run = fork_wait },
	{ .name = "process.exec_static", .run = exec_static },
	{ .name = "process.exec_dynamic", .run = exec_dynamic },
	{ .name = "process.spawn", .run = spawn },
	{ .name = "process.shell", .run = shell },
	{ .name = "start.static", .unit = "ns", .value = start_static },
	{ .name = "start.musl_0", .unit = "ns", .value = start_musl_0 },
	{ .name = "start.musl_1", .unit = "ns", .value = start_musl_1 },
	{ .name = "start.musl_10", .unit = "ns", .value = start_musl_10 },
	{ .name = "start.astra_0", .unit = "ns", .value = start_astra_0 },
	{ .name = "start.astra_1", .unit = "ns", .value = start_astra_1 },
	{ .name = "start.astra_10", .unit = "ns", .value = start_astra_10 },
	{ 0 }
};
