/* eventfd(2): counting, semaphore mode, overflow, poll, blocking both ways, errors. */
#include "test.h"
#include <sys/eventfd.h>

static void test(void)
{
	uint64_t v = 0, big = UINT64_MAX - 1, all = UINT64_MAX, one = 1;

	CHECK_EQ(RAW(SYS_eventfd2, 0, 1 << 20), -EINVAL);
	int e = CHECK_OK(eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC));
	CHECK_EQ(fcntl(e, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(fcntl(e, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDWR | O_NONBLOCK);
	CHECK_ERRNO(read(e, &v, 7), EINVAL);
	CHECK_ERRNO(write(e, &v, 7), EINVAL);
	CHECK_EQ(read(e, &v, 8), 8);
	CHECK_EQ(v, 3);
	CHECK_ERRNO(read(e, &v, 8), EAGAIN);
	CHECK_ERRNO(write(e, &all, 8), EINVAL);
	CHECK_EQ(write(e, &big, 8), 8);
	CHECK_ERRNO(write(e, &one, 8), EAGAIN);
	struct pollfd p = { .fd = e, .events = POLLIN | POLLOUT };
	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK_EQ(p.revents, POLLIN);
	CHECK_EQ(read(e, &v, 8), 8);
	CHECK(v == big);
	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK_EQ(p.revents, POLLOUT);
	CHECK_EQ(RAW(SYS_write, e, test_unmapped(), 8), -EFAULT);
	CHECK_OK(close(e));

	e = CHECK_OK(eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK));
	char two[16];
	CHECK_EQ(read(e, two, sizeof(two)), 8);
	CHECK_EQ(read(e, &v, 8), 8);
	CHECK_EQ(v, 1);
	CHECK_ERRNO(read(e, &v, 8), EAGAIN);
	CHECK_OK(close(e));

	e = CHECK_OK(eventfd(0, 0));
	pid_t pid = test_fork();
	if (pid == 0) {
		test_sleep(20);
		CHECK_EQ(write(e, &one, 8), 8);
		CHECK_EQ(write(e, &big, 8), 8);
		CHECK_EQ(write(e, &one, 8), 8);
		test_exit();
	}
	/* Each of the writer's numbers fits only when the one before is gone. */
	const uint64_t wanted[] = { 1, big, 1 };
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(read(e, &v, 8), 8);
		CHECK(v == wanted[i]);
	}
	CHECK_CHILD(pid);
	/* lseek is let through and does nothing; offsets are refused all the same, and so is splicing. */
	uint64_t seek_value = 1;
	int fd = (int)CHECK_OK(eventfd(1, 0));
	CHECK_EQ(lseek(fd, 5, SEEK_SET), 0);
	CHECK_EQ(lseek(fd, -5, SEEK_CUR), 0);
	CHECK_ERRNO(pread(fd, &seek_value, 8, 0), ESPIPE);
	CHECK_ERRNO(pwrite(fd, &seek_value, 8, 0), ESPIPE);
	int ends[2];
	CHECK_OK(pipe(ends));
	CHECK_ERRNO(splice(fd, NULL, ends[1], NULL, 8, 0), EINVAL);
}
