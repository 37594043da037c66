/*
 * tcp(7): urgent data. SIGURG to the owner that F_SETOWN or SIOCSPGRP named, POLLPRI, SIOCATMARK, one byte out of line or in it; reads stop
 * at the mark; what recv with MSG_OOB says before, at and after it.
 */
#include "test.h"
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static volatile sig_atomic_t urgent_signals;

static void note(int signal) { urgent_signals += signal == SIGURG; }

static void connected(int fds[2])
{
	int l = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	struct sockaddr_in a = { AF_INET, 0, { htonl(INADDR_LOOPBACK) }, { 0 } };
	socklen_t n = sizeof(a);

	CHECK_OK(bind(l, (void *)&a, n));
	CHECK_OK(listen(l, 1));
	CHECK_OK(getsockname(l, (void *)&a, &n));
	fds[0] = CHECK_OK(socket(AF_INET, SOCK_STREAM, 0));
	CHECK_OK(connect(fds[0], (void *)&a, n));
	fds[1] = CHECK_OK(accept(l, NULL, NULL));
	CHECK_OK(close(l));
}

/* Sleep until there is urgent data, if it has to come. */
static bool urgent(int s, int timeout)
{
	struct pollfd p = { s, POLLPRI, 0 };

	return CHECK_OK(poll(&p, 1, timeout)) == 1 && p.revents & POLLPRI;
}

static int at_mark(int s)
{
	int mark = -1;

	CHECK_OK(ioctl(s, SIOCATMARK, &mark));
	return mark;
}

static void out_of_line(void)
{
	int fds[2];
	char buf[32];

	connected(fds);
	CHECK_ERRNO(recv(fds[1], buf, 1, MSG_OOB), EINVAL);	/* nothing was announced */
	CHECK(!urgent(fds[1], 0));
	CHECK_EQ(send(fds[0], "abc", 3, 0), 3);
	CHECK_EQ(send(fds[0], "de!", 3, MSG_OOB), 3);
	CHECK_EQ(send(fds[0], "fg", 2, 0), 2);
	CHECK(urgent(fds[1], -1));
	CHECK_EQ(at_mark(fds[1]), 0);
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), 0), 5);		/* up to the mark */
	CHECK_BYTES(buf, "abcde", 5);
	CHECK_EQ(at_mark(fds[1]), 1);
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), MSG_OOB | MSG_PEEK), 1);
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), MSG_OOB), 1);
	CHECK_EQ(buf[0], '!');
	CHECK_ERRNO(recv(fds[1], buf, sizeof(buf), MSG_OOB), EINVAL);	/* it was read */
	CHECK(!urgent(fds[1], 0));
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), MSG_WAITALL | MSG_DONTWAIT), 2);
	CHECK_BYTES(buf, "fg", 2);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void in_line(void)
{
	int fds[2], on = 1;
	char buf[32];

	connected(fds);
	CHECK_OK(setsockopt(fds[1], SOL_SOCKET, SO_OOBINLINE, &on, sizeof(on)));
	CHECK_EQ(send(fds[0], "abc", 3, 0), 3);
	CHECK_EQ(send(fds[0], "!", 1, MSG_OOB), 1);
	CHECK_EQ(send(fds[0], "d", 1, 0), 1);
	CHECK(urgent(fds[1], -1));
	CHECK_ERRNO(recv(fds[1], buf, 1, MSG_OOB), EINVAL);
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), 0), 3);
	CHECK_EQ(at_mark(fds[1]), 1);
	CHECK_EQ(recv(fds[1], buf, 1, 0), 1);
	CHECK_EQ(buf[0], '!');
	CHECK_EQ(at_mark(fds[1]), 0);
	CHECK_EQ(recv(fds[1], buf, sizeof(buf), 0), 1);
	CHECK_EQ(buf[0], 'd');
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

/* Sleep until a signal came; it is blocked but here. */
static void await(int count)
{
	sigset_t none;

	sigemptyset(&none);
	while (urgent_signals < count)
		sigsuspend(&none);
}

static void signals(void)
{
	struct sigaction action = { .sa_handler = note };
	int fds[2], owner = getpid(), got = 0;
	sigset_t set;
	char byte;

	CHECK_OK(sigaction(SIGURG, &action, NULL));
	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	connected(fds);
	CHECK_EQ(send(fds[0], "1", 1, MSG_OOB), 1);
	CHECK(urgent(fds[1], -1));
	CHECK_OK(sigpending(&set));
	CHECK(!sigismember(&set, SIGURG));	/* nobody owns it */
	CHECK_EQ(recv(fds[1], &byte, 1, MSG_OOB), 1);

	CHECK_OK(fcntl(fds[1], F_SETOWN, owner));
	CHECK_OK(ioctl(fds[1], SIOCGPGRP, &got));
	CHECK_EQ(got, owner);
	CHECK_EQ(send(fds[0], "2", 1, MSG_OOB), 1);
	await(1);
	CHECK_EQ(recv(fds[1], &byte, 1, MSG_OOB), 1);
	CHECK_EQ(byte, '2');
	CHECK_EQ(send(fds[0], "plain", 5, 0), 5);
	CHECK_OK(sigpending(&set));
	CHECK(!sigismember(&set, SIGURG));	/* of urgent data alone */

	owner = -getpgrp();
	CHECK_OK(ioctl(fds[1], SIOCSPGRP, &owner));
	CHECK_EQ(fcntl(fds[1], F_GETOWN), owner);
	CHECK_EQ(send(fds[0], "3", 1, MSG_OOB), 1);
	await(2);
	owner = 0;
	CHECK_OK(ioctl(fds[1], FIOSETOWN, &owner));
	CHECK_EQ(send(fds[0], "4", 1, MSG_OOB), 1);
	CHECK(urgent(fds[1], -1));
	CHECK_OK(sigpending(&set));
	CHECK(!sigismember(&set, SIGURG));
	owner = 0x3fffffff;
	CHECK_ERRNO(ioctl(fds[1], SIOCSPGRP, &owner), ESRCH);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void test(void)
{
	if (getpgrp() != getpid())
		CHECK_OK(setpgid(0, 0));	/* a group of our own to be told */
	out_of_line();
	in_line();
	signals();
}
