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
}
