/* /proc/PID/mem reads and writes as ptrace may, pagemap tells what is there; io counts; oom_score_adj; a pidfd's fdinfo; loads. */
#include "test.h"
#include <sys/prctl.h>

static char text[4096];

static int open_of(pid_t pid, const char *name, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return open(path, flags);
}

static void memory(void)
{
	static long value = 1234;
	char *page = test_map(PAGE, PROT_READ | PROT_WRITE), *hole = test_map(2 * PAGE, PROT_READ);
	int ready[2], go[2];
	long got = 0, wish = 99;
	char c;

	strcpy(page, "read-only");
	CHECK_OK(mprotect(page, PAGE, PROT_READ));
	CHECK_OK(munmap(hole + PAGE, PAGE));
	CHECK_OK(pipe(ready));
	CHECK_OK(pipe(go));
	pid_t pid = test_fork();
	if (pid == 0) {
		value = 5678;
		CHECK_EQ(write(ready[1], "r", 1), 1);
		CHECK_EQ(read(go[0], &c, 1), 1);
		CHECK_EQ(value, 99);
		CHECK(!strcmp(page, "written!!"));
		test_exit();
	}
	CHECK_EQ(read(ready[0], &c, 1), 1);
	int fd = (int)CHECK_OK(open_of(pid, "mem", O_RDWR));
	CHECK_EQ(pread(fd, &got, sizeof(got), (off_t)&value), sizeof(got));
	CHECK_EQ(got, 5678);
	CHECK_EQ(pwrite(fd, &wish, sizeof(wish), (off_t)&value), sizeof(wish));
	CHECK_EQ(pwrite(fd, "written!!", 9, (off_t)page), 9);
	CHECK(!strcmp(page, "read-only"));
	CHECK_ERRNO(pread(fd, &got, sizeof(got), 16), EIO);
	CHECK_ERRNO(pwrite(fd, &got, sizeof(got), 16), EIO);
	CHECK_EQ(pread(fd, text, 100, (off_t)(hole + PAGE - 10)), 10);
	CHECK_EQ(RAW(SYS_pread64, fd, test_unmapped(), 8, &value), -EFAULT);
	CHECK_EQ(lseek(fd, (off_t)&value, SEEK_SET), (off_t)&value);
	CHECK_EQ(read(fd, &got, sizeof(got)), sizeof(got));
	CHECK_EQ(got, 99);
	CHECK_ERRNO(lseek(fd, 0, SEEK_END), EINVAL);
	CHECK_EQ(write(go[1], "g", 1), 1);
	CHECK_CHILD(pid);
	CHECK_EQ(pread(fd, &got, sizeof(got), (off_t)&value), 0);
	CHECK_OK(close(fd));
}

static void page_map(void)
{
	char *p = test_map(3 * PAGE, PROT_READ | PROT_WRITE);
	int fd = (int)CHECK_OK(open("/proc/self/pagemap", O_RDONLY));
	uint64_t words[3];
	off_t at = (off_t)((uintptr_t)p / PAGE * 8);

	p[PAGE] = 1;
	CHECK_EQ(pread(fd, words, sizeof(words), at), sizeof(words));
	CHECK(!(words[0] >> 63) && words[1] >> 63 && !(words[2] >> 63));
	CHECK(!(words[1] >> 61 & 1));
	CHECK_ERRNO(pread(fd, words, 4, at), EINVAL);
	CHECK_ERRNO(pread(fd, words, 8, at + 1), EINVAL);
	CHECK_EQ(pread(fd, words, 8, 1L << 60), 0);
	CHECK_OK(close(fd));
}

static unsigned long count(const char *label)
{
	const char *at;

	CHECK(test_read_file("/proc/self/io", text, sizeof(text)) > 0);
	at = strstr(text, label);
	CHECK(at != NULL);
	return at ? strtoul(at + strlen(label), NULL, 10) : 0;
}

static void io(void)
{
	char buf[1000];
	int zero = (int)CHECK_OK(open("/dev/zero", O_RDONLY)), null = (int)CHECK_OK(open("/dev/null", O_WRONLY));
	unsigned long chars, calls;

	chars = count("rchar: ");
	for (int i = 0; i < 10; i++)
		CHECK_EQ(read(zero, buf, sizeof(buf)), sizeof(buf));
	chars = count("rchar: ") - chars;
	CHECK(chars >= 10000 && chars < 15000);
	chars = count("wchar: ");
	calls = count("syscw: ");
	for (int i = 0; i < 10; i++)
		CHECK_EQ(write(null, buf, sizeof(buf)), sizeof(buf));
	CHECK_EQ(count("syscw: ") - calls, 10);
	CHECK_EQ(count("wchar: ") - chars, 10000);
	CHECK_OK(close(zero));
	CHECK_OK(close(null));
}

static long adj_of(pid_t pid)
{
	int fd = open_of(pid, "oom_score_adj", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return strtol(text, NULL, 10);
}

static int set_adj(const char *value)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);
	ssize_t n = write(fd, value, strlen(value));
	int error = errno;

	close(fd);
	errno = error;
	return n == (ssize_t)strlen(value) ? 0 : -1;
}

static void oom(void)
{
	long before, after;

	pid_t pid = test_fork();
	if (pid == 0) {
		long old = adj_of(getpid());

		if (old > 500)
			test_exit();
		CHECK(test_read_file("/proc/self/oom_score", text, sizeof(text)) > 0);
		before = atol(text);
		CHECK_OK(set_adj("600\n"));
		CHECK_EQ(adj_of(getpid()), 600);
		CHECK(test_read_file("/proc/self/oom_score", text, sizeof(text)) > 0);
		after = atol(text);
		CHECK(after > before);
		CHECK_ERRNO(set_adj("1001"), EINVAL);
		CHECK_ERRNO(set_adj("-1001"), EINVAL);
		CHECK_ERRNO(set_adj("x"), EINVAL);
		pid_t child = test_fork();
		if (child == 0) {
			CHECK_EQ(adj_of(getpid()), 600);
			test_exit();
		}
		CHECK_CHILD(child);
		test_exit();
	}
	CHECK_CHILD(pid);
	pid = test_fork();
	if (pid == 0) {
		if (geteuid() == 0)
			test_drop_root(NO_UID);
		CHECK_OK(prctl(PR_SET_DUMPABLE, 1));
		CHECK_OK(set_adj("900"));
		CHECK_OK(set_adj("700"));
		CHECK_ERRNO(set_adj("-1000"), EACCES);
		CHECK_EQ(adj_of(getpid()), 700);
		test_exit();
	}
	CHECK_CHILD(pid);
}

static void pidfd(void)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		pause();
		test_exit();
	}
	int fd = (int)CHECK_OK(syscall(SYS_pidfd_open, pid, 0));
	char path[64], row[32];
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	CHECK(test_read_file(path, text, sizeof(text)) > 0);
	snprintf(row, sizeof(row), "\nPid:\t%d\n", pid);
	CHECK(strstr(text, row) != NULL);
	test_stop(pid);
	CHECK(test_read_file(path, text, sizeof(text)) > 0);
	CHECK(strstr(text, "\nPid:\t-1\n") != NULL);
	CHECK_OK(close(fd));
}

static unsigned long forks(void)
{
	static char stat[1 << 16];
	const char *at;

	CHECK(test_read_file("/proc/stat", stat, sizeof(stat)) > 0);
	at = strstr(stat, "\nprocesses ");
	CHECK(at != NULL);
	return at ? strtoul(at + 11, NULL, 10) : 0;
}

static void loads(void)
{
	double one, five, fifteen;
	int running, all, last;
	unsigned long before = forks();

	for (int i = 0; i < 5; i++)
		CHECK_CHILD(({ pid_t pid = test_fork(); if (pid == 0) _exit(0); pid; }));
	CHECK(forks() >= before + 5);
	CHECK(test_read_file("/proc/loadavg", text, sizeof(text)) > 0);
	CHECK_EQ(sscanf(text, "%lf %lf %lf %d/%d %d", &one, &five, &fifteen, &running, &all, &last), 6);
	CHECK(one >= 0 && five >= 0 && fifteen >= 0 && running >= 1 && all >= running && last > 0);
}

static void test(void)
{
	memory();
	page_map();
	io();
	oom();
	pidfd();
	loads();
}
