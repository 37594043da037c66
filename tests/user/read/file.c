/* read(2) of a regular file: short reads at the end of the file, end of file, the offset's progress. */
#include "test.h"

static void test(void)
{
	char buf[64];

	test_scratch();
	test_write_file("f", "0123456789");
	int fd = (int)CHECK_OK(open("f", O_RDONLY));

	CHECK_EQ(read(fd, buf, 4), 4);
	CHECK_BYTES(buf, "0123", 4);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 4);
	memset(buf, '#', sizeof(buf));
	CHECK_EQ(read(fd, buf, sizeof(buf)), 6);
	CHECK_BYTES(buf, "456789##", 8);
	CHECK_EQ(read(fd, buf, sizeof(buf)), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 10);

	CHECK_EQ(lseek(fd, 1000, SEEK_SET), 1000);
	CHECK_EQ(read(fd, buf, sizeof(buf)), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 1000);

	CHECK_EQ(lseek(fd, 9, SEEK_SET), 9);
	CHECK_EQ(read(fd, buf, 0), 0);
	CHECK_EQ(read(fd, buf, 1), 1);
	CHECK_EQ(buf[0], '9');
}
