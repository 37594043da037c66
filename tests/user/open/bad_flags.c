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
	/* What is there is there, directory or not. */
	CHECK_ERRNO(open(".", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
	CHECK_ERRNO(open("/", O_RDONLY | O_CREAT | O_EXCL, 0600), EEXIST);
	CHECK_ERRNO(open(".", O_RDONLY | O_CREAT, 0600), EISDIR);
	CHECK_ERRNO(open("/dev/null", O_RDWR | O_DIRECT), EINVAL);
	CHECK_OK(symlink(".", "l"));
	CHECK_ERRNO(open("l", O_TMPFILE | O_NOFOLLOW | O_RDWR, 0600), ENOTDIR);
	fd = (int)CHECK_OK(open("l", O_TMPFILE | O_RDWR, 0600));
	CHECK_EQ(fcntl(fd, F_GETFL) & O_TMPFILE, O_TMPFILE);
	/* A nameless file gets a first name; when that is gone there is no other. */
	char name[64];
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	CHECK_OK(linkat(AT_FDCWD, name, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
	CHECK_OK(unlink("named"));
	CHECK_ERRNO(linkat(AT_FDCWD, name, AT_FDCWD, "named", AT_SYMLINK_FOLLOW), ENOENT);
}
