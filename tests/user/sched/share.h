/* What the tests of who gets the CPU have in common: children on one CPU that count how long they ran. */
#ifndef TESTS_USER_SCHED_SHARE_H
#define TESTS_USER_SCHED_SHARE_H

#include "test.h"

/* The CPUs that we may use, and only one of them from now on. */
static inline int first_cpu(void)
{
	unsigned long all[16] = { 0 };

	CHECK(RAW(SYS_sched_getaffinity, 0, sizeof(all), all) > 0);
	return __builtin_ctzl(all[0]);
}

static inline void pin(int cpu)
{
	unsigned long one[16] = { 0 };

	one[cpu / 64] = 1ul << cpu % 64;
	CHECK_EQ(RAW(SYS_sched_setaffinity, 0, sizeof(one), one), 0);
}

static inline int64_t cpu_time(clockid_t clock)
{
	struct timespec t;

	CHECK_OK(clock_gettime(clock, &t));
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* A page that parents and children share. */
static inline volatile int64_t *shared_words(void)
{
	return (volatile int64_t *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

/* Burn the CPU until *stop, keeping *used up to date. */
static inline void burn(volatile int64_t *used, volatile int64_t *stop)
{
	while (!*stop) {
		for (volatile int i = 0; i < 2000; i++)
			;
		*used = cpu_time(CLOCK_PROCESS_CPUTIME_ID);
	}
}

#endif
