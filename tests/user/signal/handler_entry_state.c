/* What a handler starts with: an aligned stack below the red zone, the direction flag clear, default FPU control words. */
#include "test.h"

static volatile unsigned long entry_flags, entry_sp;
static volatile unsigned int entry_mxcsr;
static volatile unsigned short entry_control;

__attribute__((naked)) static void handler(int sig)
{
	(void)sig;
	__asm__ volatile("pushfq\n\tpopq entry_flags(%rip)\n\tmov %rsp, entry_sp(%rip)\n\tstmxcsr entry_mxcsr(%rip)\n\t"
			 "fnstcw entry_control(%rip)\n\tret");
}

static void test(void)
{
	unsigned int mxcsr = 0x9fc0, mxcsr_after = 0, mxcsr_default = 0x1f80;
	unsigned short control = 0x027f, control_after = 0, control_default = 0x037f;
	unsigned long red_zone = 0;

	test_handle(SIGTRAP, handler, 0);
	__asm__ volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(mxcsr), "m"(control));
	__asm__ volatile("movq $0x1234, -8(%%rsp)\n\tmovq $0x5678, -128(%%rsp)\n\tstd\n\tint3\n\tcld\n\t"
			 "mov -8(%%rsp), %0\n\tadd -128(%%rsp), %0"
			 : "=r"(red_zone) : : "memory", "cc");
	__asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr_after), "=m"(control_after));
	__asm__ volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(mxcsr_default), "m"(control_default));
	CHECK_EQ(red_zone, 0x1234 + 0x5678);
	CHECK_EQ(entry_flags & 0x400, 0);
	CHECK_EQ(entry_flags & 0x100, 0);
	CHECK_EQ(entry_sp & 15, 8);
	CHECK_EQ(entry_control, 0x037f);
	CHECK_EQ(entry_mxcsr, 0x1f80);
	CHECK_EQ(control_after, control);
	CHECK_EQ(mxcsr_after & ~0x3fu, mxcsr);
}
