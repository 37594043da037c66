/* also: glibc libastra */
/* setuid and its relatives change every thread's identity. */
#include "threads_test.h"

static int stop, ready;

static void *identity(void *unused)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	add(&ready, 1);
	while (!get(&stop))
		sched_yield();
	return (void *)((long)RAW(SYS_getuid) << 32 | (long)RAW(SYS_getegid));
}

static void *churn(void *unused)
{
	while (!get(&stop))
		pthread_join(run_thread((void *(*)(void *))pthread_self, NULL), NULL);
	return NULL;
}

static void test(void)
{
	pthread_t t[5], other;

	test_need_root();
	for (int i = 0; i < 5; i++)
		t[i] = run_thread(identity, NULL);
	other = run_thread(churn, NULL);
	wait_until(&ready, 5);
	CHECK_OK(setgid(0));
	CHECK_OK(setresuid(1, 2, 3));
	for (int i = 0; i < 20; i++)
		CHECK_OK(seteuid(i % 2 ? 3 : 1));
	CHECK_ERRNO(setgid(9999), EPERM);
	put(&stop, 1);
	for (int i = 0; i < 5; i++) {
		long both = (long)result_of(t[i]);

		CHECK_EQ(both >> 32, 1);
		CHECK_EQ(both & 0xffffffff, 0);
	}
	result_of(other);
}
