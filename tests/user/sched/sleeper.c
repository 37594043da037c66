/*
 * A task that sleeps a little again and again beside busy ones on the same CPU: it comes to run many times, far more often than by
 * waiting for the others' slices to end one after the other; and the busy ones go on.
 */
#include "share.h"

#define HOGS  6
#define TURNS 100

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void test(void)
{
	volatile int64_t *w = shared_words();
	int64_t late[TURNS];
	pid_t hogs[HOGS];

	pin(first_cpu());
	for (int i = 0; i < HOGS; i++) {
		hogs[i] = test_fork();
		if (hogs[i] == 0) {
			burn(&w[1 + i], &w[0]);
			test_exit();
		}
	}
	test_sleep(100);
	for (int i = 0; i < TURNS; i++) {
		int64_t start = test_now();

		test_sleep(5);
		late[i] = test_now() - start - 5000000;
		CHECK(late[i] >= 0);
	}
	w[0] = 1;
	for (int i = 0; i < HOGS; i++)
		CHECK_CHILD(hogs[i]);
	for (int i = 0; i < HOGS; i++)
		CHECK(w[1 + i] > 0);
	qsort(late, TURNS, sizeof(late[0]), by_value);
	test_print("late by: median %d us, worst %d us\n", (int)(late[TURNS / 2] / 1000), (int)(late[TURNS - 1] / 1000));
}
