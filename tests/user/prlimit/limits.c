/* prlimit64(2), getrlimit(2), setrlimit(2): soft and hard limits, who may raise, errors, inheritance. */
#include "test.h"

static void test(void)
{
	struct rlimit limit, old;

	test_need_root();
	CHECK_OK(prlimit(0, RLIMIT_NOFILE, NULL, &old));
	limit = (struct rlimit){ 30, 40 };
	CHECK_OK(prlimit(getpid(), RLIMIT_NOFILE, &limit, NULL));
	CHECK_OK(getrlimit(RLIMIT_NOFILE, &limit));
	CHECK_EQ(limit.rlim_cur, 30);
	CHECK_EQ(limit.rlim_max, 40);
	limit = (struct rlimit){ 41, 40 };
	CHECK_EQ(RAW(SYS_setrlimit, RLIMIT_NOFILE, &limit), -EINVAL);
	CHECK_EQ(RAW(SYS_prlimit64, 0, 16, &limit, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_prlimit64, 0, -1, 0, &limit), -EINVAL);
	CHECK_EQ(RAW(SYS_prlimit64, 0x3fffffff, RLIMIT_NOFILE, 0, &limit), -ESRCH);
	pid_t pid = test_fork();
	if (pid == 0) {
		test_drop_root(NO_UID);
		CHECK_OK(getrlimit(RLIMIT_NOFILE, &limit));
		CHECK_EQ(limit.rlim_cur, 30);
		limit = (struct rlimit){ 40, 40 };
		CHECK_EQ(RAW(SYS_setrlimit, RLIMIT_NOFILE, &limit), 0);
		limit = (struct rlimit){ 40, 41 };
		CHECK_EQ(RAW(SYS_setrlimit, RLIMIT_NOFILE, &limit), -EPERM);
		limit = (struct rlimit){ 10, 10 };
		CHECK_EQ(RAW(SYS_setrlimit, RLIMIT_NOFILE, &limit), 0);
		test_exit();
	}
	CHECK_CHILD(pid);
	/* Root may raise a hard limit, unless a container took that capability from it. */
	long raised = RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, &old, 0);
	CHECK(raised == 0 || (raised == -EPERM && !test_on_astra()));
	CHECK_OK(getrlimit(RLIMIT_NOFILE, &limit));
	CHECK_EQ(limit.rlim_max, raised == 0 ? old.rlim_max : 40);
}
