/* Single stepping across a system call: the trap flag neither leaks into the kernel nor gets lost. */
#include "test.h"

static void count(int sig)
{
	(void)sig;
	test_signals_seen = test_signals_seen + 1;
}

static void test(void)
{
	long pid;

	test_handle(SIGTRAP, count, 0);
	__asm__ volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq\n\tmov $39, %%eax\n\tsyscall\n\tnop\n\tnop\n\t"
			 "pushfq\n\tandq $~0x100, (%%rsp)\n\tpopfq"
			 : "=a"(pid) : : "rcx", "r11", "memory", "cc");
	CHECK_EQ(pid, getpid());
	CHECK(test_signals_seen >= 6 && test_signals_seen <= 9);
}
