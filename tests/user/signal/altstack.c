/* sigaltstack(2) with SA_ONSTACK: handlers run there, nested too; queries; EPERM while on it, ENOMEM, EINVAL. */
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

	ss.ss_size = 1024;
	CHECK_ERRNO(syscall(SYS_sigaltstack, &ss, NULL), ENOMEM);
	ss.ss_size = 65536;
	ss.ss_flags = 0x40;
	CHECK_ERRNO(syscall(SYS_sigaltstack, &ss, NULL), EINVAL);
	ss.ss_flags = SS_DISABLE;
	CHECK_OK(sigaltstack(&ss, NULL));
	CHECK_EQ(RAW(SYS_sigaltstack, test_unmapped(), 0), -EFAULT);
	CHECK_EQ(RAW(SYS_sigaltstack, 0, test_unmapped()), -EFAULT);
}
