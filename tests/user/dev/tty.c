/* /dev/tty without a controlling terminal is ENXIO; pipes are no terminals. */
#include "test.h"

static void test(void)
{
	char buf[64];
	int p[2];

	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(setsid(), getpid());
		CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_OK(pipe(p));
	CHECK_ERRNO(syscall(SYS_ioctl, p[0], 0x5401, buf), ENOTTY);
	CHECK_ERRNO(syscall(SYS_ioctl, -1, 0x5401, buf), EBADF);
}
