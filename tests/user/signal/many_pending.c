/* RLIMIT_SIGPENDING bounds queued real-time signals: EAGAIN beyond it, while kill still gets through. */
#include "test.h"

static void test(void)
{
	struct rlimit limit = { 10, 10 };
	sigset_t set;
	int queued = 0;

	test_need_root();
	pid_t pid = test_fork();
	if (pid == 0) {
		sigemptyset(&set);
		sigaddset(&set, SIGRTMIN);
		sigaddset(&set, SIGUSR1);
		CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
		CHECK_OK(setrlimit(RLIMIT_SIGPENDING, &limit));
		test_drop_root(54322);
		while (queued < 100 && sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = queued }) == 0)
			queued++;
		CHECK_EQ(errno, EAGAIN);
		CHECK_EQ(queued, 10);
		CHECK_OK(kill(getpid(), SIGUSR1));
		CHECK_EQ(sigwaitinfo(&set, NULL), SIGUSR1);
		siginfo_t info;
		for (int i = 0; i < queued; i++) {
			CHECK_EQ(sigwaitinfo(&set, &info), SIGRTMIN);
			CHECK_EQ(info.si_value.sival_int, i);
		}
		test_exit();
	}
	CHECK_CHILD(pid);
}
