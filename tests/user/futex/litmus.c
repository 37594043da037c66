/*
 * No wake-up is lost: pairs of threads hand a word to and fro, each sleeping until the other has changed and woken it. A sleeper
 * whose time runs out although the word has changed has missed its wake-up. FUTEX_LITMUS=N in the environment asks for N pairs of
 * wait and wake instead of some ten thousand.
 */
#include "futex.h"

#define COUPLES 4
#define PATIENCE 20			/* seconds */

enum mode { PLAIN, SHARED, BITS, MOVED };

struct couple {
	uint32_t word __attribute__((aligned(64)));
	uint32_t aside __attribute__((aligned(64)));	/* where MOVED sleepers are put */
	int mode;
	long rounds, lost;
};

static struct couple couples[COUPLES];

/* Sleep while *word is `value`; true when it changed and nobody said so. */
static bool await_change(struct couple *c, uint32_t value)
{
	struct timespec relative = { PATIENCE, 0 };

	while (__atomic_load_n(&c->word, __ATOMIC_SEQ_CST) == value) {
		long r;

		if (c->mode == BITS) {
			struct timespec absolute = from_now(CLOCK_MONOTONIC, 0);
			absolute.tv_sec += PATIENCE;
			r = FUTEX(&c->word, WAIT_BITSET | PRIVATE, value, &absolute, NULL, 4);
		} else {
			r = FUTEX(&c->word, WAIT | (c->mode == SHARED ? 0 : PRIVATE), value, &relative);
		}
		if (r == -ETIMEDOUT && __atomic_load_n(&c->word, __ATOMIC_SEQ_CST) != value)
			return true;
	}
	return false;
}

static void change(struct couple *c, uint32_t value)
{
	__atomic_store_n(&c->word, value, __ATOMIC_SEQ_CST);
	switch (c->mode) {
	case PLAIN:
		FUTEX(&c->word, WAKE | PRIVATE, 1);
		break;
	case SHARED:
		FUTEX(&c->word, WAKE, 1);
		break;
	case BITS:
		FUTEX(&c->word, WAKE_BITSET | PRIVATE, 1, NULL, NULL, 6);
		break;
	case MOVED:
		FUTEX(&c->word, REQUEUE | PRIVATE, 0, 1, &c->aside);
		FUTEX(&c->aside, WAKE | PRIVATE, 1);
		break;
	}
}

static void *first(void *arg)
{
	struct couple *c = arg;

	for (long i = 0; i < c->rounds; i++) {
		change(c, 1);
		c->lost += await_change(c, 1);
	}
	return NULL;
}

static void *second(void *arg)
{
	struct couple *c = arg;
	long lost = 0;

	for (long i = 0; i < c->rounds; i++) {
		lost += await_change(c, 0);
		change(c, 0);
	}
	return (void *)lost;
}

static void test(void)
{
	const char *wish = getenv("FUTEX_LITMUS");
	long total = wish ? atol(wish) : 16000;
	pthread_t a[COUPLES], b[COUPLES];
	void *lost;

	for (int i = 0; i < COUPLES; i++) {
		couples[i].mode = i;
		couples[i].rounds = total / COUPLES / 2;
		CHECK_EQ(pthread_create(&a[i], NULL, first, &couples[i]), 0);
		CHECK_EQ(pthread_create(&b[i], NULL, second, &couples[i]), 0);
	}
	for (int i = 0; i < COUPLES; i++) {
		pthread_join(a[i], NULL);
		pthread_join(b[i], &lost);
		CHECK_EQ(couples[i].lost + (long)lost, 0);
	}
}
