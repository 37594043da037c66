/* truncate(2) and ftruncate(2): shrink, grow with zeros, the offset stays, errors. */
#include "test.h"

static void test(void)
{
	char buf[16];
	struct stat st;
	int p[2];

	test_scratch();
	test_write_file("f", "0123456789");
	int fd = (int)CHECK_OK(open("f", O_RDWR));
	CHECK_EQ(lseek(fd, 8, SEEK_SET), 8);
	CHECK_OK(ftruncate(fd, 4));
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 8);
	CHECK_EQ(read(fd, buf, 4), 0);
	CHECK_OK(truncate("f", 12));
	CHECK_EQ(pread(fd, buf, 16, 0), 12);
	CHECK_BYTES(buf, "0123\0\0\0\0\0\0\0\0", 12);
	CHECK_OK(ftruncate(fd, 100 << 20));
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, 100 << 20);
	CHECK(st.st_blocks < 1000);
	CHECK_ERRNO(truncate("f", -1), EINVAL);
	CHECK_ERRNO(ftruncate(fd, -1), EINVAL);
	CHECK_ERRNO(truncate("none", 0), ENOENT);
	CHECK_ERRNO(truncate(".", 0), EISDIR);
	CHECK_ERRNO(truncate("f/x", 0), ENOTDIR);
	CHECK_ERRNO(ftruncate((int)CHECK_OK(open("f", O_RDONLY)), 0), EINVAL);
	CHECK_ERRNO(ftruncate((int)CHECK_OK(open(".", O_RDONLY)), 0), EINVAL);
	CHECK_ERRNO(ftruncate(-1, 0), EBADF);
	CHECK_OK(pipe(p));
	CHECK_ERRNO(ftruncate(p[1], 0), EINVAL);
}
