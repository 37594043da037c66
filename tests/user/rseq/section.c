/* rseq(2): critical sections are aborted by a signal, by another thread's turn, by membarrier; bad ones are SIGSEGV. */
#include "rseq.h"
#include <pthread.h>

#ifndef SYS_membarrier
#define SYS_membarrier 324
#endif

static struct block block;
static volatile int entered, handled, stop;
static uint64_t section_in_handler = 1;

static __attribute__((noinline)) void spin(void)
{
	entered = 0;
	SPIN_IN_SECTION(&block, entered, "0x53053053");
aborted:
	return;
}

static __attribute__((noinline)) void spin_badly(void)
{
	SPIN_IN_SECTION(&block, entered, "0x12345678");
aborted:
	return;
}

static void on_alarm(int sig)
{
	(void)sig;
	handled = 1;
	section_in_handler = block.section;
}

static void arm(long us)
{
	struct itimerval t = { .it_value = { 0, us } };

	CHECK_EQ(setitimer(ITIMER_REAL, &t, NULL), 0);
}

static void test_signal(void)
{
	signal(SIGALRM, on_alarm);
	arm(20000);
	while (!handled)
		spin();
	CHECK(entered);
	CHECK_EQ(section_in_handler, 0);
	CHECK_EQ(block.section, 0);
}

static void *compete(void *arg)
{
	(void)arg;
	while (!stop)
		;
	return NULL;
}

/* Two threads on one CPU: the section ends when the other one gets its turn. */
static void test_preemption(void)
{
	cpu_set_t all, one;
	pthread_t t;

	CHECK_EQ(sched_getaffinity(0, sizeof(all), &all), 0);
	CPU_ZERO(&one);
	CPU_SET((int)block.cpu, &one);
	CHECK_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
	CHECK_EQ(pthread_create(&t, NULL, compete, NULL), 0);
	for (int i = 0; i < 5; i++) {
		spin();
		CHECK(entered);
	}
	stop = 1;
	pthread_join(t, NULL);
	CHECK_EQ(sched_setaffinity(0, sizeof(all), &all), 0);
}

static void *send_barrier(void *arg)
{
	(void)arg;
	while (!entered)
		sched_yield();
	return (void *)RAW(SYS_membarrier, 1 << 7, 0, 0);
}

static void test_membarrier(void)
{
	pthread_t t;
	void *result;

	CHECK_EQ(RAW(SYS_membarrier, 1 << 8, 0, 0), 0);
	entered = 0;
	CHECK_EQ(pthread_create(&t, NULL, send_barrier, NULL), 0);
	spin();
	CHECK_EQ(pthread_join(t, &result), 0);
	CHECK_EQ((long)result, 0);
}

static void test_bad_signature(void)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		signal(SIGALRM, SIG_IGN);
		stop = 0;
		pthread_t t;
		cpu_set_t one;
		CPU_ZERO(&one);
		CPU_SET((int)block.cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		pthread_create(&t, NULL, compete, NULL);
		spin_badly();
		_exit(0);
	}
	CHECK_DIES(pid, SIGSEGV);
}

/* The kernel looks at the section's description only; nothing of it may lead astray. */
static void test_bad_description(void)
{
	static struct section bad[] = {
		{ .version = 1, .start = 4096, .length = 16, .abort = 8192 },
		{ .start = 1ull << 63, .length = 16, .abort = 8192 },
		{ .start = 4096, .length = ~0ull, .abort = 8192 },
		{ .start = 4096, .length = 16, .abort = 4100 },
		{ .start = 4096, .length = 16, .abort = 1ull << 63 },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad) + 2; i++) {
		pid_t pid = test_fork();

		if (pid == 0) {
			signal(SIGALRM, on_alarm);
			block.section = i < ARRAY_LEN(bad) ? (uint64_t)&bad[i] : i == ARRAY_LEN(bad) ? 8 : 1ull << 63;
			raise(SIGALRM);
			_exit(0);
		}
		CHECK_DIES(pid, SIGSEGV);
	}
}

static void test(void)
{
	rseq_register(&block);
	test_signal();
	test_preemption();
	test_membarrier();
	test_bad_signature();
	test_bad_description();
	CHECK_EQ(rseq(&block, 32, 1, SIGNATURE), 0);
}
