/* The end of either side: what reads, writes, polls and requests answer, who is signalled, and that a slave may come back. */
#include "pty.h"

static void test_slave_closed(void)
{
	char c;

	pty_pair();
	pty_raw();
	CHECK_EQ(write(slave, "last words", 10), 10);
	close(slave);
	CHECK_EQ(pty_poll(master, POLLIN | POLLOUT, 1000) & POLLHUP, POLLHUP);
	CHECK_READ(master, 100, "last words");
	CHECK_ERRNO(read(master, &c, 1), EIO);
	CHECK_EQ(pty_poll(master, POLLIN | POLLOUT, 0), POLLOUT | POLLHUP);
	CHECK_EQ(write(master, "hi", 2), 2);
	slave = (int)CHECK_OK(open(slave_name, O_RDWR | O_NOCTTY));
	CHECK_EQ(pty_poll(master, POLLIN, A_WHILE), 0);
	CHECK_GIVES(slave, "hi");
	close(slave);
	close(master);
}

static void test_never_opened(void)
{
	char c;

	pty_master();
	CHECK_OK(fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK));
	CHECK_ERRNO(read(master, &c, 1), EAGAIN);
	CHECK_EQ(pty_poll(master, POLLIN | POLLOUT, 0), POLLOUT);
	TYPE("early\n");
	CHECK_SCREEN("early\r\n");
	slave = (int)CHECK_OK(open(slave_name, O_RDWR | O_NOCTTY));
	CHECK_READ(slave, 100, "early\n");
	close(slave);
	close(master);
}

static void test_master_closed(void)
{
	struct termios t;
	pid_t pgrp = 1;
	char c;

	pty_pair();
	TYPE("unread\n");
	close(master);
	CHECK_EQ(pty_poll(slave, POLLIN | POLLOUT, 0), POLLIN | POLLOUT | POLLERR | POLLHUP);
	CHECK_EQ(read(slave, &c, 1), 0);
	CHECK_ERRNO(write(slave, &c, 1), EIO);
	CHECK_ERRNO(ioctl(slave, TCGETS, &t), EIO);
	CHECK_ERRNO(ioctl(slave, TIOCSPGRP, &pgrp), ENOTTY);
	CHECK_ERRNO(open(slave_name, O_RDWR | O_NOCTTY), ENOENT);
	close(slave);
}

/* Master gone: the leader hears SIGHUP and SIGCONT, and a reader wakes to an end of file or, as mostly on Linux, to EIO. */
static void test_session(void)
{
	int ready[2];
	ssize_t got;
	pid_t pid;
	char c;

	pty_pair();
	CHECK_OK(pipe(ready));
	pid = pty_fork();
	if (pid == 0) {
		close(master);
		test_handle(SIGHUP, test_count_signal, SA_RESTART);
		CHECK_EQ(write(ready[1], "r", 1), 1);
		got = read(slave, &c, 1);
		CHECK(got == 0 || (got == -1 && errno == EIO));
		for (int i = 0; i < 500 && !test_signals_seen; i++)
			test_sleep(10);
		CHECK_EQ(test_last_signal, SIGHUP);
		CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
		test_exit();
	}
	CHECK_EQ(read(ready[0], &c, 1), 1);
	test_sleep(A_WHILE);
	close(slave);
	close(master);
	CHECK_CHILD(pid);
	pty_pair();
	pid = pty_fork();
	if (pid == 0) {
		close(master);
		for (;;)
			pause();
	}
	while (tcgetpgrp(master) != pid)
		test_sleep(5);
	close(master);
	CHECK_DIES(pid, SIGHUP);
	close(slave);
}

/* The leader outlives the hang-up: the foreground group is signalled when it ends. */
static void test_two_steps(void)
{
	int word[2], step[2];
	pid_t pid;
	char c;

	pty_pair();
	CHECK_OK(pipe(word));
	CHECK_OK(pipe(step));
	pid = pty_fork();
	if (pid == 0) {
		close(master);
		test_handle(SIGTTOU, SIG_IGN, 0);
		test_handle(SIGHUP, test_count_signal, SA_RESTART);
		if (fork() == 0) {
			setpgid(0, 0);
			tcsetpgrp(slave, getpid());
			write(word[1], "r", 1);
			while (!test_signals_seen)
				test_sleep(5);
			_exit(write(word[1], "h", 1) != 1);
		}
		CHECK_EQ(read(step[0], &c, 1), 1);
		while (!test_signals_seen)
			test_sleep(5);
		test_exit();
	}
	CHECK_EQ(read(word[0], &c, 1), 1);
	close(master);
	CHECK_EQ(pty_poll(word[0], POLLIN, 3 * A_WHILE), 0);
	CHECK_EQ(write(step[1], "g", 1), 1);
	CHECK_CHILD(pid);
	CHECK_EQ(read(word[0], &c, 1), 1);
	CHECK_EQ(c, 'h');
	close(slave);
}

static void test(void)
{
	test_slave_closed();
	test_never_opened();
	test_master_closed();
	test_session();
	test_two_steps();
}
