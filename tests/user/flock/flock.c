/* flock(2): shared and exclusive, per open file description, conversion, waiting, the end by close, errors. */
#include "test.h"
#include <sys/file.h>

static void test(void)
{
	test_scratch();
	test_write_file("f", "x");
	int a = CHECK_OK(open("f", O_RDONLY)), b = CHECK_OK(open("f", O_RDWR)), copy = CHECK_OK(dup(a));

	CHECK_ERRNO(flock(a, 0), EINVAL);
	CHECK_ERRNO(flock(a, LOCK_SH | LOCK_EX), EINVAL);
	CHECK_ERRNO(flock(999, LOCK_SH), EBADF);
	CHECK_OK(flock(a, LOCK_SH));
	CHECK_OK(flock(b, LOCK_SH | LOCK_NB));
	CHECK_ERRNO(flock(a, LOCK_EX | LOCK_NB), EWOULDBLOCK);
	/* The failed conversion gave a's lock up. */
	CHECK_OK(flock(b, LOCK_EX | LOCK_NB));
	CHECK_ERRNO(flock(a, LOCK_SH | LOCK_NB), EWOULDBLOCK);
	CHECK_OK(flock(b, LOCK_UN));
	CHECK_OK(flock(copy, LOCK_EX));
	CHECK_OK(flock(a, LOCK_EX | LOCK_NB));
	CHECK_ERRNO(flock(b, LOCK_SH | LOCK_NB), EWOULDBLOCK);
	CHECK_OK(close(copy));
	CHECK_ERRNO(flock(b, LOCK_SH | LOCK_NB), EWOULDBLOCK);
	pid_t pid = test_fork();
	if (pid == 0) {
		/* The same description: it may unlock what the parent locked. */
		CHECK_OK(close(b));
		test_sleep(30);
		CHECK_OK(flock(a, LOCK_UN));
		test_exit();
	}
	CHECK_OK(flock(b, LOCK_EX));
	CHECK_CHILD(pid);
	pid = test_fork();
	if (pid == 0) {
		int c = CHECK_OK(open("f", O_RDONLY));

		test_handle(SIGUSR1, test_count_signal, 0);
		pid_t pester = test_pester(SIGUSR1);
		CHECK_ERRNO(flock(c, LOCK_SH), EINTR);
		test_stop(pester);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_OK(close(b));
	CHECK_OK(flock(a, LOCK_EX | LOCK_NB));
}
