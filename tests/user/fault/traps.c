/* int3, ud2, single step: signal, code and address. */
#include "test.h"

extern char ud2_here[];

static void breakpoint(void *arg)
{
	(void)arg;
	__asm__ volatile("int3");
}

static void undefined(void *arg)
{
	(void)arg;
	__asm__ volatile(".globl ud2_here\nud2_here:\n\tud2");
}

static void step(void *arg)
{
	(void)arg;
	__asm__ volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq\n\tnop\n\tnop" : : : "memory", "cc");
}

static void test(void)
{
	CHECK_EQ(test_fault(breakpoint, NULL), SIGTRAP);
	CHECK_EQ(test_fault_info.si_code, SI_KERNEL);
	CHECK_EQ(test_fault(undefined, NULL), SIGILL);
	CHECK_EQ(test_fault_info.si_code, ILL_ILLOPN);
	CHECK_EQ(test_fault_info.si_addr, ud2_here);
	CHECK_EQ(test_fault(step, NULL), SIGTRAP);
	CHECK_EQ(test_fault_info.si_code, TRAP_TRACE);
	CHECK(test_fault_info.si_addr != NULL);
}
