/* Vector and x87 state and MXCSR belong to the process: many that compute at once, yield and take signals keep their own. */
#include "test.h"

#define PROCESSES 8

static void check_process(int id)
{
	unsigned char want[16], got[16];
	unsigned int mxcsr = 0x1f80 | (unsigned int)(id & 3) << 13, mxcsr_got;
	double x87 = id + 0.25, x87_got;

	memset(want, 0x10 + id, 16);
	test_handle(SIGALRM, test_count_signal, SA_RESTART);
	for (int i = 0; i < 100; i++) {
		__asm__ volatile("movups %3, %%xmm3\n\tmovups %3, %%xmm14\n\tldmxcsr %4\n\tfldl %5\n\t"
				 "mov $24, %%eax\n\tsyscall\n\tmov $2000, %%ecx\n1:\tdec %%ecx\n\tjnz 1b\n\t"
				 "fstpl %2\n\tstmxcsr %1\n\tpxor %%xmm3, %%xmm14\n\tpxor %%xmm14, %%xmm3\n\tmovups %%xmm3, %0"
				 : "=m"(got), "=m"(mxcsr_got), "=m"(x87_got)
				 : "m"(want), "m"(mxcsr), "m"(x87)
				 : "rax", "rcx", "r11", "xmm3", "xmm14", "memory", "cc");
		if (!CHECK_BYTES(got, want, 16) || !CHECK_EQ(mxcsr_got, mxcsr) || !CHECK(x87_got == x87))
			break;
		if (i % 20 == 0)
			raise(SIGALRM);
	}
}

static void test(void)
{
	pid_t pids[PROCESSES];

	for (int id = 0; id < PROCESSES; id++) {
		pids[id] = test_fork();
		if (pids[id] == 0) {
			check_process(id);
			test_exit();
		}
	}
	for (int id = 0; id < PROCESSES; id++)
		CHECK_CHILD(pids[id]);
}
