/* ioctl(2): FIONREAD, FIONBIO, FIOCLEX and FIONCLEX; unknown requests are ENOTTY. */
#include "test.h"

#define FIONREAD_ 0x541b
#define FIONBIO_  0x5421
#define FIONCLEX_ 0x5450
#define FIOCLEX_  0x5451

static void test(void)
{
	int p[2], value = -1;
	char c;

	CHECK_OK(pipe(p));
	CHECK_OK(syscall(SYS_ioctl, p[0], FIONREAD_, &value));
	CHECK_EQ(value, 0);
	CHECK_EQ(write(p[1], "12345", 5), 5);
	CHECK_OK(syscall(SYS_ioctl, p[0], FIONREAD_, &value));
	CHECK_EQ(value, 5);
	CHECK_ERRNO(syscall(SYS_ioctl, p[0], FIONREAD_, test_unmapped()), EFAULT);
	CHECK_OK(syscall(SYS_ioctl, p[0], FIOCLEX_));
	CHECK_EQ(fcntl(p[0], F_GETFD), FD_CLOEXEC);
	CHECK_OK(syscall(SYS_ioctl, p[0], FIONCLEX_));
	CHECK_EQ(fcntl(p[0], F_GETFD), 0);
	CHECK_EQ(read(p[0], &c, 1) + read(p[0], &c, 1) + read(p[0], &c, 1) + read(p[0], &c, 1) + read(p[0], &c, 1), 5);
	value = 1;
	CHECK_OK(syscall(SYS_ioctl, p[0], FIONBIO_, &value));
	CHECK_EQ(fcntl(p[0], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	CHECK_ERRNO(read(p[0], &c, 1), EAGAIN);
	value = 0;
	CHECK_OK(syscall(SYS_ioctl, p[0], FIONBIO_, &value));
	CHECK_EQ(fcntl(p[0], F_GETFL) & O_NONBLOCK, 0);
	CHECK_ERRNO(syscall(SYS_ioctl, p[0], 0x7777, &value), ENOTTY);
	/* About the file behind: block size, size, and what files in memory have not. */
	long size = -1;
	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	CHECK_EQ(write(fd, "1234567", 7), 7);
	CHECK_EQ(lseek(fd, 2, SEEK_SET), 2);
	CHECK_OK(syscall(SYS_ioctl, fd, FIONREAD_, &value));
	CHECK_EQ(value, 5);
	CHECK_OK(syscall(SYS_ioctl, fd, 2 /* FIGETBSZ */, &value));
	CHECK_EQ(value, 4096);
	CHECK_OK(syscall(SYS_ioctl, fd, 0x5460 /* FIOQSIZE */, &size));
	CHECK(size >= 0);	/* what is allocated to it, in bytes */
	value = 0;
	CHECK_OK(syscall(SYS_ioctl, fd, 0x5452 /* FIOASYNC: as it was */, &value));
	value = 1;
	CHECK_ERRNO(syscall(SYS_ioctl, fd, 0x5452, &value), ENOTTY);
}
