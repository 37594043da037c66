/* Threads of a traced process: each is traced by itself, its end is reported; exec by one of them takes the leader's number. */
#define TEST_HELPER
#include "ptrace/common.h"
#include <pthread.h>

static int test_helper(int argc, char **argv)
{
	return 9;
}

static void *short_life(void *arg)
{
	return NULL;
}

static void *execute(void *arg)
{
	EXEC_SELF("x");
	_exit(98);
}

static void run(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, short_life, NULL);
	pthread_join(thread, NULL);
	pthread_create(&thread, NULL, execute, NULL);
	for (;;)
		pause();
}

static unsigned long message_of(pid_t pid)
{
	unsigned long message = 0;

	TRACE(PTRACE_GETEVENTMSG, pid, 0, &message);
	return message;
}

static void test(void)
{
	pid_t pid = traced_child(run), thread;

	TRACE(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC);
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), EVENT(SIGTRAP, PTRACE_EVENT_CLONE));
	thread = (pid_t)message_of(pid);
	CHECK_EQ(next_status(thread), STOPPED(SIGSTOP));
	TRACE(PTRACE_CONT, thread, 0, 0);
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(thread), 0);
	CHECK_EQ(next_status(pid), EVENT(SIGTRAP, PTRACE_EVENT_CLONE));
	thread = (pid_t)message_of(pid);
	CHECK_EQ(next_status(thread), STOPPED(SIGSTOP));
	TRACE(PTRACE_CONT, pid, 0, 0);
	TRACE(PTRACE_CONT, thread, 0, 0);
	CHECK_EQ(next_status(pid), EVENT(SIGTRAP, PTRACE_EVENT_EXEC));
	CHECK_EQ(message_of(pid), thread);
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), 9 << 8);
	CHECK_ERRNO(waitpid(thread, NULL, __WALL), ECHILD);
}
