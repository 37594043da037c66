/* signalfd(2): what a read yields, several at once, the mask's change, poll and epoll, errors. */
#include "test.h"
#include <sys/epoll.h>
#include <sys/signalfd.h>

static void test(void)
{
	sigset_t set = test_set_of(SIGUSR1), both;
	struct signalfd_siginfo info[4];
	union sigval value = { .sival_int = 42 };

	sigemptyset(&both);
	sigaddset(&both, SIGUSR1);
	sigaddset(&both, SIGUSR2);
	sigaddset(&both, SIGCHLD);
	CHECK_OK(sigprocmask(SIG_BLOCK, &both, NULL));
	CHECK_EQ(RAW(SYS_signalfd4, -1, &set, 4, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_signalfd4, -1, &set, 8, 1), -EINVAL);
	CHECK_EQ(RAW(SYS_signalfd4, -1, test_unmapped(), 8, 0), -EFAULT);
	CHECK_EQ(RAW(SYS_signalfd4, 999, &set, 8, 0), -EBADF);
	int p[2];
	CHECK_OK(pipe(p));
	CHECK_EQ(RAW(SYS_signalfd4, p[0], &set, 8, 0), -EINVAL);

	int fd = CHECK_OK(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)), ep = CHECK_OK(epoll_create1(0));
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct epoll_event e = { .events = EPOLLIN };
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e));
	CHECK_ERRNO(read(fd, info, sizeof(info)), EAGAIN);
	CHECK_ERRNO(read(fd, info, 127), EINVAL);
	CHECK_OK(sigqueue(getpid(), SIGUSR2, value));
	CHECK_EQ(poll(&pfd, 1, 0), 0);
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(poll(&pfd, 1, 0), 1);
	CHECK_EQ(epoll_wait(ep, &e, 1, 0), 1);
	CHECK_EQ(read(fd, info, sizeof(info)), 128);
	CHECK_EQ(info[0].ssi_signo, SIGUSR1);
	CHECK_EQ(info[0].ssi_code, SI_USER);
	CHECK_EQ(info[0].ssi_pid, getpid());
	CHECK_EQ(info[0].ssi_uid, getuid());
	CHECK_EQ(epoll_wait(ep, &e, 1, 0), 0);

	CHECK_EQ(signalfd(fd, &both, 0), fd);
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(read(fd, info, sizeof(info)), 256);
	CHECK_EQ(info[0].ssi_signo, SIGUSR1);
	CHECK_EQ(info[1].ssi_signo, SIGUSR2);
	CHECK_EQ(info[1].ssi_code, SI_QUEUE);
	CHECK_EQ(info[1].ssi_int, 42);

	CHECK_OK(fcntl(fd, F_SETFL, 0));
	pid_t pid = test_fork();
	if (pid == 0) {
		test_sleep(20);
		_exit(9);
	}
	CHECK_EQ(epoll_wait(ep, &e, 1, -1), 1);
	CHECK_EQ(read(fd, info, sizeof(info)), 128);
	CHECK_EQ(info[0].ssi_signo, SIGCHLD);
	CHECK_EQ(info[0].ssi_pid, pid);
	CHECK_EQ(info[0].ssi_status, 9);
	CHECK_EQ(info[0].ssi_code, CLD_EXITED);
	CHECK_EXITS(pid, 9);

	/* A child that registered itself is gone before the descriptor is. */
	pid = test_fork();
	if (pid == 0) {
		struct epoll_event mine = { .events = EPOLLIN };

		CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, dup(fd), &mine));
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(read(fd, info, sizeof(info)), 128);
	CHECK_EQ(info[0].ssi_signo, SIGCHLD);
	CHECK_OK(close(fd));
	CHECK_EQ(epoll_wait(ep, &e, 1, 0), 0);
}
