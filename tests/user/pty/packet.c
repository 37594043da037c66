/* Packet mode: a status byte before data, and alone when something happened to the terminal. */
#include "pty.h"

static void expect_status(int status)
{
	char buf[8];

	CHECK_EQ(pty_poll(master, POLLIN | POLLPRI, 1000), POLLIN | POLLPRI);
	CHECK_EQ(read(master, buf, sizeof(buf)), 1);
	CHECK_EQ(buf[0], status);
}

static void test(void)
{
	int on = 1, off = 0, got;
	struct termios t;

	pty_pair();
	CHECK_OK(fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK));
	CHECK_OK(ioctl(master, TIOCPKT, &on));
	CHECK_OK(ioctl(master, TIOCGPKT, &got));
	CHECK_EQ(got, 1);
	CHECK_ERRNO(read(master, &got, 1), EAGAIN);
	CHECK_EQ(write(slave, "data", 4), 4);
	CHECK_EQ(pty_poll(master, POLLIN | POLLPRI, 1000), POLLIN);
	CHECK_READ(master, 3, "\0da");
	CHECK_READ(master, 100, "\0ta");

	CHECK_OK(tcflush(slave, TCIFLUSH));
	expect_status(TIOCPKT_FLUSHREAD);
	CHECK_OK(tcflush(slave, TCIOFLUSH));
	expect_status(TIOCPKT_FLUSHREAD | TIOCPKT_FLUSHWRITE);
	CHECK_OK(tcflow(slave, TCOOFF));
	expect_status(TIOCPKT_STOP);
	CHECK_OK(tcflow(slave, TCOON));
	expect_status(TIOCPKT_START);
	CHECK_OK(tcgetattr(slave, &t));
	t.c_iflag &= ~(tcflag_t)IXON;
	CHECK_OK(tcsetattr(slave, TCSANOW, &t));
	expect_status(TIOCPKT_NOSTOP);
	t.c_iflag |= IXON;
	CHECK_OK(tcsetattr(slave, TCSANOW, &t));
	expect_status(TIOCPKT_DOSTOP);
	TYPE("\x13");
	expect_status(TIOCPKT_STOP);
	TYPE("\x11");
	expect_status(TIOCPKT_START);
	TYPE("\x03");
	expect_status(TIOCPKT_FLUSHREAD | TIOCPKT_FLUSHWRITE);
	CHECK_READ(master, 100, "\0^C");

	CHECK_OK(ioctl(master, TIOCPKT, &off));
	CHECK_EQ(write(slave, "plain", 5), 5);
	CHECK_EQ(pty_poll(master, POLLIN, 1000), POLLIN);
	CHECK_READ(master, 100, "plain");
}
