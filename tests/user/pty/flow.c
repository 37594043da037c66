/* Flow control by keys (IXON, IXANY) and by tcflow; flushing and draining; TIOCSTI. */
#include "pty.h"

static void test_keys(void)
{
	CHECK_OK(fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK));
	TYPE("\x13");
	test_sleep(A_WHILE);
	CHECK_EQ(pty_poll(slave, POLLOUT, 0), 0);
	CHECK_ERRNO(write(slave, "x", 1), EAGAIN);
	TYPE("q");
	CHECK_SCREEN("");
	TYPE("\x11");
	CHECK_SCREEN("q");
	CHECK_EQ(pty_poll(slave, POLLOUT, 1000), POLLOUT);
	CHECK_EQ(write(slave, "x", 1), 1);
	CHECK_SCREEN("x");
	pty_set(IXON | IXANY, 0, ICANON);
	TYPE("\x13");
	test_sleep(A_WHILE);
	CHECK_ERRNO(write(slave, "x", 1), EAGAIN);
	TYPE("a");
	CHECK_EQ(pty_poll(slave, POLLOUT, 1000), POLLOUT);
	pty_set(IXON, 0, ICANON);
	TYPE("\x13");
	test_sleep(A_WHILE);
	CHECK_ERRNO(write(slave, "x", 1), EAGAIN);
	pty_set(0, 0, ICANON);
	CHECK_EQ(write(slave, "x", 1), 1);
	CHECK_SCREEN("x");
}

static void test_tcflow(void)
{
	pty_set(IXON, 0, ICANON);
	CHECK_OK(tcflow(slave, TCOOFF));
	CHECK_ERRNO(write(slave, "x", 1), EAGAIN);
	TYPE("\x11");
	test_sleep(A_WHILE);
	CHECK_ERRNO(write(slave, "x", 1), EAGAIN);
	CHECK_OK(tcdrain(slave));
	CHECK_OK(tcflow(slave, TCOON));
	CHECK_EQ(write(slave, "x", 1), 1);
	CHECK_SCREEN("x");
	CHECK_OK(tcflow(slave, TCIOFF));
	CHECK_OK(tcflow(slave, TCION));
	CHECK_SCREEN("\x13\x11");
	CHECK_ERRNO(tcflow(slave, 4), EINVAL);
}

static void test_flush(void)
{
	int count;

	TYPE("gone\n");
	CHECK_EQ(pty_poll(slave, POLLIN, 1000), POLLIN);
	CHECK_OK(tcflush(slave, TCIFLUSH));
	CHECK_EQ(pty_poll(slave, POLLIN, A_WHILE), 0);
	CHECK_ERRNO(tcflush(slave, 3), EINVAL);
	CHECK_EQ(write(slave, "gone", 4), 4);
	CHECK_EQ(pty_poll(master, POLLIN, 1000), POLLIN);
	CHECK_OK(ioctl(master, FIONREAD, &count));
	CHECK_EQ(count, 4);
	CHECK_OK(tcflush(slave, TCOFLUSH));
	CHECK_OK(ioctl(master, FIONREAD, &count));
	CHECK_EQ(count, 4);
	CHECK_OK(tcflush(master, TCIFLUSH));
	CHECK_EQ(pty_poll(master, POLLIN, A_WHILE), 0);
	CHECK_OK(ioctl(slave, TIOCOUTQ, &count));
	CHECK_EQ(count, 0);
	CHECK_OK(tcsendbreak(slave, 0));
}

static void test(void)
{
	pty_pair();
	test_keys();
	test_tcflow();
	test_flush();
	if (test_on_astra())
		CHECK_ERRNO(ioctl(slave, TIOCSTI, "x"), EIO);
}
