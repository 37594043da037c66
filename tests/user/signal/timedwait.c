/* rt_sigtimedwait(2): takes pending and later signals, times out with EAGAIN, EINTR by others, errors. */
#include "test.h"

static void test(void)
{
	sigset_t set = test_set_of(SIGUSR1);
	struct timespec ts = { 0, 20000000 }, bad = { 0, 1000000000 }, negative = { -1, 0 };
	siginfo_t info;

	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	int64_t start = test_now();
	CHECK_ERRNO(sigtimedwait(&set, &info, &ts), EAGAIN);
	CHECK(test_now() - start >= 20000000);
	CHECK_ERRNO(sigtimedwait(&set, &info, &bad), EINVAL);
	CHECK_ERRNO(sigtimedwait(&set, &info, &negative), EINVAL);
	CHECK_EQ(RAW(SYS_rt_sigtimedwait, test_unmapped(), 0, 0, 8), -EFAULT);
	CHECK_EQ(RAW(SYS_rt_sigtimedwait, &set, 0, 0, 4), -EINVAL);

	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(sigtimedwait(&set, NULL, &ts), SIGUSR1);
	pid_t target = getpid();
	pid_t pid = test_fork();
	if (pid == 0) {
		test_sleep(20);
		CHECK_OK(kill(target, SIGUSR1));
		test_exit();
	}
	CHECK_EQ(sigwaitinfo(&set, &info), SIGUSR1);
	CHECK_EQ(info.si_pid, pid);
	CHECK_EQ(info.si_code, SI_USER);
	CHECK_CHILD(pid);

	test_handle(SIGUSR2, test_count_signal, 0);
	pid = test_pester(SIGUSR2);
	CHECK_EQ(RAW(SYS_rt_sigtimedwait, &set, 0, 0, 8), -EINTR);
	test_stop(pid);
}
