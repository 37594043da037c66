/* also: glibc libastra */
/* Mutexes of each type, timed and tried, between threads and processes, robust and with inheritance; their attributes. */
#include "threads_test.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long counter;

static void *increment(void *times)
{
	for (long i = 0; i < (long)times; i++) {
		pthread_mutex_lock(&mutex);
		counter++;
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

static void exclusion(void)
{
	pthread_t t[4];

	for (int i = 0; i < 4; i++)
		t[i] = run_thread(increment, (void *)20000);
	for (int i = 0; i < 4; i++)
		result_of(t[i]);
	CHECK_EQ(counter, 80000);
}

static pthread_mutex_t make(int type, int robust, int shared, int protocol)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t m;
	int value = -1;

	CHECK_EQ(pthread_mutexattr_init(&attr), 0);
	CHECK_EQ(pthread_mutexattr_settype(&attr, type), 0);
	CHECK_EQ(pthread_mutexattr_gettype(&attr, &value), 0);
	CHECK_EQ(value, type);
	CHECK_EQ(robust ? pthread_mutexattr_setrobust(&attr, robust) : 0, 0);
	CHECK_EQ(pthread_mutexattr_setpshared(&attr, shared), 0);
	CHECK_EQ(protocol ? pthread_mutexattr_setprotocol(&attr, protocol) : 0, 0);
	CHECK_EQ(pthread_mutex_init(&m, &attr), 0);
	CHECK_EQ(pthread_mutexattr_destroy(&attr), 0);
	return m;
}

static void *try_it(void *m)
{
	return (void *)(long)pthread_mutex_trylock(m);
}

static void *unlock_it(void *m)
{
	return (void *)(long)pthread_mutex_unlock(m);
}

static void *time_out(void *m)
{
	struct timespec deadline = after(20), bad = { 1, 1000000000 };
	long error = pthread_mutex_timedlock(m, &deadline);

	if (STRICT)
		CHECK_EQ(pthread_mutex_timedlock(m, &bad), EINVAL);
	return (void *)error;
}

static void types(void)
{
	pthread_mutex_t recursive = make(PTHREAD_MUTEX_RECURSIVE, 0, 0, 0), check = make(PTHREAD_MUTEX_ERRORCHECK, 0, 0, 0);
	struct timespec deadline;

	for (int i = 0; i < 5; i++)
		CHECK_EQ(pthread_mutex_lock(&recursive), 0);
	CHECK_EQ(pthread_mutex_trylock(&recursive), 0);
	CHECK_EQ((long)result_of(run_thread(unlock_it, &recursive)), EPERM);
	for (int i = 0; i < 6; i++) {
		CHECK_EQ((long)result_of(run_thread(try_it, &recursive)), EBUSY);
		CHECK_EQ(pthread_mutex_unlock(&recursive), 0);
	}
	CHECK_EQ(pthread_mutex_unlock(&recursive), EPERM);
	CHECK_EQ(pthread_mutex_lock(&check), 0);
	CHECK_EQ(pthread_mutex_lock(&check), EDEADLK);
	CHECK_EQ(pthread_mutex_trylock(&check), EBUSY);
	CHECK_EQ((long)result_of(run_thread(unlock_it, &check)), EPERM);
	CHECK_EQ((long)result_of(run_thread(time_out, &check)), ETIMEDOUT);
	CHECK_EQ(pthread_mutex_unlock(&check), 0);
	CHECK_EQ(pthread_mutex_unlock(&check), EPERM);
	CHECK_EQ(pthread_mutex_lock(&mutex), 0);
	deadline = after(20);
	CHECK_EQ(pthread_mutex_timedlock(&mutex, &deadline), ETIMEDOUT);
	CHECK_EQ((long)result_of(run_thread(time_out, &mutex)), ETIMEDOUT);
	CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
	CHECK_EQ(pthread_mutex_destroy(&recursive), 0);
	CHECK_EQ(pthread_mutex_destroy(&check), 0);
}

static void *lock_and_die(void *m)
{
	return (void *)(long)pthread_mutex_lock(m);
}

static void robust(int protocol)
{
	pthread_mutex_t m = make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, 0, protocol);

	CHECK_EQ((long)result_of(run_thread(lock_and_die, &m)), 0);
	CHECK_EQ(pthread_mutex_lock(&m), EOWNERDEAD);
	CHECK_EQ(pthread_mutex_consistent(&m), 0);
	CHECK_EQ(pthread_mutex_unlock(&m), 0);
	CHECK_EQ(pthread_mutex_lock(&m), 0);
	CHECK_EQ(pthread_mutex_unlock(&m), 0);
	CHECK_EQ((long)result_of(run_thread(lock_and_die, &m)), 0);
	CHECK_EQ(pthread_mutex_trylock(&m), EOWNERDEAD);
	CHECK_EQ(pthread_mutex_unlock(&m), 0);
	CHECK_EQ(pthread_mutex_lock(&m), ENOTRECOVERABLE);
	CHECK_EQ(pthread_mutex_trylock(&m), ENOTRECOVERABLE);
	CHECK_EQ(pthread_mutex_destroy(&m), 0);
}

static void robust_between_processes(void)
{
	pthread_mutex_t *m = shared_memory(PAGE);
	pid_t pid;

	*m = make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, PTHREAD_PROCESS_SHARED, 0);
	for (int i = 0; i < 20; i++) {
		pid = test_fork();
		if (pid == 0) {
			CHECK_EQ(pthread_mutex_lock(m), 0);
			kill(getpid(), SIGKILL);
		}
		CHECK_DIES(pid, SIGKILL);
		CHECK_EQ(pthread_mutex_lock(m), EOWNERDEAD);
		CHECK_EQ(pthread_mutex_consistent(m), 0);
		CHECK_EQ(pthread_mutex_unlock(m), 0);
	}
}

static void between_processes(void)
{
	struct { pthread_mutex_t m; long value; } *s = shared_memory(PAGE);
	pid_t pid[3];

	s->m = make(PTHREAD_MUTEX_NORMAL, 0, PTHREAD_PROCESS_SHARED, 0);
	for (int i = 0; i < 3; i++) {
		pid[i] = test_fork();
		if (pid[i] == 0) {
			for (int k = 0; k < 5000; k++) {
				CHECK_EQ(pthread_mutex_lock(&s->m), 0);
				s->value++;
				CHECK_EQ(pthread_mutex_unlock(&s->m), 0);
			}
			test_exit();
		}
	}
	for (int i = 0; i < 3; i++)
		CHECK_CHILD(pid[i]);
	CHECK_EQ(s->value, 15000);
}

static void inheritance(void)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t m;
	pthread_t t[4];
	int error;

	pthread_mutexattr_init(&attr);
	error = pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	CHECK_EQ(pthread_mutexattr_setprotocol(&attr, 99), EINVAL);
	if (error) {
		CHECK_EQ(error, ENOTSUP);
		return;
	}
	m = make(PTHREAD_MUTEX_ERRORCHECK, 0, 0, PTHREAD_PRIO_INHERIT);
	CHECK_EQ(pthread_mutex_lock(&m), 0);
	CHECK_EQ(pthread_mutex_lock(&m), EDEADLK);
	CHECK_EQ((long)result_of(run_thread(try_it, &m)), EBUSY);
	CHECK_EQ((long)result_of(run_thread(unlock_it, &m)), EPERM);
	CHECK_EQ((long)result_of(run_thread(time_out, &m)), ETIMEDOUT);
	CHECK_EQ(pthread_mutex_unlock(&m), 0);
	mutex = make(PTHREAD_MUTEX_NORMAL, 0, 0, PTHREAD_PRIO_INHERIT);
	counter = 0;
	for (int i = 0; i < 4; i++)
		t[i] = run_thread(increment, (void *)2000);
	for (int i = 0; i < 4; i++)
		result_of(t[i]);
	CHECK_EQ(counter, 8000);
	if (STRICT)
		robust(PTHREAD_PRIO_INHERIT);
}

static void test(void)
{
	exclusion();
	types();
	between_processes();
	if (STRICT) {		/* musl asks for get_robust_list first */
		robust(PTHREAD_PRIO_NONE);
		robust_between_processes();
	}
	inheritance();
}
