/* sigaltstack(2) with SA_ONSTACK: handlers run there, nested too; queries; EPERM while on it, ENOMEM, EINVAL. */
#define TEST_HELPER
#include "test.h"

static char *stack;
static volatile bool on_stack;
static volatile int eperm_result, flags_inside;

static void handler(int sig)
{
	char here;
	stack_t now, other = { .ss_sp = stack, .ss_size = 32768 };

	on_stack = &here >= stack && &here < stack + 65536;
	sigaltstack(NULL, &now);
	flags_inside = now.ss_flags;
	eperm_result = sigaltstack(&other, NULL) == -1 ? errno : 0;
	if (sig == SIGUSR2)
		kill(getpid(), SIGUSR1);
}

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1u << 31)
#endif

static volatile unsigned disarmed_flags;
static volatile bool rearmed;

/* The stack is off while the handler runs, so it may be set anew, and a nested signal would start at its top again. */
static void disarmed(int sig)
{
	char here;
	stack_t now, other = { .ss_sp = stack, .ss_size = 32768 };

	(void)sig;
	on_stack = &here >= stack && &here < stack + 65536;
	sigaltstack(NULL, &now);
	disarmed_flags = (unsigned)now.ss_flags;
	rearmed = sigaltstack(&other, NULL) == 0;
}

/* What sigreturn restores is the stack as it was when the signal came. */
static void check_autodisarm(void)
{
	stack_t ss = { .ss_sp = stack, .ss_size = 65536, .ss_flags = (int)SS_AUTODISARM }, old;

	CHECK_OK(sigaltstack(&ss, NULL));
	CHECK_OK(sigaltstack(NULL, &old));
	CHECK_EQ((unsigned)old.ss_flags, SS_AUTODISARM);
	test_handle(SIGUSR1, disarmed, SA_ONSTACK);
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK(on_stack);
	CHECK(rearmed);
	CHECK_EQ(disarmed_flags, SS_DISABLE);
	CHECK_OK(sigaltstack(NULL, &old));
	CHECK_EQ(old.ss_sp, stack);
	CHECK_EQ(old.ss_size, 65536);
	CHECK_EQ((unsigned)old.ss_flags, SS_AUTODISARM);
	ss.ss_flags = (int)(SS_AUTODISARM | SS_ONSTACK);
	CHECK_OK(syscall(SYS_sigaltstack, &ss, NULL));
	CHECK_OK(sigaltstack(NULL, &old));
	CHECK_EQ((unsigned)old.ss_flags, SS_AUTODISARM);
	ss.ss_flags = (int)(SS_AUTODISARM | 4);
	CHECK_ERRNO(syscall(SYS_sigaltstack, &ss, NULL), EINVAL);
}

/* A stack belongs to its thread: fork keeps it, a new thread and a new program have none. */
static void check_inheritance(void)
{
	stack_t old;
	pid_t pid = test_fork();

	if (pid == 0) {
		CHECK_OK(sigaltstack(NULL, &old));
		CHECK_EQ(old.ss_sp, stack);
		EXEC_SELF("no-stack");
		_exit(9);
	}
	CHECK_CHILD(pid);
	pid = vfork();
	if (pid == 0)
		_exit(sigaltstack(NULL, &old) == 0 && old.ss_sp == stack ? 0 : 1);
	CHECK_CHILD(pid);
}

static int test_helper(int argc, char **argv)
{
	stack_t old;

	(void)argc, (void)argv;
	return sigaltstack(NULL, &old) == 0 && old.ss_flags == SS_DISABLE && old.ss_sp == NULL && old.ss_size == 0 ? 0 : 1;
}

static void test(void)
{
	stack_t ss = { .ss_size = 65536 }, old;

	stack = test_map(65536, PROT_READ | PROT_WRITE);
	ss.ss_sp = stack;
	CHECK_OK(sigaltstack(NULL, &old));
	CHECK_EQ(old.ss_flags, SS_DISABLE);
	CHECK_OK(sigaltstack(&ss, NULL));
	CHECK_OK(sigaltstack(NULL, &old));
	CHECK_EQ(old.ss_sp, stack);
	CHECK_EQ(old.ss_size, 65536);
	CHECK_EQ(old.ss_flags, 0);
	test_handle(SIGUSR1, handler, SA_ONSTACK);
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK(on_stack);
	CHECK_EQ(eperm_result, EPERM);
	CHECK_EQ(flags_inside, SS_ONSTACK);
	test_handle(SIGUSR2, handler, SA_ONSTACK);
	CHECK_OK(kill(getpid(), SIGUSR2));
	CHECK(on_stack);
	test_handle(SIGUSR1, handler, 0);
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK(!on_stack);

	check_inheritance();
	check_autodisarm();
	ss.ss_size = 2047;
	CHECK_ERRNO(syscall(SYS_sigaltstack, &ss, NULL), ENOMEM);
	ss.ss_size = 65536;
	ss.ss_flags = 0x40;
	CHECK_ERRNO(syscall(SYS_sigaltstack, &ss, NULL), EINVAL);
	ss.ss_flags = SS_DISABLE;
	CHECK_OK(sigaltstack(&ss, NULL));
	CHECK_EQ(RAW(SYS_sigaltstack, test_unmapped(), 0), -EFAULT);
	CHECK_EQ(RAW(SYS_sigaltstack, 0, test_unmapped()), -EFAULT);
}
