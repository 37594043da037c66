/* The benchmark: prints `row value unit` for each row of the subjects, or `row - ERROR` where the system refuses a call.
 *
 *     bench [--rows PATTERN]… [--batch-us N] [--batches N] [--host-port N] [--machine-mib N] [--cpus N] [--list]
 *
 * PATTERN is a shell pattern of row names. A figure is the best of several batches: it leaves out timer ticks and, where time is
 * wall time, the other programs of a busy machine. A batch is as many operations as fill its time; where guest time counts
 * instructions every run prints the same. */
#define _GNU_SOURCE
#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define ROW_SECONDS	60		/* after which a row has hung */
#define PATTERNS	64
#define SETTLE_NS	20000000	/* for the console to be done with the last line before the next row */

struct options options = { .batch_ns = 2000000, .batches = 9 };

/* The subjects in the order of their rows; one that needs an option is left out without it. */
static const struct {
	const struct row *rows;
	const unsigned *needs;
} subjects[] = {
	{ call_rows, NULL }, { file_rows, NULL }, { memory_rows, NULL }, { thread_rows, NULL }, { ipc_rows, NULL },
	{ process_rows, NULL }, { epoll_rows, NULL }, { net_rows, NULL }, { host_rows, &options.host_port },
	{ parallel_rows, &options.cpus }, { usage_rows, NULL }, { program_rows, NULL },
};

static const char *patterns[PATTERNS];
static int pattern_count;
static const struct row *current;
int row_process;
static uint64_t excluded, paused_at;

uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void pause_clock(void)
{
	paused_at = now();
}

void resume_clock(void)
{
	excluded += now() - paused_at;
}

static const char *error_name(int error)
{
	static const struct { int number; const char *name; } names[] = {
		{ ENOSYS, "ENOSYS" }, { EAFNOSUPPORT, "EAFNOSUPPORT" }, { EPROTONOSUPPORT, "EPROTONOSUPPORT" },
		{ ENOENT, "ENOENT" },
		{ EINVAL, "EINVAL" }, { EPERM, "EPERM" }, { ENOMEM, "ENOMEM" }, { ECONNREFUSED, "ECONNREFUSED" },
		{ EMFILE, "EMFILE" }, { ENODEV, "ENODEV" }, { EOPNOTSUPP, "EOPNOTSUPP" }, { ENETUNREACH, "ENETUNREACH" },
		{ ETIMEDOUT, "ETIMEDOUT" }, { ECHILD, "ECHILD" }, { EAGAIN, "EAGAIN" }, { EPIPE, "EPIPE" },
	};
	static char other[16];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == error)
			return names[i].name;
	snprintf(other, sizeof(other), "E%d", error);
	return other;
}

void give_up(int error)
{
	char text[160];
	int length = snprintf(text, sizeof(text), "%s - %s\n", current->name, error_name(error));

	if (write(1, text, length) != length)
		_exit(2);
	kill(row_process, SIGKILL);	/* when a child or a thread gives up, the row does */
	_exit(1);
}

/* Nanoseconds of COUNT rounds, without what the row left out. */
static uint64_t timed(const struct row *row, unsigned long count)
{
	uint64_t start;

	excluded = 0;
	start = now();
	row->run(count);
	return now() - start - excluded;
}

/* The least number of rounds that fill a batch. */
static unsigned long calibrate(const struct row *row)
{
	unsigned long count = 1;

	for (;;) {
		uint64_t taken = timed(row, count);

		if (taken >= options.batch_ns)
			return count;
		if (taken < options.batch_ns / 10)
			count *= 10;
		else
			count = (double)count * options.batch_ns / taken * 1.1 + 1;
	}
}

static double best_of(const struct row *row)
{
	unsigned batches = row->batches ? row->batches : options.batches;
	unsigned long count = row->batches ? 1 : calibrate(row);
	uint64_t best = UINT64_MAX;
	double scale;

	for (unsigned i = 0; i < batches; i++) {
		uint64_t taken = timed(row, count);

		if (taken < best)
			best = taken;
	}
	scale = row->divide ? row->divide : 1;
	if (row->bytes)
		scale *= row->bytes / 1024.0;
	return best / scale / count;
}

/* The body of the row's own process. */
static _Noreturn void measure(const struct row *row)
{
	const char *unit = row->unit ? row->unit : row->bytes ? "ns/KiB" : "ns";
	double value;

	row_process = getpid();
	setpgid(0, 0);
	alarm(ROW_SECONDS);
	if (row->setup)
		row->setup();
	value = row->value ? row->value() : best_of(row);
	printf("%s %.2f %s\n", row->name, value, unit);
	fflush(stdout);
	_exit(0);
}

static void run_row(const struct row *row)
{
	const struct timespec settle = { .tv_nsec = SETTLE_NS };
	int status;
	int child;

	current = row;
	nanosleep(&settle, NULL);
	child = fork();
	if (child == 0)
		measure(row);
	if (child < 0 || waitpid(child, &status, 0) != child) {
		printf("%s - %s\n", row->name, error_name(errno));
	} else {
		kill(-child, SIGKILL);
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
			printf("%s - TIMEOUT\n", row->name);
		else if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
			printf("%s - SIGNAL%d\n", row->name, WTERMSIG(status));
	}
	fflush(stdout);
	while (waitpid(-1, NULL, WNOHANG) > 0)	/* the row's orphans, when this is the first process or a subreaper */
		;
}

static int wanted(const struct row *row)
{
	for (int i = 0; i < pattern_count; i++)
		if (fnmatch(patterns[i], row->name, 0) == 0)
			return 1;
	return pattern_count == 0;
}

static unsigned number(const char *word, const char *text)
{
	char *end;
	unsigned long value = text ? strtoul(text, &end, 10) : 0;

	if (!text || *end || !*text) {
		fprintf(stderr, "bench: %s takes a number\n", word);
		exit(2);
	}
	return value;
}

/* Returns whether the rows are only to be listed. */
static int parse(char **argv)
{
	int list = 0;

	while (*++argv) {
		const char *word = *argv;

		if (strcmp(word, "--list") == 0) {
			list = 1;
			continue;
		}
		argv++;
		if (strcmp(word, "--rows") == 0 && *argv && pattern_count < PATTERNS)
			patterns[pattern_count++] = *argv;
		else if (strcmp(word, "--batch-us") == 0)
			options.batch_ns = number(word, *argv) * 1000ull;
		else if (strcmp(word, "--batches") == 0)
			options.batches = number(word, *argv);
		else if (strcmp(word, "--host-port") == 0)
			options.host_port = number(word, *argv);
		else if (strcmp(word, "--machine-mib") == 0)
			options.machine_mib = number(word, *argv);
		else if (strcmp(word, "--cpus") == 0)
			options.cpus = number(word, *argv);
		else {
			fprintf(stderr, "bench: %s: not an option\n", word);
			exit(2);
		}
	}
	return list;
}

int main(int argc, char **argv)
{
	int list = parse(argv);

	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		for (const struct row *row = subjects[i].rows; row->name; row++) {
			if (!wanted(row) || (!list && subjects[i].needs && *subjects[i].needs == 0))
				continue;
			if (list)
				puts(row->name);
			else
				run_row(row);
		}
	}
	if (!list)
		puts("bench: done");
	return 0;
}
