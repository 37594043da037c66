/* Numbers that are no call answer ENOSYS, whatever the arguments: high ones, negative ones, ones with dirt in the upper half. */
#include "test.h"

static void test(void)
{
	for (long nr = 600; nr <= 1100; nr++)
		if (!CHECK_EQ(RAW(nr, -1, -1, -1, -1, -1, -1), -ENOSYS))
			test_print("  number %ld\n", nr);
	CHECK_EQ(RAW(-1), -ENOSYS);
	CHECK_EQ(RAW(-2), -ENOSYS);
	CHECK_EQ(RAW(INT_MAX), -ENOSYS);
	CHECK_EQ(RAW(INT_MIN), -ENOSYS);
	CHECK_EQ(RAW(0x7fffffff00000000), RAW(SYS_read, 0));
	CHECK_EQ(getpid(), RAW(SYS_getpid, -1, -1, -1, -1, -1, -1));
	/* getpid with dirty upper bits of rax is getpid: only eax counts. */
	CHECK_EQ(RAW(0x100000000 | SYS_getpid), getpid());
}
