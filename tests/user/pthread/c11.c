/* also: glibc libastra */
/* C11's threads.h. */
#include "threads_test.h"

#include <threads.h>

static mtx_t mutex;
static cnd_t cond;
static tss_t key;
static once_flag flag = ONCE_FLAG_INIT;
static int counter, destroyed, runs;
static thread_local int own = 3;

static void once(void)
{
	runs++;
}

static void destroy(void *value)
{
	add(&destroyed, 1);
}

static int work(void *argument)
{
	call_once(&flag, once);
	tss_set(key, argument);
	own++;
	for (int i = 0; i < 1000; i++) {
		mtx_lock(&mutex);
		counter++;
		mtx_unlock(&mutex);
	}
	if (tss_get(key) != argument || own != 4)
		return 1;
	thrd_exit(-5);
}

static int wait_for_zero(void *unused)
{
	mtx_lock(&mutex);
	while (counter)
		cnd_wait(&cond, &mutex);
	mtx_unlock(&mutex);
	return 9;
}

static void test(void)
{
	struct timespec deadline = after(15), moment = { 0, 1000000 };
	thrd_t t[5];
	int result;

	CHECK_EQ(mtx_init(&mutex, mtx_timed), thrd_success);
	CHECK_EQ(cnd_init(&cond), thrd_success);
	CHECK_EQ(tss_create(&key, destroy), thrd_success);
	for (int i = 0; i < 5; i++)
		CHECK_EQ(thrd_create(&t[i], work, &t[i]), thrd_success);
	for (int i = 0; i < 5; i++) {
		CHECK_EQ(thrd_join(t[i], &result), thrd_success);
		CHECK_EQ(result, -5);
	}
	CHECK_EQ(counter, 5000);
	CHECK_EQ(destroyed, 5);
	CHECK_EQ(runs, 1);
	CHECK_EQ(thrd_create(&t[0], wait_for_zero, NULL), thrd_success);
	CHECK_EQ(thrd_sleep(&moment, NULL), 0);
	CHECK_EQ(mtx_lock(&mutex), thrd_success);
	CHECK_EQ(mtx_trylock(&mutex), thrd_busy);
	CHECK_EQ(mtx_timedlock(&mutex, &deadline), thrd_timedout);
	counter = 0;
	CHECK_EQ(cnd_broadcast(&cond), thrd_success);
	CHECK_EQ(mtx_unlock(&mutex), thrd_success);
	CHECK_EQ(thrd_join(t[0], &result), thrd_success);
	CHECK_EQ(result, 9);
	mtx_lock(&mutex);
	deadline = after(15);
	while ((result = cnd_timedwait(&cond, &mutex, &deadline)) == thrd_success)
		;
	CHECK_EQ(result, thrd_timedout);
	mtx_unlock(&mutex);
	CHECK(thrd_equal(thrd_current(), thrd_current()));
	tss_delete(key);
	cnd_destroy(&cond);
	mtx_destroy(&mutex);
}
