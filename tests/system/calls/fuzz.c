/*
 * Random system calls by threads and processes that race, after which the machine must live and have as much memory as before:
 *
 *	fuzz SECONDS [SEED [THREADS [print]]]
 *
 * Calls come from abi/syscalls.def, their arguments from arguments.c, what they work on from plant.c. A round is a session of its
 * own in a new tmpfs, for half a second, alternately root's and user 1000's; then everything that came of it is killed, and must
 * end within a minute. The supervisor holds no memory that a round can reach but the counters, which a fourth argument prints.
 * Only for ASTRA: as root it would mount, set clocks and change addresses elsewhere just the same. The seed of each round is
 * printed; exit status 0 when all held.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SCRATCH	    "/fuzz"
#define ROUND_TIME  500		/* milliseconds */
#define STUCK	    60000	/* milliseconds */
#define LEAK	    (4l << 20)	/* bytes of free memory that may be missing, whatever the length of the run */
#define MAX_THREADS 8
#define MAX_FORKS   100		/* in a round */
#define CHILD_CALLS 60

struct shared *shared;
static _Thread_local struct worker *self;
static const struct worker *volatile workers[MAX_THREADS];	/* of the round's first process */
static unsigned threads = 3;
static unsigned total_weight;

uint64_t draw(struct worker *w, uint64_t below)
{
	uint64_t x = w->random;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	w->random = x;
	return (x >> 8) % below;
}

long raw_call(long number, const uint64_t *a)
{
	register uint64_t r10 __asm__("r10") = a[3], r8 __asm__("r8") = a[4], r9 __asm__("r9") = a[5];
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* A call that may return twice; the one that has 0 goes on in born(), on whatever stack it was given,
	and does not come back. */
long fork_call(long number, const uint64_t *a);
__attribute__((noreturn, used)) void born(void);
__asm__(".text\nfork_call:\n"
	"mov %rdi, %rax\n mov %rsi, %r11\n mov 0(%r11), %rdi\n mov 8(%r11), %rsi\n mov 16(%r11), %rdx\n"
	"mov 24(%r11), %r10\n mov 32(%r11), %r8\n mov 40(%r11), %r9\n syscall\n test %rax, %rax\n jnz 1f\n"
	"xor %ebp, %ebp\n and $-16, %rsp\n call born\n1: ret\n");

static bool forks(const char *name)
{
	return !strcmp(name, "fork") || !strcmp(name, "vfork") || !strcmp(name, "clone") || !strcmp(name, "clone3");
}

static const struct call *draw_call(struct worker *w)
{
	uint64_t pick = draw(w, total_weight);
	size_t at = 0;

	while (pick >= calls[at].weight)
		pick -= calls[at++].weight;
	return &calls[at];
}

static void enlist(long pid)
{
	shared->pids[__atomic_fetch_add(&shared->next_pid, 1, __ATOMIC_RELAXED) % PIDS] = (uint32_t)pid;
}

/* The child of a clone that shares memory needs a stack; so does the arena's other life,
	which is why it is taken from there. */
static long fork_one(struct worker *w, const struct call *call, uint64_t *values)
{
	long result;

	if (__atomic_fetch_add(&shared->forks, 1, __ATOMIC_RELAXED) >= MAX_FORKS)
		return 0;
	if (!strcmp(call->name, "clone"))
		values[1] = values[0] & CLONE_VM || draw(w, 2) ? ARENA + (1 + draw(w, ARENA_PAGES)) * PAGE : 0;
	if (!strcmp(call->name, "clone3")) {
		volatile uint64_t *args = (uint64_t *)(ARENA + draw(w, ARENA_PAGES) * PAGE);

		memset((void *)args, 0, 88);
		args[0] = draw(w, 2) ? 0 : (draw(w, 2) ? CLONE_VM | CLONE_SIGHAND | CLONE_THREAD : CLONE_PIDFD | CLONE_FILES);
		args[1] = args[2] = args[3] = (uint64_t)args + 512;
		args[4] = args[0] & CLONE_THREAD ? 0 : SIGCHLD;
		args[5] = args[0] & CLONE_VM ? ARENA : 0;
		args[6] = args[0] & CLONE_VM ? ARENA_PAGES * PAGE : 0;
		args[8 + draw(w, 3)] = draw(w, 4) ? 0 : draw_value(w);
		values[0] = (uint64_t)args;
		values[1] = draw(w, 8) ? 88 : draw_value(w);
	}
	result = fork_call(call->number, values);
	if (result > 0)
		enlist(result);
	return result;
}

static void one_call(struct worker *w)
{
	const struct call *call = draw_call(w);
	uint64_t values[MAX_ARGUMENTS];
	long result;

	for (unsigned i = call->count; i < MAX_ARGUMENTS; i++)
		values[i] = draw_value(w);
	choose_arguments(w, call, values);
	w->calls++;
	__atomic_add_fetch(&shared->done[call->number], 1, __ATOMIC_RELAXED);
	result = forks(call->name) ? fork_one(w, call, values) : raw_call(call->number, values);
	if (result >= 0)
		__atomic_add_fetch(&shared->succeeded[call->number], 1, __ATOMIC_RELAXED);
}

static void on_fault(int signal)
{
	(void)signal;
	if (self && self->tid == (int)syscall(SYS_gettid))
		siglongjmp(self->fault, 1);
	syscall(SYS_exit_group, 1);
}

static void on_pester(int signal)
{
	(void)signal;
}

static void handle(int signal, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	sigaction(signal, &action, NULL);
}

/* Else a worker would soon block all of them and then sleep. */
static void listen_to_signals(void)
{
	uint64_t none = 0;

	raw_call(SYS_rt_sigprocmask, (uint64_t[]){ SIG_SETMASK, (uint64_t)&none, 0, 8, 0, 0 });
	handle(SIGUSR1, on_pester, 0);
	handle(SIGSEGV, on_fault, SA_NODEFER);
	handle(SIGBUS, on_fault, SA_NODEFER);
}

/* Until the round is over. */
static void operate(struct worker *w)
{
	self = w;
	if (sigsetjmp(w->fault, 1))
		plant_memory(w);
	for (;;) {
		if (!draw(w, 8))
			plant_descriptor(w);
		if (!draw(w, 24))
			plant_memory(w);
		one_call(w);
		if (!draw(w, 4))
			listen_to_signals();
	}
}

void born(void)
{
	struct worker w = { .random = 88172645463325252ull, .tid = (int)syscall(SYS_gettid) };

	w.random ^= (uint64_t)w.tid << 20;
	for (unsigned i = 0; i < CHILD_CALLS; i++)	/* without a place to come back to: a fault ends it */
		one_call(&w);
	syscall(draw(&w, 2) ? SYS_exit : SYS_exit_group, 0);
	__builtin_trap();
}

static uint64_t seeds[MAX_THREADS];

static void *work(void *argument)
{
	struct worker w = { .random = *(uint64_t *)argument, .tid = (int)syscall(SYS_gettid) };

	enlist(w.tid);
	workers[(uint64_t *)argument - seeds] = &w;
	operate(&w);
	return NULL;
}

/* Calls that sleep are interrupted: the workers' when they were the same at the last look, other processes' now and then. */
static void *pester(void *argument)
{
	struct timespec nap = { 0, 2000000 };
	static const uint8_t pesters[8] = { SIGUSR1, SIGUSR2, SIGHUP, SIGUSR1, SIGALRM, 40, SIGUSR1, 50 };
	uint64_t seen[MAX_THREADS] = { 0 };
	int own = getpid();

	for (unsigned i = 0;; i++) {
		raw_call(SYS_nanosleep, (uint64_t[]){ (uint64_t)&nap, 0, 0, 0, 0, 0 });
		for (unsigned j = 0; j < threads; j++) {
			const struct worker *w = workers[j];

			if (w && w->calls == seen[j])
				raw_call(SYS_tgkill, (uint64_t[]){ (uint64_t)own, (uint64_t)w->tid, pesters[i % 8],
					0, 0, 0 });
			seen[j] = w ? w->calls : 0;
		}
		if (!(i % 8))
			raw_call(SYS_kill, (uint64_t[]){ 0, SIGUSR1, 0, 0, 0, 0 });
	}
	return argument;
}

static void furnish(void)
{
	mkdir("d", 0777);
	mkdir("d/e", 0777);
	mkdir("m", 0777);
	symlink("a", "link");
	symlink("loop", "loop");
	mkfifo("fifo", 0666);
	close(open("a", O_CREAT | O_RDWR, 0666));
	mmap((void *)ARENA, ARENA_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void limit(int resource, rlim_t value)
{
	setrlimit(resource, &(struct rlimit){ value, value });
}

static void tell_to_be_killed_first(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	write(fd, "1000", 4);
	close(fd);
}

__attribute__((noreturn)) static void round_of(uint64_t seed, bool root)
{
	struct worker w = { .random = seed, .tid = getpid() };
	int null = open("/dev/null", O_RDWR);
	pthread_t thread;

	setsid();
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	if (chdir(SCRATCH))
		_exit(1);
	furnish();
	tell_to_be_killed_first();
	limit(RLIMIT_NOFILE, 128);
	limit(RLIMIT_AS, 256 << 20);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 1 << 20);
	for (int signal = 1; signal < 65; signal++)
		handle(signal, on_pester, 0);
	handle(SIGSEGV, on_fault, SA_NODEFER);
	handle(SIGBUS, on_fault, SA_NODEFER);
	if (!root && (setgid(1000) || setuid(1000)))
		_exit(1);
	enlist(w.tid);
	for (unsigned i = 0; i < 40; i++)
		plant_descriptor(&w);
	pthread_create(&thread, NULL, pester, NULL);
	for (unsigned i = 1; i < threads; i++) {
		seeds[i] = seed ^ ((uint64_t)i << 32) ^ i;
		pthread_create(&thread, NULL, work, &seeds[i]);
	}
	workers[0] = &w;
	operate(&w);
	_exit(0);
}

/* ---- The supervisor ---- */

static void fail(const char *what)
{
	printf("fuzz: %s\n", what);
	fflush(stdout);
	_exit(1);
}

static long milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void nap(void)
{
	nanosleep(&(struct timespec){ 0, 5000000 }, NULL);
}

static void print_file(const char *path)
{
	char text[4096];
	int fd = open(path, O_RDONLY);
	ssize_t length;

	printf("%s:\n", path);
	while (fd >= 0 && (length = read(fd, text, sizeof(text))) > 0)
		fwrite(text, 1, (size_t)length, stdout);
	close(fd);
}

static int parent_of(const char *pid)
{
	char path[300], text[512] = { 0 };
	const char *rest;
	int fd, parent = 0;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) > 0 && (rest = strrchr(text, ')')))
		sscanf(rest + 1, " %*c %d", &parent);
	close(fd);
	return parent;
}

/* Kill or describe everything whose parent we are; children of the killed become ours. */
static void for_our_children(bool describe)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char path[300];

	while (proc && (entry = readdir(proc))) {
		if (atoi(entry->d_name) <= 0 || parent_of(entry->d_name) != getpid())
			continue;
		if (!describe) {
			kill(atoi(entry->d_name), SIGKILL);
			continue;
		}
		snprintf(path, sizeof(path), "/proc/%s/status", entry->d_name);
		print_file(path);
	}
	if (proc)
		closedir(proc);
}

/* Where the kernel is busy, should it be: one second of it. */
static void profile(void)
{
	int fd = open("/proc/astra_profile", O_WRONLY);

	write(fd, "1", 1);
	close(fd);
	sleep(1);
	print_file("/proc/astra_profile");
}

static void end_round(void)
{
	long start = milliseconds();

	for (;;) {
		pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);

		if (pid < 0 && errno == ECHILD)
			return;
		if (pid > 0)
			continue;
		for_our_children(false);
		if (milliseconds() - start > STUCK) {
			for_our_children(true);
			profile();
			fail("a process that was killed does not end");
		}
		nap();
	}
}

static void prepare(void)
{
	mkdir(SCRATCH, 0777);
	if (mount("fuzz", SCRATCH, "tmpfs", 0, "mode=777,size=16m"))
		fail("no tmpfs");
	chmod(SCRATCH, 0777);
	memset(shared->pids, 0, sizeof(shared->pids));
	shared->forks = 0;
}

static void run_round(uint64_t seed)
{
	long start = milliseconds();
	pid_t pid, waited;
	int status;

	prepare();
	pid = fork();
	if (pid < 0)
		fail("no fork");
	if (!pid)
		round_of(seed, seed % 2);
	for (waited = 0; milliseconds() - start < ROUND_TIME && !(waited > 0 && !WIFSTOPPED(status)); nap()) {
		waited = waitpid(pid, &status, WNOHANG);
		if (waited > 0 && WIFSTOPPED(status))	/* it made us its tracer */
			ptrace(PTRACE_CONT, pid, 0, 0);
		kill(-pid, SIGCONT);
	}
	kill(-pid, SIGKILL);
	end_round();
	while (umount2(SCRATCH, MNT_DETACH) == 0)	/* a round may mount there, too, or unmount it itself */
		;
}

static struct sysinfo quiet_machine(void)
{
	struct sysinfo info;

	nanosleep(&(struct timespec){ 0, 300000000 }, NULL);
	sysinfo(&info);
	return info;
}

static void print_calls(void)
{
	for (size_t i = 0; i < call_count; i++)
		printf("%-20s %8lu calls %8lu good\n", calls[i].name, (unsigned long)shared->done[calls[i].number],
		       (unsigned long)shared->succeeded[calls[i].number]);
}

int main(int argc, char **argv)
{
	long seconds = argc > 1 ? atol(argv[1]) : 5, end;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	struct sysinfo before, after;

	if (access("/proc/astra", F_OK))
		fail("this is for ASTRA only");
	if (argc > 3)
		threads = (unsigned)atoi(argv[3]) % (MAX_THREADS + 1);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int signal = 1; signal < 65; signal++)
		if (signal != SIGCHLD)
			handle(signal, SIG_IGN, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	parse_calls();
	for (size_t i = 0; i < call_count; i++)
		total_weight += calls[i].weight;
	for (unsigned i = 0; i < 4; i++)
		run_round(seed + i);
	before = quiet_machine();
	for (end = milliseconds() + seconds * 1000; milliseconds() < end;) {
		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		printf("fuzz: round %#lx\n", (unsigned long)seed);
		fflush(stdout);
		run_round(seed);
	}
	after = quiet_machine();
	if (argc > 4)
		print_calls();
	printf("fuzz: %ld KiB less free, tasks %d before and %d after\n",
		((long)before.freeram - (long)after.freeram) >> 10, before.procs,
	       after.procs);
	if ((long)before.freeram - (long)after.freeram > LEAK || after.procs > before.procs)
		fail("memory or tasks are left over");
	return 0;
}
