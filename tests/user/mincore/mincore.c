/* mincore(2): anonymous memory by the page, files, holes in the address space, errors. */
#define _GNU_SOURCE
#include "test.h"
#include <sys/mman.h>


static void test(void)
{
	unsigned char vec[300];
	char *p, *f;
	int fd;

	p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(p != MAP_FAILED);
	CHECK_OK(madvise(p, 8 * PAGE, MADV_NOHUGEPAGE) < 0 && errno != EINVAL ? -1 : 0);
	p[0] = p[5 * PAGE] = 1;
	CHECK_OK(mincore(p, 8 * PAGE, vec));
	for (int i = 0; i < 8; i++)
		CHECK_EQ(vec[i] & 1, i == 0 || i == 5);
	CHECK_OK(mincore(p, 5 * PAGE + 1, vec));
	CHECK_ERRNO(mincore(p + 1, PAGE, vec), EINVAL);
	CHECK_ERRNO(mincore(p, PAGE, (unsigned char *)test_unmapped()), EFAULT);
	CHECK_OK(munmap(p + 3 * PAGE, PAGE));
	CHECK_ERRNO(mincore(p, 8 * PAGE, vec), ENOMEM);
	CHECK_ERRNO(mincore(NULL, PAGE, vec), ENOMEM);
	CHECK_ERRNO(mincore(p, ~0ul & ~(PAGE - 1), vec), ENOMEM);
	CHECK_OK(mincore(p, 0, vec));
	test_scratch();
	fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	CHECK_EQ(pwrite(fd, "x", 1, 0), 1);
	CHECK_EQ(pwrite(fd, "x", 1, 2 * PAGE), 1);
	f = mmap(NULL, 3 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(f != MAP_FAILED);
	CHECK_OK(mincore(f, 3 * PAGE, vec));
	CHECK_EQ(vec[0] & 1, 1);
	CHECK_EQ(vec[2] & 1, 1);
}
