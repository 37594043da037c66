/* write(2) to a regular file: growth, overwriting, holes that read as zeros, zero length. */
#include "test.h"

static void test(void)
{
	char buf[64];
	struct stat st;

	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT | O_EXCL, 0644));

	CHECK_EQ(write(fd, "hello world", 11), 11);
	CHECK_EQ(lseek(fd, 6, SEEK_SET), 6);
	CHECK_EQ(write(fd, "W", 1), 1);
	CHECK_EQ(write(fd, "", 0), 0);
	CHECK_FILE("f", "hello World");

	CHECK_EQ(lseek(fd, 20, SEEK_SET), 20);
	CHECK_EQ(write(fd, "end", 3), 3);
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, 23);
	memset(buf, '#', sizeof(buf));
	CHECK_EQ(pread(fd, buf, sizeof(buf), 11), 12);
	CHECK_BYTES(buf, "\0\0\0\0\0\0\0\0\0end#", 13);

	CHECK_EQ(lseek(fd, 100000, SEEK_SET), 100000);
	CHECK_EQ(write(fd, "", 0), 0);
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, 23);
}
