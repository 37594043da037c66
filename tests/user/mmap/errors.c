/* The errors of mmap(2), munmap(2), mprotect(2): lengths, alignment, flags, descriptors, ranges. */
#include "test.h"

#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static long map(unsigned long addr, size_t len, int prot, int flags, int fd, long off)
{
	return RAW(SYS_mmap, addr, len, prot, flags, fd, off);
}

static void test(void)
{
	int p[2];

	test_scratch();
	test_write_file("f", "x");
	int ro = (int)CHECK_OK(open("f", O_RDONLY)), wo = (int)CHECK_OK(open("f", O_WRONLY));
	int dir = (int)CHECK_OK(open(".", O_RDONLY));
	CHECK_OK(pipe(p));

	CHECK_EQ(map(0, 0, PROT_READ, ANON, -1, 0), -EINVAL);
	CHECK_EQ(map(0, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0), -EINVAL);
	CHECK_EQ(map(0, PAGE, PROT_READ, MAP_PRIVATE, ro, 1), -EINVAL);
	CHECK_EQ(map(0, PAGE, PROT_READ, MAP_PRIVATE, ro, 2048), -EINVAL);
	CHECK_EQ(map(123, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0), -EINVAL);
	CHECK_EQ(map(0, (size_t)-1, PROT_READ, ANON, -1, 0), -ENOMEM);
	CHECK_EQ(map(0, 1UL << 47, PROT_READ, ANON, -1, 0), -ENOMEM);
	CHECK_EQ(map(0x7ffffffff000, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0), -ENOMEM);
	CHECK_EQ(map(0xffff800000000000, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0), -ENOMEM);
	CHECK_EQ(map(0x7fffffffe000, 2 * PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0), -ENOMEM);
	CHECK_EQ(map(0, PAGE, PROT_READ, MAP_PRIVATE, -1, 0), -EBADF);
	CHECK_EQ(map(0, PAGE, PROT_READ, MAP_PRIVATE, 9999, 0), -EBADF);
	CHECK_EQ(map(0, PAGE, PROT_READ, MAP_PRIVATE, p[0], 0), -ENODEV);
	CHECK_EQ(map(0, PAGE, PROT_READ, MAP_PRIVATE, dir, 0), -ENODEV);
	CHECK_EQ(map(0, PAGE, PROT_READ, MAP_PRIVATE, wo, 0), -EACCES);
	CHECK_EQ(map(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ro, 0), -EACCES);
	CHECK(map(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, ro, 0) > 0);
	CHECK_EQ(map(0, 1UL << 46, PROT_READ, MAP_PRIVATE, ro, (long)(~0UL << 12)), -EOVERFLOW);

	char *page = test_map(PAGE, PROT_READ);
	CHECK_EQ(RAW(SYS_munmap, page + 1, PAGE), -EINVAL);
	CHECK_EQ(RAW(SYS_munmap, page, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_munmap, page, 1UL << 47), -EINVAL);
	CHECK_EQ(RAW(SYS_munmap, 0xffff800000000000, PAGE), -EINVAL);
	CHECK_EQ(RAW(SYS_mprotect, page + 1, PAGE, PROT_READ), -EINVAL);
	CHECK_EQ(RAW(SYS_mprotect, page, 0, PROT_READ), 0);
	CHECK_EQ(RAW(SYS_mprotect, page, PAGE, 0x100), -EINVAL);
	CHECK_EQ(RAW(SYS_mprotect, 0xffff800000000000, PAGE, PROT_READ), -ENOMEM);
	CHECK_EQ(RAW(SYS_munmap, page, 1), 0);
	CHECK_EQ(RAW(SYS_mprotect, page, PAGE, PROT_READ), -ENOMEM);
}
