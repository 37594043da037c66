/* ETXTBSY: a file open for writing cannot be executed, a running one cannot be opened for writing or cut. */
#define TEST_HELPER
#include "test.h"

static int test_helper(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	if (open("copy", O_WRONLY) != -1 || errno != ETXTBSY)
		return 1;
	if (open("copy", O_RDONLY | O_TRUNC) != -1 || errno != ETXTBSY)
		return 2;
	return truncate("copy", 0) == -1 && errno == ETXTBSY ? 0 : 3;
}

static void test(void)
{
	static char buf[65536];

	test_scratch();
	int in = (int)CHECK_OK(open("/proc/self/exe", O_RDONLY));
	int out = (int)CHECK_OK(open("copy", O_WRONLY | O_CREAT, 0755));
	for (ssize_t n; (n = read(in, buf, sizeof(buf))) > 0;)
		CHECK_EQ(write(out, buf, (size_t)n), n);
	char *args[] = { "copy", "helper", NULL };
	CHECK_ERRNO(execve("./copy", args, environ), ETXTBSY);
	CHECK_OK(close(out));
	pid_t pid = test_fork();
	if (pid == 0) {
		execve("./copy", args, environ);
		_exit(2);
	}
	CHECK_CHILD(pid);
	CHECK_OK(open("copy", O_WRONLY));
}
