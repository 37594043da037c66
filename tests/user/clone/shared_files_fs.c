/* CLONE_FILES shares the descriptor table, CLONE_FS the cwd and umask; without them the child has copies. */
#include "test.h"

static int child(void *arg)
{
	(void)arg;
	int fd = open("/dev/null", O_RDONLY);
	if (fd < 0 || dup2(fd, 77) != 77 || chdir("sub") != 0)
		return 1;
	umask(0123);
	return 0;
}

static void spawn(int flags)
{
	char *stack = test_map(64 << 10, PROT_READ | PROT_WRITE);
	int status;
	pid_t pid = (pid_t)CHECK_OK(clone(child, stack + (64 << 10), flags | SIGCHLD, NULL));

	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}

static void test(void)
{
	test_scratch();
	CHECK_OK(mkdir("sub", 0755));
	CHECK_OK(mkdir("sub/sub", 0755));
	umask(022);
	spawn(0);
	CHECK_ERRNO(fcntl(77, F_GETFD), EBADF);
	CHECK_OK(access("sub", F_OK));
	CHECK_EQ(umask(022), 022);

	spawn(CLONE_FILES);
	CHECK_EQ(fcntl(77, F_GETFD), 0);
	CHECK_EQ(umask(022), 022);
	CHECK_OK(close(77));

	spawn(CLONE_FS);
	CHECK_ERRNO(fcntl(77, F_GETFD), EBADF);
	CHECK_EQ(umask(022), 0123);
	CHECK_OK(access("../sub/sub", F_OK));
}
