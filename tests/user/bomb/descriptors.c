/* EMFILE at RLIMIT_NOFILE from every call that makes descriptors; closing one makes room for one. */
#include "test.h"

static void test(void)
{
	struct rlimit limit = { 64, 64 };
	int p[2], last = -1, fd;

	CHECK_OK(setrlimit(RLIMIT_NOFILE, &limit));
	while ((fd = open("/dev/null", O_RDONLY)) >= 0)
		last = fd;
	CHECK_EQ(errno, EMFILE);
	CHECK_EQ(last, 63);
	CHECK_ERRNO(dup(0), EMFILE);
	CHECK_ERRNO(pipe(p), EMFILE);
	CHECK_ERRNO(fcntl(0, F_DUPFD, 10), EMFILE);
	CHECK_ERRNO(dup2(0, 64), EBADF);
	CHECK_EQ(dup2(last, 20), 20);
	CHECK_OK(close(40));
	CHECK_ERRNO(pipe(p), EMFILE);
	CHECK_EQ(dup(0), 40);
	CHECK_ERRNO(dup(0), EMFILE);
}
