/* Real-time signals queue, in order of sending within a number and of numbers between them; standard signals come first. */
#include "test.h"

static int order[16], values[16], count;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	order[count] = sig;
	values[count++] = info->si_value.sival_int;
}

static void test(void)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigaddset(&set, SIGRTMIN + 1);
	sigaddset(&set, SIGUSR1);
	action.sa_mask = set;
	CHECK_OK(sigaction(SIGRTMIN, &action, NULL));
	CHECK_OK(sigaction(SIGRTMIN + 1, &action, NULL));
	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	CHECK_OK(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ .sival_int = 10 }));
	CHECK_OK(sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 1 }));
	CHECK_OK(sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 2 }));
	CHECK_OK(sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 77 }));
	CHECK_OK(sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 78 }));
	CHECK_OK(sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 3 }));

	/* sigtimedwait takes the lowest number first. */
	siginfo_t info;
	struct timespec zero = { 0, 0 };
	const int want_signal[] = { SIGUSR1, SIGRTMIN, SIGRTMIN, SIGRTMIN, SIGRTMIN + 1 };
	const int want_value[] = { 77, 1, 2, 3, 10 };
	for (int i = 0; i < 5; i++) {
		CHECK_EQ(sigtimedwait(&set, &info, &zero), want_signal[i]);
		CHECK_EQ(info.si_value.sival_int, want_value[i]);
		CHECK_EQ(info.si_code, SI_QUEUE);
	}
	CHECK_ERRNO(sigtimedwait(&set, &info, &zero), EAGAIN);

	/* Handlers that block all of them run one after the other in sending order. */
	for (int i = 0; i < 4; i++)
		CHECK_OK(sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = i }));
	CHECK_OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
	CHECK_EQ(count, 4);
	for (int i = 0; i < 4; i++)
		CHECK_EQ(values[i], i);
}
