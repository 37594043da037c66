/* The ucontext of a handler: the interrupted rip and rsp, the mask; what the handler changes there takes effect. */
#include "test.h"
#include <ucontext.h>

static volatile unsigned long saved_rip;

static void skip_ud2(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	saved_rip = (unsigned long)uc->uc_mcontext.gregs[REG_RIP];
	CHECK_EQ((unsigned long)info->si_addr, saved_rip);
	CHECK_EQ(sigismember(&uc->uc_sigmask, SIGILL), 0);
	uc->uc_mcontext.gregs[REG_RIP] += 2;
	uc->uc_mcontext.gregs[REG_R15] = 0x600d;
	sigaddset(&uc->uc_sigmask, SIGUSR2);
}

static void test(void)
{
	struct sigaction action = { .sa_sigaction = skip_ud2, .sa_flags = SA_SIGINFO };
	unsigned long r15;
	sigset_t now;

	CHECK_OK(sigaction(SIGILL, &action, NULL));
	__asm__ volatile("xor %%r15d, %%r15d\n\tud2\n\tmov %%r15, %0" : "=r"(r15) : : "r15");
	CHECK_EQ(r15, 0x600d);
	CHECK_OK(sigprocmask(SIG_BLOCK, NULL, &now));
	CHECK_EQ(sigismember(&now, SIGUSR2), 1);
}
