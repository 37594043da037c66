/* PTRACE_SYSCALL: both stops of a call, TRACESYSGOOD, numbers and results seen and changed, GET_SYSCALL_INFO. */
#include "ptrace/common.h"

#define SYSCALL_STOP STOPPED(SIGTRAP | 0x80)

struct call_info {			/* struct ptrace_syscall_info, which old headers lack */
	uint8_t op, pad[3];
	uint32_t arch;
	uint64_t ip, sp;
	union {
		struct { uint64_t nr, args[6]; } entry;
		struct { int64_t value; uint8_t is_error; } exit;
	};
};
#define GET_SYSCALL_INFO 0x420e

static void make_calls(void)
{
	if (RAW(SYS_getppid) != 4711)
		_exit(1);
	if (RAW(SYS_close, 1234) != -EBADF)
		_exit(2);
	if (RAW(SYS_getuid) != -ENOSYS)
		_exit(3);
	if (RAW(SYS_dup, 0) != -EINVAL)
		_exit(4);
	_exit(42);
}

static struct user_regs_struct regs_of(pid_t pid)
{
	struct user_regs_struct regs;

	TRACE(PTRACE_GETREGS, pid, 0, &regs);
	return regs;
}

static void step(pid_t pid)
{
	TRACE(PTRACE_SYSCALL, pid, 0, 0);
	CHECK_EQ(next_status(pid), SYSCALL_STOP);
}

/* Runs to the beginning of call NUMBER. */
static void run_to(pid_t pid, long number)
{
	for (int i = 0; i < 50; i++) {
		step(pid);
		if ((long)regs_of(pid).orig_rax == number && (long)regs_of(pid).rax == -ENOSYS)
			return;
	}
	CHECK(!"the call never came");
}

static void test(void)
{
	pid_t pid = traced_child(make_calls);
	struct user_regs_struct regs;
	struct call_info info;

	TRACE(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);

	/* another result */
	run_to(pid, SYS_getppid);
	CHECK_EQ(ptrace(GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info), 24 + 56);
	CHECK_EQ(info.op, 1);
	CHECK_EQ(info.arch, 0xc000003e);
	CHECK_EQ(info.entry.nr, SYS_getppid);
	CHECK_EQ(info.ip, regs_of(pid).rip);
	CHECK_EQ(info.sp, regs_of(pid).rsp);
	step(pid);
	regs = regs_of(pid);
	CHECK_EQ(regs.orig_rax, SYS_getppid);
	CHECK_EQ(regs.rax, getpid());
	regs.rax = 4711;
	TRACE(PTRACE_SETREGS, pid, 0, &regs);

	/* an error */
	run_to(pid, SYS_close);
	CHECK_EQ(regs_of(pid).rdi, 1234);
	step(pid);
	CHECK_EQ(ptrace(GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info), 24 + 9);
	CHECK_EQ(info.op, 2);
	CHECK_EQ(info.exit.value, -EBADF);
	CHECK_EQ(info.exit.is_error, 1);

	/* no call at all */
	run_to(pid, SYS_getuid);
	TRACE(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), -1L);
	step(pid);

	/* another argument: dup becomes dup2 to a bad place, by number and arguments */
	run_to(pid, SYS_dup);
	regs = regs_of(pid);
	regs.orig_rax = SYS_lseek;
	regs.rdi = (unsigned long)-1;
	TRACE(PTRACE_SETREGS, pid, 0, &regs);
	step(pid);
	CHECK_EQ((long)regs_of(pid).rax, -EBADF);
	TRACE(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), -EINVAL);

	run_to(pid, SYS_exit_group);
	TRACE(PTRACE_SYSCALL, pid, 0, 0);
	CHECK_EQ(next_status(pid), 42 << 8);
}
