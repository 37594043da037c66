/* membarrier(2): QUERY, registration, errors, fork and exec, and a barrier that orders a store-load pair of two threads. */
#define TEST_HELPER
#include "test.h"
#include <pthread.h>

#ifndef SYS_membarrier
#define SYS_membarrier 324
#endif

enum {
	QUERY = 0, GLOBAL = 1, GLOBAL_EXPEDITED = 2, REGISTER_GLOBAL_EXPEDITED = 4, PRIVATE = 8, REGISTER_PRIVATE = 16,
	SYNC_CORE = 32, REGISTER_SYNC_CORE = 64, RSEQ = 128, REGISTER_RSEQ = 256,
};

static long membarrier(int command, unsigned flags, int cpu)
{
	return RAW(SYS_membarrier, command, flags, cpu);
}

static int test_helper(int argc, char **argv)
{
	(void)argc, (void)argv;
	return membarrier(PRIVATE, 0, 0) == -EPERM ? 0 : 1;
}

static void test_errors(void)
{
	long all = membarrier(QUERY, 0, 0);

	CHECK_EQ(all & 0x1ff, 0x1ff);
	CHECK_EQ(membarrier(QUERY, 1, 0), -EINVAL);
	CHECK_EQ(membarrier(GLOBAL, 1, 0), -EINVAL);
	CHECK_EQ(membarrier(RSEQ, 2, 0), -EINVAL);
	CHECK_EQ(membarrier(3, 0, 0), -EINVAL);
	CHECK_EQ(membarrier(-1, 0, 0), -EINVAL);
	CHECK_EQ(membarrier(1 << 20, 0, 0), -EINVAL);
	CHECK_EQ(membarrier(PRIVATE, 0, 0), -EPERM);
	CHECK_EQ(membarrier(SYNC_CORE, 0, 0), -EPERM);
	CHECK_EQ(membarrier(RSEQ, 0, 0), -EPERM);
}

static void test_commands(void)
{
	CHECK_EQ(membarrier(GLOBAL, 0, 0), 0);
	CHECK_EQ(membarrier(GLOBAL_EXPEDITED, 0, 0), 0);
	CHECK_EQ(membarrier(REGISTER_GLOBAL_EXPEDITED, 0, 0), 0);
	CHECK_EQ(membarrier(GLOBAL_EXPEDITED, 0, 0), 0);
	CHECK_EQ(membarrier(REGISTER_PRIVATE, 0, 0), 0);
	CHECK_EQ(membarrier(REGISTER_PRIVATE, 0, 0), 0);
	CHECK_EQ(membarrier(PRIVATE, 0, 0), 0);
	CHECK_EQ(membarrier(SYNC_CORE, 0, 0), -EPERM);
	CHECK_EQ(membarrier(REGISTER_SYNC_CORE, 0, 0), 0);
	CHECK_EQ(membarrier(SYNC_CORE, 0, 0), 0);
	CHECK_EQ(membarrier(REGISTER_RSEQ, 0, 0), 0);
	CHECK_EQ(membarrier(RSEQ, 0, 0), 0);
	CHECK_EQ(membarrier(RSEQ, 1, 0), 0);
	CHECK_EQ(membarrier(RSEQ, 1, 100000), 0);
}

static void test_heirs(void)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		CHECK_EQ(membarrier(PRIVATE, 0, 0), 0);
		EXEC_SELF("exec");
		_exit(1);
	}
	CHECK_CHILD(pid);
}

#define ROUNDS 1000

/*
 * Dekker's question with a barrier on one side alone: without it both may read the other's 0. The fast side has only a
 * compiler barrier.
 */
static volatile int fast_flag, slow_flag, fast_saw, turn;

static void *fast_side(void *arg)
{
	(void)arg;
	for (int i = 1; i <= ROUNDS; i++) {
		while (turn != 2 * i - 1)
			sched_yield();
		fast_flag = 1;
		__asm__ volatile("" : : : "memory");
		fast_saw = slow_flag;
		turn = 2 * i;
	}
	return NULL;
}

static void test_order(void)
{
	pthread_t t;
	int bad = 0;

	CHECK_EQ(pthread_create(&t, NULL, fast_side, NULL), 0);
	for (int i = 1; i <= ROUNDS; i++) {
		fast_flag = slow_flag = 0;
		__sync_synchronize();
		turn = 2 * i - 1;
		slow_flag = 1;
		if (membarrier(PRIVATE, 0, 0) != 0)
			bad++;
		int saw = fast_flag;
		while (turn != 2 * i)
			sched_yield();
		bad += !saw && !fast_saw;
	}
	pthread_join(t, NULL);
	CHECK_EQ(bad, 0);
}

static void test(void)
{
	test_errors();
	test_commands();
	test_heirs();
	test_order();
}
