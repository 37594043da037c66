/* SA_RESTART: read and wait go on after the handler; nanosleep and poll have EINTR all the same. */
#include "test.h"

static void test(void)
{
	struct timespec ts = { 30, 0 }, rem = { 0, 0 };
	char c;
	int p[2], status;

	CHECK_OK(pipe(p));
	test_handle(SIGUSR1, test_count_signal, SA_RESTART);
	pid_t target = getpid();
	pid_t pid = test_fork();
	if (pid == 0) {
		for (int i = 0; i < 3; i++) {
			test_sleep(15);
			kill(target, SIGUSR1);
		}
		test_sleep(15);
		CHECK_EQ(write(p[1], "x", 1), 1);
		test_exit();
	}
	CHECK_EQ(read(p[0], &c, 1), 1);
	CHECK(test_signals_seen > 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);

	pid = test_pester(SIGUSR1);
	CHECK_ERRNO(nanosleep(&ts, &rem), EINTR);
	CHECK(rem.tv_sec >= 1 && rem.tv_sec <= 30);
	CHECK_ERRNO(poll(NULL, 0, 30000), EINTR);
	CHECK_ERRNO(pause(), EINTR);
	test_stop(pid);
}
