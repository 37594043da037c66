/* FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI: a condition variable over a lock that inherits; errors, time-outs, signals. */
#include "futex.h"

#define SLEEPERS 4

static uint32_t condition, lock;
static volatile int tids[SLEEPERS], order;
static volatile long results[SLEEPERS];

static void *sleeper(void *arg)
{
	long i = (long)arg;

	tids[i] = gettid_();
	results[i] = FUTEX(&condition, WAIT_REQUEUE_PI | PRIVATE, 0, NULL, &lock, 0);
	if (results[i] == 0) {
		if ((lock & 0x3fffffff) != (uint32_t)gettid_())
			results[i] = 1;
		order = order + 1;
		FUTEX(&lock, UNLOCK_PI | PRIVATE);
	}
	return NULL;
}

static void start(pthread_t *t, int count)
{
	order = 0;
	for (long i = 0; i < count; i++) {
		tids[i] = 0;
		CHECK_EQ(pthread_create(&t[i], NULL, sleeper, (void *)i), 0);
		await_sleep(&tids[i]);
	}
}

static void finish(pthread_t *t, int count)
{
	for (int i = 0; i < count; i++) {
		pthread_join(t[i], NULL);
		CHECK_EQ(results[i], 0);
	}
	CHECK_EQ(order, count);
	CHECK_EQ(lock & 0x3fffffff, 0);
}

/* The lock is free: the first sleeper gets it at once, the others wait for it. */
static void test_broadcast(void)
{
	pthread_t t[SLEEPERS];

	start(t, SLEEPERS);
	CHECK_EQ(FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 1, INT_MAX, &lock, 1), -EAGAIN);
	CHECK_EQ(FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 2, INT_MAX, &lock, 0), -EINVAL);
	CHECK_EQ(FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 1, -1, &lock, 0), -EINVAL);
	CHECK_EQ(FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 1, INT_MAX, &condition, 0), -EINVAL);
	CHECK_EQ(FUTEX(&condition, WAKE | PRIVATE, 1), -EINVAL);
	CHECK_EQ(FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 1, INT_MAX, &lock, 0), SLEEPERS);
	finish(t, SLEEPERS);
}

/* The caller holds the lock, as pthread_cond_signal's often does. */
static void test_signal_locked(void)
{
	pthread_t t[SLEEPERS];

	start(t, SLEEPERS);
	CHECK_EQ(FUTEX(&lock, LOCK_PI | PRIVATE, 0, NULL), 0);
	CHECK_EQ(FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 1, 0, &lock, 0), 1);
	CHECK_EQ(FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 1, 1, &lock, 0), 2);
	CHECK_EQ(FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 1, INT_MAX, &lock, 0), 1);
	CHECK_EQ(FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 1, INT_MAX, &lock, 0), 0);
	CHECK_EQ(order, 0);
	CHECK_EQ(FUTEX(&lock, UNLOCK_PI | PRIVATE), 0);
	finish(t, SLEEPERS);
}

static void test_timeouts(void)
{
	struct timespec t = from_now(CLOCK_MONOTONIC, 20), r = from_now(CLOCK_REALTIME, 20), bad = { 0, -1 };

	CHECK_EQ(FUTEX(&condition, WAIT_REQUEUE_PI | PRIVATE, 1, NULL, &lock, 0), -EAGAIN);
	CHECK_EQ(FUTEX(&condition, WAIT_REQUEUE_PI | PRIVATE, 0, &t, &lock, 0), -ETIMEDOUT);
	CHECK_EQ(FUTEX(&condition, WAIT_REQUEUE_PI | PRIVATE | REALTIME, 0, &r, &lock, 0), -ETIMEDOUT);
	CHECK_EQ(FUTEX(&condition, WAIT_REQUEUE_PI | PRIVATE, 0, &bad, &lock, 0), -EINVAL);
	CHECK_EQ(FUTEX(&condition, WAIT_REQUEUE_PI | PRIVATE, 0, NULL, &condition, 0), -EINVAL);
	CHECK_EQ(FUTEX(&condition, WAIT_REQUEUE_PI | PRIVATE, 0, NULL, (char *)&lock + 1, 0), -EINVAL);
	CHECK_EQ(FUTEX(test_unmapped(), WAIT_REQUEUE_PI | PRIVATE, 0, NULL, &lock, 0), -EFAULT);
	CHECK_EQ(FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 1, 0, &lock, 0), 0);
}

/* Moved to the lock, and then its time is up. */
static void *late_sleeper(void *arg)
{
	struct timespec t = from_now(CLOCK_MONOTONIC, 150);

	(void)arg;
	tids[0] = gettid_();
	results[0] = FUTEX(&condition, WAIT_REQUEUE_PI | PRIVATE, 0, &t, &lock, 0);
	return NULL;
}

static void test_late(void)
{
	pthread_t t;

	tids[0] = 0;
	CHECK_EQ(FUTEX(&lock, LOCK_PI | PRIVATE, 0, NULL), 0);
	CHECK_EQ(pthread_create(&t, NULL, late_sleeper, NULL), 0);
	await_sleep(&tids[0]);
	long moved = FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 1, 0, &lock, 0);
	CHECK(moved == 0 || moved == 1);
	pthread_join(t, NULL);
	CHECK_EQ(results[0], -ETIMEDOUT);
	CHECK_EQ(FUTEX(&lock, UNLOCK_PI | PRIVATE), 0);
	CHECK_EQ(lock, 0);
}

/* A plain sleeper on the condition's word is no waiter for the lock. */
static void *plain_sleeper(void *arg)
{
	(void)arg;
	tids[0] = gettid_();
	results[0] = FUTEX(&condition, WAIT | PRIVATE, 0, NULL);
	return NULL;
}

static void test_mixture(void)
{
	pthread_t t;

	tids[0] = 0;
	CHECK_EQ(pthread_create(&t, NULL, plain_sleeper, NULL), 0);
	await_sleep(&tids[0]);
	CHECK_EQ(FUTEX(&condition, CMP_REQUEUE_PI | PRIVATE, 1, 0, &lock, 0), -EINVAL);
	CHECK_EQ(FUTEX(&condition, WAKE | PRIVATE, 1), 1);
	pthread_join(t, NULL);
	CHECK_EQ(results[0], 0);
}

static void test(void)
{
	test_timeouts();
	test_broadcast();
	test_signal_locked();
	test_late();
	test_mixture();
}
