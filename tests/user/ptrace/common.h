/* What the tests of ptrace share: requests whose failure ends the test, stops as single numbers, and the usual traced child. */
#ifndef TESTS_USER_PTRACE_COMMON_H
#define TESTS_USER_PTRACE_COMMON_H

#include "test.h"

#include <sys/ptrace.h>
#include <sys/user.h>

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

#define TRACE(request, pid, addr, data) CHECK_OK(ptrace(request, pid, (void *)(addr), (void *)(data)))
#define STOPPED(sig)	  ((sig) << 8 | 0x7f)
#define EVENT(sig, event) (STOPPED(sig) | (event) << 16)

/* The status that comes next of PID. */
static inline int next_status(pid_t pid)
{
	int status = -1;

	CHECK_EQ(CHECK_OK(waitpid(pid, &status, __WALL)), pid);
	return status;
}

/* A child that asks to be traced, stops itself with SIGSTOP and then runs FN; it is in that stop. */
static inline pid_t traced_child(void (*fn)(void))
{
	pid_t pid = test_fork();

	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
			_exit(99);
		raise(SIGSTOP);
		fn();
		_exit(0);
	}
	CHECK_EQ(next_status(pid), STOPPED(SIGSTOP));
	return pid;
}

/* Waits until the single-threaded child PID sleeps in a call. */
static inline void wait_until_asleep(pid_t pid)
{
	char path[32], stat[512];
	const char *state;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	do {
		test_sleep(1);
		CHECK_OK(test_read_file(path, stat, sizeof(stat)));
		state = strrchr(stat, ')');
	} while (state && state[1] == ' ' && state[2] != 'S');
}

/* A child that is not traced and waits for signals. */
static inline pid_t waiting_child(void)
{
	pid_t pid = test_fork();

	if (pid == 0)
		for (;;)
			pause();
	return pid;
}

static inline void kill_child(pid_t pid)
{
	CHECK_OK(kill(pid, SIGKILL));
	CHECK_EQ(next_status(pid), SIGKILL);
}

#endif
