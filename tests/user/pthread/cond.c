/* also: glibc libastra */
/* Condition variables: each signal wakes a waiter, time-outs on either clock, between processes, destroyed at once, cancelled. */
#include "threads_test.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER, other = PTHREAD_COND_INITIALIZER;
static int waiting, tokens, taken;

static void *take_token(void *unused)
{
	pthread_mutex_lock(&mutex);
	waiting++;
	while (!tokens)
		pthread_cond_wait(&cond, &mutex);
	tokens--;
	taken++;
	pthread_mutex_unlock(&mutex);
	return NULL;
}

static void signals_and_broadcasts(void)
{
	pthread_t t[8];

	for (int round = 0; round < 40; round++) {
		waiting = taken = 0;
		for (int i = 0; i < 8; i++)
			t[i] = run_thread(take_token, NULL);
		wait_until(&waiting, 8);
		for (int i = 0; i < 8; i++) {
			pthread_mutex_lock(&mutex);
			tokens++;
			if (round % 2)
				pthread_cond_signal(&cond);
			pthread_mutex_unlock(&mutex);
		}
		if (!(round % 2))
			pthread_cond_broadcast(&cond);
		for (int i = 0; i < 8; i++)
			result_of(t[i]);
		CHECK_EQ(taken, 8);
		CHECK_EQ(tokens, 0);
	}
}

/* A ball between two threads: one lost wake-up and both sleep for good. */
static int turn;

static void *play(void *me)
{
	for (int i = 0; i < 5000; i++) {
		pthread_mutex_lock(&mutex);
		while (turn != (long)me)
			pthread_cond_wait(me ? &cond : &other, &mutex);
		turn = !turn;
		pthread_cond_signal(me ? &other : &cond);
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

static void ping_pong(void)
{
	pthread_t a = run_thread(play, (void *)0), b = run_thread(play, (void *)1);

	result_of(a);
	result_of(b);
}

static void time_outs(void)
{
	const clockid_t clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC };
	pthread_condattr_t attr;
	pthread_cond_t c;
	clockid_t got = -1;

	for (int i = 0; i < 2; i++) {
		struct timespec deadline, now;

		CHECK_EQ(pthread_condattr_init(&attr), 0);
		CHECK_EQ(pthread_condattr_setclock(&attr, clocks[i]), 0);
		CHECK_EQ(pthread_condattr_getclock(&attr, &got), 0);
		CHECK_EQ(got, clocks[i]);
		CHECK_EQ(pthread_cond_init(&c, &attr), 0);
		pthread_mutex_lock(&mutex);
		deadline = after_on(clocks[i], 20);
		while (pthread_cond_timedwait(&c, &mutex, &deadline) == 0)
			;
		clock_gettime(clocks[i], &now);
		CHECK(now.tv_sec > deadline.tv_sec || (now.tv_sec == deadline.tv_sec && now.tv_nsec >= deadline.tv_nsec));
		deadline.tv_nsec = 1000000000;
		CHECK_EQ(pthread_cond_timedwait(&c, &mutex, &deadline), EINVAL);
		CHECK_EQ(pthread_mutex_trylock(&mutex), EBUSY);
		pthread_mutex_unlock(&mutex);
		CHECK_EQ(pthread_cond_destroy(&c), 0);
	}
	CHECK_EQ(pthread_condattr_setclock(&attr, CLOCK_PROCESS_CPUTIME_ID), EINVAL);
}

/* Waiters that time out beside signals: each token is taken, by whoever still waits. */
static void *impatient(void *unused)
{
	for (int i = 0; i < 200; i++) {
		struct timespec deadline = after(i % 3);

		pthread_mutex_lock(&mutex);
		while (!tokens && pthread_cond_timedwait(&cond, &mutex, &deadline) == 0)
			;
		if (tokens) {
			tokens--;
			taken++;
			pthread_cond_signal(&other);
		}
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

static void mixed_time_outs(void)
{
	pthread_t t[4];
	int given = 0, ended = 0;

	taken = tokens = 0;
	for (int i = 0; i < 4; i++)
		t[i] = run_thread(impatient, NULL);
	for (int i = 0; i < 300; i++) {
		pthread_mutex_lock(&mutex);
		tokens++;
		given++;
		pthread_cond_signal(&cond);
		pthread_mutex_unlock(&mutex);
		sched_yield();
	}
	for (; ended < 4; ended++)
		result_of(t[ended]);
	CHECK_EQ(taken + tokens, given);
	tokens = 0;
}

struct shared {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	int turn;
};

static void between_processes(void)
{
	struct shared *s = shared_memory(PAGE);
	pthread_mutexattr_t mattr;
	pthread_condattr_t cattr;
	pid_t pid;

	pthread_mutexattr_init(&mattr);
	pthread_mutexattr_setpshared(&mattr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&s->mutex, &mattr);
	pthread_condattr_init(&cattr);
	CHECK_EQ(pthread_condattr_setpshared(&cattr, PTHREAD_PROCESS_SHARED), 0);
	pthread_cond_init(&s->cond, &cattr);
	pid = test_fork();
	for (int i = 0, me = pid == 0; i < 500; i++) {
		pthread_mutex_lock(&s->mutex);
		while (s->turn != me)
			pthread_cond_wait(&s->cond, &s->mutex);
		s->turn = !me;
		pthread_cond_signal(&s->cond);
		pthread_mutex_unlock(&s->mutex);
	}
	if (pid == 0)
		test_exit();
	CHECK_CHILD(pid);
	CHECK_EQ(pthread_cond_destroy(&s->cond), 0);
}

/* Destroyed right behind the broadcast; its memory is then written over. */
static pthread_cond_t *passing;

static void *wait_once(void *unused)
{
	pthread_mutex_lock(&mutex);
	waiting++;
	while (!tokens)
		pthread_cond_wait(passing, &mutex);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

static void destroyed_at_once(void)
{
	pthread_t t[3];

	for (int round = 0; round < 100; round++) {
		passing = malloc(sizeof(*passing));
		pthread_cond_init(passing, NULL);
		waiting = tokens = 0;
		for (int i = 0; i < 3; i++)
			t[i] = run_thread(wait_once, NULL);
		wait_until(&waiting, 3);
		pthread_mutex_lock(&mutex);
		tokens = 1;
		pthread_cond_broadcast(passing);
		CHECK_EQ(pthread_cond_destroy(passing), 0);
		memset(passing, 0xa5, sizeof(*passing));
		pthread_mutex_unlock(&mutex);
		for (int i = 0; i < 3; i++)
			result_of(t[i]);
		free(passing);
	}
	tokens = 0;
}

static int cleaned;

static void unlock(void *m)
{
	cleaned += pthread_mutex_trylock(m) == EBUSY;
	pthread_mutex_unlock(m);
}

static void *wait_for_ever(void *unused)
{
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(unlock, &mutex);
	add(&waiting, 1);
	for (;;)
		pthread_cond_wait(&cond, &mutex);
	pthread_cleanup_pop(0);
	return NULL;
}

static void cancelled(void)
{
	for (int i = 0; i < 50; i++) {
		pthread_t t = run_thread(wait_for_ever, NULL);

		if (i % 2)
			wait_until(&waiting, i + 1);
		CHECK_EQ(pthread_cancel(t), 0);
		CHECK(result_of(t) == PTHREAD_CANCELED);
		waiting = i + 1;
	}
	CHECK(cleaned >= 25);
	CHECK_EQ(pthread_mutex_trylock(&mutex), 0);
	pthread_mutex_unlock(&mutex);
}

static void test(void)
{
	signals_and_broadcasts();
	ping_pong();
	time_outs();
	mixed_time_outs();
	between_processes();
	destroyed_at_once();
	waiting = 0;
	cancelled();
}
