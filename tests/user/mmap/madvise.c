/* madvise(2): MADV_DONTNEED zeroes private memory and refetches file pages; hints are accepted; errors. */
#include "test.h"

static void test(void)
{
	char *mem = test_map(4 * PAGE, PROT_READ | PROT_WRITE);

	memset(mem, 5, 4 * PAGE);
	CHECK_OK(madvise(mem + PAGE, 2 * PAGE, MADV_DONTNEED));
	CHECK_EQ(mem[0], 5);
	CHECK_EQ(mem[PAGE], 0);
	CHECK_EQ(mem[3 * PAGE - 1], 0);
	CHECK_EQ(mem[3 * PAGE], 5);
	CHECK_OK(madvise(mem, 4 * PAGE, MADV_WILLNEED));
	CHECK_OK(madvise(mem, 4 * PAGE, MADV_NORMAL));
	CHECK_OK(madvise(mem, 4 * PAGE, MADV_RANDOM));
	CHECK_OK(madvise(mem, 4 * PAGE, MADV_SEQUENTIAL));
	CHECK_OK(madvise(mem, 0, MADV_DONTNEED));
	CHECK_ERRNO(madvise(mem + 1, PAGE, MADV_DONTNEED), EINVAL);
	CHECK_ERRNO(madvise(mem, PAGE, 12345), EINVAL);
	CHECK_OK(munmap(mem + 2 * PAGE, PAGE));
	CHECK_ERRNO(madvise(mem, 4 * PAGE, MADV_DONTNEED), ENOMEM);

	test_scratch();
	test_write_file("f", "file");
	int fd = (int)CHECK_OK(open("f", O_RDWR));
	char *map = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
	map[0] = 'P';
	CHECK_OK(madvise(map, PAGE, MADV_DONTNEED));
	CHECK_BYTES(map, "file", 4);
}
