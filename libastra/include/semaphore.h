/*
 * Semaphores. 0, or -1 with errno. The waits are cancellation points; EINTR after a signal handler without SA_RESTART. Named ones
 * live in /dev/shm as sem.NAME.
 */
#ifndef _SEMAPHORE_H
#define _SEMAPHORE_H

#include <features.h>
#include <sys/types.h>
#include <time.h>

__ASTRA_BEGIN_DECLS

typedef struct {
	unsigned long __value;	/* low half: the value, and the futex; high half: how many wait */
	int __shared;
	int __reserved[5];
} sem_t;

#define SEM_FAILED    ((sem_t *)0)
#define SEM_VALUE_MAX 0x7fffffff

int sem_init(sem_t *sem, int shared, unsigned int value);		/* EINVAL: above SEM_VALUE_MAX */
int sem_destroy(sem_t *sem);
/* Deadlines are absolute: ETIMEDOUT. Destroying one with waiting threads is undefined. */
int sem_wait(sem_t *sem);
int sem_trywait(sem_t *sem);						/* EAGAIN */
int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict deadline);
int sem_clockwait(sem_t *restrict sem, clockid_t clock, const struct timespec *restrict deadline);
int sem_post(sem_t *sem);						/* EOVERFLOW; safe in signal handlers */
int sem_getvalue(sem_t *restrict sem, int *restrict value);
/*
 * SEM_FAILED with errno as open. With O_CREAT also the mode (mode_t) and the value. The same name yields the same address while
 * it is open.
 */
sem_t *sem_open(const char *name, int flags, ...);
int sem_close(sem_t *sem);
int sem_unlink(const char *name);

__ASTRA_END_DECLS

#endif
