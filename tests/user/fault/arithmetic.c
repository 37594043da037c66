/* Divide errors and unmasked floating-point exceptions: SIGFPE with the right code. */
#include "test.h"

static void divide(void *arg)
{
	volatile long a = 1, b = (long)arg;
	volatile long c = a / b;
	(void)c;
}

static void overflow(void *arg)
{
	(void)arg;
	__asm__ volatile("mov $1, %%edx\n\txor %%eax, %%eax\n\tmov $1, %%ecx\n\tdiv %%ecx" : : : "rax", "rcx", "rdx", "cc");
}

static void simd(void *arg)
{
	unsigned int mxcsr = 0x1f80 & ~0x200u;
	(void)arg;
	__asm__ volatile("ldmxcsr %0\n\tmov $1, %%eax\n\tcvtsi2sd %%eax, %%xmm0\n\txorpd %%xmm1, %%xmm1\n\tdivsd %%xmm1, %%xmm0"
			 : : "m"(mxcsr) : "rax", "xmm0", "xmm1");
}

static void x87(void *arg)
{
	unsigned short control = 0x037f & ~4;
	(void)arg;
	__asm__ volatile("fninit\n\tfldcw %0\n\tfld1\n\tfldz\n\tfdivrp\n\tfwait" : : "m"(control));
}

static void test(void)
{
	unsigned int mxcsr = 0x1f80;

	CHECK_EQ(test_fault(divide, NULL), SIGFPE);
	CHECK_EQ(test_fault_info.si_code, FPE_INTDIV);
	CHECK(test_fault_info.si_addr != NULL);
	CHECK_EQ(test_fault(overflow, NULL), SIGFPE);
	CHECK_EQ(test_fault_info.si_code, FPE_INTDIV);
	CHECK_EQ(test_fault(simd, NULL), SIGFPE);
	CHECK_EQ(test_fault_info.si_code, FPE_FLTDIV);
	__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
	CHECK_EQ(test_fault(x87, NULL), SIGFPE);
	CHECK_EQ(test_fault_info.si_code, FPE_FLTDIV);
	__asm__ volatile("fninit");
	CHECK_EQ(test_fault(divide, (void *)1), 0);
}
