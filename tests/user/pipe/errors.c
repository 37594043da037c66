/* The errors of pipe(2) and pipe2(2): EFAULT, EINVAL, EMFILE; a refused call makes no descriptor. */
#include "test.h"

static void test(void)
{
	struct rlimit limit;
	int p[2] = { -7, -7 };

	int next = (int)CHECK_OK(open("/dev/null", O_RDONLY));
	CHECK_OK(close(next));
	CHECK_EQ(RAW(SYS_pipe, test_unmapped()), -EFAULT);
	CHECK_EQ(RAW(SYS_pipe2, test_guarded(4), 0), -EFAULT);
	CHECK_EQ(RAW(SYS_pipe2, p, 0x1), -EINVAL);
	CHECK_EQ(RAW(SYS_pipe2, p, O_APPEND), -EINVAL);
	CHECK_EQ(p[0], -7);
	CHECK_OK(getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = (rlim_t)next + 1;
	CHECK_OK(setrlimit(RLIMIT_NOFILE, &limit));
	CHECK_ERRNO(pipe(p), EMFILE);
	CHECK_EQ(open("/dev/null", O_RDONLY), next);
	CHECK_ERRNO(open("/dev/null", O_RDONLY), EMFILE);
	limit.rlim_cur = limit.rlim_max;
	CHECK_OK(setrlimit(RLIMIT_NOFILE, &limit));
	/* Offsets mean nothing to a pipe: that comes before the question of its direction. */
	CHECK_OK(pipe(p));
	CHECK_ERRNO(pread(p[1], &limit, 1, 0), ESPIPE);
	CHECK_ERRNO(pwrite(p[0], &limit, 1, 0), ESPIPE);
	test_scratch();
	CHECK_OK(mkfifo("fifo", 0600));
	CHECK_ERRNO(open("fifo", 3 | O_NONBLOCK), EINVAL);
	CHECK_ERRNO(open("fifo", O_RDONLY | O_DIRECT | O_NONBLOCK), EINVAL);
}
