/* exit_group ends threads that sleep, spin or hold locks; a fatal signal to one ends all; exec leaves only one. */
#define TEST_HELPER
#include "test.h"
#include <pthread.h>

static int test_helper(int argc, char **argv)
{
	(void)argc;
	return syscall(SYS_gettid) == getpid() && atoi(argv[1]) == getpid() ? 21 : 1;
}

static void *sleeper(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void *spinner(void *arg)
{
	for (;;)
		__asm__ volatile("pause");
	return arg;
}

static void *executor(void *arg)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", getpid());
	EXEC_SELF(pid);
	return arg;
}

static void start(void *(*function)(void *))
{
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, function, NULL), 0);
}

static void test(void)
{
	for (int how = 0; how < 4; how++) {
		pid_t pid = test_fork();
		if (pid == 0) {
			start(sleeper);
			start(spinner);
			test_sleep(5);
			if (how == 0)
				syscall(SYS_exit_group, 9);
			else if (how == 1)
				kill(getpid(), SIGTERM);
			else if (how == 2)
				executor(NULL);
			else
				start(executor);
			sleeper(NULL);
		}
		if (how == 1)
			CHECK_DIES(pid, SIGTERM);
		else
			CHECK_EXITS(pid, how == 0 ? 9 : 21);
	}
}
