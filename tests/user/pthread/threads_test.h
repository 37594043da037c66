/* What the tests of threads share. musl leaves undefined what glibc and libastra refuse: such checks stand under STRICT. */
#ifndef THREADS_TEST_H
#define THREADS_TEST_H

#include "../test.h"

#include <pthread.h>

#if defined(__GLIBC__) || defined(__ASTRA__)
#define STRICT 1
#else
#define STRICT 0
#endif

/* A time so many milliseconds from now. */
static inline struct timespec after_on(clockid_t clock, int ms)
{
	struct timespec t;

	clock_gettime(clock, &t);
	t.tv_nsec += (ms % 1000) * 1000000l;
	t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

static inline struct timespec after(int ms)
{
	return after_on(CLOCK_REALTIME, ms);
}

static inline pthread_t run_thread(void *(*start)(void *), void *argument)
{
	pthread_t t;

	if (!CHECK_EQ(pthread_create(&t, NULL, start, argument), 0))
		test_exit();
	return t;
}

static inline void *result_of(pthread_t t)
{
	void *result = NULL;

	CHECK_EQ(pthread_join(t, &result), 0);
	return result;
}

/* Memory that processes share. */
static inline void *shared_memory(size_t size)
{
	return (void *)CHECK_OK(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

static inline int get(int *word)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static inline void put(int *word, int value)
{
	__atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

static inline int add(int *word, int value)
{
	return __atomic_add_fetch(word, value, __ATOMIC_SEQ_CST);
}

static inline void wait_until(int *word, int value)
{
	while (get(word) != value)
		sched_yield();
}

#endif
