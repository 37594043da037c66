/* rseq(2): registration and its errors; the fields; what fork, threads and exec make of a registration. */
#define TEST_HELPER
#include "rseq.h"
#include <pthread.h>

static struct block block, other;

static int test_helper(int argc, char **argv)
{
	(void)argc, (void)argv;
	return rseq(&block, 32, 0, SIGNATURE) == 0 ? 0 : 1;
}

static void test_errors(void)
{
	CHECK_EQ(rseq(&block, 32, 1, SIGNATURE), -EINVAL);
	CHECK_EQ(rseq(&block, 16, 0, SIGNATURE), -EINVAL);
	CHECK_EQ(rseq((struct block *)((char *)&block + 8), 32, 0, SIGNATURE), -EINVAL);
	CHECK_EQ(rseq(&block, 32, 4, SIGNATURE), -EINVAL);
	CHECK_EQ(rseq((struct block *)0xffff800000000000, 32, 0, SIGNATURE), -EFAULT);
}

static void test_twice(void)
{
	rseq_register(&block);
	CHECK(block.cpu < 4096);
	CHECK_EQ(block.cpu_start, block.cpu);
	CHECK_EQ(rseq(&block, 32, 0, SIGNATURE), -EBUSY);
	CHECK_EQ(rseq(&block, 32, 0, 1), -EPERM);
	CHECK_EQ(rseq(&block, 64, 0, SIGNATURE), -EINVAL);
	CHECK_EQ(rseq(&other, 32, 0, SIGNATURE), -EINVAL);
	CHECK_EQ(rseq(&other, 32, 1, SIGNATURE), -EINVAL);
	CHECK_EQ(rseq(&block, 32, 1, 1), -EPERM);
	CHECK_EQ(rseq(&block, 32, 3, SIGNATURE), -EINVAL);
	CHECK_EQ(rseq(&block, 32, 1, SIGNATURE), 0);
	CHECK_EQ(block.cpu, UINT32_MAX);
	CHECK_EQ(block.cpu_start, 0);
	CHECK_EQ(rseq(&block, 32, 1, SIGNATURE), -EINVAL);
}

static void *thread(void *arg)
{
	static struct block own;
	long r = rseq(&own, 32, 0, SIGNATURE);

	(void)arg;
	if (r == 0)
		r = rseq(&own, 32, 1, SIGNATURE);
	return (void *)r;
}

static void test_heirs(void)
{
	pthread_t t;
	void *result;

	rseq_register(&block);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(rseq(&block, 32, 0, SIGNATURE), -EBUSY);
		CHECK_EQ(rseq(&block, 32, 1, SIGNATURE), 0);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(pthread_create(&t, NULL, thread, NULL), 0);
	CHECK_EQ(pthread_join(t, &result), 0);
	CHECK_EQ((long)result, 0);
	pid = test_fork();
	if (pid == 0) {
		EXEC_SELF("exec");
		_exit(1);
	}
	CHECK_CHILD(pid);
	CHECK_EQ(rseq(&block, 32, 1, SIGNATURE), 0);
}

/* Wherever the thread is allowed to run, the block says so as soon as the call returns. */
static void test_migration(void)
{
	cpu_set_t all, one;

	rseq_register(&block);
	CHECK_EQ(sched_getaffinity(0, sizeof(all), &all), 0);
	for (int round = 0; round < 50; round++) {
		for (int cpu = 0; cpu < 64; cpu++) {
			if (!CPU_ISSET(cpu, &all))
				continue;
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			CHECK_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
			CHECK_EQ(block.cpu, cpu);
			CHECK_EQ(block.cpu_start, cpu);
			CHECK_EQ(block.node, 0);
		}
	}
	CHECK_EQ(sched_setaffinity(0, sizeof(all), &all), 0);
	CHECK_EQ(rseq(&block, 32, 1, SIGNATURE), 0);
}

static void test(void)
{
	test_errors();
	test_twice();
	test_heirs();
	test_migration();
}
