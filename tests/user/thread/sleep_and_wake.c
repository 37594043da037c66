/* Threads that sleep in different ways at once: in a pipe, in nanosleep, in a futex, in wait; each wakes for its own reason. */
#include "test.h"
#include <pthread.h>

static int p[2], word;
static pid_t child;

static void *in_pipe(void *arg)
{
	char c = 0;

	CHECK(read(p[0], &c, 1) == 1 && c == 'w');
	return arg;
}

static void *in_sleep(void *arg)
{
	test_sleep(40);
	return arg;
}

static void *in_futex(void *arg)
{
	while (__atomic_load_n(&word, __ATOMIC_SEQ_CST) == 0)
		RAW(SYS_futex, &word, 128, 0, 0);
	return arg;
}

static void *in_wait(void *arg)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child && status == 4 << 8);
	return arg;
}

static void test(void)
{
	static void *(*const ways[])(void *) = { in_pipe, in_sleep, in_futex, in_wait };
	pthread_t threads[ARRAY_LEN(ways)];

	CHECK_OK(pipe(p));
	child = (pid_t)CHECK_OK(fork());
	if (child == 0) {
		test_sleep(30);
		_exit(4);
	}
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, ways[i], NULL), 0);
	test_sleep(10);
	CHECK_EQ(write(p[1], "w", 1), 1);
	__atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
	CHECK(RAW(SYS_futex, &word, 129, 1) >= 0);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
}
