/* What the subjects of the benchmark share: rows, the clock that measures them, and the way a row gives up. Each row runs in a
 * process (and process group) of its own, so that one that hangs or dies costs its own figure alone and leaves nothing behind.
 * The program is static, of musl, and the same file on every system that it compares; nothing here asks which system it is on. */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

/* One figure. A row with run() is a loop that is timed; one with value() finds its figure by itself. */
struct row {
	const char *name;		/* subject.detail, [a-z0-9_.]+ */
	const char *unit;		/* NULL: nanoseconds an operation; otherwise what value() returns */
	void (*setup)(void);		/* or NULL; not timed */
	void (*run)(unsigned long count);	/* the operation COUNT times */
	double (*value)(void);		/* instead of run() */
	unsigned long bytes;		/* that one operation moves: the figure is then nanoseconds a KiB */
	unsigned batches;		/* of which the best counts; 0: as the command line says */
	unsigned divide;		/* operations that one round of run() is; 0: one */
};

extern const struct row call_rows[], file_rows[], memory_rows[], thread_rows[], ipc_rows[], process_rows[], epoll_rows[],
	net_rows[], host_rows[], parallel_rows[], usage_rows[], program_rows[];

/* What the command line says. */
struct options {
	uint64_t batch_ns;		/* a batch takes at least this long */
	unsigned batches;		/* of a row */
	unsigned host_port;		/* where the machine's host serves; 0: nowhere */
	unsigned machine_mib;		/* memory of the machine; 0: not known */
	unsigned cpus;			/* that the parallel rows may use; 0: none, those rows are left out */
};
extern struct options options;

extern int row_process;			/* the process that a row's figure is found by */

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t now(void);

/* Leave out of the figure what happens between the two. */
void pause_clock(void);
void resume_clock(void);

/* End this row with `NAME - ERROR`; for the row's process, its threads and its children. */
_Noreturn void give_up(int error);

/* RESULT, which is not negative; otherwise the row ends with errno. */
long must(long result);

/* POINTER, which is not MAP_FAILED; otherwise the row ends with errno. */
void *must_map(void *pointer);

/* Zero, the result of a pthread function; otherwise the row ends with it. */
void must_zero(int error);

/* A child of this row; 0 in the child. It is killed when the row ends. */
int fork_child(void);

/* Wait for CHILD, which must exit with 0. */
void reap(int child);

/* The child that WORK makes of itself never returns. */
int start_child(void (*work)(void *), void *argument);

/* Read, or write, exactly SIZE bytes. The end of the stream ends a child in order, and the row with EPIPE. */
void read_fully(int fd, void *data, size_t size);
void write_fully(int fd, const void *data, size_t size);

/* Keep the calling thread on CPU. */
void pin(int cpu);

/* FD with TCP_NODELAY. */
int without_delay(int fd);

#endif
