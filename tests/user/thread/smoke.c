/* musl's threads: create, join, return values, identity, a mutex under contention, thread-local storage. */
#include "test.h"
#include <pthread.h>

#define THREADS 6
#define ROUNDS	2000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long counter;
static __thread long own = 100;

static void *work(void *arg)
{
	if (syscall(SYS_gettid) == getpid() || own != 100)
		return (void *)-1;
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&lock);
		counter++;
		own++;
		pthread_mutex_unlock(&lock);
	}
	return (void *)((long)arg + own);
}

static void test(void)
{
	pthread_t threads[THREADS];
	void *result;

	for (long i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, work, (void *)i), 0);
	for (long i = 0; i < THREADS; i++) {
		CHECK_EQ(pthread_join(threads[i], &result), 0);
		CHECK_EQ(result, i + 100 + ROUNDS);
	}
	CHECK_EQ(counter, THREADS * ROUNDS);
	CHECK_EQ(own, 100);
}
