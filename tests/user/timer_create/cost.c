/*
 * Arming a timer among 10,000 armed ones costs what it costs among 10: the time for the same number of settings, of which the best of
 * some rounds is compared. A list instead of a tree would be hundreds of times slower.
 */
#include "test.h"

#define MANY   10000
#define FEW    10
#define ROUNDS 7
#define SETS   2000

static int ids[MANY];

static void set(int id, int i)
{
	struct itimerspec s = { .it_value = { 1000 + i * 7919 % MANY, 0 } };

	CHECK_EQ(RAW(SYS_timer_settime, id, 0, &s, NULL), 0);
}

static int64_t best_of(int count)
{
	int64_t best = INT64_MAX;

	for (int round = 0; round < ROUNDS; round++) {
		int64_t start = test_now();

		for (int i = 0; i < SETS; i++)
			set(ids[i % count], i + round);
		if (test_now() - start < best)
			best = test_now() - start;
	}
	return best / SETS;
}

static void test(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_NONE };
	struct rlimit limit;
	int count = 0;

	CHECK_OK(getrlimit(RLIMIT_SIGPENDING, &limit));
	if (limit.rlim_cur < 2 * MANY && setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){ 2 * MANY, 2 * MANY }) == 0)
		limit.rlim_cur = 2 * MANY;		/* each takes one queue entry */
	int most = limit.rlim_cur < MANY + 100 ? (int)(limit.rlim_cur / 2) : MANY;
	for (; count < FEW; count++) {
		CHECK_EQ(RAW(SYS_timer_create, CLOCK_MONOTONIC, &e, &ids[count]), 0);
		set(ids[count], count);
	}
	int64_t few = best_of(FEW);
	for (; count < most; count++) {
		CHECK_EQ(RAW(SYS_timer_create, CLOCK_MONOTONIC, &e, &ids[count]), 0);
		set(ids[count], count);
	}
	int64_t many = best_of(count);
	test_print("a setting among %d: %d ns, among %d: %d ns\n", FEW, (int)few, count, (int)many);
	CHECK(many < 20 * few);
	for (int i = 0; i < count; i++)
		CHECK_EQ(RAW(SYS_timer_delete, ids[i]), 0);
}
