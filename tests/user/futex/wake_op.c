/* FUTEX_WAKE_OP: every operation and comparison, OPARG_SHIFT, who is woken, errors. */
#include "futex.h"

#define CODE(op, argument, cmp, cmp_argument) \
	((unsigned)(op) << 28 | (unsigned)(cmp) << 24 | ((unsigned)(argument) & 0xfff) << 12 | ((unsigned)(cmp_argument) & 0xfff))
enum { SET, ADD, OR, ANDN, XOR, SHIFT = 8 };
enum { EQ, NE, LT, LE, GT, GE };

static uint32_t word1, word2;
static volatile int tid1, tid2, woken1, woken2;

static void *sleeper(void *arg)
{
	int first = arg == &word1;

	*(first ? &tid1 : &tid2) = gettid_();
	FUTEX(arg, WAIT | PRIVATE, *(volatile uint32_t *)arg, NULL);
	*(first ? &woken1 : &woken2) = 1;
	return NULL;
}

static void test_operations(void)
{
	static const struct {
		unsigned op;
		int argument;
		uint32_t old, new;
	} ops[] = {
		{ SET, 5, 9, 5 }, { SET, -1, 9, ~0u }, { ADD, 3, 9, 12 }, { ADD, -10, 9, ~0u }, { OR, 6, 9, 15 }, { ANDN, 1, 9, 8 },
		{ XOR, 3, 9, 10 }, { SET | SHIFT, 31, 0, 1u << 31 }, { OR | SHIFT, 4, 1, 17 }, { ANDN | SHIFT, 0, 3, 2 },
	};

	for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
		word2 = ops[i].old;
		CHECK_EQ(FUTEX(&word1, WAKE_OP, 1, 1, &word2, CODE(ops[i].op, ops[i].argument, EQ, 0)), 0);
		CHECK_EQ(word2, ops[i].new);
	}
	CHECK_EQ(FUTEX(&word1, WAKE_OP, 1, 1, &word2, CODE(5, 0, EQ, 0)), -ENOSYS);
	CHECK_EQ(FUTEX(&word1, WAKE_OP, 1, 1, &word2, CODE(SET, 0, 6, 0)), -ENOSYS);
	CHECK_EQ(FUTEX(&word1, WAKE_OP, 1, 1, (char *)&word2 + 1, 0), -EINVAL);
	CHECK_EQ(FUTEX((char *)&word1 + 2, WAKE_OP, 1, 1, &word2, 0), -EINVAL);
	CHECK_EQ(FUTEX(&word1, WAKE_OP | PRIVATE, 1, 1, test_unmapped(), 0), -EFAULT);
	CHECK_EQ(FUTEX(&word1, WAKE_OP | REALTIME, 1, 1, &word2, 0), -ENOSYS);
	void *page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK_EQ(FUTEX(&word1, WAKE_OP | PRIVATE, 1, 1, page, 0), -EFAULT);
}

/* The second word's sleeper is woken exactly when the old value compares. */
static void test_compare(unsigned cmp, int argument, int old, int expect)
{
	pthread_t a, b;

	tid1 = tid2 = woken1 = woken2 = 0;
	word1 = 0;
	word2 = (uint32_t)old;
	CHECK_EQ(pthread_create(&a, NULL, sleeper, &word1), 0);
	CHECK_EQ(pthread_create(&b, NULL, sleeper, &word2), 0);
	await_sleep(&tid1);
	await_sleep(&tid2);
	CHECK_EQ(FUTEX(&word1, WAKE_OP | PRIVATE, 1, 1, &word2, CODE(ADD, 1, cmp, argument)), 1 + expect);
	pthread_join(a, NULL);
	CHECK_EQ(word2, (uint32_t)old + 1);
	if (!expect) {
		CHECK_EQ(woken2, 0);
		CHECK_EQ(FUTEX(&word2, WAKE | PRIVATE, 1), 1);
	}
	pthread_join(b, NULL);
}

static void test(void)
{
	test_operations();
	test_compare(EQ, 7, 7, 1);
	test_compare(EQ, 7, 8, 0);
	test_compare(NE, 7, 8, 1);
	test_compare(LT, 7, -1, 1);
	test_compare(LT, 7, 7, 0);
	test_compare(GE, 7, 7, 1);
	test_compare(LE, -3, -3, 1);
	test_compare(GT, -3, -4, 0);
	test_compare(GT, -3, 5, 1);
}
