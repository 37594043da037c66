/* also: glibc libastra */
/* Reader-writer locks, spin locks and barriers: exclusion, preference, time-outs, errors, between processes. */
#include "threads_test.h"

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static int twins[2], inside, most, state;

static void *reader(void *unused)
{
	for (int i = 0; i < 2000; i++) {
		pthread_rwlock_rdlock(&rwlock);
		if (twins[0] != twins[1])
			put(&state, -1);
		pthread_rwlock_unlock(&rwlock);
	}
	return NULL;
}

static void *writer(void *unused)
{
	for (int i = 0; i < 1000; i++) {
		pthread_rwlock_wrlock(&rwlock);
		twins[0]++;
		twins[1]++;
		pthread_rwlock_unlock(&rwlock);
	}
	return NULL;
}

static void readers_and_writers(void)
{
	pthread_t t[6];

	for (int i = 0; i < 6; i++)
		t[i] = run_thread(i < 4 ? reader : writer, NULL);
	for (int i = 0; i < 6; i++)
		result_of(t[i]);
	CHECK_EQ(twins[0], 2000);
	CHECK_EQ(get(&state), 0);
}

static void *try_both(void *lock)
{
	struct timespec deadline = after(15);
	long answers = pthread_rwlock_tryrdlock(lock) == 0;

	if (answers)
		pthread_rwlock_unlock(lock);
	else
		CHECK_EQ(pthread_rwlock_timedrdlock(lock, &deadline), ETIMEDOUT);
	CHECK_EQ(pthread_rwlock_trywrlock(lock), EBUSY);
	deadline = after(15);
	CHECK_EQ(pthread_rwlock_timedwrlock(lock, &deadline), ETIMEDOUT);
	return (void *)answers;
}

static void holds(void)
{
	CHECK_EQ(pthread_rwlock_rdlock(&rwlock), 0);
	CHECK_EQ(pthread_rwlock_tryrdlock(&rwlock), 0);
	CHECK_EQ((long)result_of(run_thread(try_both, &rwlock)), 1);
	CHECK_EQ(pthread_rwlock_unlock(&rwlock), 0);
	CHECK_EQ((long)result_of(run_thread(try_both, &rwlock)), 1);
	CHECK_EQ(pthread_rwlock_unlock(&rwlock), 0);
	CHECK_EQ(pthread_rwlock_wrlock(&rwlock), 0);
	CHECK_EQ((long)result_of(run_thread(try_both, &rwlock)), 0);
	if (STRICT) {
		CHECK_EQ(pthread_rwlock_rdlock(&rwlock), EDEADLK);
		CHECK_EQ(pthread_rwlock_wrlock(&rwlock), EDEADLK);
	}
	CHECK_EQ(pthread_rwlock_unlock(&rwlock), 0);
	CHECK_EQ(pthread_rwlock_trywrlock(&rwlock), 0);
	CHECK_EQ(pthread_rwlock_unlock(&rwlock), 0);
}

#if STRICT
static void *write_once(void *lock)
{
	put(&state, 1);
	CHECK_EQ(pthread_rwlock_wrlock(lock), 0);
	put(&state, 2);
	CHECK_EQ(pthread_rwlock_unlock(lock), 0);
	return NULL;
}

/* With writers preferred a reader is kept out by one that waits; its time-out lets readers in again. */
static void preference(void)
{
	pthread_rwlockattr_t attr;
	struct timespec deadline;
	pthread_rwlock_t lock;
	pthread_t t;

	CHECK_EQ(pthread_rwlockattr_init(&attr), 0);
	CHECK_EQ(pthread_rwlockattr_setkind_np(&attr, 77), EINVAL);
	CHECK_EQ(pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP), 0);
	CHECK_EQ(pthread_rwlock_init(&lock, &attr), 0);
	CHECK_EQ(pthread_rwlock_rdlock(&lock), 0);
	put(&state, 0);
	t = run_thread(write_once, &lock);
	wait_until(&state, 1);
	while (pthread_rwlock_tryrdlock(&lock) == 0) {
		CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
		sched_yield();
	}
	CHECK_EQ(get(&state), 1);
	CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
	result_of(t);
	CHECK_EQ(pthread_rwlock_rdlock(&lock), 0);
	deadline = after(10);
	t = run_thread(try_both, &lock);
	result_of(t);
	CHECK_EQ(pthread_rwlock_timedrdlock(&lock, &deadline), 0);
	CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
	CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
	CHECK_EQ(pthread_rwlock_destroy(&lock), 0);
}
#else
static void preference(void)
{
}
#endif

static pthread_spinlock_t spin;

static void *spinner(void *unused)
{
	for (int i = 0; i < 3000; i++) {
		pthread_spin_lock(&spin);
		if (++inside > most)
			most = inside;
		inside--;
		pthread_spin_unlock(&spin);
	}
	return NULL;
}

static void spins(void)
{
	pthread_t t[4];

	CHECK_EQ(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE), 0);
	for (int i = 0; i < 4; i++)
		t[i] = run_thread(spinner, NULL);
	for (int i = 0; i < 4; i++)
		result_of(t[i]);
	CHECK_EQ(most, 1);
	CHECK_EQ(pthread_spin_trylock(&spin), 0);
	CHECK_EQ(pthread_spin_trylock(&spin), EBUSY);
	CHECK_EQ(pthread_spin_unlock(&spin), 0);
	CHECK_EQ(pthread_spin_destroy(&spin), 0);
}

static pthread_barrier_t *barrier;
static int serial, arrived;

static void *meet(void *unused)
{
	for (int round = 1; round <= 200; round++) {
		add(&arrived, 1);
		int r = pthread_barrier_wait(barrier);

		if (r == PTHREAD_BARRIER_SERIAL_THREAD)
			add(&serial, 1);
		else if (r)
			put(&state, -1);
		if (get(&arrived) < 4 * round)
			put(&state, -2);
		pthread_barrier_wait(barrier);
	}
	return NULL;
}

static void *meet_once(void *unused)
{
	return (void *)(long)pthread_barrier_wait(barrier);
}

static void barriers(void)
{
	pthread_t t[4];

	put(&state, 0);
	barrier = malloc(sizeof(*barrier));
	CHECK_EQ(pthread_barrier_init(barrier, NULL, 0), EINVAL);
	CHECK_EQ(pthread_barrier_init(barrier, NULL, 4), 0);
	for (int i = 0; i < 4; i++)
		t[i] = run_thread(meet, NULL);
	for (int i = 0; i < 4; i++)
		result_of(t[i]);
	CHECK_EQ(serial, 200);
	CHECK_EQ(get(&state), 0);
	CHECK_EQ(pthread_barrier_destroy(barrier), 0);
	for (int i = 0; i < 200; i++) {		/* destroyed and written over as soon as one is through */
		CHECK_EQ(pthread_barrier_init(barrier, NULL, 2), 0);
		t[0] = run_thread(meet_once, NULL);
		pthread_barrier_wait(barrier);
		CHECK_EQ(pthread_barrier_destroy(barrier), 0);
		memset(barrier, 0x5a, sizeof(*barrier));
		result_of(t[0]);
	}
	free(barrier);
}

static void between_processes(void)
{
	struct { pthread_barrier_t b; pthread_rwlock_t l; int value; } *s = shared_memory(PAGE);
	pthread_barrierattr_t battr;
	pthread_rwlockattr_t rattr;
	pid_t pid;

	pthread_barrierattr_init(&battr);
	CHECK_EQ(pthread_barrierattr_setpshared(&battr, PTHREAD_PROCESS_SHARED), 0);
	CHECK_EQ(pthread_barrier_init(&s->b, &battr, 2), 0);
	pthread_rwlockattr_init(&rattr);
	CHECK_EQ(pthread_rwlockattr_setpshared(&rattr, PTHREAD_PROCESS_SHARED), 0);
	CHECK_EQ(pthread_rwlock_init(&s->l, &rattr), 0);
	pid = test_fork();
	for (int i = 0; i < 100; i++) {
		pthread_barrier_wait(&s->b);
		pthread_rwlock_wrlock(&s->l);
		s->value++;
		pthread_rwlock_unlock(&s->l);
	}
	if (pid == 0)
		test_exit();
	CHECK_CHILD(pid);
	CHECK_EQ(s->value, 200);
}

static void test(void)
{
	readers_and_writers();
	holds();
	preference();
	spins();
	barriers();
	between_processes();
}
