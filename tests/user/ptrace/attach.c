/* ATTACH and DETACH of a running child, who may, TracerPid, and what happens to tracees when their tracer ends. */
#include "ptrace/common.h"

static int tracer_of(pid_t pid)
{
	char path[64], line[256];
	int tracer = -1;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "TracerPid: %d", &tracer);
	if (f)
		fclose(f);
	return tracer;
}

static void by_another_user(pid_t pid)
{
	pid_t other = test_fork();

	if (other == 0) {
		CHECK_OK(setresgid(NO_UID, NO_UID, NO_UID));
		CHECK_OK(setresuid(NO_UID, NO_UID, NO_UID));
		CHECK_ERRNO(ptrace(PTRACE_ATTACH, pid, 0, 0), EPERM);
		test_exit();
	}
	CHECK_CHILD(other);
}

/* A tracer that ends while PID is in a stop: it goes on, or dies under EXITKILL. */
static void tracer_that_ends(pid_t pid, unsigned long options)
{
	pid_t tracer = test_fork();

	if (tracer == 0) {
		TRACE(PTRACE_ATTACH, pid, 0, 0);
		CHECK_EQ(next_status(pid), STOPPED(SIGSTOP));
		TRACE(PTRACE_SETOPTIONS, pid, 0, options);
		test_exit();
	}
	CHECK_CHILD(tracer);
}

static void test(void)
{
	pid_t pid = waiting_child();
	siginfo_t info;
	int status;

	CHECK_ERRNO(ptrace(PTRACE_ATTACH, getpid(), 0, 0), EPERM);
	CHECK_ERRNO(ptrace(PTRACE_ATTACH, 999999, 0, 0), ESRCH);
	CHECK_ERRNO(ptrace(PTRACE_CONT, pid, 0, 0), ESRCH);
	CHECK_ERRNO(ptrace(PTRACE_SEIZE, pid, (void *)1, 0), EIO);
	CHECK_ERRNO(ptrace(PTRACE_SEIZE, pid, 0, (void *)0x40000000), EIO);
	if (geteuid() == 0)
		by_another_user(pid);
	CHECK_EQ(tracer_of(pid), 0);
	TRACE(PTRACE_ATTACH, pid, 0, 0);
	CHECK_EQ(tracer_of(pid), getpid());
	CHECK_ERRNO(ptrace(PTRACE_ATTACH, pid, 0, 0), EPERM);
	CHECK_EQ(waitid(P_PID, (id_t)pid, &info, WSTOPPED), 0);
	CHECK_EQ(info.si_code, CLD_TRAPPED);
	CHECK_EQ(info.si_status, SIGSTOP);
	CHECK_EQ(waitpid(pid, &status, __WALL | WNOHANG), 0);
	CHECK_ERRNO(ptrace(0x7777, pid, 0, 0), EIO);
	CHECK_ERRNO(ptrace(PTRACE_SETOPTIONS, pid, 0, (void *)0x40000000), EINVAL);
	TRACE(PTRACE_DETACH, pid, 0, 0);
	CHECK_EQ(tracer_of(pid), 0);
	CHECK_ERRNO(ptrace(PTRACE_CONT, pid, 0, 0), ESRCH);

	tracer_that_ends(pid, 0);
	CHECK_EQ(tracer_of(pid), 0);
	CHECK_EQ(waitpid(pid, &status, WNOHANG), 0);
	tracer_that_ends(pid, PTRACE_O_EXITKILL);
	CHECK_EQ(next_status(pid), SIGKILL);

	/* DETACH with a signal */
	pid = waiting_child();
	TRACE(PTRACE_ATTACH, pid, 0, 0);
	CHECK_EQ(next_status(pid), STOPPED(SIGSTOP));
	TRACE(PTRACE_DETACH, pid, 0, SIGTERM);
	CHECK_EQ(next_status(pid), SIGTERM);
}
