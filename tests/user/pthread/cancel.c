/* also: glibc libastra */
/* Cancellation: points that sleep and that do not, states and types, clean-up in order, signals upon points, no lost results. */
#include "threads_test.h"

#include <semaphore.h>

static int started, order[8], used, fds[2];
static pthread_mutex_t never = PTHREAD_MUTEX_INITIALIZER;

static void note(void *what)
{
	order[used++] = (int)(long)what;
}

static void *in_read(void *unused)
{
	char c;

	put(&started, 1);
	while (read(fds[0], &c, 1) < 0)
		;
	return NULL;
}

static void *in_nanosleep(void *unused)
{
	put(&started, 1);
	for (;;)
		test_sleep(100000);
	return NULL;
}

static void *in_pause(void *unused)
{
	put(&started, 1);
	for (;;)
		pause();
	return NULL;
}

static void *in_poll(void *unused)
{
	put(&started, 1);
	for (;;)
		poll(NULL, 0, 100000);
	return NULL;
}

static void *in_sem_wait(void *unused)
{
	sem_t sem;

	sem_init(&sem, 0, 0);
	put(&started, 1);
	for (;;)
		sem_wait(&sem);
	return NULL;
}

static void *in_join(void *thread)
{
	put(&started, 1);
	pthread_join(*(pthread_t *)thread, NULL);
	return NULL;
}

static void *in_sigwait(void *unused)
{
	sigset_t set = test_set_of(SIGUSR2);
	int sig;

	pthread_sigmask(SIG_BLOCK, &set, NULL);
	put(&started, 1);
	for (;;)
		sigwait(&set, &sig);
	return NULL;
}

static void *in_waitpid(void *pid)
{
	put(&started, 1);
	waitpid(*(pid_t *)pid, NULL, 0);
	return NULL;
}

static void *in_testcancel(void *unused)
{
	put(&started, 1);
	for (;;)
		pthread_testcancel();
	return NULL;
}

static void *in_loop(void *unused)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	put(&started, 1);
	for (volatile long i = 0;; i++)
		;
	return NULL;
}

static void points(void)
{
	void *(*const functions[])(void *) = {
		in_read, in_nanosleep, in_pause, in_poll, in_sem_wait, in_testcancel, in_loop, in_sigwait,
	};
	pthread_t t;

	CHECK_OK(pipe(fds));
	for (int round = 0; round < 10; round++) {
		for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
			put(&started, 0);
			t = run_thread(functions[i], NULL);
			if (round % 2)
				wait_until(&started, 1);
			if (round % 4 == 3)
				test_sleep(2);
			CHECK_EQ(pthread_cancel(t), 0);
			CHECK(result_of(t) == PTHREAD_CANCELED);
		}
	}
}

static void joins(void)
{
	pthread_t sleeper = run_thread(in_pause, NULL), t;
	pid_t pid = test_fork();

	if (pid == 0)
		for (;;)
			pause();
	put(&started, 0);
	t = run_thread(in_join, &sleeper);
	wait_until(&started, 1);
	test_sleep(2);
	CHECK_EQ(pthread_cancel(t), 0);
	CHECK(result_of(t) == PTHREAD_CANCELED);
	CHECK_EQ(pthread_cancel(sleeper), 0);
	CHECK(result_of(sleeper) == PTHREAD_CANCELED);
	t = run_thread(in_waitpid, &pid);
	test_sleep(2);
	CHECK_EQ(pthread_cancel(t), 0);
	CHECK(result_of(t) == PTHREAD_CANCELED);
	test_stop(pid);
}

static void *disabled(void *unused)
{
	int old = -1;

	CHECK_EQ(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old), 0);
	CHECK_EQ(old, PTHREAD_CANCEL_ENABLE);
	CHECK_EQ(pthread_setcancelstate(55, NULL), EINVAL);
	CHECK_EQ(pthread_setcanceltype(55, NULL), EINVAL);
	put(&started, 1);
	wait_until(&started, 2);
	pthread_testcancel();
	test_sleep(5);
	used = 0;
	pthread_cleanup_push(note, (void *)1);
	pthread_cleanup_push(note, (void *)2);
	pthread_cleanup_push(note, (void *)3);
	pthread_cleanup_pop(1);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	pthread_testcancel();
	note((void *)99);
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return NULL;
}

static void states(void)
{
	pthread_t t;

	put(&started, 0);
	t = run_thread(disabled, NULL);
	wait_until(&started, 1);
	CHECK_EQ(pthread_cancel(t), 0);
	put(&started, 2);
	CHECK(result_of(t) == PTHREAD_CANCELED);
	CHECK_EQ(used, 3);
	CHECK(order[0] == 3 && order[1] == 2 && order[2] == 1);
}

/* A mutex is no point: the request waits for one. */
static void *lock_first(void *unused)
{
	put(&started, 1);
	pthread_mutex_lock(&never);
	put(&started, 2);
	pthread_mutex_unlock(&never);
	pause();
	return NULL;
}

static void no_point(void)
{
	pthread_t t;

	put(&started, 0);
	pthread_mutex_lock(&never);
	t = run_thread(lock_first, NULL);
	wait_until(&started, 1);
	test_sleep(5);
	CHECK_EQ(pthread_cancel(t), 0);
	test_sleep(5);
	pthread_mutex_unlock(&never);
	CHECK(result_of(t) == PTHREAD_CANCELED);
	CHECK_EQ(get(&started), 2);
}

/* Bytes that a cancelled reader has read are counted: none may vanish between the call's effect and the end of the thread. */
static long got __attribute__((unused));

__attribute__((unused)) static void *count_bytes(void *unused)
{
	char c;

	while (read(fds[0], &c, 1) == 1)
		__atomic_add_fetch(&got, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

__attribute__((unused)) static void no_effect_lost(void)
{
	int left = 0, sent = 0;
	char c = 0;

	for (int i = 0; i < 300; i++) {
		pthread_t t = run_thread(count_bytes, NULL);

		for (int k = 0; k < i % 5; k++)
			sent += write(fds[1], &c, 1) == 1;
		CHECK_EQ(pthread_cancel(t), 0);
		CHECK(result_of(t) == PTHREAD_CANCELED);
	}
	CHECK_OK(fcntl(fds[0], F_SETFL, O_NONBLOCK));
	while (read(fds[0], &c, 1) == 1)
		left++;
	CHECK_EQ(got + left, sent);
}

/* The request comes while a handler runs upon a point. */
static void linger(int sig)
{
	put(&started, 2);
	wait_until(&started, 3);
}

static void in_handler(void)
{
	pthread_t t;

	test_handle(SIGUSR1, linger, SA_RESTART);
	CHECK_OK(fcntl(fds[0], F_SETFL, 0));
	for (int i = 0; i < 20; i++) {
		put(&started, 0);
		t = run_thread(in_read, NULL);
		wait_until(&started, 1);
		test_sleep(1);
		CHECK_EQ(pthread_kill(t, SIGUSR1), 0);
		wait_until(&started, 2);
		CHECK_EQ(pthread_cancel(t), 0);
		put(&started, 3);
		CHECK(result_of(t) == PTHREAD_CANCELED);
	}
}

static void test(void)
{
	points();
	joins();
	states();
	no_point();
#ifndef __GLIBC__	/* which acts on requests in the whole of the call: its bug 12683 */
	no_effect_lost();
#endif
	in_handler();
}
