/* CPU clocks: they stand still while asleep and move while computing; times(2) and getrusage(2) agree with them. */
#include "test.h"
#include <sys/times.h>

static int64_t cpu(void)
{
	struct timespec ts;

	CHECK_OK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts));
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static void test(void)
{
	struct tms t;
	struct rusage usage;

	int64_t wall = test_now(), start = cpu();
	test_sleep(100);
	CHECK(cpu() - start < test_now() - wall);
	start = cpu();
	while (cpu() - start < 60000000)
		;
	CHECK_OK(getrusage(RUSAGE_SELF, &usage));
	CHECK(usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec >=
	      30000);
	CHECK(times(&t) != -1);
	CHECK(t.tms_utime + t.tms_stime >= 3);
	CHECK_EQ(t.tms_cutime + t.tms_cstime, 0);
	CHECK(usage.ru_maxrss > 0);
}
