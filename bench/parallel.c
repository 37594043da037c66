/* How much faster several CPUs are than one: threads that compute, and processes that fork, each with its own share of the work.
 * The figure is the factor by which the same work per CPU is done; wall time alone can show it. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define MOST	4
#define RUNS	3
#define COMPUTE	20000000ul
#define CALLS	100000
#define FORKS	60

static void compute(void)
{
	volatile unsigned long value = 1;

	for (unsigned long i = 0; i < COMPUTE; i++)
		value = value * 3 + i;
}

static void call(void)
{
	for (int i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
}

static void fork_many(void)
{
	for (int i = 0; i < FORKS; i++) {
		int child = fork_child();

		if (child == 0)
			_exit(0);
		reap(child);
	}
}

static void *in_thread(void *work)
{
	((void (*)(void))work)();
	return NULL;
}

/* Best nanoseconds for CPUS workers of a kind. */
static uint64_t taken(void (*work)(void), int cpus, int processes)
{
	uint64_t best = UINT64_MAX;

	for (int run = 0; run < RUNS; run++) {
		pthread_t threads[MOST];
		int children[MOST];
		uint64_t start = now();

		for (int i = 0; i < cpus; i++) {
			if (!processes) {
				must_zero(pthread_create(&threads[i], NULL, in_thread, work));
			} else if ((children[i] = fork_child()) == 0) {
				work();
				_exit(0);
			}
		}
		for (int i = 0; i < cpus; i++) {
			if (processes)
				reap(children[i]);
			else
				must_zero(pthread_join(threads[i], NULL));
		}
		if (now() - start < best)
			best = now() - start;
	}
	return best;
}

static double speed_up(void (*work)(void), unsigned cpus, int processes)
{
	cpu_set_t set;

	if (options.cpus < cpus)
		give_up(ENODEV);
	must(sched_getaffinity(0, sizeof(set), &set));
	if (CPU_COUNT(&set) < (int)cpus)
		give_up(ENODEV);
	return (double)cpus * taken(work, 1, processes) / taken(work, cpus, processes);
}

#define ROW(name, work, cpus, processes) static double name(void) { return speed_up(work, cpus, processes); }
ROW(compute_2, compute, 2, 0)
ROW(compute_4, compute, 4, 0)
ROW(calls_2, call, 2, 0)
ROW(calls_4, call, 4, 0)
ROW(forks_2, fork_many, 2, 1)
ROW(forks_4, fork_many, 4, 1)

const struct row parallel_rows[] = {
	{ .name = "parallel.compute_2", .unit = "x", .value = compute_2 },
	{ .name = "parallel.compute_4", .unit = "x", .value = compute_4 },
	{ .name = "parallel.calls_2", .unit = "x", .value = calls_2 },
	{ .name = "parallel.calls_4", .unit = "x", .value = calls_4 },
	{ .name = "parallel.forks_2", .unit = "x", .value = forks_2 },
	{ .name = "parallel.forks_4", .unit = "x", .value = forks_4 },
	{ 0 }
};
