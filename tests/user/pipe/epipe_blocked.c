/* A writer that sleeps in a full pipe wakes when the last reader goes: partial count or EPIPE. */
#include "test.h"

static char data[256 << 10];

static void test(void)
{
	int p[2];

	CHECK_OK(pipe(p));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(close(p[1]));
		test_sleep(30);
		test_exit();
	}
	CHECK_OK(close(p[0]));
	signal(SIGPIPE, SIG_IGN);
	long n = write(p[1], data, sizeof(data));
	CHECK(n == 65536 || (n == -1 && errno == EPIPE));
	CHECK_ERRNO(write(p[1], data, 1), EPIPE);
	CHECK_CHILD(pid);
}
