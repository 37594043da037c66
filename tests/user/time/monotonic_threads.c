/* CLOCK_MONOTONIC does not step back, within a thread or from one thread to another: 10^7 readings by four threads. */
#include "test.h"
#include <pthread.h>

#define THREADS	 4
#define READINGS 2500000

static int64_t latest;			/* what anybody saw last */
static int backwards;

/* What was published before a reading began is not later than the reading. */
static void *read_on(void *arg)
{
	(void)arg;
	for (int i = 0; i < READINGS; i++) {
		int64_t before = __atomic_load_n(&latest, __ATOMIC_ACQUIRE), now = test_now();

		if (now < before)
			__atomic_fetch_add(&backwards, 1, __ATOMIC_RELAXED);
		else if (i % 8 == 0)
			__atomic_compare_exchange_n(&latest, &before, now, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void test(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, read_on, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	CHECK_EQ(backwards, 0);
}
