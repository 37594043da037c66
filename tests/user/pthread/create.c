/* also: glibc libastra */
/* pthread_create, join in all forms, detach, self, equal, exit: results, errors, many threads, the process's end. */
#include "threads_test.h"

static void *twice(void *argument)
{
	return (void *)((long)argument * 2);
}

static void *leave(void *argument)
{
	pthread_exit(argument);
}

static void *nap(void *argument)
{
	test_sleep(50);
	return argument;
}

static void *wait_for(void *flag)
{
	while (!__atomic_load_n((int *)flag, __ATOMIC_ACQUIRE))
		sched_yield();
	return flag;
}

static void *count(void *counter)
{
	__atomic_add_fetch((int *)counter, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void results(void)
{
	pthread_t t[50];
	void *result;

	for (int round = 0; round < 4; round++) {
		for (long i = 0; i < 50; i++)
			CHECK_EQ(pthread_create(&t[i], NULL, i % 2 ? twice : leave, (void *)i), 0);
		for (long i = 0; i < 50; i++) {
			CHECK_EQ(pthread_join(t[i], &result), 0);
			CHECK_EQ((long)result, i % 2 ? 2 * i : i);
		}
	}
	for (long i = 0; i < 2000; i++) {
		CHECK_EQ(pthread_create(&t[0], NULL, twice, (void *)i), 0);
		CHECK_EQ(pthread_join(t[0], &result), 0);
		CHECK_EQ((long)result, 2 * i);
	}
}

static void forms_of_join(void)
{
	int flag = 0;
	struct timespec deadline = after(30);
	void *result = NULL;
	pthread_t t;

	CHECK_EQ(pthread_create(&t, NULL, wait_for, &flag), 0);
	CHECK_EQ(pthread_tryjoin_np(t, &result), EBUSY);
	CHECK_EQ(pthread_timedjoin_np(t, &result, &deadline), ETIMEDOUT);
	__atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
	deadline = after(60000);
	CHECK_EQ(pthread_timedjoin_np(t, &result, &deadline), 0);
	CHECK(result == &flag);
	CHECK_EQ(pthread_create(&t, NULL, twice, (void *)21), 0);
	while (pthread_tryjoin_np(t, &result) == EBUSY)
		sched_yield();
	CHECK_EQ((long)result, 42);
	if (STRICT)
		CHECK_EQ(pthread_join(pthread_self(), NULL), EDEADLK);
	CHECK(pthread_equal(pthread_self(), pthread_self()));
}

static void detached(void)
{
	int counter = 0, state = -1;
	pthread_attr_t attr;
	pthread_t t;

	CHECK_EQ(pthread_attr_init(&attr), 0);
	CHECK_EQ(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED), 0);
	CHECK_EQ(pthread_attr_getdetachstate(&attr, &state), 0);
	CHECK_EQ(state, PTHREAD_CREATE_DETACHED);
	CHECK_EQ(pthread_attr_setdetachstate(&attr, 77), EINVAL);
	for (int i = 0; i < 300; i++) {
		CHECK_EQ(pthread_create(&t, i % 2 ? &attr : NULL, count, &counter), 0);
		if (!(i % 2))
			CHECK_EQ(pthread_detach(t), 0);
	}
	while (__atomic_load_n(&counter, __ATOMIC_SEQ_CST) < 300)
		sched_yield();
	CHECK_EQ(pthread_attr_destroy(&attr), 0);
	if (!STRICT)
		return;
	CHECK_EQ(pthread_create(&t, NULL, nap, NULL), 0);
	CHECK_EQ(pthread_detach(t), 0);
	CHECK_EQ(pthread_join(t, NULL), EINVAL);
	CHECK_EQ(pthread_detach(t), EINVAL);
}

static void *say_end(void *unused)
{
	test_sleep(30);
	exit(7);
	return NULL;
}

static void *end_last(void *initial)
{
	void *result;

	if (pthread_join(*(pthread_t *)initial, &result) || result != initial)
		_exit(3);
	return NULL;
}

static pthread_t initial;

/* exit from a thread ends the process with its status; without it the end of the last thread does, with 0. */
static void ends(void)
{
	pthread_t t;
	pid_t pid = test_fork();

	if (pid == 0) {
		pthread_create(&t, NULL, say_end, NULL);
		pthread_exit(NULL);
	}
	CHECK_EXITS(pid, 7);
	if (!STRICT)
		return;
	pid = test_fork();
	if (pid == 0) {
		initial = pthread_self();
		pthread_create(&t, NULL, end_last, &initial);
		pthread_exit(&initial);
	}
	CHECK_EXITS(pid, 0);
}

static void test(void)
{
	results();
	forms_of_join();
	detached();
	ends();
}
