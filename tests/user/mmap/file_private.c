/* MAP_PRIVATE of a file: reads the file, writes stay in the process, zeros after the end in the last page, SIGBUS beyond. */
#include "test.h"

static void test(void)
{
	char buf[8];

	test_scratch();
	test_write_file("f", "hello");
	int fd = (int)CHECK_OK(open("f", O_RDWR));
	CHECK_OK(ftruncate(fd, (off_t)PAGE + 10));
	char *map = (char *)CHECK_OK(mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));

	CHECK_BYTES(map, "hello", 5);
	for (size_t i = PAGE; i < 2 * PAGE; i++)
		if (!CHECK_EQ(map[i], 0))
			break;
	map[0] = 'J';
	map[PAGE + 100] = 'z';
	CHECK_EQ(pread(fd, buf, 5, 0), 5);
	CHECK_BYTES(buf, "hello", 5);
	CHECK_EQ(test_fault(test_touch_read, map + 2 * PAGE), SIGBUS);
	CHECK_EQ(test_fault_info.si_code, BUS_ADRERR);
	CHECK_EQ(test_fault_info.si_addr, map + 2 * PAGE);
	CHECK_EQ(test_fault(test_touch_write, map + 3 * PAGE + 5), SIGBUS);
	char *second = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, (off_t)PAGE));
	CHECK_EQ(second[100], 0);
	CHECK_ERRNO(read(fd, map + 2 * PAGE, 1), EFAULT);
	CHECK_OK(close(fd));
	CHECK_BYTES(map, "Jello", 5);
}
