/* Reads and writes of megabytes, at odd offsets, through lazily allocated memory. */
#include "test.h"

#define SIZE ((size_t)3 << 20)

static unsigned char pattern(size_t i)
{
	return (unsigned char)(i * 7 + (i >> 8) * 13 + (i >> 16));
}

static void test(void)
{
	test_scratch();
	unsigned char *data = test_map(SIZE, PROT_READ | PROT_WRITE);
	unsigned char *back = test_map(SIZE + PAGE, PROT_READ | PROT_WRITE);

	for (size_t i = 0; i < SIZE; i++)
		data[i] = pattern(i);
	int fd = (int)CHECK_OK(open("big", O_RDWR | O_CREAT, 0600));
	CHECK_EQ(write(fd, data, SIZE), (long)SIZE);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(read(fd, back + 1, SIZE), (long)SIZE);
	CHECK_BYTES(back + 1, data, SIZE);
	CHECK_EQ(pread(fd, back, 10000, 4095), 10000);
	CHECK_BYTES(back, data + 4095, 10000);
	CHECK_EQ(pread(fd, back, 10000, (off_t)SIZE - 77), 77);
	CHECK_BYTES(back, data + SIZE - 77, 77);
}
