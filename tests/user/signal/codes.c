/* SA_SIGINFO: what each source of a signal says of itself: who sent it, si_code, and the fields that belong to it. */
#include "test.h"

#include <sys/timerfd.h>
#include <sys/prctl.h>

static siginfo_t seen;
static volatile sig_atomic_t arrived;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	seen = *info;
	arrived = 1;
}

static void await(void)
{
	while (!arrived)
		test_sleep(1);
	arrived = 0;
}

static void check_sent(int sig, int code, pid_t pid)
{
	await();
	CHECK_EQ(seen.si_signo, sig);
	CHECK_EQ(seen.si_errno, 0);
	CHECK_EQ(seen.si_code, code);
	CHECK_EQ(seen.si_pid, pid);
	CHECK_EQ(seen.si_uid, pid ? getuid() : 0);
}

/* A write that nobody can read, and one beyond the limit of a file's size: as if the program had sent the signal itself. */
static void check_files(void)
{
	struct rlimit limit = { 10, RLIM_INFINITY }, none = { RLIM_INFINITY, RLIM_INFINITY };
	int p[2], fd;

	CHECK_OK(pipe(p));
	CHECK_OK(close(p[0]));
	CHECK_ERRNO(write(p[1], "x", 1), EPIPE);
	check_sent(SIGPIPE, SI_USER, getpid());
	CHECK_OK(close(p[1]));

	fd = (int)CHECK_OK(open("limited", O_RDWR | O_CREAT, 0600));
	CHECK_OK(setrlimit(RLIMIT_FSIZE, &limit));
	CHECK_ERRNO(pwrite(fd, "x", 1, 10), EFBIG);
	CHECK_OK(setrlimit(RLIMIT_FSIZE, &none));
	check_sent(SIGXFSZ, SI_USER, getpid());
	CHECK_OK(close(fd));
}

static void check_timers(void)
{
	struct itimerval soon = { .it_value = { 0, 1000 } };
	struct itimerspec one = { .it_value = { 0, 1000000 } };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1 };
	timer_t timer;

	CHECK_OK(setitimer(ITIMER_REAL, &soon, NULL));
	check_sent(SIGALRM, SI_KERNEL, 0);
	CHECK_OK(setitimer(ITIMER_VIRTUAL, &soon, NULL));
	while (!arrived)
		;
	check_sent(SIGVTALRM, SI_KERNEL, 0);
	CHECK_OK(setitimer(ITIMER_PROF, &soon, NULL));
	while (!arrived)
		;
	check_sent(SIGPROF, SI_KERNEL, 0);

	event.sigev_value.sival_ptr = (void *)0x1122334455667788;
	CHECK_OK(timer_create(CLOCK_MONOTONIC, &event, &timer));
	CHECK_OK(timer_settime(timer, 0, &one, NULL));
	await();
	CHECK_EQ(seen.si_signo, SIGRTMIN + 1);
	CHECK_EQ(seen.si_code, SI_TIMER);
	CHECK_EQ(seen.si_overrun, 0);
	CHECK_EQ(seen.si_timerid, (long)timer & 0x7fffffff);
	CHECK_EQ(seen.si_value.sival_ptr, 0x1122334455667788);
	CHECK_OK(timer_delete(timer));
}

/* SIGIO for its own sake tells nothing; another signal in its place says which descriptor and what happened. */
static void check_async(void)
{
	int p[2];

	CHECK_OK(pipe(p));
	CHECK_OK(fcntl(p[0], F_SETOWN, getpid()));
	CHECK_OK(fcntl(p[0], F_SETFL, O_ASYNC));
	CHECK_EQ(write(p[1], "x", 1), 1);
	await();
	CHECK_EQ(seen.si_signo, SIGIO);
	CHECK_EQ(seen.si_code, SI_KERNEL);
	CHECK_OK(fcntl(p[0], F_SETSIG, SIGRTMIN + 1));
	CHECK_EQ(write(p[1], "x", 1), 1);
	await();
	CHECK_EQ(seen.si_signo, SIGRTMIN + 1);
	CHECK_EQ(seen.si_code, POLL_IN);
	CHECK_EQ(seen.si_fd, p[0]);
	CHECK_EQ(seen.si_band & POLLIN, POLLIN);
	CHECK_OK(close(p[0]));
	CHECK_OK(close(p[1]));
}

/* kill, tgkill, sigqueue, pidfd_send_signal, by another process. */
static void check_senders(void)
{
	pid_t target = getpid();
	int pidfd = (int)CHECK_OK(syscall(SYS_pidfd_open, target, 0));

	for (int way = 0; way < 4; way++) {
		static const int codes[] = { SI_USER, SI_TKILL, SI_QUEUE, SI_USER };
		pid_t pid = test_fork();

		if (pid == 0) {
			if (way == 0)
				CHECK_OK(kill(target, SIGUSR1));
			else if (way == 1)
				CHECK_OK(syscall(SYS_tgkill, target, target, SIGUSR1));
			else if (way == 2)
				CHECK_OK(sigqueue(target, SIGUSR1, (union sigval){ .sival_int = 4711 }));
			else
				CHECK_OK(syscall(SYS_pidfd_send_signal, pidfd, SIGUSR1, NULL, 0));
			test_exit();
		}
		check_sent(SIGUSR1, codes[way], pid);
		if (way == 2)
			CHECK_EQ(seen.si_value.sival_int, 4711);
		CHECK_CHILD(pid);
	}
	CHECK_OK(close(pidfd));
}

static void check_child(int code, int status, pid_t pid)
{
	check_sent(SIGCHLD, code, pid);
	CHECK_EQ(seen.si_status, status);
	CHECK(seen.si_utime >= 0 && seen.si_stime >= 0);
}

/* Every end and every change of a child; no core is written, so none is said to be. */
static void check_children(void)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART };
	struct rlimit none = { 0, 0 };
	pid_t pid;

	CHECK_OK(setrlimit(RLIMIT_CORE, &none));
	CHECK_OK(sigaction(SIGCHLD, &action, NULL));
	pid = test_fork();
	if (pid == 0)
		_exit(0x117);
	check_child(CLD_EXITED, 0x17, pid);
	CHECK_EXITS(pid, 0x17);
	pid = test_fork();
	if (pid == 0) {
		test_handle(SIGSEGV, SIG_DFL, 0);
		test_touch_read(NULL);
	}
	check_child(CLD_KILLED, SIGSEGV, pid);
	CHECK_DIES(pid, SIGSEGV);
	pid = test_fork();
	if (pid == 0)
		for (;;)
			pause();
	CHECK_OK(kill(pid, SIGSTOP));
	check_child(CLD_STOPPED, SIGSTOP, pid);
	CHECK_OK(kill(pid, SIGCONT));
	check_child(CLD_CONTINUED, SIGCONT, pid);
	CHECK_OK(kill(pid, SIGKILL));
	check_child(CLD_KILLED, SIGKILL, pid);
	CHECK_DIES(pid, SIGKILL);
	CHECK(signal(SIGCHLD, SIG_DFL) != SIG_ERR);
}

/* PR_SET_PDEATHSIG: from the parent that died. The grandchild reports by its status to us, its subreaper. */
static void check_parent_death(void)
{
	pid_t parent, us = getpid();
	int status, go[2], ready[2];
	char c;

	CHECK_OK(pipe(go));
	CHECK_OK(pipe(ready));
	CHECK_OK(prctl(PR_SET_CHILD_SUBREAPER, 1));
	parent = test_fork();
	if (parent == 0) {
		pid_t mother = getpid();

		if (test_fork() == 0) {
			CHECK_OK(prctl(PR_SET_PDEATHSIG, SIGUSR2));
			CHECK_EQ(write(ready[1], "r", 1), 1);
			check_sent(SIGUSR2, SI_USER, mother);
			CHECK_EQ(getppid(), us);
			test_exit();
		}
		CHECK_EQ(read(go[0], &c, 1), 1);
		_exit(0);
	}
	CHECK_EQ(read(ready[0], &c, 1), 1);
	CHECK_EQ(write(go[1], "g", 1), 1);
	CHECK_CHILD(parent);
	CHECK(wait(&status) > 0);
	CHECK_EQ(status, 0);
}

static void test(void)
{
	static const int signals[] = { SIGPIPE, SIGXFSZ, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGUSR1, SIGUSR2 };
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART };

	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		CHECK_OK(sigaction(signals[i], &action, NULL));
	CHECK_OK(sigaction(SIGRTMIN + 1, &action, NULL));
	test_scratch();
	check_files();
	check_timers();
	check_async();
	check_senders();
	check_children();
	check_parent_death();
}
