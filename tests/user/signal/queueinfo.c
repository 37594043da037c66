/* rt_sigqueueinfo(2) refuses to forge a kernel's or kill's siginfo for another process; sigqueue errors. */
#include "test.h"

static long queue(pid_t pid, int sig, int code)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_signo = sig;
	info.si_code = code;
	return RAW(SYS_rt_sigqueueinfo, pid, sig, &info);
}

static void test(void)
{
	test_handle(SIGUSR1, test_count_signal, 0);
	CHECK_EQ(queue(getppid(), 0, SI_USER), -EPERM);
	CHECK_EQ(queue(getppid(), 0, SI_KERNEL), -EPERM);
	CHECK_EQ(queue(getppid(), 0, SI_TKILL), -EPERM);
	CHECK_EQ(queue(getpid(), SIGUSR1, SI_QUEUE), 0);
	CHECK_EQ(test_signals_seen, 1);
	CHECK_EQ(queue(getpid(), SIGUSR1, SI_USER), 0);
	CHECK_EQ(test_signals_seen, 2);
	CHECK_EQ(queue(getpid(), 65, SI_QUEUE), -EINVAL);
	CHECK_EQ(queue(0x3fffffff, SIGUSR1, SI_QUEUE), -ESRCH);
	CHECK_EQ(queue(0x3fffffff, 65, SI_QUEUE), -ESRCH);
	CHECK_EQ(queue(-1, 65, SI_QUEUE), -ESRCH);
	CHECK_EQ(RAW(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, test_unmapped()), -EFAULT);
}
