/* timer_create(2) on clocks of CPU time: one-shot and periodic, of the process, of a thread, of a child; settings and overruns. */
#include "test.h"

#define RAW_CREATE(clock, event, id) RAW(SYS_timer_create, clock, event, id)

static volatile sig_atomic_t signals;
static volatile int overruns;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	signals++;
	overruns += info->si_overrun;
}

static int64_t cpu(clockid_t clock)
{
	struct timespec t;

	CHECK_OK(clock_gettime(clock, &t));
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void one_shot(clockid_t clock)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec set = { { 0, 0 }, { 0, 40000000 } }, left;
	int id = -1;

	signals = 0;
	CHECK_EQ(RAW_CREATE(clock, &event, &id), 0);
	int64_t start = cpu(clock);
	CHECK_EQ(RAW(SYS_timer_settime, id, 0, &set, NULL), 0);
	CHECK_EQ(RAW(SYS_timer_gettime, id, &left), 0);
	CHECK(left.it_value.tv_sec == 0 && left.it_value.tv_nsec > 0 && left.it_value.tv_nsec <= 40000000);
	test_sleep(60);
	CHECK_EQ(signals, 0);			/* it stood still */
	while (!signals)
		;
	CHECK(cpu(clock) - start >= 40000000);
	CHECK_EQ(RAW(SYS_timer_gettime, id, &left), 0);
	CHECK(left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0);
	/* A moment that has passed: at once. */
	signals = 0;
	set.it_value = (struct timespec){ 0, 1 };
	CHECK_EQ(RAW(SYS_timer_settime, id, TIMER_ABSTIME, &set, NULL), 0);
	while (!signals)
		;
	CHECK_EQ(RAW(SYS_timer_delete, id), 0);
	CHECK_EQ(RAW(SYS_timer_delete, id), -EINVAL);
}

/* Every interval is a signal or an overrun. */
static void periodic(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec set = { { 0, 2000000 }, { 0, 2000000 } }, old;
	sigset_t block;
	int id = -1;

	signals = 0;
	overruns = 0;
	CHECK_EQ(RAW_CREATE(CLOCK_PROCESS_CPUTIME_ID, &event, &id), 0);
	int64_t start = cpu(CLOCK_PROCESS_CPUTIME_ID);
	CHECK_EQ(RAW(SYS_timer_settime, id, 0, &set, NULL), 0);
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	CHECK_OK(sigprocmask(SIG_BLOCK, &block, NULL));
	while (cpu(CLOCK_PROCESS_CPUTIME_ID) - start < 50000000)
		;
	CHECK_OK(sigprocmask(SIG_UNBLOCK, &block, NULL));
	while (signals < 5)
		;
	int64_t ran = cpu(CLOCK_PROCESS_CPUTIME_ID) - start;
	memset(&set, 0, sizeof(set));
	CHECK_EQ(RAW(SYS_timer_settime, id, 0, &set, &old), 0);
	CHECK_EQ(old.it_interval.tv_nsec, 2000000);
	CHECK(signals + overruns <= ran / 2000000 + 1);
	CHECK(overruns >= 5);
	CHECK_EQ(RAW(SYS_timer_delete, id), 0);
}

/* The clock of a child; the timer outlives it. */
static void of_a_child(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec set = { { 0, 0 }, { 0, 30000000 } };
	pid_t pid = test_fork();
	int id = -1;

	if (pid == 0)
		for (;;)
			;
	clockid_t clock = (clockid_t)(~(unsigned)pid << 3 | 2);
	signals = 0;
	CHECK_EQ(RAW_CREATE(clock, &event, &id), 0);
	CHECK_EQ(RAW(SYS_timer_settime, id, 0, &set, NULL), 0);
	while (!signals)
		test_sleep(5);
	set.it_value.tv_sec = 1000;
	CHECK_EQ(RAW(SYS_timer_settime, id, 0, &set, NULL), 0);
	test_stop(pid);
	CHECK_EQ(RAW_CREATE(clock, &event, &id), -EINVAL);
}

static void test(void)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	one_shot(CLOCK_PROCESS_CPUTIME_ID);
	one_shot(CLOCK_THREAD_CPUTIME_ID);
	periodic();
	of_a_child();
}
