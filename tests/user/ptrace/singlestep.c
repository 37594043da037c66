/* PTRACE_SINGLESTEP: one instruction at a time, over calls and into handlers; nothing of it shows in the flags. */
#include "ptrace/common.h"

static volatile unsigned long flags_seen;

static void handler(int sig)
{
}

static void walk(void)
{
	signal(SIGUSR2, handler);
	raise(SIGUSR1);
	__asm__ volatile(".globl step_start\nstep_start: nop\n\tnop\n\tmov $39, %%eax\n\tsyscall\n\tnop\n.globl step_end\nstep_end: nop"
			 : : : "rax", "rcx", "r11", "memory");
	_exit(0);
}

extern char step_start[], step_end[];

static unsigned long rip_of(pid_t pid)
{
	return (unsigned long)ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user_regs_struct, rip), 0);
}

static void test(void)
{
	pid_t pid = traced_child(walk);
	struct user_regs_struct regs;
	siginfo_t info;
	int steps = 0;

	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), STOPPED(SIGUSR1));
	for (int i = 0; i < 5000 && rip_of(pid) != (unsigned long)step_start; i++) {
		TRACE(PTRACE_SINGLESTEP, pid, 0, 0);
		CHECK_EQ(next_status(pid), STOPPED(SIGTRAP));
	}
	CHECK_EQ(rip_of(pid), (unsigned long)step_start);
	while (rip_of(pid) != (unsigned long)step_end && steps < 20) {
		TRACE(PTRACE_SINGLESTEP, pid, 0, 0);
		CHECK_EQ(next_status(pid), STOPPED(SIGTRAP));
		TRACE(PTRACE_GETSIGINFO, pid, 0, &info);
		CHECK_EQ(info.si_signo, SIGTRAP);
		TRACE(PTRACE_GETREGS, pid, 0, &regs);
		CHECK_EQ(regs.eflags & 0x100, 0);
		steps++;
	}
	CHECK_EQ(steps, 5);

	/* into a handler: the stop is before its first instruction */
	TRACE(PTRACE_SINGLESTEP, pid, 0, SIGUSR2);
	CHECK_EQ(next_status(pid), STOPPED(SIGTRAP));
	CHECK_EQ(rip_of(pid), (unsigned long)handler);
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), 0);
}
