/*
 * Which calls go on after a signal, and which have EINTR (signal(7), "Interruption of system calls and library functions by signal
 * handlers" and "… by stop signals"): each sleeps in a child, gets a signal with SA_RESTART, one without, and a stop with a
 * continuation. A call that goes on is then given what it waits for.
 */
#include "test.h"

#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#define FOREVER 1000

static struct {
	uint32_t word;
	pid_t grandchild;
} *shared;

static int p[2], s[2], listener, handled[2];
static pid_t sleeper;
static char buf[65536];
static const struct timespec long_time = { FOREVER, 0 };

static long futex(int operation, uint32_t value, const struct timespec *timeout, uint32_t mask)
{
	return syscall(SYS_futex, &shared->word, operation, value, timeout, NULL, mask);
}

static struct timespec far_away(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += FOREVER;
	return t;
}

/* ---- What sleeps, in the child ---- */

static long read_pipe(void) { return read(p[0], buf, 1); }
static long poll_pipe(void) { return poll(&(struct pollfd){ p[0], POLLIN, 0 }, 1, FOREVER * 1000); }
static long ppoll_pipe(void) { return ppoll(&(struct pollfd){ p[0], POLLIN, 0 }, 1, &long_time, NULL); }
static long splice_pipe(void) { return splice(p[0], NULL, s[0], NULL, 1, 0); }
static long receive(void) { return recv(s[0], buf, 1, 0); }
static long accept_one(void) { return accept(listener, NULL, NULL); }
static long sleep_for(void) { return nanosleep(&long_time, NULL); }
static long wait_for(void) { return waitpid(shared->grandchild, NULL, 0); }
static long lock_file(void) { return flock(open("file", O_RDWR), LOCK_EX); }
static long lock_futex(void) { return futex(FUTEX_LOCK_PI, 0, NULL, 0); }
static long wait_futex(void) { return futex(FUTEX_WAIT, 0, NULL, 0); }
static long wait_futex_for(void) { return futex(FUTEX_WAIT, 0, &long_time, 0); }
static long open_fifo(void) { return open("fifo", O_RDONLY); }
static long suspend(void) { return sigsuspend(&(sigset_t){ 0 }); }
static long sleep_always(void) { return pause(); }

static long wait_info(void)
{
	siginfo_t info;

	return waitid(P_PID, (id_t)shared->grandchild, &info, WEXITED);
}

static long write_pipe(void)
{
	while (write(p[1], buf, sizeof(buf)) == sizeof(buf))
		;
	return -1;
}

static long select_pipe(void)
{
	struct timeval t = { FOREVER, 0 };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(p[0], &set);
	return select(p[0] + 1, &set, NULL, NULL, &t);
}

static long pselect_pipe(void)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(p[0], &set);
	return pselect(p[0] + 1, &set, NULL, NULL, NULL, NULL);
}

static long epoll_pipe(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int fd = epoll_create1(0);

	epoll_ctl(fd, EPOLL_CTL_ADD, p[0], &event);
	return epoll_wait(fd, &event, 1, FOREVER * 1000);
}

static long receive_in_time(void)
{
	struct timeval t = { FOREVER, 0 };

	setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	return recv(s[0], buf, 1, 0);
}

static long lock_range(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(open("file", O_RDWR), F_SETLKW, &lock);
}

static long wait_futex_until(void)
{
	struct timespec t = far_away();

	return futex(FUTEX_WAIT_BITSET, 0, &t, 1);
}

static long sleep_until(void)
{
	struct timespec t = far_away();

	errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
	return errno ? -1 : 0;
}

static long wait_signal(void)
{
	sigset_t set = test_set_of(SIGUSR2);

	return syscall(SYS_rt_sigtimedwait, &set, NULL, &long_time, 8);	/* musl's function goes on by itself */
}

static long read_timer(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);

	return read(fd, buf, 8);
}

static long read_signals(void)
{
	sigset_t set = test_set_of(SIGUSR2);

	return read(signalfd(-1, &set, 0), buf, 128);
}

static int event_fd, watch_fd;
static long read_event(void) { return read(event_fd, buf, 8); }
static long read_watch(void) { return read(watch_fd, buf, sizeof(buf)); }

/* ---- What ends the sleep, in the parent ---- */

static void fill_pipe(void) { CHECK_EQ(write(p[1], "xy", 2), 2); }
static void send_byte(void) { CHECK_EQ(send(s[1], "x", 1, 0), 1); }
static void end_grandchild(void) { CHECK_OK(kill(shared->grandchild, SIGKILL)); }
static void wake_futex(void) { CHECK_EQ(futex(FUTEX_WAKE, 1, NULL, 0), 1); }
static void unlock_futex(void) { CHECK_OK(futex(FUTEX_UNLOCK_PI, 0, NULL, 0)); }
static void count_event(void) { CHECK_EQ(write(event_fd, &(uint64_t){ 1 }, 8), 8); }
static void make_file(void) { CHECK_OK(mkdir("watched", 0700)); CHECK_OK(rmdir("watched")); }
static void end_it(void) { CHECK_OK(kill(sleeper, SIGKILL)); }

static void write_fifo(void)
{
	int fd = (int)CHECK_OK(open("fifo", O_WRONLY));

	CHECK_OK(close(fd));
}

static void connect_one(void)
{
	struct sockaddr_un address = { AF_UNIX, "socket" };
	int fd = (int)CHECK_OK(socket(AF_UNIX, SOCK_STREAM, 0));

	CHECK_OK(connect(fd, (void *)&address, sizeof(address)));
	CHECK_OK(close(fd));
}

static int locked_fd;

static void unlock_file(void)
{
	CHECK_OK(flock(locked_fd, LOCK_UN));
	CHECK_OK(fcntl(locked_fd, F_SETLK, &(struct flock){ .l_type = F_UNLCK, .l_whence = SEEK_SET }));
}

enum after { GOES_ON, INTERRUPTED };

static const struct row {
	const char *name;
	long (*sleep)(void);
	void (*finish)(void);
	enum after restart, stop;	/* after a handler with SA_RESTART; after a stop and a continuation */
} rows[] = {
	{ "read of a pipe", read_pipe, fill_pipe, GOES_ON, GOES_ON },
	{ "write to a pipe", write_pipe, end_it, GOES_ON, GOES_ON },
	{ "splice", splice_pipe, fill_pipe, GOES_ON, GOES_ON },
	{ "open of a FIFO", open_fifo, write_fifo, GOES_ON, GOES_ON },
	{ "recv", receive, send_byte, GOES_ON, GOES_ON },
	{ "recv with a time-out", receive_in_time, send_byte, INTERRUPTED, INTERRUPTED },
	{ "accept", accept_one, connect_one, GOES_ON, GOES_ON },
	{ "wait4", wait_for, end_grandchild, GOES_ON, GOES_ON },
	{ "waitid", wait_info, end_grandchild, GOES_ON, GOES_ON },
	{ "flock", lock_file, unlock_file, GOES_ON, GOES_ON },
	{ "F_SETLKW", lock_range, unlock_file, GOES_ON, GOES_ON },
	{ "FUTEX_WAIT", wait_futex, wake_futex, GOES_ON, GOES_ON },
	{ "FUTEX_WAIT for a time", wait_futex_for, wake_futex, INTERRUPTED, GOES_ON },
	{ "FUTEX_WAIT_BITSET until a time", wait_futex_until, wake_futex, INTERRUPTED, GOES_ON },
	{ "FUTEX_LOCK_PI", lock_futex, unlock_futex, GOES_ON, GOES_ON },
	{ "nanosleep", sleep_for, end_it, INTERRUPTED, GOES_ON },
	{ "clock_nanosleep until a time", sleep_until, end_it, INTERRUPTED, GOES_ON },
	{ "poll", poll_pipe, fill_pipe, INTERRUPTED, GOES_ON },
	{ "ppoll", ppoll_pipe, fill_pipe, INTERRUPTED, GOES_ON },
	{ "select", select_pipe, fill_pipe, INTERRUPTED, GOES_ON },
	{ "pselect", pselect_pipe, fill_pipe, INTERRUPTED, GOES_ON },
	{ "epoll_wait", epoll_pipe, fill_pipe, INTERRUPTED, INTERRUPTED },
	{ "pause", sleep_always, end_it, INTERRUPTED, GOES_ON },
	{ "sigsuspend", suspend, end_it, INTERRUPTED, GOES_ON },
	{ "sigtimedwait", wait_signal, end_it, INTERRUPTED, INTERRUPTED },
	{ "read of a timer", read_timer, end_it, GOES_ON, GOES_ON },
	{ "read of signals", read_signals, end_it, GOES_ON, GOES_ON },
	{ "read of an event counter", read_event, count_event, GOES_ON, GOES_ON },
	{ "read of watches", read_watch, make_file, GOES_ON, GOES_ON },
};

static void on_signal(int sig)
{
	(void)sig;
	if (write(handled[1], "h", 1) != 1)
		_exit(99);
}

/* What PID is at: R, S, D, T, Z. */
static char state_of(pid_t pid)
{
	char path[32], text[512], *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (test_read_file(path, text, sizeof(text)) <= 0 || !(end = strrchr(text, ')')))
		return '?';
	return end[2];
}

/* Until the child sleeps, or has ended. */
static void await_sleep(void)
{
	while (!strchr("SZ?", state_of(sleeper)))
		test_sleep(1);
}

static void set_up(void)
{
	struct sockaddr_un address = { AF_UNIX, "socket" };

	shared->word = 0;
	CHECK_OK(pipe(p));
	CHECK_OK(pipe(handled));
	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	listener = (int)CHECK_OK(socket(AF_UNIX, SOCK_STREAM, 0));
	CHECK_OK(bind(listener, (void *)&address, sizeof(address)));
	CHECK_OK(listen(listener, 1));
	CHECK_OK(mkfifo("fifo", 0600));
	locked_fd = (int)CHECK_OK(open("file", O_RDWR | O_CREAT, 0600));
	CHECK_OK(flock(locked_fd, LOCK_EX));
	CHECK_OK(fcntl(locked_fd, F_SETLK, &(struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET }));
	event_fd = (int)CHECK_OK(eventfd(0, 0));
	watch_fd = (int)CHECK_OK(inotify_init());
	CHECK_OK(inotify_add_watch(watch_fd, ".", IN_CREATE));
}

static void tear_down(void)
{
	const int all[] = { p[0], p[1], handled[0], handled[1], s[0], s[1], listener, locked_fd, event_fd, watch_fd };

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		CHECK_OK(close(all[i]));
	CHECK_OK(unlink("fifo"));
	CHECK_OK(unlink("socket"));
	CHECK_OK(unlink("file"));
}

static void start(const struct row *row)
{
	char c;

	if (row->sleep == lock_futex)
		shared->word = (uint32_t)syscall(SYS_gettid);
	sleeper = test_fork();
	if (sleeper == 0) {
		long r;

		if (row->finish == end_grandchild) {
			pid_t pid = fork();

			if (pid == 0)
				for (;;)
					pause();
			shared->grandchild = pid;
		}
		if (write(handled[1], "r", 1) != 1)
			_exit(98);
		errno = 0;
		r = row->sleep();
		_exit(r >= 0 ? 0 : errno);
	}
	CHECK_EQ(read(handled[0], &c, 1), 1);
	await_sleep();
}

static void check_end(const struct row *row, enum after after)
{
	if (after == GOES_ON) {
		await_sleep();
		row->finish();
	}
	int status = test_wait(sleeper);
	if (after == INTERRUPTED)
		CHECK_EQ(status, EINTR << 8);
	else
		CHECK_EQ(status, row->finish == end_it ? SIGKILL : 0);
	if (row->finish == end_grandchild && after == INTERRUPTED)
		kill(shared->grandchild, SIGKILL);
}

static void check_handler(const struct row *row, int flags, enum after after)
{
	char c;

	test_handle(SIGUSR1, on_signal, flags);
	set_up();
	start(row);
	CHECK_OK(kill(sleeper, SIGUSR1));
	CHECK_EQ(read(handled[0], &c, 1), 1);
	check_end(row, after);
	tear_down();
}

static void check_stop(const struct row *row)
{
	int status;

	set_up();
	start(row);
	CHECK_OK(kill(sleeper, SIGSTOP));
	CHECK_EQ(waitpid(sleeper, &status, WUNTRACED), sleeper);
	CHECK_OK(kill(sleeper, SIGCONT));
	check_end(row, row->stop);
	tear_down();
}

static void test(void)
{
	test_scratch();
	shared = (void *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int before = test_failures;

		check_handler(&rows[i], SA_RESTART, rows[i].restart);
		check_handler(&rows[i], 0, rows[i].sleep == lock_futex ? GOES_ON : INTERRUPTED);
		check_stop(&rows[i]);
		if (test_failures != before)
			test_print("… %s\n", rows[i].name);
	}
}
