/* openat2(2): each resolve flag, sizes of the structure, what open lets through and openat2 does not. */
#include "test.h"

struct how {
	uint64_t flags, mode, resolve;
};

#define NO_XDEV 1
#define NO_MAGICLINKS 2
#define NO_SYMLINKS 4
#define BENEATH 8
#define IN_ROOT 16
#define CACHED 32

static int dir;

static long call(int at, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
	struct how how = { flags, mode, resolve };
	long fd = syscall(SYS_openat2, at, path, &how, sizeof(how));

	return fd;
}

/* Opens, and the file is the one whose text this is. */
static void expect_at(int line, const char *path, uint64_t resolve, const char *text)
{
	char got[16] = "";
	int fd = (int)call(dir, path, O_RDONLY, 0, resolve);

	if (fd < 0 || read(fd, got, sizeof(got) - 1) < 0 || strcmp(got, text)) {
		test_print("line %d: %s: errno %d, got %s, want %s\n", line, path, errno, got, text);
		test_count_failure();
	}
	close(fd);
}

#define EXPECT(path, resolve, text) expect_at(__LINE__, path, resolve, text)
#define REFUSED(path, resolve, error) CHECK_ERRNO(call(dir, path, O_RDONLY, 0, resolve), error)

static void make_tree(void)
{
	CHECK_OK(mkdir("root", 0755));
	CHECK_OK(mkdir("root/sub", 0755));
	test_write_file("outside", "outside");
	test_write_file("root/file", "file");
	test_write_file("root/sub/inner", "inner");
	CHECK_OK(symlink("file", "root/link"));
	CHECK_OK(symlink("../outside", "root/out"));
	CHECK_OK(symlink("/file", "root/absolute"));
	CHECK_OK(symlink("sub/../file", "root/around"));
	CHECK_OK(symlink("../../../sub/inner", "root/sub/far"));
	CHECK_OK(symlink("sub", "root/subdir"));
	dir = (int)CHECK_OK(open("root", O_PATH | O_DIRECTORY));
}

static void check_beneath(void)
{
	EXPECT("file", BENEATH, "file");
	EXPECT("sub/../file", BENEATH, "file");
	EXPECT("link", BENEATH, "file");
	EXPECT("around", BENEATH, "file");
	EXPECT("./sub/./inner", BENEATH, "inner");
	EXPECT("subdir/inner", BENEATH, "inner");
	REFUSED("../outside", BENEATH, EXDEV);
	REFUSED("..", BENEATH, EXDEV);
	REFUSED("sub/../../root/file", BENEATH, EXDEV);
	REFUSED("out", BENEATH, EXDEV);
	REFUSED("absolute", BENEATH, EXDEV);
	REFUSED("/file", BENEATH, EXDEV);
	REFUSED("missing", BENEATH, ENOENT);
}

static void check_in_root(void)
{
	EXPECT("/file", IN_ROOT, "file");
	EXPECT("../../file", IN_ROOT, "file");
	EXPECT("absolute", IN_ROOT, "file");
	EXPECT("sub/far", IN_ROOT, "inner");
	EXPECT("/sub/../../../link", IN_ROOT, "file");
	REFUSED("out", IN_ROOT, ENOENT);
	REFUSED("/outside", IN_ROOT, ENOENT);
	long fd = call(dir, "/new", O_CREAT | O_WRONLY | O_EXCL, 0600, IN_ROOT);
	CHECK_OK(fd);
	CHECK_OK(close((int)fd));
	CHECK_OK(access("root/new", F_OK));
	fd = call(dir, "..", O_PATH, 0, IN_ROOT);
	struct stat a, b;
	CHECK_OK(fstat((int)fd, &a));
	CHECK_OK(stat("root", &b));
	CHECK_EQ(a.st_ino, b.st_ino);
	CHECK_OK(close((int)fd));
}

static void check_links(void)
{
	char path[64];

	EXPECT("file", NO_SYMLINKS, "file");
	REFUSED("link", NO_SYMLINKS, ELOOP);
	REFUSED("subdir/inner", NO_SYMLINKS, ELOOP);
	EXPECT("link", NO_MAGICLINKS, "file");
	long fd = call(dir, "link", O_PATH | O_NOFOLLOW, 0, NO_SYMLINKS);
	CHECK_OK(fd);
	CHECK_OK(close((int)fd));
	snprintf(path, sizeof(path), "/proc/self/fd/%d/file", dir);
	EXPECT(path, 0, "file");
	REFUSED(path, NO_MAGICLINKS, ELOOP);
	REFUSED(path, NO_SYMLINKS, ELOOP);
}

static void check_mounts(void)
{
	EXPECT("file", NO_XDEV, "file");
	CHECK_ERRNO(call(AT_FDCWD, "/proc/version", O_RDONLY, 0, NO_XDEV), EXDEV);
	int proc = (int)CHECK_OK(open("/proc", O_RDONLY | O_DIRECTORY));
	long fd = call(proc, "version", O_RDONLY, 0, NO_XDEV);
	CHECK_OK(fd);
	CHECK_OK(close((int)fd));
	CHECK_ERRNO(call(proc, "../tmp", O_RDONLY, 0, NO_XDEV), EXDEV);
	CHECK_ERRNO(call(proc, "self/cwd", O_RDONLY, 0, NO_XDEV), EXDEV);
	CHECK_OK(close(proc));
}

static void check_arguments(void)
{
	struct {
		struct how how;
		uint64_t more[4];
	} big = { { O_RDONLY, 0, 0 }, { 0 } };

	CHECK_ERRNO(syscall(SYS_openat2, dir, "file", &big, sizeof(struct how) - 1), EINVAL);
	CHECK_ERRNO(syscall(SYS_openat2, dir, "file", &big, 0), EINVAL);
	long fd = syscall(SYS_openat2, dir, "file", &big, sizeof(big));
	CHECK_OK(fd);
	CHECK_OK(close((int)fd));
	big.more[3] = 1;
	CHECK_ERRNO(syscall(SYS_openat2, dir, "file", &big, sizeof(big)), E2BIG);
	CHECK_ERRNO(syscall(SYS_openat2, dir, "file", &big, PAGE + 1), E2BIG);
	CHECK_ERRNO(syscall(SYS_openat2, dir, "file", test_unmapped(), sizeof(struct how)), EFAULT);
	CHECK_ERRNO(call(dir, test_unmapped(), O_RDONLY, 0, 0), EFAULT);
	CHECK_ERRNO(call(dir, "file", 1UL << 40, 0, 0), EINVAL);
	CHECK_ERRNO(call(dir, "file", 1UL << 30, 0, 0), EINVAL);
	CHECK_ERRNO(call(dir, "file", O_RDONLY, 0600, 0), EINVAL);
	CHECK_ERRNO(call(dir, "made", O_CREAT | O_WRONLY, 010000, 0), EINVAL);
	CHECK_ERRNO(call(dir, "file", O_PATH | O_WRONLY, 0, 0), EINVAL);
	CHECK_ERRNO(call(dir, "file", O_RDONLY, 0, 64), EINVAL);
	CHECK_ERRNO(call(dir, "file", O_RDONLY, 0, BENEATH | IN_ROOT), EINVAL);
	CHECK_ERRNO(call(dir, "file", O_CREAT | O_WRONLY, 0600, CACHED), EAGAIN);
	CHECK_ERRNO(call(-1, "file", O_RDONLY, 0, 0), EBADF);
	CHECK_ERRNO(call(dir, "file", O_DIRECTORY, 0, 0), ENOTDIR);
	EXPECT("file", CACHED, "file");
}

/* A directory that goes in and out of the root while it is walked through never lets a walk out. */
static void check_race(void)
{
	CHECK_OK(mkdir("root/a", 0755));
	CHECK_OK(mkdir("root/a/b", 0755));
	pid_t pid = test_fork();
	if (pid == 0) {
		for (;;) {
			if (rename("root/a/b", "b") || rename("b", "root/a/b"))
				_exit(1);
		}
	}
	for (int i = 0; i < 3000; i++) {
		long fd = call(dir, "a/b/../../outside", O_RDONLY, 0, BENEATH);

		CHECK_EQ(fd, -1);
		CHECK(errno == ENOENT || errno == EXDEV || errno == EAGAIN);
		fd = call(dir, "a/b/../../../outside", O_RDONLY, 0, IN_ROOT);
		CHECK_EQ(fd, -1);
	}
	CHECK_OK(kill(pid, SIGKILL));
	CHECK_DIES(pid, SIGKILL);
}

static void test(void)
{
	test_scratch();
	make_tree();
	check_beneath();
	check_in_root();
	check_links();
	check_mounts();
	check_arguments();
	check_race();
}
