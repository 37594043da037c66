/* The types of POSIX threads. Those that programs initialise by a constant are all zero when they are fresh. */
#ifndef _BITS_PTHREAD_TYPES_H
#define _BITS_PTHREAD_TYPES_H

#include <stddef.h>

typedef struct __pthread *pthread_t;
typedef unsigned int pthread_key_t;
typedef int pthread_once_t;
typedef volatile int pthread_spinlock_t;

typedef struct {
	size_t __stack_size, __guard_size;	/* bytes; both 0 only before pthread_attr_init */
	void *__stack;				/* lowest address of a stack of the program's, or NULL */
	int __detached, __inherit, __policy, __priority, __has_cpus;
	unsigned long __cpus[16];
} pthread_attr_t;

/* The kernel walks a dying thread's list of these (set_robust_list): `next` must be first. */
struct __robust_link {
	struct __robust_link *__next, *__previous;
};

typedef struct {
	int __word;				/* futex: 0 free, else the owner's thread number and the kernel's flags */
	int __kind;				/* type, sharing, robustness, protocol */
	unsigned int __depth;			/* further locks by the owner of a recursive mutex */
	int __state;				/* robust: consistent, inconsistent, lost */
	struct __robust_link __link;
	long __reserved;
} pthread_mutex_t;

typedef struct {
	int __kind;
} pthread_mutexattr_t;

typedef struct {
	int __lock;				/* guards the list */
	int __kind;				/* clock and sharing */
	int __sequence;				/* futex of the shared form */
	int __waiters;				/* of the shared form */
	void *__first, *__last;			/* sleepers, oldest first */
	long __reserved[2];
} pthread_cond_t;

typedef struct {
	int __kind;
} pthread_condattr_t;

typedef struct {
	int __word;				/* number of readers, or the writer's bit, and whether somebody sleeps */
	int __sequence;				/* futex of the sleepers */
	int __writers;				/* that sleep or are about to */
	int __owner;				/* thread number of the writer */
	int __kind;				/* preference and sharing */
	int __reserved[9];
} pthread_rwlock_t;

typedef struct {
	int __kind;
} pthread_rwlockattr_t;

typedef struct {
	int __lock, __round;			/* `round` is the futex */
	unsigned int __count, __arrived;
	int __inside;				/* threads that have not left yet */
	int __shared;
	int __reserved[2];
} pthread_barrier_t;

typedef struct {
	int __shared;
} pthread_barrierattr_t;

#endif
