/* SEEK_DATA and SEEK_HOLE: the end is a hole, ENXIO beyond it; what is called data reads, what is called hole is zero. */
#include "test.h"

static void test(void)
{
	char c;

	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	CHECK_EQ(pwrite(fd, "x", 1, 0), 1);
	CHECK_EQ(pwrite(fd, "y", 1, 1 << 20), 1);
	off_t size = (1 << 20) + 1;
	CHECK_EQ(lseek(fd, 0, SEEK_DATA), 0);
	off_t hole = lseek(fd, 0, SEEK_HOLE);
	CHECK(hole > 0 && hole <= size);
	off_t data = lseek(fd, hole == size ? 0 : hole, SEEK_DATA);
	CHECK(data >= 0 && data <= 1 << 20);
	CHECK_EQ(lseek(fd, 1 << 20, SEEK_DATA), 1 << 20);
	CHECK_EQ(lseek(fd, 1 << 20, SEEK_HOLE), size);
	CHECK_ERRNO(lseek(fd, size, SEEK_DATA), ENXIO);
	CHECK_ERRNO(lseek(fd, size, SEEK_HOLE), ENXIO);
	CHECK_ERRNO(lseek(fd, -1, SEEK_DATA), ENXIO);
	if (hole < size) {
		CHECK_EQ(pread(fd, &c, 1, hole), 1);
		CHECK_EQ(c, 0);
	}
}
