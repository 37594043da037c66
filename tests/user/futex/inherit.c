/*
 * Priority inheritance: a low-priority owner of a lock runs while a middle-priority thread spins, because an urgent one
 * waits for it; also through a chain of two locks. All on one CPU. Without inheritance the test would not end.
 */
#include "futex.h"

static uint32_t first, second;
static volatile int low_has, mid_has, mid_tid, urgent_done, spinner_runs, urgent_tid;

static void set_fifo(int priority)
{
	struct sched_param p = { .sched_priority = priority };

	if (syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &p) != 0) {
		test_print("sched_setscheduler: errno %d\n", errno);
		_exit(1);
	}
}

static void *low(void *arg)
{
	(void)arg;
	set_fifo(1);
	FUTEX(&first, LOCK_PI | PRIVATE, 0, NULL);
	low_has = 1;
	while (!spinner_runs)
		usleep(1000);
	for (volatile long i = 0; i < 3000000; i++)
		;
	FUTEX(&first, UNLOCK_PI | PRIVATE);
	return NULL;
}

/* Owns the second lock and waits for the first: the link of the chain. */
static void *link_(void *arg)
{
	(void)arg;
	set_fifo(2);
	FUTEX(&second, LOCK_PI | PRIVATE, 0, NULL);
	mid_has = 1;
	mid_tid = gettid_();
	FUTEX(&first, LOCK_PI | PRIVATE, 0, NULL);
	FUTEX(&first, UNLOCK_PI | PRIVATE);
	FUTEX(&second, UNLOCK_PI | PRIVATE);
	return NULL;
}

static void *urgent(void *arg)
{
	(void)arg;
	set_fifo(20);
	urgent_tid = gettid_();
	FUTEX(&second, LOCK_PI | PRIVATE, 0, NULL);
	FUTEX(&second, UNLOCK_PI | PRIVATE);
	urgent_done = 1;
	return NULL;
}

static void *spinner(void *arg)
{
	(void)arg;
	set_fifo(10);
	spinner_runs = 1;
	while (!urgent_done)
		;
	return NULL;
}

static void test(void)
{
	struct sched_param p = { .sched_priority = 30 };
	pthread_t t[4];
	cpu_set_t one;

	if (syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &p) != 0)
		test_skip("real-time scheduling is not allowed here");
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	CHECK_OK(sched_setaffinity(0, sizeof(one), &one));
	CHECK_EQ(pthread_create(&t[0], NULL, low, NULL), 0);
	while (!low_has)
		usleep(1000);
	CHECK_EQ(pthread_create(&t[1], NULL, link_, NULL), 0);
	while (!mid_has)
		usleep(1000);
	usleep(20000);
	CHECK_EQ(pthread_create(&t[2], NULL, urgent, NULL), 0);
	while (!urgent_tid)
		usleep(1000);
	usleep(20000);
	CHECK_EQ(pthread_create(&t[3], NULL, spinner, NULL), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	CHECK(urgent_done);
}
