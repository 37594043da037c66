/* A fork bomb of an ordinary user ends at RLIMIT_NPROC with EAGAIN; what is reaped may be forked again. */
#include "test.h"

#define UID 54321

static void test(void)
{
	test_need_root();
	pid_t pid = test_fork();
	if (pid == 0) {
		struct rlimit limit = { 20, 20 };
		int children = 0;

		CHECK_OK(setrlimit(RLIMIT_NPROC, &limit));
		test_drop_root(UID);
		for (;;) {
			pid_t child = fork();
			if (child == -1)
				break;
			if (child == 0)
				for (;;)
					pause();
			children++;
			if (!CHECK(children < 100))
				break;
		}
		CHECK_EQ(errno, EAGAIN);
		CHECK_EQ(children, 19);
		CHECK_ERRNO(fork(), EAGAIN);
		signal(SIGTERM, SIG_IGN);
		CHECK_OK(kill(-1, SIGKILL) == 0 || errno == ESRCH ? 0 : -1);
		while (wait(NULL) > 0)
			children--;
		CHECK_EQ(children, 0);
		pid_t child = test_fork();
		if (child == 0)
			_exit(0);
		CHECK_CHILD(child);
		test_exit();
	}
	CHECK_CHILD(pid);
}
