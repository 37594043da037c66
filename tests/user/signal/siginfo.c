/* SA_SIGINFO: where a signal came from — kill, tgkill, sigqueue, an ended child. */
#include "test.h"

static siginfo_t seen;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	seen = *info;
	test_last_signal = sig;
}

static void check_seen(int sig, int code, pid_t pid)
{
	CHECK_EQ(test_last_signal, sig);
	CHECK_EQ(seen.si_signo, sig);
	CHECK_EQ(seen.si_code, code);
	CHECK_EQ(seen.si_pid, pid);
	CHECK_EQ(seen.si_uid, getuid());
}

static void test(void)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
	pid_t pid;

	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	CHECK_OK(sigaction(SIGRTMIN, &action, NULL));
	CHECK_OK(sigaction(SIGCHLD, &action, NULL));
	CHECK_OK(kill(getpid(), SIGUSR1));
	check_seen(SIGUSR1, SI_USER, getpid());
	CHECK_OK(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR1));
	check_seen(SIGUSR1, SI_TKILL, getpid());
	CHECK_OK(sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_ptr = (void *)0x123456789abc }));
	check_seen(SIGRTMIN, SI_QUEUE, getpid());
	CHECK_EQ((long)seen.si_value.sival_ptr, 0x123456789abc);

	pid = test_fork();
	if (pid == 0)
		_exit(17);
	CHECK_EXITS(pid, 17);
	check_seen(SIGCHLD, CLD_EXITED, pid);
	CHECK_EQ(seen.si_status, 17);
	pid = test_fork();
	if (pid == 0) {
		raise(SIGKILL);
		_exit(1);
	}
	CHECK_DIES(pid, SIGKILL);
	check_seen(SIGCHLD, CLD_KILLED, pid);
	CHECK_EQ(seen.si_status, SIGKILL);
}
