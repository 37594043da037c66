/* C11 threads, over POSIX threads: the functions answer thrd_success or an error of the enumeration. C11 7.26. */
#ifndef _THREADS_H
#define _THREADS_H

#include <bits/pthread_types.h>
#include <features.h>
#include <time.h>

__ASTRA_BEGIN_DECLS

#ifndef __cplusplus
#define thread_local _Thread_local
#endif

#define ONCE_FLAG_INIT      0
#define TSS_DTOR_ITERATIONS 4

typedef pthread_t thrd_t;
typedef pthread_mutex_t mtx_t;
typedef pthread_cond_t cnd_t;
typedef pthread_key_t tss_t;
typedef pthread_once_t once_flag;
typedef int (*thrd_start_t)(void *);
typedef void (*tss_dtor_t)(void *);

enum { thrd_success, thrd_busy, thrd_error, thrd_nomem, thrd_timedout };
enum { mtx_plain, mtx_recursive, mtx_timed };	/* to be combined by | */

/*
 * As the pthread_ functions; thrd_nomem when there is no memory or task. A joined or detached thread's value is no longer
 * valid.
 */
int thrd_create(thrd_t *thread, thrd_start_t start, void *argument);
int thrd_join(thrd_t thread, int *result);
int thrd_detach(thrd_t thread);
_Noreturn void thrd_exit(int result);
thrd_t thrd_current(void);
int thrd_equal(thrd_t a, thrd_t b);
/* 0; -1 when a signal ended it early, with what was left in `remaining`; another negative number on an error. */
int thrd_sleep(const struct timespec *duration, struct timespec *remaining);
void thrd_yield(void);

/* thrd_busy: somebody has it; thrd_timedout. Deadlines are absolute. mtx_recursive for a thread that may take it again. */
int mtx_init(mtx_t *mutex, int type);
void mtx_destroy(mtx_t *mutex);
int mtx_lock(mtx_t *mutex);
int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict deadline);	/* on TIME_UTC */
int mtx_trylock(mtx_t *mutex);
int mtx_unlock(mtx_t *mutex);

/* The waits hold the mutex again when they return; they may return without a reason. */
int cnd_init(cnd_t *cond);
void cnd_destroy(cnd_t *cond);
int cnd_wait(cnd_t *cond, mtx_t *mutex);
int cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex, const struct timespec *restrict deadline);
int cnd_signal(cnd_t *cond);
int cnd_broadcast(cnd_t *cond);

/* A thread's own values: the destructor is called at its end with a value that is not NULL. */
int tss_create(tss_t *key, tss_dtor_t destructor);
void tss_delete(tss_t key);
void *tss_get(tss_t key);
int tss_set(tss_t key, void *value);

void call_once(once_flag *flag, void (*function)(void));

__ASTRA_END_DECLS

#endif
