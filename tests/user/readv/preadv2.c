/* preadv2(2) and pwritev2(2): offset -1 is the file's own, RWF_APPEND, flags that are unknown, errors. */
#include "test.h"

#ifndef RWF_HIPRI
#define RWF_HIPRI 1
#define RWF_DSYNC 2
#define RWF_SYNC 4
#define RWF_NOWAIT 8
#define RWF_APPEND 16
#endif

static long vread(int fd, void *buf, size_t n, long pos, int flags)
{
	struct iovec v[2] = { { buf, n / 2 }, { (char *)buf + n / 2, n - n / 2 } };

	return syscall(SYS_preadv2, fd, v, 2, pos, 0, flags);
}

static long vwrite(int fd, const char *text, long pos, int flags)
{
	struct iovec v = { (char *)text, strlen(text) };

	return syscall(SYS_pwritev2, fd, &v, 1, pos, 0, flags);
}

static void test(void)
{
	char buf[32] = "";
	int p[2];

	test_scratch();
	test_write_file("file", "0123456789");
	int fd = (int)CHECK_OK(open("file", O_RDWR)), ro = (int)CHECK_OK(open("file", O_RDONLY));
	CHECK_EQ(vread(fd, buf, 4, 3, 0), 4);
	CHECK_BYTES(buf, "3456", 4);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	CHECK_EQ(vread(fd, buf, 4, -1, 0), 4);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 4);
	CHECK_EQ(vwrite(fd, "ab", -1, RWF_DSYNC), 2);
	CHECK_EQ(vwrite(fd, "cd", 0, RWF_SYNC), 2);
	CHECK_FILE("file", "cd23ab6789");
	/* Appended wherever the offset says; the file's own offset moves only when it was asked for. */
	CHECK_EQ(vwrite(fd, "XY", 0, RWF_APPEND), 2);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 6);
	CHECK_EQ(vwrite(fd, "Z", -1, RWF_APPEND), 1);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 13);
	CHECK_FILE("file", "cd23ab6789XYZ");
	CHECK_ERRNO(vread(fd, buf, 4, 0, 1 << 30), EOPNOTSUPP);
	CHECK_ERRNO(vwrite(fd, "x", 0, 1 << 30), EOPNOTSUPP);
	CHECK_ERRNO(vread(fd, buf, 4, -2, 0), EINVAL);
	CHECK_ERRNO(vread(-1, buf, 4, 0, 0), EBADF);
	CHECK_ERRNO(vwrite(ro, "x", 0, 0), EBADF);
	CHECK_ERRNO(syscall(SYS_preadv2, fd, test_unmapped(), 1, 0, 0, 0), EFAULT);
	CHECK_ERRNO(syscall(SYS_preadv2, fd, buf, -1, 0, 0, 0), EINVAL);
	long n = vread(fd, buf, 4, 0, RWF_NOWAIT);
	CHECK(n == 4 || (n == -1 && (errno == EOPNOTSUPP || errno == EAGAIN)));
	CHECK_OK(pipe(p));
	CHECK_EQ(vwrite(p[1], "pipe", -1, 0), 4);
	CHECK_ERRNO(vread(p[0], buf, 4, 0, 0), ESPIPE);
	CHECK_EQ(vread(p[0], buf, 4, -1, 0), 4);
	CHECK_BYTES(buf, "pipe", 4);
	/* Without waiting: bytes that are there, or EAGAIN on a pipe that may block. */
	CHECK_ERRNO(vread(p[0], buf, 4, -1, RWF_NOWAIT), EAGAIN);
	CHECK_EQ(vwrite(p[1], "now", -1, RWF_NOWAIT), 3);
	CHECK_EQ(vread(p[0], buf, 4, -1, RWF_NOWAIT), 3);
	CHECK_ERRNO(vread(p[1], buf, 4, 0, 1 << 30), ESPIPE);
	/* No bytes are no transfer, whatever the file would have answered. */
	int dir = (int)CHECK_OK(open(".", O_RDONLY)), full = (int)CHECK_OK(open("/dev/full", O_RDWR));
	CHECK_EQ(readv(dir, NULL, 0), 0);
	CHECK_ERRNO(read(dir, buf, 0), EISDIR);
	CHECK_EQ(writev(full, NULL, 0), 0);
	CHECK_ERRNO(writev(ro, NULL, 0), EBADF);
}
