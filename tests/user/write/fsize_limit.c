/* RLIMIT_FSIZE: a write is cut at the limit, the next one gets EFBIG and SIGXFSZ. */
#include "test.h"

static void test(void)
{
	struct stat st;

	test_scratch();
	pid_t pid = test_fork();
	if (pid == 0) {
		struct rlimit limit = { .rlim_cur = 10, .rlim_max = 10 };
		int fd = (int)CHECK_OK(open("f", O_WRONLY | O_CREAT, 0600));

		test_handle(SIGXFSZ, test_count_signal, 0);
		CHECK_OK(setrlimit(RLIMIT_FSIZE, &limit));
		CHECK_EQ(write(fd, "0123456789abcdef", 16), 10);
		CHECK_EQ(test_signals_seen, 0);
		CHECK_ERRNO(write(fd, "x", 1), EFBIG);
		CHECK_EQ(test_signals_seen, 1);
		CHECK_ERRNO(ftruncate(fd, 11), EFBIG);
		CHECK_EQ(test_signals_seen, 2);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_OK(stat("f", &st));
	CHECK_EQ(st.st_size, 10);
}
