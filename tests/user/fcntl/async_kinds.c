/* Signals for input (O_ASYNC, F_SETSIG) of a FIFO, both ends of a pseudo-terminal, a UDP socket, TCP connections, a TCP listener. */
#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>

#ifndef F_SETSIG
#define F_SETSIG 10
#endif

static int sig;
static sigset_t wanted;

static void start(int fd)
{
	CHECK_OK(fcntl(fd, F_SETOWN, getpid()));
	CHECK_OK(fcntl(fd, F_SETSIG, sig));
	CHECK_OK(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC));
}

/* A signal that says that fd has input comes; others of the same file may come before. */
static void expect_input(int fd)
{
	struct timespec limit = { 20, 0 };
	siginfo_t info;

	for (;;) {
		memset(&info, 0, sizeof(info));
		if (!CHECK_EQ(sigtimedwait(&wanted, &info, &limit), sig))
			return;
		CHECK_EQ(info.si_fd, fd);
		if (info.si_band & POLLIN)
			return;
	}
}

static void drain(void)
{
	struct timespec now = { 0, 0 };

	while (sigtimedwait(&wanted, NULL, &now) == sig)
		;
}

static void fifo(void)
{
	CHECK_OK(mkfifo("fifo", 0600));
	int in = (int)CHECK_OK(open("fifo", O_RDONLY | O_NONBLOCK)), out = (int)CHECK_OK(open("fifo", O_WRONLY));
	char c;

	start(in);
	CHECK_EQ(write(out, "x", 1), 1);
	expect_input(in);
	CHECK_EQ(read(in, &c, 1), 1);
	drain();
	CHECK_OK(close(out));
	CHECK_OK(close(in));
}

static void terminal(void)
{
	int unlock = 0, number;
	char name[32], buf[64];
	struct termios t;
	int master = (int)CHECK_OK(open("/dev/ptmx", O_RDWR | O_NOCTTY));

	CHECK_OK(ioctl(master, TIOCSPTLCK, &unlock));
	CHECK_OK(ioctl(master, TIOCGPTN, &number));
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	int slave = (int)CHECK_OK(open(name, O_RDWR | O_NOCTTY));
	CHECK_OK(tcgetattr(slave, &t));
	t.c_lflag &= ~(tcflag_t)ECHO;
	CHECK_OK(tcsetattr(slave, TCSANOW, &t));
	start(slave);
	drain();
	CHECK_EQ(write(master, "line\n", 5), 5);
	expect_input(slave);
	CHECK_EQ(read(slave, buf, sizeof(buf)), 5);
	CHECK_OK(fcntl(slave, F_SETFL, O_RDWR));
	drain();
	start(master);
	CHECK_EQ(write(slave, "answer", 6), 6);
	expect_input(master);
	CHECK_EQ(read(master, buf, sizeof(buf)), 6);
	CHECK_OK(close(slave));
	CHECK_OK(close(master));
	drain();
}

/* A socket bound to a port of the loopback address that is free. */
static int bound(int type, struct sockaddr_in *a)
{
	socklen_t size = sizeof(*a);
	int fd = (int)CHECK_OK(socket(AF_INET, type, 0));

	*a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	CHECK_OK(bind(fd, (struct sockaddr *)a, sizeof(*a)));
	CHECK_OK(getsockname(fd, (struct sockaddr *)a, &size));
	return fd;
}

static void udp(void)
{
	struct sockaddr_in a;
	int in = bound(SOCK_DGRAM, &a), out = (int)CHECK_OK(socket(AF_INET, SOCK_DGRAM, 0));
	char c;

	start(in);
	CHECK_EQ(sendto(out, "x", 1, 0, (struct sockaddr *)&a, sizeof(a)), 1);
	expect_input(in);
	CHECK_EQ(read(in, &c, 1), 1);
	CHECK_OK(close(in));
	CHECK_OK(close(out));
	drain();
}

static void tcp(void)
{
	struct sockaddr_in a;
	int listener = bound(SOCK_STREAM, &a), out = (int)CHECK_OK(socket(AF_INET, SOCK_STREAM, 0)), in;
	char c;

	CHECK_OK(listen(listener, 4));
	start(listener);
	CHECK_OK(connect(out, (struct sockaddr *)&a, sizeof(a)));
	expect_input(listener);
	in = (int)CHECK_OK(accept(listener, NULL, NULL));
	CHECK_EQ(fcntl(in, F_GETFL) & O_ASYNC, 0);
	drain();
	start(in);
	drain();
	CHECK_EQ(write(out, "x", 1), 1);
	expect_input(in);
	CHECK_EQ(read(in, &c, 1), 1);
	drain();
	CHECK_OK(shutdown(out, SHUT_WR));
	expect_input(in);
	CHECK_EQ(read(in, &c, 1), 0);
	CHECK_OK(close(in));
	CHECK_OK(close(out));
	CHECK_OK(close(listener));
}

static void test(void)
{
	sig = SIGRTMIN + 1;
	sigemptyset(&wanted);
	sigaddset(&wanted, sig);
	CHECK_OK(sigprocmask(SIG_BLOCK, &wanted, NULL));
	test_scratch();
	fifo();
	terminal();
	udp();
	tcp();
}
