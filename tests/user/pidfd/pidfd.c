/* pidfd_open, pidfd_send_signal, pidfd_getfd, poll and waitid on process descriptors; their errors. */
#include "test.h"
#include <pthread.h>
#include <sys/epoll.h>

#define P_PIDFD_ 3

static long pidfd_open_(pid_t pid, unsigned flags)
{
	return RAW(SYS_pidfd_open, pid, flags);
}

static long pidfd_signal(int fd, int sig, siginfo_t *info, unsigned flags)
{
	return RAW(SYS_pidfd_send_signal, fd, sig, info, flags);
}

static long pidfd_getfd_(int fd, int target, unsigned flags)
{
	return RAW(SYS_pidfd_getfd, fd, target, flags);
}

static void test_open(void)
{
	int fd = (int)CHECK_OK(pidfd_open_(getpid(), 0)), other;

	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	other = (int)CHECK_OK(pidfd_open_(1, O_NONBLOCK));
	CHECK_EQ(fcntl(other, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	close(other);
	CHECK_EQ(pidfd_open_(0, 0), -EINVAL);
	CHECK_EQ(pidfd_open_(-1, 0), -EINVAL);
	CHECK_EQ(pidfd_open_(getpid(), 1), -EINVAL);
	CHECK_EQ(pidfd_open_(4194304, 0), -ESRCH);
	char c;
	CHECK_ERRNO(read(fd, &c, 1), EINVAL);
	struct pollfd p = { fd, POLLIN, 0 };
	CHECK_EQ(poll(&p, 1, 0), 0);
	close(fd);
}

static volatile int got_signal, got_code, got_value, got_pid;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	got_signal = sig;
	got_code = info->si_code;
	got_value = info->si_value.sival_int;
	got_pid = info->si_pid;
}

static void test_send(void)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	siginfo_t info = { .si_signo = SIGUSR1, .si_code = SI_QUEUE };
	int fd = (int)CHECK_OK(pidfd_open_(getpid(), 0));

	sigaction(SIGUSR1, &sa, NULL);
	CHECK_EQ(pidfd_signal(fd, SIGUSR1, NULL, 0), 0);
	CHECK_EQ(got_signal, SIGUSR1);
	CHECK_EQ(got_code, SI_USER);
	CHECK_EQ(got_pid, getpid());
	info.si_value.sival_int = 77;
	CHECK_EQ(pidfd_signal(fd, SIGUSR1, &info, 0), 0);
	CHECK_EQ(got_code, SI_QUEUE);
	CHECK_EQ(got_value, 77);
	CHECK_EQ(pidfd_signal(fd, SIGUSR2, &info, 0), -EINVAL);
	CHECK_EQ(pidfd_signal(fd, SIGUSR1, NULL, 1 << 20), -EINVAL);
	CHECK_EQ(pidfd_signal(fd, 65, NULL, 0), -EINVAL);
	CHECK_EQ(pidfd_signal(fd, 0, NULL, 0), 0);
	CHECK_EQ(pidfd_signal(0, 0, NULL, 0), -EBADF);
	CHECK_EQ(pidfd_signal(-1, 0, NULL, 0), -EBADF);
	CHECK_EQ(pidfd_signal(fd, SIGUSR1, test_unmapped(), 0), -EFAULT);
	close(fd);
}

static void test_end(void)
{
	int gate[2];
	CHECK_OK(pipe(gate));
	pid_t pid = test_fork();

	if (pid == 0) {
		char c;
		close(gate[1]);
		_exit(read(gate[0], &c, 1) == 0 ? 5 : 6);
	}
	int fd = (int)CHECK_OK(pidfd_open_(pid, 0)), quick = (int)CHECK_OK(pidfd_open_(pid, O_NONBLOCK));
	struct pollfd p = { fd, POLLIN, 0 };
	siginfo_t info = { 0 };
	CHECK_EQ(poll(&p, 1, 0), 0);
	CHECK_EQ(waitid(P_PIDFD_, (id_t)fd, &info, WEXITED | WNOHANG), 0);
	CHECK_ERRNO(waitid(P_PIDFD_, (id_t)quick, &info, WEXITED), EAGAIN);
	CHECK_EQ(waitid(P_PIDFD_, (id_t)quick, &info, WEXITED | WNOHANG), 0);

	struct epoll_event event = { .events = EPOLLIN, .data.u32 = 3 };
	int epoll = CHECK_OK(epoll_create1(0));
	CHECK_OK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
	siginfo_t own = { .si_signo = SIGUSR1, .si_code = SI_USER };
	CHECK_EQ(pidfd_signal(fd, SIGUSR1, &own, 0), -EPERM);
	close(gate[1]);
	close(gate[0]);
	CHECK_EQ(poll(&p, 1, -1), 1);
	CHECK(p.revents & POLLIN);
	CHECK_EQ(epoll_wait(epoll, &event, 1, -1), 1);
	CHECK_EQ(event.data.u32, 3);
	CHECK_EQ(pidfd_signal(fd, 0, NULL, 0), 0);		/* a zombie is there */
	CHECK_EQ(pidfd_getfd_(fd, 0, 0), -ESRCH);
	CHECK_EQ(waitid(P_PIDFD_, (id_t)fd, &info, WEXITED | WNOWAIT), 0);
	CHECK_EQ(info.si_pid, pid);
	CHECK_EQ(waitid(P_PIDFD_, (id_t)fd, &info, WEXITED), 0);
	CHECK_EQ(info.si_status, 5);
	CHECK_ERRNO(waitid(P_PIDFD_, (id_t)fd, &info, WEXITED), ECHILD);
	CHECK_EQ(pidfd_signal(fd, 0, NULL, 0), -ESRCH);
	CHECK(poll(&p, 1, 0) == 1 && (p.revents & POLLIN));
	CHECK_ERRNO(waitid(P_PIDFD_, 0, &info, WEXITED), EBADF);
	CHECK_ERRNO(waitid(P_PIDFD_, 999, &info, WEXITED), EBADF);
	close(epoll);
	close(fd);
	close(quick);
}

static void test_getfd(void)
{
	int ready[2], hidden[2];
	CHECK_OK(pipe(ready));
	pid_t pid = test_fork();

	if (pid == 0) {
		CHECK_OK(pipe(hidden));
		CHECK_EQ(write(hidden[1], "secret", 6), 6);
		CHECK_EQ(write(ready[1], &hidden[0], sizeof(int)), sizeof(int));
		pause();
		test_exit();
	}
	int fd = (int)CHECK_OK(pidfd_open_(pid, 0)), target;
	char text[8] = "";
	CHECK_EQ(read(ready[0], &target, sizeof(target)), sizeof(target));
	CHECK_EQ(pidfd_getfd_(fd, target, 1), -EINVAL);
	CHECK_EQ(pidfd_getfd_(fd, 500, 0), -EBADF);
	CHECK_EQ(pidfd_getfd_(0, target, 0), -EBADF);
	int mine = (int)CHECK_OK(pidfd_getfd_(fd, target, 0));
	CHECK_EQ(fcntl(mine, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(read(mine, text, 6), 6);
	CHECK(!strcmp(text, "secret"));
	close(mine);
	if (geteuid() == 0) {
		pid_t stranger = test_fork();
		if (stranger == 0) {
			CHECK_EQ(setuid(NO_UID), 0);
			CHECK_EQ(pidfd_getfd_(fd, target, 0), -EPERM);
			CHECK_EQ(pidfd_signal(fd, SIGKILL, NULL, 0), -EPERM);
			test_exit();
		}
		CHECK_CHILD(stranger);
	}
	CHECK_EQ(pidfd_signal(fd, SIGKILL, NULL, 0), 0);
	CHECK_DIES(pid, SIGKILL);
	close(fd);
}

static void test(void)
{
	test_open();
	test_send();
	test_end();
	test_getfd();
}
