/* Condition variables: the bits of __kind, and the form that several processes share. */
#ifndef INTERNAL_COND_IMPL_H
#define INTERNAL_COND_IMPL_H

#include <pthread.h>

#include "futex.h"

#define COND_CLOCK  1	/* CLOCK_REALTIME is 0, CLOCK_MONOTONIC is 1 */
#define COND_SHARED 2

/* Unlocks the mutex and sleeps; the mutex is free when it returns. 0, ETIMEDOUT or ECANCELED. */
int __cond_wait_shared(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct futex_wait *how)
	__attribute__((visibility("hidden")));
void __cond_wake_shared(pthread_cond_t *cond, int count) __attribute__((visibility("hidden")));

#endif
