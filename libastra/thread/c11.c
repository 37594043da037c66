/* C11's threads and thread-specific storage, by POSIX's. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <threads.h>

#include "thread_impl.h"

static int answer(int error)
{
	switch (error) {
	case 0:         return thrd_success;
	case EBUSY:     return thrd_busy;
	case ETIMEDOUT: return thrd_timedout;
	case ENOMEM:    return thrd_nomem;
	}
	return thrd_error;
}

int thrd_create(thrd_t *thread, thrd_start_t start, void *argument)
{
	int error = __thread_create(thread, NULL, NULL, start, argument);

	return error == EAGAIN ? thrd_nomem : answer(error);
}

int thrd_join(thrd_t thread, int *result)
{
	void *value;
	int error = pthread_join(thread, &value);

	if (!error && result)
		*result = (int)(intptr_t)value;
	return answer(error);
}

int thrd_detach(thrd_t thread)
{
	return answer(pthread_detach(thread));
}

void thrd_exit(int result)
{
	pthread_exit((void *)(intptr_t)result);
}

thrd_t thrd_current(void)
{
	return pthread_self();
}

int thrd_equal(thrd_t a, thrd_t b)
{
	return a == b;
}

int thrd_sleep(const struct timespec *duration, struct timespec *remaining)
{
	int error = clock_nanosleep(CLOCK_REALTIME, 0, duration, remaining);

	return !error ? 0 : error == EINTR ? -1 : -2;
}

void thrd_yield(void)
{
	sched_yield();
}

int mtx_init(mtx_t *mutex, int type)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	if (type & mtx_recursive)
		pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	return answer(pthread_mutex_init(mutex, &attributes));
}

void mtx_destroy(mtx_t *mutex)
{
	pthread_mutex_destroy(mutex);
}

int mtx_lock(mtx_t *mutex)
{
	return answer(pthread_mutex_lock(mutex));
}

int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict deadline)
{
	return answer(pthread_mutex_timedlock(mutex, deadline));
}

int mtx_trylock(mtx_t *mutex)
{
	return answer(pthread_mutex_trylock(mutex));
}

int mtx_unlock(mtx_t *mutex)
{
	return answer(pthread_mutex_unlock(mutex));
}

int cnd_init(cnd_t *cond)
{
	return answer(pthread_cond_init(cond, NULL));
}

void cnd_destroy(cnd_t *cond)
{
	pthread_cond_destroy(cond);
}

int cnd_wait(cnd_t *cond, mtx_t *mutex)
{
	return answer(pthread_cond_wait(cond, mutex));
}

int cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex, const struct timespec *restrict deadline)
{
	return answer(pthread_cond_timedwait(cond, mutex, deadline));
}

int cnd_signal(cnd_t *cond)
{
	return answer(pthread_cond_signal(cond));
}

int cnd_broadcast(cnd_t *cond)
{
	return answer(pthread_cond_broadcast(cond));
}

int tss_create(tss_t *key, tss_dtor_t destructor)
{
	return answer(pthread_key_create(key, destructor));
}

void tss_delete(tss_t key)
{
	pthread_key_delete(key);
}

void *tss_get(tss_t key)
{
	return pthread_getspecific(key);
}

int tss_set(tss_t key, void *value)
{
	return answer(pthread_setspecific(key, value));
}

void call_once(once_flag *flag, void (*function)(void))
{
	pthread_once(flag, function);
}
