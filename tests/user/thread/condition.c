/* Condition variables: a bounded queue between producers and a consumer; a timed wait that times out. */
#include "test.h"
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, taken = PTHREAD_COND_INITIALIZER;
static int queue[4], used;

static void *produce(void *arg)
{
	for (int i = 1; i <= 200; i++) {
		pthread_mutex_lock(&lock);
		while (used == 4)
			pthread_cond_wait(&taken, &lock);
		queue[used++] = i;
		pthread_cond_signal(&filled);
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

static void test(void)
{
	pthread_t threads[3];
	struct timespec ts;
	long sum = 0;

	for (int i = 0; i < 3; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, produce, NULL), 0);
	for (int i = 0; i < 600; i++) {
		pthread_mutex_lock(&lock);
		while (used == 0)
			pthread_cond_wait(&filled, &lock);
		sum += queue[--used];
		pthread_cond_broadcast(&taken);
		pthread_mutex_unlock(&lock);
	}
	CHECK_EQ(sum, 3 * 200 * 201 / 2);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_nsec += 20000000;
	ts.tv_sec += ts.tv_nsec / 1000000000;
	ts.tv_nsec %= 1000000000;
	pthread_mutex_lock(&lock);
	CHECK_EQ(pthread_cond_timedwait(&filled, &lock, &ts), ETIMEDOUT);
	pthread_mutex_unlock(&lock);
}
