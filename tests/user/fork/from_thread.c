/* fork in a thread other than the first: the child has only that thread, whose id is the new process's. */
#include "test.h"
#include <pthread.h>

static void *thread(void *arg)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		CHECK_EQ(syscall(SYS_gettid), getpid());
		_exit(test_failures ? 1 : 31);
	}
	CHECK_EXITS(pid, 31);
	return arg;
}

static void test(void)
{
	pthread_t t;

	CHECK_EQ(pthread_create(&t, NULL, thread, NULL), 0);
	CHECK_EQ(pthread_join(t, NULL), 0);
}
