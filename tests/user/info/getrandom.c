/* getrandom(2): sizes, flags, no repetition, errors. */
#include "test.h"

static void test(void)
{
	unsigned char a[256], b[256], *large = test_map(100000, PROT_READ | PROT_WRITE);
	int seen[256] = { 0 }, distinct = 0;

	CHECK_EQ(RAW(SYS_getrandom, a, 256, 0), 256);
	CHECK_EQ(RAW(SYS_getrandom, b, 256, 1), 256);
	CHECK(memcmp(a, b, 256) != 0);
	CHECK_EQ(RAW(SYS_getrandom, a, 16, 4), 16);
	CHECK_EQ(RAW(SYS_getrandom, a, 16, 2), 16);
	CHECK_EQ(RAW(SYS_getrandom, a, 0, 0), 0);
	CHECK_EQ(RAW(SYS_getrandom, large, 100000, 0), 100000);
	for (int i = 0; i < 100000; i++)
		seen[large[i]]++;
	for (int i = 0; i < 256; i++)
		distinct += seen[i] > 100 && seen[i] < 1000;
	CHECK_EQ(distinct, 256);
	CHECK_EQ(RAW(SYS_getrandom, a, 16, 0x80), -EINVAL);
	CHECK_EQ(RAW(SYS_getrandom, a, 16, 6), -EINVAL);
	CHECK_EQ(RAW(SYS_getrandom, test_unmapped(), 16, 0), -EFAULT);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(RAW(SYS_getrandom, b, 8, 0), 8);
		memcpy(a, b, 8);
		_exit(a[0]);
	}
	CHECK(test_wait(pid) >= 0);
}
