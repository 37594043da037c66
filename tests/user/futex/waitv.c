/* futex_waitv(2): which word woke, values, time-outs on both clocks, errors. */
#include "futex.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
#define SIZE_32 2

struct waitv {
	uint64_t val, uaddr;
	uint32_t flags, reserved;
};

static uint32_t words[128];
static struct waitv v[129];
static volatile int tid;
static volatile long result;

static long waitv(unsigned count, unsigned flags, struct timespec *t, int clock)
{
	return RAW(SYS_futex_waitv, v, count, flags, t, clock);
}

static void reset(void)
{
	for (unsigned i = 0; i < 128; i++)
		v[i] = (struct waitv){ 0, (uint64_t)&words[i], SIZE_32 | (i & 1 ? PRIVATE : 0), 0 };
	memset(words, 0, sizeof(words));
}

static void *sleeper(void *arg)
{
	tid = gettid_();
	result = waitv((unsigned)(long)arg, 0, NULL, CLOCK_MONOTONIC);
	return NULL;
}

static void test_wake(unsigned count, unsigned which)
{
	pthread_t t;

	reset();
	tid = 0;
	CHECK_EQ(pthread_create(&t, NULL, sleeper, (void *)(long)count), 0);
	await_sleep(&tid);
	CHECK_EQ(FUTEX(&words[which], WAKE | (which & 1 ? PRIVATE : 0), 1), 1);
	pthread_join(t, NULL);
	CHECK_EQ(result, which);
	for (unsigned i = 0; i < count; i++)
		CHECK_EQ(FUTEX(&words[i], WAKE | (i & 1 ? PRIVATE : 0), 1), 0);
}

static void test_errors(void)
{
	struct timespec bad = { 0, 1000000000 }, t = from_now(CLOCK_MONOTONIC, 20), r = from_now(CLOCK_REALTIME, 20);

	reset();
	CHECK_EQ(waitv(0, 0, NULL, 0), -EINVAL);
	CHECK_EQ(waitv(129, 0, NULL, 0), -EINVAL);
	CHECK_EQ(waitv(1, 1, NULL, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_futex_waitv, NULL, 1, 0, NULL, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_futex_waitv, test_unmapped(), 1, 0, NULL, 0), -EFAULT);
	CHECK_EQ(waitv(1, 0, &bad, CLOCK_MONOTONIC), -EINVAL);
	CHECK_EQ(waitv(1, 0, &t, CLOCK_BOOTTIME), -EINVAL);
	CHECK_EQ(waitv(1, 0, test_unmapped(), CLOCK_MONOTONIC), -EFAULT);
	CHECK_EQ(waitv(3, 0, &t, CLOCK_MONOTONIC), -ETIMEDOUT);
	CHECK_EQ(waitv(128, 0, &r, CLOCK_REALTIME), -ETIMEDOUT);
	words[2] = 1;
	CHECK_EQ(waitv(3, 0, NULL, 0), -EAGAIN);
	v[1].reserved = 1;
	CHECK_EQ(waitv(3, 0, NULL, 0), -EINVAL);
	reset();
	v[1].flags = PRIVATE;
	CHECK_EQ(waitv(3, 0, NULL, 0), -EINVAL);
	v[1].flags = SIZE_32 | 64;
	CHECK_EQ(waitv(3, 0, NULL, 0), -EINVAL);
	reset();
	v[1].uaddr++;
	CHECK_EQ(waitv(3, 0, NULL, 0), -EINVAL);
	v[1].uaddr = (uint64_t)test_unmapped();
	CHECK_EQ(waitv(3, 0, NULL, 0), -EFAULT);
}

static void test(void)
{
	test_errors();
	test_wake(1, 0);
	test_wake(3, 1);
	test_wake(128, 127);
}
