/* The contract of the `syscall` instruction: rax is the answer, rcx the return address, r11 the flags; all others stay. */
#include "test.h"

static void test(void)
{
	/* Static, because the assembly moves the stack pointer. */
	static unsigned long r[16];
	static unsigned char xmm[16], want[16];

	memset(want, 0xa5, 16);
	__asm__ volatile(
		"push %%rbp\n\tpush %[r]\n\tmovups %[want], %%xmm9\n\t"
		"mov $0x101, %%rbx\n\tmov $0x102, %%rdx\n\tmov $0x103, %%rsi\n\tmov $0x104, %%rdi\n\tmov $0x105, %%rbp\n\t"
		"mov $0x108, %%r8\n\tmov $0x109, %%r9\n\tmov $0x10a, %%r10\n\tmov $0x10c, %%r12\n\tmov $0x10d, %%r13\n\t"
		"mov $0x10e, %%r14\n\tmov $0x10f, %%r15\n\tmov $39, %%eax\n\tstc\n\tsyscall\n"
		"1:\n\tpush %%rax\n\tmov 8(%%rsp), %%rax\n\tpopq 0(%%rax)\n\tmov %%rbx, 8(%%rax)\n\tmov %%rcx, 16(%%rax)\n\t"
		"mov %%rdx, 24(%%rax)\n\tmov %%rsi, 32(%%rax)\n\tmov %%rdi, 40(%%rax)\n\tmov %%rbp, 48(%%rax)\n\t"
		"mov %%r8, 56(%%rax)\n\tmov %%r9, 64(%%rax)\n\tmov %%r10, 72(%%rax)\n\tmov %%r11, 80(%%rax)\n\t"
		"mov %%r12, 88(%%rax)\n\tmov %%r13, 96(%%rax)\n\tmov %%r14, 104(%%rax)\n\tmov %%r15, 112(%%rax)\n\t"
		"lea 1b(%%rip), %%rbx\n\tmov %%rbx, 120(%%rax)\n\tpop %%rax\n\tpop %%rbp\n\tmovups %%xmm9, %[xmm]\n\t"
		: [xmm] "=m"(xmm)
		: [r] "D"(r), [want] "m"(want)
		: "rax", "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm9", "memory", "cc");
	CHECK_EQ(r[0], getpid());
	static const unsigned long keep[][2] = { { 1, 0x101 }, { 3, 0x102 }, { 4, 0x103 }, { 5, 0x104 }, { 6, 0x105 }, { 7, 0x108 },
		{ 8, 0x109 }, { 9, 0x10a }, { 11, 0x10c }, { 12, 0x10d }, { 13, 0x10e }, { 14, 0x10f } };
	for (size_t i = 0; i < ARRAY_LEN(keep); i++)
		CHECK_EQ(r[keep[i][0]], keep[i][1]);
	CHECK_EQ(r[2], r[15]);
	CHECK_EQ(r[10] & 1, 1);
	CHECK_BYTES(xmm, want, 16);
}
