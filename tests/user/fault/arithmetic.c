/* Divide errors and unmasked x87 exceptions: SIGFPE with the right code. */
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

static void x87(void *arg)
{
	unsigned short control = 0x037f & ~4;
	(void)arg;
	__asm__ volatile("fninit\n\tfldcw %0\n\tfld1\n\tfldz\n\tfdivrp\n\tfwait" : : "m"(control));
}

static void test(void)
{
	CHECK_EQ(test_fault(divide, NULL), SIGFPE);
	CHECK_EQ(test_fault_info.si_code, FPE_INTDIV);
	CHECK(test_fault_info.si_addr != NULL);
	CHECK_EQ(test_fault(overflow, NULL), SIGFPE);
	CHECK_EQ(test_fault_info.si_code, FPE_INTDIV);
	CHECK_EQ(test_fault(x87, NULL), SIGFPE);
	CHECK_EQ(test_fault_info.si_code, FPE_FLTDIV);
	__asm__ volatile("fninit");
	CHECK_EQ(test_fault(divide, (void *)1), 0);
}
