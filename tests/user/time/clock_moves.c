/*
 * Sleeps, timers and waits for futexes across clock_settime(2): absolute ones of the calendar clock end when it is set past them
 * and wait longer when it is set back; relative ones and those of other clocks do not notice. The machine's clock has to be the
 * test's to set.
 */
#include "test.h"
#include <signal.h>

#define HOUR 3600

static void move(long seconds)
{
	struct timespec now;

	CHECK_OK(clock_gettime(CLOCK_REALTIME, &now));
	now.tv_sec += seconds;
	CHECK_OK(clock_settime(CLOCK_REALTIME, &now));
}

/* A child that sleeps until `seconds` from now by the clock. */
static pid_t sleeper(clockid_t clock, int flags, long seconds)
{
	struct timespec at = { seconds, 0 }, now;
	int ready[2];
	char c;

	CHECK_OK(pipe(ready));
	CHECK_OK(clock_gettime(clock, &now));
	if (flags & TIMER_ABSTIME)
		at = (struct timespec){ now.tv_sec + seconds, now.tv_nsec };
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(write(ready[1], "r", 1), 1);
		CHECK_EQ(clock_nanosleep(clock, flags, &at, NULL), 0);
		test_exit();
	}
	CHECK_EQ(read(ready[0], &c, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static bool ended(pid_t pid)
{
	siginfo_t info = { 0 };

	CHECK_OK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT));
	return info.si_pid == pid;
}

static void sleeps(void)
{
	pid_t calendar = sleeper(CLOCK_REALTIME, TIMER_ABSTIME, HOUR), relative = sleeper(CLOCK_REALTIME, 0, HOUR);
	pid_t steady = sleeper(CLOCK_MONOTONIC, TIMER_ABSTIME, HOUR);

	test_sleep(50);
	CHECK(!ended(calendar));
	move(HOUR + 10);
	CHECK_CHILD(calendar);
	test_sleep(50);
	CHECK(!ended(relative) && !ended(steady));
	move(-(HOUR + 10));
	test_stop(relative);
	test_stop(steady);
}

/* Set back by an hour, a sleep of a second from then has an hour and a second to go. */
static void set_back(void)
{
	pid_t pid = sleeper(CLOCK_REALTIME, TIMER_ABSTIME, 1);

	move(-HOUR);
	test_sleep(1300);
	CHECK(!ended(pid));
	move(HOUR);
	CHECK_CHILD(pid);
}

static void posix_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	struct itimerspec setting = { .it_value = { 0, 0 } };
	struct timespec now, limit = { 20, 0 };
	timer_t absolute, relative;
	sigset_t set;
	siginfo_t info;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	event.sigev_value.sival_int = 1;
	CHECK_OK(timer_create(CLOCK_REALTIME, &event, &absolute));
	event.sigev_value.sival_int = 2;
	CHECK_OK(timer_create(CLOCK_REALTIME, &event, &relative));
	CHECK_OK(clock_gettime(CLOCK_REALTIME, &now));
	setting.it_value = (struct timespec){ now.tv_sec + HOUR, 0 };
	CHECK_OK(timer_settime(absolute, TIMER_ABSTIME, &setting, NULL));
	setting.it_value = (struct timespec){ HOUR, 0 };
	CHECK_OK(timer_settime(relative, 0, &setting, NULL));
	move(HOUR + 1);
	CHECK_EQ(sigtimedwait(&set, &info, &limit), SIGRTMIN);
	CHECK_EQ(info.si_value.sival_int, 1);
	CHECK_OK(timer_gettime(relative, &setting));
	CHECK(setting.it_value.tv_sec > HOUR - 60);
	move(-(HOUR + 1));
	CHECK_OK(timer_delete(absolute));
	CHECK_OK(timer_delete(relative));
}

static void monotonic(void)
{
	int64_t before = test_now(), after;

	move(HOUR);
	after = test_now();
	CHECK(after >= before && after - before < 60000000000ll);
	move(-HOUR);
	CHECK(test_now() >= after);
}

enum { WAIT_BITSET = 9, LOCK_PI = 6, BITSET_REALTIME = 9 | 256 };	/* futex(2) */

struct waitv {
	uint64_t value, address;
	uint32_t flags, reserved;
};

/* A child that waits for a futex until an hour from now by the clock; -1 stands for futex_waitv. The wait has to time out. */
static pid_t futex_waiter(int op, clockid_t clock)
{
	static uint32_t word;
	struct waitv one = { .address = (uintptr_t)&word, .flags = 2 };
	struct timespec at;
	int ready[2];
	char c;

	CHECK_OK(clock_gettime(clock, &at));
	at.tv_sec += HOUR;
	CHECK_OK(pipe(ready));
	word = op == LOCK_PI ? (uint32_t)getpid() : 0;
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(write(ready[1], "r", 1), 1);
		CHECK_ERRNO(op < 0 ? syscall(449, &one, 1, 0, &at, clock) : syscall(SYS_futex, &word, op, 0, &at, NULL, ~0u), ETIMEDOUT);
		test_exit();
	}
	CHECK_EQ(read(ready[0], &c, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void futexes(void)
{
	pid_t calendar[] = {
		futex_waiter(BITSET_REALTIME, CLOCK_REALTIME), futex_waiter(LOCK_PI, CLOCK_REALTIME), futex_waiter(-1, CLOCK_REALTIME),
	};
	pid_t steady[] = { futex_waiter(WAIT_BITSET, CLOCK_MONOTONIC), futex_waiter(-1, CLOCK_MONOTONIC) };

	test_sleep(50);
	for (size_t i = 0; i < ARRAY_LEN(calendar); i++)
		CHECK(!ended(calendar[i]));
	move(HOUR + 10);
	for (size_t i = 0; i < ARRAY_LEN(calendar); i++)
		CHECK_CHILD(calendar[i]);
	test_sleep(50);
	move(-(HOUR + 10));
	for (size_t i = 0; i < ARRAY_LEN(steady); i++) {
		CHECK(!ended(steady[i]));
		test_stop(steady[i]);
	}
}

static void test(void)
{
	test_need_root();
	if (!test_on_astra())
		test_skip("the machine's clock is not the test's to set");
	sleeps();
	set_back();
	posix_timer();
	futexes();
	monotonic();
}
