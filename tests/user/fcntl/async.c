/* Signals for input that arrives: O_ASYNC, FIOASYNC, F_SETOWN, F_SETOWN_EX, F_SETSIG on a pipe and a FIFO; errors. */
#include "test.h"

#include <sys/ioctl.h>

struct owner_ex {
	int type, pid;
};

#ifndef F_SETSIG
#define F_SETSIG 10
#define F_GETSIG 11
#define F_SETOWN_EX 15
#define F_GETOWN_EX 16
#endif

static sigset_t wanted;

/* The next of the wanted signals, waited for; its information. */
static siginfo_t next_signal(int want)
{
	siginfo_t info;
	struct timespec limit = { 20, 0 };

	memset(&info, 0, sizeof(info));
	CHECK_EQ(sigtimedwait(&wanted, &info, &limit), want);
	return info;
}

static bool no_signal(void)
{
	struct timespec limit = { 0, 30000000 };

	return sigtimedwait(&wanted, NULL, &limit) == -1 && errno == EAGAIN;
}

static void check_owner(int fd)
{
	struct owner_ex owner = { 1, 0 };

	CHECK_EQ(fcntl(fd, F_GETOWN), 0);
	CHECK_OK(fcntl(fd, F_SETOWN, getpid()));
	CHECK_EQ(fcntl(fd, F_GETOWN), getpid());
	CHECK_OK(syscall(SYS_fcntl, fd, F_GETOWN_EX, &owner));
	CHECK(owner.type == 1 && owner.pid == getpid());
	CHECK_OK(fcntl(fd, F_SETOWN, -getpgrp()));
	CHECK_OK(syscall(SYS_fcntl, fd, F_GETOWN_EX, &owner));
	CHECK(owner.type == 2 && owner.pid == getpgrp());
	owner = (struct owner_ex){ 0, (int)syscall(SYS_gettid) };
	CHECK_OK(syscall(SYS_fcntl, fd, F_SETOWN_EX, &owner));
	CHECK_EQ(fcntl(fd, F_GETOWN), getpid());
	owner.type = 7;
	CHECK_ERRNO(syscall(SYS_fcntl, fd, F_SETOWN_EX, &owner), EINVAL);
	owner = (struct owner_ex){ 1, 0x3ffffff };
	CHECK_ERRNO(syscall(SYS_fcntl, fd, F_SETOWN_EX, &owner), ESRCH);
	CHECK_ERRNO(fcntl(fd, F_SETOWN, 0x3ffffff), ESRCH);
	CHECK_ERRNO(syscall(SYS_fcntl, fd, F_SETOWN_EX, test_unmapped()), EFAULT);
	CHECK_ERRNO(fcntl(fd, F_SETSIG, 65), EINVAL);
	CHECK_EQ(fcntl(fd, F_GETSIG), 0);
}

static void check_signals(int p[2])
{
	char buf[8];

	CHECK_OK(fcntl(p[0], F_SETOWN, getpid()));
	CHECK_EQ(write(p[1], "a", 1), 1);
	CHECK(no_signal());
	CHECK_EQ(read(p[0], buf, 8), 1);
	CHECK_OK(fcntl(p[0], F_SETFL, O_ASYNC));
	CHECK_EQ(fcntl(p[0], F_GETFL) & O_ASYNC, O_ASYNC);
	CHECK_EQ(write(p[1], "b", 1), 1);
	next_signal(SIGIO);
	CHECK_EQ(read(p[0], buf, 8), 1);
	CHECK_OK(fcntl(p[0], F_SETSIG, SIGRTMIN + 1));
	CHECK_EQ(fcntl(p[0], F_GETSIG), SIGRTMIN + 1);
	CHECK_EQ(write(p[1], "c", 1), 1);
	siginfo_t info = next_signal(SIGRTMIN + 1);
	CHECK_EQ(info.si_code, POLL_IN);
	CHECK_EQ(info.si_fd, p[0]);
	CHECK_EQ(info.si_band & POLLIN, POLLIN);
	CHECK_EQ(read(p[0], buf, 8), 1);
	CHECK_OK(fcntl(p[0], F_SETFL, 0));
	CHECK_EQ(write(p[1], "d", 1), 1);
	CHECK(no_signal());
	CHECK_EQ(read(p[0], buf, 8), 1);
	int on = 1;
	CHECK_OK(ioctl(p[0], FIOASYNC, &on));
	CHECK_EQ(fcntl(p[0], F_GETFL) & O_ASYNC, O_ASYNC);
	CHECK_OK(fcntl(p[0], F_SETSIG, 0));
	CHECK_EQ(write(p[1], "e", 1), 1);
	next_signal(SIGIO);
	CHECK_EQ(read(p[0], buf, 8), 1);
	CHECK_ERRNO(ioctl(p[0], FIOASYNC, test_unmapped()), EFAULT);
}

/* The child is told of what the parent's pipe gets; a process that gave up root cannot tell others. */
static void check_other_process(void)
{
	int p[2], ready[2];
	char c = 0;

	CHECK_OK(pipe(p));
	CHECK_OK(pipe(ready));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(write(ready[1], "x", 1), 1);
		next_signal(SIGIO);
		test_exit();
	}
	CHECK_EQ(read(ready[0], &c, 1), 1);
	CHECK_OK(fcntl(p[0], F_SETOWN, pid));
	CHECK_OK(fcntl(p[0], F_SETFL, O_ASYNC));
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_CHILD(pid);
	CHECK_OK(close(p[0]) | close(p[1]));
}

/* Files in this mode are opened, written to and closed by several processes at once. */
static void check_race(void)
{
	pid_t pids[4];

	for (int k = 0; k < 4; k++) {
		pids[k] = test_fork();
		if (pids[k])
			continue;
		signal(SIGIO, SIG_IGN);
		for (int i = 0; i < 400; i++) {
			int p[2];

			CHECK_OK(pipe(p));
			CHECK_OK(fcntl(p[0], F_SETOWN, getpid()));
			CHECK_OK(fcntl(p[0], F_SETFL, O_ASYNC));
			CHECK_EQ(write(p[1], "x", 1), 1);
			CHECK_OK(close(p[i & 1]) | close(p[!(i & 1)]));
		}
		test_exit();
	}
	for (int k = 0; k < 4; k++)
		CHECK_CHILD(pids[k]);
}

static void test(void)
{
	int p[2];

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGIO);
	sigaddset(&wanted, SIGRTMIN + 1);
	CHECK_OK(sigprocmask(SIG_BLOCK, &wanted, NULL));
	CHECK_OK(pipe(p));
	check_owner(p[0]);
	check_signals(p);
	CHECK_OK(close(p[0]) | close(p[1]));
	check_other_process();
	check_race();
}
