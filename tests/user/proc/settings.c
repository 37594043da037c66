/* /proc/sys: numbers are read and written back, what is no number or out of range is EINVAL; here also what they change. */
#include "test.h"
#include <sys/inotify.h>
#include <sys/utsname.h>

static char text[256];

static long number(const char *path)
{
	CHECK(test_read_file(path, text, sizeof(text)) > 0);
	return strtol(text, NULL, 10);
}

/* 0, or -1 with errno: what one write of the text gives. */
static int store(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);
	ssize_t n = fd < 0 ? -1 : write(fd, value, strlen(value));
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return n == (ssize_t)strlen(value) ? 0 : -1;
}

static void store_number(const char *path, long value)
{
	char buf[32];

	snprintf(buf, sizeof(buf), "%ld\n", value);
	CHECK_OK(store(path, buf));
	CHECK_EQ(number(path), value);
}

static void values(void)
{
	static const char *const all[] = {
		"/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max", "/proc/sys/vm/max_map_count", "/proc/sys/vm/overcommit_memory",
		"/proc/sys/fs/nr_open", "/proc/sys/fs/pipe-max-size", "/proc/sys/fs/inotify/max_queued_events",
		"/proc/sys/fs/inotify/max_user_instances", "/proc/sys/fs/inotify/max_user_watches",
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		long old = number(all[i]);

		CHECK(old >= 0);
		if (geteuid() != 0 || !test_on_astra())
			continue;
		store_number(all[i], old);
		CHECK_ERRNO(store(all[i], "-5"), EINVAL);
		CHECK_ERRNO(store(all[i], "many"), EINVAL);
		CHECK_EQ(number(all[i]), old);
	}
}

static void file_numbers(void)
{
	unsigned long before, after, unused, most;
	int fds[64];

	CHECK(test_read_file("/proc/sys/fs/file-nr", text, sizeof(text)) > 0);
	CHECK_EQ(sscanf(text, "%lu %lu %lu", &before, &unused, &most), 3);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		fds[i] = (int)CHECK_OK(open("/dev/null", O_RDONLY));
	CHECK(test_read_file("/proc/sys/fs/file-nr", text, sizeof(text)) > 0);
	CHECK_EQ(sscanf(text, "%lu", &after), 1);
	CHECK(most > after && after > 0);
	if (test_on_astra())
		CHECK(after >= before + ARRAY_LEN(fds) - 8);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		close(fds[i]);
}

/* An unprivileged user may not even open them for writing. */
static void unprivileged(void)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		if (geteuid() == 0)
			test_drop_root(NO_UID);
		CHECK_ERRNO(store("/proc/sys/kernel/pid_max", "1000"), EACCES);
		CHECK_ERRNO(store("/proc/sys/fs/nr_open", "1000"), EACCES);
		CHECK_ERRNO(sethostname("x", 1), EPERM);
		CHECK_ERRNO(RAW(SYS_setdomainname, "x", 1) == -EPERM ? (errno = EPERM, -1) : 0, EPERM);
		test_exit();
	}
	CHECK_CHILD(pid);
}

/* ---- What they do: on a machine that is the test's own ---- */

static void names(void)
{
	struct utsname old, now;

	CHECK_OK(uname(&old));
	CHECK_OK(store("/proc/sys/kernel/hostname", "first\n"));
	CHECK_OK(uname(&now));
	CHECK(!strcmp(now.nodename, "first"));
	CHECK_OK(sethostname("second", 6));
	CHECK(test_read_file("/proc/sys/kernel/hostname", text, sizeof(text)) > 0);
	CHECK(!strcmp(text, "second\n"));
	CHECK_ERRNO(sethostname("x", 65), EINVAL);
	CHECK_EQ(RAW(SYS_sethostname, test_unmapped(), 4), -EFAULT);
	CHECK_EQ(RAW(SYS_sethostname, "x", -1), -EINVAL);
	CHECK_OK(setdomainname("dom", 3));
	CHECK_OK(uname(&now));
	CHECK(!strcmp(now.domainname, "dom"));
	CHECK_OK(setdomainname(old.domainname, strlen(old.domainname)));
	CHECK_OK(sethostname(old.nodename, strlen(old.nodename)));
}

static void map_count(void)
{
	long old = number("/proc/sys/vm/max_map_count");
	char *p = mmap(NULL, 64 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int error = 0;

	store_number("/proc/sys/vm/max_map_count", 30);
	for (int i = 0; i < 64 && !error; i += 2)
		error = mprotect(p + (size_t)i * PAGE, PAGE, PROT_NONE) ? errno : 0;
	CHECK_EQ(error, ENOMEM);
	store_number("/proc/sys/vm/max_map_count", old);
	CHECK_OK(munmap(p, 64 * PAGE));
}

static void overcommit(void)
{
	size_t size = 1ul << 40;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p == MAP_FAILED && errno == ENOMEM);
	store_number("/proc/sys/vm/overcommit_memory", 1);
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(p != MAP_FAILED);
	if (p != MAP_FAILED) {
		p[size / 2] = 1;
		CHECK_OK(munmap(p, size));
	}
	CHECK_ERRNO(store("/proc/sys/vm/overcommit_memory", "2"), EINVAL);
	store_number("/proc/sys/vm/overcommit_memory", 0);
}

static void limits(void)
{
	struct rlimit old, wish = { 2048, 2048 };
	long pipe_size = number("/proc/sys/fs/pipe-max-size"), nr_open = number("/proc/sys/fs/nr_open");
	long instances = number("/proc/sys/fs/inotify/max_user_instances");
	int p[2], fd;

	CHECK_OK(getrlimit(RLIMIT_NOFILE, &old));
	store_number("/proc/sys/fs/nr_open", 1024);
	CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, &wish), EPERM);
	store_number("/proc/sys/fs/nr_open", nr_open);
	CHECK_OK(setrlimit(RLIMIT_NOFILE, &old));
	store_number("/proc/sys/fs/inotify/max_user_instances", 0);
	CHECK_ERRNO(inotify_init1(0), EMFILE);
	store_number("/proc/sys/fs/inotify/max_user_instances", instances);
	fd = (int)CHECK_OK(inotify_init1(0));
	CHECK_OK(close(fd));
	store_number("/proc/sys/fs/pipe-max-size", 65536);
	CHECK_OK(pipe(p));
	pid_t pid = test_fork();
	if (pid == 0) {
		test_drop_root(NO_UID);
		CHECK_ERRNO(fcntl(p[0], F_SETPIPE_SZ, 131072), EPERM);
		test_exit();
	}
	CHECK_CHILD(pid);
	store_number("/proc/sys/fs/pipe-max-size", pipe_size);
}

static void watches(void)
{
	long old = number("/proc/sys/fs/inotify/max_user_watches");
	int fd = (int)CHECK_OK(inotify_init1(0));

	store_number("/proc/sys/fs/inotify/max_user_watches", 1);
	CHECK_OK(inotify_add_watch(fd, ".", IN_CREATE));
	CHECK_ERRNO(inotify_add_watch(fd, "/", IN_CREATE), ENOSPC);
	CHECK_OK(inotify_add_watch(fd, ".", IN_DELETE));
	store_number("/proc/sys/fs/inotify/max_user_watches", old);
	CHECK_OK(inotify_add_watch(fd, "/", IN_CREATE));
	CHECK_OK(close(fd));
}

static void test(void)
{
	test_scratch();
	values();
	file_numbers();
	unprivileged();
	if (!test_on_astra() || geteuid() != 0)
		return;
	names();
	map_count();
	overcommit();
	limits();
	watches();
}
