/* Frames that no handler left: sigreturn with a ruined stack or non-canonical rip kills with SIGSEGV, never more. */
#include "test.h"
#include <ucontext.h>

static int variant;

static void break_frame(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	(void)info;
	if (variant == 0)
		uc->uc_mcontext.gregs[REG_RIP] = (long)0x8000000000000000;
	else if (variant == 1)
		uc->uc_mcontext.gregs[REG_RIP] = (long)0xffffffff80000000;
	else if (variant == 2)
		uc->uc_mcontext.fpregs = (void *)0xffff800000000000;
	else if (variant == 3)
		uc->uc_mcontext.gregs[REG_CSGSFS] = 0x8;
	else
		memset(uc->uc_mcontext.fpregs, 0xff, 512);
}

static void test(void)
{
	struct sigaction action = { .sa_sigaction = break_frame, .sa_flags = SA_SIGINFO };

	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	for (variant = 0; variant < 5; variant++) {
		pid_t pid = test_fork();
		if (pid == 0) {
			kill(getpid(), SIGUSR1);
			_exit(7);
		}
		int status = test_wait(pid);
		/* A reserved code selector is forced back to ring 3; whatever happens, it is the process that pays. */
		if (variant < 3)
			CHECK_EQ(status & 0xff7f, SIGSEGV);
		else
			CHECK(status == 7 << 8 || (status & 0x7f) == SIGSEGV);
	}
	pid_t pid = test_fork();
	if (pid == 0) {
		__asm__ volatile("mov %0, %%rsp\n\tmov $15, %%eax\n\tsyscall\n\tud2" : : "r"(0x10UL));
		_exit(1);
	}
	CHECK_DIES(pid, SIGSEGV);
}
