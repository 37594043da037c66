/* arch_prctl(2): the bases of FS and GS, kept across switches and fork; kernel addresses are EPERM, unknown codes EINVAL. */
#include "test.h"

#define SET_GS 0x1001
#define GET_FS 0x1003
#define GET_GS 0x1004

static unsigned long gs_word(void)
{
	unsigned long value;

	__asm__ volatile("mov %%gs:8, %0" : "=r"(value));
	return value;
}

static void test(void)
{
	static unsigned long area[2] = { 1, 0x1234 }, other[2] = { 2, 0x5678 };
	unsigned long fs = 0, gs = 0, self;

	CHECK_EQ(RAW(SYS_arch_prctl, GET_FS, &fs), 0);
	__asm__ volatile("mov %%fs:0, %0" : "=r"(self));
	CHECK_EQ(fs, self);
	CHECK_EQ(RAW(SYS_arch_prctl, SET_GS, area), 0);
	CHECK_EQ(RAW(SYS_arch_prctl, GET_GS, &gs), 0);
	CHECK_EQ(gs, area);
	CHECK_EQ(gs_word(), 0x1234);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(gs_word(), 0x1234);
		CHECK_EQ(RAW(SYS_arch_prctl, SET_GS, other), 0);
		for (int i = 0; i < 50; i++) {
			sched_yield();
			CHECK_EQ(gs_word(), 0x5678);
		}
		test_exit();
	}
	for (int i = 0; i < 50; i++) {
		sched_yield();
		CHECK_EQ(gs_word(), 0x1234);
	}
	CHECK_CHILD(pid);
	CHECK_EQ(RAW(SYS_arch_prctl, SET_GS, 0xffff800000000000), -EPERM);
	CHECK_EQ(RAW(SYS_arch_prctl, SET_GS, 0x8000000000000000), -EPERM);
	CHECK_EQ(RAW(SYS_arch_prctl, GET_GS, test_unmapped()), -EFAULT);
	CHECK_EQ(RAW(SYS_arch_prctl, 0x9999, 0), -EINVAL);
	CHECK_EQ(gs_word(), 0x1234);
}
