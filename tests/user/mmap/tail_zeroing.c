/* What was written behind the end of a file by a shared mapping does not appear when the file grows. */
#include "test.h"

static void test(void)
{
	char buf[16];

	test_scratch();
	test_write_file("f", "abc");
	int fd = (int)CHECK_OK(open("f", O_RDWR));
	CHECK_EQ(lseek(fd, 0, SEEK_END), 3);
	CHECK_OK(ftruncate(fd, 8));
	CHECK_EQ(pread(fd, buf, 16, 0), 8);
	CHECK_BYTES(buf, "abc\0\0\0\0\0", 8);
	CHECK_EQ(pwrite(fd, "ABCDEFGH", 8, 0), 8);
	CHECK_OK(ftruncate(fd, 2));
	CHECK_OK(ftruncate(fd, 8));
	CHECK_EQ(pread(fd, buf, 16, 0), 8);
	CHECK_BYTES(buf, "AB\0\0\0\0\0\0", 8);
	char *map = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0));
	for (size_t i = 2; i < PAGE; i++)
		if (!CHECK_EQ(map[i], 0))
			break;
}
