/* Locks of open file descriptions: owned by the description, conflict with POSIX locks, EDEADLK of POSIX locks alone. */
#include "test.h"

static int set(int fd, int command, int type, off_t start, off_t length)
{
	struct flock l = { .l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = length };

	return fcntl(fd, command, &l);
}

static void check_ownership(int fd)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int other = (int)CHECK_OK(open("file", O_RDWR)), copy = (int)CHECK_OK(dup(fd));

	CHECK_OK(set(fd, F_OFD_SETLK, F_WRLCK, 10, 10));
	CHECK_OK(set(copy, F_OFD_SETLK, F_WRLCK, 15, 10));
	CHECK_ERRNO(set(other, F_OFD_SETLK, F_RDLCK, 24, 1), EAGAIN);
	CHECK_OK(set(other, F_OFD_SETLK, F_WRLCK, 25, 1));
	CHECK_OK(fcntl(other, F_OFD_GETLK, &l));
	CHECK_EQ(l.l_type, F_WRLCK);
	CHECK_EQ(l.l_start, 10);
	CHECK_EQ(l.l_len, 15);
	CHECK_EQ(l.l_pid, -1);
	/* A POSIX lock of this very process is somebody else's. */
	CHECK_ERRNO(set(fd, F_SETLK, F_WRLCK, 10, 1), EAGAIN);
	l = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
	CHECK_OK(fcntl(fd, F_GETLK, &l));
	CHECK_EQ(l.l_pid, -1);
	/* Closing another descriptor of the file takes POSIX locks away, not these; the last one of the description does. */
	CHECK_OK(close(open("file", O_RDWR)));
	CHECK_OK(close(fd));
	CHECK_ERRNO(set(other, F_OFD_SETLK, F_WRLCK, 10, 1), EAGAIN);
	CHECK_OK(close(copy));
	CHECK_OK(set(other, F_OFD_SETLK, F_WRLCK, 0, 0));
	CHECK_OK(set(other, F_OFD_SETLK, F_UNLCK, 0, 0));
	CHECK_OK(close(other));
}

static void check_errors(void)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_pid = 1 };
	int fd = (int)CHECK_OK(open("file", O_RDONLY)), out = (int)CHECK_OK(open("file", O_WRONLY));

	CHECK_ERRNO(fcntl(out, F_OFD_SETLK, &l), EINVAL);
	CHECK_ERRNO(fcntl(out, F_OFD_GETLK, &l), EINVAL);
	CHECK_ERRNO(set(fd, F_OFD_SETLK, F_WRLCK, 0, 1), EBADF);
	CHECK_ERRNO(set(out, F_OFD_SETLK, F_RDLCK, 0, 1), EBADF);
	CHECK_ERRNO(set(-1, F_OFD_SETLK, F_RDLCK, 0, 1), EBADF);
	CHECK_EQ(fcntl(fd, F_GETLEASE), F_UNLCK);
	CHECK_OK(close(fd));
	CHECK_OK(close(out));
}

/* The child waits for a lock of the parent's description, also through fork, and gets it when that one goes. */
static void check_wait(void)
{
	int fd = (int)CHECK_OK(open("file", O_RDWR)), p[2];
	char c = 0;

	CHECK_OK(pipe(p));
	CHECK_OK(set(fd, F_OFD_SETLK, F_WRLCK, 0, 10));
	pid_t pid = test_fork();
	if (pid == 0) {
		int mine = (int)CHECK_OK(open("file", O_RDWR));

		CHECK_OK(close(fd));
		CHECK_ERRNO(set(mine, F_OFD_SETLK, F_WRLCK, 0, 1), EAGAIN);
		CHECK_EQ(write(p[1], "x", 1), 1);
		CHECK_OK(set(mine, F_OFD_SETLKW, F_WRLCK, 0, 1));
		test_exit();
	}
	CHECK_EQ(read(p[0], &c, 1), 1);
	CHECK_OK(close(fd));
	CHECK_CHILD(pid);
}

/* Parent holds 0 and wants 1; the child holds 1 and wants 0: exactly one of them is told so, the other gets its lock. */
static void check_deadlock(void)
{
	int fd = (int)CHECK_OK(open("file", O_RDWR)), ready[2], go[2];
	char c = 0;

	CHECK_OK(pipe(ready));
	CHECK_OK(pipe(go));
	CHECK_OK(set(fd, F_SETLK, F_WRLCK, 0, 1));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(set(fd, F_SETLK, F_WRLCK, 1, 1));
		CHECK_EQ(write(ready[1], "x", 1), 1);
		CHECK_EQ(read(go[0], &c, 1), 1);
		int got = set(fd, F_SETLKW, F_WRLCK, 0, 1);
		if (got == -1)
			CHECK_EQ(errno, EDEADLK);
		test_exit();	/* either way its locks go */
	}
	CHECK_EQ(read(ready[0], &c, 1), 1);
	CHECK_EQ(write(go[1], "x", 1), 1);
	int got = set(fd, F_SETLKW, F_WRLCK, 1, 1);
	if (got == -1) {
		CHECK_EQ(errno, EDEADLK);
		CHECK_OK(set(fd, F_SETLK, F_UNLCK, 0, 0));
	}
	CHECK_CHILD(pid);
	CHECK_OK(set(fd, F_SETLK, F_WRLCK, 0, 2));
	CHECK_OK(close(fd));
}

static void test(void)
{
	test_scratch();
	test_write_file("file", "0123456789");
	check_ownership((int)CHECK_OK(open("file", O_RDWR)));
	check_errors();
	check_wait();
	for (int i = 0; i < 20; i++)
		check_deadlock();
}
