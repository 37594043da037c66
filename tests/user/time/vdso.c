/* The vDSO: present, and its clocks agree with the calls', in both orders. */
#include <sys/auxv.h>
#include <sys/time.h>
#include <time.h>

#include "test.h"

static long long ns(const struct timespec *t) { return t->tv_sec * 1000000000ll + t->tv_nsec; }

static void compare(clockid_t clock)
{
	struct timespec by_vdso, by_call, again;

	for (int i = 0; i < 2000; i++) {
		CHECK_OK(clock_gettime(clock, &by_vdso));
		CHECK_EQ(RAW(SYS_clock_gettime, clock, &by_call), 0);
		CHECK_OK(clock_gettime(clock, &again));
		CHECK(ns(&by_vdso) <= ns(&by_call) && ns(&by_call) <= ns(&again));
	}
}

static void test(void)
{
	struct timespec a;
	struct timeval tv;

	CHECK(getauxval(AT_SYSINFO_EHDR) != 0);
	CHECK(memcmp((void *)getauxval(AT_SYSINFO_EHDR), "\177ELF", 4) == 0);
	compare(CLOCK_MONOTONIC);
	compare(CLOCK_REALTIME);
	compare(CLOCK_BOOTTIME);
	CHECK_OK(clock_gettime(CLOCK_REALTIME, &a));
	CHECK_OK(gettimeofday(&tv, NULL));
	CHECK(tv.tv_sec * 1000000ll + tv.tv_usec >= ns(&a) / 1000);
	CHECK(time(NULL) >= a.tv_sec);
	CHECK_ERRNO(clock_gettime((clockid_t)77, &a), EINVAL);
}
