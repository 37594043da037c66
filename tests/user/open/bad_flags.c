/* Strange flag words: the unknown are ignored by open, O_DIRECTORY with O_CREAT is EINVAL, O_ACCMODE 3 opens for neither. */
#include "test.h"

static void test(void)
{
	char c;

	test_scratch();
	test_write_file("f", "x");
	CHECK_OK(RAW(SYS_open, "f", 0x40000000, 0) >= 0 ? 0 : -1);
	int fd = (int)RAW(SYS_open, "f", 3, 0);
	CHECK(fd >= 0);
	CHECK_ERRNO(read(fd, &c, 1), EBADF);
	CHECK_ERRNO(write(fd, "x", 1), EBADF);
	CHECK_OK(fcntl(fd, F_GETFD));
	CHECK_ERRNO(open("d", O_DIRECTORY | O_CREAT | O_EXCL, 0700), EINVAL);
	CHECK_ERRNO(open("/dev/null/x", O_RDONLY), ENOTDIR);
	CHECK_ERRNO(open("/proc/none", O_RDWR | O_CREAT, 0600), ENOENT);
}
