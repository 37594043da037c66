/* Events: fork, vfork, clone, exec and exit with their messages; children are traced from their first instruction. */
#define TEST_HELPER
#include "ptrace/common.h"

static int test_helper(int argc, char **argv)
{
	return 7;
}

static void family(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(3);
	waitpid(pid, NULL, 0);
	pid = vfork();
	if (pid == 0)
		_exit(4);
	waitpid(pid, NULL, 0);
	EXEC_SELF("x");
	_exit(99);
}

static unsigned long message_of(pid_t pid)
{
	unsigned long message = 0;

	TRACE(PTRACE_GETEVENTMSG, pid, 0, &message);
	return message;
}

/* The child of the event that PID is in starts with SIGSTOP; it runs to its end. */
static void finish_child(pid_t child, int status)
{
	CHECK_EQ(next_status(child), STOPPED(SIGSTOP));
	TRACE(PTRACE_CONT, child, 0, 0);
	CHECK_EQ(next_status(child), EVENT(SIGTRAP, PTRACE_EVENT_EXIT));
	CHECK_EQ(message_of(child), status << 8);
	TRACE(PTRACE_CONT, child, 0, 0);
	CHECK_EQ(next_status(child), status << 8);
}

/* Goes on until something other than SIGCHLD comes. */
static int go_on(pid_t pid)
{
	int status;

	TRACE(PTRACE_CONT, pid, 0, 0);
	while ((status = next_status(pid)) == STOPPED(SIGCHLD))
		TRACE(PTRACE_CONT, pid, 0, SIGCHLD);
	return status;
}

static void test(void)
{
	pid_t pid = traced_child(family), child;

	TRACE(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACEEXEC |
	      PTRACE_O_TRACEEXIT);
	CHECK_EQ(go_on(pid), EVENT(SIGTRAP, PTRACE_EVENT_FORK));
	child = (pid_t)message_of(pid);
	TRACE(PTRACE_CONT, pid, 0, 0);
	finish_child(child, 3);

	int status;

	while ((status = next_status(pid)) == STOPPED(SIGCHLD))
		TRACE(PTRACE_CONT, pid, 0, SIGCHLD);
	CHECK_EQ(status, EVENT(SIGTRAP, PTRACE_EVENT_VFORK));
	child = (pid_t)message_of(pid);
	TRACE(PTRACE_CONT, pid, 0, 0);
	finish_child(child, 4);
	while ((status = next_status(pid)) == STOPPED(SIGCHLD))
		TRACE(PTRACE_CONT, pid, 0, SIGCHLD);
	CHECK_EQ(status, EVENT(SIGTRAP, PTRACE_EVENT_VFORK_DONE));
	CHECK_EQ(message_of(pid), child);

	CHECK_EQ(go_on(pid), EVENT(SIGTRAP, PTRACE_EVENT_EXEC));
	CHECK_EQ(message_of(pid), pid);
	CHECK_EQ(go_on(pid), EVENT(SIGTRAP, PTRACE_EVENT_EXIT));
	CHECK_EQ(message_of(pid), 7 << 8);
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), 7 << 8);
}
