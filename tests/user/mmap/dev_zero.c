/* Mapping /dev/zero gives zeroed private memory, as anonymous mappings do. */
#include "test.h"

static void test(void)
{
	int fd = (int)CHECK_OK(open("/dev/zero", O_RDWR));
	char *map = (char *)CHECK_OK(mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));

	CHECK_EQ(map[PAGE], 0);
	map[PAGE] = 1;
	char *other = (char *)CHECK_OK(mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
	CHECK_EQ(other[PAGE], 0);
	CHECK_EQ(map[PAGE], 1);
	CHECK_OK(close(fd));
	CHECK_OK(munmap(map, 2 * PAGE));
}
