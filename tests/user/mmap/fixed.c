/* MAP_FIXED replaces what is there, exactly; MAP_FIXED_NOREPLACE refuses with EEXIST and leaves it; hints are only hints. */
#include "test.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static void test(void)
{
	char *base = test_map(8 * PAGE, PROT_READ | PROT_WRITE);

	memset(base, 1, 8 * PAGE);
	CHECK_EQ(mmap(base + 2 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE, ANON | MAP_FIXED, -1, 0), base + 2 * PAGE);
	CHECK_EQ(base[2 * PAGE - 1], 1);
	CHECK_EQ(base[2 * PAGE], 0);
	CHECK_EQ(base[4 * PAGE - 1], 0);
	CHECK_EQ(base[4 * PAGE], 1);
	CHECK_ERRNO(mmap(base + PAGE, PAGE, PROT_READ, ANON | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
	CHECK_EQ(base[PAGE], 1);
	CHECK_OK(munmap(base + 6 * PAGE, PAGE));
	CHECK_ERRNO(mmap(base + 5 * PAGE, 2 * PAGE, PROT_READ, ANON | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
	CHECK_EQ(mmap(base + 6 * PAGE, PAGE, PROT_READ, ANON | MAP_FIXED_NOREPLACE, -1, 0), base + 6 * PAGE);
	char *other = (char *)CHECK_OK(mmap(base + 1, PAGE, PROT_READ, ANON, -1, 0));
	CHECK(other + PAGE <= base || other >= base + 8 * PAGE);
	CHECK_EQ(base[0], 1);
}
