/* Two processes that send each other signals as fast as they can while they compute: none crashes, sums stay right. */
#include "test.h"

static void test(void)
{
	pid_t parent = getpid();

	test_handle(SIGUSR1, test_count_signal, SA_RESTART);
	pid_t pid = test_fork();
	if (pid == 0) {
		for (int i = 0; i < 300; i++)
			kill(parent, SIGUSR1);
		test_exit();
	}
	double sum = 0;
	for (int i = 1; waitpid(pid, NULL, WNOHANG) == 0; i++) {
		double part = 0;
		for (int k = 1; k <= 100; k++)
			part += k;
		sum = part;
	}
	CHECK(sum == 5050 || sum == 0);
	CHECK(test_signals_seen > 0 && test_signals_seen <= 300);
}
