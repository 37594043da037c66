/* EFLAGS.AC in ring 3: a misaligned access is SIGBUS, BUS_ADRALN; aligned SSE moves of odd addresses are SIGSEGV. */
#include "test.h"

static void misaligned(void *arg)
{
	__asm__ volatile("pushfq\n\torq $0x40000, (%%rsp)\n\tpopfq\n\tmov 1(%0), %%rax\n\tpushfq\n\tandq $~0x40000, (%%rsp)\n\tpopfq"
			 : : "r"(arg) : "rax", "memory", "cc");
}

static void movaps(void *arg)
{
	__asm__ volatile("movaps 1(%0), %%xmm0" : : "r"(arg) : "xmm0");
}

static void test(void)
{
	static char memory[64] __attribute__((aligned(16)));

	CHECK_EQ(test_fault(movaps, memory), SIGSEGV);
	CHECK_EQ(test_fault_info.si_code, SI_KERNEL);
	pid_t pid = test_fork();
	if (pid == 0) {
		int sig = test_fault(misaligned, memory);
		__asm__ volatile("pushfq\n\tandq $~0x40000, (%%rsp)\n\tpopfq" : : : "memory", "cc");
		/* An emulated processor may lack alignment checks. */
		if (sig != 0) {
			CHECK_EQ(sig, SIGBUS);
			CHECK_EQ(test_fault_info.si_code, BUS_ADRALN);
		}
		test_exit();
	}
	CHECK_CHILD(pid);
}
