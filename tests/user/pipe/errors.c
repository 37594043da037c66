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
}
