/*
 * Tests inside the running kernel, for what a test on the build machine cannot see: several CPUs, interrupts, page tables.
 *
 *  - SELFTEST(name) { … } defines and registers a test; it runs in a kernel task, interrupts on, no lock held.
 *  - EXPECT() records a failure and goes on; its value says whether the condition was true.
 *  - A test gives back all it took: the runner counts frames. It may run several times in one boot.
 *  - Nothing asserts that something happens soon, only that it happens, or not too early.
 */
#ifndef TESTS_KERNEL_SELFTEST_H
#define TESTS_KERNEL_SELFTEST_H

#include "lib/types.h"

struct selftest {
	const char *name;
	void (*fn)(void);
};

#define SELFTEST(name_) \
	static void selftest_##name_(void); \
	static const struct selftest selftest_of_##name_ = { #name_, selftest_##name_ }; \
	static const struct selftest *const selftest_entry_##name_ __section(".selftests") = &selftest_of_##name_; \
	static void selftest_##name_(void)

/* Any context. */
bool selftest_check(bool good, const char *file, int line, const char *what);

#define EXPECT(cond) selftest_check(cond, __FILE__, __LINE__, #cond)

/*
 * Run every test in an order that follows from the seed (0: a fresh one, logged), check for lost frames, and log
 * "selftest: N passed, N failed" as the last line. In a kernel task, when the other CPUs run.
 */
void selftest_run(u64 seed);

/* The next number of the run's series. Any context. */
u64 selftest_random(void);

/* Run fn(arg, 0) … fn(arg, count - 1) in tasks of their own; returns when all of them have. */
void selftest_parallel(unsigned count, void (*fn)(void *arg, unsigned index), void *arg);

#endif
