/*
 * The harness of the system-call conformance tests: checks, child processes, faults, bad pointers, scratch files.
 *
 * Each test is one C file that includes this header, defines test() and may define TEST_HELPER before the include and
 * test_helper() after it, which runs instead of test() when the program executes itself with arguments. main() is
 * here. The exit status is 0 for a pass, 1 for a failure, 77 for a skip. Failures go to standard error, one line each:
 * file, line, expression, what came and what was wanted. The same binary runs on Linux, which proves the expectation,
 * and on ASTRA. The header needs nothing of the file system but /tmp and /proc/self/exe.
 *
 *  - CHECK, CHECK_EQ, CHECK_ERRNO and their relatives record a failure and go on; CHECK_OK ends the test.
 *  - A child made by test_fork() counts its own failures and ends through test_exit().
 *  - Nothing here asserts that something happens soon, only that it happens.
 *
 * Not thread-safe: only the main thread of a process may check.
 */
#ifndef TESTS_USER_TEST_H
#define TESTS_USER_TEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE	   4096UL
#define TEST_SKIP  77
#define NO_UID	   1000
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* What every test file defines. */
static void test(void);
#ifdef TEST_HELPER
static int test_helper(int argc, char **argv);
#endif

static int test_failures;
static char test_directory[64];
static pid_t test_owner;
static pid_t test_children[64];

/* Prints one line to standard error with a single write. */
__attribute__((format(printf, 1, 2))) static inline void test_print(const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	int len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (len > (int)sizeof(line) - 1)
		len = sizeof(line) - 1;
	if (write(2, line, (size_t)len) < 0)
		_exit(1);
}

/* Removes the directory PATH and all that it holds, as far as possible. */
static inline void test_remove_tree(const char *path)
{
	char name[PATH_MAX];
	DIR *dir = opendir(path);

	for (struct dirent *e; dir && (e = readdir(dir));) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (snprintf(name, sizeof(name), "%s/%s", path, e->d_name) >= (int)sizeof(name))
			continue;
		if (unlink(name) != 0 && (errno == EISDIR || errno == EPERM))
			test_remove_tree(name);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

static inline void test_clean_up(void)
{
	for (size_t i = 0; i < ARRAY_LEN(test_children); i++)
		if (test_children[i] > 0)
			kill(test_children[i], SIGKILL);
	if (test_directory[0] && getpid() == test_owner && chdir("/") == 0)
		test_remove_tree(test_directory);
}

/* Ends the process: status 0 when no check failed, else 1. Children that were not waited for are killed. */
__attribute__((noreturn)) static inline void test_exit(void)
{
	test_clean_up();
	_exit(test_failures ? 1 : 0);
}

/* Ends the test as skipped; the reason is printed. */
__attribute__((noreturn)) static inline void test_skip(const char *reason)
{
	test_print("SKIP: %s\n", reason);
	test_clean_up();
	_exit(TEST_SKIP);
}

static inline void test_count_failure(void)
{
	if (++test_failures >= 25) {
		test_print("too many failures, giving up\n");
		test_exit();
	}
}

static inline bool test_check(bool ok, const char *file, int line, const char *what)
{
	if (!ok) {
		test_print("%s:%d: failed: %s (errno %d)\n", file, line, what, errno);
		test_count_failure();
	}
	return ok;
}

static inline bool test_equal(long got, long want, const char *file, int line, const char *what)
{
	if (got != want) {
		test_print("%s:%d: %s: got %ld (0x%lx), want %ld (0x%lx), errno %d\n", file, line, what, got, (unsigned long)got, want,
			   (unsigned long)want, errno);
		test_count_failure();
	}
	return got == want;
}

static inline bool test_errno(long got, int error, int want, const char *file, int line, const char *what)
{
	if (got == -1 && error == want)
		return true;
	if (got == -1)
		test_print("%s:%d: %s: got error %d (%s), want %d (%s)\n", file, line, what, error, strerror(error), want,
			   strerror(want));
	else
		test_print("%s:%d: %s: got %ld, want error %d (%s)\n", file, line, what, got, want, strerror(want));
	test_count_failure();
	return false;
}

static inline long test_ok(long got, int error, const char *file, int line, const char *what)
{
	if (got == -1) {
		test_print("%s:%d: %s: got error %d (%s), want success\n", file, line, what, error, strerror(error));
		test_failures++;
		test_exit();
	}
	return got;
}

static inline bool test_bytes(const void *got, const void *want, size_t len, const char *file, int line, const char *what)
{
	const unsigned char *g = got, *w = want;

	for (size_t i = 0; i < len; i++) {
		if (g[i] == w[i])
			continue;
		test_print("%s:%d: %s: byte %zu of %zu: got 0x%02x, want 0x%02x\n", file, line, what, i, len, g[i], w[i]);
		test_count_failure();
		return false;
	}
	return true;
}

/* Each yields whether the check held. */
#define CHECK(condition)	    test_check(!!(condition), __FILE__, __LINE__, #condition)
#define CHECK_EQ(got, want)	    test_equal((long)(got), (long)(want), __FILE__, __LINE__, #got)
#define CHECK_BYTES(got, want, len) test_bytes((got), (want), (len), __FILE__, __LINE__, #got)
#define CHECK_ERRNO(call, want)                                                                  \
	({                                                                                       \
		errno = 0;                                                                       \
		long result_ = (long)(call);                                                     \
		test_errno(result_, errno, (want), __FILE__, __LINE__, #call);                   \
	})
/* Yields the call's result; ends the test when that is -1. */
#define CHECK_OK(call)                                                                           \
	({                                                                                       \
		errno = 0;                                                                       \
		long result_ = (long)(call);                                                     \
		test_ok(result_, errno, __FILE__, __LINE__, #call);                              \
	})

/* Forks. The child starts with no failures and no children of its own. Ends the test when fork fails. */
static inline pid_t test_fork(void)
{
	pid_t pid = (pid_t)CHECK_OK(fork());

	if (pid == 0) {
		test_failures = 0;
		memset(test_children, 0, sizeof(test_children));
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(test_children); i++) {
		if (test_children[i] == 0) {
			test_children[i] = pid;
			break;
		}
	}
	return pid;
}

/* Waits for the child PID and yields its wait status, or -1. */
static inline int test_wait(pid_t pid)
{
	int status = -1;
	pid_t got;

	do
		got = waitpid(pid, &status, 0);
	while (got == -1 && errno == EINTR);
	for (size_t i = 0; i < ARRAY_LEN(test_children); i++)
		if (test_children[i] == pid)
			test_children[i] = 0;
	return got == pid ? status : -1;
}

/* Waits for a child which has to exit with a status, or to be killed by a signal. */
#define CHECK_EXITS(pid, code)	test_equal(test_wait(pid), ((code) & 0xff) << 8, __FILE__, __LINE__, "wait status of " #pid)
#define CHECK_DIES(pid, signal) test_equal(test_wait(pid) & 0xff7f, (signal), __FILE__, __LINE__, "wait status of " #pid)
#define CHECK_CHILD(pid)	CHECK_EXITS(pid, 0)

/* Makes a directory of our own below /tmp and enters it; test_exit() removes it. */
static inline void test_scratch(void)
{
	strcpy(test_directory, "/tmp/user-test-XXXXXX");
	CHECK(mkdtemp(test_directory) != NULL);
	test_owner = getpid();
	CHECK_OK(chdir(test_directory));
	CHECK_OK(chmod(".", 0777));
	umask(022);
}

/* Creates or replaces the file PATH with the string TEXT. */
static inline void test_write_file(const char *path, const char *text)
{
	int fd = (int)CHECK_OK(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));

	CHECK_EQ(write(fd, text, strlen(text)), (long)strlen(text));
	CHECK_OK(close(fd));
}

/* Reads at most SIZE - 1 bytes of the file PATH, adds a NUL; the length, or -1. */
static inline long test_read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY);
	size_t used = 0;

	if (fd < 0)
		return -1;
	for (ssize_t n; used < size - 1 && (n = read(fd, buf + used, size - 1 - used)) > 0;)
		used += (size_t)n;
	buf[used] = '\0';
	close(fd);
	return (long)used;
}

/* Checks that the file PATH holds exactly the string TEXT. */
#define CHECK_FILE(path, text)                                                                   \
	({                                                                                       \
		static char content_[4096];                                                      \
		if (CHECK_EQ(test_read_file((path), content_, sizeof(content_)), (long)strlen(text)))           \
			CHECK_BYTES(content_, (text), strlen(text));                             \
	})

/* Anonymous private memory; ends the test when there is none. */
static inline void *test_map(size_t size, int prot)
{
	return (void *)CHECK_OK(mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

/* The address of SIZE writable bytes (at most a page) which end where an inaccessible page begins. */
static inline void *test_guarded(size_t size)
{
	char *base = test_map(2 * PAGE, PROT_READ | PROT_WRITE);

	CHECK_OK(mprotect(base + PAGE, PAGE, PROT_NONE));
	return base + PAGE - size;
}

/* An address with nothing mapped at it, now and later: a reservation without access. */
static inline void *test_unmapped(void)
{
	return test_map(PAGE, PROT_NONE);
}

struct test_bad_pointer {
	const char *name;
	void *address;
};

#define TEST_BAD_POINTERS 8

/* Fills TABLE with addresses that no call may read or write; the last straddles into an inaccessible page. */
static inline void test_bad_pointers(struct test_bad_pointer table[TEST_BAD_POINTERS])
{
	const struct test_bad_pointer all[TEST_BAD_POINTERS] = {
		{ "NULL", NULL },
		{ "kernel half", (void *)0xffff800000000000 },
		{ "kernel image", (void *)0xffffffff80000000 },
		{ "non-canonical", (void *)0x8000000000000000 },
		{ "end of the user half", (void *)0x00007ffffffff000 },
		{ "last byte", (void *)0xffffffffffffffff },
		{ "inaccessible page", test_unmapped() },
		{ "straddling", (char *)test_guarded(1) },
	};

	memcpy(table, all, sizeof(all));
}

static sigjmp_buf test_fault_return;
static siginfo_t test_fault_info;

static inline void test_fault_handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	test_fault_info = *info;
	siglongjmp(test_fault_return, sig);
}

/* Calls FUNCTION(ARG) and yields the fault signal it raised, or 0; the siginfo is then in test_fault_info. */
static inline int test_fault(void (*function)(void *), void *arg)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
	struct sigaction old[ARRAY_LEN(signals)];
	struct sigaction action = { .sa_sigaction = test_fault_handler, .sa_flags = SA_SIGINFO };

	memset(&test_fault_info, 0, sizeof(test_fault_info));
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		CHECK_OK(sigaction(signals[i], &action, &old[i]));
	int sig = sigsetjmp(test_fault_return, 1);
	if (sig == 0)
		function(arg);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		CHECK_OK(sigaction(signals[i], &old[i], NULL));
	return sig;
}

static inline void test_touch_read(void *address)
{
	(void)*(volatile char *)address;
}

static inline void test_touch_write(void *address)
{
	*(volatile char *)address = 1;
}

/* Monotonic nanoseconds. */
static inline int64_t test_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Sleeps at least MS milliseconds, signals notwithstanding. */
static inline void test_sleep(int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

	while (nanosleep(&ts, &ts) != 0 && errno == EINTR)
		;
}

/* Starts a child that sends SIG to this process every 20 ms until it is killed (test_stop) or we are gone. */
static inline pid_t test_pester(int sig)
{
	pid_t target = getpid();
	pid_t pid = test_fork();

	if (pid == 0) {
		do
			test_sleep(20);
		while (getppid() == target && kill(target, sig) == 0);
		_exit(0);
	}
	return pid;
}

/* Kills and reaps the child PID. */
static inline void test_stop(pid_t pid)
{
	kill(pid, SIGKILL);
	test_wait(pid);
}

/* Becomes an ordinary user with no supplementary groups; there is no way back. */
static inline void test_drop_root(int uid)
{
	CHECK_OK(syscall(SYS_setgroups, 0, NULL));
	CHECK_OK(syscall(SYS_setresgid, uid, uid, uid));
	CHECK_OK(syscall(SYS_setresuid, uid, uid, uid));
}

static inline void test_need_root(void)
{
	if (geteuid() != 0)
		test_skip("needs root");
}

/* Whether this machine is ASTRA. */
static inline bool test_on_astra(void)
{
	return access("/proc/astra", F_OK) == 0;
}

static volatile sig_atomic_t test_signals_seen;
static volatile sig_atomic_t test_last_signal;

/* A signal handler which counts. */
static inline void test_count_signal(int sig)
{
	test_last_signal = sig;
	test_signals_seen = test_signals_seen + 1;
}

/* Installs HANDLER for SIG with FLAGS. */
static inline void test_handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	sigemptyset(&action.sa_mask);
	CHECK_OK(sigaction(sig, &action, NULL));
}

static inline sigset_t test_set_of(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	return set;
}

/* The `syscall` instruction with six arguments; yields the kernel's answer, -errno included. */
static inline long test_raw(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* The same table through `int $0x80`, which only ASTRA offers with x86-64 numbers. */
static inline long test_int80(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "memory");
	return result;
}

#define RAW_PICK(nr, a, b, c, d, e, f, ...) \
	test_raw((long)(nr), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
/* RAW(number, up to six arguments): the kernel's answer, -errno included. */
#define RAW(...) RAW_PICK(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)
#define INT80_PICK(nr, a, b, c, d, e, f, ...) \
	test_int80((long)(nr), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define INT80(...) INT80_PICK(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

/* Executes this program again with the arguments, which go to test_helper(); returns only on failure. */
#define EXEC_SELF(...) execve("/proc/self/exe", (char *[]){ "self", __VA_ARGS__, NULL }, environ)

int main(int argc, char **argv)
{
	(void)argv;
#ifdef TEST_HELPER
	if (argc > 1)
		return test_helper(argc, argv);
#else
	(void)argc;
#endif
	test();
	test_exit();
}

#endif
