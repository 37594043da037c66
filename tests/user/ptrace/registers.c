/* Register sets: GETREGSET's lengths, floating point seen and changed, PEEKUSER, bases, values that are refused. */
#include "ptrace/common.h"

#define NT_PRSTATUS   1
#define NT_FPREGSET   2
#define NT_X86_XSTATE 0x202

static void compute(void)
{
	double x = 2.5;

	__asm__ volatile("movsd %0, %%xmm7" : : "m"(x) : "xmm7");
	__asm__ volatile("syscall" : : "a"(SYS_tkill), "D"((long)RAW(SYS_gettid)), "S"((long)SIGUSR1) : "rcx", "r11", "memory");
	__asm__ volatile("movsd %%xmm7, %0" : "=m"(x));
	_exit(x == 7.25 ? 0 : 1);
}

static void test(void)
{
	pid_t pid = traced_child(compute);
	static unsigned char xstate[65536] __attribute__((aligned(64)));
	struct user_regs_struct regs, again;
	struct user_fpregs_struct fp;
	struct iovec iov = { &regs, sizeof(regs) };
	double x;

	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), STOPPED(SIGUSR1));
	TRACE(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov);
	CHECK_EQ(iov.iov_len, sizeof(regs));
	TRACE(PTRACE_GETREGS, pid, 0, &again);
	CHECK_BYTES(&regs, &again, sizeof(regs));
	CHECK_EQ(regs.cs, 0x33 | (regs.cs & 3));
	CHECK_EQ(ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user_regs_struct, rip), 0), (long)regs.rip);
	CHECK_EQ(ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user_regs_struct, fs_base), 0), (long)regs.fs_base);
	CHECK(regs.fs_base != 0);
	iov.iov_len = 16;
	TRACE(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov);
	CHECK_EQ(iov.iov_len, 16);
	iov.iov_len = 15;
	CHECK_ERRNO(ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &iov), EINVAL);
	CHECK_ERRNO(ptrace(PTRACE_GETREGSET, pid, (void *)0x7777, &iov), EINVAL);
	CHECK_ERRNO(ptrace(PTRACE_PEEKUSER, pid, (void *)3, 0), EIO);
	CHECK_ERRNO(ptrace(PTRACE_POKEUSER, pid, (void *)offsetof(struct user_regs_struct, fs_base), (void *)-1L), EIO);

	TRACE(PTRACE_GETFPREGS, pid, 0, &fp);
	memcpy(&x, (char *)fp.xmm_space + 7 * 16, sizeof(x));
	CHECK(x == 2.5);
	iov = (struct iovec){ xstate, sizeof(xstate) };
	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &iov) == 0) {
		CHECK(iov.iov_len >= 576);
		memcpy(&x, xstate + 160 + 7 * 16, sizeof(x));
		CHECK(x == 2.5);
		TRACE(PTRACE_SETREGSET, pid, NT_X86_XSTATE, &iov);
	}
	x = 7.25;
	memcpy((char *)fp.xmm_space + 7 * 16, &x, sizeof(x));
	TRACE(PTRACE_SETFPREGS, pid, 0, &fp);
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), 0);
}
