/* sched_getcpu(3), by way of the vDSO where the library knows it, agrees with where affinity keeps us; so does the kernel's getcpu(2). */
#include "share.h"

static void test(void)
{
	unsigned long all[16] = { 0 };

	RAW(SYS_sched_getaffinity, 0, sizeof(all), all);
	for (int turn = 0; turn < 10; turn++) {
		for (int cpu = 0; cpu < 64; cpu++) {
			unsigned here = 999, node = 999;

			if (!(all[0] >> cpu & 1))
				continue;
			pin(cpu);
			CHECK_EQ(sched_getcpu(), cpu);
			CHECK_EQ(RAW(SYS_getcpu, &here, &node, NULL), 0);
			CHECK_EQ(here, cpu);
			CHECK(node < 64);
		}
	}
	CHECK_EQ(RAW(SYS_getcpu, NULL, NULL, NULL), 0);
	CHECK_EQ(RAW(SYS_getcpu, test_unmapped(), NULL, NULL), -EFAULT);
}
