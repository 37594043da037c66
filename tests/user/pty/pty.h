/*
 * What the tests of pseudo-terminals share: a pair made by hand, raw mode, a session of its own on the terminal, and reads
 * that wait until the other side has had its say. Linux moves bytes between the two sides in a kernel thread, so "nothing
 * came" is only believed after a while. Include after test.h's user has defined TEST_HELPER, instead of test.h.
 */
#ifndef TESTS_USER_PTY_PTY_H
#define TESTS_USER_PTY_PTY_H

#include "../test.h"

#include <sys/ioctl.h>
#include <termios.h>

#define A_WHILE 20	/* ms */

static int master, slave;
static char slave_name[32];

/* A new pair in `master`, its terminal's path in slave_name; unlocked, not opened. */
static inline void pty_master(void)
{
	int number, zero = 0;

	master = (int)CHECK_OK(open("/dev/ptmx", O_RDWR | O_NOCTTY));
	CHECK_OK(ioctl(master, TIOCSPTLCK, &zero));
	CHECK_OK(ioctl(master, TIOCGPTN, &number));
	snprintf(slave_name, sizeof(slave_name), "/dev/pts/%d", number);
}

static inline void pty_pair(void)
{
	pty_master();
	slave = (int)CHECK_OK(open(slave_name, O_RDWR | O_NOCTTY));
}

static inline void pty_raw(void)
{
	struct termios t;

	CHECK_OK(tcgetattr(slave, &t));
	cfmakeraw(&t);
	CHECK_OK(tcsetattr(slave, TCSANOW, &t));
}

static inline void pty_set(tcflag_t iflag, tcflag_t oflag, tcflag_t lflag)
{
	struct termios t;

	CHECK_OK(tcgetattr(slave, &t));
	t.c_iflag = iflag;
	t.c_oflag = oflag;
	t.c_lflag = lflag;
	CHECK_OK(tcsetattr(slave, TCSANOW, &t));
}

/* A child that leads a session whose terminal is the slave; the master stays open in it. As test_fork. */
static inline pid_t pty_fork(void)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		CHECK_EQ(setsid(), getpid());
		CHECK_OK(ioctl(slave, TIOCSCTTY, 0));
	}
	return pid;
}

static inline int pty_poll(int fd, int events, int ms)
{
	struct pollfd p = { .fd = fd, .events = (short)events };

	return poll(&p, 1, ms) < 0 ? -1 : p.revents;
}

/* Bytes that come until there is a while without any. */
static inline size_t pty_collect(int fd, char *buf, size_t size)
{
	size_t used = 0;

	while (used < size && (pty_poll(fd, POLLIN, A_WHILE) & POLLIN)) {
		ssize_t n = read(fd, buf + used, size - used);

		if (n <= 0)
			break;
		used += (size_t)n;
	}
	return used;
}

/* What fd gives, in any number of pieces, has to be exactly this. */
#define CHECK_GIVES(fd, text)                                                       \
	({                                                                          \
		char got_[1024];                                                    \
		size_t n_ = pty_collect((fd), got_, sizeof(got_));                  \
		if (CHECK_EQ(n_, sizeof(text) - 1))                                 \
			CHECK_BYTES(got_, (text), sizeof(text) - 1);                \
	})
#define CHECK_SCREEN(text) CHECK_GIVES(master, text)

/* One read, which has to give exactly this. */
#define CHECK_READ(fd, size, text)                                                  \
	({                                                                          \
		char got_[1024];                                                    \
		if (CHECK_EQ(read((fd), got_, (size)), (long)sizeof(text) - 1))     \
			CHECK_BYTES(got_, (text), sizeof(text) - 1);                \
	})

#define TYPE(text) CHECK_EQ(write(master, (text), sizeof(text) - 1), (long)sizeof(text) - 1)

#endif
