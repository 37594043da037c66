/* Job control: SIGTTIN and SIGTTOU for the background, EIO for orphans and who ignores SIGTTIN, tcsetpgrp, a leader's end. */
#include "pty.h"

/* A child in a group of its own, in the background; it waits for the parent's word on `go`. */
static int go[2];

static pid_t background(void)
{
	pid_t pid;
	char c;

	CHECK_OK(pipe(go));
	pid = test_fork();
	if (pid == 0) {
		CHECK_OK(setpgid(0, 0));
		close(go[1]);
		CHECK_EQ(read(go[0], &c, 1), 0);
		return 0;
	}
	(void)setpgid(pid, pid);
	close(go[0]);
	close(go[1]);
	return pid;
}

static void expect_stop(pid_t pid, int sig)
{
	int status;

	CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
	CHECK_EQ(WSTOPSIG(status), sig);
}

static void to_front(pid_t group)
{
	test_handle(SIGTTOU, SIG_IGN, 0);
	CHECK_OK(tcsetpgrp(slave, group));
	CHECK_EQ(tcgetpgrp(slave), group);
}

static void test_reading(void)
{
	pid_t pid = background();

	if (pid == 0) {
		CHECK_READ(slave, 100, "for you\n");
		test_exit();
	}
	expect_stop(pid, SIGTTIN);
	to_front(pid);
	TYPE("for you\n");
	CHECK_OK(kill(-pid, SIGCONT));
	CHECK_CHILD(pid);
	to_front(getpid());
	pid = background();
	if (pid == 0) {
		char c;

		test_handle(SIGTTIN, SIG_IGN, 0);
		CHECK_ERRNO(read(slave, &c, 1), EIO);
		test_exit();
	}
	CHECK_CHILD(pid);
}

static void test_writing(void)
{
	struct termios t;
	pid_t pid = background();

	if (pid == 0) {
		CHECK_EQ(write(slave, "free", 4), 4);
		CHECK_OK(tcgetattr(slave, &t));
		t.c_lflag |= TOSTOP;
		test_handle(SIGTTOU, SIG_DFL, 0);
		CHECK_OK(tcsetattr(slave, TCSANOW, &t));
		CHECK_EQ(write(slave, "held", 4), 4);
		test_exit();
	}
	expect_stop(pid, SIGTTOU);
	to_front(pid);
	CHECK_OK(kill(-pid, SIGCONT));
	CHECK_CHILD(pid);
	to_front(getpid());
	pid = background();
	if (pid == 0) {
		test_handle(SIGTTOU, SIG_DFL, 0);
		CHECK_EQ(write(slave, "held", 4), 4);
		test_exit();
	}
	expect_stop(pid, SIGTTOU);
	to_front(pid);
	CHECK_OK(kill(-pid, SIGCONT));
	CHECK_CHILD(pid);
	to_front(getpid());
}

static void test_groups(void)
{
	CHECK_ERRNO(tcsetpgrp(slave, getppid()), EPERM);
	CHECK_ERRNO(tcsetpgrp(slave, -1), EINVAL);
}

/* A grandchild whose parent, the only one who could continue it, is gone: it must not stop. */
static void test_orphan(void)
{
	int p[2];
	char c = 0;
	pid_t pid;

	CHECK_OK(pipe(p));
	pid = test_fork();
	if (pid == 0) {
		pid_t parent = getpid();

		if (fork() == 0) {
			setpgid(0, 0);
			while (getppid() == parent)
				test_sleep(5);
			test_handle(SIGTTIN, SIG_DFL, 0);
			c = read(slave, &c, 1) == -1 && errno == EIO ? 'y' : 'n';
			_exit(write(p[1], &c, 1) != 1);
		}
		_exit(0);
	}
	CHECK_CHILD(pid);
	CHECK_EQ(read(p[0], &c, 1), 1);
	CHECK_EQ(c, 'y');
}

/* The leader ends: the foreground group hears SIGHUP, the session has no terminal, but who has it open may go on. */
static void test_leader_ends(void)
{
	int p[2];
	char c = 0;
	pid_t pid;

	CHECK_OK(pipe(p));
	pid = pty_fork();
	if (pid == 0) {
		if (fork() == 0) {
			sigset_t set = test_set_of(SIGHUP);
			int sig;
			bool ok;

			sigprocmask(SIG_BLOCK, &set, NULL);
			CHECK_EQ(write(p[1], "r", 1), 1);
			ok = sigwait(&set, &sig) == 0 && sig == SIGHUP && open("/dev/tty", O_RDWR) == -1 && errno == ENXIO &&
			     write(slave, "alive", 5) == 5;
			_exit(write(p[1], ok ? "y" : "n", 1) != 1);
		}
		CHECK_EQ(read(p[0], &c, 1), 1);
		_exit(0);
	}
	CHECK_CHILD(pid);
	CHECK_EQ(read(p[0], &c, 1), 1);
	CHECK_EQ(c, 'y');
	CHECK_SCREEN("alive");
}

static void test(void)
{
	pid_t pid;

	pty_pair();
	pid = pty_fork();
	if (pid == 0) {
		test_reading();
		test_writing();
		test_groups();
		test_orphan();
		test_exit();
	}
	CHECK_CHILD(pid);
	close(slave);
	close(master);
	pty_pair();
	test_leader_ends();
}
