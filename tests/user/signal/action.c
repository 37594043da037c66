/* rt_sigaction(2) itself: what it keeps of flags and mask, what exec and fork keep, SA_NOCLDWAIT and SIG_IGN of children, errors. */
#define TEST_HELPER
#include "test.h"

#define SA_KERNEL_RESTORER 0x04000000ul
#ifndef SA_UNSUPPORTED
#define SA_UNSUPPORTED	  0x400ul
#define SA_EXPOSE_TAGBITS 0x800ul
#endif

struct kernel_action {
	unsigned long handler, flags, restorer, mask;
};

static long action(int sig, const struct kernel_action *new, struct kernel_action *old)
{
	return RAW(SYS_rt_sigaction, sig, new, old, 8);
}

static void restorer(void)
{
	RAW(SYS_rt_sigreturn);
}

static void check_contents(void)
{
	struct kernel_action all = { (unsigned long)test_count_signal, ~0ul, (unsigned long)restorer, ~0ul }, old;
	unsigned long known = SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER | (unsigned)SA_RESETHAND |
			      SA_KERNEL_RESTORER | SA_EXPOSE_TAGBITS;

	CHECK_EQ(action(SIGUSR1, &all, NULL), 0);
	CHECK_EQ(action(SIGUSR1, NULL, &old), 0);
	CHECK_EQ(old.handler, all.handler);
	CHECK_EQ(old.restorer, all.restorer);
	CHECK_EQ(old.flags, known);
	CHECK_EQ(old.flags & SA_UNSUPPORTED, 0);
	CHECK_EQ(old.mask, ~(1ul << (SIGKILL - 1) | 1ul << (SIGSTOP - 1)));
}

static void check_errors(void)
{
	struct kernel_action ignore = { .handler = (unsigned long)SIG_IGN }, old;
	struct test_bad_pointer bad[TEST_BAD_POINTERS];

	CHECK_EQ(action(0, NULL, &old), -EINVAL);
	CHECK_EQ(action(-1, NULL, &old), -EINVAL);
	CHECK_EQ(action(65, NULL, &old), -EINVAL);
	CHECK_EQ(action(64, NULL, &old), 0);
	CHECK_EQ(action(SIGKILL, &ignore, NULL), -EINVAL);
	CHECK_EQ(action(SIGSTOP, &ignore, NULL), -EINVAL);
	CHECK_EQ(action(SIGKILL, NULL, &old), 0);
	CHECK_EQ(action(SIGUSR1, NULL, NULL), 0);
	CHECK_EQ(RAW(SYS_rt_sigaction, SIGUSR1, 0, 0, 16), -EINVAL);
	test_bad_pointers(bad);
	for (int i = 1; i < TEST_BAD_POINTERS; i++) {
		CHECK_EQ(action(SIGUSR2, bad[i].address, NULL), -EFAULT);
		CHECK_EQ(action(SIGUSR2, NULL, bad[i].address), -EFAULT);
	}
	CHECK_EQ(action(SIGUSR2, NULL, &old), 0);
	CHECK_EQ(old.handler, 0);
	/* The old action cannot be told; the new one holds all the same. */
	CHECK_EQ(action(SIGUSR2, &ignore, test_unmapped()), -EFAULT);
	CHECK_EQ(action(SIGUSR2, NULL, &old), 0);
	CHECK_EQ(old.handler, ignore.handler);
}

/* Without a restorer there is no frame on this machine. */
static void check_no_restorer(void)
{
	struct kernel_action bare = { .handler = (unsigned long)test_count_signal };
	pid_t pid = test_fork();

	if (pid == 0) {
		CHECK_EQ(action(SIGUSR1, &bare, NULL), 0);
		kill(getpid(), SIGUSR1);
		_exit(5);
	}
	CHECK_DIES(pid, SIGSEGV);
}

/* A signal that comes to be ignored is no longer pending, also where its default is to be ignored. */
static void check_discarded(void)
{
	sigset_t set, pending;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	test_handle(SIGUSR1, test_count_signal, 0);
	test_handle(SIGCHLD, test_count_signal, 0);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_OK(raise(SIGCHLD));
	CHECK_OK(sigpending(&pending));
	CHECK_EQ(sigismember(&pending, SIGUSR1), 1);
	CHECK_EQ(sigismember(&pending, SIGCHLD), 1);
	test_handle(SIGUSR1, SIG_IGN, 0);
	test_handle(SIGCHLD, SIG_DFL, 0);
	CHECK_OK(sigpending(&pending));
	CHECK_EQ(sigismember(&pending, SIGUSR1), 0);
	CHECK_EQ(sigismember(&pending, SIGCHLD), 0);
	CHECK_OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
}

/* Children that nobody waits for: no zombies; SIGCHLD still comes with SA_NOCLDWAIT, and not with SIG_IGN. */
static void check_no_zombies(void)
{
	test_signals_seen = 0;
	test_handle(SIGCHLD, test_count_signal, SA_NOCLDWAIT | SA_RESTART);
	if (test_fork() == 0)
		_exit(1);
	CHECK_ERRNO(wait(NULL), ECHILD);
	CHECK_EQ(test_signals_seen, 1);
	test_handle(SIGCHLD, SIG_IGN, 0);
	if (test_fork() == 0)
		_exit(1);
	CHECK_ERRNO(wait(NULL), ECHILD);
	memset(test_children, 0, sizeof(test_children));
	test_handle(SIGCHLD, SIG_DFL, 0);
}

/* In a new program handlers are default and what was ignored stays so; the flags and masks of both are gone. */
static int test_helper(int argc, char **argv)
{
	struct kernel_action old;

	(void)argc, (void)argv;
	CHECK_EQ(action(SIGUSR1, NULL, &old), 0);
	CHECK(old.handler == 0 && old.flags == 0 && old.mask == 0);
	CHECK_EQ(action(SIGUSR2, NULL, &old), 0);
	CHECK(old.handler == (unsigned long)SIG_IGN && old.flags == 0 && old.mask == 0);
	return test_failures != 0;
}

static void test(void)
{
	struct kernel_action ignore = { (unsigned long)SIG_IGN, SA_RESTART, 0, 0xff };

	check_contents();
	check_no_restorer();
	check_errors();
	check_discarded();
	check_no_zombies();

	pid_t pid = test_fork();
	if (pid == 0) {
		test_handle(SIGUSR1, test_count_signal, SA_RESTART);
		CHECK_EQ(action(SIGUSR2, &ignore, NULL), 0);
		EXEC_SELF("new");
		_exit(9);
	}
	CHECK_CHILD(pid);
}
