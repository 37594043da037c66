/* POSIX record locks: conflicts between processes, splitting and joining, F_GETLK, ranges, release by close, F_SETLKW. */
#include "test.h"

static int set(int fd, int type, off_t start, off_t length)
{
	struct flock l = { .l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = length };

	return fcntl(fd, F_SETLK, &l);
}

/* The first lock of somebody else in the way of a write lock, as "start length". */
static void check_lock(int fd, off_t start, off_t length, int type, off_t want_start, off_t want_length, pid_t owner)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length };

	CHECK_OK(fcntl(fd, F_GETLK, &l));
	CHECK_EQ(l.l_type, type);
	if (type == F_UNLCK)
		return;
	CHECK_EQ(l.l_start, want_start);
	CHECK_EQ(l.l_len, want_length);
	CHECK_EQ(l.l_pid, owner);
}

static void child(pid_t parent)
{
	int fd = (int)CHECK_OK(open("file", O_RDWR));

	check_lock(fd, 0, 0, F_WRLCK, 0, 40, parent);
	check_lock(fd, 45, 10, F_RDLCK, 50, 50, parent);
	check_lock(fd, 40, 10, F_UNLCK, 0, 0, 0);
	check_lock(fd, 100, 0, F_UNLCK, 0, 0, 0);
	CHECK_ERRNO(set(fd, F_RDLCK, 39, 1), EAGAIN);
	CHECK_OK(set(fd, F_RDLCK, 60, 1));
	CHECK_ERRNO(set(fd, F_WRLCK, 60, 1), EAGAIN);
	CHECK_OK(set(fd, F_WRLCK, 200, 0));
	test_exit();
}

static void check_ranges(int fd)
{
	CHECK_ERRNO(set(fd, F_WRLCK, -1, 5), EINVAL);
	CHECK_ERRNO(set(fd, F_WRLCK, 5, -6), EINVAL);
	CHECK_ERRNO(set(fd, F_WRLCK, -5, LONG_MIN), EINVAL);
	CHECK_ERRNO(set(fd, F_WRLCK, LONG_MAX, 2), EOVERFLOW);
	CHECK_OK(set(fd, F_WRLCK, LONG_MAX, 1));
	CHECK_OK(set(fd, F_WRLCK, 10, -10));
	CHECK_OK(set(fd, F_UNLCK, 0, 0));
	CHECK_ERRNO(set(fd, 7, 0, 1), EINVAL);
}

/* The child waits for the range until this process lets it go by closing another descriptor of the file. */
static void check_wait(int fd)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10 };
	int p[2];
	char c = 0;

	CHECK_OK(set(fd, F_WRLCK, 0, 10));
	CHECK_OK(pipe(p));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(write(p[1], "x", 1), 1);
		CHECK_OK(fcntl(fd, F_SETLKW, &l));
		test_exit();
	}
	CHECK_EQ(read(p[0], &c, 1), 1);
	usleep(20000);
	CHECK_EQ(waitpid(pid, NULL, WNOHANG), 0);
	CHECK_OK(close((int)CHECK_OK(open("file", O_RDONLY))));
	CHECK_CHILD(pid);
}

static void test(void)
{
	test_scratch();
	int fd = (int)CHECK_OK(open("file", O_RDWR | O_CREAT, 0644));
	int reader = (int)CHECK_OK(open("file", O_RDONLY));
	pid_t self = getpid();

	CHECK_ERRNO(set(reader, F_WRLCK, 0, 1), EBADF);
	CHECK_OK(set(fd, F_WRLCK, 0, 20));
	CHECK_OK(set(fd, F_WRLCK, 20, 30));
	CHECK_OK(set(fd, F_UNLCK, 40, 10));
	CHECK_OK(set(fd, F_RDLCK, 50, 50));
	pid_t pid = test_fork();
	if (pid == 0)
		child(self);
	CHECK_CHILD(pid);
	CHECK_OK(set(fd, F_WRLCK, 0, 0));
	CHECK_OK(set(fd, F_UNLCK, 0, 0));
	check_ranges(fd);
	check_wait(fd);
}
