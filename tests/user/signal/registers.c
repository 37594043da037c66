/* A handler that ruins every register, the flags, x87 and MXCSR: sigreturn puts all of them back. */
#include "test.h"

struct registers {
	unsigned long gpr[14];
	unsigned long flags;
	unsigned char xmm[16][16];
	unsigned int mxcsr;
	unsigned short control;
};

static struct registers before, after;
static double x87_before = 1.5, x87_after;

static void ruin(int sig)
{
	unsigned int mxcsr = 0x7f80;
	unsigned short control = 0x0f7f;

	(void)sig;
	__asm__ volatile("fninit\n\tfldcw %1\n\tldmxcsr %0\n\t"
			 "pcmpeqd %%xmm0, %%xmm0\n\tpcmpeqd %%xmm1, %%xmm1\n\tpcmpeqd %%xmm7, %%xmm7\n\tpcmpeqd %%xmm8, %%xmm8\n\t"
			 "pcmpeqd %%xmm15, %%xmm15\n\txor %%eax, %%eax\n\txor %%ebx, %%ebx\n\txor %%r12d, %%r12d\n\t"
			 "xor %%r8d, %%r8d\n\txor %%r9d, %%r9d\n\txor %%r10d, %%r10d\n\txor %%r15d, %%r15d\n\tstd\n\tcld"
			 :
			 : "m"(mxcsr), "m"(control)
			 : "rax", "rbx", "r8", "r9", "r10", "r12", "r15", "xmm0", "xmm1", "xmm7", "xmm8", "xmm15", "cc");
	test_signals_seen = test_signals_seen + 1;
}

/* Loads every register from BEFORE, raises SIGTRAP by int3, stores all into AFTER. */
__attribute__((noinline)) static void go(void)
{
	__asm__ volatile(
		"push %%rbp\n\tpush %%rbx\n\t"
		"fldl %[x]\n\tfldcw %[b_control]\n\tldmxcsr %[b_mxcsr]\n\t"
		"movups %[bx0], %%xmm0\n\tmovups %[bx1], %%xmm1\n\tmovups %[bx7], %%xmm7\n\tmovups %[bx8], %%xmm8\n\tmovups %[bx15], %%xmm15\n\t"
		"mov $0x1111111111111111, %%rax\n\tmov $0x2222222222222222, %%rbx\n\tmov $0x3333333333333333, %%rcx\n\t"
		"mov $0x4444444444444444, %%rdx\n\tmov $0x5555555555555555, %%rsi\n\tmov $0x6666666666666666, %%rdi\n\t"
		"mov $0x8888888888888888, %%r8\n\tmov $0x9999999999999999, %%r9\n\tmov $0xaaaaaaaaaaaaaaaa, %%r10\n\t"
		"mov $0xbbbbbbbbbbbbbbbb, %%r11\n\tmov $0xcccccccccccccccc, %%r12\n\tmov $0xdddddddddddddddd, %%r13\n\t"
		"mov $0xeeeeeeeeeeeeeeee, %%r14\n\tmov $0xffffffffffffffff, %%r15\n\tmov $0x7777777777777777, %%rbp\n\t"
		"stc\n\tstd\n\tint3\n\t"
		"pushfq\n\tcld\n\tpush %%rax\n\tlea after(%%rip), %%rax\n\t"
		"popq 0(%%rax)\n\tpopq 112(%%rax)\n\t"
		"mov %%rbx, 8(%%rax)\n\tmov %%rcx, 16(%%rax)\n\tmov %%rdx, 24(%%rax)\n\tmov %%rsi, 32(%%rax)\n\tmov %%rdi, 40(%%rax)\n\t"
		"mov %%r8, 48(%%rax)\n\tmov %%r9, 56(%%rax)\n\tmov %%r10, 64(%%rax)\n\tmov %%r11, 72(%%rax)\n\tmov %%r12, 80(%%rax)\n\t"
		"mov %%r13, 88(%%rax)\n\tmov %%r14, 96(%%rax)\n\tmov %%r15, 104(%%rax)\n\t"
		"movups %%xmm0, 120(%%rax)\n\tmovups %%xmm1, 136(%%rax)\n\tmovups %%xmm7, 232(%%rax)\n\tmovups %%xmm8, 248(%%rax)\n\t"
		"movups %%xmm15, 360(%%rax)\n\tstmxcsr 376(%%rax)\n\tfnstcw 380(%%rax)\n\t"
		"mov %%rbp, %%rcx\n\tpop %%rbx\n\tpop %%rbp\n\tfstpl %[y]\n\tfninit\n\t"
		: [y] "=m"(x87_after)
		: [x] "m"(x87_before), [b_control] "m"(before.control), [b_mxcsr] "m"(before.mxcsr), [bx0] "m"(before.xmm[0]),
		  [bx1] "m"(before.xmm[1]), [bx7] "m"(before.xmm[7]), [bx8] "m"(before.xmm[8]), [bx15] "m"(before.xmm[15])
		: "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm7",
		  "xmm8", "xmm15", "memory", "cc");
}

static void test(void)
{
	static const unsigned long want[14] = {
		0x1111111111111111, 0x2222222222222222, 0x3333333333333333, 0x4444444444444444, 0x5555555555555555,
		0x6666666666666666, 0x8888888888888888, 0x9999999999999999, 0xaaaaaaaaaaaaaaaa, 0xbbbbbbbbbbbbbbbb,
		0xcccccccccccccccc, 0xdddddddddddddddd, 0xeeeeeeeeeeeeeeee, 0xffffffffffffffff };
	unsigned int mxcsr = 0x1f80;

	_Static_assert(offsetof(struct registers, flags) == 112 && offsetof(struct registers, mxcsr) == 376, "offsets in go()");
	for (int i = 0; i < 16; i++)
		memset(before.xmm[i], 0x30 + i, 16);
	before.mxcsr = 0x3f80;
	before.control = 0x0b7f;
	test_handle(SIGTRAP, ruin, 0);
	go();
	__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
	CHECK_EQ(test_signals_seen, 1);
	for (int i = 0; i < 14; i++)
		CHECK_EQ(after.gpr[i], want[i]);
	CHECK_EQ(after.flags & 0x401, 0x401);
	static const int xmm[] = { 0, 1, 7, 8, 15 };
	for (int i = 0; i < 5; i++)
		CHECK_BYTES(after.xmm[xmm[i]], before.xmm[xmm[i]], 16);
	CHECK_EQ(after.mxcsr, 0x3f80);
	CHECK_EQ(after.control, 0x0b7f);
	CHECK(x87_after == 1.5);
}
