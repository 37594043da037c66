/* timer_create(2) and family: signals and their siginfo, overruns, SIGEV_NONE, threads, fork, deletion, errors. */
#include "test.h"

#define MS 1000000L

static timer_t make(int clock, int notify, int sig, int value)
{
	struct sigevent e = { .sigev_notify = notify, .sigev_signo = sig, .sigev_value.sival_int = value };
	timer_t t = 0;

	CHECK_OK(timer_create(clock, &e, &t));
	return t;
}

static void set(timer_t t, int flags, long value, long interval)
{
	struct itimerspec s = { .it_value = { value / (1000 * MS), value % (1000 * MS) }, .it_interval = { 0, interval } };

	CHECK_OK(timer_settime(t, flags, &s, NULL));
}

static void signal_and_info(int clock)
{
	sigset_t usr1 = test_set_of(SIGUSR1);
	timer_t t = make(clock, SIGEV_SIGNAL, SIGUSR1, 77);
	struct itimerspec now;
	siginfo_t info;
	int64_t start = test_now();

	set(t, 0, 20 * MS, 0);
	CHECK_OK(timer_gettime(t, &now));
	CHECK(now.it_value.tv_sec == 0 && now.it_value.tv_nsec <= 20 * MS);
	CHECK_EQ(sigwaitinfo(&usr1, &info), SIGUSR1);
	CHECK(test_now() - start >= 20 * MS);
	CHECK_EQ(info.si_code, SI_TIMER);
	CHECK_EQ(info.si_value.sival_int, 77);
	CHECK_EQ(info.si_overrun, 0);
	CHECK_OK(timer_gettime(t, &now));
	CHECK_EQ(now.it_value.tv_nsec + now.it_value.tv_sec, 0);
	CHECK_OK(timer_delete(t));
}

/* What expires while its signal is pending is counted. */
static void overruns(void)
{
	sigset_t usr1 = test_set_of(SIGUSR1);
	timer_t t = make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 1);
	siginfo_t info;

	set(t, 0, 5 * MS, 5 * MS);
	test_sleep(42);
	CHECK_EQ(sigwaitinfo(&usr1, &info), SIGUSR1);
	CHECK(info.si_overrun >= 7);
	CHECK_EQ(timer_getoverrun(t), info.si_overrun);
	CHECK_EQ(sigwaitinfo(&usr1, &info), SIGUSR1);		/* it goes on */
	struct itimerspec now, stop = { .it_value = { 0, 0 } };
	CHECK_OK(timer_settime(t, 0, &stop, &now));
	CHECK_EQ(now.it_interval.tv_nsec, 5 * MS);
	CHECK(now.it_value.tv_nsec > 0 && now.it_value.tv_nsec <= 5 * MS);
	CHECK_OK(timer_delete(t));
	CHECK_ERRNO(syscall(SYS_timer_getoverrun, t), EINVAL);
}

/* A signal that is ignored does not stop its timer. */
static void ignored(void)
{
	timer_t t = make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR2, 1);

	CHECK(signal(SIGUSR2, SIG_IGN) != SIG_ERR);
	set(t, 0, 1 * MS, 1 * MS);
	test_sleep(10);
	test_signals_seen = 0;
	test_handle(SIGUSR2, test_count_signal, 0);
	while (test_signals_seen < 3)
		test_sleep(1);
	CHECK_OK(timer_delete(t));
	CHECK(signal(SIGUSR2, SIG_IGN) != SIG_ERR);
}

static void silent(void)
{
	timer_t t = make(CLOCK_MONOTONIC, SIGEV_NONE, 0, 0);
	struct itimerspec now;

	set(t, 0, 5 * MS, 0);
	test_sleep(10);
	CHECK_OK(timer_gettime(t, &now));
	CHECK_EQ(now.it_value.tv_nsec, 0);
	set(t, 0, 5 * MS, 7 * MS);
	test_sleep(30);
	CHECK_OK(timer_gettime(t, &now));
	CHECK(now.it_value.tv_nsec > 0 && now.it_value.tv_nsec <= 7 * MS);
	CHECK_OK(timer_delete(t));
}

static void to_thread_and_absolute(void)
{
	sigset_t usr1 = test_set_of(SIGUSR1);
	struct itimerspec s = { .it_interval = { 0, 0 } };
	siginfo_t info;
	int id = -1;
	struct {
		union sigval value;
		int sig, notify, tid, pad[11];
	} e = { .sig = SIGUSR1, .notify = SIGEV_THREAD_ID, .tid = (int)syscall(SYS_gettid) };

	CHECK_OK(syscall(SYS_timer_create, CLOCK_REALTIME, &e, &id));
	CHECK_OK(clock_gettime(CLOCK_REALTIME, &s.it_value));
	s.it_value.tv_sec -= 5;
	CHECK_OK(syscall(SYS_timer_settime, id, TIMER_ABSTIME, &s, NULL));
	CHECK_EQ(sigwaitinfo(&usr1, &info), SIGUSR1);
	CHECK_OK(syscall(SYS_timer_delete, id));
	e.tid = 1;
	CHECK_EQ(RAW(SYS_timer_create, CLOCK_MONOTONIC, &e, &id), -EINVAL);
}

static void errors(void)
{
	struct itimerspec s = { .it_value = { 0, 1000 * MS } };
	int id;
	struct sigevent e = { .sigev_notify = 9, .sigev_signo = SIGUSR1 };

	CHECK_EQ(RAW(SYS_timer_create, 99, NULL, &id), -EINVAL);
	CHECK_EQ(RAW(SYS_timer_create, CLOCK_MONOTONIC, &e, &id), -EINVAL);
	e.sigev_notify = SIGEV_SIGNAL;
	e.sigev_signo = 65;
	CHECK_EQ(RAW(SYS_timer_create, CLOCK_MONOTONIC, &e, &id), -EINVAL);
	CHECK_EQ(RAW(SYS_timer_create, CLOCK_MONOTONIC, NULL, test_unmapped()), -EFAULT);
	CHECK_EQ(RAW(SYS_timer_create, CLOCK_MONOTONIC_RAW, NULL, &id), -EOPNOTSUPP);
	CHECK_OK(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id));
	CHECK_EQ(RAW(SYS_timer_settime, id, 0, &s, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_timer_settime, id, 0, NULL, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_timer_settime, id + 1000, 0, &s, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_timer_gettime, id, test_unmapped()), -EFAULT);
	pid_t pid = test_fork();
	if (pid == 0) {			/* timers are not inherited */
		CHECK_EQ(RAW(SYS_timer_delete, id), -EINVAL);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(RAW(SYS_timer_delete, id), 0);
	CHECK_EQ(RAW(SYS_timer_delete, id), -EINVAL);
}

static void test(void)
{
	sigset_t usr1 = test_set_of(SIGUSR1);

	CHECK_OK(sigprocmask(SIG_BLOCK, &usr1, NULL));
	errors();
	signal_and_info(CLOCK_MONOTONIC);
	signal_and_info(CLOCK_REALTIME);
	overruns();
	ignored();
	silent();
	to_thread_and_absolute();
}
