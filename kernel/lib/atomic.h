/*
 * Atomic counters and flags. One-member structs, so that a plain access does not compile. Without a suffix an
 * operation is sequentially consistent; _relaxed orders nothing.
 */
#ifndef LIB_ATOMIC_H
#define LIB_ATOMIC_H

#include "lib/types.h"

typedef struct { i32 v; } atomic32;
typedef struct { i64 v; } atomic64;

#define ATOMIC(x) { (x) }

#define atomic_read(a)            __atomic_load_n(&(a)->v, __ATOMIC_RELAXED)
#define atomic_read_acquire(a)    __atomic_load_n(&(a)->v, __ATOMIC_ACQUIRE)
#define atomic_set(a, x)          __atomic_store_n(&(a)->v, (x), __ATOMIC_RELAXED)
#define atomic_set_release(a, x)  __atomic_store_n(&(a)->v, (x), __ATOMIC_RELEASE)
#define atomic_add(a, x)          __atomic_add_fetch(&(a)->v, (x), __ATOMIC_SEQ_CST)	/* new value */
#define atomic_sub(a, x)          __atomic_sub_fetch(&(a)->v, (x), __ATOMIC_SEQ_CST)	/* new value */
#define atomic_inc(a)             ((void)atomic_add(a, 1))
#define atomic_dec(a)             ((void)atomic_sub(a, 1))
#define atomic_dec_and_test(a)    (atomic_sub(a, 1) == 0)
#define atomic_or(a, x)           __atomic_fetch_or(&(a)->v, (x), __ATOMIC_SEQ_CST)	/* old value */
#define atomic_and(a, x)          __atomic_fetch_and(&(a)->v, (x), __ATOMIC_SEQ_CST)	/* old value */
#define atomic_xchg(a, x)         __atomic_exchange_n(&(a)->v, (x), __ATOMIC_SEQ_CST)	/* old value */

/* Store `new` if the value is `old`; true when stored. */
#define atomic_cas(a, old, new) ({ \
	__typeof__((a)->v) expected_ = (old); \
	__atomic_compare_exchange_n(&(a)->v, &expected_, (new), false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); })

/* Add 1 unless the value is 0 (an object that is being freed); true when added. */
static inline bool atomic_inc_not_zero(atomic32 *a)
{
	i32 v = atomic_read(a);

	while (v != 0)
		if (__atomic_compare_exchange_n(&a->v, &v, v + 1, true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
			return true;
	return false;
}

#define smp_mb()  __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define barrier() __asm__ volatile("" ::: "memory")

#endif
