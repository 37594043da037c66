/* A futex wait is interrupted by a handler; with SA_RESTART it goes on until woken, but not when it has a time-out. */
#include "test.h"

static void test(void)
{
	int *word = (int *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));

	test_handle(SIGUSR1, test_count_signal, 0);
	pid_t pid = test_pester(SIGUSR1);
	CHECK_EQ(RAW(SYS_futex, word, 0, 0, 0), -EINTR);
	test_stop(pid);
	struct timespec ts = { 30, 0 };
	test_handle(SIGUSR1, test_count_signal, SA_RESTART);
	pid = test_pester(SIGUSR1);
	CHECK_EQ(RAW(SYS_futex, word, 0, 0, &ts), -EINTR);
	test_stop(pid);

	pid_t target = getpid();
	pid = test_fork();
	if (pid == 0) {
		for (int i = 0; i < 3; i++) {
			test_sleep(15);
			kill(target, SIGUSR1);
		}
		test_sleep(15);
		__atomic_store_n(word, 1, __ATOMIC_SEQ_CST);
		CHECK(RAW(SYS_futex, word, 1, 1) >= 0);
		test_exit();
	}
	long got = RAW(SYS_futex, word, 0, 0, 0);
	CHECK(got == 0 || got == -EAGAIN);
	CHECK_EQ(*word, 1);
	CHECK_CHILD(pid);
}
