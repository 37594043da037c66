/* Signals and threads: one sent to the process goes to a thread that does not block it, tgkill to just the one. */
#include "test.h"
#include <pthread.h>

static volatile pid_t handled_by, tid;
static volatile int done;

static void handler(int sig)
{
	(void)sig;
	handled_by = (pid_t)syscall(SYS_gettid);
}

static void *thread(void *arg)
{
	sigset_t set = test_set_of(SIGUSR1);

	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	__atomic_store_n(&tid, (pid_t)syscall(SYS_gettid), __ATOMIC_SEQ_CST);
	while (!done)
		test_sleep(2);
	return arg;
}

static void test(void)
{
	sigset_t set = test_set_of(SIGUSR1);
	pthread_t other;

	test_handle(SIGUSR1, handler, 0);
	test_handle(SIGUSR2, handler, 0);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	CHECK_EQ(pthread_create(&other, NULL, thread, NULL), 0);
	while (!__atomic_load_n(&tid, __ATOMIC_SEQ_CST))
		test_sleep(1);
	CHECK_OK(kill(getpid(), SIGUSR1));
	while (!handled_by)
		test_sleep(1);
	CHECK_EQ(handled_by, tid);
	handled_by = 0;
	CHECK_OK(syscall(SYS_tgkill, getpid(), tid, SIGUSR2));
	while (!handled_by)
		test_sleep(1);
	CHECK_EQ(handled_by, tid);
	handled_by = 0;
	CHECK_OK(syscall(SYS_tgkill, getpid(), getpid(), SIGUSR2));
	CHECK_EQ(handled_by, getpid());
	done = 1;
	CHECK_EQ(pthread_join(other, NULL), 0);
}
