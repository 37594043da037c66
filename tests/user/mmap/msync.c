/* msync(2): flags, alignment, unmapped ranges. */
#include "test.h"

static void test(void)
{
	test_scratch();
	test_write_file("f", "x");
	int fd = (int)CHECK_OK(open("f", O_RDWR));
	char *map = (char *)CHECK_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));

	CHECK_OK(msync(map, PAGE, MS_SYNC));
	CHECK_OK(msync(map, PAGE, MS_ASYNC));
	CHECK_OK(msync(map, PAGE, MS_SYNC | MS_INVALIDATE));
	CHECK_OK(msync(map, 0, MS_SYNC));
	CHECK_ERRNO(msync(map, PAGE, MS_SYNC | MS_ASYNC), EINVAL);
	CHECK_ERRNO(msync(map, PAGE, 0x100), EINVAL);
	CHECK_ERRNO(msync(map + 1, PAGE, MS_SYNC), EINVAL);
	CHECK_OK(munmap(map, PAGE));
	CHECK_ERRNO(msync(map, PAGE, MS_SYNC), ENOMEM);
}
