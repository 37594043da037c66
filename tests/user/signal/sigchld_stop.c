/* SIGCHLD for stops and continues, and SA_NOCLDSTOP which keeps those away. */
#include "test.h"

static volatile sig_atomic_t codes[4], count;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	if (count < 4)
		codes[count++] = info->si_code;
}

/* Signals merge while they are pending, so each has to arrive before the next is caused. */
static void arrive(int flags, int want)
{
	while (!(flags & SA_NOCLDSTOP) && count < want)
		test_sleep(1);
}

static void run(int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };
	int status;

	count = 0;
	CHECK_OK(sigaction(SIGCHLD, &action, NULL));
	pid_t pid = test_fork();
	if (pid == 0)
		for (;;)
			pause();
	CHECK_OK(kill(pid, SIGSTOP));
	while (waitpid(pid, &status, WUNTRACED) == -1)
		CHECK_EQ(errno, EINTR);
	arrive(flags, 1);
	CHECK_OK(kill(pid, SIGCONT));
	while (waitpid(pid, &status, WCONTINUED) == -1)
		CHECK_EQ(errno, EINTR);
	arrive(flags, 2);
	CHECK_OK(kill(pid, SIGTERM));
	CHECK_DIES(pid, SIGTERM);
}

static void test(void)
{
	run(0);
	CHECK_EQ(count, 3);
	CHECK_EQ(codes[0], CLD_STOPPED);
	CHECK_EQ(codes[1], CLD_CONTINUED);
	CHECK_EQ(codes[2], CLD_KILLED);
	run(SA_NOCLDSTOP);
	CHECK_EQ(count, 1);
	CHECK_EQ(codes[0], CLD_KILLED);
}
