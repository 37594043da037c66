/* What the tests of futex(2) share: operation numbers, threads that say when they sleep. */
#ifndef TESTS_USER_FUTEX_H
#define TESTS_USER_FUTEX_H

#include "test.h"
#include <pthread.h>

enum {
	WAIT = 0, WAKE = 1, REQUEUE = 3, CMP_REQUEUE = 4, WAKE_OP = 5, LOCK_PI = 6, UNLOCK_PI = 7, TRYLOCK_PI = 8, WAIT_BITSET = 9,
	WAKE_BITSET = 10, WAIT_REQUEUE_PI = 11, CMP_REQUEUE_PI = 12, LOCK_PI2 = 13, PRIVATE = 128, REALTIME = 256,
};

#define WAITERS	   0x80000000u
#define OWNER_DIED 0x40000000u

#define FUTEX(...) RAW(SYS_futex, __VA_ARGS__)

static inline int gettid_(void)
{
	return (int)syscall(SYS_gettid);
}

/* The state letter of a thread of this process, '?' when it is gone. */
static inline char thread_state(int tid)
{
	char path[64], text[256] = "";

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	int fd = open(path, O_RDONLY);
	if (fd < 0)
		return '?';
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	char *end = n > 0 ? strrchr(text, ')') : NULL;
	return end ? end[2] : '?';
}

/* Linux calls a thread asleep a moment before it is queued. */
static inline void await_sleep(volatile int *tid)
{
	while (*tid == 0 || thread_state(*tid) != 'S')
		sched_yield();
	usleep(5000);
}

static inline struct timespec from_now(clockid_t clock, long ms)
{
	struct timespec t;

	clock_gettime(clock, &t);
	t.tv_nsec += ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

#endif
