/* read(2) into memory that may only be read, or only be executed, is EFAULT; into program text too. */
#include "test.h"

static void test(void)
{
	test_scratch();
	test_write_file("f", "hello");
	int fd = (int)CHECK_OK(open("f", O_RDONLY));
	char *ro = test_map(PAGE, PROT_READ);
	char *rx = test_map(PAGE, PROT_READ | PROT_EXEC);

	CHECK_ERRNO(read(fd, ro, 5), EFAULT);
	CHECK_ERRNO(read(fd, rx, 5), EFAULT);
	CHECK_ERRNO(read(fd, (void *)(uintptr_t)&test, 5), EFAULT);
	CHECK_EQ(ro[0], 0);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
}
