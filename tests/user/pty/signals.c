/* The keys that raise signals, on the foreground group alone; NOFLSH; SIGWINCH; the terminal of a session by open. */
#include "pty.h"

static volatile sig_atomic_t seen[32];

static void note(int sig)
{
	seen[sig]++;
}

static void expect_signal(int sig)
{
	for (int i = 0; i < 500 && !seen[sig]; i++)
		test_sleep(10);
	CHECK_EQ(seen[sig], 1);
	seen[sig] = 0;
}

static void leader(void)
{
	struct winsize size = { 24, 80, 0, 0 }, got;
	int number;

	test_handle(SIGINT, note, SA_RESTART);
	test_handle(SIGQUIT, note, SA_RESTART);
	test_handle(SIGTSTP, note, SA_RESTART);
	test_handle(SIGWINCH, note, SA_RESTART);
	CHECK_EQ(tcgetpgrp(slave), getpid());
	CHECK_EQ(tcgetsid(slave), getpid());
	CHECK_EQ(tcgetpgrp(master), getpid());
	TYPE("lost\x03");
	expect_signal(SIGINT);
	TYPE("\x1c");
	expect_signal(SIGQUIT);
	TYPE("\x1a");
	expect_signal(SIGTSTP);
	CHECK_OK(ioctl(slave, FIONREAD, &number));
	CHECK_EQ(number, 0);
	TYPE("left\n");
	CHECK_READ(slave, 100, "left\n");

	CHECK_OK(ioctl(master, TIOCSWINSZ, &size));
	expect_signal(SIGWINCH);
	CHECK_OK(ioctl(slave, TIOCGWINSZ, &got));
	CHECK_BYTES(&got, &size, sizeof(size));
	CHECK_OK(ioctl(slave, TIOCSWINSZ, &size));
	test_sleep(A_WHILE);
	CHECK_EQ(seen[SIGWINCH], 0);

	pty_set(ICRNL, 0, ISIG | NOFLSH);
	TYPE("kept\x03");
	expect_signal(SIGINT);
	CHECK_GIVES(slave, "kept");
	pty_set(ICRNL, 0, 0);
	TYPE("\x03");
	CHECK_GIVES(slave, "\x03");
	CHECK_EQ(seen[SIGINT], 0);
}

/* tty_nr and tpgid of /proc/self/stat. */
static void check_stat(int number, int pgrp)
{
	char text[1024], *p;
	int tty, foreground;

	CHECK(test_read_file("/proc/self/stat", text, sizeof(text)) > 0);
	p = strrchr(text, ')');
	CHECK(p && sscanf(p, ") %*c %*d %*d %*d %d %d", &tty, &foreground) == 2);
	CHECK_EQ(tty, number < 0 ? 0 : 136 << 8 | number);
	CHECK_EQ(foreground, pgrp);
}

static void test(void)
{
	int number, fd;
	pid_t pid;

	pty_pair();
	CHECK_OK(ioctl(master, TIOCGPTN, &number));
	pid = pty_fork();
	if (pid == 0) {
		leader();
		test_exit();
	}
	CHECK_CHILD(pid);
	pid = test_fork();
	if (pid == 0) {
		CHECK_OK(setsid());
		check_stat(-1, -1);
		CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
		close(CHECK_OK(open(slave_name, O_RDWR | O_NOCTTY)));
		CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
		CHECK_ERRNO(tcgetpgrp(slave), ENOTTY);
		close(CHECK_OK(open(slave_name, O_WRONLY)));
		CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
		close(CHECK_OK(open(slave_name, O_RDWR)));
		fd = (int)CHECK_OK(open("/dev/tty", O_RDWR));
		check_stat(number, getpid());
		CHECK_EQ(tcgetsid(fd), getpid());
		test_handle(SIGHUP, SIG_IGN, 0);	/* giving it up is a hang-up for its foreground group */
		CHECK_OK(ioctl(fd, TIOCNOTTY));
		CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
		CHECK_ERRNO(ioctl(fd, TIOCNOTTY), ENOTTY);
		test_exit();
	}
	CHECK_CHILD(pid);
}
