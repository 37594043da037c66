/*
 * Threads that do at random what a program may do, with what must stay true checked:
 *
 *	soak SECONDS [SEED]
 *
 * Eight workers lock, wait, signal, fork, exec, map, unmap, allocate, cancel and end, and are made anew. Each operation has an
 * invariant of its own; a worker that does nothing for a minute counts as a lost wake-up. The run takes place in a child, after a
 * short one that fills the kernel's caches; on ASTRA the machine must afterwards have as much memory and as many tasks as before.
 * The seed is printed first. Builds with any C library; exit status 0 when all held.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORKERS  8
#define ACCOUNTS 6
#define STUCK    60		/* seconds */
#define LEAK     (6ul << 20)	/* bytes of free memory that may be missing, whatever the length of the run */
#define PAGE     4096ul

/* [a] atomic, [s] slots_lock, [w] the worker itself */
struct worker {
	pthread_t thread;	/* [s] */
	bool alive;		/* [s] its thread may be sent signals */
	bool running;		/* main's: to be joined */
	int ended;		/* [a] */
	unsigned long operations;	/* [a] */
	const char *operation;	/* [a] what it is at */
	uint64_t random;	/* [w] */
};

static struct worker workers[WORKERS];
static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;
static volatile bool stopping;
static _Thread_local struct worker *self;
static unsigned long signals_seen;

#define REQUIRE(condition)                                                                               \
	do {                                                                                             \
		if (!(condition))                                                                        \
			fail(#condition, __LINE__);                                                      \
	} while (0)

static void fail(const char *what, int line)
{
	fprintf(stderr, "soak: line %d: %s does not hold (errno %d)\n", line, what, errno);
	_exit(1);
}

static uint64_t roll(uint64_t below)
{
	uint64_t x = self->random;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	self->random = x;
	return (x >> 8) % below;
}

static struct timespec in_a_moment(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += (long)roll(3000000);
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

/* ---- Locks ---- */

static pthread_mutex_t account_locks[ACCOUNTS];
static long accounts[ACCOUNTS];

/* Money moves, the sum stays. */
static void transfer(void)
{
	size_t a = roll(ACCOUNTS), b = roll(ACCOUNTS), swap = a;
	long amount = (long)roll(100);

	if (a == b)
		return;
	if (a > b) {
		a = b;
		b = swap;
	}
	REQUIRE(pthread_mutex_lock(&account_locks[a]) == 0);
	REQUIRE(pthread_mutex_lock(&account_locks[b]) == 0);
	accounts[a] -= amount;
	if (!roll(16))
		sched_yield();
	accounts[b] += amount;
	REQUIRE(pthread_mutex_unlock(&account_locks[b]) == 0);
	REQUIRE(pthread_mutex_unlock(&account_locks[a]) == 0);
}

static void audit(void)
{
	long sum = 0;

	for (int i = 0; i < ACCOUNTS; i++)
		REQUIRE(pthread_mutex_lock(&account_locks[i]) == 0);
	for (int i = 0; i < ACCOUNTS; i++)
		sum += accounts[i];
	for (int i = ACCOUNTS; i--;)
		REQUIRE(pthread_mutex_unlock(&account_locks[i]) == 0);
	REQUIRE(sum == 0);
}

static pthread_rwlock_t twins_lock = PTHREAD_RWLOCK_INITIALIZER;
static long twins[2];

static void twins_agree(void)
{
	struct timespec deadline = in_a_moment();
	bool writing = !roll(4);
	int error;

	if (roll(2))
		error = writing ? pthread_rwlock_wrlock(&twins_lock) : pthread_rwlock_rdlock(&twins_lock);
	else
		error = writing ? pthread_rwlock_timedwrlock(&twins_lock, &deadline)
				: pthread_rwlock_timedrdlock(&twins_lock, &deadline);
	if (error == ETIMEDOUT)
		return;
	REQUIRE(error == 0);
	REQUIRE(twins[0] == twins[1]);
	if (writing) {
		twins[0]++;
		if (!roll(16))
			sched_yield();
		twins[1]++;
	}
	REQUIRE(pthread_rwlock_unlock(&twins_lock) == 0);
}

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_filled = PTHREAD_COND_INITIALIZER;
static long queued, given, taken;

/* What is given is taken or still queued. */
static void give(void)
{
	REQUIRE(pthread_mutex_lock(&queue_lock) == 0);
	queued++;
	given++;
	REQUIRE((roll(4) ? pthread_cond_signal(&queue_filled) : pthread_cond_broadcast(&queue_filled)) == 0);
	REQUIRE(pthread_mutex_unlock(&queue_lock) == 0);
}

static void take(void)
{
	struct timespec deadline = in_a_moment();

	REQUIRE(pthread_mutex_lock(&queue_lock) == 0);
	while (!queued && pthread_cond_timedwait(&queue_filled, &queue_lock, &deadline) == 0)
		;
	if (queued) {
		queued--;
		taken++;
	}
	REQUIRE(given == taken + queued);
	REQUIRE(pthread_mutex_unlock(&queue_lock) == 0);
}

/* ---- Signals, ends and cancellation ---- */

static void handle(int sig)
{
	REQUIRE(self >= workers && self < workers + WORKERS);
	__atomic_add_fetch(&signals_seen, 1, __ATOMIC_RELAXED);
}

static void send_signal(void)
{
	struct worker *target = &workers[roll(WORKERS)];

	pthread_mutex_lock(&slots_lock);
	if (target->alive)
		REQUIRE(pthread_kill(target->thread, roll(2) ? SIGUSR1 : SIGRTMIN + 3) == 0);
	pthread_mutex_unlock(&slots_lock);
}

static void *sleep_in_pipe(void *end)
{
	char c;

	while (read(*(int *)end, &c, 1) != 0)
		;
	return end;
}

/* A thread that sleeps in a point and is cancelled, or finds the end of the pipe. All signals are blocked in it. */
static void cancel_one(void)
{
	sigset_t all, old;
	pthread_t thread;
	void *result;
	int fds[2];

	REQUIRE(pipe(fds) == 0);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	REQUIRE(pthread_create(&thread, NULL, sleep_in_pipe, &fds[0]) == 0);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (roll(2))
		usleep((unsigned)roll(500));
	if (roll(2)) {
		REQUIRE(pthread_cancel(thread) == 0);
		REQUIRE(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
		close(fds[1]);
	} else {
		close(fds[1]);
		REQUIRE(pthread_join(thread, &result) == 0 && result == &fds[0]);
	}
	close(fds[0]);
}

/* ---- Processes ---- */

static void reap(pid_t pid, int want)
{
	int status;

	while (waitpid(pid, &status, 0) != pid)
		REQUIRE(errno == EINTR);
	REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == want);
}

/* The child of a program whose threads hold locks has a heap, and memory of its own. */
static void fork_one(void)
{
	volatile int mine = 1;
	pid_t pid = fork();

	REQUIRE(pid >= 0);
	if (pid == 0) {
		char *block = malloc(100 + roll(5000));

		mine = 2;
		memset(block, 1, 100);
		free(block);
		_exit(mine == 2 ? 42 : 1);
	}
	mine += 10;
	reap(pid, 42);
	REQUIRE(mine == 11);
}

static void exec_one(void)
{
	char number[16];
	int code = (int)roll(100);
	pid_t pid;

	snprintf(number, sizeof(number), "%d", code);
	pid = fork();
	REQUIRE(pid >= 0);
	if (pid == 0) {
		execl("/proc/self/exe", "soak", "exit", number, (char *)NULL);
		_exit(127);
	}
	reap(pid, code);
}

/* ---- Memory ---- */

static void map_one(void)
{
	size_t pages = 1 + roll(32), cut = roll(pages);
	char *memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char mark = (char)roll(128);

	REQUIRE(memory != MAP_FAILED);
	for (size_t i = 0; i < pages; i++) {
		REQUIRE(memory[i * PAGE] == 0);
		memory[i * PAGE] = mark;
	}
	REQUIRE(mprotect(memory, pages * PAGE, PROT_READ) == 0);
	for (size_t i = 0; i < pages; i++)
		REQUIRE(memory[i * PAGE] == mark);
	if (cut)
		REQUIRE(munmap(memory, cut * PAGE) == 0);
	REQUIRE(madvise(memory + cut * PAGE, (pages - cut) * PAGE, MADV_DONTNEED) == 0);
	REQUIRE(memory[cut * PAGE] == 0);
	REQUIRE(munmap(memory + cut * PAGE, (pages - cut) * PAGE) == 0);
}

static void allocate(void)
{
	unsigned char *blocks[16];
	size_t sizes[16];

	for (int i = 0; i < 16; i++) {
		sizes[i] = 1 + roll(roll(8) ? 500 : 50000);
		blocks[i] = malloc(sizes[i]);
		REQUIRE(blocks[i]);
		memset(blocks[i], i, sizes[i]);
	}
	for (int i = 0; i < 16; i++) {
		REQUIRE(blocks[i][0] == i && blocks[i][sizes[i] - 1] == i);
		free(blocks[i]);
	}
}

static void through_pipe(void)
{
	unsigned char out[64], in[64];
	int fds[2];

	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)roll(256);
	REQUIRE(pipe2(fds, O_CLOEXEC) == 0);
	REQUIRE(write(fds[1], out, sizeof(out)) == sizeof(out));
	REQUIRE(read(fds[0], in, sizeof(in)) == sizeof(in));
	REQUIRE(!memcmp(in, out, sizeof(in)));
	close(fds[0]);
	close(fds[1]);
}

static void move(void)
{
	cpu_set_t set;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	CPU_ZERO(&set);
	CPU_SET((int)roll((uint64_t)cpus), &set);
	if (roll(4))
		memset(&set, 0xff, sizeof(set));
	REQUIRE(pthread_setaffinity_np(pthread_self(), sizeof(set), &set) == 0);
	sched_yield();
}

static void nap(void)
{
	usleep((unsigned)roll(2000));
}

/* ---- The workers ---- */

static const struct {
	const char *name;
	void (*run)(void);
	unsigned weight;
} operations[] = {
	{ "transfer", transfer, 40 }, { "audit", audit, 4 }, { "rwlock", twins_agree, 20 }, { "give", give, 10 },
	{ "take", take, 10 }, { "signal", send_signal, 10 }, { "cancel", cancel_one, 2 }, { "fork", fork_one, 1 },
	{ "exec", exec_one, 1 }, { "map", map_one, 8 }, { "allocate", allocate, 10 }, { "pipe", through_pipe, 6 },
	{ "affinity", move, 2 }, { "nap", nap, 4 },
};

#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void operate(void)
{
	unsigned total = 0, at = 0, pick;

	for (size_t i = 0; i < OPERATIONS; i++)
		total += operations[i].weight;
	for (pick = (unsigned)roll(total); pick >= operations[at].weight; at++)
		pick -= operations[at].weight;
	__atomic_store_n(&self->operation, operations[at].name, __ATOMIC_RELAXED);
	operations[at].run();
	__atomic_add_fetch(&self->operations, 1, __ATOMIC_RELAXED);
}

static void *work(void *argument)
{
	self = argument;
	pthread_mutex_lock(&slots_lock);
	self->thread = pthread_self();
	self->alive = true;
	pthread_mutex_unlock(&slots_lock);
	for (uint64_t left = roll(400); left && !stopping; left--)
		operate();
	pthread_mutex_lock(&slots_lock);
	self->alive = false;
	pthread_mutex_unlock(&slots_lock);
	__atomic_store_n(&self->ended, 1, __ATOMIC_RELEASE);
	if (roll(2))
		pthread_exit(argument);
	return argument;
}

static void start_worker(struct worker *worker)
{
	pthread_t thread;

	worker->ended = 0;
	REQUIRE(pthread_create(&thread, NULL, work, worker) == 0);
	pthread_mutex_lock(&slots_lock);
	worker->thread = thread;
	pthread_mutex_unlock(&slots_lock);
	worker->running = true;
}

static void join_worker(struct worker *worker)
{
	void *result;

	REQUIRE(pthread_join(worker->thread, &result) == 0 && result == worker);
	worker->running = false;
}

static time_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* Ends the run when a worker does nothing for too long. */
static void watch(void)
{
	static unsigned long seen[WORKERS];
	static time_t since[WORKERS];

	for (int i = 0; i < WORKERS; i++) {
		unsigned long done = __atomic_load_n(&workers[i].operations, __ATOMIC_RELAXED);

		if (done != seen[i] || !since[i]) {
			seen[i] = done;
			since[i] = now();
		} else if (now() - since[i] > STUCK) {
			fprintf(stderr, "soak: worker %d is stuck in '%s'\n", i, workers[i].operation);
			_exit(1);
		}
	}
}

static void set_up(uint64_t seed)
{
	struct sigaction action = { .sa_handler = handle };
	pthread_mutexattr_t attr;

	for (int i = 0; i < ACCOUNTS; i++) {
		pthread_mutexattr_init(&attr);
		pthread_mutexattr_settype(&attr, i % 3);
		pthread_mutex_init(&account_locks[i], &attr);
	}
	action.sa_flags = SA_RESTART;
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGRTMIN + 3, &action, NULL);
	for (int i = 0; i < WORKERS; i++)
		workers[i].random = seed * 0x9e3779b97f4a7c15ull + (uint64_t)i * 0xbf58476d1ce4e5b9ull + 1;
}

/* In a process of its own. */
static void run(time_t seconds, uint64_t seed)
{
	time_t end = now() + seconds;
	unsigned long total = 0;

	set_up(seed);
	self = &workers[0];
	while (now() < end) {
		for (int i = 0; i < WORKERS; i++) {
			if (workers[i].running && __atomic_load_n(&workers[i].ended, __ATOMIC_ACQUIRE))
				join_worker(&workers[i]);
			if (!workers[i].running)
				start_worker(&workers[i]);
		}
		watch();
		usleep(2000);
	}
	stopping = true;
	for (int i = 0; i < WORKERS; i++) {
		while (workers[i].running && !__atomic_load_n(&workers[i].ended, __ATOMIC_ACQUIRE)) {
			watch();
			usleep(2000);
		}
		if (workers[i].running)
			join_worker(&workers[i]);
		total += workers[i].operations;
	}
	audit();
	REQUIRE(given == taken + queued && twins[0] == twins[1]);
	printf("soak: %lu operations, %lu signals\n", total, signals_seen);
	fflush(stdout);
	_exit(0);
}

static int run_in_child(time_t seconds, uint64_t seed)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		run(seconds, seed);
	while (waitpid(pid, &status, 0) != pid)
		;
	if (status == 0)
		return 0;
	fprintf(stderr, "soak: the run ended with wait status 0x%x\n", (unsigned)status);
	return 1;
}

/* What the dead leave is freed a moment later. */
static struct sysinfo quiet_machine(void)
{
	struct sysinfo info;

	usleep(500000);
	sysinfo(&info);
	return info;
}

int main(int argc, char **argv)
{
	uint64_t seed;
	struct sysinfo before, after;
	long missing;

	if (argc == 3 && !strcmp(argv[1], "exit"))
		return atoi(argv[2]);
	if (argc < 2) {
		fprintf(stderr, "usage: soak SECONDS [SEED]\n");
		return 2;
	}
	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL) ^ (uint64_t)getpid() << 32;
	printf("soak: %s seconds, seed %llu\n", argv[1], (unsigned long long)seed);
	fflush(stdout);
	if (run_in_child(3, seed + 1))
		return 1;
	before = quiet_machine();
	if (run_in_child(atol(argv[1]), seed))
		return 1;
	after = quiet_machine();
	missing = (long)(before.freeram * before.mem_unit) - (long)(after.freeram * after.mem_unit);
	printf("soak: %ld KiB less free, tasks %d before and %d after\n", missing >> 10, before.procs, after.procs);
	if (access("/proc/astra", F_OK) == 0 && (missing > (long)LEAK || after.procs > before.procs)) {
		fprintf(stderr, "soak: memory or tasks are missing\n");
		return 1;
	}
	return 0;
}
