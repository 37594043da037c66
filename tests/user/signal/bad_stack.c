/* A handler that has no stack to run on: SIGSEGV kills the process. */
#include "test.h"

static void test(void)
{
	test_handle(SIGUSR1, test_count_signal, 0);
	pid_t pid = test_fork();
	if (pid == 0) {
		register long rdi __asm__("rdi") = getpid();
		register long rsi __asm__("rsi") = SIGUSR1;
		__asm__ volatile("mov $0x1000, %%rsp\n\tmov $62, %%eax\n\tsyscall\n\tmov $60, %%eax\n\tsyscall" : : "r"(rdi), "r"(rsi));
		_exit(1);
	}
	CHECK_DIES(pid, SIGSEGV);

	/* A fault while its signal is blocked or ignored kills as well. */
	for (int i = 0; i < 2; i++) {
		pid = test_fork();
		if (pid == 0) {
			sigset_t set = test_set_of(SIGSEGV);
			if (i == 0)
				signal(SIGSEGV, SIG_IGN);
			test_handle(SIGSEGV, i ? test_count_signal : SIG_IGN, 0);
			if (i == 1)
				sigprocmask(SIG_BLOCK, &set, NULL);
			test_touch_write(NULL);
			_exit(1);
		}
		CHECK_DIES(pid, SIGSEGV);
	}
}
