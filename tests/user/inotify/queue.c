/* inotify(7)'s queue: sizes, waiting, poll and epoll, merging, overflow; errors of the calls; several processes at once. */
#include "test.h"
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>

static char buffer[8192];

static void check_errors(void)
{
	int fd = (int)CHECK_OK(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), p[2];

	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_OK(pipe(p));
	CHECK_ERRNO(inotify_init1(1), EINVAL);
	CHECK_ERRNO(inotify_add_watch(fd, "file", 0), EINVAL);
	CHECK_ERRNO(inotify_add_watch(fd, "file", 0x10000), EINVAL);
	CHECK_ERRNO(inotify_add_watch(-1, "file", IN_OPEN), EBADF);
	CHECK_ERRNO(inotify_add_watch(p[0], "file", IN_OPEN), EINVAL);
	CHECK_ERRNO(inotify_add_watch(fd, "missing", IN_OPEN), ENOENT);
	CHECK_ERRNO(inotify_add_watch(fd, "file", IN_OPEN | IN_ONLYDIR), ENOTDIR);
	CHECK_ERRNO(inotify_add_watch(fd, test_unmapped(), IN_OPEN), EFAULT);
	CHECK_ERRNO(inotify_rm_watch(fd, 77), EINVAL);
	CHECK_ERRNO(inotify_rm_watch(-1, 1), EBADF);
	CHECK_ERRNO(inotify_rm_watch(p[0], 1), EINVAL);
	CHECK_ERRNO(read(fd, buffer, sizeof(buffer)), EAGAIN);
	CHECK_ERRNO(write(fd, buffer, 1), EBADF);
	CHECK_OK(close(fd) | close(p[0]) | close(p[1]));
}

static void check_reads(void)
{
	int fd = (int)CHECK_OK(inotify_init1(IN_NONBLOCK)), bytes, epoll = (int)CHECK_OK(epoll_create1(0));
	int w = (int)CHECK_OK(inotify_add_watch(fd, ".", IN_CREATE));
	struct epoll_event e = { .events = EPOLLIN | EPOLLET };
	struct pollfd p = { fd, POLLIN, 0 };

	CHECK_OK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e));
	CHECK_EQ(poll(&p, 1, 0), 0);
	CHECK_EQ(epoll_wait(epoll, &e, 1, 0), 0);
	test_write_file("1234567", "");
	test_write_file("a-name-of-sixteen", "");
	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK_EQ(p.revents, POLLIN);
	CHECK_EQ(epoll_wait(epoll, &e, 1, 0), 1);
	CHECK_EQ(epoll_wait(epoll, &e, 1, 0), 0);
	CHECK_OK(ioctl(fd, FIONREAD, &bytes));
	CHECK_EQ(bytes, 16 + 16 + 16 + 32);
	CHECK_ERRNO(read(fd, buffer, 31), EINVAL);
	CHECK_EQ(read(fd, buffer, 60), 32);
	CHECK_EQ(((struct inotify_event *)buffer)->wd, w);
	CHECK_EQ(read(fd, buffer, sizeof(buffer)), 48);
	CHECK_OK(ioctl(fd, FIONREAD, &bytes));
	CHECK_EQ(bytes, 0);
	test_write_file("third", "");
	CHECK_EQ(epoll_wait(epoll, &e, 1, 0), 1);
	CHECK_OK(close(fd) | close(epoll));
}

static void check_wait(void)
{
	int fd = (int)CHECK_OK(inotify_init());

	CHECK_OK(inotify_add_watch(fd, ".", IN_CREATE));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(read(fd, buffer, sizeof(buffer)), 32);
		test_exit();
	}
	usleep(20000);
	test_write_file("wakes", "");
	CHECK_CHILD(pid);
	CHECK_OK(close(fd));
}

/* Events that nobody reads end in one IN_Q_OVERFLOW; after a read there is room again. */
static void check_overflow(void)
{
	int fd = (int)CHECK_OK(inotify_init1(IN_NONBLOCK)), f = (int)CHECK_OK(open("file", O_RDWR));
	int w = (int)CHECK_OK(inotify_add_watch(fd, "file", IN_ACCESS | IN_MODIFY));
	long events = 0, overflows = 0;
	ssize_t n;

	for (int i = 0; i < 20000; i++) {
		CHECK_EQ(pwrite(f, "x", 1, 0), 1);
		CHECK_EQ(pread(f, buffer, 1, 0), 1);
	}
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		for (ssize_t at = 0; at < n; at += (ssize_t)sizeof(struct inotify_event)) {
			struct inotify_event *e = (struct inotify_event *)(buffer + at);

			events++;
			if (e->mask & IN_Q_OVERFLOW) {
				overflows++;
				CHECK_EQ(e->wd, -1);
			}
		}
	CHECK_EQ(overflows, 1);
	CHECK(events > 1000 && events < 20001);
	CHECK_EQ(pwrite(f, "x", 1, 0), 1);
	CHECK_EQ(read(fd, buffer, sizeof(buffer)), 16);
	CHECK_EQ(((struct inotify_event *)buffer)->wd, w);
	CHECK_OK(close(fd) | close(f));
}

/* Watches, files and instances come and go in several processes at once. */
static void check_race(void)
{
	pid_t pids[4];

	for (int k = 0; k < 4; k++) {
		pids[k] = test_fork();
		if (pids[k])
			continue;
		for (int i = 0; i < 300; i++) {
			int fd = (int)CHECK_OK(inotify_init1(IN_NONBLOCK));
			char name[16];

			snprintf(name, sizeof(name), "race%d", (k + i) % 3);
			int f = open(name, O_RDWR | O_CREAT, 0600);
			inotify_add_watch(fd, ".", IN_ALL_EVENTS);
			inotify_add_watch(fd, name, IN_ALL_EVENTS);
			if (write(f, "x", 1) < 0)
				test_print("write failed\n");
			unlink(name);
			close(f);
			if (read(fd, buffer, sizeof(buffer)) < 0)
				CHECK_EQ(errno, EAGAIN);
			CHECK_OK(close(fd));
		}
		test_exit();
	}
	for (int k = 0; k < 4; k++)
		CHECK_CHILD(pids[k]);
}

static void test(void)
{
	test_scratch();
	test_write_file("file", "x");
	check_errors();
	check_reads();
	check_wait();
	check_overflow();
	check_race();
}
